"""Charts of counts and rates: exact cells beside bounded ones, each drawn as what it is."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from zi_analysis.errors import StudyRefusal
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.style import (
    FAINT,
    INK,
    NOT_SPLIT,
    PREDICATE_COLOURS,
    TYPE_COLOURS,
    chart_style,
    count_axis,
    new_figure,
    year_axis,
)
from zi_analysis.exhibits.words import is_missing, listing, number, percent, say, spread
from zi_analysis.study.series import FIRST_YEAR_UNDER_RULES_OF_2021

RULES_BREAK = (
    FIRST_YEAR_UNDER_RULES_OF_2021 - 0.5
)  # between the last evaluation under the old rules and the first under those of 2021


def chart_awards(cells: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw the units awarded in the whole country by year, WBK and WBBM stacked.

    Parameters
    ----------
    cells : DataFrame
        From ``count_cells``.
    edition : Edition
        Language, years and predicate.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: year, predicate, lower, upper, status.
    """
    language, years, predicate = edition.language, edition.years, edition.predicate
    shown = ["WBK", "WBBM"] if predicate == "all" else [predicate]
    national = cells[(cells["agency_type"] == "all") & cells["year"].isin(years)]
    rows = national[national["predicate"].isin([*shown, predicate])]
    total = rows[rows["predicate"] == predicate].set_index("year")
    with chart_style():
        figure, (axes,) = new_figure(3.2)
        bottom = pd.Series(0.0, index=list(years))
        for name in shown:
            part = rows[rows["predicate"] == name].set_index("year")
            heights = part["lower"].reindex(list(years)).fillna(0).astype(float)
            axes.bar(heights.index, heights, bottom=bottom, color=PREDICATE_COLOURS[name], label=name, width=0.7)
            bottom = bottom + heights
        rest = _not_split(total, bottom)
        if rest.any():
            axes.bar(rest.index, rest, bottom=bottom, color=NOT_SPLIT, label=say("mark.not_split", language), width=0.7)
            bottom = bottom + rest
        _label_totals(axes, total, bottom, language)
        _mark_rules(axes, years, language)
        year_axis(axes, list(years))
        count_axis(axes, language)
        axes.set_ylim(0, 1.13 * max(float(bottom.max()), 1.0))
        axes.set_ylabel(say("axis.units", language))
        if len(shown) > 1:
            axes.legend(loc="upper left")
    rows = rows[["year", "predicate", "lower", "upper", "status"]].drop_duplicates()
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=_awards_title(total, predicate, language),
        alt=say(
            "alt.awards",
            language,
            predicate=say(f"predicate.{predicate}", language),
            values=_in_words(total, language),
        ),
        source=edition.settled_source,
        data=rows.reset_index(drop=True),
        figure=figure,
        language=language,
    )


def _not_split(total: pd.DataFrame, told: pd.Series) -> pd.Series:
    """Awards of each year that the total holds beyond those known to be of one predicate."""
    known = total["lower"].reindex(told.index)
    return (known.astype("Float64").fillna(0) - told).clip(lower=0).astype(float)


def _awards_title(total: pd.DataFrame, predicate: str, language: str) -> str:
    """Say where awards peaked, how low they fell, and where they ended."""
    known = total[total["upper"].notna()]
    if known.empty:
        return say("title.awards_unknown", language, predicate=say(f"predicate.{predicate}", language))
    peak = int(known["lower"].idxmax())
    last = int(known.index.max())
    low = int(known.loc[peak:, "lower"].idxmin())
    values = {
        "predicate": say(f"predicate.{predicate}", language),
        "peak_year": peak,
        "peak": spread(known.loc[peak, "lower"], known.loc[peak, "upper"], language),
        "low_year": low,
        "low": spread(known.loc[low, "lower"], known.loc[low, "upper"], language),
        "last_year": last,
        "last": spread(known.loc[last, "lower"], known.loc[last, "upper"], language),
    }
    if low == peak:
        return say("title.awards_peak", language, **values)
    return say("title.awards" if last != low else "title.awards_fall", language, **values)


