"""Large regular csv files through pyarrow: each distinct text of a column is kept once, whatever the rows."""

import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from zi_analysis.evidence.readers.columns import CodedColumn, Column, PlainColumn, empty_column, is_blank
from zi_analysis.evidence.readers.sheets import LONGEST_CELL, MOST_COLUMNS, Sheet, too_long

_PIECE = 1 << 20  # bytes looked at together; they fit the processor's cache
_BLOCK = 4 << 20  # bytes; larger blocks were slower on two cores, smaller ones make more dictionaries
_ALMOST_ALL = 0.995  # share of distinct texts in the head from which a column is no dictionary
_ENOUGH = 50  # lines of a head that tell how a column repeats


def read_regular(
    path: Path, name: str, encoding: str, delimiter: str, head: Sequence[Sequence[str]], *, block: int = _BLOCK
) -> Sheet | None:
    """Read a regular file fast, or say that it is not regular.

    Regular means: UTF-8, every record as wide as the first ones, no line break inside a cell, no NUL.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Its name for errors.
    encoding : str
        As `find_encoding` tells it.
    delimiter : str
        One character.
    head : sequence of sequence of str
        First records, which tell width and repetition.
    block : int, optional
        Bytes parsed at a time.

    Returns
    -------
    Sheet or None
        The same lines as the slow way gives, or None where only that one can read the file.

    Raises
    ------
    InputError
        If a cell is longer than a spreadsheet allows.

    Examples
    --------
    >>> read_regular(Path("list.csv"), "list.csv", "utf-16", ",", [["Unit"]]) is None
    True
    """
    widths = {len(cells) for cells in head if cells}
    width = next(iter(widths), 0)
    regular = encoding in ("utf-8", "utf-8-sig") and len(widths) == 1 and 0 < width <= MOST_COLUMNS
    content = _look_through(path) if regular else None
    # a record has a mark after each cell: fewer bytes mean empty lines, which would take the place of full ones
    if content is None or content.has_nul or content.lines * width > content.size:
        return None
    types = {str(at): _column_type([cells[at] for cells in head if cells]) for at in range(width)}
    try:
        table = _parse(path, delimiter, types, block, quoted=content.has_quotes and content.has_returns)
    except (pa.ArrowInvalid, pa.ArrowIndexError, pa.ArrowCapacityError, pa.ArrowMemoryError):
        return None
    # as many records as lines: no cell goes over several lines, and no block was cut inside one
    if table.num_rows != content.lines:
        return None
    whole = [column.unify_dictionaries() for column in table.columns]
    if any(_breaks_lines(texts) for column in whole for texts in _texts(column)):
        return None
    columns = tuple(_text_column(column, name, at) for at, column in enumerate(whole))
    return Sheet("", columns, np.arange(1, table.num_rows + 1), delimited=True)


@dataclass(frozen=True)
class _Content:
    """What the bytes of a file tell without parsing it."""

    size: int
    lines: int
    has_nul: bool
    has_quotes: bool
    has_returns: bool


def _look_through(path: Path) -> _Content:
    """Count the lines of a file and look for bytes that need care."""
    with path.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as content:
        size = len(content)
        ends = 0
        for begin in range(0, size, _PIECE):
            piece = np.frombuffer(content, dtype=np.uint8, count=min(_PIECE, size - begin), offset=begin)
            ends += int(np.count_nonzero(piece == ord("\n")))
            del piece  # a view left over would keep the file mapped
        last_open = content[size - 1] != ord("\n")
        has_nul, has_quotes, has_returns = (content.find(mark) >= 0 for mark in (b"\0", b'"', b"\r"))
        return _Content(size, ends + last_open, has_nul, has_quotes, has_returns)


def _column_type(texts: list[str]) -> pa.DataType:
    """Keep a column as distinct texts and codes, unless its texts hardly repeat."""
    repeats = len(texts) < _ENOUGH or len(set(texts)) < _ALMOST_ALL * len(texts)
    return pa.dictionary(pa.int32(), pa.string()) if repeats else pa.string()


