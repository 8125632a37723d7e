"""Laws of one count: probabilities of its values and of "at least so many", with their derivatives."""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, digamma, gammainc, gammaln

_SERIES = 400
_SMALLEST = 1e-250
_STEP = 1e-5


@dataclass(frozen=True, eq=False)
class Bins:
    """Values that the counts of cells may have, one after the other.

    Attributes
    ----------
    cell : ndarray of int, shape (bins,)
        Cell of each value.
    count : ndarray of float, shape (bins,)
        The value.
    open_ended : ndarray of bool, shape (bins,)
        Whether it stands for "this value or more".
    starts : ndarray of int, shape (cells,)
        First bin of each cell.
    """

    cell: np.ndarray
    count: np.ndarray
    open_ended: np.ndarray
    starts: np.ndarray


def make_bins(low: np.ndarray, high: np.ndarray, open_ended: np.ndarray) -> Bins:
    """List the values of each cell from low to high.

    Parameters
    ----------
    low, high : ndarray of int, shape (cells,)
        First and last value.
    open_ended : ndarray of bool, shape (cells,)
        Whether the last value stands for itself and all above.

    Returns
    -------
    Bins

    Examples
    --------
    >>> make_bins(np.array([0, 3]), np.array([1, 3]), np.array([False, True])).count.tolist()
    [0.0, 1.0, 3.0]
    """
    sizes = high - low + 1
    starts = np.r_[0, np.cumsum(sizes)[:-1]].astype(int)
    cell = np.repeat(np.arange(len(low)), sizes)
    count = np.arange(sizes.sum()) - starts[cell] + low[cell]
    last = np.zeros(len(cell), dtype=bool)
    last[starts + sizes - 1] = open_ended
    return Bins(cell, count.astype("float64"), last, starts)


@dataclass(frozen=True, eq=False)
class BinLaw:
    """Log-probabilities of bins and their derivatives to log mean and log alpha, each of shape (bins,)."""

    log_probability: np.ndarray
    by_log_mean: np.ndarray
    by_log_alpha: np.ndarray


def weigh_bins(bins: Bins, log_mean: np.ndarray, alpha: float) -> BinLaw:
    """Weigh every bin under Poisson (alpha 0) or the negative binomial with variance mu + alpha mu^2.

    Parameters
    ----------
    bins : Bins
        Values of the cells.
    log_mean : ndarray, shape (cells,)
        Logarithm of each cell's mean.
    alpha : float
        Overdispersion, zero for Poisson.

    Returns
    -------
    BinLaw

    Notes
    -----
    For "k or more" with probability S, d log S / d log mu = k p(k) / S under both laws, from the integral forms
    of the incomplete gamma and beta functions.

    Examples
    --------
    >>> law = weigh_bins(make_bins(np.array([0]), np.array([1]), np.array([True])), np.array([0.0]), 0.0)
    >>> np.exp(law.log_probability).round(4).tolist()
    [0.3679, 0.6321]
    """
    mean, count = np.exp(log_mean)[bins.cell], bins.count
    log_mass = _log_mass(count, log_mean[bins.cell], mean, alpha)
    slope = (count - mean) / (1 + alpha * mean)
    curve = _by_log_alpha(count, mean, alpha) if alpha else np.zeros_like(count)
    last = bins.open_ended
    if not last.any():
        return BinLaw(log_mass, slope, curve)
    tail = _log_tail(count[last], mean[last], log_mass[last], alpha)
    slope[last] = count[last] * np.exp(log_mass[last] - tail)
    if alpha:
        logs = log_mean[bins.cell][last]
        ends = [
            _log_tail(count[last], mean[last], _log_mass(count[last], logs, mean[last], moved), moved)
            for moved in (alpha * np.exp(_STEP), alpha * np.exp(-_STEP))
        ]
        curve[last] = (ends[0] - ends[1]) / (2 * _STEP)
    log_mass[last] = tail
    return BinLaw(log_mass, slope, curve)


def _log_mass(count: np.ndarray, log_mean: np.ndarray, mean: np.ndarray, alpha: float) -> np.ndarray:
    """Logarithm of the probability of counts, Poisson where alpha is 0, else negative binomial."""
    if alpha == 0:
        return count * log_mean - mean - gammaln(count + 1)
    size, grown = 1 / alpha, np.log1p(alpha * mean)
    rising = gammaln(count + size) - gammaln(size) - gammaln(count + 1)
    return rising + count * (np.log(alpha) + log_mean - grown) - size * grown


def _by_log_alpha(count: np.ndarray, mean: np.ndarray, alpha: float) -> np.ndarray:
    """Its derivative by the logarithm of alpha."""
    size, product = 1 / alpha, alpha * mean
    parts = digamma(count + size) - digamma(size) - np.log1p(product)
    return -size * (parts - alpha * (count - mean) / (1 + product))


def _log_tail(count: np.ndarray, mean: np.ndarray, log_mass: np.ndarray, alpha: float) -> np.ndarray:
    """Log-probability of this count or more; a series where the probability is too small for a float."""
    if alpha == 0:
        direct = np.where(count > 0, gammainc(np.maximum(count, 1), mean), 1.0)
    else:
        share = alpha * mean / (1 + alpha * mean)
        direct = np.where(count > 0, betainc(np.maximum(count, 1), 1 / alpha, share), 1.0)
    small = direct < _SMALLEST
    tail = np.log(np.where(small, 1.0, direct))
    if small.any():
        tail[small] = log_mass[small] + np.log(_series(count[small], mean[small], alpha))
    return tail


def _series(count: np.ndarray, mean: np.ndarray, alpha: float) -> np.ndarray:
    """Sum of the probabilities of a count and of those above it, over that of the count."""
    share, size = (alpha * mean / (1 + alpha * mean), 1 / alpha) if alpha else (mean, 0.0)
    steps = count[:, None] + np.arange(_SERIES)
    factors = share[:, None] * (steps + size if alpha else 1.0) / (steps + 1)
    return 1 + np.cumprod(factors, axis=1).sum(axis=1)
