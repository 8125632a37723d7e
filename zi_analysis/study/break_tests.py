"""Tests of a break: other years in its place, the largest of all breaks, and every order of the years."""

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
from scipy.special import xlogy

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.batches import deviances, dispersions, draw_counts, fit_many
from zi_analysis.study.break_designs import design_break, split_years
from zi_analysis.study.breaks import BreakFit, fit_break
from zi_analysis.study.series import FIRST_YEAR_UNDER_RULES_OF_2021

_MOST_ARRANGEMENTS = 20_000
_SLACK = 1e-9  # equal statistics must count as equal, whatever the last digit


@dataclass(frozen=True, eq=False)
class BreakScan:
    """The same model at every year that could be a break.

    Attributes
    ----------
    breaks : DataFrame
        first_after, rate_ratio, low, high, statistic, p_value, chosen (the split of the rules).
    shape : str
        level, trend or segmented.
    rank : int
        Place of the chosen break among them, the largest statistic first.
    p_rank : float
        Rank over the number of breaks: the p-value if every year were as likely to be marked.
    """

    breaks: pd.DataFrame
    shape: str
    rank: int
    p_rank: float

    @property
    def largest(self) -> pd.Series:
        """The row with the largest statistic."""
        return self.breaks.loc[self.breaks["statistic"].idxmax()]


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


@dataclass(frozen=True, eq=False)
class SupremumTest:
    """The largest statistic of all breaks beside those of series without a break."""

    statistic: float
    first_after: int  # year of the largest statistic
    draws: np.ndarray  # shape (replicates,): the largest statistic of each simulated series
    p_value: float
    dispersion: float  # of the model without break, from which is drawn


def list_breaks(series: pd.DataFrame, *, shape: str, first_after: int = FIRST_YEAR_UNDER_RULES_OF_2021) -> list[int]:
    """List the years at which the model can be fitted, each split of the points once.

    Parameters
    ----------
    series : DataFrame
        year, award_count, exposure.
    shape : str
        See ``design_break``.
    first_after : int
        The break of the rules; another year must leave as many points on each side, up to two (three where the
        shape has slopes on both sides).

    Returns
    -------
    list of int
        First years after; a year without a count is not named, as the split is that of the next year.

    Examples
    --------
    >>> series = pd.DataFrame({"year": [2018, 2020, 2021, 2022, 2023], "award_count": 5, "exposure": 1})
    >>> list_breaks(series, shape="level")
    [2021, 2022]
    """
    years = series["year"].to_numpy()
    after = split_years(series, first_after)
    least = min(2, int(after.sum()), int((~after).sum()))
    found = []
    for year in years[least : len(years) - least + 1]:
        try:
            fit_break(series, first_after=int(year), shape=shape)
        except StudyRefusal:
            continue
        found.append(int(year))
    return found


def scan_breaks(
    series: pd.DataFrame, *, shape: str = "level", first_after: int = FIRST_YEAR_UNDER_RULES_OF_2021
) -> BreakScan:
    """Fit the same break at every year that leaves enough points on either side.

    Parameters
    ----------
    series : DataFrame
        year, award_count, exposure.
    shape, first_after
        As in ``fit_break``.

    Returns
    -------
    BreakScan

    Raises
    ------
    StudyRefusal
        If the break itself cannot be fitted, or no other year can be a break.

    Notes
    -----
    Placebo breaks in time as in Abadie, Diamond and Hainmueller (2015).

    Examples
    --------
    >>> series = pd.DataFrame(
    ...     {"year": range(2017, 2025), "award_count": [50, 60, 55, 58, 52, 20, 25, 22], "exposure": 100}
    ... )
    >>> scan = scan_breaks(series)
    >>> scan.rank, len(scan.breaks)
    (1, 5)
    """
    fit_break(series, first_after=first_after, shape=shape)
    own = int(series.loc[series["year"] >= first_after, "year"].min())
    years = list_breaks(series, shape=shape, first_after=first_after)
    if len(years) < 2:
        raise StudyRefusal("no other year can be a break", key="break_no_placebo")
    rows = [_row(fit_break(series, first_after=year, shape=shape), chosen=year == own) for year in years]
    breaks = pd.DataFrame(rows)
    statistic = breaks.loc[breaks["chosen"], "statistic"].iloc[0]
    rank = int((breaks["statistic"] >= statistic - _SLACK).sum())
    return BreakScan(breaks, shape, rank, rank / len(breaks))


