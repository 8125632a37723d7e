"""Fits of a specification grid: all specifications of one design at once, each as `fit_counts` would fit it."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import digamma

from zi_analysis.study.spec_checks import check_grid
from zi_analysis.study.spec_grid import Grid

NOT_OVERDISPERSED, NOT_CONVERGED = "no_spread", "no_answer"
_LOG_ALPHA = (np.log(1e-6), np.log(1e6))  # where `estimate_alpha` looks
_LADDER = 13
_STEPS = 60
_TOLERANCE = 1e-11
_ZERO_ERROR = 1e-6  # as `standard_errors` takes it


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
        (95%), p_value (of a ratio of 1), alpha (nb2), refusal ("" where there is an answer; else why there is none),
        defensible (False with a bad habit).

    Notes
    -----
    Estimates are those of `fit_counts`. Errors are HC1 (robust), the model's times the root of the dispersion, but not
    less than the model's (quasi; Wedderburn 1974), or the model's at the estimated alpha (nb2; Lawless 1987).
    Intervals take Student's t with points less terms degrees of freedom, as the shortest series have few points.

    Examples
    --------
    >>> from zi_analysis.study.spec_evidence import Figures
    >>> from zi_analysis.study.spec_grid import grid_rules
    >>> awards = np.tile(np.array([4.0, 8, 8, 2, 4]), (3, 1, 3, 1))
    >>> figures = Figures(np.arange(2019, 2024), ("settled",), awards, {"none": np.ones((1, 5))})
    >>> float(fit_grid(grid_rules(figures, predicates=["all"]))["rate_ratio"].iloc[0].round(3))
    0.45
    """
    reasons = check_grid(grid)
    numbers = np.full((len(grid.choices), 3), np.nan)  # estimate, std_error, alpha
    for time, matrix in grid.matrices.items():
        for nb2 in (False, True):
            wanted = (grid.choices["time"] == time) & ((grid.choices["family"] == "nb2") == nb2)
            rows = np.flatnonzero(wanted.to_numpy() & (reasons == ""))
            if len(rows):
                numbers[rows], reasons[rows] = _fit_design(grid.take(rows), matrix, nb2=nb2)
    degrees = grid.use.sum(axis=1) - grid.choices["time"].map({name: m.shape[1] for name, m in grid.matrices.items()})
    return _table(grid, numbers, reasons, degrees.to_numpy())


def _fit_design(grid: Grid, matrix: pd.DataFrame, *, nb2: bool) -> tuple[np.ndarray, np.ndarray]:
    """Estimate, error and alpha of specifications that share a design and a family's variance, and refusals."""
    design, offset = matrix.to_numpy(), np.log(grid.exposures)
    term = matrix.columns.get_loc(grid.term)
    alpha, reasons = np.zeros(len(grid.choices)), np.full(len(grid.choices), "", dtype="U10")
    start = None
    if nb2:
        alpha, reasons, start = _estimate_alphas(grid, design, offset)
    coefficients, means, converged = maximise(grid.counts, design, offset, grid.use, alpha=alpha, start=start)
    robust = (grid.choices["family"] == "robust").to_numpy()
    quasi = (grid.choices["family"] == "quasi").to_numpy()
    with np.errstate(all="ignore"):
        errors = _errors(grid, design, means, alpha, robust=robust, quasi=quasi)
    reasons[(reasons == "") & ~(converged & np.isfinite(errors).all(axis=1))] = NOT_CONVERGED
    numbers = np.column_stack([coefficients[:, term], errors[:, term], alpha if nb2 else np.full(len(alpha), np.nan)])
    numbers[reasons != ""] = np.nan
    return numbers, reasons


