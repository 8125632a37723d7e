"""A chart about the matching: what each threshold of likeness leaves open and gets wrong."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.spelling_rows import HALVES
from zi_analysis.exhibits.style import FAINT, PREDICATE_COLOURS, chart_style, count_axis, new_figure
from zi_analysis.exhibits.words import number, percent

_COLOURS = dict(zip(HALVES, PREDICATE_COLOURS.values(), strict=False))


def chart_curve(curve: pd.DataFrame, edition: Edition, *, exhibit: str, least_score: float) -> Exhibit:
    """Draw the share of labelled spellings left open and got wrong at each threshold, both halves.

    Parameters
    ----------
    curve : DataFrame
        From ``trace_curve``.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.
    least_score : float
        The threshold that the package uses, marked.

    Returns
    -------
    Exhibit
        Data: half, least_score, right, open, wrong, matched.
    """
    with chart_style():
        figure, panels = new_figure(2.7, columns=2)
        for axes, outcome in zip(panels, ("open", "wrong"), strict=True):
            _draw(axes, curve, outcome, least_score, edition)
    used = curve[(curve["least_score"] == least_score) & (curve["half"] == "test")]
    shares = {name: percent(used[name].iloc[0] if len(used) else None, edition.language) for name in ("open", "wrong")}
    values = "; ".join(_in_words(row, edition) for row in curve[curve["half"] == "test"].to_dict("records"))
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=edition.say("title.curve", score=number(least_score, edition.language), **shares),
        alt=edition.say("alt.curve", values=values),
        source=edition.say("exhibit.labelled"),
        data=curve.reset_index(drop=True),
        figure=figure,
        language=edition.language,
    )


def _draw(axes: Axes, curve: pd.DataFrame, outcome: str, least_score: float, edition: Edition) -> None:
    """Draw one outcome of both halves."""
    for half in HALVES:
        rows = curve[curve["half"] == half]
        shares = 100 * rows[outcome]
        axes.plot(rows["least_score"], shares, marker="o", markersize=3.5, color=_COLOURS[half])
    axes.axvline(least_score, color=FAINT, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
    axes.set_title(edition.say(f"axis.{outcome}"))
    axes.set_xlabel(edition.say("axis.least_score"))
    count_axis(axes, edition.language, decimals=1)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, edition.language)))
    axes.set_ylim(0, max(1.0, 1.1 * 100 * float(curve[outcome].max())))
    if outcome == "open":
        axes.text(
            least_score,
            0.99,
            " " + edition.say("mark.used"),
            transform=axes.get_xaxis_transform(),
            va="top",
            fontsize=8,
            color=FAINT,
        )
    else:
        axes.legend([edition.say(f"half.{half}") for half in HALVES], loc="upper right")


def _in_words(row: dict, edition: Edition) -> str:
    """Say what one threshold gives."""
    language = edition.language
    return (
        f"{number(row['least_score'], language)}: {percent(row['open'], language)}, {percent(row['wrong'], language)}"
    )
