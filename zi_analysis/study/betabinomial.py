"""Beta-binomial rates: rates that differ from row to row by more than the chance of independent trials."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import brentq
from scipy.special import expit
from statsmodels.genmod import families

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.betabinomial_likelihood import TrialSteps, climb, log_likelihood, maximise_at
from zi_analysis.study.columns import check_table, read_counts
from zi_analysis.study.designs import build_design
from zi_analysis.study.likelihood import fit_glm
from zi_analysis.study.rates import rate_intervals, read_right_side
from zi_analysis.study.separation import find_separation, refuse_separation

_LEAST, _MOST = 1e-9, 1e4  # of theta = rho / (1 - rho)
_FIRST = 0.01  # theta to start from: rates that differ a little
_FLAT = 1e-3  # largest slope at a maximum, of likelihoods that differ by units
_DROP = stats.chi2(1).ppf(0.95) / 2


@dataclass(frozen=True, eq=False)
class BetaBinomialFit:
    """A beta-binomial model of rates, fitted by maximum likelihood.

    Attributes
    ----------
    coefficients : DataFrame
        term, estimate, std_error, odds_ratio, low, high, p_value; low and high bound the odds ratio (95%,
        Student's t on rows less terms).
    rho : float
        Correlation of two trials of one row, between 0 and 1: the variance of a row of n trials is
        1 + (n - 1) rho times that of independent trials.
    rho_low, rho_high : float
        95% interval from the profile of the likelihood; rho_low is 0 when independent trials are not excluded.
    log_likelihood, binomial_log_likelihood : float
        At the maximum, and at the maximum with rho = 0, both with the binomial coefficients.
    p_value : float
        Likelihood-ratio test of rho = 0, which lies at the border: half of the chi-squared tail.
    rows : int
        Rows used.
    expected : DataFrame
        observed, expected, pearson_residual of successes, under the index of the table.
    reference : dict
        As in ``RateFit``.
    """

    coefficients: pd.DataFrame
    rho: float
    rho_low: float
    rho_high: float
    log_likelihood: float
    binomial_log_likelihood: float
    p_value: float
    rows: int
    expected: pd.DataFrame
    reference: dict[str, str | int]


@dataclass(frozen=True, eq=False)
class _Maximum:
    """Where the likelihood is highest."""

    coefficients: np.ndarray
    theta: float
    value: float
    covariance: np.ndarray


def fit_beta_binomial(table: pd.DataFrame, *, successes: str, trials: str, formula: str = "1") -> BetaBinomialFit:
    """Relate success rates to other columns when rows scatter by more than independent trials can.

    Parameters
    ----------
    table : DataFrame
        One row per group of trials; it is not changed.
    successes, trials : str
        Columns of whole counts.
    formula : str
        The right side alone; see ``read_formula``.

    Returns
    -------
    BetaBinomialFit

    Raises
    ------
    EvidenceError
        If a used column misses a value, a count is negative or not whole, or there are more successes than
        trials.
    StudyRefusal
        If rows are no more than terms and rho together, a group has only successes or failures, the rows do not
        scatter by more than independent trials, or rho goes to 1.

    Notes
    -----
    Williams (1975), with the logit of the mean linear in the terms (Crowder 1978). The likelihood is written as
    products over single trials (Prentice 1986), which stay exact as rho goes to 0. The test of rho = 0 follows
    Self and Liang (1987).

    Examples
    --------
    >>> table = pd.DataFrame({"awarded": [19, 83, 205, 763], "proposed": [223, 485, 910, 3691]})
    >>> fit = fit_beta_binomial(table, successes="awarded", trials="proposed")
    >>> round(fit.rho, 4), fit.rho_low > 0
    (0.0187, True)
    """
    read = read_right_side(table, formula, successes, trials)
    rate_intervals(table[[successes, trials]], successes=successes, trials=trials)
    check_table(table, list(read.columns))
    won, tried = read_counts(table, successes), read_counts(table, trials)
    design = build_design(table, read)
    matrix = design.matrix.to_numpy(dtype="float64")
    if len(won) <= matrix.shape[1] + 1:
        message = f"{len(won)} rows cannot carry {matrix.shape[1]} terms and an overdispersion; use fewer terms"
        raise StudyRefusal(message, key="beta_rows", rows=len(won), terms=matrix.shape[1])
    found = find_separation(design.matrix, floor=won == 0, ceiling=won == tried)
    refuse_separation(design, found, response=successes, ceiling=won == tried)
    binomial = fit_glm(np.column_stack([won, tried - won]), design.matrix, family=families.Binomial())
    steps = TrialSteps.of(won, tried)
    best = _maximise(steps, matrix, np.asarray(binomial.params))
    under, _, _ = log_likelihood(steps, matrix, np.asarray(binomial.params), 0.0)
    low, high = _profile(steps, matrix, best, under)
    return BetaBinomialFit(
        coefficients=_tabulate(best, list(design.matrix.columns), len(won)),
        rho=best.theta / (1 + best.theta),
        rho_low=low / (1 + low),
        rho_high=high / (1 + high) if np.isfinite(high) else 1.0,
        log_likelihood=best.value,
        binomial_log_likelihood=under,
        p_value=float(stats.chi2(1).sf(2 * (best.value - under)) / 2),
        rows=len(won),
        expected=_compare(won, tried, expit(matrix @ best.coefficients), best.theta, table.index),
        reference=design.reference,
    )


def _maximise(steps: TrialSteps, matrix: np.ndarray, start: np.ndarray) -> _Maximum:
    """Climb from the binomial fit over the coefficients and log theta together."""
    _, gradient, _ = log_likelihood(steps, matrix, start, 0.0)
    if gradient[-1] <= 0:
        message = "the rows scatter by no more than independent trials do: rho is 0; use the binomial"
        raise StudyRefusal(message, key="beta_none")

    def evaluate(place: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """Give value, gradient and curvature along the logarithm of theta."""
        theta = float(np.exp(np.clip(place[-1], np.log(_LEAST), np.log(_MOST))))
        value, gradient, hessian = log_likelihood(steps, matrix, place[:-1], theta)
        scale = np.append(np.ones(len(place) - 1), theta)
        curve = hessian * np.outer(scale, scale)
        curve[-1, -1] += gradient[-1] * theta
        return value, gradient * scale, curve

    place, value, gradient, curve = climb(evaluate, np.append(start, np.log(_FIRST)))
    theta = float(np.exp(place[-1]))
    if np.abs(gradient).max() > _FLAT or not _LEAST < theta < _MOST:
        message = "the beta-binomial has no maximum between independent trials and all-or-nothing rows"
        raise StudyRefusal(message, key="beta_edge")
    return _Maximum(place[:-1], theta, value, np.linalg.inv(-curve))


def _profile(steps: TrialSteps, matrix: np.ndarray, best: _Maximum, under: float) -> tuple[float, float]:
    """The theta on both sides of the best where the likelihood, at its best coefficients, has dropped enough."""

    def rest(log_theta: float) -> float:
        """How far the profile likelihood lies above the end of the interval."""
        return maximise_at(steps, matrix, best.coefficients, float(np.exp(log_theta))) - best.value + _DROP

    top = np.log(best.theta)
    low = 0.0
    if under - best.value + _DROP < 0:
        bottom = top - 1
        while rest(bottom) > 0:
            bottom -= 2
        low = float(np.exp(brentq(rest, bottom, top, xtol=1e-8)))
    ceiling = top + 1
    while rest(ceiling) > 0:
        ceiling += 2
        if ceiling > np.log(_MOST):
            return low, np.inf
    return low, float(np.exp(brentq(rest, top, ceiling, xtol=1e-8)))


def _tabulate(best: _Maximum, terms: list[str], rows: int) -> pd.DataFrame:
    """List estimates, errors and odds ratios with intervals of a t law."""
    errors = np.sqrt(np.diag(best.covariance))[:-1]
    law = stats.t(rows - len(terms))
    reach = law.ppf(0.975) * errors
    with np.errstate(over="ignore"):  # a bound too large for a float is told as infinite
        middle, low, high = np.exp([best.coefficients, best.coefficients - reach, best.coefficients + reach])
    return pd.DataFrame(
        {
            "term": terms,
            "estimate": best.coefficients,
            "std_error": errors,
            "odds_ratio": middle,
            "low": low,
            "high": high,
            "p_value": 2 * law.sf(np.abs(best.coefficients / errors)),
        }
    )


def _compare(won: np.ndarray, tried: np.ndarray, shares: np.ndarray, theta: float, index: pd.Index) -> pd.DataFrame:
    """Compare observed and expected successes."""
    rho = theta / (1 + theta)
    spread = np.sqrt(tried * shares * (1 - shares) * (1 + (tried - 1) * rho))
    columns = {
        "observed": won.astype("int64"),
        "expected": tried * shares,
        "pearson_residual": (won - tried * shares) / spread,
    }
    return pd.DataFrame(columns, index=index)
