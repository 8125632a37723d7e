"""Chart of a case: the decade of the country above, that of the agency below, and the rules behind both."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from zi_analysis.evidence.case import Case
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.style import FAINT, INK, TYPE_COLOURS, chart_style, count_axis, new_figure, year_axis
from zi_analysis.exhibits.words import is_missing, number, spread

_BANDS = ("#f4f4f4", "#ffffff")
_PALE = 0.35
_LEAST_TOP = 4.0  # awards; so that one award does not fill the panel


def chart_decade(case: Case, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw the awards of the country and of the agency by year, over the rules of each year.

    Parameters
    ----------
    case : Case
        From ``read_case``.
    edition : Edition
        Language and years.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: year, rules, cell_id, country_lower, country_upper, country_status, panel_id, agency_lower, agency_upper,
        agency_status (missing where it did not exist), held (units told to hold a predicate up to the year).
    """
    rows = decade_rows(case)
    agency = rows["agency_status"]
    values = {
        "agency": case.name,
        "known": int(agency.isin(["exact", "at_least"]).sum()),
        "years": len(rows),
        "country": int((rows["country_status"] == "exact").sum()),
    }
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=edition.say("case_title.decade", **values),
        alt=edition.say("case_alt.decade", agency=case.name, values=_in_words(rows, edition)),
        source=edition.say("case_source.decade"),
        data=rows,
        figure=_draw(rows, case, edition),
        language=edition.language,
    )


def decade_rows(case: Case) -> pd.DataFrame:
    """Put country, agency, stock and rules of each year side by side.

    Parameters
    ----------
    case : Case
        From ``read_case``.

    Returns
    -------
    DataFrame
        One row a year of the case, columns as `chart_decade` says.
    """
    years = pd.DataFrame({"year": pd.array(list(case.years), dtype="Int64")})
    rules = [_rules_of(year, case.rules) for year in case.years]
    rows = years.assign(rules=pd.array(rules, dtype="str"))
    cells = case.evidence.counted.cells
    country = cells[(cells["agency_type"] == "all") & (cells["predicate"] == "all")]
    counts = case.profile.counts
    own = counts[counts["predicate"] == "all"]
    bounds = ["lower", "upper", "status"]
    for name, frame, key in (("country", country, "cell_id"), ("agency", own, "panel_id")):
        part = frame[["year", key, *bounds]].rename(columns={bound: f"{name}_{bound}" for bound in bounds})
        rows = rows.merge(part, on="year", how="left", validate="1:1")
    stocks = case.stocks[case.stocks["agency_id"] == case.profile.agency_id]
    return rows.merge(stocks[["year", "held"]], on="year", how="left", validate="1:1")


def _rules_of(year: int, rules: pd.DataFrame) -> str | None:
    """The rules an evaluation year was under."""
    found = rules[(rules["first_year"] <= year) & (rules["last_year"] >= year)]
    return None if found.empty else str(found["rules"].iloc[-1])


def _in_words(rows: pd.DataFrame, edition: Edition) -> str:
    """Each year's two counts for a reader who does not see the chart."""
    return "; ".join(
        edition.say(
            "case_alt.decade_year",
            at_year=int(row.year),
            rules=row.rules,
            country=_label(row.country_status, row.country_lower, row.country_upper, edition.language),
            agency=_label(row.agency_status, row.agency_lower, row.agency_upper, edition.language),
        )
        for row in rows.itertuples()
    )


def _label(status: object, lower: object, upper: object, language: str) -> str:
    """A count, a range, an open range, the mark of the unknown, or a dash where there was no agency."""
    if is_missing(status):
        return "–"
    if is_missing(upper) and (is_missing(lower) or lower == 0):
        return "?"
    return f"≥{number(lower, language)}" if is_missing(upper) else spread(lower, upper, language)


def _draw(rows: pd.DataFrame, case: Case, edition: Edition) -> Figure:
    """Two panels over the bands of the rules."""
    colour = TYPE_COLOURS[case.profile.agency["agency_type"]]
    with chart_style():
        figure, (above, below) = new_figure(4.6, rows=2)
        for axes, name, hue in ((above, "country", TYPE_COLOURS["all"]), (below, "agency", colour)):
            _shade_rules(axes, case, edition, label=axes is above)
            _draw_counts(axes, rows, name, hue, edition.language)
            year_axis(axes, case.years)
            axes.set_ylabel(edition.say("axis.units"))
        above.set_title(edition.say("case_mark.country"))
        below.set_title(case.name)
        _draw_stock(below, rows, colour, edition)
        figure.legend(handles=_handles(rows, colour, edition), loc="outside lower center", ncols=4, fontsize=8)
    return figure


