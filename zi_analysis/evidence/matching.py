"""One agency as written: the ways to its body, tried one after the other."""

from dataclasses import dataclass

from zi_analysis.evidence.inside import find_decided, find_inside
from zi_analysis.evidence.likeness import LEAST_MARGIN, LEAST_SCORE, closest
from zi_analysis.evidence.lookup import find_bodies
from zi_analysis.evidence.register import Register, agency_words
from zi_analysis.evidence.text import normalise, readings, spell_out_unit, tokens
from zi_analysis.evidence.unitkinds import find_kind, unit_owners
from zi_analysis.evidence.unitwords import drop_fillers

# points of the ways that do not measure likeness: their order, no probability
_POINTS = {"exact": 100.0, "alias": 95.0, "rule": 90.0}


@dataclass(frozen=True)
class Match:
    """What an agency as written means: one body, or the bodies it may mean."""

    agency_id: str | None
    method: str  # exact, alias, rule, fuzzy or open
    score: float
    candidates: tuple[str, ...] = ()


OPEN = Match(None, "open", 0.0)


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
    found = _by_name(name, year, register) if normalise(name) else OPEN
    found = _correct_by_unit(found, unit, year, register) if normalise(unit) else found
    if found.agency_id is None and not found.candidates:
        found = _by_unit(unit, year, register, central_only=bool(normalise(name)))
    if found.agency_id is None and normalise(name):
        found = _by_likeness(name, year, found, register)
    return _own_government(found, register)


def _by_name(name: str, year: int | None, register: Register) -> Match:
    """Look at the agency's own words."""
    words = agency_words(name, register)
    decided = find_decided(words, "agency", year, register, whole=True)
    if len(decided) == 1:
        return _matched(decided[0], "alias")
    whole = _by_readings(name, year, register)
    return whole if whole.agency_id or whole.candidates else _by_parts(name, "agency", year, register)


def _by_readings(name: str, year: int | None, register: Register) -> Match:
    """Look up the whole name, then narrow it by what stands in parentheses or beside "atau"."""
    left: tuple[str, ...] = ()
    for at, reading in enumerate(readings(name)):
        found = find_bodies(reading, year, register)
        left = tuple(body for body in left if body in found.ids) or left or found.ids
        if len(left) == 1:
            return _matched(left[0], found.method if at == 0 else "rule")
    return _left_open(left)


def _by_parts(text: str, field: str, year: int | None, register: Register) -> Match:
    """Look for bodies named inside the words, then for the owner of the kind of unit, then for places."""
    words = tokens(spell_out_unit(text, register.short_forms))
    decided = find_decided(words, field, year, register, whole=False)
    if len(decided) == 1:
        return _matched(decided[0], "rule")
    spans = find_inside(text, words, year, register)
    kind = find_kind(words, register)[0]
    central = _one([span.ids for span in spans if not span.local])
    if central and kind.level != "local":
        return _settled(central)
    owners = unit_owners(kind.unit_kind, year, register)
    if owners:
        return _settled(owners)
    typed = _one([span.ids for span in spans if span.typed])
    bare = _one([span.ids for span in spans if span.local and not span.typed])
    # a place tells where a unit stands, not whose it is: Balai Bahasa Provinsi Jawa Tengah is a ministry's
    if kind.level == "local" and (typed or field == "agency"):
        return _settled(typed or bare)
    return _left_open(typed or bare)


def _one(groups: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Join the bodies of several names."""
    return tuple(dict.fromkeys(body for group in groups for body in group))


def _correct_by_unit(found: Match, unit: str, year: int | None, register: Register) -> Match:
    """Let the unit decide between candidates, or tell that a place is only where a central unit stands."""
    words = tokens(spell_out_unit(unit, register.short_forms))
    kind, sequence = find_kind(words, register)
    owners = unit_owners(kind.unit_kind, year, register)
    named = (found.agency_id,) if found.agency_id else found.candidates
    local = bool(named) and all(register.bodies[body].agency_type != "central" for body in named)
    leads = drop_fillers(words)[: len(sequence)] == drop_fillers(sequence)
    if local and kind.level == "central" and len(owners) == 1 and leads:
        return _matched(owners[0], "rule")
    if found.agency_id is not None or not found.candidates:
        return found
    told = {
        body for span in find_inside(unit, words, year, register) if span.typed or not span.local for body in span.ids
    }
    decided = [body for body in found.candidates if body in told or body in owners]
    return _matched(decided[0], "rule") if len(decided) == 1 else found


def _by_unit(unit: str, year: int | None, register: Register, *, central_only: bool) -> Match:
    """Look at the unit's words when the agency's tell nothing."""
    if not normalise(unit):
        return OPEN
    decided = find_decided(agency_words(unit, register), "unit", year, register, whole=True)
    found = _matched(decided[0], "alias") if len(decided) == 1 else _by_parts(unit, "unit", year, register)
    local = found.agency_id is not None and register.bodies[found.agency_id].agency_type != "central"
    return _left_open((found.agency_id,)) if local and central_only and found.agency_id else found


def _by_likeness(name: str, year: int | None, found: Match, register: Register) -> Match:
    """Take the closest name when it is close and alone, else add the close ones to the candidates."""
    if found.candidates:
        return found
    ranked = closest(agency_words(readings(name)[0], register), year, register)
    if ranked and ranked[0][1] >= LEAST_SCORE and (len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= LEAST_MARGIN):
        return Match(ranked[0][0], "fuzzy", round(ranked[0][1], 1))
    return _left_open(tuple(body for body, _ in ranked[:3]))


def _own_government(found: Match, register: Register) -> Match:
    """Give the work of an administrative unit to the province it belongs to."""
    if found.agency_id is None:
        return found
    body = register.bodies[found.agency_id]
    if body.own_government or body.province_id is None:
        return found
    return _matched(body.province_id, "rule")


def _settled(ids: tuple[str, ...]) -> Match:
    """Match one body by rule, leave several open."""
    return _matched(ids[0], "rule") if len(ids) == 1 else _left_open(ids)


def _matched(agency_id: str, method: str) -> Match:
    """Make a match."""
    return Match(agency_id, method, _POINTS[method])


def _left_open(candidates: tuple[str, ...]) -> Match:
    """Leave a name open between candidates."""
    return Match(None, "open", 0.0, candidates) if candidates else OPEN
