"""Covariances: how sure a fitted model's terms are, jointly, when its variance is trusted and when it is not."""

import numpy as np
from statsmodels.genmod.generalized_linear_model import GLMResultsWrapper

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.columns import name_terms

_ZERO_ERROR = 1e-6


def standard_errors(result: GLMResultsWrapper, *, covariance: str, groups: np.ndarray | None = None) -> np.ndarray:
    """Compute standard errors of a fitted model's coefficients.

    Parameters
    ----------
    result : GLMResultsWrapper
        A converged fit of n rows and k terms with scale 1.
    covariance : {"model", "HC1", "cluster"}
        Trust the variance of the family; allow any variance; allow also dependence within clusters.
    groups : ndarray of int, optional
        Cluster of each row (n), for ``"cluster"``.

    Returns
    -------
    ndarray
        One error per term (k).

    Raises
    ------
    StudyRefusal
        If a robust error is zero, because the terms fit every cluster without rest.

    Examples
    --------
    >>> import pandas as pd
    >>> from statsmodels.genmod import families
    >>> from zi_analysis.study.likelihood import fit_glm
    >>> matrix = pd.DataFrame({"Intercept": np.ones(3)})
    >>> fit = fit_glm(np.array([2.0, 4, 9]), matrix, family=families.Poisson())
    >>> standard_errors(fit, covariance="model").round(3).tolist()
    [0.258]
    >>> standard_errors(fit, covariance="HC1").round(3).tolist()
    [0.416]
    """
    return np.sqrt(np.diag(covariance_of_terms(result, covariance=covariance, groups=groups)))


def covariance_of_terms(
    result: GLMResultsWrapper, *, covariance: str, groups: np.ndarray | None = None, scale: float = 1.0
) -> np.ndarray:
    """Compute the covariance matrix of a fitted model's coefficients.

    Parameters
    ----------
    result : GLMResultsWrapper
        A converged fit of n rows and k terms.
    covariance : {"model", "HC1", "cluster"}
        Trust the variance of the family; allow any variance; allow also dependence within clusters.
    groups : ndarray of int, optional
        Cluster of each row (n), for ``"cluster"``.
    scale : float
        What the variance of the family is multiplied with, for ``"model"``: the dispersion of a quasi family.
        The others do not depend on it.

    Returns
    -------
    ndarray
        Symmetric (k x k), in the order of the terms.

    Raises
    ------
    StudyRefusal
        If a robust variance is zero, because the terms fit every cluster without rest.

    Notes
    -----
    The small-sample factors are n / (n - k) for HC1 and G / (G - 1) * (n - 1) / (n - k) for G clusters, as in
    ``vcovHC`` and ``vcovCL`` with ``type="HC1"`` of R's sandwich (Zeileis 2006; Zeileis, Koell and Graham
    2020). With few clusters these errors are too small (Cameron, Gelbach and Miller 2008).

    Examples
    --------
    >>> import pandas as pd
    >>> from statsmodels.genmod import families
    >>> from zi_analysis.study.likelihood import fit_glm
    >>> matrix = pd.DataFrame({"Intercept": np.ones(4), "later": [0.0, 0, 1, 1]})
    >>> fit = fit_glm(np.array([2.0, 4, 9, 15]), matrix, family=families.Poisson())
    >>> covariance_of_terms(fit, covariance="model").round(3).tolist()
    [[0.167, -0.167], [-0.167, 0.208]]
    """
    # statsmodels' own cov_type is not used: for GLM its "HC1" is HC0, without the factor, and for the
    # negative binomial it takes the observed where glm.nb takes the expected information.
    bread = np.asarray(result.normalized_cov_params)
    if covariance == "model":
        return scale * bread
    scores = _scores(result)
    rows, terms = scores.shape
    factor = rows / (rows - terms)
    if groups is not None:
        scores, factor = _sum_clusters(scores, groups), (rows - 1) / (rows - terms)
        factor *= len(scores) / (len(scores) - 1)
    # half @ half.T stays symmetric and positive to the last digit
    half = bread @ scores.T
    matrix = factor * (half @ half.T)
    _refuse_zero(result, np.diag(matrix) < _ZERO_ERROR**2 * np.diag(bread), covariance)
    return matrix


def _scores(result: GLMResultsWrapper) -> np.ndarray:
    """Slope of each row's log-likelihood to the coefficients (n x k), under a log link."""
    model = result.model
    means = np.asarray(result.fittedvalues)
    slopes = model.family.link.inverse_deriv(model.family.link(means)) / model.family.variance(means)
    return ((model.endog - means) * slopes)[:, None] * model.exog


def _sum_clusters(scores: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Add up the scores of each cluster."""
    numbers = np.unique(groups, return_inverse=True)[1]
    sums = np.zeros((numbers.max() + 1, scores.shape[1]))
    np.add.at(sums, numbers, scores)
    return sums


def _refuse_zero(result: GLMResultsWrapper, zero: np.ndarray, covariance: str) -> None:
    """Refuse standard errors of zero by the names of their terms."""
    if zero.any():
        names = name_terms([name for name, none in zip(result.model.exog_names, zero, strict=True) if none])
        raise StudyRefusal(
            f'the standard error of {names} is zero under covariance="{covariance}", because the terms fit '
            "each cluster without rest; use fewer terms or more clusters"
        )
