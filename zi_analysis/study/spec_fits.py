"""Fits of a specification grid: all specifications of one design at once, each as `fit_counts` would fit it."""

import numpy as np
import pandas as pd
from scipy import stats

from zi_analysis.study.refits import refit_counts
from zi_analysis.study.refits_nb2 import refit_nb2
from zi_analysis.study.spec_checks import find_lone_points
from zi_analysis.study.spec_grid import Grid

NOT_OVERDISPERSED, ONE_POINT = "no_spread", "one_point"


def fit_grid(grid: Grid) -> pd.DataFrame:
    """Fit every specification of a grid.

    Parameters
    ----------
    grid : Grid
        From ``grid_rules``, ``grid_predicates`` or ``grid_types``.

    Returns
    -------
    DataFrame
        The choices, then n_points, estimate (log rate ratio of the finding's term), std_error, rate_ratio, low, high
        (95%), p_value (of a ratio of 1), alpha (nb2), refusal ("" where there is an answer; else too_few, repeated,
        separated, no_answer, no_spread, one_point), defensible (False with a bad habit).

    Notes
    -----
    Estimates are those of `fit_counts`. Errors are HC1 (robust), the model's times the root of the dispersion, but not
    less than the model's (quasi; Wedderburn 1974), or the model's at the estimated alpha (nb2; Lawless 1987).
    Intervals take Student's t with points less terms degrees of freedom, as the shortest series have few points. A
    robust error is refused where a point alone decides a term; nb2 where the counts show no extra scatter.

    Examples
    --------
    >>> from zi_analysis.study.spec_evidence import Figures
    >>> from zi_analysis.study.spec_grid import grid_rules
    >>> awards = np.tile(np.array([4.0, 8, 8, 2, 4]), (3, 1, 3, 1))
    >>> figures = Figures(np.arange(2019, 2024), ("settled",), awards, {"none": np.ones((1, 5))})
    >>> float(fit_grid(grid_rules(figures, predicates=["all"]))["rate_ratio"].iloc[0].round(3))
    0.45
    """
    numbers = np.full((len(grid.choices), 3), np.nan)  # estimate, std_error, alpha
    reasons = np.full(len(grid.choices), "", dtype="U10")
    degrees = np.zeros(len(grid.choices))
    for time, matrix in grid.matrices.items():
        for nb2 in (False, True):
            wanted = (grid.choices["time"] == time) & ((grid.choices["family"] == "nb2") == nb2)
            rows = np.flatnonzero(wanted.to_numpy())
            if len(rows):
                numbers[rows], reasons[rows] = _fit_design(grid.take(rows), matrix, nb2=nb2)
                degrees[rows] = grid.use[rows].sum(axis=1) - matrix.shape[1]
    numbers[reasons != ""] = np.nan
    return _table(grid, numbers, reasons, degrees)


def _fit_design(grid: Grid, matrix: pd.DataFrame, *, nb2: bool) -> tuple[np.ndarray, np.ndarray]:
    """Estimate, error and alpha of specifications that share a design and a family's variance, and refusals."""
    design, offset = matrix.to_numpy(), np.log(grid.exposures)
    fits = (refit_nb2 if nb2 else refit_counts)(grid.counts, design, offset=offset, use=grid.use)
    term, reasons = matrix.columns.get_loc(grid.term), fits.reason.astype("U10")
    errors = fits.std_errors[:, term]
    if nb2:
        reasons[(reasons == "") & (fits.alpha == 0)] = NOT_OVERDISPERSED
        return np.column_stack([fits.coefficients[:, term], errors, fits.alpha]), reasons
    robust = (grid.choices["family"] == "robust").to_numpy()
    lone = find_lone_points(design, grid.use) | ~np.isfinite(fits.std_errors_hc1).all(axis=1)
    reasons[(reasons == "") & robust & lone] = ONE_POINT
    errors = np.where(robust, fits.std_errors_hc1[:, term], errors * np.sqrt(np.maximum(fits.dispersion, 1.0)))
    return np.column_stack([fits.coefficients[:, term], errors, np.full(len(errors), np.nan)]), reasons


def _table(grid: Grid, numbers: np.ndarray, reasons: np.ndarray, degrees: np.ndarray) -> pd.DataFrame:
    """Choices and answers side by side."""
    estimate, error, alpha = numbers.T
    reach = stats.t.ppf(0.975, np.maximum(degrees, 1)) * error
    with np.errstate(over="ignore"):
        middle, low, high = np.exp([estimate, estimate - reach, estimate + reach])
    return grid.choices.assign(
        n_points=grid.use.sum(axis=1),
        estimate=estimate,
        std_error=error,
        rate_ratio=middle,
        low=low,
        high=high,
        p_value=2 * stats.t.sf(np.abs(estimate / error), np.maximum(degrees, 1)),
        alpha=alpha,
        refusal=reasons,
        defensible=grid.defensible,
    )
