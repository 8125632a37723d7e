"""Two csv files of one exhibit, compared cell by cell."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.csvtext import parse_rows
from zi_analysis.reporting.kernels import ReportError

_LONGEST_CELL = 131_072

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_WHOLE = re.compile(r"-?[0-9]+")
_NOTHING = 1e-12  # numbers nearer to zero are zero: rounding leaves 1e-17 where the sum is 0
_KEY_COLUMNS_SHOWN = 3
_MOVED = {"row order": "rows moved"}
_Pairs = list[tuple[int | None, int | None]]
_Rows = list[list[str]]


@dataclass(frozen=True)
class Difference:
    """One difference between two csv files.

    Parameters
    ----------
    kind : str
        "value", "near" (within the tolerance), "row missing", "row extra", "row order" (the same rows), "rows moved",
        "column missing", "column extra" or "column order"; of exhibits also "title", "alt", "source", "file",
        "exhibit missing" and "exhibit extra".
    row : int, optional
        Data row of the first csv (of the second for an extra row), counted from 1.
    key : str
        What tells the row apart, such as "year=2018, predicate=WBK".
    column : str
        Name of the column.
    published, again : str
        Both values.
    relative : float, optional
        Difference of two numbers relative to the larger.

    Examples
    --------
    >>> Difference("value", 1, "year=2018", "awards", "5", "6").kind
    'value'
    """

    kind: str
    row: int | None = None
    key: str = ""
    column: str = ""
    published: str = ""
    again: str = ""
    relative: float | None = None


def is_number(cell: str) -> bool:
    """Tell whether a cell is a plain number.

    Parameters
    ----------
    cell : str
        A cell of a csv.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_number("-0.5"), is_number("0.10-0.20"), is_number("007")
    (True, False, False)
    """
    return bool(_NUMBER.fullmatch(cell))


def relative_difference(published: str, again: str) -> float | None:
    """Return how far two numbers are apart, relative to the larger.

    Parameters
    ----------
    published, again : str
        Two cells.

    Returns
    -------
    float or None
        None unless both are plain numbers of which one at least has a decimal point or an exponent: whole
        numbers are counts, years or codes, and texts such as "0.10-0.20" are texts; both must be equal.

    Examples
    --------
    >>> relative_difference("0.5", "0.25"), relative_difference("2018", "2019")
    (0.5, None)
    """
    if not is_number(published) or not is_number(again):
        return None
    if _WHOLE.fullmatch(published) and _WHOLE.fullmatch(again):
        return None
    first, second = float(published), float(again)
    if not math.isfinite(first) or not math.isfinite(second):
        return None
    larger = max(abs(first), abs(second))
    return 0.0 if larger < _NOTHING else abs(first - second) / larger


def compare_tables(published: str, again: str, *, tolerance: float) -> tuple[Difference, ...]:
    """Compare two csv texts: columns by name, rows by the first columns that tell them apart.

    Where the rows of both are as many and fewer cells differ row by row than key by key, they are compared row
    by row: then a value of the key itself changed.

    Parameters
    ----------
    published, again : str
        The two csv texts.
    tolerance : float
        Largest relative difference of two numbers that counts as the same.

    Returns
    -------
    tuple of Difference
        Empty when both hold the same.

    Raises
    ------
    ReportError
        If one of them is no csv.

    Examples
    --------
    >>> compare_tables("year,rate\\n2018,0.5\\n", "year,rate\\n2018,0.6\\n", tolerance=1e-6)[0].key
    'year=2018'
    """
    header, rows = _table(published)
    other_header, other_rows = _table(again)
    if (header, rows) == (other_header, other_rows):
        return ()
    shared = [name for name in header if name in set(other_header)]
    found = list(_column_differences(header, other_header, shared))
    chosen = _chosen(rows, header, shared), _chosen(other_rows, other_header, shared)
    found += _row_differences(*chosen, shared, tolerance)
    alone = all(one.kind in ("row order", "near") for one in found)
    return tuple(found) if alone else tuple(replace(one, kind=_MOVED.get(one.kind, one.kind)) for one in found)


def _table(text: str) -> tuple[list[str], _Rows]:
    """Split a csv into a header of unlike names and rows as long as it."""
    try:
        header, *rows = parse_rows(text) or [[]]
        if max((len(cell) for row in (header, *rows) for cell in row), default=0) > _LONGEST_CELL:
            raise EvidenceError(f"a cell is longer than {_LONGEST_CELL:,} characters")
    except (EvidenceError, RecursionError) as error:
        raise ReportError(f"{error}") from error
    width = max([len(header), *map(len, rows)])
    seen: Counter[str] = Counter()
    names = []
    for name in header + [""] * (width - len(header)):
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return names, [row + [""] * (width - len(row)) for row in rows]


def _chosen(rows: _Rows, header: Sequence[str], wanted: Sequence[str]) -> _Rows:
    """Return the rows with the wanted columns only."""
    places = [header.index(name) for name in wanted]
    return [[row[place] for place in places] for row in rows]


def _column_differences(header: list[str], other: list[str], shared: list[str]) -> Iterator[Difference]:
    """Tell which columns are not in both, or stand in another order."""
    for name in header:
        if name not in other:
            yield Difference("column missing", column=name)
    for name in other:
        if name not in header:
            yield Difference("column extra", column=name)
    kept = [name for name in other if name in header]
    if kept != shared:
        yield Difference("column order", published=", ".join(shared), again=", ".join(kept))


def _row_differences(rows: _Rows, other: _Rows, columns: list[str], tolerance: float) -> list[Difference]:
    """Compare rows, paired as leaves the fewest differences."""
    width, pairs = _by_key(rows, other, len(columns))
    found = list(_pair_differences(rows, other, columns, pairs, width, tolerance))
    if len(rows) == len(other) and found:
        places: _Pairs = [(at, at) for at in range(len(rows))]
        direct = list(_pair_differences(rows, other, columns, places, 1, tolerance))
        if _weight(direct, len(columns)) < _weight(found, len(columns)):
            return direct
    return found


def _weight(found: list[Difference], columns: int) -> int:
    """Count the cells that differ; a row in one csv only counts with all of its cells."""
    return sum(columns if one.kind in ("row missing", "row extra") else one.kind != "near" for one in found)


def _by_key(rows: _Rows, other: _Rows, columns: int) -> tuple[int, _Pairs]:
    """Pair rows by the fewest first columns that no two rows share, by all columns and count when there are none."""
    width = next((width for width in range(1, columns + 1) if _unlike(rows, width) and _unlike(other, width)), columns)
    place = {key: at for at, key in enumerate(_keys(other, width))}
    keys = _keys(rows, width)
    pairs: _Pairs = [(at, place.get(key)) for at, key in enumerate(keys)]
    known = set(keys)
    return width, pairs + [(None, at) for key, at in place.items() if key not in known]


def _unlike(rows: _Rows, width: int) -> bool:
    """Tell whether the first columns tell every row apart."""
    return len({tuple(row[:width]) for row in rows}) == len(rows)


def _keys(rows: _Rows, width: int) -> list[tuple[object, ...]]:
    """Return each row's first cells and how often they stood before."""
    seen: Counter[tuple[str, ...]] = Counter()
    keys = []
    for row in rows:
        cells = tuple(row[:width])
        keys.append((*cells, seen[cells]))
        seen[cells] += 1
    return keys


