"""Contrasts: expected rates per 100 of an exposure, and how they differ, from a fitted count model."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from zi_analysis.errors import ParameterError, StudyRefusal
from zi_analysis.study.counts import CountFit
from zi_analysis.study.formulas import closest
from zi_analysis.study.reference_grid import reference_grid

SCALES = ("ratio", "difference")


@dataclass(frozen=True, eq=False)
class ExpectedRates:
    """Rates that a fit expects, and what they are rates of.

    Attributes
    ----------
    rows : DataFrame
        The columns asked by, rate, std_error (of the rate, delta method), low, high (95%, from the log scale).
    exposure : str or None
        What the rates are per; None for counts of a cell.
    per : float
        How much of the exposure; 1 for counts of a cell.
    held : dict
        Numeric column -> the mean that it is held at.
    averaged : tuple of str
        Factors that are averaged over.
    weights : str
        ``"equal"`` or ``"observed"``.
    """

    rows: pd.DataFrame
    exposure: str | None
    per: float
    held: dict[str, float]
    averaged: tuple[str, ...]
    weights: str


@dataclass(frozen=True, eq=False)
class Contrasts:
    """Rates of the levels of a factor against one of them.

    Attributes
    ----------
    rows : DataFrame
        The columns asked by, level, reference, ratio or difference, std_error (delta method), low, high (95%),
        statistic, p_value (two-sided, not adjusted for the number of contrasts).
    scale : str
        ``"ratio"`` of rates, or ``"difference"`` per `per` of the exposure.
    rates : ExpectedRates
        The rates compared.
    """

    rows: pd.DataFrame
    scale: str
    rates: ExpectedRates


def expected_rates(
    fit: CountFit,
    cells: pd.DataFrame,
    *,
    by: Sequence[str],
    per: float = 100.0,
    weights: str = "equal",
) -> ExpectedRates:
    """Compute the rates that a fit expects for each level of some columns.

    Parameters
    ----------
    fit : CountFit
        A fit with any family and covariance.
    cells : DataFrame
        Rows whose levels, means and mix are used; those fitted, as a rule.
    by : sequence of str
        Columns of the formula; each combination of their values in `cells` has a rate. An empty list gives one rate.
    per : float
        Agencies or units that the rate is told for; without exposure it is not used, and the rate is the expected
        count of one cell.
    weights : {"equal", "observed"}
        Average over the other factors with equal weights, or with those of their combinations in `cells`.

    Returns
    -------
    ExpectedRates
        One row for each combination, and what was held and averaged.

    Raises
    ------
    ParameterError
        If weights is not one of those named, or per is not above zero.
    StudyRefusal
        If a column is not in the formula, a level is not in the fit, or a column inside a condition would have to
        be held at a mean.

    Notes
    -----
    Searle, Speed and Milliken (1980); Lenth (2016) for the grid of levels. The average is taken on the log scale, so
    it is a geometric mean of rates; the interval is symmetric there. Numbers are held at their mean. The offset of
    the fit is replaced by that of `per`.

    Examples
    --------
    >>> from zi_analysis.study.counts import fit_counts
    >>> cells = pd.DataFrame({"awards": [10, 12, 30, 35], "kind": list("aabb"), "units": [50, 50, 100, 100]})
    >>> fit = fit_counts(cells, formula="awards ~ C(kind)", exposure="units")
    >>> expected_rates(fit, cells, by=["kind"]).rows.round(2).to_numpy().tolist()
    [['a', 22.0, 4.69, 14.49, 33.41], ['b', 32.5, 4.03, 25.49, 41.44]]
    """
    if weights not in ("equal", "observed"):
        raise ParameterError(f"weights is {weights!r}; {closest(weights, ('equal', 'observed'))}")
    if not np.isfinite(per) or per <= 0:
        raise ParameterError(f"per is {per!r}; give a number above zero")
    grid = reference_grid(fit, cells, by=by, weights=weights)
    size = per if fit.exposure else 1.0
    logs, errors = _log_rates(fit, grid.matrix)
    reach = _quantile(fit) * errors
    rates = size * np.exp([logs, logs - reach, logs + reach])
    columns = {"rate": rates[0], "std_error": rates[0] * errors, "low": rates[1], "high": rates[2]}
    return ExpectedRates(grid.rows.assign(**columns), fit.exposure, float(size), grid.held, grid.averaged, weights)


def contrast_rates(
    fit: CountFit,
    cells: pd.DataFrame,
    *,
    factor: str,
    reference: object,
    scale: str = "ratio",
    per: float = 100.0,
    by: Sequence[str] = (),
    weights: str = "equal",
) -> Contrasts:
    """Compare the expected rates of a factor's levels with that of one level.

    Parameters
    ----------
    fit : CountFit
        A fit with any family and covariance.
    cells : DataFrame
        As in `expected_rates`.
    factor : str
        Column of the formula whose values in `cells` are compared.
    reference : object
        The value that the others are compared with.
    scale : {"ratio", "difference"}
        Ratio of rates, or their difference per `per` of the exposure.
    per : float
        As in `expected_rates`; a ratio does not depend on it.
    by : sequence of str
        Other columns; the comparison is made within each combination of their values.
    weights : {"equal", "observed"}
        As in `expected_rates`.

    Returns
    -------
    Contrasts
        One row for each combination and other level.

    Raises
    ------
    ParameterError
        If scale or weights is not one of those named, or per is not above zero.
    StudyRefusal
        As in `expected_rates`, and if the reference is not there or stands alone.

    Notes
    -----
    Delta method (Oehlert 1992): a ratio's interval is symmetric on the log scale, a difference's on the scale of
    rates, where it can be poor when counts are small. Covariance of the rates is taken into account.

    Examples
    --------
    >>> from zi_analysis.study.counts import fit_counts
    >>> cells = pd.DataFrame({"awards": [10, 12, 30, 35], "kind": list("aabb"), "units": [50, 50, 100, 100]})
    >>> fit = fit_counts(cells, formula="awards ~ C(kind)", exposure="units")
    >>> found = contrast_rates(fit, cells, factor="kind", reference="a", scale="difference").rows
    >>> found[["level", "difference", "low", "high"]].round(2).to_numpy().tolist()
    [['b', 10.5, -1.62, 22.62]]
    """
    if scale not in SCALES:
        raise ParameterError(f"scale is {scale!r}; {closest(scale, SCALES)}")
    keys = [name for name in by if name != factor]
    rates = expected_rates(fit, cells, by=[*keys, factor], per=per, weights=weights)
    matrix = reference_grid(fit, cells, by=[*keys, factor], weights=weights).matrix
    base = _places_of_reference(rates.rows, keys, factor, reference)
    others = np.flatnonzero(base != np.arange(len(base)))
    if scale == "ratio":
        numbers = _ratios(fit, matrix, others, base[others])
    else:
        numbers = _differences(fit, matrix, rates, others, base[others])
    names = rates.rows.iloc[others][[*keys, factor]].rename(columns={factor: "level"}).reset_index(drop=True)
    return Contrasts(names.assign(reference=reference, **numbers), scale, rates)


def _quantile(fit: CountFit) -> float:
    """How many errors an interval reaches."""
    return float(_law(fit).ppf(0.975))


def _law(fit: CountFit) -> stats.rv_continuous:
    """The law that intervals and tests are read from."""
    return stats.norm() if fit.interval_degrees is None else stats.t(fit.interval_degrees)


def _log_rates(fit: CountFit, matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sums of terms, and their standard errors."""
    covariance = fit.covariance_matrix.to_numpy()
    variances = np.einsum("ij,jk,ik->i", matrix, covariance, matrix)
    return matrix @ fit.coefficients["estimate"].to_numpy(), np.sqrt(np.maximum(variances, 0.0))


