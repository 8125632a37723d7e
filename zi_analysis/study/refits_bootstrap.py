"""Bootstrap: intervals of rate ratios from refits of data drawn from the fit."""

from dataclasses import replace

import numpy as np
import pandas as pd

from zi_analysis.errors import ParameterError, StudyRefusal
from zi_analysis.study.batches import draw_counts
from zi_analysis.study.columns import read_exposure
from zi_analysis.study.counts import CountFit
from zi_analysis.study.designs import build_design
from zi_analysis.study.formulas import read_formula
from zi_analysis.study.refits import Refits, refit_counts
from zi_analysis.study.refits_nb2 import refit_nb2

_LEAST_REPLICATES = 100
_MOST_LOST = 0.05  # of replicates without an answer: beyond it the tails that bound a 95% interval are in doubt


def bootstrap_intervals(
    fit: CountFit, cells: pd.DataFrame, *, formula: str, exposure: str | None, replicates: int, seed: int
) -> pd.DataFrame:
    """Bound the rate ratios of a fit by fits of data drawn from it.

    Parameters
    ----------
    fit : CountFit
        Poisson, quasi-Poisson or NB2, with ``covariance="model"``.
    cells : DataFrame
        The rows that were fitted, in the same order.
    formula, exposure
        As given to ``fit_counts``.
    replicates : int
        Number of data sets drawn, at least 100; 2,000 or more for two digits of a bound.
    seed : int
        Seed of the draws.

    Returns
    -------
    DataFrame
        term, estimate, std_error, rate_ratio, low, high (95%, studentised), percentile_low, percentile_high (95%, of
        the drawn estimates), replicates (refits with an answer), refused (refits without).

    Raises
    ------
    ParameterError
        If there are fewer than 100 replicates.
    StudyRefusal
        If the errors of the fit are not the model's, or more than 5% of the refits have no answer.

    Notes
    -----
    Parametric bootstrap (Davison and Hinkley 1997, sections 5.2 and 5.3). The studentised interval corrects the length
    for errors, dispersion and alpha estimated from few cells; it is as good as the family of the fit. Quasi-Poisson is
    drawn from NB1, which has its variance (Cameron and Trivedi 1986). A drawn set that is not overdispersed is fitted
    by Poisson.

    Examples
    --------
    >>> from zi_analysis.study.counts import fit_counts
    >>> cells = pd.DataFrame({"awards": [10, 12, 30, 35], "kind": list("aabb"), "units": [5, 5, 10, 10]})
    >>> question = {"formula": "awards ~ C(kind)", "exposure": "units"}
    >>> table = bootstrap_intervals(fit_counts(cells, **question), cells, **question, replicates=500, seed=1)
    >>> bool(table["low"].iloc[1] < 1.477 < table["high"].iloc[1])
    True
    """
    if replicates < _LEAST_REPLICATES:
        raise ParameterError(f"replicates is {replicates}; an interval needs at least {_LEAST_REPLICATES}")
    if fit.covariance != "model":
        message = f"intervals are drawn for errors of the model, not for {fit.covariance}"
        raise StudyRefusal(message, key="bootstrap_covariance", covariance=fit.covariance)
    matrix = build_design(cells, read_formula(formula, columns=[str(name) for name in cells.columns])).matrix
    offset = None if exposure is None else np.log(read_exposure(cells, exposure))
    drawn = draw_from(fit, replicates=replicates, random=np.random.default_rng(seed))
    refits = refit_as(fit.family, drawn, matrix.to_numpy(), offset=offset)
    lost = int((~refits.converged).sum())
    if lost > _MOST_LOST * replicates:
        message = f"{lost} of {replicates} data sets drawn from the fit have no answer; the counts are too few"
        raise StudyRefusal(message, key="bootstrap_lost", lost=lost, replicates=replicates)
    return _bound(fit.coefficients, refits).assign(replicates=replicates - lost, refused=lost)


