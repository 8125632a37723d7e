"""Charts of specification curves: sorted estimates above the choices that made them, and what each choice moves."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.specification_words import name_choice, name_level
from zi_analysis.exhibits.style import FAINT, INK, chart_style
from zi_analysis.exhibits.words import percent, ratio
from zi_analysis.study.spec_summary import mark_answers
from zi_analysis.study.specifications import Curve

_CLEAR, _ON_SIDE, _OTHER = "#0173b2", "#9ecae1", "#de8f05"
_SHADES = LinearSegmentedColormap.from_list("levels", ["#ffffff", "#30475e"])
_SLICES = 120
_WIDTH, _TOP, _ROW, _TITLE = 7.2, 2.5, 0.155, 0.2  # inches
_LEFT, _RIGHT, _ABOVE, _BELOW = 1.95, 0.42, 0.5, 0.35
_REACH = 8.0  # the scale reaches this many times beyond the estimates; longer intervals are cut at its ends


def _as_printed(values: pd.Series) -> pd.Series:
    """Values to the five digits that the csv shows."""
    return values.map(lambda value: float(f"{value:.5g}"))


def chart_curve(curve: Curve, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw a specification curve: estimates with intervals, and below the level of every choice along it.

    Parameters
    ----------
    curve : Curve
        A finding's specifications with their answers; bad habits are not drawn.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: the specifications drawn, sorted by estimate, with their choices in words of the code.
    """
    answers = mark_answers(curve.fits[curve.fits["defensible"]], claim=curve.grid.claim)
    # by what is printed: further digits differ between machines, and with them the order of equal estimates
    answers = answers.sort_values("rate_ratio", key=_as_printed, kind="stable", ignore_index=True)
    varied = [name for name in curve.grid.choices if answers[name].nunique() > 1]
    with chart_style():
        figure, panels = _stack_panels([answers[name].nunique() for name in varied])
        _draw_estimates(panels[0], answers, curve.grid.claim, edition)
        for axes, name in zip(panels[1:], varied, strict=True):
            _draw_levels(axes, answers, name, curve, edition)
        panels[-1].set_xlabel(edition.say("spec_axis.rank"))
    summary = curve.summary
    spread = {"lowest": summary.lowest, "highest": summary.highest, "median": summary.median}
    data = answers[[*curve.grid.choices, "n_points", "rate_ratio", "low", "high", "p_value"]]
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=title_curve(curve, edition),
        alt=edition.say("alt.spec_curve", answered=summary.answered, **spread),
        source=edition.model_source,
        data=_round(data, ("rate_ratio", "low", "high", "p_value")),
        figure=figure,
        language=edition.language,
    )


def title_curve(curve: Curve, edition: Edition) -> str:
    """Say in how many specifications the finding holds."""
    return edition.say(
        "title.spec_curve",
        name=_capital(edition.say(f"spec_name.{curve.grid.finding}")),
        answered=curve.summary.answered,
        on_side=percent(curve.summary.on_side, edition.language, decimals=0),
        clear=percent(curve.summary.clear, edition.language, decimals=0),
    )