def _shade_rules(axes: Axes, case: Case, edition: Edition, *, label: bool) -> None:
    """Shade the years of each regulation and name it."""
    for position, row in enumerate(case.rules.itertuples()):
        first, last = max(row.first_year, case.years[0]), min(row.last_year, case.years[-1])
        if first > last:
            continue
        axes.axvspan(first - 0.5, last + 0.5, color=_BANDS[position % 2], linewidth=0, zorder=0)
        if label:
            words = edition.say("case_mark.rules", rules=row.rules)
            place = axes.get_xaxis_transform()
            axes.text(first - 0.42, 0.97, words, transform=place, va="top", fontsize=7.5, color=INK)


def _draw_counts(axes: Axes, rows: pd.DataFrame, name: str, colour: str, language: str) -> None:
    """A full bar for a whole count, a pale one for a least, a line up to the most, a mark for the unknown."""
    parts = rows.rename(columns={f"{name}_{end}": end for end in ("lower", "upper", "status")})
    known = parts[["lower", "upper"]].max(axis=1)
    held = parts["held"] if name == "agency" else pd.Series(dtype="Int64")
    top = max([_LEAST_TOP, *(float(value) for value in [*known.dropna(), *held.dropna()])])
    for row in parts.itertuples():
        _draw_year(axes, row, colour, language, top)
    count_axis(axes, language)
    axes.set_ylim(0, 1.32 * top)


def _draw_year(axes: Axes, row: Any, colour: str, language: str, top: float) -> None:
    """One year of one panel."""
    height = 0.0 if is_missing(row.lower) else float(row.lower)
    reach = height if is_missing(row.upper) else float(row.upper)
    exact = row.status == "exact"
    axes.bar(row.year, height, width=0.62, color=colour, alpha=1 if exact else _PALE, linewidth=0)
    if reach > height:
        axes.plot([row.year, row.year], [height, reach], color=colour, linewidth=2)
    text = _label(row.status, row.lower, row.upper, language)
    hue = FAINT if text in ("?", "–") else INK
    axes.text(row.year, max(height, reach) + 0.02 * top, text, ha="center", va="bottom", fontsize=8, color=hue)


def _draw_stock(axes: Axes, rows: pd.DataFrame, colour: str, edition: Edition) -> None:
    """Units told to hold a predicate up to a year, as a diamond with its number."""
    for row in rows[rows["held"].notna()].itertuples():
        axes.plot(row.year, row.held, marker="D", markersize=7, color="white", markeredgecolor=colour, linestyle="none")
        axes.annotate(
            number(row.held, edition.language),
            (row.year, row.held),
            xytext=(-9, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=8,
        )


def _handles(rows: pd.DataFrame, colour: str, edition: Edition) -> list[Patch | Line2D]:
    """Keys of what is there."""
    states = set(rows["agency_status"].dropna()) | set(rows["country_status"].dropna())
    keys: list[Patch | Line2D] = []
    if "exact" in states:
        keys.append(Patch(color=TYPE_COLOURS["all"], label=edition.say("profile_state.exact")))
    if "at_least" in states or "bounded" in states:
        keys.append(Patch(color=colour, alpha=_PALE, linewidth=0, label=edition.say("profile_state.at_least")))
    if "unknown" in states:
        keys.append(Line2D([], [], linestyle="none", label=edition.say("profile_state.unknown")))
    if rows["held"].notna().any():
        keys.append(stock_key(colour, edition))
    return keys


def stock_key(colour: str, edition: Edition) -> Line2D:
    """Make the key of the diamond for units told to hold a predicate.

    Parameters
    ----------
    colour : str
        Of the diamond's edge.
    edition : Edition
        Language.

    Returns
    -------
    Line2D
    """
    words = edition.say("case_mark.held")
    return Line2D([], [], label=words, marker="D", color="white", markeredgecolor=colour, linestyle="none")
