"""Tables of html pages, and the text around them, as lines of cells; nothing outside the file is looked up."""

import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from zi_analysis.errors import InputError
from zi_analysis.evidence.readers.encodings import decode_text
from zi_analysis.evidence.readers.sheets import MOST_COLUMNS, Sheet, TextColumns

_MOST_BYTES = 64 << 20
_MOST_SECONDS = 60.0
_PIECE = 1 << 16  # characters fed at a time
_DEEPEST = 200  # tables within tables
_UNSEEN = frozenset({"script", "style", "template", "noscript", "head", "svg", "iframe", "object"})
_BLOCKS = frozenset(
    {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "br", "hr", "section", "article"}
    | {"header", "footer", "caption", "title", "center", "body", "form", "dt", "dd", "blockquote", "pre"}
)
_ASK = "ask for the list as xlsx or csv"


def read_html(path: Path, name: str) -> list[Sheet]:
    """Read the tables of a page in order, with the text between them.

    A cell over several rows stands in each of them, a cell over several columns in its first. Scripts, styles
    and frames are no content; entities of a document type are not known and stay as written.

    Parameters
    ----------
    path : Path
        An html file, whatever its ending; offices save it as xls.
    name : str
        Its name for errors.

    Returns
    -------
    list of Sheet
        One sheet; each line says in which table it stands.

    Raises
    ------
    InputError
        If there is no table, or the page is beyond all bounds.

    Examples
    --------
    >>> read_html(Path("list.html"), "list.html")  # doctest: +SKIP
    """
    size = path.stat().st_size
    if size > _MOST_BYTES:
        raise InputError(f"{name} is a page of {size:,} bytes, more than any list needs; {_ASK}")
    parser = _Tables(name)
    text = decode_text(path.read_bytes())
    until = time.monotonic() + _MOST_SECONDS
    for at in range(0, len(text), _PIECE):
        parser.feed(text[at : at + _PIECE])
        if time.monotonic() > until:
            raise InputError(f"{name} takes more than {_MOST_SECONDS:.0f} seconds to read; {_ASK}")
    parser.close()
    parser.finish()
    if not parser.tables:
        raise InputError(f"{name} is a page without a table; copy the list into a spreadsheet and give that")
    columns = TextColumns(name)
    columns.add((row, cells) for _, row, cells in parser.lines)
    return [columns.sheet("", places=tuple(place for place, _, _ in parser.lines))]


@dataclass
class _Table:
    """A table while it is read."""

    number: int
    row: int = 0
    cells: list[str] | None = None  # of the row at hand
    spans: dict[int, tuple[int, str]] = field(default_factory=dict)  # column to rows left and text
    text: list[str] | None = None  # of the cell at hand
    wide: int = 1
    tall: int = 1


class _Tables(HTMLParser):
    """Collects lines: rows of tables and texts between them."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.name = name
        self.lines: list[tuple[str, int, list[str]]] = []
        self.open: list[_Table] = []
        self.tables = 0
        self.texts = 0
        self.unseen: list[str] = []
        self.loose: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, row or cell; an open one of the same kind ends there."""
        if self.unseen:
            self._open_unseen(tag)
        elif tag in _UNSEEN:
            self.unseen.append(tag)
        elif tag == "table":
            self._open_table()
        elif self.open and tag == "tr":
            self._end_row()
            self.open[-1].cells = []
        elif self.open and tag in ("td", "th"):
            self._open_cell(dict(attrs))
        elif tag in _BLOCKS:
            self._break()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read a tag that closes itself."""
        if tag not in _UNSEEN:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Close a table, row or cell."""
        if self.unseen:
            if tag in self.unseen:
                del self.unseen[self.unseen.index(tag) :]
        elif self.open and tag in ("td", "th"):
            self._end_cell()
        elif self.open and tag == "tr":
            self._end_row()
        elif self.open and tag == "table":
            self._end_row()
            self.open.pop()
        elif tag in _BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        """Take in text."""
        if self.unseen:
            return
        if self.open and self.open[-1].text is not None:
            self.open[-1].text.append(data)
        else:
            self.loose.append(data)

    def finish(self) -> None:
        """Close what a cut page left open."""
        while self.open:
            self._end_row()
            self.open.pop()
        self._end_loose()

    def _open_unseen(self, tag: str) -> None:
        """Follow tags inside what is not shown; a body ends a head that was left open."""
        if tag in ("body", "table") and self.unseen[0] == "head":
            self.unseen = []
            self.handle_starttag(tag, [])
        elif tag in _UNSEEN and len(self.unseen) < _DEEPEST:
            self.unseen.append(tag)

    def _open_table(self) -> None:
        """Begin a table inside whatever is open."""
        if len(self.open) == _DEEPEST:
            raise InputError(f"{self.name} nests more than {_DEEPEST} tables; {_ASK}")
        self._end_loose()
        self.tables += 1
        self.open.append(_Table(self.tables))

    def _open_cell(self, attrs: dict[str, str | None]) -> None:
        """Begin a cell, closing the one before."""
        self._end_cell()
        self._end_loose()
        table = self.open[-1]
        table.cells = [] if table.cells is None else table.cells
        table.text = []
        table.wide = min(_span(attrs.get("colspan")), MOST_COLUMNS)
        table.tall = _span(attrs.get("rowspan"))

    def _end_cell(self) -> None:
        """Put the cell at hand into its row."""
        table = self.open[-1]
        if table.text is None or table.cells is None:
            return
        text = " ".join("".join(table.text).split())
        table.text = None
        _take_spans(table)
        if table.tall > 1:
            table.spans[len(table.cells)] = (table.tall - 1, text)
        table.cells.append(text)
        left = min(table.wide - 1, MOST_COLUMNS - len(table.cells))
        for _ in range(left):
            if table.tall > 1:
                table.spans[len(table.cells)] = (table.tall - 1, "")
            table.cells.append("")

    def _end_row(self) -> None:
        """Keep the row at hand as a line."""
        self._end_cell()
        table = self.open[-1]
        if table.cells is None:
            return
        _take_spans(table, last=True)
        cells, table.cells = table.cells, None
        table.row += 1
        while cells and not cells[-1]:
            cells.pop()
        self.lines.append((f"table {table.number}", table.row, cells))

    def _break(self) -> None:
        """End a piece of text."""
        if self.open and self.open[-1].text is not None:
            self.open[-1].text.append(" ")
        else:
            self._end_loose()

    def _end_loose(self) -> None:
        """Keep text outside of cells as a line."""
        text = " ".join("".join(self.loose).split())
        self.loose = []
        if text:
            self.texts += 1
            self.lines.append(("text", self.texts, [text]))


def _take_spans(table: _Table, *, last: bool = False) -> None:
    """Put cells of rows above that reach down into the row at hand; what still reaches further waits for the next."""
    cells = table.cells if table.cells is not None else []
    while len(cells) in table.spans or (last and any(at > len(cells) for at in table.spans)):
        left, text = table.spans.pop(len(cells), (0, ""))
        if left > 1:
            table.spans[len(cells)] = (left - 1, text)
        cells.append(text)


def _span(told: str | None) -> int:
    """Read how many rows or columns a cell takes."""
    number = (told or "").strip()
    return max(1, min(int(number), 65_534)) if number.isascii() and number.isdecimal() and len(number) < 8 else 1
