"""The form every file is brought to: lines of text cells, column by column, each distinct text kept once."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest

import numpy as np

from zi_analysis.errors import InputError
from zi_analysis.evidence.readers.columns import CodedColumn, Column, is_blank

MOST_COLUMNS = 1_000
LONGEST_CELL = 32_767  # characters; the limit of a spreadsheet's cell
_BATCH = 5_000


@dataclass(frozen=True)
class Sheet:
    """A sheet, page or file as lines of cells."""

    name: str  # empty where a file has no sheets
    columns: tuple[Column, ...]  # one per position
    numbers: np.ndarray  # row number of each line as the reader sees it, from 1
    headers: tuple[str, ...] | None = None  # names of the columns where the file declares them
    merged: tuple[tuple[int, int, int, int], ...] = ()  # first line, first column, last line, last column, from 0
    hidden: bool = False
    delimited: bool = False  # cells told apart by a mark, so that a cell too many shifts the others
    places: tuple[str, ...] | None = None  # per line, where lines of one list stand in several places
    titles: tuple[str, ...] = ()  # lines above that stand in another sheet
    first_column: int = 0  # columns to the left that stand in another sheet

    @property
    def height(self) -> int:
        """Number of lines."""
        return len(self.numbers)

    def cells(self, line: int) -> list[str]:
        """Return the cells of a line, empty text for an empty cell."""
        return next(cells for _, cells in self.many(np.array([line])))

    def many(self, lines: np.ndarray) -> Iterator[tuple[int, list[str]]]:
        """Go through lines and their cells."""
        for begin in range(0, len(lines), _BATCH):
            part = lines[begin : begin + _BATCH]
            texts = [column.cells(part) for column in self.columns]
            cells = map(list, zip(*texts, strict=True)) if texts else ([] for _ in part)
            yield from zip(part.tolist(), cells, strict=True)

    def text(self, line: int) -> str:
        """Return a line as one text."""
        return " | ".join(text for text in self.cells(line) if text)

    def counts(self) -> np.ndarray:
        """Count the filled cells of each line."""
        return self._counts

    @cached_property
    def _counts(self) -> np.ndarray:
        """How many cells of each row are filled."""
        total = np.zeros(self.height, dtype=np.int32)
        for column in self.columns:
            total += column.filled()
        return total


def named_columns(sheet: Sheet, headers: Sequence[str], lines: np.ndarray) -> dict[str, Column]:
    """Return some lines of every column under its header.

    Parameters
    ----------
    sheet : Sheet
        Lines of cells.
    headers : sequence of str
        Text per position.
    lines : np.ndarray
        Lines in order.

    Returns
    -------
    dict of str to Column
        A column without header is "column 3", a second one of the same name "Unit (column 5)"; one without
        header and cells is left out.

    Examples
    --------
    >>> columns = TextColumns("list.csv")
    >>> columns.add([(1, ["Unit", "", "Unit"]), (2, ["a", "b", "c"])])
    >>> list(named_columns(columns.sheet(""), ["Unit", "", "Unit"], np.array([1])))
    ['Unit', 'column 2', 'Unit (column 3)']
    """
    found: dict[str, Column] = {}
    for at, column in enumerate(sheet.columns):
        header = " ".join(headers[at].split()) if at < len(headers) else ""
        part = column.take(lines)
        if header or part.filled().any():
            name = header or f"column {at + 1}"
            found[name if name not in found else f"{name} (column {at + 1})"] = part
    return found


@dataclass
class TextColumns:
    """Collects lines of cells column by column, so that memory follows distinct texts."""

    name: str  # of the file, for errors
    count: int = 0
    _numbers: array = field(default_factory=lambda: array("q"))
    _codes: list[array] = field(default_factory=list)
    _known: list["_Known"] = field(default_factory=list)

    def add(self, lines: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Add numbered lines of cells; those without text are left out.

        Parameters
        ----------
        lines : iterable of (int, sequence of str)
            Row number and cells of each line, in order.

        Raises
        ------
        InputError
            If a line has too many cells or a cell is too long.

        Examples
        --------
        >>> columns = TextColumns("list.csv")
        >>> columns.add([(1, ["Unit", "Tahun"]), (2, ["RSUD Kota Batu"])])
        >>> columns.sheet("").cells(1)
        ['RSUD Kota Batu', '']
        """
        numbers: list[int] = []
        batch: list[Sequence[str]] = []
        for number, cells in lines:
            if not any(cells):
                continue
            numbers.append(number)
            batch.append(cells)
            if len(batch) == _BATCH:
                self._take(numbers, batch)
                numbers, batch = [], []
        if batch:
            self._take(numbers, batch)

    def _take(self, numbers: list[int], batch: list[Sequence[str]]) -> None:
        """Code a batch of lines."""
        width = self._width(numbers, batch)
        while len(self._codes) < width:
            self._codes.append(array("i", [-1]) * self.count)
            self._known.append(_Known())
        columns = list(zip_longest(*batch, fillvalue=""))
        for at, (codes, known) in enumerate(zip(self._codes, self._known, strict=True)):
            if at >= len(columns):
                codes.extend(array("i", [-1]) * len(batch))
                continue
            try:
                codes.extend(array("i", map(known.__getitem__, columns[at])))
            except _TooLongError as error:
                row = numbers[columns[at].index(error.args[0])]
                raise too_long(self.name, row, at, error.args[0]) from None
        self._numbers.extend(numbers)
        self.count += len(batch)

    def _width(self, numbers: list[int], batch: list[Sequence[str]]) -> int:
        """Return the cells of the widest line, or refuse one that no list has."""
        width = max(map(len, batch))
        if width > MOST_COLUMNS:
            row = next(number for number, cells in zip(numbers, batch, strict=True) if len(cells) == width)
            raise InputError(
                f"{self.name} has {width:,} cells in row {row}; a list has at most {MOST_COLUMNS:,} columns, "
                "so delete those that belong to no list"
            )
        return width

    def sheet(
        self,
        name: str,
        *,
        merged: tuple[tuple[int, int, int, int], ...] = (),
        hidden: bool = False,
        delimited: bool = False,
        places: tuple[str, ...] | None = None,
    ) -> Sheet:
        """Return what was collected as a sheet.

        Parameters
        ----------
        name : str
            Name of the sheet, empty where a file has none.
        merged : tuple, optional
            Merged ranges, from 0: first row, first column, last row, last column.
        hidden : bool, optional
            Whether the sheet is hidden in its workbook.
        delimited : bool, optional
            Whether a mark tells cells apart.
        places : tuple of str, optional
            Where each line stands, instead of the sheet's name.

        Returns
        -------
        Sheet
            The lines in order.

        Examples
        --------
        >>> TextColumns("list.csv").sheet("").height
        0
        """
        columns = tuple(
            CodedColumn(np.array(codes, dtype=np.int32), known.texts)
            for codes, known in zip(self._codes, self._known, strict=True)
        )
        numbers = np.array(self._numbers, dtype=np.int64)
        told = np.isin([top + 1 for top, *_ in merged], numbers)
        ranges = tuple(_in_lines(one, numbers) for one, is_told in zip(merged, told, strict=True) if is_told)
        return Sheet(name, columns, numbers, None, ranges, hidden, delimited, places)


