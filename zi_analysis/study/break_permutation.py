"""Permutation: the change of level beside that of every other choice of the years after the break."""

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
from scipy.special import xlogy

from zi_analysis.study.breaks import fit_break
from zi_analysis.study.series import FIRST_YEAR_UNDER_RULES_OF_2021

_MOST_ARRANGEMENTS = 20_000
_SLACK = 1e-9  # equal statistics must count as equal, whatever the last digit


@dataclass(frozen=True)
class PermutationTest:
    """The break's statistic among those of other orders of the years.

    Attributes
    ----------
    statistic : float
        F of the level change.
    p_value : float
        Share of arrangements with a statistic at least as large.
    least_p : float
        The smallest p-value that so many points allow.
    arrangements : int
        Orders counted.
    exact : bool
        Whether they are all there are; else they are drawn.
    """

    statistic: float
    p_value: float
    least_p: float
    arrangements: int
    exact: bool


def level_statistics(counts: np.ndarray, exposure: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """F statistic of a change of level, for many series and many splits at once.

    Parameters
    ----------
    counts : ndarray
        Counts (b x n).
    exposure : ndarray
        Exposure (n).
    masks : ndarray of bool
        Rows after the break, one split a row (m x n).

    Returns
    -------
    ndarray
        Statistics (b x m), those of ``fit_break`` with shape "level".

    Examples
    --------
    >>> masks = np.array([[False, False, True, True]])
    >>> level_statistics(np.array([[9.0, 11, 30, 34]]), np.ones(4), masks).round(2).tolist()
    [[24.24]]
    """
    spread, total = counts**2 / exposure, counts.sum(axis=1, keepdims=True)
    deviance = -2 * xlogy(total, total / exposure.sum())
    pearson = -total
    for side in (masks.T, ~masks.T):
        awards, trials, squares = counts @ side, exposure @ side, spread @ side
        deviance = deviance + 2 * xlogy(awards, awards / trials)
        pearson = pearson + squares * trials / np.where(awards > 0, awards, np.inf)
    degrees = counts.shape[1] - 2
    return np.asarray(np.maximum(deviance, 0.0) / np.maximum(pearson / degrees, 1.0))


def arrange_years(points: int, after: int, *, seed: int, most: int = _MOST_ARRANGEMENTS) -> tuple[np.ndarray, bool]:
    """Every choice of the years after the break, or a random sample when there are too many.

    Parameters
    ----------
    points, after : int
        Number of years, and how many of them stand after the break.
    seed : int
        Seed of the sample.
    most : int
        Above this many choices a sample of this size is drawn.

    Returns
    -------
    masks : ndarray of bool
        One choice a row (m x points); the last years are the first row.
    exact : bool
        Whether all choices are there.

    Examples
    --------
    >>> masks, exact = arrange_years(4, 1, seed=1)
    >>> len(masks), exact, masks[0].tolist()
    (4, True, [False, False, False, True])
    """
    own = np.arange(points) >= points - after
    if comb(points, after) <= most:
        chosen = np.array(list(combinations(range(points - 1, -1, -1), after)))
        masks = np.zeros((len(chosen), points), dtype=bool)
        np.put_along_axis(masks, chosen, True, axis=1)
        return masks, True
    random = np.random.default_rng(seed)
    drawn = random.permuted(np.tile(own, (most - 1, 1)), axis=1)
    return np.vstack([own, drawn]), False


def permute_years(
    series: pd.DataFrame, *, seed: int, first_after: int = FIRST_YEAR_UNDER_RULES_OF_2021
) -> PermutationTest:
    """Compare the change of level with that of every other choice of the years after the break.

    The test holds its size whatever the scatter, if without a break the years could stand in any order. A
    trend breaks that condition, and then a small p-value may be the trend's.

    Parameters
    ----------
    series : DataFrame
        year, award_count, exposure; counts move with their exposure.
    seed : int
        Used only when there are too many choices to count them all.
    first_after : int
        First year after the break.

    Returns
    -------
    PermutationTest

    Raises
    ------
    StudyRefusal
        If a side has no row or no award, or there are fewer than three points.

    Notes
    -----
    Fisher (1935); Edgington and Onghena (2007) for the p-value with sampled arrangements.

    Examples
    --------
    >>> series = pd.DataFrame(
    ...     {"year": range(2017, 2025), "award_count": [50, 60, 55, 58, 52, 20, 25, 22], "exposure": 100}
    ... )
    >>> test = permute_years(series, seed=1)
    >>> test.arrangements, round(test.p_value, 4)
    (56, 0.0179)
    """
    fit = fit_break(series, first_after=first_after)
    after = int((series["year"] >= first_after).sum())
    masks, exact = arrange_years(len(series), after, seed=seed)
    counts = series["award_count"].to_numpy(dtype="float64")[None, :]
    statistics = level_statistics(counts, series["exposure"].to_numpy(dtype="float64"), masks)[0]
    above = int((statistics >= statistics[0] - _SLACK).sum())
    least = least_p(len(series), after) if exact else 1 / len(masks)
    return PermutationTest(fit.statistic, above / len(masks), least, len(masks), exact)


def least_p(points: int, after: int) -> float:
    """Smallest p-value that the permutation test can reach, all arrangements counted.

    Parameters
    ----------
    points, after : int
        Number of years, and how many of them stand after the break.

    Returns
    -------
    float

    Notes
    -----
    With as many years after as before, changing sides gives the same statistic, so two arrangements are equal.

    Examples
    --------
    >>> least_p(10, 3), least_p(6, 3)
    (0.008333333333333333, 0.1)
    """
    return (2 if 2 * after == points else 1) / comb(points, after)
