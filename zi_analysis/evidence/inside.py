"""Names that stand inside a longer text, and what hand decisions say about words."""

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from zi_analysis.evidence.bodies import Name, split_kind, year_of
from zi_analysis.evidence.lookup import bodies_in_year
from zi_analysis.evidence.register import Register, agency_words
from zi_analysis.evidence.text import Tokens

_LOCAL_TYPES = ("province", "regency", "city")


@dataclass(frozen=True)
class Span:
    """A name that stands inside a text."""

    ids: tuple[str, ...]
    local: bool  # a local government or place
    typed: bool  # with its kind word


@dataclass(frozen=True, eq=False)
class Standing:
    """A name that stands inside a text, before the year is known."""

    names: tuple[Name, ...]
    typed: bool  # with the kind word of a local government
    leads: bool  # it stands first
    following: str  # the word after it, "" at the end
    start: int  # place of its first word
    size: int  # number of its words


def find_inside(text: str, words: Tokens, year: int | None, register: Register) -> tuple[Span, ...]:
    """Find the names of bodies that stand inside a text as whole words, the longest first.

    Names of one or two letters never count, names of three letters only when they are written in capitals
    within a text that is not.

    Parameters
    ----------
    text : str
        The text as written.
    words : tuple of str
        Its words, short forms spelled out.
    year : int or None
        Evaluation year.
    register : Register
        From `load_register`.

    Returns
    -------
    tuple of Span
        Names that do not overlap.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> text = "Perwakilan BPKP Provinsi Bali"
    >>> [span.ids for span in find_inside(text, tuple(text.lower().split()), 2021, load_register())]
    [('51',), ('bpkp',)]
    """
    return spans_in_year(find_standing(text, words, register), year, register)


def find_standing(text: str, words: Tokens, register: Register) -> tuple[Standing, ...]:
    """Find the names that stand inside a text, whatever the year; see `find_inside`.

    Parameters
    ----------
    text, words, register
        As in `find_inside`.

    Returns
    -------
    tuple of Standing
        Names that do not overlap, the longest first.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> [found.typed for found in find_standing("", ("rsud", "kota", "batu"), load_register())]
    [True]
    """
    names, sizes = _names_by_first_word(register)
    parts = [
        (-size, start, part)
        for start, word in enumerate(words)
        for size in sizes.get(word, ())
        if len(part := words[start : start + size]) == size and part in names
    ]
    taken: set[int] = set()
    found: list[Standing] = []
    for size, start, part in sorted(parts):
        places = range(start, start - size)
        if taken.isdisjoint(places) and _may_stand_inside(part, text):
            entries, typed = _entries(part, register)
            following = "".join(words[start - size : start - size + 1])
            found.append(Standing(entries, typed, start == 0, following, start, -size))
            taken |= set(places)
    return tuple(found)


def spans_in_year(standing: tuple[Standing, ...], year: int | None, register: Register) -> tuple[Span, ...]:
    """Tell which bodies the names inside a text mean in a year.

    Parameters
    ----------
    standing : tuple of Standing
        From `find_standing`.
    year : int or None
        Evaluation year.
    register : Register
        From `load_register`.

    Returns
    -------
    tuple of Span
        Those that mean a body in that year.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> register = load_register()
    >>> spans_in_year(find_standing("", ("rsud", "kota", "batu"), register), 2020, register)[0].ids
    ('35.79',)
    """
    spans = []
    for name in standing:
        ids = bodies_in_year(name.names, year, register)[0]
        local = bool(ids) and all(register.bodies[body].agency_type in _LOCAL_TYPES for body in ids)
        spans += [Span(ids, local, local and name.typed)] if ids else []
    return tuple(spans)


@lru_cache(maxsize=8)
def _names_by_first_word(register: Register) -> tuple[frozenset[Tokens], dict[str, tuple[int, ...]]]:
    """Collect the names, places without their kind word too, and how many words those have that begin with a word."""
    places = (place for place in register.names_by_place if split_kind(place)[0] is None)
    names = frozenset((*register.names_by_words, *places))
    found: dict[str, set[int]] = defaultdict(set)
    for words in names:
        found[words[0]].add(len(words))
    return names, {word: tuple(sorted(sizes)) for word, sizes in found.items()}


def _may_stand_inside(part: Tokens, text: str) -> bool:
    """Tell whether words may count as a name inside a text."""
    if len(part) > 1 or len(part[0]) > 3:
        return True
    return len(part[0]) == 3 and part[0].upper() in text and not text.isupper()


def _entries(part: Tokens, register: Register) -> tuple[tuple[Name, ...], bool]:
    """Collect the entries of words that are a name, and tell whether its kind word stands among them."""
    typed = split_kind(part)[0] is not None
    names = register.names_by_words.get(part, ())
    return names if typed else (*names, *register.names_by_place.get(part, ())), typed


def find_decided(words: Tokens, field: str, year: int | None, register: Register, *, whole: bool) -> tuple[str, ...]:
    """Find the bodies that hand decisions give to words.

    Parameters
    ----------
    words : tuple of str
        Words of the cell, short forms spelled out.
    field : str
        agency or unit: the column the words stand in.
    year : int or None
        Evaluation year.
    register : Register
        From `load_register`.
    whole : bool
        Ask for decisions on the whole cell, or on words inside it.

    Returns
    -------
    tuple of str
        agency_ids.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> find_decided(("direktorat", "jenderal", "pajak"), "agency", 2020, load_register(), whole=False)
    ('kemenkeu',)
    """
    names = decided_names(words, field, register, whole=whole)
    return bodies_in_year(names, year, register)[0] if names else ()


def decided_names(words: Tokens, field: str, register: Register, *, whole: bool) -> tuple[Name, ...]:
    """Find the entries that hand decisions give to words, whatever the year; see `find_decided`.

    Parameters
    ----------
    words, field, register, whole
        As in `find_decided`.

    Returns
    -------
    tuple of Name
        One entry per decision that fits.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> decided_names(("madiun",), "agency", load_register(), whole=True)
    ()
    """
    by_first_word = _decisions(register)
    found = []
    for at, word in enumerate(words[:1] if whole else words):
        for rank, spelling, decision in by_first_word.get(word, ()):
            if decision.field not in (field, "any") or decision.whole != whole:
                continue
            if spelling == words if whole else spelling == words[at : at + len(spelling)]:
                found.append((rank, decision.body))
    return tuple(body for _, body in sorted(dict(found).items()))


@dataclass(frozen=True)
class _Decision:
    """One hand decision."""

    field: str
    whole: bool
    body: Name


@lru_cache(maxsize=8)
def _decisions(register: Register) -> dict[str, tuple[tuple[int, Tokens, _Decision], ...]]:
    """Collect the hand decisions by the first of their words, with their rank in the table."""
    columns = ["spelling", "field", "whole", "agency_id", "valid_from", "valid_to"]
    found: dict[str, tuple[tuple[int, Tokens, _Decision], ...]] = {}
    rows = register.spellings[columns].itertuples(index=False)
    for rank, (spelling, field, whole, body, start, end) in enumerate(rows):
        words = agency_words(spelling, register)
        decision = _Decision(field, whole == "yes", Name(body, "alias", year_of(start), year_of(end)))
        found[words[0]] = (*found.get(words[0], ()), (rank, words, decision))
    return found
