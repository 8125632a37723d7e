"""Lists told apart by commas, semicolons, tabs or bars, in the encodings that spreadsheets write."""

import io
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from zi_analysis.errors import InputError
from zi_analysis.evidence.readers.encodings import decode_text, decoded_lines, find_encoding
from zi_analysis.evidence.readers.headers import HeaderNames
from zi_analysis.evidence.readers.records import records
from zi_analysis.evidence.readers.sheets import MOST_COLUMNS, Sheet, TextColumns

DELIMITERS = (",", ";", "\t", "|")
_HEAD = 1 << 20  # bytes looked at before a file is read
_LARGE = 4 << 20  # bytes from which the fast way pays
_LOOKED_AT = 60  # records that the delimiter is told from
_SAYS_DELIMITER = re.compile(r'\s*"?sep=(.)"?\s*', flags=re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    """How a delimited file is written."""

    encoding: str
    delimiter: str


def read_delimited(path: Path, name: str, names: HeaderNames, *, fast: bool | None = None) -> Sheet:
    """Read a delimited file as one sheet.

    Large regular files go through pyarrow, all others through Python's csv module; both give the same lines.
    A quoted cell that never ends, or ends in the middle of a cell, is taken as a stray quote: its lines stay
    lines. Bytes that are no UTF-8 are read as windows-1252.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Its name for errors.
    names : HeaderNames
        Known headers, which help to tell the delimiter.
    fast : bool, optional
        Try pyarrow or not; decided by size when left out.

    Returns
    -------
    Sheet
        Lines as records; row numbers count records, as a spreadsheet does.

    Raises
    ------
    InputError
        If a line, a cell or the number of columns is beyond any list.

    Examples
    --------
    >>> from zi_analysis.evidence.readers.headers import load_header_names
    >>> from zi_analysis.paths import data_folder
    >>> sheet = read_delimited(data_folder() / "raw" / "awards.csv", "awards.csv", load_header_names())
    >>> sheet.cells(0)[:2]
    ['award_id', 'year']
    """
    with path.open("rb") as handle:
        head = handle.read(_HEAD)
    dialect = find_dialect(head, names, whole=len(head) < _HEAD)
    if fast or (fast is None and path.stat().st_size >= _LARGE):
        from zi_analysis.evidence.readers.fast_csv import read_regular

        sheet = read_regular(path, name, dialect.encoding, dialect.delimiter, _head_records(head, dialect, whole=False))
        if sheet is not None:
            return sheet
    columns = TextColumns(name)
    with path.open("rb") as handle:
        lines = decoded_lines(handle, dialect.encoding, name)
        columns.add(enumerate(records(lines, dialect.delimiter, name), start=1))
    return columns.sheet("", delimited=True)


def find_dialect(head: bytes, names: HeaderNames, *, whole: bool) -> Dialect:
    """Tell encoding and delimiter from the first bytes of a file.

    The delimiter that shows most known headers wins, then the one whose records agree best in width; a first
    line such as ``sep=;`` decides.

    Parameters
    ----------
    head : bytes
        Beginning of the file.
    names : HeaderNames
        Known headers.
    whole : bool
        Whether the head is the whole file.

    Returns
    -------
    Dialect
        Encoding and delimiter.

    Examples
    --------
    >>> from zi_analysis.evidence.readers.headers import load_header_names
    >>> find_dialect(b"Unit Kerja;Tahun\\nRSUD, Batu;2023\\n", load_header_names(), whole=True)
    Dialect(encoding='utf-8', delimiter=';')
    """
    encoding = find_encoding(head)
    first = next(iter(_head_lines(head, encoding, whole)), "")
    said = _SAYS_DELIMITER.fullmatch(first)
    if said:
        return Dialect(encoding, said[1])
    choices = [Dialect(encoding, delimiter) for delimiter in DELIMITERS]
    return max(choices, key=lambda one: _fitness(_head_records(head, one, whole=whole, most=_LOOKED_AT), names))


def _head_lines(head: bytes, encoding: str, whole: bool) -> list[str]:
    """Return the lines of a head; the last one is left out where it may be cut."""
    lines = list(io.StringIO(decode_text(head, encoding), newline=""))
    return lines if whole else lines[:-1]


def _head_records(head: bytes, dialect: Dialect, *, whole: bool, most: int | None = None) -> list[list[str]]:
    """Split a head into records, or into its first ones."""
    lines = _head_lines(head, dialect.encoding, whole)
    found: list[list[str]] = []
    try:
        found.extend(islice(records(iter(lines), dialect.delimiter, ""), most))
    except InputError:
        return found  # told when the file itself is read
    return found


def _fitness(rows: list[list[str]], names: HeaderNames) -> tuple[int, float, int]:
    """Say how well records fit a list: known headers in one record, agreement in width, width."""
    widths = Counter(len(row) for row in rows if row)
    if not widths:
        return (0, 0.0, 0)
    width, often = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]))
    known = max(names.count_known(row) for row in rows if len(row) <= MOST_COLUMNS) if width <= MOST_COLUMNS else 0
    return (known if known > 1 else 0, often / sum(widths.values()) if width > 1 else 0.0, width)
