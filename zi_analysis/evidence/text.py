"""Words as pages write them: one form for comparing, short forms spelled out, alternatives told apart."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import pandas as pd

from zi_analysis.errors import EvidenceError

Tokens = tuple[str, ...]

_SPELLED_OUT = str.maketrans({"&": " dan ", "'": "", "\u2019": "", "\u2018": "", "`": "", "\u02bc": ""})
# what becomes of each ASCII mark: small letters and digits stay, apostrophes vanish, the rest parts words
_ASCII = {at: chr(at).lower() if chr(at).isalnum() else " " for at in range(128)} | _SPELLED_OUT
_PARENTHESES = re.compile(r"\(([^()]*)\)")
_ALTERNATIVE = re.compile(r"\s+(?:atau|or)\s+", flags=re.IGNORECASE)
_SCOPES = ("any", "unit", "unit_start")
_LONGEST_FORM = 8  # cells; the longest short form of the table has six words


@dataclass(frozen=True)
class Abbreviations:
    """Short forms (as words) and what they stand for, by where they are spelled out."""

    any: dict[Tokens, str]  # in agencies and units
    unit: dict[Tokens, str]  # in units
    unit_start: dict[Tokens, str]  # as first words of a unit

    @cached_property
    def of_agency(self) -> "ShortForms":
        """Short forms of an agency."""
        return ShortForms(self.any)

    @cached_property
    def of_unit(self) -> "ShortForms":
        """Short forms of a unit."""
        return ShortForms(self.any | self.unit)

    @cached_property
    def at_unit_start(self) -> "ShortForms":
        """Short forms of a unit's first words."""
        return ShortForms(self.any | self.unit | self.unit_start)


@dataclass(frozen=True, eq=False)
class ShortForms:
    """Short forms, and how long those are that begin with a word."""

    forms: Mapping[Tokens, str]

    @cached_property
    def longest(self) -> dict[str, int]:
        """First word of each short form, and the words of the longest that begins with it."""
        found: dict[str, int] = {}
        for form in self.forms:
            if form:
                found[form[0]] = max(found.get(form[0], 0), len(form))
        return found


@lru_cache(maxsize=65536)
def normalise(text: str) -> str:
    """Bring a name into the one form in which names are compared.

    Unicode is composed (NFKC) and accents are dropped, letters become small, dots, dashes, slashes and other
    marks become spaces, "&" becomes "dan", apostrophes and marks without width (soft hyphen, zero-width space)
    vanish, and letters that stood apart ("K.R.M.T.") join.

    Parameters
    ----------
    text : str
        A name as written.

    Returns
    -------
    str
        Words of letters and digits with one space between; empty if the text has none.

    Examples
    --------
    >>> normalise("RSUD  K.R.M.T. Wongsonegoro")
    'rsud krmt wongsonegoro'
    >>> normalise("DPM-PTSP")
    'dpm ptsp'
    """
    return " ".join(_words(text))


def _words(text: str) -> list[str]:
    """Split a text into the words that `normalise` joins."""
    if text.isascii():
        words = text.translate(_ASCII).split()
    else:
        folded = _fold(_fold(text)).translate(_SPELLED_OUT)
        words = "".join(mark if mark.isalnum() else " " for mark in folded).split()
    return _join_letters(words) if min(map(len, words), default=2) == 1 else words


def _fold(text: str) -> str:
    """Compose, make small and drop accents."""
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = (mark for mark in parts if not unicodedata.combining(mark) and unicodedata.category(mark) != "Cf")
    return unicodedata.normalize("NFKC", "".join(kept))


def _join_letters(words: list[str]) -> list[str]:
    """Join single letters that follow each other."""
    joined: list[str] = []
    open_run = False
    for word in words:
        single = len(word) == 1 and word.isalpha()
        if single and open_run:
            joined[-1] += word
        else:
            joined.append(word)
        open_run = single
    return joined


@lru_cache(maxsize=65536)
def tokens(text: str) -> Tokens:
    """Split a text into its normalised words.

    Parameters
    ----------
    text : str
        A text as written.

    Returns
    -------
    tuple of str
        Words in order.

    Examples
    --------
    >>> tokens("Kab. Toli-Toli")
    ('kab', 'toli', 'toli')
    """
    return tuple(_words(text))


def read_abbreviations(table: pd.DataFrame) -> Abbreviations:
    """Make the lookup of short forms from the decision table.

    Parameters
    ----------
    table : pd.DataFrame
        Columns short, expansion, scope (any, unit or unit_start).

    Returns
    -------
    Abbreviations
        One dictionary per scope.

    Raises
    ------
    EvidenceError
        If a scope is unknown.

    Examples
    --------
    >>> table = pd.DataFrame({"short": ["Pemkot"], "expansion": ["Pemerintah Kota"], "scope": ["any"]})
    >>> read_abbreviations(table).any
    {('pemkot',): 'Pemerintah Kota'}
    """
    found: dict[str, dict[Tokens, str]] = {scope: {} for scope in _SCOPES}
    columns = table[["short", "expansion", "scope"]]
    for row, (short, expansion, scope) in enumerate(columns.itertuples(index=False), start=2):
        if scope not in found:
            raise EvidenceError(f'scope "{scope}" at abbreviations row {row} is unknown; use {", ".join(_SCOPES)}')
        found[scope][tokens(short)] = expansion
    return Abbreviations(**found)


