"""Award rows as written, brought to codes, split, mended and read: what the cleaning works on."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.coding import MISSING, Coded, code_column
from zi_analysis.evidence.merging import NATIONAL, OWN, UNCLEAR
from zi_analysis.evidence.predicates import WBBM, WBK, PredicateRead, read_predicate
from zi_analysis.evidence.register import Register
from zi_analysis.evidence.repairs import TEXT_NOTE, repair_text
from zi_analysis.evidence.splitting import split_units
from zi_analysis.evidence.years import YearRead, read_year

NEEDED = ("award_id", "year", "agency_as_written", "unit_as_written", "predicate", "source_id")
PREDICATES = ("", WBK, WBBM)  # by number; unreadable is -1
UNREADABLE = -1
_DEFAULTS = {"track": "unclear", "year_basis": "unknown", "status": "held", "list_complete": "unknown"}
_TRACKS = {"unclear": UNCLEAR, "national": NATIONAL, "own": OWN}


@dataclass(frozen=True, eq=False)
class Written:
    """Rows of award lists as codes; a row that tells several awards stands there once for each."""

    row: np.ndarray  # place in the list
    part: np.ndarray  # 0 for a whole cell of units, else the number of the unit in it
    side: np.ndarray  # 0 for one predicate, 1 and 2 for the two that a row tells
    agency: Coded
    unit: Coded
    predicate: Coded
    year: Coded
    track: Coded
    year_basis: Coded
    status: Coded
    list_complete: Coded
    source: Coded
    region: Coded

    def repeated(self, times: np.ndarray, *, number: str) -> "Written":
        """Return the rows, each as often as asked; those repeated are numbered in the array named."""
        at = np.repeat(np.arange(len(times)), times)
        inside = np.arange(len(at)) - np.repeat(np.cumsum(times) - times, times)
        coded: dict[str, Any] = {
            name: value.taken(at) for name, value in vars(self).items() if isinstance(value, Coded)
        }
        plain: dict[str, Any] = {"row": self.row[at], "part": self.part[at], "side": self.side[at]}
        return replace(self, **coded, **(plain | {number: np.where(times[at] > 1, inside + 1, 0)}))


@dataclass(frozen=True, eq=False)
class ReadRows:
    """Rows mended and read."""

    written: Written
    predicate: np.ndarray  # place in PREDICATES, -1 unreadable
    year: np.ndarray  # 0 when none is read
    track: np.ndarray  # bits
    predicate_faults: tuple[str, ...]  # per distinct predicate as written
    year_faults: tuple[str, ...]  # per distinct year as written
    steps: tuple[tuple[str, int, str], ...]  # repair, rows touched, note


def code_rows(rows: pd.DataFrame, *, named_by_place: bool = False) -> Written:
    """Check an award list and bring its columns to codes.

    Parameters
    ----------
    rows : pd.DataFrame
        As in `clean_awards`.
    named_by_place : bool
        Each award_id is the place of its row, so that none is missing or double.

    Returns
    -------
    Written
        One row each; columns that may be left out are filled in.

    Raises
    ------
    EvidenceError
        If a needed column is missing, or an award_id is missing or double.

    Examples
    --------
    >>> row = {"award_id": "a1", "year": 2019, "agency_as_written": "BPS", "unit_as_written": "BPS Kota Batu"}
    >>> code_rows(pd.DataFrame([row | {"predicate": "WBK", "source_id": "page"}])).track.distinct
    ('unclear',)
    """
    missing = [column for column in NEEDED if column not in rows]
    if missing:
        raise EvidenceError(f"column {', '.join(missing)} of the award list is missing; it needs {', '.join(NEEDED)}")
    if not named_by_place:
        _check_ids(rows["award_id"])
    coded = {column: code_column(rows[column]) for column in NEEDED[1:]}
    filled = {column: _filled(rows, column, value) for column, value in _DEFAULTS.items()}
    return Written(
        row=np.arange(len(rows)),
        part=np.zeros(len(rows), dtype=np.int64),
        side=np.zeros(len(rows), dtype=np.int64),
        agency=coded["agency_as_written"],
        unit=coded["unit_as_written"],
        predicate=coded["predicate"],
        year=coded["year"],
        source=coded["source_id"],
        region=code_column(rows["region"]) if "region" in rows else _same(len(rows), None),
        **filled,
    )


def _check_ids(award_id: pd.Series) -> None:
    """Refuse rows without a name of their own."""
    for fault, bad in (("missing", award_id.isna()), ("there twice", award_id.duplicated())):
        if bad.any():
            at = int(bad.to_numpy().argmax())
            raise EvidenceError(
                f'award_id "{award_id.iloc[at]}" in row {at + 2} of the award list is {fault}; give each row its own'
            )


def _filled(rows: pd.DataFrame, column: str, value: str) -> Coded:
    """Code a column that may be left out; an empty cell gets the value."""
    if column not in rows:
        return _same(len(rows), value)
    coded = code_column(rows[column])
    if not (coded.codes == MISSING).any():
        return coded
    values = coded.distinct if value in coded.distinct else (*coded.distinct, value)
    return Coded(np.where(coded.codes == MISSING, values.index(value), coded.codes).astype(np.int32), values)


def _same(count: int, value: str | None) -> Coded:
    """Code a column that tells one value, or none."""
    if value is None:
        return Coded(np.full(count, MISSING, dtype=np.int32), ())
    return Coded(np.zeros(count, dtype=np.int32), (value,))


def read_rows(written: Written, register: Register) -> ReadRows:
    """Split cells that hold several units or predicates, mend the text, read predicates and years.

    Parameters
    ----------
    written : Written
        From `code_rows`.
    register : Register
        From `load_register`.

    Returns
    -------
    ReadRows
        Rows, never fewer than came in, and what each step touched.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> row = {"award_id": "a1", "year": "TA 2019", "agency_as_written": "BPS", "unit_as_written": "BPS Batu"}
    >>> rows = pd.DataFrame([row | {"predicate": "wbk.", "source_id": "page"}])
    >>> read = read_rows(code_rows(rows), load_register())
    >>> read.predicate.tolist(), read.year.tolist()
    ([1], [2019])
    """
    split, units_added = _split_units(written, register)
    mended, mended_count = _mend(split)
    predicates = [read_predicate(text) for text in mended.predicate.distinct]
    split, both_added = _split_predicates(mended, predicates)
    years = [read_year(text) for text in split.year.distinct]
    numbers = _predicate_numbers(split, predicates)
    steps = (
        ("split cells", units_added, "cells that hold several units became one row each"),
        ("repair text", mended_count, TEXT_NOTE),
        ("split predicates", both_added, "rows that tell both predicates became one row each"),
        ("repair predicate", _read_count(split.predicate, predicates, numbers), "predicates became WBK or WBBM"),
        ("read year", _derived_count(split.year, years), "years were read from dates, spans and words"),
    )
    return ReadRows(
        written=split,
        predicate=numbers,
        year=split.year.mapped([year.year or 0 for year in years], missing=0),
        track=_tracks(split, predicates),
        predicate_faults=tuple(read.fault for read in predicates),
        year_faults=tuple(read.fault for read in years),
        steps=steps,
    )


def _split_units(written: Written, register: Register) -> tuple[Written, int]:
    """Give each unit of a cell its own row."""
    parts = [split_units(text, register) for text in written.unit.distinct]
    if all(len(part) == 1 for part in parts):
        return written, 0
    rows = written.repeated(written.unit.mapped([len(part) for part in parts], missing=1), number="part")
    values = tuple(dict.fromkeys(text for part in parts for text in part))
    places = {text: at for at, text in enumerate(values)}
    offsets = np.concatenate([[0], np.cumsum([len(part) for part in parts])])
    flat = np.array([places[text] for part in parts for text in part], dtype=np.int32)
    inside = np.where(rows.part > 0, rows.part - 1, 0)
    codes = np.where(rows.unit.codes == MISSING, MISSING, flat[offsets[rows.unit.codes] + inside]).astype(np.int32)
    return replace(rows, unit=Coded(codes, values)), len(rows.row) - len(written.row)


def _mend(written: Written) -> tuple[Written, int]:
    """Mend the text of what is read."""
    old = {name: getattr(written, name) for name in ("agency", "unit", "predicate", "year", "region")}
    new = {name: coded.changed(repair_text) for name, coded in old.items()}
    touched = np.zeros(len(written.row), dtype=bool)
    for name in ("agency", "unit", "predicate"):
        if old[name].distinct != new[name].distinct:
            touched |= old[name].differs(new[name])
    return replace(written, **new), int(touched.sum())


def _split_predicates(written: Written, read: list[PredicateRead]) -> tuple[Written, int]:
    """Give each of two predicates its own row."""
    if all(len(one.predicates) < 2 for one in read):
        return written, 0
    rows = written.repeated(
        written.predicate.mapped([max(1, len(one.predicates)) for one in read], missing=1), number="side"
    )
    return rows, len(rows.row) - len(written.row)


def _predicate_numbers(written: Written, read: list[PredicateRead]) -> np.ndarray:
    """Number the predicate of each row; of two, the part tells which."""
    first = [UNREADABLE if one.fault else PREDICATES.index(one.predicates[0]) if one.predicates else 0 for one in read]
    numbers = written.predicate.mapped(first, missing=0)
    return np.where(written.side == 2, PREDICATES.index(WBBM), numbers)


def _read_count(predicate: Coded, read: list[PredicateRead], numbers: np.ndarray) -> int:
    """Count the rows whose predicate was written otherwise."""
    plain = predicate.mapped([text in PREDICATES for text in predicate.distinct], missing=1)
    return int(((plain == 0) & (numbers >= 0)).sum())


def _derived_count(year: Coded, read: list[YearRead]) -> int:
    """Count the rows whose year was read out of more than a year."""
    return int(year.mapped([one.derived and one.year is not None for one in read], missing=0).sum())


def _tracks(written: Written, read: list[PredicateRead]) -> np.ndarray:
    """Return the track of each row; where its own column leaves it open, the predicate's words tell."""
    told = written.track.mapped([_TRACKS.get(text, UNCLEAR) for text in written.track.distinct], missing=UNCLEAR)
    words = written.predicate.mapped([_TRACKS.get(one.track, UNCLEAR) for one in read], missing=UNCLEAR)
    return np.where(told == UNCLEAR, words, told)