def maximise(
    counts: np.ndarray,
    design: np.ndarray,
    offset: np.ndarray,
    use: np.ndarray,
    *,
    alpha: np.ndarray,
    start: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fit one design to many sets of counts by iteratively reweighted least squares.

    Parameters
    ----------
    counts, offset : ndarray
        Counts and log exposures (S x n).
    design : ndarray
        Design matrix (n x k).
    use : ndarray of bool
        Points that enter (S x n).
    alpha : ndarray
        Overdispersion of each set (S); 0 for Poisson.
    start : ndarray, optional
        Coefficients to start from (S x k).

    Returns
    -------
    coefficients, means, converged : ndarray
        S x k, S x n (1 where a point is not used) and S.

    Examples
    --------
    >>> counts = np.array([[2.0, 4.0, 6.0]])
    >>> use = np.ones((1, 3), dtype=bool)
    >>> maximise(counts, np.ones((3, 1)), 0 * counts, use, alpha=np.zeros(1))[0].round(6).tolist()
    [[1.386294]]
    """
    coefficients = np.zeros((len(counts), design.shape[1])) if start is None else start.copy()
    means = np.where(use, counts + 0.5 if start is None else np.exp(start @ design.T + offset), 1.0)
    converged = np.zeros(len(counts), dtype=bool)
    rows = np.arange(len(counts))
    with np.errstate(all="ignore"):
        for _ in range(_STEPS):
            moved = _step(counts[rows], means[rows], design, offset[rows], use[rows], alpha[rows])
            near = np.abs(moved - coefficients[rows]) <= _TOLERANCE * (1 + np.abs(moved))
            coefficients[rows] = moved
            means[rows] = np.where(use[rows], np.exp(moved @ design.T + offset[rows]), 1.0)
            converged[rows] = near.all(axis=1)
            rows = rows[~converged[rows]]
            if not len(rows):
                break
    return coefficients, means, converged


def _step(
    counts: np.ndarray, means: np.ndarray, design: np.ndarray, offset: np.ndarray, use: np.ndarray, alpha: np.ndarray
) -> np.ndarray:
    """One weighted least squares fit of the working counts (S x k)."""
    weights = np.where(use, means / (1 + alpha[:, None] * means), 0.0)
    working = np.where(use, np.log(means) - offset + (counts - means) / means, 0.0)
    right = (weights * working) @ design
    return np.asarray(np.linalg.solve(_information(weights, design), right[:, :, None])[:, :, 0])


def _information(weights: np.ndarray, design: np.ndarray) -> np.ndarray:
    """X'WX of every set of weights (S x k x k)."""
    terms = design.shape[1]
    products = (design[:, :, None] * design[:, None, :]).reshape(len(design), terms * terms)
    return (weights @ products).reshape(len(weights), terms, terms)


def _errors(
    grid: Grid, design: np.ndarray, means: np.ndarray, alpha: np.ndarray, *, robust: np.ndarray, quasi: np.ndarray
) -> np.ndarray:
    """Standard errors of all terms (S x k)."""
    variance = means + alpha[:, None] * means**2
    weights = np.where(grid.use, means**2 / variance, 0.0)
    bread = np.linalg.inv(_information(weights, design))
    rows, terms = grid.use.sum(axis=1), design.shape[1]
    residuals = np.where(grid.use, grid.counts - means, 0.0)
    meat = _information((residuals * means / variance) ** 2, design) * (rows / (rows - terms))[:, None, None]
    sandwich = bread @ meat @ bread
    dispersion = np.maximum((residuals**2 / variance).sum(axis=1) / (rows - terms), 1.0)
    trusting, allowing = (np.sqrt(np.diagonal(kind, axis1=1, axis2=2)) for kind in (bread, sandwich))
    scaled = np.where(quasi, np.sqrt(dispersion), 1.0)[:, None] * trusting
    allowing[allowing < _ZERO_ERROR * trusting] = np.nan
    return np.where(robust[:, None], allowing, scaled)


def _estimate_alphas(grid: Grid, design: np.ndarray, offset: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The alpha at which each profile likelihood is flat, as `estimate_alpha` finds it, refusals, coefficients there.

    Each search starts from the coefficients of the one before, the first from those of Poisson: for a steep alpha the
    steps from afar may turn in circles.
    """
    last = maximise(grid.counts, design, offset, grid.use, alpha=np.zeros(len(grid.counts)))[0]

    def slope(log_alpha: np.ndarray, rows: np.ndarray) -> np.ndarray:
        alpha, used = np.exp(log_alpha), grid.use[rows]
        fit = maximise(grid.counts[rows], design, offset[rows], used, alpha=alpha, start=last[rows])
        last[rows[fit[2]]] = fit[0][fit[2]]
        return _slope(grid.counts[rows], fit[1], used, alpha)

    low, high, found = _bracket(slope, len(grid.choices))
    reasons = np.where(found, "", NOT_OVERDISPERSED).astype("U10")
    rows = np.flatnonzero(found)
    alpha = np.full(len(found), np.exp(_LOG_ALPHA[0]))
    alpha[rows] = np.exp(_root(lambda at, some: slope(at, rows[some]), low[rows], high[rows]))
    return alpha, reasons, last


def _slope(counts: np.ndarray, means: np.ndarray, use: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Derivative of the NB2 log-likelihood to log alpha, the coefficients held (S)."""
    size, alpha = 1 / alpha[:, None], alpha[:, None]
    parts = digamma(counts + size) - digamma(size) - np.log1p(alpha * means)
    parts -= alpha * (counts - means) / (1 + alpha * means)
    return -size[:, 0] * np.where(use, parts, 0.0).sum(axis=1)


def _bracket(
    slope: Callable[[np.ndarray, np.ndarray], np.ndarray], size: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two rungs of a ladder of log alpha between which each slope turns from up to down."""
    ladder = np.linspace(*_LOG_ALPHA, _LADDER)
    low, high = np.full(size, np.nan), np.full(size, np.nan)
    open_rows = np.flatnonzero(slope(np.full(size, ladder[0]), np.arange(size)) > 0)
    for lower, upper in pairwise(ladder):
        falls = slope(np.full(len(open_rows), upper), open_rows) < 0
        low[open_rows[falls]], high[open_rows[falls]] = lower, upper
        open_rows = open_rows[~falls]
        if not len(open_rows):
            break
    return low, high, ~np.isnan(low)


def _root(slope: Callable[[np.ndarray, np.ndarray], np.ndarray], low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Roots between two ends each, by the method of Illinois (Dowell and Jarratt 1971)."""
    rows = np.arange(len(low))
    at_low, at_high = slope(low, rows), slope(high, rows)
    middle = low.copy()
    for _ in range(_STEPS):
        moved = high[rows] - at_high[rows] * (high[rows] - low[rows]) / (at_high[rows] - at_low[rows])
        done = np.abs(moved - middle[rows]) < 1e-12
        middle[rows] = moved
        rows, moved = rows[~done], moved[~done]
        if not len(rows):
            break
        value = slope(moved, rows)
        same = np.sign(value) == np.sign(at_high[rows])
        at_low[rows] = np.where(same, at_low[rows] / 2, at_high[rows])
        low[rows] = np.where(same, low[rows], high[rows])
        high[rows], at_high[rows] = moved, value
    return middle


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