def spell_out(
    text: str,
    short_forms: Mapping[Tokens, str] | ShortForms,
    *,
    first: Mapping[Tokens, str] | ShortForms | None = None,
) -> str:
    """Spell out the short forms in a text; the longest form wins, words already spelled out stay.

    Parameters
    ----------
    text : str
        A text as written.
    short_forms : dict or ShortForms
        Words of a short form to what it stands for.
    first : dict or ShortForms, optional
        Short forms for the first words, in place of the others.

    Returns
    -------
    str
        The text, single spaces between words.

    Examples
    --------
    >>> spell_out("Kec. Batu, Kab. Toba", {("kab",): "Kabupaten", ("kec",): "Kecamatan"})
    'Kecamatan Batu, Kabupaten Toba'
    """
    anywhere = short_forms if isinstance(short_forms, ShortForms) else ShortForms(short_forms)
    leading = anywhere if first is None else first if isinstance(first, ShortForms) else ShortForms(first)
    cells = text.replace("_", " ").split()
    words = [tokens(cell) for cell in cells]
    out: list[str] = []
    at = 0
    for start, cell in enumerate(words):
        forms = anywhere if start else leading
        longest = forms.longest.get(cell[0]) if cell and start >= at else None
        if not longest:
            continue
        size, expansion = _form_at(words, start, forms.forms, longest)
        out += cells[at : start + size] if expansion is None else cells[at:start]
        if expansion is not None:
            out.append(f"{expansion}," if cells[start + size - 1].endswith(",") else expansion)
        at = start + size
    return " ".join(out + cells[at:])


def _form_at(words: list[Tokens], at: int, short_forms: Mapping[Tokens, str], longest: int) -> tuple[int, str | None]:
    """Return how many cells a short form takes here and what it stands for (None when there is none)."""
    starts = [words[at]]
    for cell in words[at + 1 : at + _LONGEST_FORM]:
        if len(starts[-1]) + len(cell) > longest:
            break
        starts.append(starts[-1] + cell)
    for size in range(len(starts), 0, -1):
        expansion = short_forms.get(starts[size - 1])
        if expansion is not None:
            told = _spelled_out_at(words, at, size, tokens(expansion))
            return (told, None) if told else (size, expansion)
    return 1, None


def _spelled_out_at(words: list[Tokens], at: int, size: int, full: Tokens) -> int:
    """Return how many cells the full form takes when it stands here already, else 0."""
    if not full or full[0] != words[at][0]:
        return 0
    stands = (more for more in range(size, len(full) + 1) if sum(words[at : at + more], ()) == full)
    return next(stands, 0)


def spell_out_agency(text: str, abbreviations: Abbreviations) -> str:
    """Spell out the short forms in an agency as written.

    Parameters
    ----------
    text : str
        The agency as written.
    abbreviations : Abbreviations
        From `read_abbreviations`.

    Returns
    -------
    str
        The agency, spelled out.

    Examples
    --------
    >>> spell_out_agency("Pemkot Batu", Abbreviations({("pemkot",): "Pemerintah Kota"}, {}, {}))
    'Pemerintah Kota Batu'
    """
    # twice: "Pemda Prov. Jabar" holds a short form that shows only after another is spelled out
    once = spell_out(text, abbreviations.of_agency)
    return once if once == _one_space(text) else spell_out(once, abbreviations.of_agency)


def spell_out_unit(text: str, abbreviations: Abbreviations) -> str:
    """Spell out the short forms in a unit as written.

    Parameters
    ----------
    text : str
        The unit as written.
    abbreviations : Abbreviations
        From `read_abbreviations`.

    Returns
    -------
    str
        The unit, spelled out.

    Examples
    --------
    >>> spell_out_unit("PA Pati", Abbreviations({}, {}, {("pa",): "Pengadilan Agama"}))
    'Pengadilan Agama Pati'
    """
    once = spell_out(text, abbreviations.of_unit, first=abbreviations.at_unit_start)
    return once if once == _one_space(text) else spell_out(once, abbreviations.of_unit)


def _one_space(text: str) -> str:
    """Put one space between words, as `spell_out` does."""
    return " ".join(text.replace("_", " ").split())


def readings(text: str) -> tuple[str, ...]:
    """List the ways to read a name: as a whole, without and within parentheses, each side of "atau".

    Parameters
    ----------
    text : str
        A name as written.

    Returns
    -------
    tuple of str
        Distinct readings, the fullest first.

    Examples
    --------
    >>> readings("Badan Narkotika Nasional (BNN)")
    ('Badan Narkotika Nasional', 'BNN')
    >>> readings("Pemerintah Kabupaten atau Pemkab Kudus")
    ('Pemerintah Kabupaten atau Pemkab Kudus', 'Pemerintah Kabupaten', 'Pemkab Kudus')
    """
    outside = " ".join(_PARENTHESES.sub(" ", text).split())
    found = [outside, *_PARENTHESES.findall(text)]
    for reading in tuple(found):
        sides = _ALTERNATIVE.split(reading)
        found += sides if len(sides) > 1 else []
    return tuple(dict.fromkeys(reading.strip() for reading in found if normalise(reading)))