def refit_as(family: str, counts: np.ndarray, matrix: np.ndarray, *, offset: np.ndarray | None) -> Refits:
    """Refit data sets by a family of `fit_counts`.

    Parameters
    ----------
    family : {"poisson", "quasipoisson", "nb2"}
        quasipoisson has the model's errors times the root of the dispersion.
    counts, matrix, offset
        As for `refit_counts`.

    Returns
    -------
    Refits

    Examples
    --------
    >>> refit_as("quasipoisson", np.array([[2.0, 4, 12]]), np.ones((3, 1)), offset=None).std_errors.round(3).tolist()
    [[0.509]]
    """
    if family == "nb2":
        return refit_nb2(counts, matrix, offset=offset)
    refits = refit_counts(counts, matrix, offset=offset)
    if family == "poisson":
        return refits
    return replace(refits, std_errors=refits.std_errors * np.sqrt(refits.dispersion)[:, None])


def draw_from(fit: CountFit, *, replicates: int, random: np.random.Generator) -> np.ndarray:
    """Draw counts from a fit.

    Parameters
    ----------
    fit : CountFit
        Poisson, quasi-Poisson (drawn from NB1; from Poisson when its dispersion is 1 or less) or NB2.
    replicates : int
        Number of data sets.
    random : Generator
        Source of chance.

    Returns
    -------
    ndarray of float
        Counts (replicates x n).

    Examples
    --------
    >>> from zi_analysis.study.counts import fit_counts
    >>> fit = fit_counts(pd.DataFrame({"awards": [9, 11]}), formula="awards ~ 1", exposure=None)
    >>> draw_from(fit, replicates=3, random=np.random.default_rng(1)).shape
    (3, 2)
    """
    means = np.broadcast_to(fit.expected["expected"].to_numpy(), (replicates, fit.n_cells))
    if fit.family == "quasipoisson":
        return draw_counts(means[0], dispersion=fit.dispersion, replicates=replicates, random=random)
    if fit.alpha:
        means = random.gamma(1 / fit.alpha, fit.alpha * means)
    return random.poisson(means).astype("float64")


def studentised_bounds(estimate: np.ndarray, error: np.ndarray, refits: Refits) -> tuple[np.ndarray, np.ndarray]:
    """Bound estimates by the spread of drawn estimates in units of their own errors.

    Parameters
    ----------
    estimate, error : ndarray
        Of the fit that was drawn from (k).
    refits : Refits
        Of the drawn data.

    Returns
    -------
    low, high : ndarray
        95% bounds (k), on the scale of the estimate.

    Examples
    --------
    >>> refits = refit_counts(np.random.default_rng(1).poisson(50, size=(500, 2)), np.ones((2, 1)))
    >>> [bound.round(1).tolist() for bound in studentised_bounds(np.log([50.0]), np.array([0.1]), refits)]
    [[3.7], [4.1]]
    """
    answered = refits.converged
    drawn = (refits.coefficients[answered] - estimate) / refits.std_errors[answered]
    least, most = np.quantile(drawn, [0.025, 0.975], axis=0)
    return estimate - most * error, estimate - least * error


def _bound(coefficients: pd.DataFrame, refits: Refits) -> pd.DataFrame:
    """Both kinds of interval beside the estimates."""
    estimate, error = coefficients["estimate"].to_numpy(), coefficients["std_error"].to_numpy()
    drawn = refits.coefficients[refits.converged]
    bounds = (*studentised_bounds(estimate, error, refits), *np.quantile(drawn, [0.025, 0.975], axis=0))
    names = ("low", "high", "percentile_low", "percentile_high")
    with np.errstate(over="ignore"):  # a bound too large for a float is told as infinite
        told = {name: np.exp(bound) for name, bound in zip(names, bounds, strict=True)}
    return coefficients[["term", "estimate", "std_error", "rate_ratio"]].assign(**told)
