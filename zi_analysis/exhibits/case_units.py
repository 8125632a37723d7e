"""Table of a case: the units awarded in its year, and what is known of the units before them."""

from typing import Any

import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.evidence.case import Case
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.tables import make_table
from zi_analysis.exhibits.words import spread
from zi_analysis.study.case_before import OpenUnits, count_open, won_before_by_rule

MOST_NAMED = 20  # units listed one by one
_COLUMNS = ["what", "predicate", "when", "count", "how", "identifier"]


def table_units(case: Case, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show the units awarded in the case's year and what pages and rules tell of the others.

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
        Data: what, predicate, when, count, how, identifier (what ``zi trace`` takes; of the rule a regulation_id).

    Raises
    ------
    StudyRefusal
        If neither an award by name nor a stock is known.
    """
    rows = [*_named_rows(case, edition), *_count_rows(case, edition), *_stock_rows(case, edition)]
    rows += _rule_rows(case, edition)
    if not rows:
        raise StudyRefusal("no page read names an award of it", key="profile_no_awards", agency=case.name)
    named = int((case.awards["year"] == case.case_year).sum())
    count = say_count(case.count, edition)
    values = {"agency": case.name, "named": named, "count": count, "case_year": case.case_year}
    left = open_units(case)
    if left is None:
        title = edition.say("case_title.units_named", **values)
    else:
        title = edition.say("case_title.units", **values, held=left.held, open=say_open(left, edition))
    return make_table(
        pd.DataFrame(rows, columns=_COLUMNS),
        edition,
        exhibit=exhibit,
        pictured=False,
        title=title,
        source=edition.say("case_source.units"),
        headers={name: f"case_column.{name}" for name in _COLUMNS},
        formats={"count": "words"},
    )


def open_units(case: Case) -> OpenUnits | None:
    """Count the units of the last stock that no page names; None where no stock is told."""
    if case.stock is None:
        return None
    return count_open(case.awards, held=int(case.stock["held"]), year=int(case.stock["year"]))


def say_open(left: OpenUnits, edition: Edition) -> str:
    """Write how many units of a stock no page names."""
    return spread(left.open_low, left.open_high, edition.language)


def _named_rows(case: Case, edition: Edition) -> list[tuple]:
    """Awards by name of the case's year, and how many more there are than are listed."""
    awards = case.awards[case.awards["year"] == case.case_year]
    rows: list[tuple] = [
        (
            row.unit,
            _say_predicate(row.predicate, edition),
            str(row.year),
            "1",
            edition.say("case_how.name", pages=row.page_count),
            row.award_key,
        )
        for row in awards[:MOST_NAMED].itertuples()
    ]
    further = len(awards) - MOST_NAMED
    if further > 0:
        how = edition.say("case_how.names")
        more = edition.say("case_what.further")
        rows.append((more, _say_predicate("all", edition), str(case.case_year), str(further), how, ""))
    return rows


def _count_rows(case: Case, edition: Edition) -> list[tuple]:
    """Counts of the years, but for the case's year where every unit of it is listed by name."""
    named = case.awards.groupby("year").size()
    both, what = _say_predicate("all", edition), edition.say("case_what.counted")
    rows = []
    for row in case.counts[case.counts["status"] != "unknown"].itertuples():
        names = int(named.get(row.year, 0))
        if row.year == case.case_year and names >= row.lower:
            continue
        how = edition.say("case_how.counted", state=edition.say(f"profile_state.{row.status}"), named=names)
        rows.append((what, both, str(row.year), say_count(row, edition), how, row.panel_id))
    return rows


def say_count(row: Any, edition: Edition) -> str:
    """Write a count of an agency: whole, at the least, or unknown."""
    return edition.say("bound.unknown") if row.status == "unknown" else spread(row.lower, row.upper, edition.language)


def _stock_rows(case: Case, edition: Edition) -> list[tuple]:
    """The stock, and what of it no page names."""
    left = open_units(case)
    if left is None or case.stock is None:
        return []
    until = edition.say("case_mark.until", until_year=left.year)
    both = _say_predicate("all", edition)
    ids = str(case.stock["settled_ids"]).split("|")
    told = edition.say("case_how.stock")
    rest = edition.say("case_how.rest", named=left.named)
    untold = edition.say("case_mark.untold")
    return [
        (edition.say("case_what.stock"), both, until, str(left.held), told, " ".join(ids)),
        (edition.say("case_what.rest"), both, untold, say_open(left, edition), rest, ""),
    ]


def _rule_rows(case: Case, edition: Edition) -> list[tuple]:
    """WBK that units with WBBM must have had, where a rule says so."""
    found = won_before_by_rule(case.awards)
    if case.prior_rule is None or found.empty:
        return []
    when = edition.say("case_mark.before", before_year=int(found["year"].max()))
    how = edition.say("case_how.rule")
    return [(edition.say("case_what.rule"), "WBK", when, str(len(found)), how, case.prior_rule)]


def _say_predicate(predicate: Any, edition: Edition) -> str:
    """A predicate, or both, or either where the page does not split them."""
    return edition.say("mark.not_split") if pd.isna(predicate) else edition.say(f"predicate.{predicate}")
