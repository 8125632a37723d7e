"""Summaries: the break at the rules of 2021 for every predicate, exposure and shape, side by side."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.break_designs import SHAPES, choose_shape, select_series
from zi_analysis.study.break_permutation import permute_years
from zi_analysis.study.break_scan import BreakScan, scan_breaks, simulate_supremum
from zi_analysis.study.breaks import BreakFit, fit_break
from zi_analysis.study.serial import SerialCorrelation, correlate_years
from zi_analysis.study.series import FIRST_YEAR_UNDER_RULES_OF_2021, exact_counts

BREAK_EXPOSURES = ("none", "agencies_existing", "units_proposed")


def compare_breaks(
    cells: pd.DataFrame,
    exposures: pd.DataFrame,
    *,
    predicates: Sequence[str],
    years: Sequence[int],
    measures: Sequence[str] = BREAK_EXPOSURES,
) -> pd.DataFrame:
    """Fit the break at the rules of 2021 for each predicate, exposure and shape that its points carry.

    Parameters
    ----------
    cells, exposures : DataFrame
        From ``count_cells``.
    predicates : sequence of str
        WBK, WBBM, all.
    years : sequence of int
        Evaluation years.
    measures : sequence of str
        Exposures, each by itself.

    Returns
    -------
    DataFrame
        predicate, exposure, shape, years_before, years_after (comma lists), rate_ratio, low, high, p_value,
        dispersion; one row for each model that can be fitted.

    Raises
    ------
    StudyRefusal
        If none can.
    """
    options: dict[str, Any] = {"predicates": predicates, "years": years, "measures": measures}
    rows = [
        {"predicate": predicate, "exposure": exposure, **row}
        for predicate, exposure, series in each_series(cells, exposures, **options)
        for row in (_describe(series, shape) for shape in SHAPES)
        if row is not None
    ]
    if not rows:
        raise StudyRefusal("no exact counts on both sides of the rules of 2021", key="one_side")
    return pd.DataFrame(rows)


def _describe(series: pd.DataFrame, shape: str) -> dict[str, object] | None:
    try:
        fit = fit_break(series, shape=shape)
    except StudyRefusal:
        return None
    late = series["year"] >= fit.first_after
    told = {"years_before": series.loc[~late, "year"], "years_after": series.loc[late, "year"]}
    ratio = {name: float(fit.ratio[name]) for name in ("rate_ratio", "low", "high", "p_value")}
    return {
        "shape": shape,
        **{name: ", ".join(str(year) for year in values) for name, values in told.items()},
        **ratio,
        "dispersion": fit.dispersion,
    }


def each_series(
    cells: pd.DataFrame,
    exposures: pd.DataFrame,
    *,
    predicates: Sequence[str],
    years: Sequence[int],
    measures: Sequence[str] = BREAK_EXPOSURES,
) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Go through the exact series that there are.

    Parameters
    ----------
    cells, exposures, predicates, years, measures
        As in ``compare_breaks``.

    Yields
    ------
    tuple of str, str, DataFrame
        Predicate, exposure and the series of ``select_series``.
    """
    for predicate in predicates:
        for exposure in dict.fromkeys(measures):
            try:
                yield (
                    predicate,
                    exposure,
                    select_series(cells, exposures, predicate=predicate, years=years, exposure=exposure),
                )
            except StudyRefusal:
                continue


def compare_tests(
    cells: pd.DataFrame,
    exposures: pd.DataFrame,
    *,
    predicates: Sequence[str],
    years: Sequence[int],
    seed: int,
    measures: Sequence[str] = BREAK_EXPOSURES,
    replicates: int = 499,
) -> pd.DataFrame:
    """Test the break for each predicate and exposure: placebo years, orders of the years, the largest break.

    Parameters
    ----------
    cells, exposures, predicates, years, measures
        As in ``compare_breaks``.
    seed : int
        Seed of what is simulated.
    replicates : int
        Simulated series a row.

    Returns
    -------
    DataFrame
        predicate, exposure, shape (level, and segmented where the points carry it), before, after (points),
        statistic, rank, breaks, strongest (year), p_supremum, p_chosen, p_permutation, arrangements, least_p (the last
        three for level only, as a trend forbids any other order of the years).

    Raises
    ------
    StudyRefusal
        If no series can be tested.
    """
    found = []
    options: dict[str, Any] = {"predicates": predicates, "years": years, "measures": measures}
    for predicate, exposure, series in each_series(cells, exposures, **options):
        try:
            shapes = dict.fromkeys(["level", choose_shape(series)])
        except StudyRefusal:
            continue
        for shape in shapes:
            try:
                row = _test(series, shape, seed, replicates)
            except StudyRefusal:
                continue
            found.append({"predicate": predicate, "exposure": exposure, "shape": shape, **row})
    if not found:
        raise StudyRefusal("no exact counts on both sides of the rules of 2021", key="break_no_placebo")
    return pd.DataFrame(found)


