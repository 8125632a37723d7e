"""One row per award, told from the rows of all its pages."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from zi_analysis.evidence.coding import MISSING, Coded, take_text
from zi_analysis.evidence.matching import Match
from zi_analysis.evidence.merging import NATIONAL, OWN, UNCLEAR, Merged, Told
from zi_analysis.evidence.register import Register
from zi_analysis.evidence.written import PREDICATES, ReadRows

KEY_START = "w-"  # an award is named after its first row
# what is taken when pages differ, the first that any of them tells
_TAKEN = {
    "status": ("revoked", "held"),
    "year_basis": ("stated", "inferred", "unknown"),
    "list_complete": ("yes", "no", "unknown"),
}
_TRACKS = {NATIONAL: "national", OWN: "own", UNCLEAR: "unclear"}
_AWARDS_AT_ONCE = 200_000
_TRACK_RANK = (NATIONAL, OWN, UNCLEAR)


@dataclass(frozen=True, eq=False)
class Taken:
    """The rows that go on to be merged, in the order of their ids."""

    rows: np.ndarray  # places in the rows read
    told: Told
    agencies: tuple[str, ...]  # by code
    read: ReadRows
    match: np.ndarray  # place in matches
    matches: list[Match]
    ids: pd.Series


def tell_awards(taken: Taken, merged: Merged, register: Register) -> pd.DataFrame:
    """Make one row per award; the fullest of the unit's names and the surest match are taken.

    Parameters
    ----------
    taken : Taken
        Rows that go on.
    merged : Merged
        The award of each of them.
    register : Register
        From `load_register`.

    Returns
    -------
    pd.DataFrame
        As declared for awards_clean, sorted by year, agency, unit and award_key.
    """
    award, count = merged.award, len(merged.predicate)
    order = np.argsort(award, kind="stable")
    starts = np.searchsorted(award[order], np.arange(count))
    first = order[starts]
    bodies = [register.bodies[body] for body in taken.agencies]
    agency = taken.told.agency[first]
    units = taken.told.units
    longest = _first_best(np.array([len(unit.name) for unit in units], dtype=np.int64)[taken.told.unit], award, count)
    unit = taken.told.unit[longest]
    scores = np.array([match.score for match in taken.matches], dtype=float)
    best = taken.match[_first_best(scores[taken.match], award, count)]
    methods = Coded(best, tuple(match.method for match in taken.matches))
    sources = _sources(taken, award, count)
    frame = pd.DataFrame(
        {
            "award_key": KEY_START + taken.ids.iloc[first].reset_index(drop=True),
            "year": pd.array(taken.told.year[first], dtype="Int64"),
            "agency_id": take_text(taken.agencies, agency),
            "agency": take_text([body.name for body in bodies], agency),
            "agency_type": take_text([body.agency_type for body in bodies], agency),
            "unit": take_text([unit.name for unit in units], unit),
            "unit_kind": take_text([unit.unit_kind for unit in units], unit),
            "predicate": take_text(PREDICATES[1:], merged.predicate - 1),
            "track": _tracks(taken.told.track, award, count),
            **{name: _first_told(getattr(taken.read.written, name), taken.rows, award, count, name) for name in _TAKEN},
            "method": take_text(methods.distinct, methods.codes),
            "score": scores[best] if count else np.empty(0),
            "award_ids": _joined(taken.ids, order, starts),
            "source_ids": sources[0],
            "page_count": pd.array(sources[1], dtype="Int64"),
        }
    )
    return frame.sort_values(["year", "agency_id", "unit", "award_key"]).reset_index(drop=True)


def _first_best(points: np.ndarray, award: np.ndarray, count: int) -> np.ndarray:
    """Return for each award its row with the most points, the first of equals."""
    most = np.full(count, np.iinfo(np.int64).min if points.dtype.kind == "i" else -np.inf, dtype=points.dtype)
    np.maximum.at(most, award, points)
    best = np.flatnonzero(points == most[award])[::-1]
    first = np.empty(count, dtype=np.int64)
    first[award[best]] = best  # written from the last row to the first, which stays
    return first


def _tracks(track: np.ndarray, award: np.ndarray, count: int) -> pd.api.extensions.ExtensionArray:
    """Tell the track: national before own before unclear."""
    told = np.zeros(count, dtype=track.dtype)
    np.bitwise_or.at(told, award, track)
    ranks = np.select([told & bit != 0 for bit in _TRACK_RANK], range(3), default=2)
    return take_text([_TRACKS[bit] for bit in _TRACK_RANK], ranks)


def _first_told(
    coded: Coded, rows: np.ndarray, award: np.ndarray, count: int, name: str
) -> pd.api.extensions.ExtensionArray:
    """Return the first value of an order that is told; values outside the order come after it."""
    order = _TAKEN[name]
    values = (*order, *(value for value in coded.distinct if value not in order))
    ranks = coded.mapped([values.index(value) for value in coded.distinct], missing=len(order) - 1)[rows]
    least = np.full(count, len(values), dtype=np.int64)
    np.minimum.at(least, award, ranks)
    return take_text(values, least)


def _sources(taken: Taken, award: np.ndarray, count: int) -> tuple[pd.Series, np.ndarray]:
    """Join the distinct sources of each award in the order of its rows, and count them."""
    source = taken.read.written.source
    codes = source.codes[taken.rows].astype(np.int64)
    pairs = pd.Series(award * (len(source.distinct) + 1) + codes)
    kept = np.flatnonzero(~pairs.duplicated().to_numpy() & (codes != MISSING))
    order = kept[np.argsort(award[kept], kind="stable")]
    counts = np.bincount(award[kept], minlength=count)
    starts = np.cumsum(counts) - counts
    return _joined(pd.Series(take_text(source.distinct, codes)), order, starts), counts


def _joined(texts: pd.Series, order: np.ndarray, starts: np.ndarray) -> pd.Series:
    """Join the texts of each award with "|"."""
    told = pa.chunked_array(pa.array(texts.astype("str"))).cast(pa.large_string())
    ends = np.append(starts[1:], len(order))
    parts = []
    # in slices, since a joined text of pyarrow holds two gigabytes at most
    for begin in range(0, len(starts), _AWARDS_AT_ONCE):
        low, high = starts[begin : begin + _AWARDS_AT_ONCE], ends[begin : begin + _AWARDS_AT_ONCE]
        items = told.take(pa.array(order[low[0] : high[-1]])).cast(pa.string()).combine_chunks()
        offsets = pa.array(np.append(low, high[-1]) - low[0], type=pa.int32())
        parts.append(pc.binary_join(pa.ListArray.from_arrays(offsets, items), "|"))
    return pd.Series(pd.array(pa.chunked_array(parts, type=pa.string()), dtype="str"))
