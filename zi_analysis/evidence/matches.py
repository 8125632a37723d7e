"""What an agency as written means: one body with the way to it, or the bodies it may mean."""

from dataclasses import dataclass
from functools import lru_cache

from zi_analysis.evidence.likeness import LEAST_MARGIN, LEAST_SCORE

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


@dataclass(frozen=True)
class Thresholds:
    """Points of likeness that a name must reach, and be ahead of the next body."""

    least_score: float = LEAST_SCORE
    least_margin: float = LEAST_MARGIN


def settled(ids: tuple[str, ...]) -> Match:
    """Match one body by rule, leave several open.

    Parameters
    ----------
    ids : tuple of str
        agency_ids.

    Returns
    -------
    Match
        The body, or the candidates.

    Examples
    --------
    >>> settled(("35.19", "35.77")).candidates
    ('35.19', '35.77')
    """
    return matched(ids[0], "rule") if len(ids) == 1 else left_open(ids)


@lru_cache(maxsize=8192)
def matched(agency_id: str, method: str) -> Match:
    """Make the match of a body that was found without measuring likeness.

    Parameters
    ----------
    agency_id : str
        The body.
    method : str
        exact, alias or rule.

    Returns
    -------
    Match
        With the points of the method.

    Examples
    --------
    >>> matched("bps", "alias").score
    95.0
    """
    return Match(agency_id, method, _POINTS[method])


def left_open(candidates: tuple[str, ...]) -> Match:
    """Leave a name open between candidates.

    Parameters
    ----------
    candidates : tuple of str
        agency_ids, none or several.

    Returns
    -------
    Match
        Without a body.

    Examples
    --------
    >>> left_open(()) == OPEN
    True
    """
    return Match(None, "open", 0.0, candidates) if candidates else OPEN
