"""Lists that stand side by side under headers that repeat: each becomes a sheet of its own."""

from collections.abc import Sequence
from dataclasses import replace

from zi_analysis.evidence.readers.headers import HeaderNames
from zi_analysis.evidence.readers.layout import NEEDED, Layout
from zi_analysis.evidence.readers.sheets import Sheet
from zi_analysis.evidence.text import normalise


def split_beside(sheet: Sheet, layout: Layout | None, names: HeaderNames) -> list[Sheet]:
    """Take lists apart that stand side by side.

    Parameters
    ----------
    sheet : Sheet
        Lines of cells.
    layout : Layout or None
        Its first header.
    names : HeaderNames
        Known headers.

    Returns
    -------
    list of Sheet
        The sheet itself, or one per list; all but the first know the lines above the header of the first as
        titles, and are named by their columns.

    Examples
    --------
    >>> from zi_analysis.evidence.readers.headers import load_header_names
    >>> from zi_analysis.evidence.readers.layout import Wanted, make_layout
    >>> from zi_analysis.evidence.readers.sheets import TextColumns
    >>> names, headers = load_header_names(), ["No", "Satker", "No", "Satker"]
    >>> columns = TextColumns("list.csv")
    >>> columns.add([(1, headers), (2, ["1", "KPPN Kediri", "2", "KPPN Blitar"])])
    >>> layout = make_layout(headers, names, Wanted(), lines=(0,))
    >>> [one.name for one in split_beside(columns.sheet("Daftar"), layout, names)]
    ['Daftar', 'Daftar, columns 3-4']
    """
    begins = _begins(layout.headers, names) if layout is not None and layout.lines else []
    if layout is None or len(begins) < 2:
        return [sheet]
    titles = tuple(filter(None, map(sheet.text, range(layout.lines[0]))))
    ends = [*begins[1:], len(sheet.columns)]
    others = [replace(_part(sheet, begin, end), titles=titles) for begin, end in zip(begins[1:], ends[1:], strict=True)]
    return [replace(sheet, columns=sheet.columns[: ends[0]]), *others]


def _part(sheet: Sheet, begin: int, end: int) -> Sheet:
    """Return some columns of a sheet as a sheet."""
    told = f"columns {begin + 1}-{end}"
    return replace(
        sheet,
        name=f"{sheet.name}, {told}".removeprefix(", "),
        columns=sheet.columns[begin:end],
        merged=tuple((top, left - begin, bottom, right - begin) for top, left, bottom, right in sheet.merged),
        places=None if sheet.places is None else tuple(f"{place}, {told}" for place in sheet.places),
        first_column=begin,
    )


def _begins(headers: Sequence[str], names: HeaderNames) -> list[int]:
    """Return where each repetition of the same headers begins; the headers must name a unit and one thing more."""
    told = [(at, normalise(header)) for at, header in enumerate(headers) if header]
    words = [word for _, word in told]
    for times in range(len(words) // 2, 1, -1):
        size = len(words) // times
        first = words[:size]
        if size < 2 or size * times != len(words) or words != first * times:
            continue
        if any(meaning.field == NEEDED for word in first for meaning in names.known.get(word, ())):
            return [told[at * size][0] for at in range(times)]
    return []
