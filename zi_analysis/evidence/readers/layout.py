"""Where the header of a list stands and which column holds which field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from zi_analysis.errors import ParameterError
from zi_analysis.evidence.readers.headers import FIELDS, MARKS, HeaderNames

_SHORT_FIELDS = {"agency": "agency_as_written", "unit": "unit_as_written"}
_LEAST_SHARE = 0.34  # of a header's cells must be known
NEEDED = "unit_as_written"


@dataclass(frozen=True)
class Wanted:
    """Columns that a user names: by position or by header."""

    positions: Mapping[str, int] = field(default_factory=dict)  # field to position, from 0
    headers: Mapping[str, str] = field(default_factory=dict)  # field to header


@dataclass(frozen=True)
class Layout:
    """The header of a list and what its columns hold."""

    headers: tuple[str, ...]  # text per position, both lines of a header over two lines
    fields: Mapping[str, int]  # field, mark or number to position
    hows: Mapping[int, str]  # position to how its field was told
    lines: tuple[int, ...] = ()  # lines the header takes

    @property
    def width(self) -> int:
        """Number of columns up to the last header."""
        return len(self.headers)

    @property
    def has_unit(self) -> bool:
        """Whether a column holds the unit."""
        return NEEDED in self.fields


def read_wanted(columns: Mapping[str, str] | None) -> Wanted:
    """Check the columns that a user names.

    Parameters
    ----------
    columns : mapping of str to str, optional
        Field (``unit`` and ``agency`` for short) to position from 1, or to a header.

    Returns
    -------
    Wanted
        Positions from 0, and headers.

    Raises
    ------
    ParameterError
        If a field is unknown or named twice, or a position is below 1.

    Examples
    --------
    >>> read_wanted({"unit": "3", "predicate": "Hasil"})
    Wanted(positions={'unit_as_written': 2}, headers={'predicate': 'Hasil'})
    """
    positions: dict[str, int] = {}
    headers: dict[str, str] = {}
    for told, place in (columns or {}).items():
        name = _SHORT_FIELDS.get(str(told).strip().lower(), str(told).strip())
        place = str(place).strip()
        if name not in FIELDS:
            known = ", ".join(dict.fromkeys([*_SHORT_FIELDS, *FIELDS[2:]]))
            raise ParameterError(f'column "{told}" is no field of an award list; name one of {known}')
        if name in positions or name in headers:
            raise ParameterError(f'field "{name}" is named twice in the columns; name it once')
        counted = place.lstrip("+-").isdecimal()
        if not place or (counted and not _is_position(place)):
            raise ParameterError(f'column "{place[:20]}" for {told} is no position; count from 1, or give a header')
        if counted:
            positions[name] = int(place) - 1
        else:
            headers[name] = place
    return Wanted(positions, headers)


def _is_position(place: str) -> bool:
    """Tell whether a text counts columns from 1."""
    return place.isdecimal() and len(place) < 6 and int(place) > 0


def assign_fields(headers: Sequence[str], names: HeaderNames, wanted: Wanted) -> tuple[dict[str, int], dict[int, str]]:
    """Give each field the column whose header tells it best.

    Named positions go first, then the header of lowest priority, then the leftmost; a column holds one field.

    Parameters
    ----------
    headers : sequence of str
        Text per position.
    names : HeaderNames
        Known headers.
    wanted : Wanted
        Columns that a user names.

    Returns
    -------
    tuple of dict
        Field to position, and position to how it was told.

    Examples
    --------
    >>> from zi_analysis.evidence.readers.headers import load_header_names
    >>> assign_fields(["Provinsi", "Kab/Kota", "OPD"], load_header_names(), Wanted())[0]
    {'region': 0, 'unit_as_written': 2, 'agency_as_written': 1}
    """
    fields = dict(wanted.positions)
    hows = dict.fromkeys(fields.values(), "position")
    found = [
        (meaning.priority, at, meaning.field, meaning.how)
        for at, header in enumerate(headers)
        for meaning in names.meanings(header)
    ]
    for _, at, name, how in sorted(found):
        if at not in hows and (name not in fields or name == "other"):
            fields[name] = at
            hows[at] = how
    fields.pop("other", None)
    return fields, hows


def make_layout(headers: Sequence[str], names: HeaderNames, wanted: Wanted, *, lines: tuple[int, ...] = ()) -> Layout:
    """Make the layout of a list from its headers.

    Parameters
    ----------
    headers : sequence of str
        Text per position.
    names : HeaderNames
        Known headers.
    wanted : Wanted
        Columns that a user names.
    lines : tuple of int, optional
        Lines of the sheet that the header takes.

    Returns
    -------
    Layout
        Cut after the last header or named position.

    Examples
    --------
    >>> from zi_analysis.evidence.readers.headers import load_header_names
    >>> make_layout(["No", "Satker", ""], load_header_names(), Wanted()).width
    2
    """
    told = [at for at, header in enumerate(headers) if header]
    width = max([-1, *told, *wanted.positions.values()]) + 1
    padded = (*headers, *[""] * width)[:width]
    fields, hows = assign_fields(padded, names, wanted)
    return Layout(tuple(padded), fields, hows, lines)


def find_layout(lines: Sequence[tuple[int, Sequence[str]]], names: HeaderNames, wanted: Wanted) -> Layout | None:
    """Find the header of a list among lines: the first that names a unit, else the one that names most.

    A header over two lines is put together where the second line holds nothing but known headers.

    Parameters
    ----------
    lines : sequence of (int, sequence of str)
        Line of the sheet and its cells, in order, none empty.
    names : HeaderNames
        Known headers, those of the user among them.
    wanted : Wanted
        Columns that a user names.

    Returns
    -------
    Layout or None
        None where no line looks like a header.

    Examples
    --------
    >>> from zi_analysis.evidence.readers.headers import load_header_names
    >>> lines = [(0, ["DAFTAR WBK 2023", ""]), (2, ["Instansi", "Satker"])]
    >>> find_layout(lines, load_header_names(), Wanted()).lines
    (2,)
    """
    best: Layout | None = None
    for at, (line, cells) in enumerate(lines):
        if not looks_like_header(cells, names):
            continue
        layout = make_layout(cells, names, wanted, lines=(line,))
        if at + 1 < len(lines):
            layout = _over_two_lines(lines[at], lines[at + 1], layout, names, wanted)
        if layout.has_unit:
            return layout
        if best is None or len(layout.fields) > len(best.fields):
            best = layout
    return best or _one_known(lines, names, wanted)


def _one_known(lines: Sequence[tuple[int, Sequence[str]]], names: HeaderNames, wanted: Wanted) -> Layout | None:
    """Take the first line of several words, one of them a known header of the unit, none a number."""
    for line, cells in lines:
        told = [cell for cell in cells if cell]
        units = [cell for cell in told if names.is_known(cell) and names.meanings(cell)[0].field == NEEDED]
        if units and len(told) > 1 and not any(map(str.isdigit, "".join(told))):
            return make_layout(cells, names, wanted, lines=(line,))
    return None


def looks_like_header(cells: Sequence[str], names: HeaderNames) -> bool:
    """Tell whether a line is a header: two known headers, or the only cell is one.

    Parameters
    ----------
    cells : sequence of str
        Cells of a line.
    names : HeaderNames
        Known headers.

    Returns
    -------
    bool
        False for rows of a list, which hold at most one word that is also a header.

    Examples
    --------
    >>> from zi_analysis.evidence.readers.headers import load_header_names
    >>> looks_like_header(["BPS", "BPS Kota Batu", "WBK"], load_header_names())
    False
    """
    told = [cell for cell in cells if cell]
    meanings = [names.meanings(cell) for cell in told]
    known = sum(map(bool, meanings))
    fields = {found[0].field for found in meanings if found}
    if len(told) == 1:
        return fields == {NEEDED}
    return known >= 2 and known >= _LEAST_SHARE * len(told) and not fields <= {*MARKS, "other", "number"}


def _over_two_lines(
    first: tuple[int, Sequence[str]],
    second: tuple[int, Sequence[str]],
    layout: Layout,
    names: HeaderNames,
    wanted: Wanted,
) -> Layout:
    """Put a header over two lines together, where the second line is one and tells more."""
    upper, lower = first[1], second[1]
    told = [cell for cell in lower if cell]
    if not told or not all(names.is_known(cell) for cell in told) or _same_cells(upper, lower):
        return layout
    joined = _join(upper, lower, names)
    both = make_layout(joined, names, wanted, lines=(first[0], second[0]))
    # "Predikat" over "WBK" and "WBBM" becomes two columns of marks
    kept = all(both.fields.get(name) == at for name, at in layout.fields.items() if name != "predicate")
    better = kept and len(both.fields) > len(layout.fields)
    return both if better or (both.has_unit and not layout.has_unit) else layout


def _same_cells(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Tell whether a header is only repeated."""
    return list(map(str.casefold, upper)) == list(map(str.casefold, lower))


def _join(upper: Sequence[str], lower: Sequence[str], names: HeaderNames) -> list[str]:
    """Write the headers of two lines as one; a group's name goes on over the empty cells to its right."""
    joined: list[str] = []
    group = ""
    for above, below in zip(upper, lower, strict=True):
        group = above or (group if below else "")
        text = f"{group} {below}".strip()
        joined.append(below if below and names.is_known(below) and not names.is_known(text) else text)
    return joined