def _in_lines(merged: tuple[int, int, int, int], numbers: np.ndarray) -> tuple[int, int, int, int]:
    """Turn the rows of a merged range into lines; rows without text are no lines."""
    top, left, bottom, right = merged
    first, after = np.searchsorted(numbers, [top + 1, bottom + 2])
    return int(first), left, int(after) - 1, right


def too_long(name: str, row: int, position: int, text: str) -> InputError:
    """Make the error for a cell that no spreadsheet could hold.

    Parameters
    ----------
    name : str
        Name of the file.
    row : int
        Row number.
    position : int
        Column, from 0.
    text : str
        The cell.

    Returns
    -------
    InputError
        To be raised.

    Examples
    --------
    >>> "row 3, column 1" in str(too_long("list.csv", 3, 0, "a" * 40_000))
    True
    """
    return InputError(
        f"{name} holds {len(text):,} characters in one cell (row {row}, column {position + 1}); a cell of a list has "
        f"at most {LONGEST_CELL:,}, so shorten it or close the quotes that swallow the lines after it"
    )


class _TooLongError(Exception):
    """A cell is longer than any spreadsheet allows."""


class _Known(dict):
    """Texts of a column and their codes; a text met first gets the next code."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def __missing__(self, text: str) -> int:
        kept = text.replace("\0", "").encode("utf-8", errors="replace").decode("utf-8") if _unsound(text) else text
        if is_blank(kept):
            code = -1
        elif kept is not text and kept in self:
            code = self[kept]
        elif len(kept) > LONGEST_CELL:
            raise _TooLongError(text)
        else:
            code = len(self.texts)
            self.texts.append(kept)
            self[kept] = code
        self[text] = code
        return code


def _unsound(text: str) -> bool:
    """Tell whether a text holds NUL characters or half characters."""
    return "\0" in text or not (text.isascii() or text.isprintable() or _whole(text))


def _whole(text: str) -> bool:
    """Tell whether a text can be written as UTF-8."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
