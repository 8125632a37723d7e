"""Findings on one agency, each opened by its verdict."""

import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.evidence.profile import Profile
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.profile_peers import say_peers, sum_silence
from zi_analysis.exhibits.profile_rates import last_exact
from zi_analysis.exhibits.profile_tables import say_existed
from zi_analysis.exhibits.rate_labels import percent_range, year_list
from zi_analysis.exhibits.refusal import Refusal
from zi_analysis.exhibits.sentences import Findings, make_findings
from zi_analysis.exhibits.verdicts import HOLDS, UNSAID, conclude
from zi_analysis.exhibits.words import is_missing, number, percent, spread
from zi_analysis.study.profile_rates import awards_per_year

_MOST_OPEN = 0.5  # of the peers; a wider range of ranks says nothing about a place
_MOSTLY = 0.9  # of the awards of a type tied to agencies
_SHOWN = 6


def find_profile(
    profile: Profile,
    peers: pd.DataFrame | Refusal,
    rates: pd.DataFrame | Refusal,
    silence: pd.DataFrame | Refusal,
    edition: Edition,
) -> Findings:
    """Say what is known of the agency, what its silence can mean and what is unknown.

    Parameters
    ----------
    profile : Profile
        From ``read_profile``.
    peers, rates, silence : DataFrame or Refusal
        From ``compare_peers``, ``list_rates`` and ``tell_silence``; what was refused is left out, or said to be open.
    edition : Edition
        Language and years.

    Returns
    -------
    Findings
    """
    both = _both(profile, edition)
    if both.empty:
        values = {"agency": profile.agency["agency"], "existed": say_existed(profile.agency, edition)}
        gone = conclude(edition, HOLDS, edition.say("profile_finding.not_there", **values))
        return make_findings([gone, *_find_withdrawn(profile, edition)], edition)
    sentences = [
        *_find_counts(both, profile, edition),
        *_find_other_tracks(profile, edition),
        *_find_withdrawn(profile, edition),
        *([] if isinstance(peers, Refusal) else _find_rank(peers, profile, edition)),
        *_find_rates(rates, profile, edition),
        *([] if isinstance(silence, Refusal) else _find_silence(silence, profile, edition)),
        *_find_unknown(both, profile, edition),
    ]
    return make_findings(sentences, edition)


def _both(profile: Profile, edition: Edition) -> pd.DataFrame:
    """Counts of both predicates together in the edition's years."""
    counts = profile.counts
    return counts[(counts["predicate"] == "all") & counts["year"].isin(edition.years)]


def _find_counts(both: pd.DataFrame, profile: Profile, edition: Edition) -> list[str]:
    """The least number awarded, years whose whole count is zero, or that nothing is told."""
    agency = profile.agency["agency"]
    known, zero = both[both["lower"].fillna(0) > 0], both[both["lower"].eq(0).fillna(value=False)]
    said = []
    if len(known):
        values = {"count": int(known["lower"].sum()), "years": year_list(known["year"])}
        said.append(conclude(edition, HOLDS, edition.say("profile_finding.at_least", agency=agency, **values)))
    if len(zero):
        words = edition.say("profile_finding.none_told", agency=agency, years=year_list(zero["year"]))
        said.append(conclude(edition, HOLDS, words))
    return said or [conclude(edition, UNSAID, edition.say("profile_finding.nothing", agency=agency))]


def _find_other_tracks(profile: Profile, edition: Edition) -> list[str]:
    """Say how many awards are not of the national track."""
    awards = profile.awards[profile.awards["year"].isin(edition.years)]
    others = int((awards["track"] != "national").sum())
    return [conclude(edition, HOLDS, edition.say("profile_finding.other_tracks", count=others))] if others else []


def _find_withdrawn(profile: Profile, edition: Edition) -> list[str]:
    """What pages tell of withdrawn predicates, whatever the years chosen; two pages on one unit are one sentence."""
    said = []
    for unit, rows in profile.withdrawn.groupby("unit", sort=False):
        dates = "; ".join(rows["revoked_on"].dropna()) or edition.say("profile_finding.no_date")
        words = edition.say("profile_finding.withdrawn", unit=unit, revoked_on=dates)
        said.append(conclude(edition, HOLDS, words))
    return said


