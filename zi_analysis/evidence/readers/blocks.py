"""The lists of a sheet: a header, its rows, and every other line with what it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from zi_analysis.evidence.readers.context import Told, bare_name, only_context, read_section, section_text
from zi_analysis.evidence.readers.headers import HeaderNames
from zi_analysis.evidence.readers.kinds import is_note, is_signature, line_kind, plain_texts
from zi_analysis.evidence.readers.layout import NEEDED, Layout, Wanted, find_layout, make_layout
from zi_analysis.evidence.readers.sheets import Sheet

_HEAD = 60  # lines in which a header is looked for
_LONGEST_FOOTER = 15  # lines of a list without a sure row that can be notes
_MOST_BLOCKS = 200  # lists of a sheet
_HEADLESS = 4  # lines that tell whether the first one is a header nobody knows


@dataclass(frozen=True)
class Block:
    """One list of a sheet."""

    layout: Layout
    rows: np.ndarray  # lines that are rows, in order
    kinds: Mapping[int, str]  # every other line with content
    sections: Mapping[int, Told] = field(default_factory=dict)  # what section lines tell of the rows after them


def find_blocks(sheet: Sheet, names: HeaderNames, wanted: Wanted) -> list[Block]:
    """Find the lists of a sheet, one after the other.

    Parameters
    ----------
    sheet : Sheet
        Lines of cells.
    names : HeaderNames
        Known headers, those of the user among them.
    wanted : Wanted
        Columns that a user names.

    Returns
    -------
    list of Block
        Together they hold every line with content once; empty where no column holds a unit.

    Examples
    --------
    >>> from zi_analysis.evidence.readers.headers import load_header_names
    >>> from zi_analysis.evidence.readers.sheets import TextColumns
    >>> columns = TextColumns("list.csv")
    >>> columns.add(enumerate([["WBK 2023"], ["Satker", "Tahun"], ["RSUD Batu", "2023"], ["Jumlah", "1"]], start=1))
    >>> block = find_blocks(columns.sheet(""), load_header_names(), Wanted())[0]
    >>> block.rows.tolist(), dict(block.kinds)
    ([2], {0: 'title', 1: 'header', 3: 'subtotal'})
    """
    counts = sheet.counts()
    layout: Layout | None = first_layout(sheet, counts, names, wanted)
    if layout is None or not layout.has_unit:
        return []
    blocks: list[Block] = []
    top = layout.lines[0] if layout.lines else _first_row(sheet, layout)
    titles = np.flatnonzero(counts[:top]).tolist()
    while layout is not None:
        start = layout.lines[-1] + 1 if layout.lines else top
        more = len(blocks) < _MOST_BLOCKS
        block, following = _read_block(sheet, counts, layout, start, names, wanted if more else None)
        above = dict.fromkeys(titles, "title") | dict.fromkeys(layout.lines, "header")
        block = replace(block, kinds=above | dict(block.kinds))
        block, titles = _hand_over(block) if following is not None else (block, [])
        blocks.append(block)
        layout = following
    return blocks


def first_layout(sheet: Sheet, counts: np.ndarray, names: HeaderNames, wanted: Wanted) -> Layout | None:
    """Find the first header of a sheet.

    Parameters
    ----------
    sheet : Sheet
        Lines of cells.
    counts : np.ndarray
        Filled cells of each line.
    names : HeaderNames
        Known headers.
    wanted : Wanted
        Columns that a user names.

    Returns
    -------
    Layout or None
        None where there is none and no positions are named.

    Examples
    --------
    >>> from zi_analysis.evidence.readers.headers import load_header_names
    >>> from zi_analysis.evidence.readers.sheets import TextColumns
    >>> sheet = TextColumns("list.csv").sheet("")
    >>> first_layout(sheet, sheet.counts(), load_header_names(), Wanted()) is None
    True
    """
    if sheet.headers is not None:
        return make_layout(sheet.headers, names, wanted)
    told = np.flatnonzero(counts)
    head = list(sheet.many(told[:_HEAD]))
    layout = find_layout(head, names, wanted)
    if layout is None and len(told) > _HEAD:
        layout = find_layout(list(sheet.many(_likely_headers(sheet, names))), names, wanted)
    if wanted.positions and head and (layout is None or not layout.has_unit):
        return _headless(sheet, head, names, wanted)
    return layout


def _likely_headers(sheet: Sheet, names: HeaderNames) -> np.ndarray:
    """Return the lines anywhere in a sheet that hold two known headers, each with the line below it."""
    known = np.zeros(sheet.height + 1, dtype=np.int32)
    for column in sheet.columns:
        codes, texts = column.distinct()
        known[:-1] += np.array([*(names.is_known(text) for text in texts), False])[codes]
    lines = np.flatnonzero(known > 1)[:_HEAD]
    return np.unique(np.concatenate([lines, lines[lines + 1 < sheet.height] + 1])).astype(np.int64)


def _headless(sheet: Sheet, head: list[tuple[int, list[str]]], names: HeaderNames, wanted: Wanted) -> Layout:
    """Make a layout from positions alone; a first line of words over lines of numbers is a header."""
    needed = max(wanted.positions.values())
    wide = [(line, cells) for line, cells in head if needed < len(cells)]
    full = [(line, cells) for line, cells in wide if all(cells[at] for at in wanted.positions.values())]
    lines = (full or head)[:_HEADLESS]
    (first, top), below = lines[0], [cells for _, cells in lines[1:]]
    named = len(below) > 1 and any(
        text and not any(map(str.isdigit, text)) and all(cells[at].strip("() .").isdigit() for cells in below)
        for at, text in enumerate(top)
    )
    return make_layout(top if named else [""] * len(sheet.columns), names, wanted, lines=(first,) if named else ())


def _first_row(sheet: Sheet, layout: Layout) -> int:
    """Return the first line of a list without header: the first that fills the columns named."""
    if sheet.headers is not None:
        return 0
    told = [sheet.columns[at].filled() for at in layout.fields.values() if at < len(sheet.columns)]
    both = np.logical_and.reduce(told) if told else np.zeros(sheet.height, dtype=bool)
    return int(np.argmax(both)) if both.any() else 0


def _read_block(
    sheet: Sheet, counts: np.ndarray, layout: Layout, start: int, names: HeaderNames, wanted: Wanted | None
) -> tuple[Block, Layout | None]:
    """Sort the lines below a header, up to the next header of another list."""
    ragged = _ragged(sheet, counts, layout, start)
    plain = _plain_rows(sheet, layout, start, names) & ~ragged
    kinds: dict[int, str] = {}
    following: Layout | None = None
    end = sheet.height
    for line, cells in sheet.many(np.flatnonzero((counts[start:] > 0) & ~plain) + start):
        kind = "ragged" if ragged[line - start] else line_kind(cells, layout, names)
        if kind == "header" and wanted is not None:
            following = _following(sheet, line, layout, names, wanted)
            if following is not None:
                end = line
                break
        kinds[line] = "repeated header" if kind == "header" else kind
    sure = np.flatnonzero(plain[: end - start]) + start
    _settle_end(sheet, kinds, layout, int(sure[-1]) if len(sure) else None)
    return _finish(sheet, kinds, layout, names, sure), following


def _ragged(sheet: Sheet, counts: np.ndarray, layout: Layout, start: int) -> np.ndarray:
    """Tell which lines have cells beyond the header, where a mark too many shifts the others."""
    beyond = np.zeros(sheet.height - start, dtype=bool)
    if not sheet.delimited or not layout.lines:
        return beyond
    for column in sheet.columns[layout.width :]:
        beyond |= column.filled()[start:]
    # a column without header is filled in most lines, a shifted line is rare
    return beyond if beyond.sum() <= 0.5 * (counts[start:] > 0).sum() else np.zeros_like(beyond)


def _plain_rows(sheet: Sheet, layout: Layout, start: int, names: HeaderNames) -> np.ndarray:
    """Tell which lines are rows at first sight: a unit that is a plain text, and one more field."""
    at = layout.fields[NEEDED]
    if at >= len(sheet.columns):
        return np.zeros(sheet.height - start, dtype=bool)
    codes, texts = sheet.columns[at].distinct()
    units = np.array([*plain_texts(texts, names), False])[codes[start:]]
    told = np.zeros(sheet.height - start, dtype=bool)
    for name, position in layout.fields.items():
        if name not in (NEEDED, "number") and position < len(sheet.columns):
            told |= sheet.columns[position].filled()[start:]
    return units & told


def _following(sheet: Sheet, line: int, layout: Layout, names: HeaderNames, wanted: Wanted) -> Layout | None:
    """Return the layout that starts at a line, unless it is the same again."""
    lines = [(at, sheet.cells(at)) for at in (line, line + 1) if at < sheet.height]
    found = find_layout(lines, names, wanted)
    if found is None or not found.has_unit or found.lines[0] != line or found.fields == layout.fields:
        return None
    # a header of one known word among rows that fill four is a slip
    return found if len(found.fields) >= max(2, len(layout.fields) / 2) else None


def _settle_end(sheet: Sheet, kinds: dict[int, str], layout: Layout, last: int | None) -> None:
    """Tell notes and signatures below the last sure row from rows."""
    ending = [line for line in kinds if last is None or line > last]
    ended = False
    for line, cells in sheet.many(np.array(ending if last is not None else ending[-_LONGEST_FOOTER:], dtype=np.int64)):
        told = [cell for cell in cells if cell]
        at = layout.fields[NEEDED]
        unit = cells[at] if at < len(cells) else ""
        ended |= is_note(told[0]) or any(map(is_signature, told))
        if kinds[line] == "row" and len(told) < 3 and (ended or (not unit and _fields_told(cells, layout) < 2)):
            kinds[line] = "footer"
    rows = [line for line, kind in kinds.items() if kind == "row"]
    final = max([*rows, -1 if last is None else last])
    kinds.update({line: "footer" for line in ending if line > final and kinds[line] == "section"})


def _fields_told(cells: list[str], layout: Layout) -> int:
    """Count the fields that a line fills."""
    return sum(bool(cells[at]) for name, at in layout.fields.items() if name != "number" and at < len(cells))


def _finish(sheet: Sheet, kinds: dict[int, str], layout: Layout, names: HeaderNames, sure: np.ndarray) -> Block:
    """Put rows together and read the sections."""
    is_row = np.zeros(sheet.height, dtype=bool)
    is_row[sure] = True
    is_row[[line for line, kind in kinds.items() if kind == "row"]] = True
    rows = np.flatnonzero(is_row)
    sections: dict[int, Told] = {}
    goes_on = _body_goes_on(sheet, layout, rows)
    for line, cells in sheet.many(
        np.array([line for line, kind in kinds.items() if kind == "section"], dtype=np.int64)
    ):
        told = _read_section(cells, layout, names, goes_on=bool(goes_on[np.searchsorted(rows, line)]))
        if told is None:
            is_row[line] = True
        else:
            sections[line] = told
    left = {line: kind for line, kind in kinds.items() if not is_row[line]}
    return Block(layout, np.flatnonzero(is_row), left, sections)


def _body_goes_on(sheet: Sheet, layout: Layout, rows: np.ndarray) -> np.ndarray:
    """Tell of each row whether its body is left open, so that a line above it can tell it; no row after the last."""
    at = layout.fields.get("agency_as_written", len(sheet.columns))
    told = sheet.columns[at].filled()[rows] if at < len(sheet.columns) else np.zeros(len(rows), dtype=bool)
    return np.append(~told, False)


def _read_section(cells: list[str], layout: Layout, names: HeaderNames, *, goes_on: bool) -> Told | None:
    """Read a section; None where it is a row without unit: its body does not go on in the next row."""
    text = section_text(cells)
    at = layout.fields.get("agency_as_written", len(cells))
    if names.is_known(text) and not only_context(text):
        return Told()
    if at < len(cells) and cells[at] == text and cells.count(text) == 1 and not only_context(text):
        return Told(agency=bare_name(text)) if goes_on else None
    told = read_section(text)
    return told if told else Told(region=bare_name(text))


def _hand_over(block: Block) -> tuple[Block, list[int]]:
    """Give the lines between the last row of a list and the next header to the next list, as its titles."""
    last = max([*block.rows[-1:].tolist(), *block.layout.lines])
    titles = [line for line, kind in block.kinds.items() if line > last and kind in ("section", "footer")]
    kinds = {line: kind for line, kind in block.kinds.items() if line not in titles}
    sections = {line: told for line, told in block.sections.items() if line not in titles}
    return replace(block, kinds=kinds, sections=sections), titles
