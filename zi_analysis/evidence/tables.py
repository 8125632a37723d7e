"""The tables of the evidence: read and written only in the form that ``data/datapackage.json`` declares."""

import os
from pathlib import Path

import pandas as pd

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.csvtext import frame_text, parse_rows, text_frame, typed_frame
from zi_analysis.evidence.declaration import find_table, inside_data, read_declaration, table_path
from zi_analysis.evidence.faults import Fault, header_faults, number_faults, shape_faults, tell_faults
from zi_analysis.evidence.form import form_faults
from zi_analysis.evidence.references import reference_faults
from zi_analysis.paths import data_folder

__all__ = ["check_table", "load_table", "read_declaration", "table_path", "write_table"]


def load_table(name: str, *, root: Path | str | None = None) -> pd.DataFrame:
    """Load a declared table and check it against its declaration.

    Parameters
    ----------
    name : str
        Name of the table in ``data/datapackage.json``, e.g. ``"awards"``.
    root : path, optional
        A folder inside the project; found from the working folder when left out.

    Returns
    -------
    pd.DataFrame
        The declared columns in declared order, rows as in the file: text as ``str`` with NaN for an empty
        cell, whole numbers as ``Int64``, other numbers as ``float64``; see ``data/README.md``.

    Raises
    ------
    EvidenceError
        If the table is unknown, its file is missing or no UTF-8, or a header, type, vocabulary, range or key
        does not hold; the message names file, row, column, value and what is allowed.

    Examples
    --------
    >>> load_table("awards")["predicate"].dropna().unique().tolist()
    ['WBK', 'WBBM']
    """
    descriptor, data = read_declaration(root), data_folder(root)
    table = find_table(descriptor, name)
    text = _read_text(table, data)
    _refuse_faults(text, table, descriptor, data)
    return typed_frame(text_frame(text), table["schema"])


def check_table(frame: pd.DataFrame, name: str, *, root: Path | str | None = None) -> None:
    """Check a frame against the declaration of a table; the order of columns is free.

    Parameters
    ----------
    frame : pd.DataFrame
        The rows; missing values may be NaN, None, NA or empty text.
    name : str
        Name of the table.
    root : path, optional
        A folder inside the project; tables that the keys point to are read there.

    Raises
    ------
    EvidenceError
        As `load_table`; row numbers are those the frame would have in the file.

    Examples
    --------
    >>> check_table(load_table("awards"), "awards")
    """
    _checked_text(frame, name, root)


def write_table(frame: pd.DataFrame, name: str, *, root: Path | str | None = None) -> Path:
    """Write a frame as a declared table, after checking it.

    Parameters
    ----------
    frame : pd.DataFrame
        The declared columns in any order; rows are written as sorted.
    name : str
        Name of the table.
    root : path, optional
        A folder inside the project.

    Returns
    -------
    Path
        The csv: UTF-8, commas, declared column order, line ends ``\\n``, empty cells for missing values.
        The same frame gives the same bytes. It is written beside its place and moved there, so that a half
        written file is never seen.

    Raises
    ------
    EvidenceError
        If the frame does not hold the declaration, or the table is in ``data/raw``, which stays as collected.

    Examples
    --------
    >>> from zi_analysis.evidence.tables import load_table, write_table
    >>> path = write_table(load_table("agency_names"), "agency_names")  # doctest: +SKIP
    """
    place = table_path(name, root)
    if data_folder(root) / "raw" in place.parents:
        raise EvidenceError(f'table "{name}" lies in data/raw, which is kept as collected; write to another table')
    text = _checked_text(frame, name, root)
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f".{place.name}.tmp-{os.getpid()}")
    try:
        beside.write_bytes(text.encode("utf-8"))
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)
    return place


def _checked_text(frame: pd.DataFrame, name: str, root: Path | str | None) -> str:
    """Return the csv of a frame, or raise its faults."""
    descriptor = read_declaration(root)
    table = find_table(descriptor, name)
    wanted = [field["name"] for field in table["schema"]["fields"]]
    ordered = frame[wanted] if sorted(map(str, frame.columns)) == sorted(wanted) else frame
    try:
        text = frame_text(ordered)
    except EvidenceError as error:
        raise EvidenceError(f"{_place(table)}: {error}") from error
    _refuse_faults(text, table, descriptor, data_folder(root))
    return text


def _refuse_faults(text: str, table: dict, descriptor: dict, data: Path) -> None:
    """Raise one error for all faults of a csv."""
    faults = _faults(text, table, descriptor, data)
    if faults:
        raise EvidenceError(tell_faults(sorted(faults, key=lambda fault: fault.row), _place(table)))


def _faults(text: str, table: dict, descriptor: dict, data: Path) -> list[Fault]:
    """Check header, shape, form, then numbers and keys; each check needs the one before."""
    schema = table["schema"]
    try:
        rows = parse_rows(text)
    except EvidenceError as error:
        raise EvidenceError(f"{_place(table)}: {error}") from error
    faults = header_faults(rows[0] if rows else [""], schema) or shape_faults(rows) or form_faults(text, schema)
    if faults:
        return faults
    frame = text_frame(text)
    return number_faults(frame, schema) + reference_faults(frame, table, descriptor=descriptor, data=data)


def _place(table: dict) -> str:
    """Name a table's file as the reader knows it."""
    return f"data/{table['path']}"


def _read_text(table: dict, data: Path) -> str:
    """Read the csv of a table as text."""
    path = inside_data(table, data)
    if not path.is_file():
        raise EvidenceError(f'{_place(table)} of table "{table["name"]}" is not there; make it or restore it')
    content = path.read_bytes()
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise EvidenceError(tell_faults([_undecoded(content)], _place(table))) from error


def _undecoded(content: bytes) -> Fault:
    """Find the first cell that is no UTF-8."""
    header, *rows = parse_rows(content.decode("utf-8", errors="replace"))
    for at, row in enumerate([header, *rows]):
        for column, cell in enumerate(row):
            if "\ufffd" in cell:
                name = header[column] if column < len(header) else str(column + 1)
                return Fault(at + 1, name, cell, "is not UTF-8; save the file as UTF-8")
    return Fault(1, header[0], header[0], "is not UTF-8; save the file as UTF-8")
