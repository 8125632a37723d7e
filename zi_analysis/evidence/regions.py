"""Agencies that a row's own region decides."""

from zi_analysis.evidence.matching import Match
from zi_analysis.evidence.register import Register
from zi_analysis.evidence.text import spell_out_unit, tokens
from zi_analysis.evidence.unitkinds import find_kind

_POINTS = 90.0


def decide_by_region(match: Match, region: Match, unit: str, *, named: bool, register: Register) -> Match:
    """Let the region of a row choose between candidates, or tell the government of a local unit.

    Parameters
    ----------
    match : Match
        What the agency's and the unit's words mean.
    region : Match
        What the region's words mean.
    unit : str
        The unit as written.
    named : bool
        Whether the row names an agency.
    register : Register
        From `load_register`.

    Returns
    -------
    Match
        One body by rule, or the match as it was.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> either = Match(None, "open", 0.0, ("35.19", "35.77"))
    >>> decide_by_region(either, Match("35.77", "exact", 100.0), "", named=True, register=load_register()).agency_id
    '35.77'
    """
    if match.agency_id is not None or region.agency_id is None:
        return match
    place = register.bodies[region.agency_id]
    if place.agency_type == "central":
        return match
    if len(match.candidates) > 1:
        fits = [body for body in match.candidates if body == place.agency_id]
        inside = [body for body in match.candidates if register.bodies[body].province_id == place.agency_id]
        decided = fits or inside
        return Match(decided[0], "rule", _POINTS) if len(decided) == 1 else match
    kind = find_kind(tokens(spell_out_unit(unit, register.short_forms)), register)[0]
    return match if named or match.candidates or kind.level != "local" else Match(place.agency_id, "rule", _POINTS)
