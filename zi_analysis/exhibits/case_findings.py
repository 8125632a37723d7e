"""Findings of a case, each opened by its verdict."""

import pandas as pd

from zi_analysis.evidence.case import Case
from zi_analysis.exhibits.case_answers import NONE, Answer, answer_head
from zi_analysis.exhibits.case_story import name_units, say_value
from zi_analysis.exhibits.case_trace import rests_alone
from zi_analysis.exhibits.case_units import open_units, say_count, say_open
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.rate_labels import percent_range
from zi_analysis.exhibits.sentences import Findings, make_findings
from zi_analysis.exhibits.verdicts import HOLDS, ONLY_IF, UNSAID, conclude
from zi_analysis.exhibits.words import listing, percent


def find_case(
    case: Case,
    groups: pd.DataFrame,
    shares: pd.DataFrame,
    national: pd.DataFrame,
    before: pd.DataFrame,
    figures: pd.DataFrame,
    edition: Edition,
) -> Findings:
    """Say what holds of the case, what holds only if a source is right, and what cannot be said.

    Parameters
    ----------
    case : Case
        From ``read_case``.
    groups : DataFrame
        From ``compare_groups``, of the case's year.
    shares : DataFrame
        From ``rate_agencies``.
    national, before : DataFrame
        From ``list_national``: the case's year and the year before.
    figures : DataFrame
        From ``list_figures``.
    edition : Edition
        Language and years.

    Returns
    -------
    Findings
    """
    place, success, _ = answer_head(case, groups, shares, national, before, edition)
    alone = figures[rests_alone(figures) & (figures["about"] == "country")]
    sentences = [
        *_find_units(case, edition),
        *_find_stock(case, edition),
        _find_country(case, national, figures, alone, edition),
        _find_sides(case, shares, alone, edition),
        *(_find_answer(one, alone, edition) for one in (place, success)),
        conclude(edition, UNSAID, edition.say("case_finding.size")),
    ]
    return make_findings(sentences, edition)


def _find_answer(answer: Answer, alone: pd.DataFrame, edition: Edition) -> str:
    """What the counts say to a question, or that they do not answer it."""
    words = answer.says[:1].lower() + answer.says[1:]
    return conclude(edition, UNSAID, words) if answer.state == NONE else _conclude_if(words, alone, edition)


def _conclude_if(words: str, alone: pd.DataFrame, edition: Edition) -> str:
    """It holds, or only if the source named before is right."""
    if alone.empty:
        return conclude(edition, HOLDS, words)
    return conclude(edition, ONLY_IF, words, condition=edition.say("case_finding.same_source"))


def _find_units(case: Case, edition: Edition) -> list[str]:
    """The units of the year by name."""
    units, values = name_units(case, edition), {"agency": case.name, "case_year": case.case_year}
    if case.count["status"] == "unknown":
        return [conclude(edition, UNSAID, edition.say("case_finding.none", **values))]
    count = say_count(case.count, edition)
    if not units:
        return [conclude(edition, HOLDS, edition.say("case_finding.counted", **values, count=count))]
    return [conclude(edition, HOLDS, edition.say("case_finding.units", **values, count=count, units=units))]


def _find_stock(case: Case, edition: Edition) -> list[str]:
    """The units before them: a stock without names."""
    left = open_units(case)
    if left is None or not left.open_high:
        return []
    values = {"agency": case.name, "stock_year": left.year, "held": left.held, "open": say_open(left, edition)}
    return [conclude(edition, UNSAID, edition.say("case_finding.stock", **values))]


def _find_country(
    case: Case, national: pd.DataFrame, figures: pd.DataFrame, alone: pd.DataFrame, edition: Edition
) -> str:
    """The national count of the year, and the condition that sources without address are right."""
    words = edition.say(
        "case_finding.country",
        case_year=case.case_year,
        units=say_value(national, "units_awarded", "all", edition),
        evaluated=say_value(national, "agencies_evaluated", "all", edition),
        awarded=say_value(national, "agencies_awarded", "all", edition),
    )
    if alone.empty:
        return conclude(edition, HOLDS, words)
    who = listing(sorted(alone["publisher"].dropna().unique()), edition.language)
    whole = int((figures["about"] == "country").sum())
    condition = edition.say("case_finding.one_source", publisher=who, alone=len(alone), figures=whole)
    return conclude(edition, ONLY_IF, words, condition=condition)


def _find_sides(case: Case, shares: pd.DataFrame, alone: pd.DataFrame, edition: Edition) -> str:
    """Whether central agencies were awarded more often than local ones, as far as both are whole."""
    rows = shares.set_index("agency_type")
    central, local = rows.loc["central"], rows.loc["local"]
    if central["state"] != "exact" or local["state"] != "exact":
        return conclude(edition, UNSAID, edition.say("case_finding.sides_open", case_year=case.case_year))
    values = {
        f"{name}_{part}": said
        for name, row in (("central", central), ("local", local))
        for part, said in (
            ("rate", percent(row["rate"], edition.language)),
            ("interval", percent_range(row["low"], row["high"], edition)),
        )
    }
    words = edition.say("case_finding.sides", case_year=case.case_year, **values)
    apart = central["low"] > local["high"] or local["low"] > central["high"]
    return _conclude_if(words, alone, edition) if apart else conclude(edition, UNSAID, words)