def _row(fit: BreakFit, *, chosen: bool) -> dict[str, object]:
    ratio = {name: float(fit.ratio[name]) for name in ("rate_ratio", "low", "high")}
    return {
        "first_after": fit.first_after,
        **ratio,
        "statistic": fit.statistic,
        "p_value": fit.p_value,
        "chosen": chosen,
    }


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
    # with as many years after as before, changing sides gives the same statistic: two arrangements at least
    alike = 2 if exact and 2 * after == len(series) else 1
    return PermutationTest(fit.statistic, above / len(masks), alike / len(masks), len(masks), exact)


def simulate_supremum(
    series: pd.DataFrame,
    *,
    seed: int,
    shape: str = "level",
    first_after: int = FIRST_YEAR_UNDER_RULES_OF_2021,
    replicates: int = 999,
) -> SupremumTest:
    """Compare the largest statistic of all breaks with that of series drawn without a break.

    Parameters
    ----------
    series : DataFrame
        year, award_count, exposure.
    seed : int
        Seed of the draws.
    shape, first_after
        As in ``fit_break``; the trend shapes are drawn from a trend without break.
    replicates : int
        Number of simulated series.

    Returns
    -------
    SupremumTest

    Raises
    ------
    StudyRefusal
        As ``scan_breaks``.

    Notes
    -----
    The statistic is that of Andrews (1993); with so few points its limit law is of no use, so the p-value is
    simulated from the model without break with its own dispersion (Davison and Hinkley 1997, chapter 4).

    Examples
    --------
    >>> series = pd.DataFrame(
    ...     {"year": range(2017, 2025), "award_count": [50, 60, 55, 58, 52, 20, 25, 22], "exposure": 100}
    ... )
    >>> simulate_supremum(series, seed=1, replicates=199).first_after
    2022
    """
    scan = scan_breaks(series, shape=shape, first_after=first_after)
    years, offset = series["year"].to_numpy(), np.log(series["exposure"].to_numpy(dtype="float64"))
    null = design_break(years, first_after, shape).drop(columns=["after", "year_after"], errors="ignore").to_numpy()
    observed = series["award_count"].to_numpy(dtype="float64")[None, :]
    means = fit_many(observed, null, offset=offset)
    dispersion = float(dispersions(observed, means, len(years) - null.shape[1])[0])
    random = np.random.default_rng(seed)
    drawn = draw_counts(means[0], dispersion=dispersion, replicates=replicates, random=random)
    drawn = drawn[drawn.sum(axis=1) > 0]
    nothing = deviances(drawn, fit_many(drawn, null, offset=offset))
    designs = [design_break(years, int(year), shape).to_numpy() for year in scan.breaks["first_after"]]
    draws = np.max([_statistics(drawn, design, offset, nothing, null.shape[1]) for design in designs], axis=0)
    above = int((draws >= scan.largest["statistic"] - _SLACK).sum())
    p_value = (above + 1) / (len(draws) + 1)
    return SupremumTest(
        float(scan.largest["statistic"]), int(scan.largest["first_after"]), draws, p_value, dispersion
    )


def _statistics(
    counts: np.ndarray, design: np.ndarray, offset: np.ndarray, nothing: np.ndarray, terms: int
) -> np.ndarray:
    """F of the terms that the design has beyond the model without break, for each series (b)."""
    means = fit_many(counts, design, offset=offset)
    scale = np.maximum(1.0, dispersions(counts, means, counts.shape[1] - design.shape[1]))
    return np.asarray((nothing - deviances(counts, means)) / (design.shape[1] - terms) / scale)
