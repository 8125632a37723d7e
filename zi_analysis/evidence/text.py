"""Words as pages write them: one form for comparing, short forms spelled out, alternatives told apart."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from zi_analysis.errors import EvidenceError

Tokens = tuple[str, ...]

_SPELLED_OUT = str.maketrans({"&": " dan ", "'": "", "\u2019": "", "\u2018": "", "`": "", "\u02bc": ""})
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


@lru_cache(maxsize=65536)
def normalise(text: str) -> str:
    """Bring a name into the one form in which names are compared.

    Unicode is composed (NFKC) and accents are dropped, letters become small, dots, dashes, slashes and other
    marks become spaces, "&" becomes "dan", apostrophes vanish, and letters that stood apart ("K.R.M.T.")
    join.

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
    folded = _fold(_fold(text)).translate(_SPELLED_OUT)
    spaced = "".join(mark if mark.isalnum() else " " for mark in folded)
    return " ".join(_join_letters(spaced.split()))


def _fold(text: str) -> str:
    """Compose, make small and drop accents."""
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFKC", "".join(mark for mark in parts if not unicodedata.combining(mark)))


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
    return tuple(normalise(text).split())


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


def spell_out(text: str, short_forms: dict[Tokens, str], *, first: dict[Tokens, str] | None = None) -> str:
    """Spell out the short forms in a text; the longest form wins, words already spelled out stay.

    Parameters
    ----------
    text : str
        A text as written.
    short_forms : dict
        Words of a short form to what it stands for.
    first : dict, optional
        Short forms that count as first words only.

    Returns
    -------
    str
        The text, single spaces between words.

    Examples
    --------
    >>> spell_out("Kec. Batu, Kab. Toba", {("kab",): "Kabupaten", ("kec",): "Kecamatan"})
    'Kecamatan Batu, Kabupaten Toba'
    """
    cells = text.replace("_", " ").split()
    words = [tokens(cell) for cell in cells]
    out: list[str] = []
    at = 0
    while at < len(cells):
        forms = short_forms | first if first and at == 0 else short_forms
        size, expansion = _form_at(words, at, forms)
        comma = "," if expansion is not None and cells[at + size - 1].endswith(",") else ""
        out += cells[at : at + size] if expansion is None else [expansion + comma]
        at += size
    return " ".join(out)


def _form_at(words: list[Tokens], at: int, short_forms: dict[Tokens, str]) -> tuple[int, str | None]:
    """Return how many cells a short form takes here and what it stands for (None when there is none)."""
    for size in range(min(_LONGEST_FORM, len(words) - at), 0, -1):
        expansion = short_forms.get(sum(words[at : at + size], ()))
        if expansion is None or not words[at]:
            continue
        spelled_out = tokens(expansion)
        for more in range(size, len(spelled_out) + 1):
            if sum(words[at : at + more], ()) == spelled_out:
                return more, None
        return size, expansion
    return 1, None


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
    return spell_out(spell_out(text, abbreviations.any), abbreviations.any)


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
    forms = abbreviations.any | abbreviations.unit
    return spell_out(spell_out(text, forms, first=abbreviations.unit_start), forms)


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
