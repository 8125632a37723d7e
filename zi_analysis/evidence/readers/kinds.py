"""What a line of a list is: a row, or numbering, a repeated header, a subtotal, a section, a note."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from zi_analysis.evidence.readers.context import only_context, read_section, section_text
from zi_analysis.evidence.readers.headers import HeaderNames
from zi_analysis.evidence.readers.layout import NEEDED, Layout, looks_like_header
from zi_analysis.evidence.text import normalise

_NUMBERING = re.compile(r"\(?(\d{1,3}|[a-z])\)?[.)]?", flags=re.IGNORECASE)
_RULE = re.compile(r"[-=_:+*~\u2500-\u2501]{3,}")
_LETTERED = re.compile(r"\(?(?:[ivxlc]+|[a-z])[.)]*", flags=re.IGNORECASE)
_AMOUNT = re.compile(r"[-+(]?\s*(?:rp\.?\s*)?\d[\d.,\s]*\)?\s*(?:%|unit(?: kerja)?|satker|orang)?", flags=re.IGNORECASE)
_LONGEST_SIGNATURE = 200  # characters
_LONGEST_AMOUNT = 40  # characters
_SUM_WORDS = frozenset({"jumlah", "total", "subtotal", "sub", "grand", "rekap", "sum"})
_TOTALS = (
    "total subtotal sub grand jumlah semua seluruh seluruhnya keseluruhan unit kerja satuan satker wbk wbbm predikat "
    "penerima peraih instansi tahun akhir umum dan awards award units year of all the in penghargaan"
)
_NOTES = "keterangan ket sumber catatan note notes source sources remark remarks nb disclaimer penjelasan tembusan"
_WITH_TOTAL, _NOTE_WORDS = frozenset(_TOTALS.split()), frozenset(_NOTES.split())
_UNSURE = _SUM_WORDS | _NOTE_WORDS
_SIGNATURE = re.compile(
    r"\b(?:nip|ttd|ditandatangani|mengetahui|menyetujui|tertanda)\b|^an\b|"
    r"^(?:[a-z ]{3,40} )?\d{1,2} (?:januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|"
    r"desember|january|february|march|may|june|july|august|october|december) 20\d\d$"
)
_OFFICE = re.compile(
    r"(?:kepala|ketua|menteri|sekretaris|deputi|direktur|inspektur|gubernur|bupati|walikota|plt|plh)\b"
)
_MOST_NOTE_CELLS = 3


def plain_texts(texts: Sequence[str], names: HeaderNames) -> list[bool]:
    """Tell which texts can only be units of rows: no number, sum, note or header.

    Parameters
    ----------
    texts : sequence of str
        Cells of the unit's column, none empty.
    names : HeaderNames
        Known headers.

    Returns
    -------
    list of bool
        A line with such a unit and one more field is a row without a second look.

    Examples
    --------
    >>> from zi_analysis.evidence.readers.headers import load_header_names
    >>> plain_texts(["RSUD Kota Batu", "Jumlah"], load_header_names())
    [True, False]
    """
    first_words: dict[str, bool] = {}
    plain = []
    for text in texts:
        first = text[: text.find(" ")]
        sure = first_words.get(first)
        if sure is None:
            word = first.casefold()
            sure = (
                word.isalpha() and len(text) > len(first) + 1 and word not in _UNSURE and word not in names.first_words
            )
            first_words[first] = sure
        plain.append(sure or _is_plain(text, names))
    return plain


def _is_plain(text: str, names: HeaderNames) -> bool:
    """Tell whether a text with an unsure first word can only be the unit of a row."""
    words = normalise(text).split()
    if not words or not any(map(str.isalpha, "".join(words))) or words[0] in _UNSURE:
        return False
    return not names.is_known(text)


def line_kind(cells: Sequence[str], layout: Layout, names: HeaderNames) -> str:
    """Tell what a line below a header is, from the line alone.

    Parameters
    ----------
    cells : sequence of str
        Cells of the line, one at least filled.
    layout : Layout
        The list's header.
    names : HeaderNames
        Known headers.

    Returns
    -------
    str
        numbering, repeated header, header (of another list), subtotal, section, footer or row.

    Examples
    --------
    >>> from zi_analysis.evidence.readers.headers import load_header_names
    >>> from zi_analysis.evidence.readers.layout import Wanted, make_layout
    >>> names = load_header_names()
    >>> layout = make_layout(["No", "Instansi", "Satker"], names, Wanted())
    >>> [line_kind(cells, layout, names) for cells in (["(1)", "(2)", "(3)"], ["", "Jumlah", "12"])]
    ['numbering', 'subtotal']
    """
    told = [cell.strip() for cell in cells if cell]
    if _is_numbering(told) or all(_RULE.fullmatch(cell) for cell in told):
        return "numbering"
    if is_header(cells, layout, names):
        return "repeated header" if _repeats(cells, layout, names) else "header"
    if _is_subtotal(told, _cell(cells, layout, NEEDED)):
        return "subtotal"
    if is_note(told[0]) and len(told) <= _MOST_NOTE_CELLS and not _stands_beside_unit(cells, layout):
        return "footer"
    return "section" if _is_section(list(cells), layout) else "row"


def is_header(cells: Sequence[str], layout: Layout, names: HeaderNames) -> bool:
    """Tell whether a line below a header is one again.

    Parameters
    ----------
    cells : sequence of str
        Cells of the line.
    layout : Layout
        The list's header.
    names : HeaderNames
        Known headers.

    Returns
    -------
    bool
        True for the same header, or for another one of known headers that names a unit.

    Examples
    --------
    >>> from zi_analysis.evidence.readers.headers import load_header_names
    >>> from zi_analysis.evidence.readers.layout import Wanted, make_layout
    >>> names = load_header_names()
    >>> is_header(["BPS", "PN Batam", "WBK"], make_layout(["Instansi", "Satker"], names, Wanted()), names)
    False
    """
    if _repeats(cells, layout, names):
        return True
    told = [cell for cell in cells if cell]
    known = names.count_known(told)
    unit = any(one.field == NEEDED for cell in told if names.is_known(cell) for one in names.meanings(cell))
    return unit and len(told) > 1 and known >= 0.6 * len(told) and looks_like_header(cells, names)


def is_note(text: str) -> bool:
    """Tell whether a text begins as a note below a table does.

    Parameters
    ----------
    text : str
        First text of a line.

    Returns
    -------
    bool
        True for "Sumber: ..." and "*) ...".

    Examples
    --------
    >>> is_note("Keterangan: data sementara"), is_note("Keterampilan")
    (True, False)
    """
    words = normalise(text).split()
    return bool(words and words[0] in _NOTE_WORDS) or text.lstrip().startswith(("*", "Â¹", "¹", "²"))


def is_signature(text: str) -> bool:
    """Tell whether a text belongs to a signature block.

    Parameters
    ----------
    text : str
        A cell below a table.

    Returns
    -------
    bool
        True for a place with a date, an office, a staff number.

    Examples
    --------
    >>> is_signature("Jakarta, 12 Desember 2023"), is_signature("RSUD Kota Batu")
    (True, False)
    """
    words = normalise(text[:_LONGEST_SIGNATURE])
    return bool(_SIGNATURE.search(words) or _OFFICE.match(words))


def _cell(cells: Sequence[str], layout: Layout, field: str) -> str:
    """Return the cell of a field, empty where the list has no such column."""
    at = layout.fields.get(field, len(cells))
    return cells[at] if at < len(cells) else ""


def _is_numbering(told: list[str]) -> bool:
    """Tell whether cells count the columns: (1) (2) (3), or a b c."""
    found = [_NUMBERING.fullmatch(cell) for cell in told]
    if len(told) < 2 or not all(found):
        return False
    marks = [match[1].casefold() for match in found if match]
    values = [int(mark) if mark.isdecimal() else ord(mark) - ord("a") + 1 for mark in marks]
    same_kind = len({mark.isdecimal() for mark in marks}) == 1
    return same_kind and values[0] <= 2 and all(later == earlier + 1 for earlier, later in pairwise(values))


def _repeats(cells: Sequence[str], layout: Layout, names: HeaderNames) -> bool:
    """Tell whether a line says again what the header says, in the same columns."""
    told = [(at, normalise(cell)) for at, cell in enumerate(cells) if cell]
    same = sum(at < layout.width and words in _ways(layout.headers[at], names) for at, words in told)
    return same >= 0.8 * len(told) and (same >= 2 or (same == 1 and layout.width == 1))


@lru_cache(maxsize=4096)
def _ways(header: str, names: HeaderNames) -> frozenset[str]:
    """Return the ways a header can be written again: whole, and each of two lines."""
    parts = normalise(header).split()
    cuts = [parts[:cut] for cut in range(1, len(parts))] + [parts[cut:] for cut in range(1, len(parts))]
    return frozenset([" ".join(parts), *(" ".join(cut) for cut in cuts if " ".join(cut) in names.known)]) - {""}


def _is_subtotal(told: list[str], unit: str) -> bool:
    """Tell whether a line sums others: a word for sums, and besides it nothing but numbers."""
    texts = {cell for cell in told if not _is_amount(cell)}
    label = next(iter(texts), "")
    words = normalise(label).split()
    if len(texts) != 1 or not words or words[0] not in _SUM_WORDS:
        return False
    if unit.strip() not in ("", label) and not _is_amount(unit.strip()):
        return False
    rest = {word for word in words if not word.isdecimal()}
    # "Jumlah" begins no unit's name, "Total" may
    return words[0] == "jumlah" or words[:2] == ["sub", "total"] or ":" in label or rest <= _WITH_TOTAL


def _is_amount(cell: str) -> bool:
    """Tell whether a cell is a number, with or without what it counts."""
    return len(cell) <= _LONGEST_AMOUNT and _AMOUNT.fullmatch(cell) is not None


def _stands_beside_unit(cells: Sequence[str], layout: Layout) -> bool:
    """Tell whether a line has a unit that is not the note itself."""
    unit = _cell(cells, layout, NEEDED)
    return bool(unit) and not is_note(unit)


def _is_section(cells: list[str], layout: Layout) -> bool:
    """Tell whether the only text of a line stands for the rows below it."""
    text = section_text(cells)
    if not text:
        return False
    if only_context(text):
        return True
    if text != _cell(cells, layout, NEEDED):
        return True
    spread = sum(cell == text for cell in cells) > 1
    counted = any(_LETTERED.fullmatch(cell.strip()) for cell in cells if cell)
    alone = layout.fields[NEEDED] == 0 or spread or counted
    others = [name for name in layout.fields if name not in (NEEDED, "number")]
    no_agency = "agency_as_written" not in layout.fields
    return alone and no_agency and (bool(others) or spread) and bool(read_section(text).agency)
