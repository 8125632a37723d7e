"""Names that stand inside a longer text, and what hand decisions say about words."""

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
    taken: set[int] = set()
    spans: list[Span] = []
    longest = _longest_name(register)
    for size in range(min(longest, len(words)), 0, -1):
        for start in range(len(words) - size + 1):
            places = range(start, start + size)
            part = words[start : start + size]
            if taken.isdisjoint(places) and _may_stand_inside(part, text):
                span = _span(part, year, register)
                spans += [span] if span else []
                taken |= set(places) if span else set()
    return tuple(spans)


@lru_cache(maxsize=8)
def _longest_name(register: Register) -> int:
    """Count the words of the longest name."""
    return max(map(len, register.names_by_words))


def _may_stand_inside(part: Tokens, text: str) -> bool:
    """Tell whether words may count as a name inside a text."""
    if len(part) > 1 or len(part[0]) > 3:
        return True
    return len(part[0]) == 3 and part[0].upper() in text and not text.isupper()


def _span(part: Tokens, year: int | None, register: Register) -> Span | None:
    """Make a span of words that are a name."""
    agency_type = split_kind(part)[0]
    names = register.names_by_words.get(part, ())
    if agency_type is None:
        names = (*names, *register.names_by_place.get(part, ()))
    ids = bodies_in_year(names, year, register)[0]
    local = bool(ids) and all(register.bodies[body].agency_type in _LOCAL_TYPES for body in ids)
    return Span(ids, local, local and agency_type is not None) if ids else None


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
    text = f" {' '.join(words)} "
    found = [
        decision.body
        for spelling, decision in _decisions(register)
        if decision.field in (field, "any")
        and decision.whole == whole
        and (spelling == text if whole else spelling in text)
    ]
    return bodies_in_year(tuple(found), year, register)[0] if found else ()


@dataclass(frozen=True)
class _Decision:
    """One hand decision."""

    field: str
    whole: bool
    body: Name


@lru_cache(maxsize=8)
def _decisions(register: Register) -> tuple[tuple[str, _Decision], ...]:
    """Collect the hand decisions with their words."""
    columns = ["spelling", "field", "whole", "agency_id", "valid_from", "valid_to"]
    found = []
    for spelling, field, whole, body, start, end in register.spellings[columns].itertuples(index=False):
        years = (year_of(start), year_of(end))
        words = " ".join(agency_words(spelling, register))
        found.append((f" {words} ", _Decision(field, whole == "yes", Name(body, "alias", *years))))
    return tuple(found)
