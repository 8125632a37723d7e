"""One agency as written: the ways to its body, tried one after the other."""

from collections.abc import Iterable
from functools import lru_cache

from zi_analysis.evidence.inside import spans_in_year
from zi_analysis.evidence.likeness import nearest_body
from zi_analysis.evidence.lookup import Meant
from zi_analysis.evidence.matches import OPEN, Match, Thresholds, left_open, matched, settled
from zi_analysis.evidence.namereading import NameReading, Parts, Reworded, UnitReading
from zi_analysis.evidence.register import Register
from zi_analysis.evidence.shortening import squeezes
from zi_analysis.evidence.unitkinds import unit_owners

__all__ = ["OPEN", "Match", "Thresholds", "YearlyMatches", "match_agency", "name_match", "unit_match"]


def match_agency(name: str, unit: str, year: int | None, *, register: Register) -> Match:
    """Find the body that one agency as written means; see `resolve_agencies` for the ways.

    Parameters
    ----------
    name, unit : str
        As written; empty when not told.
    year : int or None
        Evaluation year.
    register : Register
        From `load_register`.

    Returns
    -------
    Match
        The body or the candidates.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> match_agency("", "PA Pati", 2020, register=load_register()).agency_id
    'ma'
    """
    reading = NameReading(name, register)
    found = name_match(reading, year, Thresholds())
    return unit_match(reading, found, UnitReading(unit, register), year)


def name_match(reading: NameReading, year: int | None, thresholds: Thresholds) -> Match:
    """Find what the agency's own words mean in a year.

    Parameters
    ----------
    reading : NameReading
        The agency as written, read.
    year : int or None
        Evaluation year.
    thresholds : Thresholds
        For names that differ by a slip.

    Returns
    -------
    Match
        The body or the candidates; `OPEN` when the words tell nothing.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> name_match(NameReading("Pemkot Batu", load_register()), 2020, Thresholds()).agency_id
    '35.79'
    """
    found, decides = _by_words(reading, year, thresholds)
    return found if decides else _by_inside(reading, found, year)


class YearlyMatches:
    """What one agency as written means in one year after the other; years that make no difference share an answer."""

    def __init__(self, reading: NameReading, thresholds: Thresholds) -> None:
        self._reading = reading
        self._thresholds = thresholds
        self._by_year: dict[int | None, Match] = {}
        self._steady: Match | None = None

    def in_year(self, year: int | None) -> Match:
        """Find what the agency's own words mean in a year."""
        after = self._reading.steady_after
        steady = after is not None and year is not None and year > after
        if steady and self._steady is not None:
            return self._steady
        if year not in self._by_year:
            found, decides = _by_words(self._reading, year, self._thresholds)
            self._by_year[year] = found if decides else _by_inside(self._reading, found, year)
            self._steady = found if decides and steady else None
        return self._by_year[year]


def _by_words(reading: NameReading, year: int | None, thresholds: Thresholds) -> tuple[Match, bool]:
    """Look the whole name up, as written, worded anew, or with a slip; tell whether that settles it."""
    if not reading.tells or reading.is_endless:
        return OPEN, True
    decided = reading.decided.in_year(year, reading.register).ids
    if len(decided) == 1:
        return matched(decided[0], "alias"), True
    whole = _by_readings(reading, year)
    if whole.agency_id:
        return whole, True
    narrowed = _by_wordings(reading.reworded, year, reading.register, thresholds)
    if whole.candidates:
        return narrowed if narrowed.agency_id in whole.candidates else whole, True
    if narrowed != OPEN:
        return narrowed, True
    shortened = _by_shortened(reading.reworded, year, reading.register)
    if shortened != OPEN:
        return shortened, True
    near = _by_likeness(reading.reworded, year, reading.register, thresholds)
    return near, near.agency_id is not None


def _by_inside(reading: NameReading, found: Match, year: int | None) -> Match:
    """Look inside the words; what was near the whole name stays when nothing stands inside."""
    parts = _by_parts(reading.parts, "agency", year, reading.register)
    return parts if parts != OPEN else found


