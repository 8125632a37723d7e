"""Kinds of service units: how they show in a name, and which central body runs them."""

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from zi_analysis.evidence.bodies import Name, year_of
from zi_analysis.evidence.register import Register
from zi_analysis.evidence.text import Tokens, tokens

OTHER = "other"


@dataclass(frozen=True)
class UnitKind:
    """One kind of unit and how it shows in a name."""

    unit_kind: str
    name: str
    words: tuple[tuple[Tokens, Tokens], ...]  # words of the kind, words that must follow
    short_word: str
    level: str  # central, local or any
    one_per_agency: bool


@lru_cache(maxsize=8)
def unit_kinds(register: Register) -> tuple[UnitKind, ...]:
    """List the kinds of unit in the order in which they are tried.

    Parameters
    ----------
    register : Register
        From `load_register`.

    Returns
    -------
    tuple of UnitKind
        In the order of ``data/decisions/unit_kinds.csv``.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> unit_kinds(load_register())[0].unit_kind
    'disdukcapil'
    """
    columns = ["unit_kind", "name_id", "words", "short_word", "level", "one_per_agency"]
    table = register.unit_kinds[columns].fillna("")
    return tuple(
        UnitKind(kind, name, _word_lists(words), short, level, one == "yes")
        for kind, name, words, short, level, one in table.itertuples(index=False)
    )


def _word_lists(words: str) -> tuple[tuple[Tokens, Tokens], ...]:
    """Split the word sequences of a kind; a word after "+" must follow but is no part of them."""
    parts = [part.partition("+") for part in words.split("|") if part]
    return tuple((tokens(sequence), tokens(following)) for sequence, _, following in parts)


def find_kind(words: Tokens, register: Register) -> tuple[UnitKind, Tokens]:
    """Tell the kind of a unit from its words.

    Parameters
    ----------
    words : tuple of str
        Words of the unit, short forms spelled out.
    register : Register
        From `load_register`.

    Returns
    -------
    tuple
        The first kind whose words stand in the name, and those words (empty for the kind ``other``).

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> find_kind(("kecamatan", "panggul"), load_register())[0].name
    'Kecamatan'
    """
    best: tuple[int, UnitKind, Tokens] | None = None
    index = _kinds_by_first_word(register)
    for at, word in enumerate(words):
        for rank, whole, kind, sequence in index.get(word, ()):
            if (best is None or rank < best[0]) and words[at : at + len(whole)] == whole:
                best = rank, kind, sequence
    return best[1:] if best else (kind_named(OTHER, register), ())


@lru_cache(maxsize=8)
def _kinds_by_first_word(register: Register) -> dict[str, tuple[tuple[int, Tokens, UnitKind, Tokens], ...]]:
    """Index the words of kinds by their first word, with their rank in the order of trying."""
    found: dict[str, list[tuple[int, Tokens, UnitKind, Tokens]]] = defaultdict(list)
    ranked = ((kind, *pair) for kind in unit_kinds(register) for pair in kind.words)
    for rank, (kind, sequence, following) in enumerate(ranked):
        whole = sequence + following
        found[whole[0]].append((rank, whole, kind, sequence))
    return {word: tuple(entries) for word, entries in found.items()}


def kind_named(slug: str, register: Register) -> UnitKind:
    """Return a kind by its slug.

    Parameters
    ----------
    slug : str
        A value of ``unit_kinds.unit_kind``.
    register : Register
        From `load_register`.

    Returns
    -------
    UnitKind
        The kind.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> kind_named("rsud", load_register()).short_word
    'RSUD'
    """
    return _kinds_by_slug(register)[slug]


@lru_cache(maxsize=8)
def _kinds_by_slug(register: Register) -> dict[str, UnitKind]:
    """Index the kinds by their slug."""
    return {kind.unit_kind: kind for kind in unit_kinds(register)}


def unit_owners(kind: str, year: int | None, register: Register) -> tuple[str, ...]:
    """List the central bodies that ran a kind of unit at the end of a year.

    Parameters
    ----------
    kind : str
        A value of ``unit_kinds.unit_kind``.
    year : int or None
        Evaluation year; without it, the owners of all years.
    register : Register
        From `load_register`.

    Returns
    -------
    tuple of str
        Their agency_ids; empty for kinds that local governments or several ministries run.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> [unit_owners("lapas", year, load_register()) for year in (2023, 2024)]
    [('kemenkumham',), ('kemenimipas',)]
    """
    owners = [owner.agency_id for owner in _owners(register).get(kind, ()) if owner.holds_at_end(year)]
    return tuple(dict.fromkeys(owners))


@lru_cache(maxsize=8)
def _owners(register: Register) -> dict[str, tuple[Name, ...]]:
    """Collect the bodies that run each kind, with their years."""
    found: dict[str, tuple[Name, ...]] = {}
    columns = register.unit_owners[["unit_kind", "agency_id", "valid_from", "valid_to"]]
    for kind, agency_id, start, end in columns.itertuples(index=False):
        owner = Name(agency_id, "current", year_of(start), year_of(end))
        found[kind] = (*found.get(kind, ()), owner)
    return found
