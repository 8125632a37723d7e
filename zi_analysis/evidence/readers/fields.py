"""The fields of a list's rows: from its columns, merged cells, groups, sections, titles and the user's options."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from zi_analysis.evidence.readers.blocks import Block
from zi_analysis.evidence.readers.columns import CodedColumn, Column
from zi_analysis.evidence.readers.context import Told, read_sheet_name, read_title
from zi_analysis.evidence.readers.headers import FIELDS, MARKS
from zi_analysis.evidence.readers.sheets import Sheet
from zi_analysis.evidence.text import normalise

_FROM_OUTSIDE = ("agency_as_written", "predicate", "year", "region", "status")
# share of empty cells from which a column is taken as written once per group
_LEAST_EMPTY = {"agency_as_written": 0.2, "region": 0.2, "predicate": 0.5, "year": 0.5}
_TOLD_OF = {"agency_as_written": "agency"}  # field to what `Told` calls it
_NO_MARKS = frozenset({"", "0", "tidak", "no", "n", "false", "belum", "none", "nihil", "t", "f"})
_YEAR = re.compile(r"\s*20[0-4]\d(?:\.0)?\s*")


@dataclass
class FieldColumn:
    """A field of all rows while it is being filled."""

    codes: np.ndarray
    texts: list[str]
    hows: list[str] = field(default_factory=list)

    def fill(self, where: np.ndarray | slice, text: str) -> bool:
        """Put a text where nothing stands yet; tell whether there was such a place."""
        places = np.arange(len(self.codes))[where]
        empty = places[self.codes[places] < 0]
        if not text or not len(empty):
            return False
        self.codes[empty] = self.code(text)
        return True

    def code(self, text: str) -> int:
        """Return the code of a text, a new one where it is new."""
        known = self._known
        if text not in known:
            known[text] = len(self.texts)
            self.texts.append(text)
        return known[text]

    @cached_property
    def _known(self) -> dict[str, int]:
        """Codes by text."""
        return {text: code for code, text in enumerate(self.texts)}


@dataclass(frozen=True)
class Constant:
    """A field told outside the columns."""

    field: str
    text: str
    how: str


def read_fields(
    sheet: Sheet, block: Block, options: Mapping[str, str]
) -> tuple[dict[str, Column], dict[str, str], list[Constant]]:
    """Read the fields of a list's rows.

    A cell goes before the merged cell or group it stands in, that before its section, that before the option
    of the user, that before title and name of the sheet. Title and name that differ tell nothing.

    Parameters
    ----------
    sheet : Sheet
        The sheet of the list.
    block : Block
        The list.
    options : mapping of str to str
        Year and predicate that the user gives.

    Returns
    -------
    tuple
        Field to column; field to how its column was filled further; what was told outside the columns.

    Examples
    --------
    >>> from zi_analysis.evidence.readers.blocks import find_blocks
    >>> from zi_analysis.evidence.readers.headers import load_header_names
    >>> from zi_analysis.evidence.readers.layout import Wanted
    >>> from zi_analysis.evidence.readers.sheets import TextColumns
    >>> columns = TextColumns("list.csv")
    >>> columns.add([(1, ["Satker"]), (2, ["WBK"]), (3, ["RSUD Kota Batu"])])
    >>> sheet = columns.sheet("2023")
    >>> block = find_blocks(sheet, load_header_names(), Wanted())[0]
    >>> found = read_fields(sheet, block, {})[0]
    >>> found["year"].cells([0]), found["predicate"].cells([0])
    (['2023'], ['WBK'])
    """
    constants: list[Constant] = []
    columns: dict[str, Column] = {}
    more: dict[str, str] = {}
    titles = [*sheet.titles, *(sheet.text(line) for line, kind in block.kinds.items() if kind == "title")]
    outside = _outside(titles, sheet.name)
    for name in FIELDS:
        untouched = _untouched(sheet, block, name, options, outside)
        if untouched is not None:
            columns[name] = untouched
            continue
        column = _own_column(sheet, block, name)
        _fill_merged(column, sheet, block, name)
        if name == "predicate":
            _fill_marks(column, sheet, block)
        if name in _LEAST_EMPTY and not (name == "predicate" and MARKS.keys() & block.layout.fields.keys()):
            _fill_groups(column, block, _LEAST_EMPTY[name])
        constants += _fill_outside(column, block, name, options, outside)
        columns[name] = CodedColumn(column.codes, column.texts)
        if column.hows:
            more[name] = "; ".join(column.hows)
    return columns, more, constants


def _untouched(
    sheet: Sheet, block: Block, name: str, options: Mapping[str, str], outside: Mapping[str, Sequence[Constant]]
) -> Column | None:
    """Return a column that nothing needs to be added to, as it is."""
    at = block.layout.fields.get(name)
    if at is None or at >= len(sheet.columns) or sheet.merged:
        return None
    column = sheet.columns[at].take(block.rows)
    if name not in _FROM_OUTSIDE or column.filled().all():
        return column
    told = bool(options.get(name) or outside.get(name) or block.sections) or (
        name == "predicate" and bool(MARKS.keys() & block.layout.fields.keys())
    )
    return None if told or name in _LEAST_EMPTY else column


def _own_column(sheet: Sheet, block: Block, name: str) -> FieldColumn:
    """Return the column that the header names, or an empty one."""
    at = block.layout.fields.get(name)
    if at is None or at >= len(sheet.columns):
        return FieldColumn(np.full(len(block.rows), -1, dtype=np.int32), [])
    codes, texts = sheet.columns[at].take(block.rows).distinct()
    return FieldColumn(codes.astype(np.int32), texts)


def _fill_merged(column: FieldColumn, sheet: Sheet, block: Block, name: str) -> None:
    """Repeat a merged cell in all its lines."""
    at = block.layout.fields.get(name, -1)
    ranges = [one for one in sheet.merged if one[1] <= at <= one[3] and one[0] < one[2] and one[0] < sheet.height]
    touched = False
    for left in {one[1] for one in ranges if 0 <= one[1] < len(sheet.columns)}:
        codes, texts = sheet.columns[left].distinct()
        for top, _, bottom, _ in [one for one in ranges if one[1] == left and codes[one[0]] >= 0]:
            begin, end = np.searchsorted(block.rows, [top, bottom + 1])
            touched |= column.fill(slice(begin, end), texts[codes[top]])
    if touched:
        column.hows.append("merged cells")


def _fill_marks(column: FieldColumn, sheet: Sheet, block: Block) -> None:
    """Read columns in which a mark means a predicate; two marks name both."""
    marked = {name: np.zeros(len(block.rows), dtype=bool) for name in MARKS.values()}
    for mark, name in MARKS.items():
        at = block.layout.fields.get(mark)
        if at is not None and at < len(sheet.columns):
            codes, texts = sheet.columns[at].take(block.rows).distinct()
            marked[name] = np.array([*map(_is_mark, texts), False])[codes]
    wbk, wbbm = marked["WBK"], marked["WBBM"]
    touched = [
        column.fill(where, text)
        for where, text in ((wbk & wbbm, "WBK, WBBM"), (wbk & ~wbbm, "WBK"), (wbbm & ~wbk, "WBBM"))
    ]
    if any(touched):
        column.hows.append("marks")


def _is_mark(text: str) -> bool:
    """Tell whether a cell says yes."""
    words = normalise(text)
    return (words not in _NO_MARKS) if words else any(mark in text for mark in "√✓✔☑●•○■*+vV")


def _fill_groups(column: FieldColumn, block: Block, least: float) -> None:
    """Repeat a value that is written once per group: first row told, never the same value twice in a row."""
    told = column.codes >= 0
    if len(told) < 2 or not told[0] or told.all() or (~told).mean() < least:
        return
    values = column.codes[told]
    if (values[1:] == values[:-1]).any():
        return
    source = np.maximum.accumulate(np.where(told, np.arange(len(told)), 0))
    lines = np.array(sorted(block.sections), dtype=np.int64)
    same_section = np.searchsorted(lines, block.rows) == np.searchsorted(lines, block.rows[source])
    column.codes = np.where(same_section, column.codes[source], column.codes).astype(np.int32)
    column.hows.append("filled down in groups")


def _fill_outside(
    column: FieldColumn,
    block: Block,
    name: str,
    options: Mapping[str, str],
    outside: Mapping[str, Sequence[Constant]],
) -> list[Constant]:
    """Fill what the columns leave open from sections, options, title and name of the sheet."""
    used: list[Constant] = []
    if name not in _FROM_OUTSIDE:
        return used
    used += _fill_sections(column, block, name)
    everywhere = slice(None)
    if options.get(name) and column.fill(everywhere, options[name]):
        used.append(Constant(name, options[name], "option"))
    told_outside = outside.get(name, ())
    if len({normalise(one.text) for one in told_outside}) > 1:
        open_still = bool((column.codes < 0).any())
        differing = ", ".join(f"{one.how} {one.text}" for one in told_outside)
        return [*used, Constant(name, "", f"not used, they differ: {differing}")] if open_still else used
    if told_outside and column.fill(everywhere, told_outside[0].text):
        used.append(told_outside[0])
    return used


def _fill_sections(column: FieldColumn, block: Block, name: str) -> list[Constant]:
    """Fill each row from the last section above it that tells the field."""
    told = {line: _told(section, name) for line, section in sorted(block.sections.items()) if _told(section, name)}
    above = np.searchsorted(np.array(list(told), dtype=np.int64), block.rows) - 1
    where = (column.codes < 0) & (above >= 0)
    if not where.any():
        return []
    codes = np.array([column.code(text) for text in told.values()], dtype=np.int32)
    column.codes[where] = codes[above[where]]
    used = dict.fromkeys(column.texts[code] for code in np.unique(codes[above[where]]))
    return [Constant(name, text, "section") for text in used]


def _outside(titles: Sequence[str], sheet_name: str) -> dict[str, list[Constant]]:
    """Read titles and the name of the sheet."""
    found: dict[str, list[Constant]] = {}
    for told, how in [*((read_title(title), "title") for title in titles), (read_sheet_name(sheet_name), "sheet name")]:
        for name in _FROM_OUTSIDE:
            text = _told(told, name)
            if text:
                found.setdefault(name, []).append(Constant(name, text, how))
    both = [read_title(" ".join(titles))] if len(titles) > 1 else []
    if both and not both[0].predicate:
        # a title over several lines that names WBK in one and WBBM in another names neither
        found["predicate"] = [one for one in found.get("predicate", []) if one.how != "title"]
    return found


def _told(told: Told, name: str) -> str:
    """Return what a text outside the rows tells of a field."""
    return str(getattr(told, _TOLD_OF.get(name, name)))