def unit_match(reading: NameReading, found: Match, unit: UnitReading, year: int | None) -> Match:
    """Let the unit correct, decide or replace what the agency's own words mean.

    Parameters
    ----------
    reading : NameReading
        The agency as written, read.
    found : Match
        From `name_match`.
    unit : UnitReading
        The unit as written, read.
    year : int or None
        Evaluation year.

    Returns
    -------
    Match
        The body or the candidates.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> register = load_register()
    >>> name = NameReading("Madiun", register)
    >>> found = name_match(name, 2020, Thresholds())
    >>> unit_match(name, found, UnitReading("RSUD Kota Madiun", register), 2020).agency_id
    '35.77'
    """
    register = unit.register
    if reading.is_endless:
        return OPEN
    if found.agency_id is not None:
        if register.bodies[found.agency_id].agency_type == "central":
            return found
        owner = _leading_owner(unit, year)
        return matched(owner, "rule") if owner else _own_government(found, register)
    if unit.tells:
        found = _decided_by_unit(found, unit, year) if found.candidates else OPEN
        if not found.candidates and found.agency_id is None:
            found = _by_unit(unit, year, central_only=reading.tells)
        if found.agency_id is None:
            found = _squeezed(reading, unit, year) or found
    return _own_government(found, register)


def _by_readings(reading: NameReading, year: int | None) -> Match:
    """Look up the whole name, then narrow it by what stands in parentheses or beside "atau"."""
    left: tuple[str, ...] = ()
    for at, meant in enumerate(reading.whole):
        found = meant.in_year(year, reading.register)
        left = tuple(body for body in left if body in found.ids) or left or found.ids
        if len(left) == 1:
            return matched(left[0], found.method if at == 0 else "rule")
    return left_open(left)


def _by_wordings(reworded: tuple[Reworded, ...], year: int | None, register: Register, thresholds: Thresholds) -> Match:
    """Look the other wordings up; one that means several bodies leaves them open."""
    for way in reworded:
        meant = way.meant or (way.alike.meant if way.alike else None)
        ids = _of_province(meant, way.wording.province, year, register) if meant else ()
        if ids:
            return _likely(ids, way, thresholds) if way.wording.slips or way.meant is None else settled(ids)
    return OPEN


def _by_shortened(reworded: tuple[Reworded, ...], year: int | None, register: Register) -> Match:
    """Take the one body whose name these words are, some of them shortened; several stay open."""
    ids: dict[str, None] = {}
    for way in reworded:
        bodies = way.shortened.in_year(year, register)
        ids.update(dict.fromkeys(body for body in bodies if _stands_in(body, way.wording.province, register)))
    return settled(tuple(ids)) if ids else OPEN


def _stands_in(body: str, province: str | None, register: Register) -> bool:
    """Tell whether a body belongs to a province, or did before that was divided."""
    own = register.bodies[body].province_id
    seen: list[str] = []
    while own is not None and own not in seen:
        if province in (None, own):
            return True
        seen.append(own)
        before = register.bodies[own].predecessors if own in register.bodies else ()
        own = before[0] if before else None
    return province is None


def _likely(ids: tuple[str, ...], way: Reworded, thresholds: Thresholds) -> Match:
    """Match one body whose letters look alike, or whose kind word or shared words were slips, if like enough."""
    score = min(100 * (1 - way.wording.slips / way.wording.letters), way.alike.score if way.alike else 100)
    fits = len(ids) == 1 and score >= thresholds.least_score
    return Match(ids[0], "fuzzy", round(score, 1)) if fits else left_open(ids)


def _of_province(meant: Meant, province: str | None, year: int | None, register: Register) -> tuple[str, ...]:
    """Choose the bodies of a year that belong to the province told beside them."""
    ids = meant.in_year(year, register).ids
    return tuple(body for body in ids if _stands_in(body, province, register))


def _by_likeness(reworded: tuple[Reworded, ...], year: int | None, register: Register, thresholds: Thresholds) -> Match:
    """Take the one name that is a slip away, else list the close ones."""
    candidates: tuple[str, ...] = ()
    for way in reworded:
        body, score, close = nearest_body(
            way.near,
            way.compared,
            year,
            register,
            most_slips=way.slips_allowed,
            least_score=thresholds.least_score,
            least_margin=thresholds.least_margin,
        )
        province = way.wording.province
        if body and _stands_in(body, province, register):
            return Match(body, "fuzzy", score)
        candidates = candidates or (close if body is None else (body,))
    return left_open(candidates)