def _places_of_reference(rows: pd.DataFrame, keys: list[str], factor: str, reference: object) -> np.ndarray:
    """For each row the place of the row with the same keys and the reference level."""
    levels = rows[factor].unique().tolist()
    if reference not in levels:
        message = f"{reference!r} is not in column {factor!r}; {closest(reference, levels)}"
        raise StudyRefusal(message, key="no_such_level")
    if len(levels) < 2:
        raise StudyRefusal(f"column {factor!r} holds {reference!r} only; nothing to compare", key="one_level")
    groups = rows.groupby(keys, sort=False).ngroup().to_numpy() if keys else np.zeros(len(rows), dtype=int)
    base = np.full(groups.max() + 1, -1)
    is_base = (rows[factor] == reference).to_numpy()
    base[groups[is_base]] = np.flatnonzero(is_base)
    return base[groups]


def _ratios(fit: CountFit, matrix: np.ndarray, others: np.ndarray, base: np.ndarray) -> dict[str, np.ndarray]:
    """Ratios of rates, their errors by the delta method, intervals on the scale of logarithms."""
    logs, errors = _log_rates(fit, matrix[others] - matrix[base])
    ratio, reach = np.exp(logs), _quantile(fit) * errors
    bounds = {"low": np.exp(logs - reach), "high": np.exp(logs + reach)}
    return {"ratio": ratio, "std_error": ratio * errors, **bounds, **_statistics(fit, logs, errors)}


def _differences(
    fit: CountFit, matrix: np.ndarray, rates: ExpectedRates, others: np.ndarray, base: np.ndarray
) -> dict[str, np.ndarray]:
    """Differences of rates, with errors by the delta method."""
    level = rates.rows["rate"].to_numpy()
    slopes = level[others, None] * matrix[others] - level[base, None] * matrix[base]
    errors = _log_rates(fit, slopes)[1]
    difference, reach = level[others] - level[base], _quantile(fit) * errors
    bounds = {"low": difference - reach, "high": difference + reach}
    return {"difference": difference, "std_error": errors, **bounds, **_statistics(fit, difference, errors)}


def _statistics(fit: CountFit, estimates: np.ndarray, errors: np.ndarray) -> dict[str, np.ndarray]:
    """Test estimates against 0."""
    statistic = np.divide(estimates, errors, out=np.zeros_like(estimates), where=errors > 0)
    return {"statistic": statistic, "p_value": 2 * _law(fit).sf(np.abs(statistic))}
