"""Hand decisions on rows of a list that the rules cannot read: which cell holds what, or which body is meant."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rapidfuzz import process

from zi_analysis.errors import InputError
from zi_analysis.evidence.coding import MISSING, Coded
from zi_analysis.evidence.register import Register
from zi_analysis.evidence.text import normalise
from zi_analysis.evidence.written import Written

FIXED_COLUMNS = ("agency_id", "agency_as_written", "unit_as_written", "year", "predicate")
FIX_COLUMNS = ("award_id", "as_written", "column", "value", "reason")
_PART = re.compile(r"(![0-9]+)(?:#[0-9]+)?(?:#WBK|#WBBM)?$")
_FORMULA_STARTS = tuple("=+-@")
_WRITTEN = {"agency_as_written": "agency", "unit_as_written": "unit", "year": "year", "predicate": "predicate"}


@dataclass(frozen=True)
class Fix:
    """One decision: a column of one row, or of every row that writes something so, holds a value."""

    line: int  # row in the file of decisions
    award_id: str  # "" when the decision is on a spelling
    as_written: str
    column: str
    value: str
    reason: str = ""


def read_fixes(path: Path | str, register: Register) -> tuple[Fix, ...]:
    """Read hand decisions from a file such as ``to_decide.csv`` with its column ``value`` filled in.

    Parameters
    ----------
    path : path
        A table with the columns column and value, and award_id or as_written (or both); rows without a value are
        still to be decided and left out.
    register : Register
        From `load_register`.

    Returns
    -------
    tuple of Fix
        In the order of the file.

    Raises
    ------
    InputError
        If a column is missing, a decision says nothing or two decisions differ on one cell, or an agency_id is
        not in the register.

    Examples
    --------
    >>> read_fixes("decisions.csv", load_register())  # doctest: +SKIP
    """
    from zi_analysis.evidence.readers import read_table

    table, name = read_table(path), Path(path).name
    missing = [column for column in ("column", "value") if column not in table]
    if missing or not {"award_id", "as_written"} & set(table):
        told = ", ".join(map(str, table)) or "none"
        raise InputError(
            f"{name} holds the columns {told}; decisions need column, value, and award_id or as_written; "
            "begin from the to_decide.csv of the last run"
        )
    cells = table.reindex(columns=list(FIX_COLUMNS)).astype("str").fillna("").to_numpy(dtype=object)
    fixes = [
        Fix(line, *(_plain(cell) for cell in row)) for line, row in enumerate(cells, start=2) if str(row[3]).strip()
    ]
    for fix in fixes:
        _check(fix, name, register)
    _check_apart(fixes, name)
    return tuple(fixes)


def _plain(cell: str) -> str:
    """Return a cell without the mark that keeps a spreadsheet from running it."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULA_STARTS else text


def _check(fix: Fix, name: str, register: Register) -> None:
    """Refuse a decision that cannot be applied."""
    place = f"{name}, row {fix.line}"
    if fix.column not in FIXED_COLUMNS:
        raise InputError(f'column "{fix.column}" at {place} is unknown; decide {", ".join(FIXED_COLUMNS)}')
    if not fix.award_id and not fix.as_written:
        raise InputError(f"{place} names neither a row (award_id) nor a spelling (as_written); fill in one of them")
    if fix.column == "agency_id" and fix.value not in register.bodies:
        close = [body for body, _, _ in process.extract(fix.value, list(register.bodies), limit=3)]
        told = ", ".join(f"{body} ({register.bodies[body].name})" for body in close)
        raise InputError(f'agency_id "{fix.value}" at {place} is not in the register; the closest are {told}')


def _check_apart(fixes: Sequence[Fix], name: str) -> None:
    """Refuse two decisions that say different things of one cell."""
    seen: dict[tuple[str, str, str], Fix] = {}
    for fix in fixes:
        key = (fix.award_id, "" if fix.award_id else normalise(fix.as_written), fix.column)
        other = seen.setdefault(key, fix)
        if other.value != fix.value:
            raise InputError(
                f'rows {other.line} and {fix.line} of {name} decide {fix.column} of "{fix.award_id or fix.as_written}" '
                f'as "{other.value}" and as "{fix.value}"; keep one of them'
            )


def apply_fixes(
    written: Written, award_id: pd.Series, fixes: Sequence[Fix]
) -> tuple[Written, dict[int, str], tuple[str, int, str]]:
    """Put decided values in the place of those written.

    Parameters
    ----------
    written : Written
        Rows of the lists.
    award_id : pd.Series
        Their places.
    fixes : sequence of Fix
        From `read_fixes`.

    Returns
    -------
    tuple
        The rows; agency_id by row, where one is decided; name, rows touched and note for the log, which names
        decisions that met no row.
    """
    ids = pd.Index(award_id) if fixes else pd.Index([])
    agencies: dict[int, str] = {}
    touched: set[int] = set()
    unmet: list[Fix] = []
    for fix in fixes:
        rows = _rows_of(fix, written, ids)
        touched.update(rows.tolist())
        if not len(rows):
            unmet.append(fix)
        elif fix.column == "agency_id":
            agencies |= {int(row): fix.value for row in rows}
        else:
            name = _WRITTEN[fix.column]
            columns: dict[str, Any] = {name: _with(getattr(written, name), rows, fix.value)}
            written = replace(written, **columns)
    return written, agencies, ("hand decisions", len(touched), _note(len(fixes), unmet))


def _note(count: int, unmet: Sequence[Fix]) -> str:
    """Tell how many decisions there were and which met no row."""
    told = f"{count - len(unmet)} of {count} decisions were applied"
    if not unmet:
        return told
    names = ", ".join(f'row {fix.line} ("{fix.award_id or fix.as_written}")' for fix in unmet[:3])
    return f"{told}; no row of the lists is meant by {names}{', ...' if len(unmet) > 3 else ''}"


def _rows_of(fix: Fix, written: Written, ids: pd.Index) -> np.ndarray:
    """Find the rows that a decision concerns."""
    if fix.award_id:
        at = ids.get_indexer([whole_row(fix.award_id)])
        return at[at >= 0]
    coded = written.agency if fix.column == "agency_id" else getattr(written, _WRITTEN[fix.column])
    wanted = normalise(fix.as_written)
    codes = [code for code, text in enumerate(coded.distinct) if normalise(text) == wanted]
    if fix.column == "agency_id" and not codes:  # rows that name no agency are decided by their unit
        codes = [code for code, text in enumerate(written.unit.distinct) if normalise(text) == wanted]
        return np.flatnonzero(np.isin(written.unit.codes, codes) & (written.agency.codes == MISSING))
    return np.flatnonzero(np.isin(coded.codes, codes))


def whole_row(award_id: str) -> str:
    """Return the place of a row of which a part is named.

    Parameters
    ----------
    award_id : str
        Place of a row of a list, or of a part of it.

    Returns
    -------
    str
        The place without the part.

    Examples
    --------
    >>> whole_row("list.csv!7#2#WBK")
    'list.csv!7'
    """
    return _PART.sub(r"\1", award_id)


def _with(coded: Coded, rows: np.ndarray, value: str) -> Coded:
    """Return a column with a value in some rows."""
    values = coded.distinct if value in coded.distinct else (*coded.distinct, value)
    codes = coded.codes.copy()
    codes[rows] = values.index(value)
    return Coded(codes, values)
