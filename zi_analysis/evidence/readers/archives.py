"""Packed workbooks looked at before they are opened: what they hold, how large they become, what they claim."""

import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from zi_analysis.errors import InputError
from zi_analysis.evidence.readers.opening import shown_text
from zi_analysis.evidence.readers.spread import SheetSpread, TableSpread, filled_span, is_too_wide
from zi_analysis.evidence.readers.unpacking import unpack, windows

MOST_UNPACKED = 500 << 20  # bytes of all parts
_MOST_RATIO = 200
_RATIO_FROM = 50 << 20  # unpacked bytes from which the ratio counts
_MOST_PARTS = 5_000
_ENTITY = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
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
                # the list of parts says whether the others are encrypted, so it goes first
                ordered = sorted(parts, key=lambda part: part.filename != "META-INF/manifest.xml")
                errors = [_check_part(content, part, kind, name) for part in ordered]
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
    spread = SheetSpread() if kind == "xlsx" else TableSpread()
    for window in windows(content, part, name):
        if _ENTITY.search(window):
            shown = shown_text(part.filename, most=60)
            raise InputError(f"{name} declares entities in {shown}, which no workbook needs; {_ASK}")
        if part.filename == "META-INF/manifest.xml" and b"encryption-data" in window:
            raise InputError(f"{name} is protected by a password; remove it and give the file again")
        spread.add(window)
        if spread.is_beyond:
            raise InputError(f"{name} names cells that no sheet has; open it and save it again as xlsx")
    span = spread.span
    if is_too_wide(span, part.file_size) and kind == "xlsx":
        span = filled_span(unpack(content, part, name))
    if is_too_wide(span, part.file_size):
        raise InputError(
            f"{name} has a sheet that spans {span:,} cells with hardly anything in them; delete the cells far away "
            "from the list, or save the sheet as csv"
        )
    return spread.has_errors