def _test(series: pd.DataFrame, shape: str, seed: int, replicates: int) -> dict[str, object]:
    scan = scan_breaks(series, shape=shape)
    supremum = simulate_supremum(series, seed=seed, shape=shape, replicates=replicates, scan=scan)
    fit = fit_break(series, shape=shape)
    late = fit.rows["year"] >= fit.first_after
    row: dict[str, object] = {
        "before": int((~late).sum()),
        "after": int(late.sum()),
        "statistic": fit.statistic,
        "rank": scan.rank,
        "breaks": len(scan.breaks),
        "strongest": supremum.first_after,
        "p_supremum": supremum.p_value,
        "p_chosen": supremum.p_chosen,
        "p_permutation": None,
        "arrangements": None,
        "least_p": None,
    }
    if shape == "level":
        test = permute_years(series, seed=seed)
        row |= {"p_permutation": test.p_value, "arrangements": test.arrangements, "least_p": test.least_p}
    return row


def scan_measures(
    cells: pd.DataFrame, exposures: pd.DataFrame, *, predicate: str, years: Sequence[int], measures: Sequence[str]
) -> dict[str, tuple[BreakFit, BreakScan]]:
    """Fit and scan the richest shape for each exposure.

    Parameters
    ----------
    cells, exposures, years, measures
        As in ``compare_breaks``.
    predicate : str
        WBK, WBBM or all.

    Returns
    -------
    dict
        Exposure -> its fit at the rules of 2021 and its scan.

    Raises
    ------
    StudyRefusal
        If no exposure can be scanned.
    """
    found = {}
    options: dict[str, Any] = {"predicates": [predicate], "years": years, "measures": list(dict.fromkeys(measures))}
    for _, exposure, series in each_series(cells, exposures, **options):
        try:
            shape = choose_shape(series)
            found[exposure] = (fit_break(series, shape=shape), scan_breaks(series, shape=shape))
        except StudyRefusal:
            continue
    if not found:
        raise StudyRefusal("no series can be scanned for breaks", key="break_no_placebo")
    return found


def count_exact_years(
    cells: pd.DataFrame,
    exposures: pd.DataFrame,
    *,
    groups: Sequence[str],
    predicate: str,
    years: Sequence[int],
    measures: Sequence[str] = BREAK_EXPOSURES,
) -> pd.DataFrame:
    """Count the years that could enter a series, for the whole and for each agency type.

    Parameters
    ----------
    cells, exposures, years, measures
        As in ``compare_breaks``.
    groups : sequence of str
        Agency types, or all.
    predicate : str
        WBK, WBBM or all.

    Returns
    -------
    DataFrame
        agency_type, exposure, before, after (numbers of exact years on each side of the rules of 2021).
    """
    rows = []
    for group in groups:
        for exposure in measures:
            counts = exact_counts(
                cells, exposures, groups=[group], predicates=[predicate], years=years, exposure=exposure
            )
            used = counts.loc[counts["used"] == "yes", "year"]
            after = int((used >= FIRST_YEAR_UNDER_RULES_OF_2021).sum())
            rows.append({"agency_type": group, "exposure": exposure, "before": len(used) - after, "after": after})
    return pd.DataFrame(rows)


def correlate_measures(
    fits: Mapping[str, tuple[BreakFit, BreakScan]], *, seed: int
) -> dict[str, tuple[SerialCorrelation, int]]:
    """Estimate the dependence of neighbouring years for each exposure, with the level change.

    Parameters
    ----------
    fits : mapping
        From ``scan_measures``.
    seed : int
        Seed of the orders of the residuals.

    Returns
    -------
    dict
        Exposure -> its correlation and number of years.

    Raises
    ------
    StudyRefusal
        If no series has enough neighbouring years.
    """
    found = {}
    for exposure, (fit, _) in fits.items():
        series = fit.rows.rename(columns={"observed": "award_count"})[["year", "award_count", "exposure"]]
        try:
            found[exposure] = (correlate_years(fit_break(series), seed=seed), len(series))
        except StudyRefusal:
            continue
    if not found:
        raise StudyRefusal("no series has enough neighbouring years", key="break_no_pairs")
    return found
