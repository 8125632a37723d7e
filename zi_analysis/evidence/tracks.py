"""Tracks: which awards count as decided by the national team."""

import pandas as pd

from zi_analysis.errors import EvidenceError

TRACKS = {"national": ("national",), "national_unclear": ("national", "unclear")}


def select_track(settled: pd.DataFrame, awards: pd.DataFrame, track: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep the settled counts and awards of a track.

    Parameters
    ----------
    settled : DataFrame
        ``Settlement.settled``.
    awards : DataFrame
        ``CleanedAwards.accepted``.
    track : {"national", "national_unclear"}
        "national_unclear" adds what no page gives a track. A count or name of unclear track may be the agency's own
        award, so it enters as a lower bound, and only where no page tells a whole national count of that agency and
        year. An agency's own awards never count.

    Returns
    -------
    DataFrame, DataFrame
        Settled counts and awards.

    Raises
    ------
    EvidenceError
        If the track is not one of the two.
    """
    if track not in TRACKS:
        raise EvidenceError(f"track {track!r} is not known; choose {' or '.join(TRACKS)}")
    whole = _national_counts(settled)
    facts = settled[settled["track"].isin(TRACKS[track])]
    unclear = facts["track"] == "unclear"
    facts = facts.assign(coverage=facts["coverage"].mask(unclear, "partial"))[~(unclear & _is_in(facts, whole))]
    named = awards[awards["track"].isin(TRACKS[track])]
    return facts, named[~((named["track"] == "unclear") & _is_in(named, whole))]


def _national_counts(settled: pd.DataFrame) -> pd.MultiIndex:
    """Agencies and years with a whole national count of units awarded."""
    told = settled[
        (settled["scope"] == "agency")
        & (settled["measure"] == "units_awarded")
        & (settled["basis"] == "yearly")
        & (settled["track"] == "national")
        & (settled["coverage"] == "whole")
    ]
    return pd.MultiIndex.from_frame(told[["agency_id", "year"]])


def _is_in(rows: pd.DataFrame, pairs: pd.MultiIndex) -> pd.Series:
    """Whether agency and year of each row are among the pairs."""
    if rows.empty or not len(pairs):
        return pd.Series(False, index=rows.index)
    return pd.Series(pd.MultiIndex.from_frame(rows[["agency_id", "year"]]).isin(pairs), index=rows.index)
