"""Cells of an xlsx whose formula failed: their text (#REF!, #N/A ...), which the library leaves out."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from xml.etree import ElementTree

from zi_analysis.evidence.readers.spread import column_number
from zi_analysis.evidence.readers.unpacking import unpack, windows

_CELL = re.compile(
    rb"<(?:\w+:)?c\b(?=[^<>]*\bt\s*=\s*[\"']e[\"'])[^<>]*?\sr\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,7})[\"'][^<>]*>"
    rb"(?:(?!</(?:\w+:)?c>).){0,150}?<(?:\w+:)?v>(#[A-Z0-9/!?]{1,20})</",
    re.DOTALL,
)
_MOST_CELLS = 100_000
_MOST_BYTES = 1 << 20  # of the parts that tell where sheets lie
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Place = tuple[int, int]


def error_cells(path: Path, name: str) -> dict[str, dict[Place, str]]:
    """Find the cells that show an error.

    Parameters
    ----------
    path : Path
        An xlsx that `check_archive` let pass.
    name : str
        Its name for errors.

    Returns
    -------
    dict
        Sheet to row (from 1) and column (from 0) to text; sheets without such cells are left out.

    Examples
    --------
    >>> error_cells(Path("list.xlsx"), "list.xlsx")  # doctest: +SKIP
    {'Daftar': {(3, 1): '#REF!'}}
    """
    found: dict[str, dict[Place, str]] = {}
    with zipfile.ZipFile(path) as archive, path.open("rb") as content:
        for sheet, part in _sheet_parts(archive, content, name):
            cells: dict[Place, str] = {}
            for window in windows(content, part, name):
                for letters, row, text in _CELL.findall(window):
                    cells[int(row), column_number(letters) - 1] = text.decode("ascii")
                if len(cells) > _MOST_CELLS:
                    break
            if cells:
                found[sheet] = cells
    return found


def _sheet_parts(archive: zipfile.ZipFile, content: BinaryIO, name: str) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """Go through the sheets of a workbook and the parts they lie in."""
    parts = {part.filename: part for part in archive.infolist()}
    book, relations = parts.get("xl/workbook.xml"), parts.get("xl/_rels/workbook.xml.rels")
    if book is None or relations is None or max(book.file_size, relations.file_size) > _MOST_BYTES:
        return
    try:
        # without entities, which check_archive refuses, the parser of the standard library is safe
        sheets = ElementTree.fromstring(b"".join(unpack(content, book, name)))  # noqa: S314
        targets = ElementTree.fromstring(b"".join(unpack(content, relations, name)))  # noqa: S314
    except ElementTree.ParseError:
        return
    places = {target.get("Id"): target.get("Target", "") for target in targets}
    for sheet in sheets.findall(".//{*}sheet"):
        target = places.get(sheet.get(_RELATION), "")
        part = parts.get(target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target))
        if part is not None:
            yield sheet.get("name", ""), part
