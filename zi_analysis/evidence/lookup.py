"""Which bodies a name can mean, and which of them in a year."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from zi_analysis.evidence.bodies import Name, split_kind
from zi_analysis.evidence.register import Register, agency_words
from zi_analysis.evidence.text import Tokens, normalise

_ENGLISH_KINDS: dict[Tokens, str] = {
    ("provincial", "government"): "province",
    ("province",): "province",
    ("regency", "government"): "regency",
    ("regency",): "regency",
    ("city", "government"): "city",
    ("city",): "city",
}


@dataclass(frozen=True)
class Found:
    """Bodies that a name can mean."""

    ids: tuple[str, ...]
    method: str  # exact, alias or rule: how the name led to them


@dataclass(frozen=True, eq=False)
class Meant:
    """The entries of the register that a name can mean, before the year is known."""

    names: tuple[Name, ...]
    namesakes: tuple[Name, ...] = ()  # other bearers of the place, asked when none of the names is in use
    own: frozenset[str] = frozenset()  # bodies that bear the whole name
    plain: frozenset[str] = frozenset()  # bodies whose current or official name it is

    @cached_property
    def steady_after(self) -> int | None:
        """Year after which the year makes no difference; None when it always may."""
        if any(name.name_kind == "former" or name.valid_to is not None for name in self.names):
            return None
        return max((name.valid_from or 0 for name in self.names), default=0)

    def in_year(self, year: int | None, register: Register) -> Found:
        """Choose the bodies of a year."""
        ids, direct = bodies_in_year(self.names, year, register)
        if self.namesakes and not any(_in_use(name, year) for name in self.names):
            today = tuple(name for name in self.namesakes if _in_use(name, year))
            ids = tuple(dict.fromkeys((*ids, *bodies_in_year(today, year, register)[0])))
        if len(ids) != 1 or not direct or ids[0] not in self.own:
            return Found(ids, "rule")
        return Found(ids, "exact" if ids[0] in self.plain else "alias")


def find_bodies(text: str, year: int | None, register: Register) -> Found:
    """Find the bodies that a whole name can mean in a year.

    A name in use in that year goes first; else a name of another year, and where that body did not exist,
    the bodies that followed or preceded it and did. A place without its kind word means every government that
    bears it; so does an old regency name whose place other governments bear in that year, alone or with a
    further word (Kutai: Kutai Barat, Kutai Kartanegara, Kutai Timur).

    Parameters
    ----------
    text : str
        A name as written, without parentheses.
    year : int or None
        Evaluation year.
    register : Register
        From `load_register`.

    Returns
    -------
    Found
        agency_ids (none, one or several) and the way.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> find_bodies("Pemkab Toba Samosir", 2018, load_register())
    Found(ids=('12.12',), method='alias')
    >>> find_bodies("Kabupaten Surabaya", 2020, load_register()).ids
    ('35.25', '35.78')
    """
    return look_up(agency_words(text, register), text, register).in_year(year, register)


def look_up(words: Tokens, text: str, register: Register) -> Meant:
    """Find the entries of the register that a whole name can mean.

    Parameters
    ----------
    words : tuple of str
        Words from `agency_words`.
    text : str
        The name as written.
    register : Register
        From `load_register`.

    Returns
    -------
    Meant
        The entries; none when the register does not have the name.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> look_up(("kota", "madiun"), "Kota Madiun", load_register()).own
    frozenset({'35.77'})
    """
    agency_type, place = _kind_and_place(words)
    by_words = register.names_by_words.get(words, ())
    by_place = register.names_by_place.get(place, ())
    if agency_type is None:
        names = by_words + by_place
    else:
        names = by_words or of_type(by_place, agency_type, register)
        if not names and normalise(text) == " ".join(words):
            names = register.names_by_place.get(words, ())  # Kota Baru is the regency Kotabaru; Pemkot Baru is not
    others = by_place + of_type(register.names_by_stem.get(place, ()), agency_type, register)
    own = frozenset(name.agency_id for name in by_words)
    plain = register.plain_names.get(normalise(text), frozenset()) if own else frozenset()
    return Meant(names, others if names and agency_type else (), own, plain)


def _kind_and_place(words: Tokens) -> tuple[str | None, Tokens]:
    """Part the kind of government from the place, in Indonesian or English."""
    for ending, agency_type in _ENGLISH_KINDS.items():
        if words[-len(ending) :] == ending and len(words) > len(ending):
            return agency_type, words[: -len(ending)]
    return split_kind(words)


def of_type(names: tuple[Name, ...], agency_type: str | None, register: Register) -> tuple[Name, ...]:
    """Keep the names of one type of government.

    Parameters
    ----------
    names : tuple of Name
        Entries of the register.
    agency_type : str or None
        central, province, regency or city.
    register : Register
        From `load_register`.

    Returns
    -------
    tuple of Name
        Those of that type.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> register = load_register()
    >>> {name.agency_id for name in of_type(register.names_by_place[("madiun",)], "city", register)}
    {'35.77'}
    """
    return tuple(name for name in names if register.bodies[name.agency_id].agency_type == agency_type)


def _in_use(name: Name, year: int | None) -> bool:
    """Tell whether a name is in use; without a year, whether it is no former one."""
    return name.name_kind != "former" if year is None else name.holds(year)


def bodies_in_year(names: tuple[Name, ...], year: int | None, register: Register) -> tuple[tuple[str, ...], bool]:
    """Choose among the bearers of a name those it can mean in a year.

    Parameters
    ----------
    names : tuple of Name
        All entries of the name.
    year : int or None
        Evaluation year.
    register : Register
        From `load_register`.

    Returns
    -------
    tuple
        agency_ids in order, and whether they bear the name themselves (no when a follower or predecessor is
        meant). In the year of a reorganisation the body that goes on is chosen when both bear the name.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> register = load_register()
    >>> bodies_in_year(register.names_by_words[("bkkbn",)], 2024, register)
    (('kemendukbangga',), True)
    """
    if year is None:
        current = [name for name in names if name.name_kind != "former"]
        return _distinct(current or names), True
    holding = [name for name in names if name.holds(year)]
    if holding:
        going_on = [name for name in holding if name.holds_at_end(year)]
        holding = going_on or holding
    if holding:
        return _distinct(holding), True
    if not names:
        return (), True
    standing = [name for name in names if _existed(name.agency_id, year, register)]
    if standing:
        return _distinct(standing), True
    related = [body for name in names for body in _relatives(name.agency_id, year, register)]
    return tuple(dict.fromkeys(related)), False


def _distinct(names: Iterable[Name]) -> tuple[str, ...]:
    """List the bodies of names once each."""
    return tuple(dict.fromkeys(name.agency_id for name in names))


def _existed(agency_id: str, year: int, register: Register) -> bool:
    """Tell whether a body existed at any time of a year."""
    body = register.bodies[agency_id]
    return (body.valid_from or year) <= year <= (body.valid_to or year)


def _relatives(agency_id: str, year: int, register: Register) -> tuple[str, ...]:
    """List the bodies of a year that followed a body that had ended, or preceded one not yet founded."""
    line, seen = [agency_id], {agency_id}
    while line:
        related = [other for body in line for other in _next_of_kin(body, year, register) if other not in seen]
        standing = tuple(dict.fromkeys(other for other in related if register.bodies[other].stands(year)))
        if standing:
            return standing
        line = list(dict.fromkeys(related))
        seen |= set(related)
    return ()


def _next_of_kin(agency_id: str, year: int, register: Register) -> tuple[str, ...]:
    """List the followers of a body that had ended by a year, or the bodies a later one came from."""
    body = register.bodies[agency_id]
    ended = body.valid_to is not None and body.valid_to <= year
    return body.successors if ended else body.predecessors