def chart_moves(curves: Sequence[Curve], edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw the ratio of every level of every choice, the other choices alike, one panel a finding.

    Parameters
    ----------
    curves : sequence of Curve
        Findings with their answers.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: finding, choice, level, specifications, ratio (the other choices alike), variance_share.
    """
    tables = [_level_ratios(curve) for curve in curves]
    sizes = [table["choice"].nunique() for table in tables]
    with chart_style():
        figure = Figure(figsize=(_WIDTH, sum(0.55 + 0.3 * size for size in sizes)), layout="constrained")
        panels = figure.subplots(len(curves), 1, squeeze=False, height_ratios=[0.5 + 0.3 * size for size in sizes])
        for axes, curve, table in zip(panels[:, 0], curves, tables, strict=True):
            _draw_moves(axes, table, curve, edition)
        panels[-1, 0].set_xlabel(edition.say("spec_axis.moves"))
    first = [str(table["choice"].iloc[0]) for table in tables]
    names = [edition.say(f"spec_name.{curve.grid.finding}") for curve in curves]
    told = [f"{name} – {name_choice(choice, edition)}" for name, choice in zip(names, first, strict=True)]
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=edition.say("title.spec_moves", choices="; ".join(told)),
        alt=edition.say("alt.spec_moves", values="; ".join(told)),
        source=edition.model_source,
        data=_round(pd.concat(tables, ignore_index=True), ("ratio", "variance_share")),
        figure=figure,
        language=edition.language,
    )


def _draw_estimates(axes: Axes, answers: pd.DataFrame, claim: float, edition: Edition) -> None:
    """Sorted estimates with their intervals, coloured by what they say of the claim."""
    places = np.arange(len(answers)) + 0.5
    kinds = {
        "clear": (answers["clear"], _CLEAR),
        "on_side": (answers["on_side"] & ~answers["clear"], _ON_SIDE),
        "other": (~answers["on_side"], _OTHER),
    }
    lowest, highest = answers["rate_ratio"].min() / _REACH, max(answers["rate_ratio"].max(), claim) * _REACH
    ends = answers[["low", "high"]].clip(lowest, highest)
    thin = max(0.15, min(2.0, 300 / len(answers)))
    for mask, colour in (kinds[name] for name in ("on_side", "other", "clear")):
        axes.vlines(
            places[mask],
            ends["low"][mask],
            ends["high"][mask],
            color=colour,
            linewidth=thin,
            alpha=0.55,
            rasterized=True,
        )
    axes.plot(places, answers["rate_ratio"], color=INK, linewidth=1.4, drawstyle="steps-mid")
    axes.axhline(claim, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.set_yscale("log")
    axes.set_ylim(lowest, highest)
    axes.set_xlim(0, len(answers))
    decades = range(int(np.floor(np.log10(lowest))), int(np.ceil(np.log10(highest))) + 1)
    axes.yaxis.set_major_locator(FixedLocator([10.0**power for power in decades]))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _plain(value, edition)))
    axes.set_ylabel(edition.say("spec_axis.ratio"))
    axes.set_xticks([])
    _add_key(axes, {name: colour for name, (mask, colour) in kinds.items() if mask.any()}, claim, edition)


def _add_key(axes: Axes, colours: dict[str, str], claim: float, edition: Edition) -> None:
    """Explain the colours and the line of the claim."""
    for name, colour in colours.items():
        axes.plot([], [], color=colour, linewidth=5, label=edition.say(f"spec_axis.{name}"))
    told = edition.say("spec_axis.claim", claim=_plain(claim, edition))
    axes.plot([], [], color=INK, linewidth=0.8, linestyle=(0, (4, 3)), label=told)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, fontsize=7.5, handlelength=1.6)


def _stack_panels(sizes: Sequence[int]) -> tuple[Figure, list[Axes]]:
    """One high panel and below it one for each choice, as high as its levels; placed by hand, as layout is slow."""
    height = _ABOVE + _TOP + sum(_TITLE + _ROW * size for size in sizes) + _BELOW
    figure = Figure(figsize=(_WIDTH, height))
    width, top = (_WIDTH - _LEFT - _RIGHT) / _WIDTH, height - _ABOVE
    panels: list[Axes] = []
    for place, high in enumerate([_TOP, *(_ROW * size for size in sizes)]):
        top -= high + (_TITLE if place else 0.0)
        panels.append(figure.add_axes((_LEFT / _WIDTH, top / height, width, high / height)))
    return figure, panels


def _draw_levels(axes: Axes, answers: pd.DataFrame, name: str, curve: Curve, edition: Edition) -> None:
    """One row a level: how dark says how many specifications of that slice of the curve take it."""
    codes, found = pd.factorize(answers[name])
    levels = [str(level) for level in curve.grid.choices[name].unique() if level in set(found)]
    taken = codes == np.array([list(found).index(level) for level in levels])[:, None]
    cuts = np.linspace(0, len(answers), min(_SLICES, len(answers)) + 1).round().astype(int)
    shares = np.array([taken[:, first:last].mean(axis=1) for first, last in pairwise(cuts)]).T
    reach = (0, len(answers), len(levels) - 0.5, -0.5)
    axes.imshow(shares, aspect="auto", cmap=_SHADES, vmin=0, vmax=1, extent=reach, interpolation="nearest")
    axes.set_yticks(range(len(levels)), labels=[name_level(name, level, edition) for level in levels], fontsize=7)
    axes.set_xticks([])
    axes.tick_params(axis="y", length=0)
    adjusted = curve.summary.adjusted
    ratios = adjusted[adjusted["choice"] == name].set_index("level")["ratio"]
    for place, level in enumerate(levels):
        told = ratio(float(ratios[level]), edition.language)
        axes.text(1.01, place, told, transform=axes.get_yaxis_transform(), va="center", fontsize=7, color=INK)
    axes.set_title(name_choice(name, edition), fontsize=7, fontweight="bold", loc="left", pad=1.5)
    for side in axes.spines.values():
        side.set_visible(False)


def _level_ratios(curve: Curve) -> pd.DataFrame:
    """Ratios of the levels, the choice that carries most variance first."""
    ranked = curve.summary.choices[["choice", "variance_share"]]
    table = ranked.merge(curve.summary.adjusted, on="choice", validate="1:m").assign(finding=curve.grid.finding)
    return table[["finding", "choice", "level", "specifications", "ratio", "variance_share"]]


def _draw_moves(axes: Axes, table: pd.DataFrame, curve: Curve, edition: Edition) -> None:
    """Draw how the ratio moves with the levels of each choice."""
    choices = list(dict.fromkeys(table["choice"]))
    for height, choice in enumerate(choices):
        rows = table[table["choice"] == choice].sort_values("ratio")
        axes.plot([rows["ratio"].iloc[0], rows["ratio"].iloc[-1]], [height] * 2, color=FAINT, linewidth=1.2, zorder=1)
        axes.scatter(rows["ratio"], [height] * len(rows), s=16, color=_CLEAR, zorder=2)
        for row, side in ((rows.iloc[0], "right"), (rows.iloc[-1], "left")):
            gap = " " * 2
            told = name_level(choice, str(row["level"]), edition)
            text = told + gap if side == "right" else gap + told
            axes.text(row["ratio"], height, text, ha=side, va="center", fontsize=6.5)
        share = percent(rows["variance_share"].iloc[0], edition.language, decimals=0)
        told = edition.say("spec_axis.share", share=share)
        axes.text(1.0, height, told, transform=axes.get_yaxis_transform(), ha="right", va="center", fontsize=6.5)
    low, high = float(table["ratio"].min()), float(table["ratio"].max())
    width = max(np.log(high / low), 0.5)
    axes.set_xscale("log")
    axes.set_xlim(low / np.exp(0.75 * width), high * np.exp(1.1 * width))
    one = table[table["choice"] == choices[0]]
    middle = np.exp(np.average(np.log(one["ratio"]), weights=one["specifications"]))  # of all specifications
    axes.axvline(float(middle), color=FAINT, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
    marks = [factor * 10.0**power for power in range(-4, 3) for factor in (1, 2, 5)]
    axes.xaxis.set_major_locator(FixedLocator(marks if width < 3 else marks[::3]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _plain(value, edition)))
    axes.set_yticks(range(len(choices)), labels=[name_choice(choice, edition) for choice in choices], fontsize=8)
    axes.set_ylim(len(choices) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_title(_capital(edition.say(f"spec_name.{curve.grid.finding}")), fontweight="bold")


def _plain(value: float, edition: Edition) -> str:
    """Write a number as short as it is."""
    return f"{value:g}".replace(".", "," if edition.language == "id" else ".")


def _capital(words: str) -> str:
    """Begin with a capital."""
    return words[:1].upper() + words[1:]


def _round(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Five significant digits, the same on every machine."""
    rounded = {name: [float(f"{value:.5g}") for value in frame[name]] for name in columns}
    return frame.assign(**rounded).reset_index(drop=True)
