"""Any award list becomes rows: one function for lists, one for plain tables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd

from zi_analysis.errors import InputError, ParameterError
from zi_analysis.evidence.readers.beside import split_beside
from zi_analysis.evidence.readers.blocks import Block, find_blocks, first_layout
from zi_analysis.evidence.readers.columns import CodedColumn, Column, empty_column, join_columns
from zi_analysis.evidence.readers.fields import read_fields
from zi_analysis.evidence.readers.headers import FIELDS, HeaderNames, closest_header, load_header_names
from zi_analysis.evidence.readers.layout import NEEDED, Wanted, read_wanted
from zi_analysis.evidence.readers.opening import check_file, find_format, shown_name, shown_text
from zi_analysis.evidence.readers.sheets import Sheet, named_columns
from zi_analysis.evidence.text import normalise

_LINE_TYPES = {"sheet": "str", "row": "int64", "kind": "str", "text": "str"}
_COLUMN_TYPES = {"sheet": "str", "position": "Int64", "header": "str", "field": "str", "how": "str"}
_MOST_SHOWN = 120  # characters of headers in an error


@dataclass(frozen=True)
class ReadList:
    """One file read as an award list."""

    name: str  # file name as shown to the reader, no folder
    rows: pd.DataFrame  # one row per row of the list: FIELDS as written, sheet, row
    cells: pd.DataFrame  # the same rows under the file's own headers
    lines: pd.DataFrame  # every other line with content: sheet, row, kind, text
    columns: pd.DataFrame  # sheet, position, header, field, how


def read_list(
    path: Path | str,
    *,
    columns: Mapping[str, str] | None = None,
    year: str | None = None,
    predicate: str | None = None,
) -> ReadList:
    """Read an award list from a file of any kind that people keep lists in.

    Csv and its relatives in any usual encoding, xlsx, xls, ods, html, pdf with tables, parquet; told by content,
    not by the ending. Columns are found by their headers, wherever these stand; year, predicate and body may
    also come from a title, a section row, the name of a sheet or the options. Every line with content is in
    ``rows`` or in ``lines``, once.

    Parameters
    ----------
    path : path
        The file.
    columns : mapping of str to str, optional
        Field (``unit`` and ``agency`` for short) to position from 1 or to a header of the file.
    year : str, optional
        Year where the rows do not tell one.
    predicate : str, optional
        Predicate where the rows do not tell one.

    Returns
    -------
    ReadList
        Rows as written, the file's own cells, all other lines, and what each column was taken for.

    Raises
    ------
    InputError
        If the file is missing, of another kind, broken, beyond all bounds, or no column holds a unit.
    ParameterError
        If a field or position of ``columns`` is not known.

    Examples
    --------
    >>> from zi_analysis.paths import data_folder
    >>> found = read_list(data_folder() / "raw" / "awards.csv")
    >>> found.rows["predicate"].iloc[0], int(found.rows["row"].iloc[0])
    ('WBK', 2)
    """
    wanted = read_wanted(columns)
    names = load_header_names()
    known = names.with_names(wanted.headers) if wanted.headers else names
    name = shown_name(path)
    sheets = read_sheets(Path(path), names)
    _check_positions(sheets, wanted, name)
    if not wanted.positions:
        sheets = [part for sheet in sheets for part in _beside(sheet, known, wanted)]
    lists = [(sheet, find_blocks(sheet, known, wanted)) for sheet in sheets]
    shown = any(blocks for sheet, blocks in lists if not sheet.hidden)
    lists = [(sheet, [] if shown and sheet.hidden else blocks) for sheet, blocks in lists]
    _check_headers(lists, names, wanted, name)
    if not any(blocks for _, blocks in lists):
        raise _no_unit(sheets, known, wanted, name)
    if not any(len(block.rows) or "ragged" in block.kinds.values() for _, blocks in lists for block in blocks):
        raise InputError(f"{name} holds a header but no row below it; ask for the whole list")
    options = {key: str(value) for key, value in (("year", year), ("predicate", predicate)) if value}
    return _put_together(name, lists, options)


def read_sheets(path: Path, names: HeaderNames) -> list[Sheet]:
    """Read a file of any known kind as sheets.

    Parameters
    ----------
    path : Path
        The file.
    names : HeaderNames
        Known headers.

    Returns
    -------
    list of Sheet
        One at least.

    Raises
    ------
    InputError
        If the file cannot be read as lines of cells.

    Examples
    --------
    >>> from zi_analysis.paths import data_folder
    >>> read_sheets(data_folder() / "raw" / "awards.csv", load_header_names())[0].cells(0)[0]
    'award_id'
    """
    check_file(path)
    name, kind = shown_name(path), find_format(path)
    if kind == "workbook":
        from zi_analysis.evidence.readers.workbooks import read_workbook

        sheets = read_workbook(path, name)
    elif kind == "html":
        from zi_analysis.evidence.readers.html import read_html

        sheets = read_html(path, name)
    elif kind == "pdf":
        from zi_analysis.evidence.readers.pdf import read_pdf

        sheets = read_pdf(path, name)
    elif kind == "parquet":
        from zi_analysis.evidence.readers.parquet import read_parquet

        sheets = [read_parquet(path, name)]
    else:
        from zi_analysis.evidence.readers.delimited import read_delimited

        sheets = [read_delimited(path, name, names)]
    if not any(sheet.height and sheet.counts().any() for sheet in sheets):
        raise InputError(f"{name} holds no text in its cells; ask for the list again")
    return sheets


def _beside(sheet: Sheet, names: HeaderNames, wanted: Wanted) -> list[Sheet]:
    """Take lists apart that stand side by side."""
    return split_beside(sheet, first_layout(sheet, sheet.counts(), names, wanted), names)


def _check_positions(sheets: Sequence[Sheet], wanted: Wanted, name: str) -> None:
    """Refuse a position that no sheet has."""
    widest = max(len(sheet.columns) for sheet in sheets)
    for field, at in wanted.positions.items():
        if at >= widest:
            raise ParameterError(
                f"column {at + 1} for {field} is beyond the {widest} columns of {name}; count them from 1"
            )


def _check_headers(lists: Sequence[tuple[Sheet, list[Block]]], names: HeaderNames, wanted: Wanted, name: str) -> None:
    """Refuse a header that no list of the file has."""
    if not wanted.headers:
        return
    layouts = [first_layout(sheet, sheet.counts(), names, Wanted()) for sheet, _ in lists]
    found = [*filter(None, layouts), *(block.layout for _, blocks in lists for block in blocks)]
    headers = dict.fromkeys(header for layout in found for header in layout.headers if header)
    for field, header in wanted.headers.items():
        if normalise(header) not in map(normalise, headers):
            close = get_close_matches(header, headers, n=1, cutoff=0.0)
            hint = f'closest: "{shown_text(close[0], most=60)}"' if close else "no header was found"
            raise ParameterError(f'header "{shown_text(header, most=60)}" for {field} is not in {name}; {hint}')


def _no_unit(sheets: Sequence[Sheet], names: HeaderNames, wanted: Wanted, name: str) -> InputError:
    """Make the error for a file without a column of units: what was found, what is closest, what to do."""
    headers: Sequence[str] = ()
    best = -1
    for sheet in sheets:
        counts = sheet.counts()
        layout = first_layout(sheet, counts, names, wanted)
        first = sheet.cells(int(np.flatnonzero(counts)[0])) if counts.any() else []
        found = layout.headers if layout is not None else first
        score = len(layout.fields) + 1 if layout is not None else 0
        if score > best:
            headers, best = [header for header in found if header], score
    shown = shown_text(", ".join(shown_text(header, most=40) for header in headers), most=_MOST_SHOWN)
    closest = shown_text(closest_header(headers, NEEDED, names), most=40)
    asked = f' "{shown_text(wanted.headers[NEEDED], most=40)}"' if NEEDED in wanted.headers else ""
    return InputError(
        f'no column{asked} of {name} holds the unit (Unit Kerja, Satker); found: {shown}; closest: "{closest}"; '
        "name columns by position or header, e.g. --columns unit=3,agency=2"
    )


def _put_together(name: str, lists: Sequence[tuple[Sheet, list[Block]]], options: Mapping[str, str]) -> ReadList:
    """Put the lists of all sheets together."""
    found: list[tuple[Sheet, Block, Mapping[str, Column]]] = []
    lines: list[tuple[object, ...]] = []
    columns: dict[tuple[object, ...], None] = {}
    for sheet, blocks in lists:
        if not blocks:
            kind = "hidden sheet" if sheet.hidden else "no list"
            lines += _lines(sheet, dict.fromkeys(np.flatnonzero(sheet.counts()).tolist(), kind))
            columns[(sheet.name, None, "", "", kind)] = None
        for block in blocks:
            fields, more, constants = read_fields(sheet, block, options)
            found.append((sheet, block, fields))
            lines += _lines(sheet, block.kinds)
            told = [*_told_columns(sheet, block, more), *((None, one.text, one.field, one.how) for one in constants)]
            columns |= dict.fromkeys((sheet.name, *column) for column in told)
    return ReadList(name, _rows(found), _cells(found), _frame(lines, _LINE_TYPES), _frame(columns, _COLUMN_TYPES))


def _rows(found: Sequence[tuple[Sheet, Block, Mapping[str, Column]]]) -> pd.DataFrame:
    """Make the frame of all rows."""
    frame = pd.DataFrame(
        {name: join_columns([fields[name] for *_, fields in found]).series() for name in FIELDS}, copy=False
    )
    places = [_places(sheet, block.rows) for sheet, block, _ in found]
    codes, names = join_columns(places).distinct()
    frame["sheet"] = pd.Categorical.from_codes(codes, pd.Index(names, dtype="str"))
    frame["row"] = np.concatenate([sheet.numbers[block.rows] for sheet, block, _ in found]).astype(np.int64)
    return frame


def _places(sheet: Sheet, rows: np.ndarray) -> CodedColumn:
    """Return where each row stands."""
    if sheet.places is None:
        return CodedColumn(np.zeros(len(rows), dtype=np.int32), [sheet.name])
    codes, names = pd.factorize(np.array([sheet.places[line] for line in rows.tolist()], dtype=object))
    return CodedColumn(codes.astype(np.int32), list(names))


def _cells(found: Sequence[tuple[Sheet, Block, Mapping[str, Column]]]) -> pd.DataFrame:
    """Return the cells of all rows under the file's own headers, every column once."""
    parts = [named_columns(sheet, block.layout.headers, block.rows) for sheet, block, _ in found]
    names = dict.fromkeys(name for part in parts for name in part)
    heights = [len(block.rows) for _, block, _ in found]
    gaps = [empty_column(height) for height in heights]
    frame = {
        name: join_columns([part.get(name, gap) for part, gap in zip(parts, gaps, strict=True)]).series()
        for name in names
    }
    return pd.DataFrame(frame, index=pd.RangeIndex(sum(heights)), copy=False)


def _frame(found: Iterable[tuple[object, ...]], types: Mapping[str, str]) -> pd.DataFrame:
    """Make a frame with the columns and types of `ReadList`."""
    return pd.DataFrame(list(found), columns=list(types)).astype(dict(types))


def _lines(sheet: Sheet, kinds: Mapping[int, str]) -> Iterator[tuple[object, ...]]:
    """List the lines that are no rows: sheet, row, kind, text."""
    ordered = sorted(kinds)
    for line, cells in sheet.many(np.array(ordered, dtype=np.int64)):
        place = sheet.name if sheet.places is None else sheet.places[line]
        yield place, int(sheet.numbers[line]), kinds[line], " | ".join(filter(None, cells))


def _told_columns(sheet: Sheet, block: Block, more: Mapping[str, str]) -> list[tuple[int, str, str, str]]:
    """List the columns of a list: position from 1, header, field, how it was told."""
    fields = {at: name for name, at in block.layout.fields.items()}
    told = []
    for at, header in enumerate(block.layout.headers):
        field = fields.get(at, "")
        how = "; ".join(filter(None, (block.layout.hows.get(at, "") if field else "", more.get(field, ""))))
        told.append((sheet.first_column + at + 1, header, "" if field == "number" else field, how))
    return told
