"""Packed workbooks looked at before they are opened: what they hold, how large they become, what they claim."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from zi_analysis.errors import InputError
from zi_analysis.evidence.readers.opening import shown_text

MOST_UNPACKED = 500 << 20  # bytes of all parts
_MOST_RATIO = 200
_RATIO_FROM = 50 << 20  # unpacked bytes from which the ratio counts
_MOST_PARTS = 5_000
_FREE_CELLS = 2_000_000  # cells that any sheet may span, however small its file
_MOST_CELLS = 32 << 20  # cells that a sheet may span at all
_BYTES_PER_CELL = 4
_CHUNK = 1 << 20
_OVERLAP = 256
_ENTITY = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_NO_CELL = re.compile(rb"\s(?:r|ref)\s*=\s*[\"'](?:[A-Z:\d]*?[A-Z]{4}|[A-Z:\d]*?\d{8})", re.IGNORECASE)
_ERROR = re.compile(rb"\st\s*=\s*[\"']e[\"']")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\sr\s*=\s*[\"'](\d{1,10})[\"']")
_FAR_CELL = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{2,3})\d{1,10}[\"']")
_FAR_ROW = re.compile(rb"\sr\s*=\s*[\"'][A-Za-z]{1,3}(\d{6,7})[\"']")
_FULL_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*?\sr\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,10})[\"'](?:[^>]*[^/>])?>")
_ODS_ROW = re.compile(rb"<table:table-row\b[^>]*>|<table:(?:covered-)?table-cell\b[^>]*>|<table:table\b")
_UNPLACED_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s>])(?![^>]*\sr\s*=)[^>]*>")
_MANY_ROWS = 100_000  # rows from which their own numbers are believed
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_REPEATED_ROWS = re.compile(rb"number-rows-repeated=[\"'](\d+)[\"']")
_REPEATED_CELLS = re.compile(rb"number-columns-repeated=[\"'](\d+)[\"']")
_ASK = "ask for the list as xlsx or csv"
_KINDS = (
    ("word/", "a text document (docx); copy its table into a spreadsheet"),
    ("ppt/", "a presentation (pptx); copy its table into a spreadsheet"),
    ("xl/workbook.bin", "a binary workbook (xlsb); open it and save it as xlsx"),
)


@dataclass(frozen=True)
class Archive:
    """What a packed workbook holds."""

    kind: str  # xlsx or ods
    has_errors: bool  # some cells show an error instead of a value


def check_archive(path: Path, name: str) -> Archive:
    """Look into a packed workbook without opening it.

    Parameters
    ----------
    path : Path
        A zip file.
    name : str
        Its name for errors.

    Returns
    -------
    Archive
        Its kind, and whether cells show errors.

    Raises
    ------
    InputError
        If it is no workbook, damaged, unpacks beyond all bounds, holds entities, or a small sheet claims to
        span millions of cells.

    Examples
    --------
    >>> check_archive(Path("list.xlsx"), "list.xlsx")  # doctest: +SKIP
    Archive(kind='xlsx', has_errors=False)
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            kind = _kind(parts, archive, name)
            _refuse_bomb(parts, path.stat().st_size, name)
            with path.open("rb") as content:
                errors = [_check_part(content, part, kind, name) for part in parts]
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise InputError(f"{name} is damaged or cut ({_plain(error)}); ask for it again") from error
    return Archive(kind, any(errors))


def _plain(error: Exception) -> str:
    """Say in few words what is wrong with a zip."""
    return shown_text(str(error), most=80) or type(error).__name__


