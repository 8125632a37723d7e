"""Profile: which terms the evidence identifies, and intervals by the profile of the likelihood."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.coarsened_surface import Surface, Top, find_top, update_curvature

_FLAT = 1e-6
_SHARE = 1e-6
_STEADY = 10.0  # a larger error of a log mean says that the likelihood is not quadratic
_FAR = (4.0, 12.0)
_END_STEPS = 25
_WALK_STEPS = 12


@dataclass(frozen=True, eq=False)
class Terms:
    """What the likelihood says of each parameter, arrays of shape (size,).

    Attributes
    ----------
    estimate : ndarray
        Missing where the profile is flat on one side or both: no value is better than all others.
    std_error : ndarray
        From the information that what is known holds; missing where not finite.
    low, high : ndarray
        95% profile likelihood interval.
    p_value : ndarray
        Likelihood ratio test against zero.
    identified : ndarray of bool
        False where the profile is flat on both sides.
    """

    estimate: np.ndarray
    std_error: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p_value: np.ndarray
    identified: np.ndarray


@dataclass(frozen=True, eq=False)
class _Summit:
    """The top of a likelihood, and what its intervals are measured with."""

    surface: Surface
    top: Top
    information: np.ndarray
    terms: int
    degrees: int | None

    @property
    def drop(self) -> float:
        """How far the logarithm of the likelihood falls at the ends of an interval."""
        return float(stats.chi2.ppf(0.95, 1) if self.degrees is None else stats.f.ppf(0.95, 1, self.degrees)) / 2


def polish(surface: Surface, top: Top) -> tuple[Top, np.ndarray]:
    """Take the last steps to the top with the information itself.

    Parameters
    ----------
    surface : Surface
        The likelihood.
    top : Top
        Where the search ended.

    Returns
    -------
    Top
        At most a hair higher.
    information : ndarray, shape (size, size)
        Of what is known.
    """
    information = surface.information(top.place)
    slope = surface.climb(top.place)[1]
    for _ in range(3):
        step = np.linalg.pinv(information, rcond=1e-9, hermitian=True) @ slope
        if (np.abs(step) * surface.reach).max() > 1e-2:
            break
        height, turned = surface.climb(top.place + step)
        if height < top.log_likelihood - 1e-9:
            break
        top, slope = Top(top.place + step, height, information), turned
        if (np.abs(step) * surface.reach).max() < 1e-11:
            break
    return Top(top.place, top.log_likelihood, information), information


def profile_terms(
    surface: Surface, top: Top, information: np.ndarray, *, intervals: bool = True, degrees: int | None = None
) -> Terms:
    """Find what is identified, and profile each term.

    Parameters
    ----------
    surface : Surface
        The likelihood.
    top : Top
        Its maximum.
    information : ndarray
        Of what is known, at the maximum.
    intervals : bool
        Whether to profile; else intervals and p-values are Wald's.
    degrees : int, optional
        Degrees of freedom: twice the drop is then compared with F(1, degrees), not with chi-squared.

    Returns
    -------
    Terms

    Notes
    -----
    A term is a candidate for not being identified when the information vanishes along a direction that it is
    part of, relative to that of complete counts; it is not when its profile is flat on both sides. Ends of
    intervals by the method of Venzon and Moolgavkar (1988), by secants on the profile itself where that fails.
    """
    count = surface.matrix.shape[1]
    summit = _Summit(surface, top, information, count, degrees)
    errors, doubtful = _errors(summit)
    flat = np.array([_flat_sides(summit, term) if doubtful[term] else (False, False) for term in range(count)])
    flat = flat.reshape(count, 2)
    identified: np.ndarray = np.logical_not(flat.all(axis=1))
    estimate = np.where(flat.any(axis=1), np.nan, top.place[:count])
    steady = ~flat.any(axis=1) & (errors[:count] * summit.surface.reach[:count] < _STEADY)
    errors = np.where(steady, errors[:count], np.nan)
    reach = stats.norm.ppf(0.975) * errors
    low, high = estimate - reach, estimate + reach
    p_value = 2 * stats.norm.sf(np.abs(estimate / errors))
    if intervals:
        for term in np.flatnonzero(identified).tolist():
            low[term] = -np.inf if flat[term, 0] else _end(summit, term, -1)
            high[term] = np.inf if flat[term, 1] else _end(summit, term, 1)
            p_value[term] = _test_zero(summit, term, np.nan_to_num(errors[term], nan=np.inf))
    return Terms(estimate, errors, low, high, np.where(identified, p_value, np.nan), identified)


def _errors(summit: _Summit) -> tuple[np.ndarray, np.ndarray]:
    """Standard errors, and which parameters may not be identified."""
    complete = summit.surface.complete_information(summit.top.place)
    scale = np.sqrt(np.maximum(np.diag(complete), 1e-300))
    values, vectors = np.linalg.eigh(summit.information / np.outer(scale, scale))
    empty = values < _SHARE
    share = np.abs(vectors[:, empty]).max(axis=1, initial=0.0)
    inverse = (vectors[:, ~empty] / values[~empty]) @ vectors[:, ~empty].T
    errors = np.sqrt(np.maximum(np.diag(inverse), 0)) / scale
    return errors, (share > 1e-3) | (errors * summit.surface.reach > _STEADY)


def _flat_sides(summit: _Summit, term: int) -> tuple[bool, bool]:
    """Whether the profile stays flat far to the left and far to the right."""
    sides = []
    for sign in (-1, 1):
        drops = [_drop_at(summit, term, sign * far / summit.surface.reach[term]) for far in _FAR]
        sides.append(all(drop < _FLAT for drop in drops))
    return sides[0], sides[1]


def _drop_at(summit: _Summit, term: int, distance: float, *, tolerance: float = 1e-9) -> float:
    """How much the likelihood falls when one parameter is held at some distance from the maximum."""
    start = summit.top.place + distance * _ridge(summit.information, term)
    if not np.isfinite(summit.surface.climb(start)[0]):
        start = summit.top.place.copy()
        start[term] += distance
    return summit.top.log_likelihood - find_top(summit.surface, start, fixed=term, tolerance=tolerance).log_likelihood


def _ridge(information: np.ndarray, term: int) -> np.ndarray:
    """How the other parameters follow one of them along its profile."""
    others = np.arange(len(information)) != term
    direction = np.ones(len(information))
    inverse = np.linalg.pinv(information[np.ix_(others, others)], rcond=1e-9, hermitian=True)
    direction[others] = -inverse @ information[others, term]
    return direction


def _end(summit: _Summit, term: int, sign: int) -> float:
    """One end of a profile interval."""
    found = _walk(summit, term, sign)
    return _chase(summit, term, sign) if found is None else found


def _walk(summit: _Summit, term: int, sign: int) -> float | None:
    """Newton's steps to where the likelihood has dropped enough and no other parameter can raise it."""
    surface, top = summit.surface, summit.top
    target, bend = top.log_likelihood - summit.drop, summit.information
    direction = _ridge(bend, term)
    steep = float(direction @ bend @ direction)
    if not steep > 0:
        return None
    place = top.place + sign * np.sqrt(2 * summit.drop / steep) * direction
    height, slope = surface.climb(place)
    others = np.arange(surface.size) != term
    for _ in range(_WALK_STEPS):
        if not np.isfinite(height):
            return None
        rest = np.linalg.pinv(bend[np.ix_(others, others)], rcond=1e-12, hermitian=True)
        loose = float(slope[others] @ rest @ slope[others])
        if abs(height - target) < 1e-5 and loose < 1e-5:
            return float(place[term]) if sign * (place[term] - top.place[term]) > 0 else None
        step = _venzon_step(bend, rest, slope, height - target, term, sign)
        if step is None:
            return None
        step *= min(1.0, 2.0 / max((np.abs(step) * surface.reach).max(), 1e-300))
        moved_height, turned = surface.climb(place + step)
        if not np.isfinite(moved_height):
            return None
        bend = update_curvature(bend, step, slope - turned)
        place, height, slope = place + step, moved_height, turned
    return None