def _parse(path: Path, delimiter: str, types: dict[str, pa.DataType], block: int, *, quoted: bool) -> pa.Table:
    """Parse a file whose records are all of one width; empty cells are missing."""
    with pa.OSFile(str(path)) as source:
        return csv.read_csv(
            source,
            read_options=csv.ReadOptions(column_names=list(types), block_size=block),
            # looking for line breaks in cells takes a quarter longer; without carriage returns the count of lines tells
            parse_options=csv.ParseOptions(delimiter=delimiter, newlines_in_values=quoted, ignore_empty_lines=False),
            convert_options=csv.ConvertOptions(
                column_types=types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=True
            ),
        )


def _texts(column: pa.ChunkedArray) -> list[pa.Array]:
    """Return the distinct texts of a column, or all its texts."""
    if pa.types.is_dictionary(column.type):
        return [chunk.dictionary for chunk in column.chunks[:1]]
    return list(column.chunks)


def _breaks_lines(texts: pa.Array) -> bool:
    """Tell whether a text goes over several lines."""
    content = _content(texts)
    return bool((content == ord("\n")).any() or (content == ord("\r")).any())


def _content(texts: pa.Array) -> np.ndarray:
    """Return the bytes of all texts, one after the other."""
    content = texts.buffers()[2]
    return np.empty(0, np.uint8) if content is None else np.frombuffer(content, dtype=np.uint8)


def _text_column(column: pa.ChunkedArray, name: str, position: int) -> Column:
    """Return a column of arrow, its dictionaries unified, as a column of a sheet."""
    if not pa.types.is_dictionary(column.type):
        return _plain_column(column, name, position)
    chunks = column.chunks
    if not chunks:
        return empty_column(0)
    codes = np.concatenate([_codes(chunk) for chunk in chunks])
    texts = chunks[0].dictionary
    _refuse_long(texts, codes, name, position)
    blank = _blanks(texts)
    if blank:
        codes[np.isin(codes, blank)] = -1
    return CodedColumn(codes, pd.Index(texts.to_pandas(), dtype="str"))


def _plain_column(column: pa.ChunkedArray, name: str, position: int) -> Column:
    """Return a column whose texts hardly repeat."""
    whole = column.combine_chunks()
    whole = whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole
    _refuse_long(whole, np.arange(len(whole)), name, position)
    texts = pd.Series(whole.to_pandas(), dtype="str")
    blank = _blanks(whole)
    if blank:
        texts.iloc[blank] = None
    return PlainColumn(texts)


def _codes(chunk: Any) -> np.ndarray:
    """Return the codes of a chunk, -1 for missing."""
    codes = chunk.indices.fill_null(-1) if chunk.indices.null_count else chunk.indices
    return codes.to_numpy()


def _refuse_long(texts: pa.Array, codes: np.ndarray, name: str, position: int) -> None:
    """Refuse a cell that no spreadsheet could hold."""
    lengths = pc.utf8_length(texts).fill_null(0)
    longest = pc.max(lengths).as_py() or 0
    if longest > LONGEST_CELL:
        code = pc.index(lengths, longest).as_py()
        raise too_long(name, int(np.argmax(codes == code)) + 1, position, texts[code].as_py())


def _blanks(texts: pa.Array) -> list[int]:
    """Find the texts that show nothing."""
    content = _content(texts)
    if not len(content):
        return []
    starts = np.frombuffer(texts.buffers()[1], dtype=np.int32)[texts.offset : texts.offset + len(texts)]
    first = content[np.minimum(starts, len(content) - 1)]
    unclear = np.flatnonzero((first <= ord(" ")) | (first >= 0x7F))
    return [int(at) for at in unclear if texts[at].is_valid and is_blank(texts[at].as_py())]