def _kind(parts: list[zipfile.ZipInfo], archive: zipfile.ZipFile, name: str) -> str:
    """Tell xlsx from ods, and refuse other archives by what they are."""
    held = [part.filename for part in parts]
    if len(held) > _MOST_PARTS:
        raise InputError(f"{name} holds {len(held):,} parts, more than any workbook; {_ASK}")
    for start, what in _KINDS:
        if any(part.startswith(start) for part in held):
            raise InputError(f"{name} is {what}")
    if any(part.lower() == "xl/workbook.xml" for part in held):
        return "xlsx"
    if "content.xml" in held:
        first = _declared_type(archive) if "mimetype" in held else b""
        if b"text" in first or b"presentation" in first:
            raise InputError(f"{name} is a text document or presentation; copy its table into a spreadsheet")
        return "ods"
    if any(part.startswith("xl/") for part in held):
        raise InputError(f"{name} is a workbook without its table of contents (xl/workbook.xml); ask for it again")
    raise InputError(f"{name} is an archive (zip), no list; unpack it first and give the file inside")


def _declared_type(archive: zipfile.ZipFile) -> bytes:
    """Read what kind of document an archive says it is."""
    with archive.open("mimetype") as handle:
        return handle.read(80)


def _refuse_bomb(parts: list[zipfile.ZipInfo], packed: int, name: str) -> None:
    """Refuse an archive that unpacks beyond all bounds."""
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED or (unpacked > _RATIO_FROM and unpacked > _MOST_RATIO * packed):
        raise InputError(
            f"{name} unpacks from {packed:,} to {unpacked:,} bytes, more than any list needs; "
            "save its sheet as csv and give that"
        )
    for part in parts:
        if part.flag_bits & 1:
            raise InputError(f"{name} is protected by a password; remove it and give the file again")


def _check_part(content: BinaryIO, part: zipfile.ZipInfo, kind: str, name: str) -> bool:
    """Look through one part for entities and for claims beyond its size; tell whether cells show errors."""
    spread = _Spread(kind)
    for window in windows(content, part, name):
        if _ENTITY.search(window):
            shown = shown_text(part.filename, most=60)
            raise InputError(f"{name} declares entities in {shown}, which no workbook needs; {_ASK}")
        spread.add(window)
        if spread.beyond:
            raise InputError(f"{name} names cells that no sheet has; open it and save it again as xlsx")
    if spread.too_wide(part.file_size):
        exact = _Spread(kind, exact=True)
        for window in windows(content, part, name):
            exact.add(window)
        if exact.too_wide(part.file_size):
            raise InputError(
                f"{name} has a sheet that spans {exact.span():,} cells with hardly anything in them; delete the "
                "cells far away from the list, or save the sheet as csv"
            )
    return spread.errors