def _pair_differences(
    rows: _Rows, other: _Rows, columns: list[str], pairs: _Pairs, width: int, tolerance: float
) -> Iterator[Difference]:
    """Tell what differs between paired rows."""

    def key(row: list[str]) -> str:
        shown = min(width, _KEY_COLUMNS_SHOWN)
        return ", ".join(f"{name}={cell}" for name, cell in zip(columns[:shown], row, strict=False))

    order = [second for first, second in pairs if first is not None and second is not None]
    if order != sorted(order):
        yield Difference("row order")
    for first, second in pairs:
        if first is None and second is not None:
            yield Difference("row extra", second + 1, key(other[second]), again=", ".join(other[second]))
        elif first is not None and second is None:
            yield Difference("row missing", first + 1, key(rows[first]), published=", ".join(rows[first]))
        elif first is not None and second is not None and rows[first] != other[second]:
            yield from _cell_differences(rows[first], other[second], columns, (first + 1, key(rows[first])), tolerance)


def _cell_differences(
    row: list[str], other: list[str], columns: list[str], place: tuple[int, str], tolerance: float
) -> Iterator[Difference]:
    """Tell which cells of two rows differ."""
    for column, published, again in zip(columns, row, other, strict=True):
        if published == again:
            continue
        relative = relative_difference(published, again)
        if relative == 0:
            continue
        kind = "near" if relative is not None and relative <= tolerance else "value"
        yield Difference(kind, *place, column, published, again, relative)
