"""How many cells a sheet spans by what it says of its rows and cells, told before a library makes room for them."""

import re
from collections.abc import Iterable

_FREE_CELLS = 2_000_000  # cells that any sheet may span, however small its file
_MOST_CELLS = 32 << 20  # cells that a sheet may span at all
_BYTES_PER_CELL = 4
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_MANY_ROWS = 100_000  # rows from which their own numbers are believed
_LONGEST_ROW = 8 << 20  # bytes
_IS = rb"\s*=\s*[\"']"
_NO_CELL = re.compile(rb"\s(?:r|ref)" + _IS + rb"(?:[A-Z:\d]*?[A-Z]{4}|[A-Z:\d]*?\d{8})", re.IGNORECASE)
_ERROR = re.compile(rb"\st" + _IS + rb"e[\"']")
_ROW = re.compile(rb"\sr" + _IS + rb"(\d{1,10})[\"']")
_FAR_COLUMN = re.compile(rb"\sr" + _IS + rb"([A-Za-z]{2,3})\d{1,10}[\"']")
_FAR_ROW = re.compile(rb"\sr" + _IS + rb"[A-Za-z]{1,3}(\d{6,7})[\"']")
_CELL = re.compile(rb"\sr" + _IS + rb"([A-Za-z]{1,3})(\d{1,10})[\"']")
_ATTRIBUTES = rb"(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'))*\s*"
_EMPTY_CELL = re.compile(rb"<(?:\w+:)?c" + _ATTRIBUTES + rb"(?:/>|>\s*</(?:\w+:)?c>)")
_EMPTY_ROW = re.compile(rb"<(?:\w+:)?row" + _ATTRIBUTES + rb"(?:/>|>\s*</(?:\w+:)?row>)")
_ODS_MARK = re.compile(rb"<table:table-row\b[^<>]*>|<table:(?:covered-)?table-cell\b[^<>]*>")
_REPEATED_ROWS = re.compile(rb"number-rows-repeated=[\"'](\d{1,18})[\"']")
_REPEATED_CELLS = re.compile(rb"number-columns-repeated=[\"'](\d{1,18})[\"']")


class SheetSpread:
    """The span of a sheet of an xlsx at first look: every row and far column that is named counts.

    Examples
    --------
    >>> spread = SheetSpread()
    >>> spread.add(b'<sheetData><row r="1000000"><c r="AB1000000"/></row>')
    >>> spread.span
    28000000
    """

    def __init__(self) -> None:
        self.is_sheet = self.is_beyond = self.has_errors = False
        self.rows, self.columns = 1, 26

    @property
    def span(self) -> int:
        """Cells spanned."""
        return self.rows * self.columns if self.is_sheet else 0

    def add(self, window: bytes) -> None:
        """Take in a piece of a part; pieces may overlap."""
        self.is_sheet |= b"sheetData" in window
        if not self.is_sheet:
            return
        self.rows = _largest(map(int, _ROW.findall(window)), self.rows)
        if self.rows < _MANY_ROWS:
            self.rows = _largest(map(int, _FAR_ROW.findall(window)), self.rows)
        self.columns = _largest(map(column_number, set(_FAR_COLUMN.findall(window))), self.columns)
        self.has_errors |= _ERROR.search(window) is not None
        self.is_beyond |= self.rows > _LAST_ROW or self.columns > _LAST_COLUMN or _NO_CELL.search(window) is not None


class TableSpread:
    """The span of the sheets of an ods: repeated rows times repeated cells.

    Examples
    --------
    >>> spread = TableSpread()
    >>> cell = b'<table:table-cell table:number-columns-repeated="3" office:value="1">'
    >>> spread.add(b'<table:table-row table:number-rows-repeated="5">' + cell)
    >>> spread.span
    15
    """

    is_beyond = has_errors = False

    def __init__(self) -> None:
        self.times = self.cells = self.total = 0

    @property
    def span(self) -> int:
        """Cells spanned."""
        return self.total + self.times * self.cells

    def add(self, window: bytes) -> None:
        """Take in a piece of a part; what overlaps counts twice, which only makes the bound stricter."""
        for mark in _ODS_MARK.finditer(window):
            text = mark.group()
            if text.startswith(b"<table:table-row"):
                self.total += self.times * self.cells
                self.times, self.cells = _times(_REPEATED_ROWS, text), 0
            elif not text.endswith(b"/>") or b"value" in text:
                self.cells += _times(_REPEATED_CELLS, text)


def filled_span(chunks: Iterable[bytes]) -> int:
    """Count the cells that a sheet of an xlsx spans with cells that hold something.

    Cells and rows that are written out as empty do not count; whatever is not clearly empty does.

    Parameters
    ----------
    chunks : iterable of bytes
        The part in pieces that follow each other.

    Returns
    -------
    int
        Last row times last column.

    Examples
    --------
    >>> filled_span([b'<row r="1"><c r="B1"><v>1</v></c></row><row r="9"><c r="A9" s="1"/></row>'])
    2
    """
    rows = columns = 1
    for piece in _whole_rows(chunks):
        left = _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", piece))
        found = set(_CELL.findall(left))
        rows = _largest((*map(int, _ROW.findall(left)), *(int(row) for _, row in found)), rows)
        columns = _largest((column_number(letters) for letters, _ in found), columns)
    return rows * columns


def is_too_wide(span: int, size: int) -> bool:
    """Tell whether a span is beyond what a sheet of some bytes can hold.

    Parameters
    ----------
    span : int
        Cells spanned.
    size : int
        Unpacked bytes of the sheet.

    Returns
    -------
    bool
        True for millions of cells in a small sheet, and for more cells than memory should hold.

    Examples
    --------
    >>> is_too_wide(16_384 * 1_048_576, 2_000), is_too_wide(15_000_000, 60_000_000)
    (True, False)
    """
    return span > min(_FREE_CELLS + size // _BYTES_PER_CELL, _MOST_CELLS)


def column_number(letters: bytes) -> int:
    """Return the number of a column from its letters.

    Parameters
    ----------
    letters : bytes
        As in a cell's name.

    Returns
    -------
    int
        From 1.

    Examples
    --------
    >>> column_number(b"AB")
    28
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _whole_rows(chunks: Iterable[bytes]) -> Iterable[bytes]:
    """Cut a sheet between its rows."""
    held = b""
    for chunk in chunks:
        held += chunk
        cut = held.rfind(b"<row")
        if cut > 0 or len(held) > _LONGEST_ROW:
            cut = cut if cut > 0 else len(held)
            yield held[:cut]
            held = held[cut:]
    yield held


def _largest(numbers: Iterable[int], known: int) -> int:
    """Return the largest of numbers and one known before."""
    return max(known, max(numbers, default=0))


def _times(pattern: re.Pattern[bytes], text: bytes) -> int:
    """Read how often something is repeated."""
    found = pattern.search(text)
    return int(found[1]) if found else 1
