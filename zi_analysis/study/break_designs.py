"""Designs of a break: which years can be used, on which side they stand, and the columns of each shape."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from zi_analysis.errors import ParameterError, StudyRefusal
from zi_analysis.study.formulas import closest
from zi_analysis.study.series import FIRST_YEAR_UNDER_RULES_OF_2021, exact_counts

SHAPES = ("level", "trend", "segmented")
POINTS_FOR_A_SLOPE = 3


def select_series(
    cells: pd.DataFrame, exposures: pd.DataFrame, *, predicate: str, years: Sequence[int], exposure: str
) -> pd.DataFrame:
    """Take the years whose national count is exact and has an exact exposure.

    Parameters
    ----------
    cells, exposures : DataFrame
        From ``count_cells``.
    predicate : str
        WBK, WBBM or all.
    years : sequence of int
        Evaluation years to choose from.
    exposure : str
        What the count is a rate of; one of ``EXPOSURES``.

    Returns
    -------
    DataFrame
        year, award_count, exposure; sorted by year.

    Raises
    ------
    StudyRefusal
        If no year is exact.
    """
    rows = exact_counts(cells, exposures, groups=["all"], predicates=[predicate], years=years, exposure=exposure)
    used = rows.loc[rows["used"] == "yes", ["year", "award_count", "exposure"]]
    if used.empty:
        raise StudyRefusal("no count of these years is exact with an exact exposure", key="no_counts")
    return used.astype("int64").sort_values("year").reset_index(drop=True)


def split_years(series: pd.DataFrame, first_after: int) -> np.ndarray:
    """Mark the rows from a year on, refusing a split that leaves a side empty or without awards.

    Parameters
    ----------
    series : DataFrame
        year, award_count.
    first_after : int
        First year after the break.

    Returns
    -------
    ndarray of bool
        True for rows after the break (n).

    Raises
    ------
    StudyRefusal
        If a side has no row, or no award.

    Examples
    --------
    >>> series = pd.DataFrame({"year": [2020, 2021, 2022], "award_count": [9, 8, 4]})
    >>> split_years(series, 2022).tolist()
    [False, False, True]
    """
    after = (series["year"] >= first_after).to_numpy(dtype=bool)
    if not after.any() or after.all():
        raise StudyRefusal(f"no exact counts on both sides of {first_after}", key="one_side")
    counts = series["award_count"].to_numpy()
    if min(counts[after].sum(), counts[~after].sum()) == 0:
        raise StudyRefusal(f"no award at all on one side of {first_after}", key="break_zero_side")
    return after


def design_break(years: np.ndarray, first_after: int, shape: str) -> pd.DataFrame:
    """Build the columns of a break: the level, on a common slope, or with a slope of its own after.

    Parameters
    ----------
    years : ndarray of int
        Calendar years (n).
    first_after : int
        First year after the break; slopes are centred there, so that ``after`` is the change of level in it.
    shape : {"level", "trend", "segmented"}
        level: two rates; trend: two rates on one slope; segmented: level and slope change.

    Returns
    -------
    DataFrame
        Intercept, year (not for level), after, year_after (segmented).

    Notes
    -----
    Segmented regression of interrupted time series (Wagner and others 2002).

    Examples
    --------
    >>> design_break(np.array([2021, 2022, 2023]), 2022, "segmented")["year_after"].tolist()
    [0.0, 0.0, 1.0]
    """
    if shape not in SHAPES:
        raise ParameterError(f"shape is {shape!r}; {closest(shape, SHAPES)}")
    since = np.asarray(years, dtype="float64") - first_after
    after = (since >= 0).astype("float64")
    columns = {"Intercept": np.ones(len(after)), "year": since, "after": after, "year_after": np.maximum(since, 0.0)}
    kept = {"level": ("Intercept", "after"), "trend": ("Intercept", "year", "after")}
    return pd.DataFrame({name: columns[name] for name in kept.get(shape, tuple(columns))})


def choose_shape(series: pd.DataFrame, *, first_after: int = FIRST_YEAR_UNDER_RULES_OF_2021) -> str:
    """Choose the richest shape that the points carry: segmented from three on each side, else level.

    Parameters
    ----------
    series : DataFrame
        From ``select_series``.
    first_after : int
        First year after the break.

    Returns
    -------
    str

    Examples
    --------
    >>> choose_shape(pd.DataFrame({"year": [2019, 2020, 2021, 2022], "award_count": [4, 9, 8, 4]}))
    'level'
    """
    after = split_years(series, first_after)
    return "segmented" if min(after.sum(), (~after).sum()) >= POINTS_FOR_A_SLOPE else "level"


def check_points(years: np.ndarray, first_after: int, shape: str) -> None:
    """Refuse a shape that its points do not carry.

    Parameters
    ----------
    years : ndarray of int
        Calendar years of the points (n).
    first_after : int
        First year after the break.
    shape : str
        See `design_break`.

    Raises
    ------
    StudyRefusal
        If a segmented shape has fewer than three points on a side, a trend fewer than three before, or there is no
        degree of freedom left.

    Examples
    --------
    >>> check_points(np.array([2020, 2021, 2022]), 2022, "level")
    """
    before, after = int((years < first_after).sum()), int((years >= first_after).sum())
    needed = {"level": (1, 1), "trend": (POINTS_FOR_A_SLOPE, 1), "segmented": (POINTS_FOR_A_SLOPE, POINTS_FOR_A_SLOPE)}
    terms = {"level": 2, "trend": 3, "segmented": 4}[shape]
    if before < needed[shape][0] or after < needed[shape][1] or before + after <= terms:
        message = f"{before} points before and {after} after {first_after} are too few for the shape {shape!r}"
        raise StudyRefusal(message, key="break_too_few", shape=shape)
