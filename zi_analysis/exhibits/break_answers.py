"""Charts of what a break can and cannot show: power, and the factors of a change."""

import pandas as pd
from matplotlib.axes import Axes

from zi_analysis.exhibits.break_charts import AFTER, BEFORE, log_scale
from zi_analysis.exhibits.break_findings import say_seen
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.style import FAINT, FAMILY_COLOURS, INK, chart_style, count_axis, new_figure
from zi_analysis.exhibits.words import ratio
from zi_analysis.study.break_power import SIZE, WANTED, BreakPower
from zi_analysis.study.decompose import PARTS, Decomposition

_TESTS = {"model": AFTER, "permutation": FAMILY_COLOURS["poisson"]}
_PARTS = {"awards": INK, "proposals": FAMILY_COLOURS["poisson"], "success": AFTER}
_DASH = (0, (4, 3))


def chart_power(power: BreakPower, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw how often a change of a given size would be seen.

    Parameters
    ----------
    power : BreakPower
        From ``simulate_power``.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: ratio, model, permutation (shares of simulated series).
    """
    with chart_style():
        figure, (axes,) = new_figure(3.1)
        for test, colour in _TESTS.items():
            label = edition.say("break_mark.model_test" if test == "model" else "break_mark.permutation")
            axes.plot(
                power.curve["ratio"], 100 * power.curve[test], color=colour, marker="o", markersize=3, label=label
            )
        for share, key in ((WANTED, "wanted"), (SIZE, "size")):
            axes.axhline(100 * share, color=FAINT, linewidth=0.8, linestyle=_DASH)
            place = (1.0, 100 * share)
            axes.text(
                *place,
                edition.say(f"break_mark.{key}"),
                transform=axes.get_yaxis_transform(),
                va="center",
                fontsize=8,
                color=FAINT,
            )
        axes.axvline(1, color=FAINT, linewidth=0.8)
        log_scale(axes, float(power.curve["ratio"].min()), float(power.curve["ratio"].max()), edition, axis="x")
        count_axis(axes, edition.language)
        axes.set_ylim(0, 102)
        axes.set_xlabel(edition.say("break_axis.ratio_after"))
        axes.set_ylabel(edition.say("break_axis.power"))
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    seen = say_seen(power.fall, power.rise, edition)
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=edition.say("break_title.power", points=power.points, after=power.after, seen=seen),
        alt=edition.say("break_alt.power", values=seen),
        source=edition.model_source,
        data=power.curve,
        figure=figure,
        language=edition.language,
    )


def chart_parts(found: Decomposition, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw the ratios of awards, proposals and success (with its 95% interval) for each choice of the year before.

    Parameters
    ----------
    found : Decomposition
        From ``decompose_change``.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: as ``Decomposition.parts``.
    """
    befores = list(dict.fromkeys(found.parts["before"]))
    with chart_style():
        figure, (axes,) = new_figure(1.2 + 0.5 * len(befores))
        for place, before in enumerate(befores):
            rows = found.parts[found.parts["before"] == before].set_index("part")
            _draw_parts(axes, rows, len(befores) - place, edition)
        heights = [len(befores) - place for place in range(len(befores))]
        axes.set_yticks(heights, labels=[_name_years(before, edition) for before in befores])
        axes.set_ylim(0.4, len(befores) + 0.7)
        axes.axvline(1, color=FAINT, linewidth=0.8, linestyle=_DASH, zorder=0)
        success = found.parts[found.parts["part"] == "success"]
        low, high = (pd.concat([found.parts["ratio"], success[end]]) for end in ("low", "high"))
        log_scale(axes, min(0.5, float(low.min())), max(2.0, float(high.max())), edition, axis="x")
        axes.set_xlabel(edition.say("break_axis.parts"))
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        for part, colour in _PARTS.items():
            axes.scatter([], [], color=colour, s=34, label=edition.say(f"part.{part}"))
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3)
    awards = found.parts.loc[found.parts["part"] == "awards", "ratio"]
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=edition.say("break_title.parts", low=float(awards.min()), high=float(awards.max())),
        alt=edition.say("break_alt.parts", values=_tell(found.parts, edition)),
        source=edition.model_source,
        data=found.parts.round(6),
        figure=figure,
        language=edition.language,
    )


def _draw_parts(axes: Axes, rows: pd.DataFrame, height: int, edition: Edition) -> None:
    """A dot a factor, one above the other, with its ratio."""
    for step, part in zip((0.22, 0.0, -0.22), PARTS, strict=True):
        value = float(rows.loc[part, "ratio"])
        axes.plot([1, value], [height + step] * 2, color=BEFORE, linewidth=0.8, zorder=1)
        if part == "success":
            ends = [float(rows.loc[part, "low"]), float(rows.loc[part, "high"])]
            axes.plot(ends, [height + step] * 2, color=_PARTS[part], linewidth=5, alpha=0.18, zorder=0)
        axes.scatter(value, height + step, color=_PARTS[part], s=30, zorder=3)
        side = (6, "left") if value >= 1 else (-6, "right")
        axes.annotate(
            ratio(value, edition.language),
            (value, height + step),
            (side[0], 0),
            textcoords="offset points",
            va="center",
            ha=side[1],
            fontsize=8,
        )


def _name_years(before: str, edition: Edition) -> str:
    """One year by itself; several a line with "per year"."""
    years = before.split(", ")
    if len(years) == 1:
        return before
    lines = [", ".join(years[place : place + 3]) for place in range(0, len(years), 3)]
    return edition.say("break_mark.all_before", years="\n".join(lines))


def _tell(parts: pd.DataFrame, edition: Edition) -> str:
    """Tell the ratio of each part of the years."""
    return "; ".join(
        f"{row.before}, {edition.say(f'part.{row.part}')}: {ratio(row.ratio, edition.language)}"
        for row in parts.itertuples()
    )
