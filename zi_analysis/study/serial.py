"""Serial correlation: whether the years of a series are as many pieces of evidence as there are years."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.break_designs import design_break
from zi_analysis.study.breaks import BreakFit

LEAST_PAIRS = 4


@dataclass(frozen=True)
class SerialCorrelation:
    """What can be said of the dependence of neighbouring years.

    Attributes
    ----------
    correlation : float
        Of Pearson residuals one year apart.
    pairs : int
        Pairs of neighbouring years.
    p_value : float
        Share of orders of the residuals with a correlation at least as large (one-sided, sampled).
    effective_years : float
        Years times (1 - r) / (1 + r), at most all of them.
    ratio, low, high : float
        The change of level with an interval widened by the correlation.
    newey_west_low, newey_west_high : float
        The interval of Newey and West with one lag and Student's t.
    """

    correlation: float
    pairs: int
    p_value: float
    effective_years: float
    ratio: float
    low: float
    high: float
    newey_west_low: float
    newey_west_high: float


def correlate_years(fit: BreakFit, *, seed: int, replicates: int = 1999) -> SerialCorrelation:
    """Estimate the correlation of neighbouring years and widen the interval of the break by it.

    Parameters
    ----------
    fit : BreakFit
        From ``fit_break``.
    seed : int
        Seed of the orders of the residuals.
    replicates : int
        Orders drawn.

    Returns
    -------
    SerialCorrelation

    Raises
    ------
    StudyRefusal
        If fewer than four pairs of years follow each other, or all residuals are the same.

    Notes
    -----
    Widening by (1 + r) / (1 - r) as in Bayley and Hammersley (1946); `newey_west_error` for the other interval.
    In short series the correlation is biased downward, by about (1 + 3 r) / n (Marriott and Pope 1954; Kendall
    1954), so the widened interval is still too narrow, and a series without sign of dependence may be dependent.

    Examples
    --------
    >>> import pandas as pd
    >>> from zi_analysis.study.breaks import fit_break
    >>> series = pd.DataFrame(
    ...     {"year": range(2017, 2025), "award_count": [50, 90, 55, 88, 52, 20, 45, 22], "exposure": 100}
    ... )
    >>> found = correlate_years(fit_break(series), seed=1)
    >>> found.correlation < 0, found.pairs
    (True, 7)
    """
    rows = fit.rows
    residuals = rows["pearson_residual"].to_numpy()
    neighbours = np.flatnonzero(np.diff(rows["year"].to_numpy()) == 1)
    if len(neighbours) < LEAST_PAIRS:
        message = f"{len(neighbours)} pairs of neighbouring years are too few for a correlation"
        raise StudyRefusal(message, key="break_no_pairs")
    correlation = float(_correlate(residuals[None, :], neighbours)[0])
    orders = np.random.default_rng(seed).permuted(np.tile(residuals, (replicates, 1)), axis=1)
    above = int((_correlate(orders, neighbours) >= correlation - 1e-12).sum())
    bounded = float(np.clip(correlation, 0.0, 0.99))
    widening = (1 + bounded) / (1 - bounded)
    row = fit.ratio
    reach = float(stats.t.ppf(0.975, fit.degrees))
    errors = (float(row["std_error"]) * np.sqrt(widening), newey_west_error(fit))
    bounds = [np.exp(float(row["estimate"]) + sign * reach * error) for error in errors for sign in (-1, 1)]
    return SerialCorrelation(
        correlation,
        len(neighbours),
        (above + 1) / (replicates + 1),
        float(len(residuals) / widening),
        float(row["rate_ratio"]),
        *(float(bound) for bound in bounds),
    )


def _correlate(residuals: np.ndarray, neighbours: np.ndarray) -> np.ndarray:
    """Correlation of each row's residuals with those a year before (b)."""
    centred = residuals - residuals.mean(axis=1, keepdims=True)
    variance = (centred**2).mean(axis=1)
    if not (variance > 0).all():
        raise StudyRefusal("all residuals are the same", key="break_no_pairs")
    products = centred[:, neighbours] * centred[:, neighbours + 1]
    return np.asarray(products.mean(axis=1) / variance)


def newey_west_error(fit: BreakFit) -> float:
    """Standard error of the change of level that allows any variance and dependence of neighbouring years.

    Parameters
    ----------
    fit : BreakFit
        From ``fit_break``.

    Returns
    -------
    float
        Of the logarithm of the rate ratio.

    Notes
    -----
    Newey and West (1987), one lag with weight one half, factor n / (n - k); only years that follow each other
    are neighbours. ``NeweyWest(fit, lag = 1, prewhite = FALSE, adjust = TRUE)`` of R's sandwich on a series
    without gaps.

    Examples
    --------
    >>> import pandas as pd
    >>> from zi_analysis.study.breaks import fit_break
    >>> series = pd.DataFrame(
    ...     {"year": range(2017, 2025), "award_count": [50, 60, 55, 58, 52, 20, 25, 22], "exposure": 100}
    ... )
    >>> round(newey_west_error(fit_break(series)), 4)
    0.0417
    """
    rows = fit.rows
    matrix = design_break(rows["year"].to_numpy(), fit.first_after, fit.shape)
    design, means = matrix.to_numpy(), rows["expected"].to_numpy()
    bread = np.linalg.inv(design.T @ (design * means[:, None]))
    scores = (rows["observed"].to_numpy() - means)[:, None] * design
    neighbours = np.flatnonzero(np.diff(rows["year"].to_numpy()) == 1)
    lagged = scores[neighbours].T @ scores[neighbours + 1]
    meat = scores.T @ scores + 0.5 * (lagged + lagged.T)
    place = list(matrix.columns).index("after")
    variance = float((bread @ meat @ bread)[place, place]) * len(means) / fit.degrees
    if not variance > 0:
        raise StudyRefusal("the error of Newey and West is zero", key="break_no_pairs")
    return float(np.sqrt(variance))
