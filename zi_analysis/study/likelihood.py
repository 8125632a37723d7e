"""Likelihood: statsmodels behind one function, with tight tolerance and without its warnings."""

import warnings

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM, GLMResultsWrapper

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.columns import name_terms

_TOLERANCE = 1e-11
_STEPS = 200


def fit_glm(
    response: np.ndarray,
    matrix: pd.DataFrame,
    *,
    family: families.Family,
    offset: np.ndarray | None = None,
    start: np.ndarray | None = None,
) -> GLMResultsWrapper:
    """Maximise a generalised linear model by iteratively reweighted least squares.

    Parameters
    ----------
    response : ndarray
        Counts (n), or successes and failures (n x 2).
    matrix : DataFrame
        Design matrix (n x k) of full rank, not separated.
    family : Family
        A statsmodels family with its link.
    offset : ndarray, optional
        Logarithm of the exposure (n).
    start : ndarray, optional
        Coefficients to start from (k).

    Returns
    -------
    GLMResultsWrapper
        The result of statsmodels, converged.

    Raises
    ------
    StudyRefusal
        If the search did not converge.

    Examples
    --------
    >>> matrix = pd.DataFrame({"Intercept": [1.0, 1.0, 1.0]})
    >>> fit_glm(np.array([2.0, 4, 6]), matrix, family=families.Poisson()).params.round(6).tolist()
    [1.386294]
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        # Separation is excluded before and convergence is checked below; what statsmodels still warns of is
        # an overflow on the way or a fit without rest, which is sound.
        warnings.simplefilter("ignore")
        try:
            model = GLM(response, matrix, family=family, offset=offset)
            result = _reweigh(model, start, _STEPS)
            good = result.converged
            if not good:
                result, good = _climb(model, result, start)
            good = good and np.isfinite(result.params).all() and np.isfinite(result.bse).all()
        except (ValueError, FloatingPointError, np.linalg.LinAlgError) as error:
            raise StudyRefusal(f"the fit broke off ({error}); use fewer terms or rescale columns") from error
    if not good:
        raise StudyRefusal(
            f"the fit did not converge in {_STEPS} steps; use fewer terms than {name_terms(matrix.columns)}, "
            "or rescale columns"
        )
    return result


def _reweigh(model: GLM, start: np.ndarray | None, steps: int) -> GLMResultsWrapper:
    """Iteratively reweighted least squares."""
    return model.fit(start_params=start, maxiter=steps, tol=_TOLERANCE, rtol=_TOLERANCE, tol_criterion="params")


def _climb(model: GLM, turned: GLMResultsWrapper, start: np.ndarray | None) -> tuple[GLMResultsWrapper, bool]:
    """Newton's steps, halved where the likelihood falls, for fits whose reweighting turns in circles.

    At the top one reweighting gives the result its errors; the fit is sound when it hardly moves.
    """
    place = np.asarray(turned.params if start is None else start, dtype="float64")
    height = model.loglike(place)
    for _ in range(_STEPS):
        bend = -model.hessian(place, observed=True)
        if np.linalg.eigvalsh(bend)[0] <= 0:
            bend = -model.hessian(place, observed=False)
        step = np.linalg.lstsq(bend, model.score(place), rcond=None)[0]
        while not model.loglike(place + step) >= height and np.abs(step).max() > _TOLERANCE:
            step = step / 2
        place = place + step
        height = max(height, model.loglike(place))
        if np.abs(step).max() <= 1e-9 * max(1.0, np.abs(place).max()):
            break
    else:
        return turned, False
    result = _reweigh(model, place, 1)
    return result, bool(np.allclose(result.params, place, rtol=1e-7, atol=1e-7))


def table_coefficients(
    result: GLMResultsWrapper, *, errors: np.ndarray, ratio: str, degrees: float | None = None
) -> pd.DataFrame:
    """Put estimates, standard errors, ratios with 95% intervals and p-values in one table.

    Parameters
    ----------
    result : GLMResultsWrapper
        A converged fit.
    errors : ndarray
        Standard error of each term (k).
    ratio : str
        Column name of the exponentiated estimate, ``"rate_ratio"`` or ``"odds_ratio"``.
    degrees : float, optional
        Degrees of freedom of Student's t; the normal distribution when left out.

    Returns
    -------
    DataFrame
        Columns term, estimate, std_error, `ratio`, low, high, p_value; low and high bound the ratio.

    Examples
    --------
    >>> matrix = pd.DataFrame({"Intercept": [1.0, 1.0, 1.0]})
    >>> fit = fit_glm(np.array([2.0, 4, 6]), matrix, family=families.Poisson())
    >>> table_coefficients(fit, errors=np.array([0.3]), ratio="rate_ratio")["rate_ratio"].round(6).tolist()
    [4.0]
    """
    law = stats.norm() if degrees is None else stats.t(degrees)
    estimate = np.asarray(result.params)
    reach = law.ppf(0.975) * errors
    with np.errstate(over="ignore"):  # a bound too large for a float is told as infinite
        middle, low, high = np.exp([estimate, estimate - reach, estimate + reach])
    return pd.DataFrame(
        {
            "term": list(result.model.exog_names),
            "estimate": estimate,
            "std_error": errors,
            ratio: middle,
            "low": low,
            "high": high,
            "p_value": 2 * law.sf(np.abs(estimate / errors)),
        }
    )
