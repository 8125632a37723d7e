"""Breaks: did the rate of awards change at the rules of 2021, by segmented quasi-Poisson regression."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import xlogy
from statsmodels.genmod import families

from zi_analysis.study.break_designs import check_points, design_break, split_years
from zi_analysis.study.columns import check_table, read_counts, read_exposure
from zi_analysis.study.likelihood import fit_glm, table_coefficients
from zi_analysis.study.series import FIRST_YEAR_UNDER_RULES_OF_2021


@dataclass(frozen=True, eq=False)
class BreakFit:
    """A fitted break of a yearly rate and what a reader needs to trust it.

    Attributes
    ----------
    coefficients : DataFrame
        term (Intercept, year, after, year_after), estimate, std_error, rate_ratio, low, high, p_value;
        quasi-Poisson errors and Student's t with `degrees`. ``after`` compares the first year after the break
        with what the years before lead to.
    shape : str
        level, trend or segmented.
    first_after : int
        First year after the break.
    dispersion : float
        Pearson chi-squared over `degrees`, as it is; errors take 1 where it is below.
    degrees : int
        Rows less terms.
    statistic, p_value : float
        F of the break's terms against no break, and its p-value.
    rows : DataFrame
        year, observed, expected, without_break (what the terms other than the break's expect), pearson_residual.
    """

    coefficients: pd.DataFrame
    shape: str
    first_after: int
    dispersion: float
    degrees: int
    statistic: float
    p_value: float
    rows: pd.DataFrame

    @property
    def ratio(self) -> pd.Series:
        """The row of `coefficients` that tells the change of level."""
        return self.coefficients.set_index("term").loc["after"]


def fit_break(
    series: pd.DataFrame, *, first_after: int = FIRST_YEAR_UNDER_RULES_OF_2021, shape: str = "level"
) -> BreakFit:
    """Fit a break of the rate of awards by quasi-Poisson regression.

    Parameters
    ----------
    series : DataFrame
        year, award_count, exposure: one row a year; it is not changed.
    first_after : int
        First year after the break.
    shape : {"level", "trend", "segmented"}
        See `design_break`.

    Returns
    -------
    BreakFit

    Raises
    ------
    EvidenceError
        If a count or exposure is missing, negative or not whole, or an exposure is zero.
    ParameterError
        If the shape is not one of those named.
    StudyRefusal
        If a side has no row or no award, or the points are too few for the terms.

    Notes
    -----
    Segmented regression as in Wagner and others (2002) and Lopez Bernal, Cummins and Gasparrini (2017);
    quasi-likelihood and its F test as in McCullagh and Nelder (1989, chapter 9) and Venables and Ripley (2002,
    section 7.5). A dispersion below 1 counts as 1.

    Examples
    --------
    >>> series = pd.DataFrame(
    ...     {"year": [2018, 2019, 2020, 2022, 2023], "award_count": [40, 50, 45, 20, 25], "exposure": 100}
    ... )
    >>> fit = fit_break(series)
    >>> round(float(fit.ratio["rate_ratio"]), 3), fit.degrees
    (0.5, 3)
    """
    check_table(series, ["year", "award_count", "exposure"])
    counts, exposure = read_counts(series, "award_count"), read_exposure(series, "exposure")
    split_years(series, first_after)
    years = series["year"].to_numpy(dtype="int64")
    matrix = design_break(years, first_after, shape)
    check_points(years, first_after, shape)
    result = fit_glm(counts, matrix, family=families.Poisson(), offset=np.log(exposure))
    means = np.asarray(result.fittedvalues)
    degrees = len(counts) - matrix.shape[1]
    dispersion = float(((counts - means) ** 2 / means).sum() / degrees)
    scale = max(1.0, dispersion)
    breaking = [name for name in matrix.columns if name in ("after", "year_after")]
    nothing = fit_glm(counts, matrix.drop(columns=breaking), family=families.Poisson(), offset=np.log(exposure))
    gain = _deviance(counts, np.asarray(nothing.fittedvalues)) - _deviance(counts, means)
    statistic = gain / len(breaking) / scale
    errors = np.sqrt(np.diag(np.asarray(result.normalized_cov_params))) * np.sqrt(scale)
    return BreakFit(
        coefficients=table_coefficients(result, errors=errors, ratio="rate_ratio", degrees=degrees),
        shape=shape,
        first_after=first_after,
        dispersion=dispersion,
        degrees=degrees,
        statistic=float(statistic),
        p_value=float(stats.f.sf(statistic, len(breaking), degrees)),
        rows=_rows(years, counts, exposure, matrix, result.params),
    )


def _deviance(counts: np.ndarray, means: np.ndarray) -> float:
    """The Poisson deviance."""
    return float(2 * (xlogy(counts, counts / means) - (counts - means)).sum())


def _rows(
    years: np.ndarray, counts: np.ndarray, exposure: np.ndarray, matrix: pd.DataFrame, params: pd.Series
) -> pd.DataFrame:
    """Observed beside expected, and what would be expected had the years before gone on."""
    values = pd.Series(np.asarray(params), index=matrix.columns)
    going_on = values.where(~values.index.isin(["after", "year_after"]), 0.0)
    expected, without = (exposure * np.exp(matrix.to_numpy() @ one.to_numpy()) for one in (values, going_on))
    return pd.DataFrame(
        {
            "year": years,
            "observed": counts.astype("int64"),
            "exposure": exposure,
            "expected": expected,
            "without_break": without,
            "pearson_residual": (counts - expected) / np.sqrt(expected),
        }
    )
