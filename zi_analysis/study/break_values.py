"""Value of a figure: how much one more known year, or another of the values told, would change the answer."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.break_designs import select_series
from zi_analysis.study.break_permutation import least_p
from zi_analysis.study.breaks import BreakFit, fit_break
from zi_analysis.study.series import FIRST_YEAR_UNDER_RULES_OF_2021, exact_counts


def value_missing_years(
    cells: pd.DataFrame,
    exposures: pd.DataFrame,
    *,
    predicate: str,
    years: Sequence[int],
    exposure: str,
    first_after: int = FIRST_YEAR_UNDER_RULES_OF_2021,
) -> pd.DataFrame:
    """Rank the years that are not exact by how far knowing one would narrow the change of level.

    Parameters
    ----------
    cells, exposures : DataFrame
        From ``count_cells``.
    predicate : str
        WBK, WBBM or all.
    years : sequence of int
        Evaluation years.
    exposure : str
        What the count is a rate of.
    first_after : int
        First year after the break.

    Returns
    -------
    DataFrame
        year, missing (count | exposure | both), width_now, width_then (upper over lower end of the 95% interval of
        the rate ratio), narrowing (share of the interval's length in logarithms that goes), least_p_now,
        least_p_then (smallest p-value of the permutation test); most narrowing first.

    Raises
    ------
    StudyRefusal
        If the level change cannot be fitted, or every year is known already.

    Notes
    -----
    Expected information of a further Poisson row at the present scatter: a known award count is its own weight,
    an unknown one has the mean of its side (preposterior analysis, Raiffa and Schlaifer 1961).

    Examples
    --------
    >>> nothing = pd.DataFrame(columns=["year", "agency_type", "measure", "status", "lower", "upper"])
    >>> years = list(range(2018, 2024))
    >>> cells = pd.DataFrame(
    ...     {"cell_id": "c", "year": years, "agency_type": "all", "predicate": "all"}
    ... ).assign(lower=[40, 50, 45, 0, 20, 25], upper=[40, 50, 45, None, 20, 25])
    >>> value_missing_years(
    ...     cells.astype({"lower": "Int64", "upper": "Int64"}), nothing, predicate="all", years=years, exposure="none"
    ... )[["year", "missing"]].to_numpy().tolist()
    [[2021, 'count']]
    """
    series = select_series(cells, exposures, predicate=predicate, years=years, exposure=exposure)
    fit = fit_break(series, first_after=first_after)
    rows = exact_counts(cells, exposures, groups=["all"], predicates=[predicate], years=years, exposure=exposure)
    open_rows = rows[rows["used"] == "no"]
    if open_rows.empty:
        raise StudyRefusal("every year of these is known", key="break_all_known")
    found = pd.DataFrame([_value(fit, row, first_after) for row in open_rows.to_dict("records")])
    return found.sort_values(["narrowing", "year"], ascending=[False, True]).reset_index(drop=True)


def _value(fit: BreakFit, row: dict, first_after: int) -> dict[str, object]:
    """Say how much a further year would narrow the interval."""
    late = (fit.rows["year"] >= first_after).to_numpy()
    means = fit.rows["expected"].to_numpy()
    sides = {True: float(means[late].sum()), False: float(means[~late].sum())}
    side = bool(row["year"] >= first_after)
    known = pd.notna(row["award_count"])
    weight = float(row["award_count"]) if known else float(means[late == side].mean())
    grown = {**sides, side: sides[side] + weight}
    scale = max(1.0, fit.dispersion)
    now, then = _length(sides, scale, fit.degrees), _length(grown, scale, fit.degrees + 1)
    points = {True: int(late.sum()), False: int((~late).sum())}
    more = {**points, side: points[side] + 1}
    return {
        "year": int(row["year"]),
        "missing": "exposure" if known else "count" if pd.notna(row["exposure"]) else "both",
        "width_now": float(np.exp(now)),
        "width_then": float(np.exp(then)),
        "narrowing": 1 - then / now,
        "least_p_now": least_p(sum(points.values()), points[True]),
        "least_p_then": least_p(sum(more.values()), more[True]),
    }


def _length(sides: dict[bool, float], scale: float, degrees: int) -> float:
    """Length of the 95% interval of the log ratio: its variance is that of two sums."""
    error = np.sqrt(scale * sum(1 / awards for awards in sides.values()))
    return float(2 * stats.t.ppf(0.975, degrees) * error)


def try_other_values(
    series: pd.DataFrame,
    settled: pd.DataFrame,
    *,
    predicate: str,
    exposure: str,
    first_after: int = FIRST_YEAR_UNDER_RULES_OF_2021,
) -> pd.DataFrame:
    """Refit the change of level with each other value that pages tell for one of its figures.

    Parameters
    ----------
    series : DataFrame
        From ``select_series``.
    settled : DataFrame
        From ``settle_counts``: year, scope, predicate, measure, basis, coverage, low, high.
    predicate, exposure : str
        Of the series.
    first_after : int
        First year after the break.

    Returns
    -------
    DataFrame
        year, measure, value_used, other_value, ratio_used, ratio_other, low, high (of the other); empty when all
        pages tell alike.

    Examples
    --------
    >>> series = pd.DataFrame({"year": [2020, 2021, 2022], "award_count": [90, 85, 40], "exposure": 1})
    >>> columns = ["year", "scope", "predicate", "measure", "basis", "coverage", "low", "high"]
    >>> settled = pd.DataFrame([[2021, "national", "all", "units_awarded", "yearly", "whole", 80, 85]], columns=columns)
    >>> try_other_values(series, settled, predicate="all", exposure="none")["other_value"].tolist()
    [80]
    """
    fit = fit_break(series, first_after=first_after)
    columns = {("units_awarded", predicate): "award_count"}
    if exposure != "none":
        columns[(exposure, "all")] = "exposure"
    national = settled[
        (settled["scope"] == "national")
        & (settled["basis"] == "yearly")
        & (settled["coverage"] == "whole")
        & settled["year"].isin(series["year"])
        & (settled["low"] < settled["high"]).fillna(value=False)
    ]
    rows = []
    for fact in national.to_dict("records"):
        column = columns.get((str(fact["measure"]), str(fact["predicate"])))
        if column is not None:
            used = int(series.loc[series["year"] == fact["year"], column].iloc[0])
            others = [int(fact[end]) for end in ("low", "high") if int(fact[end]) != used]
            rows += [_refit(series, fit, fact, column, used, other) for other in others]
    names = ["year", "measure", "value_used", "other_value", "ratio_used", "ratio_other", "low", "high"]
    return pd.DataFrame(rows, columns=names)


def _refit(series: pd.DataFrame, fit: BreakFit, fact: dict, column: str, used: int, other: int) -> dict[str, object]:
    """Compare the ratio with the value used and with the other."""
    changed = series.assign(**{column: series[column].where(series["year"] != fact["year"], other)})
    ratio = fit_break(changed, first_after=fit.first_after).ratio
    return {
        "year": int(fact["year"]),
        "measure": str(fact["measure"]),
        "value_used": used,
        "other_value": other,
        "ratio_used": float(fit.ratio["rate_ratio"]),
        "ratio_other": float(ratio["rate_ratio"]),
        "low": float(ratio["low"]),
        "high": float(ratio["high"]),
    }
