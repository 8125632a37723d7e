"""Overdispersion: test for it under Poisson, and estimate it under the negative binomial."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import brentq
from scipy.special import digamma
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLMResultsWrapper

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.likelihood import fit_glm

_SMALLEST_ALPHA = 1e-6
_LARGEST_ALPHA = 1e6


@dataclass(frozen=True)
class DispersionTest:
    """Test of equal mean and variance against a variance of mu + alpha mu^2.

    Attributes
    ----------
    statistic : float
        t statistic of the auxiliary regression, standard normal when mean and variance are equal.
    p_value : float
        One-sided: small when the variance is above the mean.
    alpha_hat : float
        Slope of the auxiliary regression.
    """

    statistic: float
    p_value: float
    alpha_hat: float


def regress_dispersion(counts: np.ndarray, expected: np.ndarray) -> DispersionTest:
    """Regress ((y - mu)^2 - y) / mu on mu without constant.

    Parameters
    ----------
    counts : ndarray
        Observed counts (n).
    expected : ndarray
        Fitted means of a Poisson model (n), all above zero.

    Returns
    -------
    DispersionTest
        Statistic, one-sided p-value and slope.

    Notes
    -----
    Cameron and Trivedi (1990), the test against the NB2 variance.

    Examples
    --------
    >>> regress_dispersion(np.array([0.0, 9, 1, 10]), np.array([4.0, 5, 5, 6])).alpha_hat > 0
    True
    """
    expected = np.asarray(expected, dtype="float64")
    excess = ((counts - expected) ** 2 - counts) / expected
    slope = float(expected @ excess / (expected @ expected))
    rest = excess - slope * expected
    error = float(np.sqrt(rest @ rest / (len(counts) - 1) / (expected @ expected)))
    statistic = slope / error if error > 0 else float(np.copysign(np.inf, slope)) if slope else 0.0
    return DispersionTest(statistic, float(stats.norm.sf(statistic)), slope)


def estimate_alpha(
    counts: np.ndarray, matrix: pd.DataFrame, *, offset: np.ndarray | None, start: np.ndarray
) -> tuple[float, GLMResultsWrapper]:
    """Find the maximum-likelihood alpha of an NB2 model, variance mu + alpha mu^2.

    The likelihood is profiled: for each alpha the coefficients are at their maximum, and the root of the
    slope in log alpha is found by bisection and interpolation. This takes more fits than a joint search and
    cannot be led astray by a bad start.

    Parameters
    ----------
    counts : ndarray
        Observed counts (n).
    matrix : DataFrame
        Design matrix (n x k).
    offset : ndarray or None
        Logarithm of the exposure (n).
    start : ndarray
        Coefficients of the Poisson fit (k).

    Returns
    -------
    alpha : float
        The estimate, 1/theta of ``MASS::glm.nb``.
    result : GLMResultsWrapper
        The fit at this alpha.

    Raises
    ------
    StudyRefusal
        If the likelihood falls as alpha leaves 0, where NB2 is Poisson, or grows for ever.

    Notes
    -----
    Lawless (1987); inference for the coefficients given alpha as in Venables and Ripley (2002, section 7.4).

    Examples
    --------
    >>> counts, matrix = np.array([0.0, 1, 7, 12]), pd.DataFrame({"Intercept": np.ones(4)})
    >>> alpha, _ = estimate_alpha(counts, matrix, offset=None, start=np.array([1.6]))
    >>> round(alpha, 3)
    1.464
    """
    fits = {"last": start}

    def slope(log_alpha: float) -> float:
        """Slope of the profile likelihood, each fit starting from the last."""
        fit = _fit_at(counts, matrix, float(np.exp(log_alpha)), offset, fits["last"])
        fits["last"] = np.asarray(fit.params)
        return _slope(counts, np.asarray(fit.fittedvalues), float(np.exp(log_alpha)))

    low, high = _bracket(slope)
    alpha = float(np.exp(brentq(slope, low, high, xtol=1e-13, rtol=1e-13)))
    return alpha, _fit_at(counts, matrix, alpha, offset, fits["last"])


def _fit_at(
    counts: np.ndarray, matrix: pd.DataFrame, alpha: float, offset: np.ndarray | None, start: np.ndarray
) -> GLMResultsWrapper:
    """Fit with the overdispersion held."""
    family = families.NegativeBinomial(alpha=alpha)
    return fit_glm(counts, matrix, family=family, offset=offset, start=start)


def _bracket(slope: Callable[[float], float]) -> tuple[float, float]:
    """Two values of log alpha between which the slope of the likelihood turns from up to down."""
    low = np.log(_SMALLEST_ALPHA)
    if slope(low) <= 0:
        raise StudyRefusal(
            "the counts are not overdispersed: the likelihood of nb2 falls as alpha leaves 0, where nb2 is "
            'Poisson; use family="poisson"'
        )
    while low < np.log(_LARGEST_ALPHA):
        high = low + np.log(10)
        if slope(high) < 0:
            return low, high
        low = high
    raise StudyRefusal("the overdispersion of nb2 grows for ever; the counts hold too little for this formula")


def _slope(counts: np.ndarray, expected: np.ndarray, alpha: float) -> float:
    """Derivative of the NB2 log-likelihood to log alpha, the coefficients held."""
    size = 1 / alpha
    parts = (
        digamma(counts + size)
        - digamma(size)
        - np.log1p(alpha * expected)
        - alpha * (counts - expected) / (1 + alpha * expected)
    )
    return float(-size * parts.sum())
