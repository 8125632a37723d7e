"""Agency panel: years compared within the same agencies, by Poisson regression with agency and year effects."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.panel_errors import fit_year_effects, other_years
from zi_analysis.study.panel_many import step_without_each
from zi_analysis.study.panel_rows import joined_years, select_panel

_MANY = 100  # agencies; with more of them one step leaves an agency out as exactly as needed


@dataclass(frozen=True, eq=False)
class PanelFit:
    """Year effects of a panel of agencies and what a reader needs to trust them.

    Attributes
    ----------
    years : DataFrame
        year, agencies (used in it), estimate (log rate ratio to the reference), rate_ratio, std_error, low, high
        (clustered by agency, CRV1), jackknife_error, jackknife_low, jackknife_high (leave one agency out, CV3), all at
        95% with G - 1 degrees of freedom, and hangs_on: the agency without which the year could not be compared; such
        a year has no interval. The reference has ratio 1 and no interval.
    cells : DataFrame
        Every agency-year as in `select_panel`, with expected and pearson_residual of those used.
    reference : int
        Year the others are compared with.
    predicate : str
        As asked for.
    n_agencies, n_cells : int
        Agencies and agency-years used.
    dispersion : float
        Pearson chi-squared over residual degrees of freedom; missing when none are left.
    unlinked_years : tuple of int
        Years with exact counts that no chain of agencies joins to the reference.
    singles, separated : tuple of str
        Agencies set aside with one exact year; "agency year" of zeros that an effect fits without rest.
    """

    years: pd.DataFrame
    cells: pd.DataFrame
    reference: int
    predicate: str
    n_agencies: int
    n_cells: int
    dispersion: float
    unlinked_years: tuple[int, ...]
    singles: tuple[str, ...]
    separated: tuple[str, ...]


def fit_panel(
    panel: pd.DataFrame,
    *,
    predicate: str,
    years: Sequence[int],
    agency_types: Sequence[str] = ("central",),
    reference: int | None = None,
) -> PanelFit:
    """Compare years within the agencies that tell their whole count in several of them.

    Parameters
    ----------
    panel : DataFrame
        From ``build_panel``. Unknown counts and lower bounds are left out, never taken as zero or as the count.
    predicate : str
        WBK, WBBM or all.
    years : sequence of int
        Evaluation years.
    agency_types : sequence of str
        Agency types kept.
    reference : int, optional
        Year the others are compared with; the one with most agencies when left out, the later one of equals.

    Returns
    -------
    PanelFit

    Raises
    ------
    StudyRefusal
        If fewer than three agencies or two years are left, or the reference is not among them.

    Notes
    -----
    Poisson regression with agency and year effects, the conditional likelihood of Hausman, Hall and Griliches (1984);
    consistent for the ratio of means whatever the scatter (Wooldridge 1999). Errors are clustered by agency. With so
    few clusters of unequal size they are too small, so the jackknife stands beside them (MacKinnon, Nielsen and Webb
    2023). pyfixest makes the fit.

    Examples
    --------
    >>> panel = pd.DataFrame(
    ...     {"agency_id": list("aabbcc"), "agency": list("AABBCC"), "agency_type": "central", "predicate": "all",
    ...      "year": [2020, 2021] * 3, "lower": [4, 2, 30, 18, 10, 4], "upper": [4, 2, 30, 18, 10, 4],
    ...      "status": "exact"})
    >>> fit = fit_panel(panel, predicate="all", years=[2020, 2021])
    >>> fit.reference, fit.years["rate_ratio"].round(3).tolist()
    (2021, [1.833, 1.0])
    """
    cells = select_panel(panel, predicate=predicate, years=years, agency_types=agency_types)
    rows = cells[cells["used"] == "yes"]
    if rows["agency_id"].nunique() < 3 or rows["year"].nunique() < 2:
        message = "fewer than three agencies tell their whole count in two years that can be compared"
        raise StudyRefusal(message, key="panel_too_few")
    reference = _choose_reference(rows) if reference is None else reference
    if reference not in set(rows["year"]):
        message = f"no agency of the panel tells its whole count of {reference} beside another year"
        raise StudyRefusal(message, key="panel_reference")
    table, expected = _fit(rows, reference)
    residual = (rows["award_count"].astype("float64") - expected) / np.sqrt(expected)
    # effects of the agencies and of the years but one
    free = len(rows) - rows["agency_id"].nunique() - rows["year"].nunique() + 1
    linked, exact = set(rows["year"]), cells[cells["status"] == "exact"]
    separated = cells[cells["reason"] == "separated"]
    return PanelFit(
        years=table,
        cells=cells.assign(expected=expected, pearson_residual=residual),
        reference=reference,
        predicate=predicate,
        n_agencies=rows["agency_id"].nunique(),
        n_cells=len(rows),
        dispersion=float((residual**2).sum() / free) if free else np.nan,
        unlinked_years=tuple(sorted(int(year) for year in set(exact["year"]) - linked)),
        singles=tuple(cells.loc[cells["reason"] == "single", "agency"].drop_duplicates()),
        separated=tuple(f"{row.agency} {row.year}" for row in separated.itertuples()),
    )


def _choose_reference(rows: pd.DataFrame) -> int:
    """Choose the year with most agencies, the latest of them."""
    agencies = rows.groupby("year").size()
    return int(agencies[agencies == agencies.max()].index.max())


def _fit(rows: pd.DataFrame, reference: int) -> tuple[pd.DataFrame, pd.Series]:
    """The year effects with both kinds of errors, and expected counts."""
    estimates, errors, expected = _fit_with_pyfixest(rows, reference)
    counts = rows["award_count"].to_numpy(dtype="float64")[None]
    jackknife = _jackknife(rows, counts, reference)
    years = other_years(rows, reference=reference)
    reach = stats.t(rows["agency_id"].nunique() - 1).ppf(0.975)
    bridges = find_bridges(rows, reference=reference)
    hangs = [bridges.get(year) for year in years]
    sure = np.array([name is None for name in hangs])
    table = pd.DataFrame(
        {
            "year": years,
            "agencies": [int((rows["year"] == year).sum()) for year in years],
            "estimate": estimates,
            "rate_ratio": np.exp(estimates),
            "std_error": np.where(sure, errors, np.nan),
            "low": np.where(sure, np.exp(estimates - reach * errors), np.nan),
            "high": np.where(sure, np.exp(estimates + reach * errors), np.nan),
            "jackknife_error": np.where(sure, jackknife, np.nan),
            "jackknife_low": np.where(sure, np.exp(estimates - reach * jackknife), np.nan),
            "jackknife_high": np.where(sure, np.exp(estimates + reach * jackknife), np.nan),
            "hangs_on": pd.Series(hangs, dtype="object"),
        }
    )
    one = {"year": reference, "agencies": int((rows["year"] == reference).sum()), "estimate": 0.0, "rate_ratio": 1.0}
    table.loc[len(table), list(one)] = list(one.values())
    whole = table.astype({"year": "int64", "agencies": "int64"})
    return whole.sort_values("year").reset_index(drop=True), expected


def _jackknife(rows: pd.DataFrame, counts: np.ndarray, reference: int) -> np.ndarray:
    """CV3 errors: by fits without each agency, or by a step from the whole fit where agencies are many."""
    if rows["agency_id"].nunique() <= _MANY:
        return fit_year_effects(rows, counts, reference=reference).jackknife[0]
    moves = step_without_each(rows, counts[0], reference=reference)
    return np.asarray(np.sqrt((len(moves) - 1) / len(moves) * (moves**2).sum(axis=0)))


def _fit_with_pyfixest(rows: pd.DataFrame, reference: int) -> tuple[np.ndarray, np.ndarray, pd.Series]:
    """Estimates and CRV1 errors of the years in their order, and expected counts."""
    from pyfixest.estimation import fepois  # imported here, as it takes as long as all else

    plain = pd.DataFrame(
        {
            "award_count": rows["award_count"].to_numpy(dtype="float64"),
            "year": rows["year"].to_numpy(dtype="int64"),
            "agency_id": rows["agency_id"].to_numpy(dtype="object"),
        }
    )
    with warnings.catch_warnings(), np.errstate(divide="ignore"):
        # pyfixest uses pandas in ways that a later pandas will not allow, and divides by the zero error of a year that
        # hangs on one agency; separation was looked for before
        warnings.simplefilter("ignore")
        fit: Any = fepois(
            f"award_count ~ i(year, ref={reference}) | agency_id",
            data=plain,
            vcov={"CRV1": "agency_id"},
            iwls_tol=1e-12,
            iwls_maxiter=100,
            separation_check=[],
            fixef_rm="none",
        )
        expected = np.asarray(fit.predict(type="response"), dtype="float64")
        estimates, errors = fit.coef(), fit.se()
    names = [f"year::{year}" for year in other_years(rows, reference=reference)]
    return estimates[names].to_numpy(), errors[names].to_numpy(), pd.Series(expected, index=rows.index)


def find_bridges(rows: pd.DataFrame, *, reference: int) -> dict[int, str]:
    """Find years that could not be compared with the reference without some one agency.

    Parameters
    ----------
    rows : DataFrame
        agency_id, agency, year, award_count: agency-years used.
    reference : int
        The year compared with.

    Returns
    -------
    dict
        Year to the agency's name (the first in the order of ids where several are such).

    Examples
    --------
    >>> rows = pd.DataFrame({"agency_id": list("aab"), "agency": list("AAB"), "year": [2020, 2021, 2020]})
    >>> find_bridges(rows.assign(award_count=3), reference=2020)
    {2021: 'A'}
    """
    bridges: dict[int, str] = {}
    years = other_years(rows, reference=reference)
    told = rows.pivot(index="agency_id", columns="year", values="award_count")
    seen, counts = told.notna().to_numpy(dtype="int64"), told.fillna(0).to_numpy(dtype="float64")
    together, totals = seen.T @ seen, counts.sum(axis=0)
    for agency_id, own, own_counts in zip(told.index, seen, counts, strict=True):
        # when others still join every pair of years and have awards in each, no year hangs on this agency
        if (((together - np.outer(own, own)) > 0) == (together > 0)).all() and (totals > own_counts).all():
            continue
        left = joined_years(rows[rows["agency_id"] != agency_id], reference=reference)
        name = str(rows.loc[rows["agency_id"] == agency_id, "agency"].iloc[0])
        for year in years:
            if year not in left:
                bridges.setdefault(year, name)
    return bridges