def windows(content: BinaryIO, part: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    """Go through a part in pieces that overlap a little, so that no tag is cut in all of them.

    Parameters
    ----------
    content : binary file
        The zip file.
    part : zipfile.ZipInfo
        The part.
    name : str
        Name of the file, for errors.

    Yields
    ------
    bytes
        Pieces of a little over one megabyte.

    Raises
    ------
    InputError
        As `unpack`, and for xml in an encoding that hides its tags.

    Examples
    --------
    >>> with zipfile.ZipFile("list.xlsx") as archive:  # doctest: +SKIP
    ...     list(windows(open("list.xlsx", "rb"), archive.infolist()[0], "list.xlsx"))
    """
    tail = b""
    for chunk in unpack(content, part, name):
        window = tail + chunk
        if not tail and window[:2] in (b"\xff\xfe", b"\xfe\xff", b"\0<", b"<\0"):
            raise InputError(f"{name} is written in an encoding that no workbook uses; open it and save it as xlsx")
        yield window
        tail = window[-_OVERLAP:]


def unpack(content: BinaryIO, part: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    """Unpack one part in pieces, never further than it claims.

    Parameters
    ----------
    content : binary file
        The zip file.
    part : zipfile.ZipInfo
        The part.
    name : str
        Name of the file, for errors.

    Yields
    ------
    bytes
        Pieces of at most one megabyte.

    Raises
    ------
    InputError
        If the part holds more than the archive's directory says.

    Examples
    --------
    >>> with zipfile.ZipFile("list.xlsx") as archive:  # doctest: +SKIP
    ...     list(unpack(open("list.xlsx", "rb"), archive.infolist()[0], "list.xlsx"))
    """
    packed = _packed(content, part)
    if part.compress_type == zipfile.ZIP_STORED:
        yield from packed
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise InputError(f"{name} is packed in a way that no workbook uses; open it and save it as xlsx")
    machine = zlib.decompressobj(-15)
    total = 0
    for piece in packed:
        while piece:
            chunk = machine.decompress(piece, _CHUNK)
            total += len(chunk)
            if total > part.file_size:
                raise InputError(f"{name} holds more than it declares; ask for it again as csv")
            yield chunk
            piece = machine.unconsumed_tail


def _packed(content: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Read the packed bytes of a part."""
    content.seek(part.header_offset)
    header = content.read(30)
    if header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile(f"no part at {part.header_offset}")
    content.seek(part.header_offset + 30 + sum(struct.unpack("<HH", header[26:30])))
    left = part.compress_size
    while left > 0:
        piece = content.read(min(left, _CHUNK))
        if not piece:
            raise EOFError("its end is missing")
        left -= len(piece)
        yield piece


class _Spread:
    """How many cells a sheet spans by what it says of its rows and cells.

    A first look takes every row and far column that is named; the exact one only cells that hold something.
    """

    def __init__(self, kind: str, *, exact: bool = False) -> None:
        self.kind, self.exact = kind, exact
        self.is_sheet = self.beyond = self.errors = False
        self.rows, self.columns = 1, 1 if exact else 26
        self.row_times = self.row_cells = self.total = 0

    def add(self, window: bytes) -> None:
        """Take in a piece of a part."""
        self.is_sheet |= b"sheetData" in window or (self.kind == "ods" and b"<table:table" in window)
        if self.is_sheet and self.kind == "ods":
            self._add_ods(window)
        elif self.is_sheet:
            self._add_xlsx(window)

    def _add_xlsx(self, window: bytes) -> None:
        """Take the last row and column; a cell that does not say its place counts as the last row's."""
        unplaced = _UNPLACED_CELL.search(window) is not None
        if not self.exact or unplaced:
            self.rows = max(self.rows, max(map(int, _ROW.findall(window)), default=0))
            self.columns = max(self.columns, max(map(column_number, set(_FAR_CELL.findall(window))), default=0))
        if self.exact:
            for letters, row in _FULL_CELL.findall(window):
                self.rows = max(self.rows, int(row))
                self.columns = max(self.columns, column_number(letters))
        if not self.exact and self.rows < _MANY_ROWS:
            self.rows = max(self.rows, max(map(int, _FAR_ROW.findall(window)), default=0))
        self.errors |= _ERROR.search(window) is not None
        self.beyond |= self.rows > _LAST_ROW or self.columns > _LAST_COLUMN or _NO_CELL.search(window) is not None

    def _add_ods(self, window: bytes) -> None:
        """Count repeated rows times repeated cells; the overlap counts twice, which only makes the bound stricter."""
        for mark in _ODS_ROW.finditer(window):
            text = mark.group()
            if text.startswith(b"<table:table-row"):
                self.total += self.row_times * self.row_cells
                self.row_times, self.row_cells = _times(_REPEATED_ROWS, text), 0
            elif b"-cell" in text[:30] and not (text.endswith(b"/>") and b"value" not in text):
                self.row_cells += _times(_REPEATED_CELLS, text)

    def span(self) -> int:
        """Return the cells spanned."""
        if self.kind == "ods":
            return self.total + self.row_times * self.row_cells
        return self.rows * self.columns

    def too_wide(self, size: int) -> bool:
        """Tell whether the span is beyond what the sheet's size can hold."""
        return self.is_sheet and self.span() > min(_FREE_CELLS + size // _BYTES_PER_CELL, _MOST_CELLS)


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


def _times(pattern: re.Pattern[bytes], text: bytes) -> int:
    """Read how often something is repeated."""
    found = pattern.search(text)
    return int(found[1]) if found else 1
