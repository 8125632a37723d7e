"""Any table as it stands: the header found, every row in order, text as written."""

from pathlib import Path

import numpy as np
import pandas as pd

from zi_analysis.errors import ParameterError
from zi_analysis.evidence.readers.headers import load_header_names
from zi_analysis.evidence.readers.opening import shown_name, shown_text
from zi_analysis.evidence.readers.reading import read_sheets
from zi_analysis.evidence.readers.sheets import Sheet, named_columns

_HEAD = 60  # lines in which a header is looked for
_WIDE = 0.6  # share of the usual width from which a line can be a header


def read_table(path: Path | str, *, sheet: str | None = None) -> pd.DataFrame:
    """Read any table a person has: every row below its header, in order, text as written.

    Parameters
    ----------
    path : path
        A file of any kind that `read_list` reads.
    sheet : str, optional
        Name of the sheet; the first shown one with content when left out.

    Returns
    -------
    pd.DataFrame
        One column per header, missing where a cell is empty; a column without header is called "column 3",
        a second one of the same name "Unit (column 5)". Rows are numbered from 0.

    Raises
    ------
    InputError
        If the file cannot be read as a table.
    ParameterError
        If there is no such sheet.

    Examples
    --------
    >>> from zi_analysis.paths import data_folder
    >>> read_table(data_folder() / "raw" / "awards.csv").columns[0]
    'award_id'
    """
    names = load_header_names()
    found = _choose(read_sheets(Path(path), names), sheet, shown_name(path))
    counts = found.counts()
    told = np.flatnonzero(counts)
    if found.headers is not None:
        return _frame(found, found.headers, told)
    line = _header_line(found, told)
    return _frame(found, tuple(found.cells(line)), told[told > line])


def _choose(sheets: list[Sheet], name: str | None, file: str) -> Sheet:
    """Return the sheet asked for, or the first shown one with content."""
    if name is None:
        told = [sheet for sheet in sheets if sheet.counts().any()]
        return next((sheet for sheet in told if not sheet.hidden), told[0])
    for sheet in sheets:
        if sheet.name == name:
            return sheet
    there = shown_text(", ".join(sheet.name for sheet in sheets), most=200)
    raise ParameterError(f'sheet "{shown_text(name)}" is not in {file}; it has {there or "no sheets"}')


def _header_line(sheet: Sheet, told: np.ndarray) -> int:
    """Find the header: the first line about as wide as the others; titles above a table are narrow."""
    head = list(sheet.many(told[:_HEAD]))
    widths = [sum(map(bool, cells)) for _, cells in head]
    usual = float(np.median(widths))
    return next(line for (line, _), width in zip(head, widths, strict=True) if width >= _WIDE * usual)


def _frame(sheet: Sheet, headers: tuple[str, ...], lines: np.ndarray) -> pd.DataFrame:
    """Return lines of a sheet under their headers."""
    named = named_columns(sheet, headers, lines)
    return pd.DataFrame({name: column.series() for name, column in named.items()}, index=pd.RangeIndex(len(lines)))
