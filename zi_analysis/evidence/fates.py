"""What became of every row: how its agency was found, and whether it began an award, joined one or was set aside."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from zi_analysis.evidence import aside
from zi_analysis.evidence.agreement import compare_with_collector
from zi_analysis.evidence.coding import MISSING, combine, take_text
from zi_analysis.evidence.matching import Match
from zi_analysis.evidence.merging import STEPS, Merged
from zi_analysis.evidence.register import Register
from zi_analysis.evidence.telling import KEY_START, Taken
from zi_analysis.evidence.written import ReadRows

OUTCOMES = ("accepted", "merged", "rejected")
_COLLECTOR = {"agency": "collector_agency", "agency_type": "collector_agency_type"}
_AGREEMENT = ("agrees_agency", "agrees_type")


@dataclass(frozen=True, eq=False)
class Found:
    """The agency of each row."""

    match: np.ndarray  # place in matches
    matches: list[Match]


def tell_fates(
    rows: pd.DataFrame,
    read: ReadRows,
    found: Found,
    out: aside.Aside,
    ids: pd.Series,
    taken: Taken,
    merged: Merged,
    register: Register,
    *,
    compact: bool,
) -> pd.DataFrame:
    """Tell for every row how its agency was found and what became of it.

    Parameters
    ----------
    rows : pd.DataFrame
        The list; its columns agency and agency_type, where it has them, are what collectors read.
    read, found, out, ids, taken, merged
        What the steps of `clean_awards` made.
    register : Register
        From `load_register`.
    compact : bool
        Keep each distinct text once (``category``), for long lists.

    Returns
    -------
    pd.DataFrame
        As declared for award_matches, in the order of the rows.
    """
    bodies = [register.bodies[match.agency_id] if match.agency_id else None for match in found.matches]
    told: dict[str, list[str | None]] = {
        "agency_id": [body.agency_id if body else None for body in bodies],
        "agency": [body.name if body else None for body in bodies],
        "agency_type": [body.agency_type if body else None for body in bodies],
        "method": [match.method for match in found.matches],
        "candidates": [None if match.agency_id else "|".join(match.candidates) or None for match in found.matches],
    }
    columns = {name: _column(texts, found.match, compact=compact) for name, texts in told.items()}
    scores = np.array([match.score for match in found.matches], dtype=float)
    score = scores[found.match] if len(found.match) else np.empty(0)
    named = ("award_id", "agency_id", "agency", "agency_type", "method", "score", "candidates")
    table = pd.DataFrame({"award_id": ids, "score": score, **columns})[list(named)]
    agreement = _agreement(table, rows, read, register, compact=compact)
    return pd.concat([table, agreement, _outcomes(ids, out, taken, merged, compact=compact)], axis=1)


def _column(texts: Sequence[str | None], codes: np.ndarray, *, compact: bool) -> pd.api.extensions.ExtensionArray:
    """Look texts up by code; equal ones are one, None is missing."""
    distinct = tuple(dict.fromkeys(text for text in texts if text is not None))
    places = {text: at for at, text in enumerate(distinct)}
    numbers = np.array([*(MISSING if text is None else places[text] for text in texts), MISSING], dtype=np.int32)
    return pd.Categorical.from_codes(numbers[codes], distinct) if compact else take_text(distinct, numbers[codes])


def _agreement(
    table: pd.DataFrame, rows: pd.DataFrame, read: ReadRows, register: Register, *, compact: bool
) -> pd.DataFrame:
    """Compare with what collectors read; empty columns where they read nothing."""
    row = read.written.row
    collector = {new: rows[old].astype("str").iloc[row].array for old, new in _COLLECTOR.items() if old in rows}
    nothing = np.full(len(row), MISSING)
    empty = {new: _column((), nothing, compact=compact) for new in (*_COLLECTOR.values(), *_AGREEMENT)}
    told = pd.DataFrame({new: collector.get(new, empty[new]) for new in _COLLECTOR.values()}, index=table.index)
    if not collector:
        return told.assign(**{name: empty[name] for name in _AGREEMENT})
    asked = pd.concat([table[["agency_id", "agency_type"]], told], axis=1)
    years = pd.Series(pd.array(read.year, dtype="Int64"), index=table.index)
    return pd.concat([told, compare_with_collector(asked.assign(year=years), register)], axis=1)


def _outcomes(ids: pd.Series, out: aside.Aside, taken: Taken, merged: Merged, *, compact: bool) -> pd.DataFrame:
    """Tell for every row its award, whether it began it, joined it or was set aside, and why."""
    count = len(ids)
    award, rule = np.full(count, MISSING, dtype=np.int64), np.full(count, MISSING, dtype=np.int64)
    award[taken.rows], rule[taken.rows] = merged.award, merged.rule
    first = np.flatnonzero(np.diff(np.maximum.accumulate(merged.award), prepend=-1)) if count else award
    keys = (KEY_START + taken.ids.iloc[first]).tolist()
    joined = np.flatnonzero(rule != MISSING)
    which, at = combine(award[joined], rule[joined])
    joins = [
        f"tells {keys[one]} again: {STEPS[step].note}"
        for one, step in zip(award[joined][at], rule[joined][at], strict=True)
    ]
    reason = out.reason.copy()
    reason[joined] = len(out.reasons) + which
    outcome = np.where(out.step > 0, 2, np.where(rule != MISSING, 1, 0))
    return pd.DataFrame(
        {
            "award_key": _column(keys, award, compact=compact),
            "outcome": _column(OUTCOMES, outcome, compact=compact),
            "reason": _column((*out.reasons, *joins), reason, compact=compact),
        },
        index=ids.index,
    )
