"""Summaries: the break at the rules of 2021 for every predicate, exposure and shape, side by side."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.break_designs import SHAPES, choose_shape
from zi_analysis.study.break_measures import BREAK_EXPOSURES, each_series
from zi_analysis.study.break_permutation import permute_years
from zi_analysis.study.break_scan import scan_breaks, simulate_supremum
from zi_analysis.study.breaks import fit_break


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
    """Describe the break of one series; None where it is refused."""
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
    """Test the break of one series: against chance, and among all years it could stand at."""
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
