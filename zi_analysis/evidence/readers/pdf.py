"""Ruled tables of a pdf, page by page, and the lines of text between them."""

from pathlib import Path

from zi_analysis.errors import InputError
from zi_analysis.evidence.readers.apart import read_apart
from zi_analysis.evidence.readers.sheets import Sheet, TextColumns

_MOST_BYTES = 100 << 20
_MOST_SECONDS = 600


def read_pdf(path: Path, name: str) -> list[Sheet]:
    """Read the tables of a pdf, in order, with the lines of text between them.

    Only tables with ruled lines are read; words in columns alone do not tell where a cell ends. The pdf is opened
    by another process, which has a limit of time and memory.

    Parameters
    ----------
    path : Path
        A pdf with text.
    name : str
        Its name for errors.

    Returns
    -------
    list of Sheet
        One sheet; each line says on which page it stands.

    Raises
    ------
    InputError
        If it is protected, damaged, a scan, without a table, or beyond all bounds.

    Examples
    --------
    >>> read_pdf(Path("list.pdf"), "list.pdf")  # doctest: +SKIP
    """
    size = path.stat().st_size
    if size > _MOST_BYTES:
        raise InputError(f"{name} is a pdf of {size:,} bytes, more than any list needs; ask for it as xlsx or csv")
    lines = read_apart("pdf_pages.py", path, name, seconds=_MOST_SECONDS)["lines"]
    columns = TextColumns(name)
    columns.add((row, cells) for _, row, cells in lines)
    return [columns.sheet("", places=tuple(f"page {page}" for page, _, _ in lines))]
