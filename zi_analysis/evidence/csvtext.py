"""Csv as plain text: cells without meaning in, the same bytes for the same frame out."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from zi_analysis.errors import EvidenceError

_DTYPES = {"integer": "Int64", "number": "float64"}


def parse_rows(text: str) -> list[list[str]]:
    """Split a csv into rows of cells, the header among them.

    Parameters
    ----------
    text : str
        The whole csv.

    Returns
    -------
    list of list of str
        One list per row; rows may differ in length.

    Raises
    ------
    EvidenceError
        If a quoted cell does not end.

    Examples
    --------
    >>> parse_rows('year,note\\n2018,"a, b"\\n')
    [['year', 'note'], ['2018', 'a, b']]
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error as error:
        raise EvidenceError(
            f"quotes do not match from row {len(rows) + 1} on ({error}); close the quoted cell"
        ) from error
    return rows


def text_frame(text: str) -> pd.DataFrame:
    """Return a csv as a frame of text in which an empty cell is empty text.

    Parameters
    ----------
    text : str
        The whole csv; all rows as long as the header.

    Returns
    -------
    pd.DataFrame
        One ``str`` column per cell of the header.

    Examples
    --------
    >>> text_frame("code\\nNA\\n")["code"].tolist()
    ['NA']
    """
    header, *rows = parse_rows(text)
    return pd.DataFrame(rows, columns=header, dtype="str")


def typed_frame(frame: pd.DataFrame, schema: dict) -> pd.DataFrame:
    """Give the columns of a frame of text their declared types.

    Parameters
    ----------
    frame : pd.DataFrame
        As `text_frame` returns it, checked.
    schema : dict
        Table Schema of the table.

    Returns
    -------
    pd.DataFrame
        Text as ``str``, whole numbers as ``Int64``, numbers as ``float64``; empty cells missing.

    Examples
    --------
    >>> schema = {"fields": [{"name": "year", "type": "integer"}]}
    >>> typed_frame(pd.DataFrame({"year": ["2018", ""]}), schema)["year"].tolist()
    [2018, <NA>]
    """
    typed = {}
    for field in schema["fields"]:
        cells = frame[field["name"]]
        filled = cells.mask(cells == "")
        dtype = _DTYPES.get(field["type"])
        typed[field["name"]] = filled if dtype is None else pd.to_numeric(filled).astype(dtype)
    return pd.DataFrame(typed)


def frame_text(frame: pd.DataFrame) -> str:
    """Write a frame as csv text.

    Parameters
    ----------
    frame : pd.DataFrame
        Columns of text, whole numbers or numbers.

    Returns
    -------
    str
        Commas, quotes only where needed, line ends ``\\n``, missing cells empty, whole numbers without a
        point, other numbers in the shortest form that reads back the same.

    Raises
    ------
    EvidenceError
        If a cell is no text or number, or holds a carriage return.

    Examples
    --------
    >>> frame_text(pd.DataFrame({"year": [2018.0, None], "rate": [0.5, 2.0]}))
    'year,rate\\n2018,0.5\\n,2\\n'
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows(zip(*(_cells(frame[column]) for column in frame), strict=True))
    return buffer.getvalue()


def _cells(column: pd.Series) -> Iterator[str]:
    """Write each value of a column."""
    for at, value in enumerate(column.tolist()):
        cell = _cell(value)
        # Python 3.11 leaves it unquoted, 3.13 quotes it
        if cell is None or "\r" in cell:
            fault = "is no text or number" if cell is None else "holds a carriage return"
            raise EvidenceError(f"value {value!r} in row {at + 2}, column {column.name} {fault}; replace it")
        yield cell


def _cell(value: Any) -> str | None:
    """Write one value, or None when it has no plain form."""
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float | np.floating):
        return _number(float(value))
    return str(value) if isinstance(value, int | np.integer | np.bool_) else None


def _number(value: float) -> str:
    """Write a number in its shortest form."""
    if np.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
