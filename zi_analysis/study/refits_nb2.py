"""Refits of NB2: the overdispersion of many data sets estimated at once, each as `estimate_alpha` would."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from scipy.optimize import elementwise
from scipy.special import digamma

from zi_analysis.study.refits import Refits, Sets, climb, finish, read_sets
from zi_analysis.study.refits_checks import NOT_CONVERGED, check_refits

_LADDER = np.linspace(np.log(1e-6), np.log(1e6), 13)  # where `estimate_alpha` looks
_ROOT_TOLERANCE = 1e-11

Slope = Callable[[np.ndarray, np.ndarray], np.ndarray]


def refit_nb2(
    counts: np.ndarray, matrix: np.ndarray, *, offset: np.ndarray | None = None, use: np.ndarray | None = None
) -> Refits:
    """Fit the negative binomial model NB2 to many data sets at once, alpha estimated in each.

    Parameters
    ----------
    counts, matrix, offset, use
        As for `refit_counts`.

    Returns
    -------
    Refits
        A data set that is not overdispersed has alpha 0, where NB2 is Poisson, and the Poisson fit.

    Raises
    ------
    ParameterError
        As for `refit_counts`.

    Notes
    -----
    Profile likelihood in log alpha (Lawless 1987): a ladder of alphas brackets the root of its slope, the method of
    Chandrupatla (1997) finds it.

    Examples
    --------
    >>> fits = refit_nb2(np.array([[0.0, 1, 7, 12], [3, 4, 3, 4]]), np.ones((4, 1)))
    >>> fits.alpha.round(3).tolist()
    [1.464, 0.0]
    """
    sets = read_sets(counts, matrix, offset=offset, use=use)
    reason = check_refits(sets.counts, sets.matrix, sets.use).astype("U10")
    alpha, start = np.zeros(len(reason)), np.full((len(reason), sets.matrix.shape[1]), np.nan)
    rows = np.flatnonzero(reason == "")
    if len(rows):
        part = sets.take(rows)
        start[rows] = climb(part)[0]
        alpha[rows], found = _estimate(part, start[rows])
        reason[rows[~found]] = NOT_CONVERGED
    return finish(sets.take(slice(None), alpha=alpha), reason, start=start)


def _estimate(sets: Sets, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The alpha of each data set (0 where none is above) and whether the search ended.

    Each fit starts from the one before, because from afar the steps may turn in circles at a steep alpha.
    """
    last = start.copy()

    def slope(log_alpha: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Slope of each profile likelihood, each fit starting from its last."""
        rows = rows.astype("int64")
        part = sets.take(rows, alpha=np.exp(log_alpha))
        coefficients, converged = climb(part, start=last[rows])
        last[rows[converged]] = coefficients[converged]
        return np.where(converged, _slope(part, coefficients), np.nan)

    low, high, at_ladder = _bracket(slope, len(start))
    alpha, found = np.zeros(len(start)), at_ladder != "open"
    rows = np.flatnonzero(at_ladder == "within")
    if len(rows):
        tolerances = {"xatol": _ROOT_TOLERANCE, "xrtol": 0.0, "fatol": 0.0, "frtol": 0.0}
        root = elementwise.find_root(slope, (low[rows], high[rows]), args=(rows,), tolerances=tolerances)
        alpha[rows], found[rows] = np.exp(root.x), root.success
    return alpha, found


def _bracket(slope: Slope, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two rungs between which each slope turns down, and ``within``, ``flat`` (not overdispersed) or ``open``."""
    low, high, place = np.full(size, np.nan), np.full(size, np.nan), np.full(size, "open", dtype="U6")
    rows = np.arange(size)
    rising = slope(np.full(size, _LADDER[0]), rows) > 0
    place[~rising] = "flat"
    rows = rows[rising]
    for lower, upper in pairwise(_LADDER):
        if not len(rows):
            break
        falls = slope(np.full(len(rows), upper), rows) < 0
        low[rows[falls]], high[rows[falls]], place[rows[falls]] = lower, upper, "within"
        rows = rows[~falls]
    return low, high, place


def _slope(sets: Sets, coefficients: np.ndarray) -> np.ndarray:
    """Derivative of the NB2 log-likelihood to log alpha, the coefficients held (replicates)."""
    means = np.exp(coefficients @ sets.matrix.T + sets.offset)
    alpha = sets.alpha[:, None]
    parts = digamma(sets.counts + 1 / alpha) - digamma(1 / alpha) - np.log1p(alpha * means)
    parts -= alpha * (sets.counts - means) / (1 + alpha * means)
    return np.asarray(-np.where(sets.use, parts, 0.0).sum(axis=1) / sets.alpha)
