"""Batches: draw many overdispersed series at once, and fit Poisson regressions to all of them."""

import numpy as np
from scipy.special import xlogy

from zi_analysis.errors import StudyRefusal

_STEPS = 60
_TOLERANCE = 1e-9
_FURTHEST = 30.0  # a rate of exp(30) or exp(-30) is a side without awards: the likelihood has no maximum there


def draw_counts(means: np.ndarray, *, dispersion: float, replicates: int, random: np.random.Generator) -> np.ndarray:
    """Draw counts whose variance is a multiple of their mean.

    Parameters
    ----------
    means : ndarray
        Expected counts (n), above zero.
    dispersion : float
        Variance over mean; 1 or less draws from Poisson.
    replicates : int
        Number of series.
    random : Generator
        Source of chance.

    Returns
    -------
    ndarray of float
        Counts (replicates x n).

    Notes
    -----
    Poisson with gamma means of shape mean / (dispersion - 1): the negative binomial of the first kind, NB1
    (Cameron and Trivedi 1986), whose variance is that of quasi-Poisson.

    Examples
    --------
    >>> drawn = draw_counts(np.array([50.0]), dispersion=4, replicates=4000, random=np.random.default_rng(1))
    >>> bool(3.5 < drawn.var() / drawn.mean() < 4.5)
    True
    """
    size = (replicates, len(means))
    if dispersion > 1:
        excess = dispersion - 1
        return random.poisson(random.gamma(means / excess, excess, size=size)).astype("float64")
    return random.poisson(means, size=size).astype("float64")


def fit_many(counts: np.ndarray, matrix: np.ndarray, *, offset: np.ndarray) -> np.ndarray:
    """Fit one Poisson regression to each of many series.

    Parameters
    ----------
    counts : ndarray
        Counts (b x n).
    matrix : ndarray
        Design matrix (n x k) of full rank, the first column all ones.
    offset : ndarray
        Logarithm of the exposure (n).

    Returns
    -------
    ndarray
        Fitted means (b x n); close to zero where a series has a side without counts.

    Raises
    ------
    StudyRefusal
        If a series does not converge.

    Notes
    -----
    Iteratively reweighted least squares with halved steps (McCullagh and Nelder 1989, section 2.5).

    Examples
    --------
    >>> fit_many(np.array([[2.0, 4.0, 6.0]]), np.ones((3, 1)), offset=np.zeros(3)).round(6).tolist()
    [[4.0, 4.0, 4.0]]
    """
    means = np.maximum(counts, 0.5)
    deviance = np.full(len(counts), np.inf)
    for _ in range(_STEPS):
        predictor = np.clip(_step(counts, matrix, offset, means), -_FURTHEST, _FURTHEST)
        means = np.exp(predictor + offset)
        last, deviance = deviance, deviances(counts, means)
        if np.all(np.abs(last - deviance) <= _TOLERANCE * (np.abs(deviance) + 1)):
            return means
    raise StudyRefusal("a simulated series could not be fitted", key="break_simulation")


def _step(counts: np.ndarray, matrix: np.ndarray, offset: np.ndarray, means: np.ndarray) -> np.ndarray:
    """One weighted least squares step for every series: the linear predictor without offset (b x n)."""
    working = np.log(means) - offset + (counts - means) / means
    cross = np.einsum("bn,nj,nk->bjk", means, matrix, matrix)
    # a trace of a ridge keeps a side without counts solvable; it moves no digit that is used
    cross += 1e-12 * np.einsum("bjj->b", cross)[:, None, None] * np.eye(matrix.shape[1])
    right = np.einsum("bn,nj->bj", means * working, matrix)
    return np.asarray(np.linalg.solve(cross, right[..., None])[..., 0] @ matrix.T)


def deviances(counts: np.ndarray, means: np.ndarray) -> np.ndarray:
    """Poisson deviance of each series.

    Parameters
    ----------
    counts, means : ndarray
        Observed and fitted counts (b x n).

    Returns
    -------
    ndarray
        (b).

    Examples
    --------
    >>> deviances(np.array([[3.0, 5.0]]), np.array([[3.0, 5.0]])).tolist()
    [0.0]
    """
    return np.asarray(2 * (xlogy(counts, counts / means) - (counts - means)).sum(axis=-1))


def dispersions(counts: np.ndarray, means: np.ndarray, degrees: int) -> np.ndarray:
    """Pearson chi-squared over degrees of freedom of each series.

    Parameters
    ----------
    counts, means : ndarray
        Observed and fitted counts (b x n).
    degrees : int
        Points less terms.

    Returns
    -------
    ndarray
        (b).

    Examples
    --------
    >>> dispersions(np.array([[2.0, 6.0]]), np.array([[4.0, 4.0]]), 1).tolist()
    [2.0]
    """
    return np.asarray(((counts - means) ** 2 / means).sum(axis=-1) / degrees)
