"""The story of a case in a few paragraphs, made from its numbers."""

import pandas as pd

from zi_analysis.evidence.case import Case
from zi_analysis.exhibits.case_trace import rests_alone
from zi_analysis.exhibits.case_units import MOST_NAMED, open_units, say_count, say_open
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.sentences import Findings
from zi_analysis.exhibits.words import listing, spread

_EVALUATED = ("all", "central", "province", "regency", "city")


class Story(Findings):
    """Paragraphs instead of a list."""

    def _repr_markdown_(self) -> str:
        """Show each sentence group as a paragraph."""
        return "\n\n".join(line.removeprefix("- ") for line in super()._repr_markdown_().splitlines())


def tell_story(
    case: Case, national: pd.DataFrame, before: pd.DataFrame, figures: pd.DataFrame, edition: Edition
) -> Story:
    """Tell what happened in the case's year, what is known around it and what it rests on.

    Parameters
    ----------
    case : Case
        From ``read_case``.
    national, before : DataFrame
        From ``list_national``: the case's year and the year before.
    figures : DataFrame
        From ``list_figures``.
    edition : Edition
        Language and years.

    Returns
    -------
    Story
    """
    paragraphs = [
        _tell_awards(case, edition),
        _tell_stock(case, edition),
        _tell_country(case, national, edition),
        _tell_year_before(case, before, edition),
        "" if figures.empty else _tell_rests(figures, edition),
    ]
    return Story(tuple(paragraph for paragraph in paragraphs if paragraph))


def value_of(national: pd.DataFrame, measure: str, agency_type: str, *, predicate: str = "all") -> pd.Series | None:
    """Find one number of ``list_national``; None where there is no row.

    Parameters
    ----------
    national : DataFrame
        From ``list_national``.
    measure, agency_type, predicate : str
        Which number.

    Returns
    -------
    Series or None
        lower, upper, status and the rest of the row.
    """
    rows = national[
        (national["measure"] == measure)
        & (national["agency_type"] == agency_type)
        & (national["predicate"] == predicate)
    ]
    return None if rows.empty else rows.iloc[0]


def say_value(
    national: pd.DataFrame, measure: str, agency_type: str, edition: Edition, *, predicate: str = "all"
) -> str:
    """Write one number of ``list_national`` with its bounds, or that it is unknown."""
    row = value_of(national, measure, agency_type, predicate=predicate)
    if row is None or row["status"] == "unknown":
        return edition.say("bound.unknown")
    return spread(row["lower"], row["upper"], edition.language)


def name_units(case: Case, edition: Edition) -> str:
    """Name the units awarded in the case's year with their predicates."""
    rows = case.awards[case.awards["year"] == case.case_year]
    either = edition.say("mark.not_split")
    said = [
        f"{row.unit} ({either if pd.isna(row.predicate) else row.predicate})" for row in rows[:MOST_NAMED].itertuples()
    ]
    if len(rows) > MOST_NAMED:
        said.append(edition.say("case_story.further", further=len(rows) - MOST_NAMED))
    return listing(said, edition.language)


def _tell_awards(case: Case, edition: Edition) -> str:
    """The units of the year by name, or that none is named."""
    values = {"agency": case.name, "case_year": case.case_year}
    if case.count["status"] == "unknown":
        return edition.say("case_story.none_named", **values)
    count, units = say_count(case.count, edition), name_units(case, edition)
    if not units:
        return edition.say("case_story.counted", **values, count=count)
    return edition.say("case_story.named", **values, count=count, units=units)


def _tell_stock(case: Case, edition: Edition) -> str:
    """How many units are told to hold a predicate, and how many of them no page names."""
    left = open_units(case)
    if left is None:
        return edition.say("case_story.no_stock", agency=case.name)
    values = {"agency": case.name, "stock_year": left.year, "held": left.held, "named": left.named}
    if not left.open_high:
        return edition.say("case_story.stock_named", agency=case.name, stock_year=left.year, held=left.held)
    return edition.say("case_story.stock", **values, open=say_open(left, edition))


def _tell_country(case: Case, national: pd.DataFrame, edition: Edition) -> str:
    """The awards of the country, and who was evaluated and awarded."""
    agencies = {
        f"{stage}_{kind}": say_value(national, f"agencies_{stage}", kind, edition)
        for stage, kinds in (("evaluated", _EVALUATED), ("awarded", ("central", "local")))
        for kind in kinds
    }
    units = {
        name: say_value(national, "units_awarded", "all", edition, predicate=predicate)
        for name, predicate in (("units", "all"), ("wbk", "WBK"), ("wbbm", "WBBM"))
    }
    return edition.say("case_story.country", case_year=case.case_year, **units, **agencies)


def _tell_year_before(case: Case, before: pd.DataFrame, edition: Edition) -> str:
    """The same two sums in the year before."""
    return edition.say(
        "case_story.before",
        before_year=case.case_year - 1,
        evaluated=say_value(before, "agencies_evaluated", "all", edition),
        units=say_value(before, "units_awarded", "all", edition),
    )


def _tell_rests(figures: pd.DataFrame, edition: Edition) -> str:
    """How many figures rest on one source without address."""
    alone = int(rests_alone(figures).sum())
    if not alone:
        return edition.say("case_story.rests_none", figures=len(figures))
    return edition.say("case_story.rests", figures=len(figures), alone=alone)