def _venzon_step(
    bend: np.ndarray, rest: np.ndarray, slope: np.ndarray, above: float, term: int, sign: int
) -> np.ndarray | None:
    """The step to the drop wanted, with the others at their best, under a quadratic likelihood."""
    others = np.arange(len(slope)) != term
    base, along = np.zeros(len(slope)), np.zeros(len(slope))
    base[others] = rest @ slope[others]
    along[others], along[term] = -rest @ bend[others, term], 1.0
    constant = above + slope @ base - base @ bend @ base / 2
    linear, steep = slope @ along - base @ bend @ along, along @ bend @ along
    if not steep > 0:
        return None
    root = np.sqrt(max(linear**2 + 2 * steep * constant, 0.0))
    return base + along * (linear + sign * root) / steep


def _chase(summit: _Summit, term: int, sign: int) -> float:
    """The end by secants on the root of the drop, near linear in the distance; infinite where it levels off."""
    reach, best = summit.surface.reach[term], float(summit.top.place[term])
    wanted = np.sqrt(2 * summit.drop)
    inner, below, outer, start = 0.0, -wanted, 0.5 / reach, None
    while True:
        above, start = _root_at(summit, term, sign * outer, start)
        if above >= wanted:
            break
        if outer * reach > 30:
            return sign * np.inf
        inner, below, outer = outer, above - wanted, 2 * outer
    above -= wanted
    for _ in range(_END_STEPS):
        middle = inner + (outer - inner) * np.clip(-below / (above - below), 0.05, 0.95)
        found, start = _root_at(summit, term, sign * middle, start)
        if abs(found - wanted) < 1e-5 or (outer - inner) * reach < 1e-7:
            break
        if found > wanted:
            outer, above = middle, found - wanted
        else:
            inner, below = middle, found - wanted
    return best + sign * middle


def _root_at(summit: _Summit, term: int, distance: float, start: np.ndarray | None) -> tuple[float, np.ndarray]:
    """Root of twice the drop at a distance, and the parameters there, from which the next search may start."""
    first = summit.top.place + distance * _ridge(summit.information, term) if start is None else start.copy()
    first[term] = summit.top.place[term] + distance
    if not np.isfinite(summit.surface.climb(first)[0]):
        first = summit.top.place.copy()
        first[term] += distance
    top = find_top(summit.surface, first, fixed=term, tolerance=1e-7)
    return float(np.sqrt(2 * max(summit.top.log_likelihood - top.log_likelihood, 0.0))), top.place


def _test_zero(summit: _Summit, term: int, error: float) -> float:
    """Likelihood ratio test that a parameter is zero; far from zero its logarithm is good to a hundredth."""
    distance = -summit.top.place[term]
    far = abs(distance) > 5 * error
    try:
        drop = _drop_at(summit, term, distance, tolerance=1e-2 if far else 1e-7)
    except StudyRefusal:
        return float("nan")
    fall = 2 * max(drop, 0.0)
    return float(stats.chi2.sf(fall, 1) if summit.degrees is None else stats.f.sf(fall, 1, summit.degrees))
