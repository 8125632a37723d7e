"""What three readers would ask of a case, what the counts say to it and what they cannot say."""

from dataclasses import dataclass

import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.evidence.case import Case
from zi_analysis.evidence.once import load_once
from zi_analysis.exhibits.case_story import name_units, say_value
from zi_analysis.exhibits.case_units import open_units, say_open
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.profile_peers import say_peers
from zi_analysis.exhibits.profile_rates import last_exact
from zi_analysis.exhibits.rate_labels import percent_range, year_list
from zi_analysis.exhibits.words import is_missing, percent
from zi_analysis.study.case_national import last_unit_rate
from zi_analysis.study.profile_rates import list_rates

WHOLE, PART, NONE = "whole", "part", "none"
_NARROW = 0.5  # of the peers; a wider range of ranks says nothing about a place


@dataclass(frozen=True)
class Answer:
    """A reader's question, what the counts say, what they cannot say, and how far that is an answer."""

    question: str
    says: str
    cannot: str
    state: str  # whole, part or none


def answer_head(
    case: Case,
    groups: pd.DataFrame,
    shares: pd.DataFrame,
    national: pd.DataFrame,
    before: pd.DataFrame,
    edition: Edition,
) -> list[Answer]:
    """Answer the head of the agency: its place, the success of what it puts forward, the way of the country.

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
    edition : Edition
        Language and years.

    Returns
    -------
    list of Answer
    """
    return [_place(case, groups, edition), _success(case, shares, edition), _trend(case, national, before, edition)]


def answer_servant(case: Case, edition: Edition) -> list[Answer]:
    """Answer a civil servant of the agency: who won before, how often units succeed, and units of the same kind.

    Parameters
    ----------
    case : Case
        From ``read_case``.
    edition : Edition
        Language and years.

    Returns
    -------
    list of Answer
    """
    return [_before(case, edition), _chance(case, edition), _kinds(case, edition)]


def answer_citizen(case: Case, edition: Edition) -> list[Answer]:
    """Answer a citizen: is my office one of them, is its service better, is it free of corruption.

    Parameters
    ----------
    case : Case
        From ``read_case``.
    edition : Edition
        Language and years.

    Returns
    -------
    list of Answer
    """
    return [_office(case, edition), _service(case, edition), _clean(case, edition)]


def _answer(key: str, says: str, state: str, edition: Edition) -> Answer:
    """Put question and limit from the catalogue around what the counts say."""
    return Answer(edition.say(f"case_ask.{key}"), says, edition.say(f"case_cannot.{key}"), state)


def _place(case: Case, groups: pd.DataFrame, edition: Edition) -> Answer:
    """The ranks that are possible among the agencies of its type."""
    row = groups.iloc[0]
    values = {
        "agency": case.name,
        "case_year": case.case_year,
        "least": int(row["least"]),
        "agencies": int(row["agencies"]),
        "peers": say_peers(case.profile, edition),
        "known": int(row["known"]),
    }
    if is_missing(row["rank_low"]):
        return _answer("place", edition.say("case_says.place_open", **values), NONE, edition)
    low, high = int(row["rank_low"]), int(row["rank_high"])
    if low == high:
        return _answer("place", edition.say("case_says.place_one", **values, low=low), WHOLE, edition)
    state = PART if high - low < _NARROW * row["agencies"] else NONE
    return _answer("place", edition.say("case_says.place", **values, low=low, high=high), state, edition)


def _success(case: Case, shares: pd.DataFrame, edition: Edition) -> Answer:
    """Its own rate where both counts are told, else that of agencies like it."""
    try:
        own = last_exact(list_rates(case.profile.counts, case.profile.tries, years=case.years))
    except StudyRefusal:
        own = None
    if own is not None:
        words = edition.say(
            "case_says.success",
            rate_year=int(own["year"]),
            tried=int(own["tried"]),
            measure=edition.say(f"measure.{own['measure']}"),
            awarded=int(own["lower"]),
            rate=percent(own["rate"], edition.language),
            interval=percent_range(own["low"], own["high"], edition),
        )
        return _answer("success", words, WHOLE, edition)
    side = "central" if case.profile.agency["agency_type"] == "central" else "local"
    row = shares.set_index("agency_type").loc[side]
    none = edition.say("case_says.success_open", agency=case.name)
    if row["state"] != "exact":
        return _answer("success", none, NONE, edition)
    like = edition.say(
        "case_says.success_like",
        case_year=case.case_year,
        type=edition.say(f"type.{side}"),
        awarded=int(row["awarded_low"]),
        tried=int(row["trials_low"]),
        rate=percent(row["rate"], edition.language),
        interval=percent_range(row["low"], row["high"], edition),
    )
    return _answer("success", f"{none} {like}", NONE, edition)


