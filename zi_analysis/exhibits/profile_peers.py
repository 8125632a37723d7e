"""Tables of one agency beside others: its peers, and what its type's silence leaves open."""

from typing import Any

import pandas as pd

from zi_analysis.evidence.profile import Profile
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.rate_labels import percent_range, year_list
from zi_analysis.exhibits.tables import make_table
from zi_analysis.exhibits.words import is_missing, percent, spread


def table_peers(peers: pd.DataFrame, profile: Profile, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show how much is known of the agency's peers and which ranks that leaves open.

    Parameters
    ----------
    peers : DataFrame
        From ``compare_peers``.
    profile : Profile
        From ``read_profile``.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: group, agencies, known, share, least, more, leader, rank.
    """
    language, first = edition.language, peers.iloc[0]
    rows = peers.assign(
        group=[say_group(name, profile, edition) for name in peers["group"]],
        leader=[_say_leader(row, edition) for row in peers.itertuples()],
        rank=[_say_rank(row, edition) for row in peers.itertuples()],
    )
    title = edition.say(
        "profile_title.peers",
        known=int(first["known"]),
        agencies=int(first["agencies"]),
        peers=say_peers(profile, edition),
        share=percent(first["share"], language),
        agency=profile.agency["agency"],
        least=int(first["least"]),
    )
    counts = ["agencies", "known", "least", "more"]
    names = ["group", "agencies", "known", "share", "least", "more", "leader", "rank"]
    return make_table(
        rows,
        edition,
        exhibit=exhibit,
        pictured=False,
        title=title,
        source=edition.settled_source,
        headers={name: f"profile_column.{name}" for name in names},
        formats={**dict.fromkeys(counts, "count"), "share": "percent", "rank": "words"},
    )


def say_peers(profile: Profile, edition: Edition) -> str:
    """Name the agencies of the agency's type."""
    return edition.say(f"profile_types.{profile.agency['agency_type']}")


def say_group(name: str, profile: Profile, edition: Edition) -> str:
    """Name a group of ``compare_peers``."""
    if name == "province":
        return edition.say("profile_group.province", province=profile.agency["province"])
    if name == "kind":
        return edition.say("profile_group.kind", peers=edition.say(f"profile_kinds.{profile.agency['kind']}"))
    return edition.say("profile_group.type", peers=say_peers(profile, edition))


def _say_leader(row: Any, edition: Edition) -> str:
    """Name the agency with most awards."""
    if is_missing(row.leader):
        return ""
    return edition.say("profile_mark.leader", agency=row.leader, count=int(row.most))


def _say_rank(row: Any, edition: Edition) -> str:
    """Say the rank, or the ranks it may have."""
    if is_missing(row.rank_low):
        return ""
    key = "profile_mark.rank_one" if row.rank_low == row.rank_high else "profile_mark.rank"
    return edition.say(
        key, low=int(row.rank_low), high=int(row.rank_high), agencies=int(row.agencies), years=year_list(row.ranked)
    )


def table_silence(silence: pd.DataFrame, profile: Profile, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show by year how many awards of the agency's type a page ties to an agency, and how many none does.

    Parameters
    ----------
    silence : DataFrame
        From ``tell_silence``.
    profile : Profile
        From ``read_profile``.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: year, all_awards, named, tied, open, silent, own.
    """
    language = edition.language
    rows = silence.assign(
        all_awards=[spread(row.lower, row.upper, language) for row in silence.itertuples()],
        open=[spread(row.open_low, row.open_high, language) for row in silence.itertuples()],
        own=[_say_own(row, language) for row in silence.itertuples()],
    )
    totals = sum_silence(silence)
    if totals is None:
        title = edition.say("profile_title.silence_open", peers=say_peers(profile, edition))
    else:
        title = edition.say(
            "profile_title.silence",
            peers=say_peers(profile, edition),
            share=percent_range(totals["share_low"], totals["share_high"], edition),
            years=year_list(totals["years"]),
        )
    names = ["all_awards", "named", "tied", "open", "silent", "own"]
    return make_table(
        rows,
        edition,
        exhibit=exhibit,
        pictured=False,
        title=title,
        source=edition.settled_source,
        headers={"year": "column.year", **{name: f"profile_column.{name}" for name in names}},
        formats={
            "year": "year",
            **dict.fromkeys(["named", "tied", "silent"], "count"),
            **dict.fromkeys(["all_awards", "open", "own"], "words"),
        },
    )


def _say_own(row: Any, language: str) -> str:
    """The agency's own count, a least number, the mark of the unknown, or nothing where it did not exist."""
    if is_missing(row.status):
        return "–"
    if is_missing(row.own):
        return "?"
    return f"≥{row.own}" if row.status == "at_least" else spread(row.own, row.own, language)


def sum_silence(silence: pd.DataFrame) -> dict | None:
    """Sum the years in which all awards of the type are bounded; None when there are none.

    Parameters
    ----------
    silence : DataFrame
        From ``tell_silence``.

    Returns
    -------
    dict or None
        years, share_low, share_high (tied, of all awards of the type), open_low, open_high.
    """
    bounded = silence[silence["upper"].notna()]
    if bounded.empty or int(bounded["upper"].sum()) == 0:
        return None
    tied, lower, upper = (int(bounded[name].sum()) for name in ("tied", "lower", "upper"))
    return {
        "years": [int(year) for year in bounded["year"]],
        "share_low": min(1.0, tied / upper),
        "share_high": min(1.0, tied / lower) if lower else 1.0,
        "open_low": int(bounded["open_low"].sum()),
        "open_high": int(bounded["open_high"].sum()),
    }