def _by_parts(parts: Parts, column: str, year: int | None, register: Register) -> Match:
    """Look for bodies named inside the words, then for the owner of the kind of unit, then for places."""
    decided = parts.decided.in_year(year, register).ids
    if len(decided) == 1:
        return matched(decided[0], "rule")
    spans = spans_in_year(parts.standing, year, register)
    central = _common(span.ids for span in spans if not span.local)
    # "Badan Kepegawaian Negara" is no badan of a region; "Kementerian Agama dan Sosial" is no name of a body
    whole = column == "agency" and any(name.leads and not name.typed for name in parts.standing)
    if central and (whole or not parts.is_local):
        goes_on = column == "agency" and (
            parts.goes_on_as_other or any(name.following == "dan" for name in parts.standing)
        )
        return left_open(central) if goes_on else settled(central)
    owners = _owners(parts.kind.unit_kind, year, register)
    if owners:
        return settled(owners)
    typed = _one(span.ids for span in spans if span.typed)
    bare = _one(span.ids for span in spans if span.local and not span.typed)
    # a place tells where a unit stands, not whose it is: Balai Bahasa Provinsi Jawa Tengah is a ministry's
    if parts.is_local and (typed or (column == "agency" and not parts.is_district)):
        return settled(typed or bare)
    return left_open(typed or bare)


def _common(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Keep the bodies that all names can mean; all bodies when there is none."""
    told = list(groups)
    common = [body for body in told[0] if all(body in group for group in told)] if told else []
    return tuple(common) or _one(told)


def _one(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Join the bodies of several names."""
    return tuple(dict.fromkeys(body for group in groups for body in group))


def _leading_owner(unit: UnitReading, year: int | None) -> str | None:
    """Return the one central body that runs the unit, where the unit's words begin with its kind."""
    if unit.leading_kind is None:
        return None
    owners = _owners(unit.leading_kind, year, unit.register)
    return owners[0] if len(owners) == 1 else None


def _decided_by_unit(found: Match, unit: UnitReading, year: int | None) -> Match:
    """Let the unit decide between candidates: a place is only where a central unit stands."""
    register = unit.register
    owner = _leading_owner(unit, year)
    if owner and all(register.bodies[body].agency_type != "central" for body in found.candidates):
        return matched(owner, "rule")
    spans = spans_in_year(unit.parts.standing, year, register)
    told = {body for span in spans if span.typed or not span.local for body in span.ids}
    told.update(_owners(unit.parts.kind.unit_kind, year, register))
    decided = [body for body in found.candidates if body in told]
    return matched(decided[0], "rule") if len(decided) == 1 else found


def _squeezed(reading: NameReading, unit: UnitReading, year: int | None) -> Match | None:
    """Take the government that the unit names, where the agency is that kind and some letters of its place."""
    register = unit.register
    spans = spans_in_year(unit.parts.standing, year, register)
    bodies = _one(span.ids for span in spans if span.typed)
    if len(bodies) != 1:
        return None
    kind = register.bodies[bodies[0]].agency_type
    words = [way.wording.name[0] for way in reading.reworded if way.wording.kind == kind and len(way.wording.name) == 1]
    fits = any(squeezes(word, bodies[0], register) for word in words)
    return matched(bodies[0], "rule") if fits else None


@lru_cache(maxsize=4096)
def _owners(kind: str, year: int | None, register: Register) -> tuple[str, ...]:
    """List the central bodies that ran a kind of unit, remembered."""
    return unit_owners(kind, year, register)


def _by_unit(unit: UnitReading, year: int | None, *, central_only: bool) -> Match:
    """Look at the unit's words when the agency's tell nothing."""
    register = unit.register
    decided = unit.decided.in_year(year, register).ids
    found = matched(decided[0], "alias") if len(decided) == 1 else _by_parts(unit.parts, "unit", year, register)
    local = found.agency_id is not None and register.bodies[found.agency_id].agency_type != "central"
    return left_open((found.agency_id,)) if local and central_only and found.agency_id else found


def _own_government(found: Match, register: Register) -> Match:
    """Give the work of an administrative unit to the province it belongs to."""
    if found.agency_id is None:
        return found
    body = register.bodies[found.agency_id]
    if body.own_government or body.province_id is None:
        return found
    return matched(body.province_id, "rule")