def _find_rank(peers: pd.DataFrame, profile: Profile, edition: Edition) -> list[str]:
    """The ranks that are possible among the agencies of its type."""
    row = peers.iloc[0]
    if is_missing(row["rank_low"]):
        return []
    low, high, agencies = int(row["rank_low"]), int(row["rank_high"]), int(row["agencies"])
    told = (high - low) < _MOST_OPEN * agencies
    words = edition.say(
        "profile_finding.rank" if told else "profile_finding.rank_unsaid",
        agency=profile.agency["agency"],
        low=low,
        high=high,
        agencies=agencies,
        peers=say_peers(profile, edition),
        years=year_list(row["ranked"]),
    )
    return [conclude(edition, HOLDS if told else UNSAID, words)]


def _find_rates(rates: pd.DataFrame | Refusal, profile: Profile, edition: Edition) -> list[str]:
    """The last exact rate and that of all exact years, and awards a year; else that none can be formed."""
    language = edition.language
    said = []
    row = None if isinstance(rates, Refusal) else last_exact(rates)
    for one in [] if row is None else [row, *_all_years(rates, row)]:
        words = edition.say(
            "profile_finding.rate_years" if is_missing(one["year"]) else "profile_finding.rate",
            year=str(one["year"]),
            tried=int(one["tried"]),
            measure=edition.say(f"measure.{one['measure']}"),
            awarded=int(one["lower"]),
            predicate=edition.say(f"rate_won.{one['predicate']}"),
            rate=percent(one["rate"], language),
            interval=percent_range(one["low"], one["high"], edition),
        )
        said.append(conclude(edition, HOLDS, words))
    said = said or [conclude(edition, UNSAID, edition.say("profile_finding.no_rate"))]
    return [*said, *_find_yearly(profile, edition)]


def _all_years(rates: pd.DataFrame, row: pd.Series) -> list[pd.Series]:
    """The row of all exact years of the same measure and predicate, if there is one."""
    same = (rates["measure"] == row["measure"]) & (rates["predicate"] == row["predicate"]) & rates["year"].isna()
    return [one for _, one in rates[same].iterrows()]


def _find_yearly(profile: Profile, edition: Edition) -> list[str]:
    """Say how many awards there are in a year, with an interval."""
    try:
        found = awards_per_year(profile.counts, years=edition.years)
    except StudyRefusal:
        return []
    ends = {name: number(getattr(found, name), edition.language, decimals=1) for name in ("rate", "low", "high")}
    words = edition.say("profile_finding.yearly", years=year_list(found.years), **ends)
    return [conclude(edition, HOLDS, words)]


def _find_silence(silence: pd.DataFrame, profile: Profile, edition: Edition) -> list[str]:
    """What silence can mean: little or much of the awards of the type is tied to an agency."""
    totals = sum_silence(silence)
    if totals is None:
        return []
    closed = totals["share_low"] >= _MOSTLY
    values = {"peers": say_peers(profile, edition), "years": year_list(totals["years"])}
    share = percent_range(totals["share_low"], totals["share_high"], edition)
    if closed:
        return [conclude(edition, HOLDS, edition.say("profile_finding.silence_closed", share=share, **values))]
    left = spread(totals["open_low"], totals["open_high"], edition.language)
    return [conclude(edition, UNSAID, edition.say("profile_finding.silence", share=share, open=left, **values))]


def _find_unknown(both: pd.DataFrame, profile: Profile, edition: Edition) -> list[str]:
    """Years of which nothing is told or only a least number, and rows that could not be used."""
    agency, said = profile.agency["agency"], []
    unknown, least = (both.loc[both["status"] == state, "year"] for state in ("unknown", "at_least"))
    if 0 < len(unknown) < len(both):
        said.append(edition.say("profile_finding.unknown_years", agency=agency, years=year_list(unknown)))
    if len(least):
        said.append(edition.say("profile_finding.least_years", years=year_list(least)))
    aside = profile.set_aside
    rows = aside[aside["year"].isna() | aside["year"].isin(edition.years)]
    if len(rows):
        shown = ", ".join(rows["identifier"][:_SHOWN]) + (" …" if len(rows) > _SHOWN else "")
        said.append(edition.say("profile_finding.set_aside", count=len(rows), identifiers=shown))
    return [conclude(edition, UNSAID, words) for words in said]
