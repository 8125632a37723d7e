"""Rows that cannot become an award: at which step they are set aside, and what a person can do about it."""

from dataclasses import dataclass

import numpy as np

from zi_analysis.evidence.coding import MISSING, Coded, combine
from zi_analysis.evidence.matching import Match
from zi_analysis.evidence.register import Register
from zi_analysis.evidence.text import normalise
from zi_analysis.evidence.written import UNREADABLE, ReadRows

STEPS = {
    "unit named": "rows without a unit are set aside",
    "year told": "rows without an evaluation year are set aside",
    "predicate readable": "rows whose predicate is neither WBK nor WBBM nor empty are set aside",
    "agency found": "rows whose agency stays open are set aside",
}
NAMES = ("", *STEPS)  # by number; 0 is none


@dataclass(frozen=True, eq=False)
class Aside:
    """The step that sets each row aside, and the reason."""

    step: np.ndarray  # place in NAMES; 0 for a row that goes on
    reason: np.ndarray  # place in reasons; -1 for none
    reasons: tuple[str, ...]


def set_aside(read: ReadRows, match: np.ndarray, matches: list[Match], register: Register, *, decide_in: str) -> Aside:
    """Tell which rows cannot become an award, and why.

    Parameters
    ----------
    read : ReadRows
        From `read_rows`.
    match : np.ndarray
        Per row: place in ``matches``.
    matches : list of Match
        Agencies found.
    register : Register
        From `load_register`.
    decide_in : str
        Where a person decides what an agency means.

    Returns
    -------
    Aside
        Steps and reasons; a row fails the first step only.
    """
    written = read.written
    named = written.unit.mapped([bool(normalise(text)) for text in written.unit.distinct], missing=0).astype(bool)
    found = np.array([one.agency_id is not None for one in matches], dtype=bool)[match]
    fails = (~named, read.year == 0, read.predicate == UNREADABLE, ~found)
    step = np.select(fails, range(1, len(NAMES)), default=0).astype(np.int8)
    about = (
        written.source.codes,
        written.year.codes * len(written.source.distinct) + written.source.codes,
        written.predicate.codes,
        match,
    )
    subject = np.select([step == number for number in range(1, len(NAMES))], about, default=MISSING)
    rows = np.flatnonzero(step)
    which, first = combine(step[rows].astype(np.int64), subject[rows] + 2 * len(written.source.distinct))
    reasons = tuple(_reason(read, int(row), step[row], matches[match[row]], register, decide_in) for row in rows[first])
    reason = np.full(len(step), MISSING, dtype=np.int64)
    reason[rows] = which
    return Aside(step, reason, reasons)


def _reason(read: ReadRows, row: int, step: int, match: Match, register: Register, decide_in: str) -> str:
    """Say what is missing and what to do."""
    written = read.written
    source = _text(written.source, row) or "where it was read"
    if NAMES[step] == "unit named":
        return f"no unit is named; fill in unit_as_written from {source}"
    if NAMES[step] == "year told":
        fault = read.year_faults[written.year.codes[row]] if written.year.codes[row] != MISSING else ""
        if fault:
            return f"year {fault}"
        return f"no evaluation year is told; look for it beyond {source} and add a row with the year and its page"
    if NAMES[step] == "predicate readable":
        return f"predicate {read.predicate_faults[written.predicate.codes[row]]}"
    told, unit = _text(written.agency, row), _text(written.unit, row)
    about = f'agency "{told}"' if told else f'unit "{unit}" without an agency'
    names = " or ".join(f"{register.bodies[body].name} ({body})" for body in match.candidates)
    may = f"may mean {names}" if names else "fits no body of the register"
    return f"{about} {may}; decide it in {decide_in}"


def _text(coded: Coded, row: int) -> str:
    """Return a cell, empty text when missing."""
    return coded.distinct[coded.codes[row]] if coded.codes[row] != MISSING else ""
