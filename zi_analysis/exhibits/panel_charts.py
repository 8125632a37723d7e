"""Charts of the agency panel: what is known of each agency, years within agencies, and what silence leaves open."""

from textwrap import fill
from typing import Literal

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from zi_analysis.errors import StudyRefusal
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.style import FAINT, INK, STATUS_COLOURS, TYPE_COLOURS, chart_style, new_figure, year_axis
from zi_analysis.exhibits.words import is_missing, number, ratio
from zi_analysis.study.panel import PanelFit
from zi_analysis.study.panel_bounds import SUPPOSITIONS

_STATES = ("used", "exact", "at_least", "unknown")
_COLOURS = (STATUS_COLOURS["exact"], STATUS_COLOURS["bounded"], STATUS_COLOURS["sum"], STATUS_COLOURS["unknown"])
_MARKERS = {"like_published": "o", "all_zero": "v", "at_most": "^"}
_POINT = TYPE_COLOURS["central"]
_BAND = "#d5dae0"


def chart_agency_years(cells: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw what is known of each agency with a whole count in some year, and what of it enters the model.

    Parameters
    ----------
    cells : DataFrame
        From ``select_panel``.
    edition : Edition
        Language, years, predicate.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: agency, year, lower, upper, status, used, reason.

    Raises
    ------
    StudyRefusal
        If no agency tells a whole count.
    """
    told = cells[cells["agency_id"].isin(cells.loc[cells["status"] == "exact", "agency_id"])]
    if told.empty:
        raise StudyRefusal("no agency of these types tells a whole count in these years", key="panel_none")
    state = told["status"].mask(told["used"] == "yes", "used")
    texts = [_tile(row.status, row.lower, edition.language) for row in told.itertuples()]
    keyed = told.assign(state=state, text=texts)
    counts = {"used": int((state == "used").sum()), "exact": int((state == "exact").sum())}
    predicate = edition.say(f"predicate.{edition.predicate}")
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=edition.say("panel_title.tiles", cells=len(told), predicate=predicate, **counts),
        alt=edition.say("panel_alt.coverage", agencies=told["agency_id"].nunique(), used=counts["used"]),
        source=edition.settled_source,
        data=told[["agency", "year", "lower", "upper", "status", "used", "reason"]].reset_index(drop=True),
        figure=_draw_tiles(keyed, edition),
        language=edition.language,
    )


def _tile(status: str, lower: object, language: str) -> str:
    """Write an agency's count of a year, as far as it is known."""
    if is_missing(lower):
        return "?"
    return number(lower, language) if status == "exact" else f"≥{number(lower, language)}"


def _draw_tiles(keyed: pd.DataFrame, edition: Edition) -> Figure:
    """Draw a tile for each agency and year."""
    names = keyed.drop_duplicates("agency_id").sort_values("agency")
    order = list(names["agency_id"])
    wide = keyed.pivot(index="agency_id", columns="year", values=["state", "text"]).reindex(order)
    years = list(edition.years)
    states = wide["state"].reindex(columns=years).map(lambda name: _STATES.index(name), na_action="ignore")
    with chart_style():
        figure, (axes,) = new_figure(0.9 + 0.3 * len(order))
        sns.heatmap(
            states.set_axis([fill(name, 40) for name in names["agency"]]).astype(float),
            ax=axes,
            cmap=ListedColormap(list(_COLOURS)),
            vmin=-0.5,
            vmax=len(_STATES) - 0.5,
            annot=wide["text"].reindex(columns=years).fillna("").to_numpy(dtype="object"),
            fmt="",
            annot_kws={"fontsize": 7},
            cbar=False,
            linewidths=1.2,
            linecolor="white",
        )
        axes.tick_params(length=0, rotation=0)
        axes.tick_params(axis="y", labelsize=7)
        axes.set_xticks([place + 0.5 for place in range(len(years))], labels=[str(year) for year in years])
        axes.tick_params(axis="x", labelsize=8)
        axes.set(xlabel="", ylabel="")
        handles = [
            Patch(color=colour, label=edition.say(f"panel_status.{state}"))
            for state, colour in zip(_STATES, _COLOURS, strict=True)
        ]
        figure.legend(handles=handles, ncols=4, loc="outside upper center", fontsize=8)
    return figure


def chart_years(fit: PanelFit, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw each year against the reference within agencies, with both kinds of intervals.

    Parameters
    ----------
    fit : PanelFit
        From ``fit_panel``.
    edition : Edition
        Language, predicate.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: year, agencies, rate_ratio, low, high, jackknife_low, jackknife_high, hangs_on.
    """
    rows = fit.years
    language = edition.language
    with chart_style():
        figure, (axes,) = new_figure(3.6)
        axes.axhline(1, color=FAINT, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
        for row in rows.itertuples():
            _draw_year(axes, row, fit.reference)
            shown = ratio(row.rate_ratio, language) if row.year != fit.reference else number(1, language)
            axes.annotate(shown, (row.year, row.rate_ratio), (9, 0), textcoords="offset points", va="center")
        _draw_keys(axes, edition)
        ends = rows[["rate_ratio", "jackknife_low", "jackknife_high", "low", "high"]]
        _log_scale(axes, float(ends.min().min()), float(ends.max().max()), edition, axis="y")
        year_axis(axes, list(range(int(rows["year"].min()), int(rows["year"].max()) + 1)))
        labels = {int(row.year): f"{row.year}\n(n = {row.agencies})" for row in rows.itertuples()}
        axes.set_xticks(list(labels), labels=list(labels.values()))
        axes.set_title(edition.say("panel_axis.ratio", reference=str(fit.reference)))
    others = rows[rows["year"] != fit.reference]
    sure = others[others["hangs_on"].isna()]
    shown_row = (sure if len(sure) else others).iloc[-1]
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=edition.say(
            "panel_title.years",
            agencies=fit.n_agencies,
            year=int(shown_row["year"]),
            reference=str(fit.reference),
            ratio=float(shown_row["rate_ratio"]),
            predicate=edition.say(f"predicate.{edition.predicate}"),
        ),
        alt=edition.say(
            "panel_alt.years",
            values="; ".join(f"{row.year}: {ratio(row.rate_ratio, language)}" for row in others.itertuples()),
        ),
        source=edition.model_source,
        data=rows.drop(columns=["estimate", "std_error", "jackknife_error"]),
        figure=figure,
        language=language,
    )


def _draw_year(axes: Axes, row: object, reference: int) -> None:
    """Draw a year's ratio with both intervals."""
    year, place = row.year, row.rate_ratio  # type: ignore[attr-defined]
    for low, high, width, colour in (
        (row.jackknife_low, row.jackknife_high, 1.2, INK),  # type: ignore[attr-defined]
        (row.low, row.high, 4.0, "#9ecae1"),  # type: ignore[attr-defined]
    ):
        if not is_missing(low):
            axes.plot([year, year], [low, high], color=colour, linewidth=width, solid_capstyle="butt", zorder=2)
    if year == reference:
        axes.scatter(year, place, color=INK, marker="D", s=26, zorder=4)
    else:
        hollow = is_missing(row.low)  # type: ignore[attr-defined]
        axes.scatter(year, place, s=34, zorder=4, facecolor="white" if hollow else _POINT, edgecolor=_POINT)


def _draw_keys(axes: Axes, edition: Edition) -> None:
    """Explain the marks below the chart."""
    axes.scatter([], [], color=INK, marker="D", s=26, label=edition.say("panel_mark.reference"))
    axes.plot([], [], color="#9ecae1", linewidth=4, label=edition.say("panel_mark.clustered"))
    axes.plot([], [], color=INK, linewidth=1.2, label=edition.say("panel_mark.jackknife"))
    axes.scatter([], [], s=34, facecolor="white", edgecolor=_POINT, label=edition.say("panel_mark.hangs"))
    axes.figure.legend(loc="outside lower center", ncols=2, fontsize=8)


def _log_scale(axes: Axes, low: float, high: float, edition: Edition, *, axis: Literal["x", "y"]) -> None:
    """Marks at 1, 2, 5 and their powers of ten, written as plain numbers of the language."""
    scale = axes.xaxis if axis == "x" else axes.yaxis
    axes.set(**{f"{axis}scale": "log", f"{axis}lim": (min(low, 1.0) / 1.4, max(high, 1.0) * 1.4)})
    factors = (1, 2, 5) if high / low < 300 else (1,)
    scale.set_major_locator(FixedLocator([one * 10.0**power for power in range(-6, 7) for one in factors]))
    scale.set_minor_locator(NullLocator())
    separator = "," if edition.language == "id" else "."
    scale.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}".replace(".", separator)))
    axes.grid(axis=axis, color="#e6e6e6", linewidth=0.6)
    axes.set_axisbelow(True)


def chart_bounds(bounds: pd.DataFrame, fit: PanelFit, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw each year's ratio under three suppositions on silent agencies, over all that is possible.

    Parameters
    ----------
    bounds : DataFrame
        From ``bound_ratios``.
    fit : PanelFit
        The fit of the same panel.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: as ``bounds``.
    """
    language = edition.language
    heights = list(range(len(bounds), 0, -1))
    with chart_style():
        figure, (axes,) = new_figure(1.5 + 0.5 * len(bounds))
        axes.axvline(1, color=FAINT, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
        for height, row in zip(heights, bounds.to_dict("records"), strict=True):
            _draw_bounds(axes, row, height)
        axes.plot([], [], color=_BAND, linewidth=9, label=edition.say("supposition.worst"))
        for name in SUPPOSITIONS:
            axes.scatter(
                [], [], marker=_MARKERS[name], color=_colour(name), s=34, label=edition.say(f"supposition.{name}")
            )
        figure.legend(loc="outside lower center", ncols=2, fontsize=8)
        drawn = bounds.drop(columns=["year", "covered"])
        positive = drawn.where(drawn > 0)
        _log_scale(axes, float(positive.min().min()), float(positive.max().max()), edition, axis="x")
        axes.set_yticks(heights, labels=[str(year) for year in bounds["year"]])
        axes.set_ylim(0.4, len(bounds) + 0.6)
        axes.tick_params(axis="y", length=0)
        axes.set_title(edition.say("panel_axis.bounds", reference=str(fit.reference)))
    clear = (bounds["worst_low"] > 1) | (bounds["worst_high"] < 1)
    values = "; ".join(
        f"{row.year}: {ratio(row.worst_low, language)}–{ratio(row.worst_high, language)}"
        for row in bounds.dropna(subset=["worst_low", "worst_high"]).itertuples()
    )
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=edition.say(
            "panel_title.bounds", clear=int(clear.sum()), years=len(bounds), reference=str(fit.reference)
        ),
        alt=edition.say("panel_alt.bounds", values=values),
        source=edition.model_source,
        data=bounds,
        figure=figure,
        language=language,
    )


def _colour(name: str) -> str:
    """Give each supposition its colour."""
    return {"like_published": _POINT, "all_zero": TYPE_COLOURS["province"], "at_most": TYPE_COLOURS["regency"]}[name]


def _draw_bounds(axes: Axes, row: dict, height: int) -> None:
    """Draw a year's worst range, its interval and its ratio under each supposition."""
    if not (is_missing(row["worst_low"]) or is_missing(row["worst_high"])):
        axes.plot([row["worst_low"], row["worst_high"]], [height] * 2, color=_BAND, linewidth=13, solid_capstyle="butt")
    if not is_missing(row["low"]):
        axes.plot([row["low"], row["high"]], [height + 0.12] * 2, color=_POINT, linewidth=1.4)
    for name, shift in zip(SUPPOSITIONS, (0.12, -0.05, -0.2), strict=True):
        if not is_missing(row[name]) and row[name] > 0:
            axes.scatter(row[name], height + shift, marker=_MARKERS[name], color=_colour(name), s=34, zorder=3)