def _in_words(total: pd.DataFrame, language: str) -> str:
    """Write the totals for a reader who does not see the chart."""
    return "; ".join(f"{year}: {spread(row['lower'], row['upper'], language)}" for year, row in total.iterrows())


def _label_totals(axes: Axes, total: pd.DataFrame, heights: pd.Series, language: str) -> None:
    """Write each year's total above its bar."""
    for year, row in total.iterrows():
        known = row["lower"] > 0 or pd.notna(row["upper"])
        label = _short(row["lower"], row["upper"], language) if known else say("mark.none_known", language)
        height = heights[year] + 0.015 * max(float(heights.max()), 1.0)
        axes.text(year, height, label, ha="center", va="bottom", color=INK if known else FAINT, fontsize=8.5)


def _short(lower: int, upper: int | None, language: str) -> str:
    """A number, a range, or an open range, short enough to stand on a bar."""
    return f"≥{number(lower, language)}" if is_missing(upper) else spread(lower, upper, language)


def _mark_rules(axes: Axes, years: Sequence[int], language: str, *, label: bool = True) -> None:
    """Mark where the rules of 2021 begin, if within the years."""
    if min(years) < RULES_BREAK < max(years):
        axes.axvline(RULES_BREAK, color=FAINT, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
        if label:
            words = " " + say("mark.rules", language)
            axes.text(
                RULES_BREAK,
                0.99,
                words,
                transform=axes.get_xaxis_transform(),
                va="top",
                fontsize=8,
                color=FAINT,
            )


def chart_bounds(rates: pd.DataFrame, edition: Edition, *, exhibit: str, measure: str) -> Exhibit:
    """Draw what is known of each agency type's awards by year: a dot where exact, a bar where bounded.

    Parameters
    ----------
    rates : DataFrame
        From ``bounded_rates``: cells with rate_low and rate_high (counts when measure is "none").
    edition : Edition
        Language, years, predicate and agency types (one panel each).
    measure : str
        Exposure of the rates, for the words of the scale.
    exhibit
        As in ``chart_awards``.

    Returns
    -------
    Exhibit
        Data: year, agency_type, predicate, lower, upper, status, rate_low, rate_high.
    """
    language, years, predicate, types = (
        edition.language,
        edition.years,
        edition.predicate,
        edition.agency_types,
    )
    rows = rates[(rates["predicate"] == predicate) & rates["agency_type"].isin(list(types)) & rates["year"].isin(years)]
    columns = min(2, len(types))
    lines = -(-len(types) // columns)
    with chart_style():
        figure, panels = new_figure(0.5 + 2.0 * lines, rows=lines, columns=columns)
        for axes, agency_type in zip(panels, types, strict=False):
            _draw_bounds(axes, rows[rows["agency_type"] == agency_type], agency_type, years, language)
        for axes in panels[len(types) :]:
            axes.set_visible(False)
        figure.supylabel(say(f"per.{measure}", language), fontsize=9)
        figure.legend(handles=_bound_handles(language), loc="outside upper center", ncols=3, fontsize=8)
    exact = int((rows["status"] == "exact").sum())
    values = {
        "exact": exact,
        "cells": len(rows),
        "types": listing([say(f"type.{name}", language) for name in types], language),
        "predicate": say(f"predicate.{predicate}", language),
    }
    columns_out = ["year", "agency_type", "predicate", "lower", "upper", "status", "rate_low", "rate_high"]
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=say(
            "title.bounds" if measure == "none" else "title.bounded_rates",
            language,
            per=say(f"per.{measure}", language),
            **values,
        ),
        alt=say("alt.bounds", language, per=say(f"per.{measure}", language), **values),
        source=edition.settled_source,
        data=rows[columns_out].reset_index(drop=True),
        figure=figure,
        language=language,
    )


def chart_exposed(rates: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw awards per exposure of the edition, as ``chart_bounds`` does.

    Parameters
    ----------
    rates, edition, exhibit
        As in ``chart_bounds``.

    Returns
    -------
    Exhibit

    Raises
    ------
    StudyRefusal
        If the edition has no exposure: the counts themselves stand in ``chart_bounds`` already.
    """
    if edition.exposure == "none":
        raise StudyRefusal("no exposure is chosen", key="no_exposure")
    return chart_bounds(rates, edition, exhibit=exhibit, measure=edition.exposure)


def _draw_bounds(axes: Axes, rows: pd.DataFrame, agency_type: str, years: range, language: str) -> None:
    """Draw the rates of one agency type: dots where exact, else bars from least to most."""
    colour = TYPE_COLOURS[agency_type]
    known = rows[rows["rate_high"].notna() & (rows["status"] != "unknown")]
    for row in known.itertuples():
        if row.rate_high - row.rate_low < 1e-9:
            axes.scatter(row.year, row.rate_low, s=26, color=colour, zorder=3)
            continue
        alpha = 0.75 if row.status == "bounded" else 0.28
        axes.bar(row.year, row.rate_high - row.rate_low, bottom=row.rate_low, width=0.55, color=colour, alpha=alpha)
        axes.hlines([row.rate_low, row.rate_high], row.year - 0.275, row.year + 0.275, color=colour, linewidth=1.3)
    top = float(known["rate_high"].max()) if len(known) else 1.0
    for row in rows[~rows.index.isin(known.index)].itertuples():
        open_end = row.lower > 0 and not is_missing(row.rate_low)
        mark = f"≥{number(row.rate_low, language)}" if open_end else say("mark.none_known", language)
        size = 6.5 if open_end else 10
        axes.text(row.year, 0.02 * top, mark, ha="center", color=FAINT, fontsize=size, rotation=90 if open_end else 0)
    _mark_rules(axes, years, language, label=False)
    year_axis(axes, list(years))
    count_axis(axes, language, decimals=0 if top >= 5 else 1)
    axes.set_ylim(0, 1.08 * max(top, 1e-9))
    axes.set_title(say(f"type.{agency_type}", language), color=colour, fontweight="bold")


def _bound_handles(language: str) -> list:
    """Explain dots and bars."""
    return [
        Line2D([], [], marker="o", linestyle="", color=INK, markersize=5, label=say("bound.exact", language)),
        Patch(color=INK, alpha=0.75, label=say("bound.bounded", language)),
        Patch(color=INK, alpha=0.28, label=say("bound.sum", language)),
    ]


def chart_success(rates: pd.DataFrame, edition: Edition, *, exhibit: str, title: str) -> Exhibit:
    """Draw success rates with their 95% intervals, one row a group.

    Parameters
    ----------
    rates : DataFrame
        label, successes, trials, rate, low, high (shares of one).
    title : str
        What the chart says.
    edition, exhibit
        As in ``chart_awards``.

    Returns
    -------
    Exhibit
        Data: as ``rates``.
    """
    language = edition.language
    with chart_style():
        figure, (axes,) = new_figure(0.8 + 0.34 * len(rates))
        heights = list(range(len(rates), 0, -1))
        for height, row in zip(heights, rates.itertuples(), strict=True):
            colour = TYPE_COLOURS.get(getattr(row, "agency_type", "all"), INK)
            axes.plot(
                [100 * row.low, 100 * row.high],
                [height, height],
                color=colour,
                linewidth=2,
                solid_capstyle="butt",
            )
            axes.scatter(100 * row.rate, height, color=colour, s=34, zorder=3)
            label = f"{percent(row.rate, language)}  ({number(row.successes, language)}/{number(row.trials, language)})"
            axes.text(100 * row.high, height, "  " + label, va="center", fontsize=8)
        axes.set_yticks(heights, labels=list(rates["label"]))
        axes.set_ylim(0.4, len(rates) + 0.6)
        top = 100 * float(rates["high"].max())
        axes.set_xlim(0, min(135.0, 1.35 * top))
        axes.set_xlabel(say("axis.success", language))
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
    values = "; ".join(f"{row.label}: {percent(row.rate, language)}" for row in rates.itertuples())
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=title,
        alt=say("alt.success", language, values=values),
        source=edition.settled_source,
        data=rates,
        figure=figure,
        language=language,
    )
