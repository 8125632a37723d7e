"""Service units: their names taken apart, so that spellings of one unit can be told from other units."""

from dataclasses import dataclass
from functools import lru_cache

from zi_analysis.evidence.register import Register, split_kind
from zi_analysis.evidence.text import Tokens, normalise, spell_out_unit, tokens
from zi_analysis.evidence.unitkinds import OTHER, UnitKind, find_kind, kind_named
from zi_analysis.evidence.unitwords import (
    drop_above,
    drop_fillers,
    drop_repeats_in_parentheses,
    even_out,
    split_grade,
    without_words,
)

_POLICE_RESORT = "polres"


@dataclass(frozen=True)
class Unit:
    """A unit's name taken apart; two names of one agency with equal `key` are one unit."""

    name: str  # one spelling, for reading
    unit_kind: str
    marker: Tokens  # words of the kind
    rest: Tokens  # what tells it from others of its kind
    grade: str  # class of a prison, port or court office, "" if not told

    @property
    def key(self) -> str:
        """Words of the kind and of the name without spaces."""
        return f"{''.join(self.marker)}|{''.join(self.rest)}"

    @property
    def place(self) -> Tokens:
        """The distinguishing words without regency and city words."""
        return tuple(word for word in self.rest if word not in ("kabupaten", "kota"))


def unit_kind(unit: str, register: Register) -> str:
    """Name the kind of a unit as written.

    Parameters
    ----------
    unit : str
        The unit as written.
    register : Register
        From `load_register`.

    Returns
    -------
    str
        A value of ``unit_kinds.unit_kind``; ``other`` when no kind fits.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> unit_kind("PA Pati", load_register())
    'religious_court'
    """
    return find_kind(tokens(_shown(unit, register)), register)[0].unit_kind


def read_unit(unit: str, agency_id: str | None, register: Register) -> Unit:
    """Take a unit's name apart, so that its spellings can be compared.

    Decided spellings are used, short forms spelled out, repeats in parentheses left out, the agency's own
    words and the office above ("Polda Jatim", "Dinas Kesehatan") dropped, and class words set apart.

    Parameters
    ----------
    unit : str
        The unit as written.
    agency_id : str or None
        Body the unit belongs to.
    register : Register
        From `load_register`.

    Returns
    -------
    Unit
        Name, kind, and the parts that make its key.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> read_unit("Polres Batu Polda Jatim", "polri", load_register()).name
    'Polres Batu'
    >>> read_unit("Disdukcapil Magetan", "35.20", load_register()).name
    'Dinas Kependudukan dan Pencatatan Sipil'
    """
    shown = _shown(_spellings(register).get((agency_id, normalise(unit)), unit), register)
    words = tokens(shown)
    kind, sequence = find_kind(words, register)
    central = agency_id is not None and register.bodies[agency_id].agency_type == "central"
    may_empty = kind.one_per_agency or (central and bool(sequence))
    told = without_words(words, sequence)
    rest = _drop_agency(told, agency_id, register, may_empty=may_empty)
    names_agency = rest != told
    rest = _drop_agency(drop_fillers(rest), agency_id, register, may_empty=may_empty)
    rest, grade = split_grade(even_out(rest))
    if kind.unit_kind == OTHER and names_agency and rest in register.names_by_place:
        kind, sequence = kind_named("representative", register), ("perwakilan",)
    if kind.unit_kind == _POLICE_RESORT:
        rest = _police_place(rest)
    whole = kind.one_per_agency and not rest
    name = kind.name if whole else _readable(shown, kind, sequence, agency_id, register)
    return Unit(name, kind.unit_kind, tokens(kind.short_word) or sequence, rest, grade)


def _shown(unit: str, register: Register) -> str:
    """Spell out a unit, without repeats and without the office above."""
    forms = register.short_forms
    return drop_above(spell_out_unit(drop_repeats_in_parentheses(unit, forms), forms))


@lru_cache(maxsize=8)
def _spellings(register: Register) -> dict[tuple[str | None, str], str]:
    """Collect the decided spellings of units by agency."""
    columns = register.unit_spellings[["agency_id", "spelling", "unit"]]
    return {(body, normalise(spelling)): unit for body, spelling, unit in columns.itertuples(index=False)}


def _drop_agency(words: Tokens, agency_id: str | None, register: Register, *, may_empty: bool) -> Tokens:
    """Leave out the names of the agency; the bare place of a local one only at the end."""
    if agency_id is None:
        return words
    for part, anywhere in _agency_parts(agency_id, register):
        if part[-1] in words and (anywhere or words[-len(part) :] == part):
            shorter = without_words(words, part)
            words = shorter if shorter or may_empty else words
    return words


@lru_cache(maxsize=4096)
def _agency_parts(agency_id: str, register: Register) -> tuple[tuple[Tokens, bool], ...]:
    """List the names of an agency, the longest first, each with whether it counts anywhere in a unit."""
    local = register.bodies[agency_id].agency_type != "central"
    parts: list[tuple[Tokens, bool]] = []
    for name in register.names_by_body.get(agency_id, ()):
        typed, place = split_kind(name)
        whole = dict.fromkeys((name, place)) if local else (name,)
        parts += [(part, not local or (typed is not None and part == name)) for part in whole]
    return tuple(parts)


@lru_cache(maxsize=4096)
def _name_endings(agency_id: str, register: Register) -> tuple[frozenset[Tokens], frozenset[str]]:
    """Return the names of an agency and their last words."""
    names = frozenset(register.names_by_body.get(agency_id, ()))
    return names, frozenset(name[-1] for name in names)


def _police_place(words: Tokens) -> Tokens:
    """Leave out the regency word, and a city word before the place: after it, it names another unit."""
    kept = tuple(word for word in words if word != "kabupaten")
    return kept[1:] if len(kept) > 1 and kept[0] == "kota" else kept


def _readable(shown: str, kind: UnitKind, sequence: Tokens, agency_id: str | None, register: Register) -> str:
    """Make the name to read: without the agency at its end, with the short word that readers know."""
    cells = shown.split()
    names, lasts = _name_endings(agency_id or "", register)
    may_end = bool(cells) and normalise(cells[-1]).rpartition(" ")[2] in lasts
    endings = {size: tokens(" ".join(cells[-size:])) for size in range(1, len(cells))} if may_end else {}
    cut = max((size for size, words in endings.items() if len(words) > 1 and words in names), default=0)
    cells = cells[: len(cells) - cut]
    if kind.short_word and len(sequence) > 1:
        for at in range(len(cells) - len(sequence) + 1):
            if (
                normalise(cells[at]).startswith(sequence[0])
                and tokens(" ".join(cells[at : at + len(sequence)])) == sequence
            ):
                cells[at : at + len(sequence)] = [kind.short_word]
                break
    return " ".join(cells).rstrip(" ,-")
