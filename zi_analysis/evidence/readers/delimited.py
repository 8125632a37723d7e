"""Lists told apart by commas, semicolons, tabs or bars, in the encodings that spreadsheets write."""

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from zi_analysis.errors import InputError
from zi_analysis.evidence.readers.headers import HeaderNames
from zi_analysis.evidence.readers.sheets import MOST_COLUMNS, Sheet, TextColumns

DELIMITERS = (",", ";", "\t", "|")
_HEAD = 1 << 20  # bytes looked at before a file is read
_LONGEST_LINE = 1 << 20  # characters
_LONGEST_RECORD = 100  # lines of one record
_LARGE = 4 << 20  # bytes from which the fast way pays
_LOOKED_AT = 60  # records that the delimiter is told from
_BOMS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SAYS_DELIMITER = re.compile(r'\s*"?sep=(.)"?\s*', flags=re.IGNORECASE)
# bytes that are no UTF-8 are read as windows-1252, one by one: files are pasted together from both
_FOREIGN = {0xDC00 + byte: bytes([byte]).decode("cp1252", errors="replace") for byte in range(0x80, 0x100)}


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
        lines = _lines(_content(handle), dialect.encoding, name)
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


def find_encoding(head: bytes) -> str:
    """Tell the encoding of a text from its first bytes.

    Parameters
    ----------
    head : bytes
        Beginning of the file.

    Returns
    -------
    str
        A codec of Python; utf-8 where nothing shows another.

    Examples
    --------
    >>> find_encoding("Unit;Tahun".encode("utf-16-le"))
    'utf-16-le'
    """
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding
    sample = head[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = max(len(sample) // 2, 1)
    if odd > 0.4 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.1 * half:
        return "utf-16-be"
    return "utf-8"


def decode_text(content: bytes) -> str:
    """Decode a whole text; bytes that are no UTF-8 are read as windows-1252.

    Parameters
    ----------
    content : bytes
        The text as stored.

    Returns
    -------
    str
        Without byte order mark.

    Examples
    --------
    >>> decode_text(b"Kab. Caf\\xe9")
    'Kab. Caf\u00e9'
    """
    encoding = find_encoding(content)
    text = content.decode(encoding, errors=_errors(encoding))
    return text if text.isascii() else text.translate(_FOREIGN)


def _errors(encoding: str) -> str:
    """Return how bytes that do not fit an encoding are kept."""
    return "surrogateescape" if encoding.startswith("utf-8") else "replace"


def records(lines: Iterator[str], delimiter: str, name: str) -> Iterator[list[str]]:
    """Split lines into records of cells; a stray quote swallows no lines.

    Parameters
    ----------
    lines : iterator of str
        Lines with their ends.
    delimiter : str
        One character.
    name : str
        Name of the file, for errors.

    Yields
    ------
    list of str
        Cells of a record; none for an empty line.

    Raises
    ------
    InputError
        If a cell is beyond any list.

    Examples
    --------
    >>> list(records(iter(['a,"b\\n', 'c,d\\n']), ",", "list.csv"))
    [['a', '"b'], ['c', 'd']]
    """
    tape = _Tape(lines)
    usual = 0
    while True:
        reader = csv.reader(tape, delimiter=delimiter)
        try:
            for cells in reader:
                open_end = bool(cells and cells[-1]) and cells[-1][-1] in "\r\n"
                if (len(tape.record) > 1 or open_end) and _is_stray(tape, delimiter, usual, name):
                    break
                usual = len(cells) or usual
                tape.number += 1
                tape.record = []
                yield cells
            else:
                return
        except csv.Error as error:
            if len(tape.record) < 2 or len(_literal(tape.record[0], delimiter)) < usual:
                raise InputError(
                    f"{name} cannot be read at row {tape.number + 1} ({error}); shorten the cell there, or close its "
                    "quotes"
                ) from error
        tape.number += 1
        yield _literal(tape.rewind(), delimiter)


class _Tape:
    """Lines one by one; those of the record at hand can be wound back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.back: deque[str] = deque()
        self.record: list[str] = []
        self.number = 0

    def __iter__(self) -> "_Tape":
        return self

    def __next__(self) -> str:
        if len(self.record) == _LONGEST_RECORD:
            raise StopIteration
        line = self.back.popleft() if self.back else next(self.lines)
        self.record.append(line)
        return line

    def rewind(self) -> str:
        """Put back all lines of the record but the first, which is returned."""
        first, *others = self.record
        self.back.extendleft(reversed(others))
        self.record = []
        return first


def _is_stray(tape: _Tape, delimiter: str, usual: int, name: str) -> bool:
    """Tell whether a quote opens no cell: quotes do not match, and the first line alone is a whole record."""
    try:
        list(csv.reader(tape.record, delimiter=delimiter, strict=True))
    except csv.Error as error:
        if len(_literal(tape.record[0], delimiter)) >= usual:
            return True
        if "unexpected end" in str(error):
            raise InputError(
                f"{name} opens a quoted cell in row {tape.number + 1} that does not end within {_LONGEST_RECORD} "
                "lines; close its quotes"
            ) from None
    return False


def _literal(line: str, delimiter: str) -> list[str]:
    """Split one line without regard to quotes."""
    return next(csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE), [])


class _Part(io.RawIOBase):
    """The first bytes of a file."""

    def __init__(self, handle: io.BufferedReader, size: int) -> None:
        self.handle, self.left = handle, size

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as bytes are left."""
        piece = self.handle.read(min(len(buffer), self.left))
        buffer[: len(piece)] = piece
        self.left -= len(piece)
        return len(piece)


def _content(handle: io.BufferedReader) -> io.BufferedReader:
    """Leave out a long run of line ends at the end of a file."""
    end = size = handle.seek(0, io.SEEK_END)
    while end > 0:
        begin = max(0, end - _HEAD)
        handle.seek(begin)
        kept = len(handle.read(end - begin).rstrip(b"\r\n"))
        end = begin + kept
        if kept:
            break
    handle.seek(0)
    return handle if size - end < _HEAD else io.BufferedReader(_Part(handle, end), 1 << 16)


def _lines(handle: io.BufferedReader, encoding: str, name: str) -> Iterator[str]:
    """Decode a file line by line, within bounds."""
    number = 0
    with io.TextIOWrapper(handle, encoding=encoding, errors=_errors(encoding), newline="") as text:
        while line := text.readline(_LONGEST_LINE):
            number += 1
            if len(line) == _LONGEST_LINE and line[-1] not in "\r\n":
                raise InputError(
                    f"{name} has more than {_LONGEST_LINE:,} characters in line {number}; this is no list, or its "
                    "lines are not told apart, so save it again as csv"
                )
            yield line if line.isascii() else line.translate(_FOREIGN)


def _head_lines(head: bytes, encoding: str, whole: bool) -> list[str]:
    """Return the lines of a head; the last one is left out where it may be cut."""
    text = io.StringIO(head.decode(encoding, errors=_errors(encoding)), newline="")
    lines = [line if line.isascii() else line.translate(_FOREIGN) for line in text]
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