def _trend(case: Case, national: pd.DataFrame, before: pd.DataFrame, edition: Edition) -> Answer:
    """Awards and agencies evaluated of the country in two years."""
    values = {
        f"{name}_{when}": say_value(rows, measure, "all", edition)
        for when, rows in (("now", national), ("then", before))
        for name, measure in (("units", "units_awarded"), ("evaluated", "agencies_evaluated"))
    }
    years = {"now_year": case.case_year, "then_year": case.case_year - 1}
    known = year_list(case.counts.loc[case.counts["lower"] > 0, "year"]) or edition.say("case_mark.no_year")
    own = edition.say("case_says.own_years", agency=case.name, years=known)
    return _answer("trend", edition.say("case_says.trend", **values, **years) + " " + own, PART, edition)


def _before(case: Case, edition: Edition) -> Answer:
    """Units by name, and those of the stock that no page names."""
    named, left = case.awards["unit"].nunique(), open_units(case)
    if left is None:
        words = edition.say("case_says.before_names", agency=case.name, named=named)
        return _answer("before", words, PART if named else NONE, edition)
    values = {"agency": case.name, "stock_year": left.year, "held": left.held, "named": left.named}
    words = edition.say("case_says.before", **values, open=say_open(left, edition))
    return _answer("before", words, PART if left.open_high else WHOLE, edition)


def _chance(case: Case, edition: Edition) -> Answer:
    """The last year whose units evaluated and awarded are both whole."""
    counted = case.evidence.counted
    last = last_unit_rate(counted.cells, counted.exposures, years=range(case.years[0], case.case_year + 1))
    if last is None:
        return _answer("chance", edition.say("case_says.chance_open"), NONE, edition)
    words = edition.say(
        "case_says.chance",
        rate_year=int(last["year"]),
        tried=int(last["trials"]),
        awarded=int(last["successes"]),
        rate=percent(last["rate"], edition.language),
        interval=percent_range(last["low"], last["high"], edition),
    )
    if int(last["year"]) != case.case_year:
        words += " " + edition.say("case_says.chance_year", case_year=case.case_year)
    return _answer("chance", words, PART, edition)


def _kinds(case: Case, edition: Edition) -> Answer:
    """How many awards by name in the country are of the kinds of the case's units."""
    own = case.awards.loc[case.awards["year"] == case.case_year, "unit_kind"].dropna().unique()
    if not len(own):
        return _answer("kinds", edition.say("case_says.kinds_open"), NONE, edition)
    awards = case.evidence.awards.accepted
    awards = awards[(awards["track"] == "national") & awards["year"].isin(case.years)]
    local = awards[(awards["agency_type"] == "central") == (case.profile.agency["agency_type"] == "central")]
    names = case.kinds.set_index("unit_kind")[f"name_{edition.language}"]
    counts = local["unit_kind"].value_counts()
    said = [
        edition.say("case_says.kind", kind=names.get(kind, kind), count=int(counts.get(kind, 0))) for kind in own[:4]
    ]
    side = "central" if case.profile.agency["agency_type"] == "central" else "local"
    values = {"named": len(local), "type": edition.say(f"type.{side}")}
    return _answer("kinds", edition.say("case_says.kinds", **values, kinds="; ".join(said)), PART, edition)


def _office(case: Case, edition: Edition) -> Answer:
    """The units of the year by name, and those that no page names."""
    left = open_units(case)
    units = name_units(case, edition)
    if not units:
        words = edition.say("case_says.office_none", case_year=case.case_year)
    else:
        words = edition.say("case_says.office", case_year=case.case_year, units=units)
    if left is not None and left.open_high:
        words += " " + edition.say("case_says.office_open", open=say_open(left, edition))
    return _answer("office", words, PART if units else NONE, edition)


def _service(case: Case, edition: Edition) -> Answer:
    """What an award says of service: that an evaluation was passed."""
    rules = case.rules[(case.rules["first_year"] <= case.case_year) & (case.rules["last_year"] >= case.case_year)]
    regulation = rules["regulation"].iloc[-1] if len(rules) else edition.say("bound.unknown")
    words = edition.say("case_says.service", case_year=case.case_year, regulation=regulation)
    return _answer("service", words, NONE, edition)


def _clean(case: Case, edition: Edition) -> Answer:
    """How many predicates are told as withdrawn, here and everywhere."""
    told = load_once("revocations", root=case.profile.root)["unit"].nunique()
    values = {"agency": case.name, "own": case.profile.withdrawn["unit"].nunique(), "told": told}
    return _answer("clean", edition.say("case_says.clean", **values), NONE, edition)
