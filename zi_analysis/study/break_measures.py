"""Measures: the series of each exposure, what is known of them, and their breaks."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.break_designs import choose_shape, select_series
from zi_analysis.study.break_scan import BreakScan, scan_breaks
from zi_analysis.study.breaks import BreakFit, fit_break
from zi_analysis.study.serial import SerialCorrelation, correlate_years
from zi_analysis.study.series import FIRST_YEAR_UNDER_RULES_OF_2021, exact_counts

BREAK_EXPOSURES = ("none", "agencies_existing", "units_proposed")


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
