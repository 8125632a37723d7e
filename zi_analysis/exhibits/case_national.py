"""The national count of a case's year: a table by agency type, and the share of agencies with an award."""

from dataclasses import replace
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.rate_labels import percent_range
from zi_analysis.exhibits.style import FAINT, INK, TYPE_COLOURS, chart_style, new_figure
from zi_analysis.exhibits.tables import make_table
from zi_analysis.exhibits.words import is_missing, number, percent, spread

_WIDE = {
    ("agencies_existing", "all"): "existing",
    ("agencies_evaluated", "all"): "evaluated",
    ("agencies_awarded", "all"): "awarded",
    ("units_awarded", "WBK"): "wbk",
    ("units_awarded", "WBBM"): "wbbm",
    ("units_awarded", "all"): "units",
}
_PALE = 0.35


def table_national(national: pd.DataFrame, before: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show the numbers of a year by agency type, each as what it is, and the sums of the year before.

    Parameters
    ----------
    national, before : DataFrame
        From ``list_national``: the year of the case and the year before; of the latter only all agencies are shown.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: year, agency_type, measure, predicate, lower, upper, status, identifier. In the table an exact number
        stands plain, bounds with a dash, a number known only within a sum in brackets, and an unknown one as ?.
    """
    rows = pd.concat([national, before[before["agency_type"] == "all"]], ignore_index=True)
    shown = rows.assign(
        number=[_WIDE.get(fact) for fact in zip(rows["measure"], rows["predicate"], strict=True)],
        text=[say_bounds(row, edition) for row in rows.itertuples()],
    )
    wide = shown.pivot(index=["year", "agency_type"], columns="number", values="text").reset_index()
    order = list(dict.fromkeys(zip(rows["year"], rows["agency_type"], strict=True)))
    wide = wide.set_index(["year", "agency_type"]).loc[order].reset_index()
    wide = wide.assign(agency_type=[edition.say(f"type.{name}") for name in wide["agency_type"]])
    names = list(_WIDE.values())
    table = make_table(
        wide,
        edition,
        exhibit=exhibit,
        pictured=False,
        title=_title(national, edition),
        source=edition.settled_source,
        headers={
            "year": "column.year",
            "agency_type": "column.agency_type",
            **{name: f"case_column.{name}" for name in names},
        },
        formats={"year": "year", **dict.fromkeys(names, "words")},
    )
    return replace(table, data=rows)


def say_bounds(row: Any, edition: Edition) -> str:
    """Write a number as what it is: exact, bounded, known only within a sum, or unknown."""
    if row.status == "unknown" or (is_missing(row.upper) and row.status == "sum"):
        return "?"
    text = f"≥{number(row.lower, edition.language)}" if is_missing(row.upper) else ""
    text = text or spread(row.lower, row.upper, edition.language)
    return f"({text})" if row.status == "sum" else text


def _title(national: pd.DataFrame, edition: Edition) -> str:
    """How many of the numbers are exact, bounded, only in sum or unknown."""
    split = national[national["agency_type"].isin(["central", "province", "regency", "city"])]
    states = split.loc[split["measure"] != "agencies_existing", "status"]
    counts = {name: int((states == name).sum()) for name in ("exact", "bounded", "sum")}
    return edition.say("case_title.national", year=int(national["year"].iloc[0]), numbers=len(states), **counts)


def chart_shares(rates: pd.DataFrame, case_year: int, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw the share of agencies evaluated that had an award: a dot with its interval, or a bar between bounds.

    Parameters
    ----------
    rates : DataFrame
        From ``rate_agencies``.
    case_year : int
        Their year.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: agency_type, awarded_low, awarded_high, trials_low, trials_high, state, rate, low, high.
    """
    exact, bounded = (int((rates["state"] == state).sum()) for state in ("exact", "bounded"))
    values = "; ".join(f"{edition.say(f'type.{row.agency_type}')} {_share(row, edition)}" for row in rates.itertuples())
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=edition.say("case_title.shares", year=case_year, exact=exact, bounded=bounded, types=len(rates)),
        alt=edition.say("case_alt.shares", values=values),
        source=edition.settled_source,
        data=rates,
        figure=_draw(rates, edition),
        language=edition.language,
    )


def _share(row: Any, edition: Edition) -> str:
    """A share with its interval, the ends of its bounds, or that nothing bounds it."""
    if row.state == "exact":
        interval = percent_range(row.low, row.high, edition)
        return edition.say("case_mark.share", share=percent(row.rate, edition.language), interval=interval)
    if row.state == "bounded":
        return edition.say("case_mark.share_bounds", bounds=percent_range(row.low, row.high, edition))
    return edition.say("case_mark.share_none")


def _draw(rates: pd.DataFrame, edition: Edition) -> Figure:
    """One line a type, sums first."""
    with chart_style():
        figure, (axes,) = new_figure(0.9 + 0.36 * len(rates))
        for place, row in enumerate(rates.itertuples()):
            _draw_share(axes, place, row, edition)
        axes.set_yticks(range(len(rates)), [_side(row, edition) for row in rates.itertuples()])
        axes.set_ylim(len(rates) - 0.4, -0.6)
        axes.set_xlim(0, 1)
        axes.set_xticks(
            [0, 0.25, 0.5, 0.75, 1], [percent(x, edition.language, decimals=0) for x in (0, 0.25, 0.5, 0.75, 1)]
        )
        axes.grid(axis="x", color="#e6e6e6", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(edition.say("case_axis.share"))
    return figure


def _draw_share(axes: Axes, place: int, row: Any, edition: Edition) -> None:
    """A dot and interval, a pale bar between bounds, or only the words."""
    colour = TYPE_COLOURS[row.agency_type]
    if row.state == "exact":
        axes.plot([row.low, row.high], [place, place], color=colour, linewidth=2)
        axes.plot(row.rate, place, marker="o", color=colour, markersize=6)
    elif row.state == "bounded":
        axes.barh(place, row.high - row.low, left=row.low, height=0.42, color=colour, alpha=_PALE, linewidth=0)
    hue = FAINT if row.state == "none" else INK
    axes.annotate(
        _share(row, edition),
        (1.0, place),
        xytext=(8, 0),
        textcoords="offset points",
        va="center",
        ha="left",
        fontsize=8,
        color=hue,
        annotation_clip=False,
    )


def _side(row: Any, edition: Edition) -> str:
    """A type with the two counts of its share."""
    won = _count(row.awarded_low, row.awarded_high, edition.language)
    tried = _count(row.trials_low, row.trials_high, edition.language)
    return edition.say("case_mark.of", type=edition.say(f"type.{row.agency_type}"), awarded=won, tried=tried)


def _count(lower: object, upper: object, language: str) -> str:
    """A count between its bounds; the mark of the unknown where nothing bounds it."""
    return "?" if is_missing(upper) else spread(lower, upper, language)
