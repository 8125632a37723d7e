"""Comparisons of fits: Poisson against NB2, and one exposure against another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.counts import CountFit, fit_counts
from zi_analysis.study.rates import RateFit, fit_rates, rate_intervals
from zi_analysis.study.series import EXPOSURES, FIRST_YEAR_UNDER_RULES_OF_2021, exact_counts


@dataclass(frozen=True)
class FamilyComparison:
    """The same counts under Poisson, Poisson with robust errors, and NB2 (or why NB2 refuses)."""

    formula: str
    poisson: CountFit
    robust: CountFit
    nb2: CountFit | None
    refusal: str | None
    rows: pd.DataFrame  # cell_id, year, agency_type, predicate, observed, poisson, nb2 (expected counts)
    residuals: pd.DataFrame  # the same with Pearson residuals


def compare_families(counts: pd.DataFrame) -> FamilyComparison:
    """Fit ``award_count`` on predicate, agency type and year (those that vary) under both families.

    Parameters
    ----------
    counts : DataFrame
        From ``exact_counts``; rows with used = "yes" are fitted, with their exposure.

    Returns
    -------
    FamilyComparison
        NB2 is None with a refusal in words when it cannot be fitted (no overdispersion, no convergence).

    Raises
    ------
    StudyRefusal
        If Poisson itself cannot be fitted.
    """
    used = counts[counts["used"] == "yes"].reset_index(drop=True)
    if used.empty:
        raise StudyRefusal("no count of these years is exact with an exact exposure", key="no_counts")
    formula = choose_formula(used)
    poisson = fit_counts(used, formula=formula, exposure="exposure")
    robust = fit_counts(used, formula=formula, exposure="exposure", covariance="HC1")
    refusal = None
    try:
        nb2 = fit_counts(used, formula=formula, exposure="exposure", family="nb2")
    except StudyRefusal as reason:
        nb2, refusal = None, str(reason)
    rows = used[["cell_id", "year", "agency_type", "predicate"]]
    fits = {"poisson": poisson} | ({} if nb2 is None else {"nb2": nb2})
    expected = rows.assign(
        observed=used["award_count"], **{name: fit.expected["expected"] for name, fit in fits.items()}
    )
    residuals = rows.assign(**{name: fit.expected["pearson_residual"] for name, fit in fits.items()})
    return FamilyComparison(formula, poisson, robust, nb2, refusal, expected, residuals)


def choose_formula(counts: pd.DataFrame, *, time: str = "year") -> str:
    """Write the formula of the columns that vary: predicate (WBK the reference), agency type (central), time."""
    terms = []
    if counts["predicate"].nunique() > 1:
        terms.append("C(predicate, Treatment('WBK'))")
    if counts["agency_type"].nunique() > 1:
        reference = "central" if "central" in set(counts["agency_type"]) else sorted(counts["agency_type"])[0]
        terms.append(f"C(agency_type, Treatment('{reference}'))")
    if counts[time].nunique() > 1:
        terms.append("year" if time == "year" else f"C({time}, Treatment('before'))")
    return "award_count ~ " + (" + ".join(terms) or "1")


def compare_exposures(
    cells: pd.DataFrame,
    exposures: pd.DataFrame,
    *,
    groups: Sequence[str],
    predicates: Sequence[str],
    years: Sequence[int],
) -> pd.DataFrame:
    """Compare the years under the rules of 2021 with those before, once for each exposure.

    Each exposure is known for other years, which alone moves the ratio; so the ratio of the bare counts of the same
    years stands beside it.

    Parameters
    ----------
    cells, exposures : DataFrame
        From ``count_cells``.
    groups, predicates, years
        As in ``exact_counts``.

    Returns
    -------
    DataFrame
        exposure, cells, years_before, years_after (comma lists), rate_ratio, low, high (Poisson, errors clustered by
        year, Student's t with years less two degrees of freedom; missing with fewer than two years on a side),
        bare_ratio (the counts of the same years without exposure), refusal (why there is no ratio).
    """
    rows = []
    for exposure in EXPOSURES:
        counts = exact_counts(cells, exposures, groups=groups, predicates=predicates, years=years, exposure=exposure)
        used = counts[counts["used"] == "yes"]
        late = used["year"] >= FIRST_YEAR_UNDER_RULES_OF_2021
        sides = {"before": sorted(set(used.loc[~late, "year"])), "after": sorted(set(used.loc[late, "year"]))}
        told = {f"years_{side}": ", ".join(str(year) for year in found) for side, found in sides.items()}
        ratio = _ratio_after(used.assign(rules=late.map({True: "after", False: "before"})), sides)
        rows.append({"exposure": exposure, "cells": len(used), **told, **ratio})
    return pd.DataFrame(rows)


def _ratio_after(used: pd.DataFrame, sides: Mapping[str, Sequence[int]]) -> dict[str, object]:
    """Relate awards after the rules of 2021 to those before; refusals are told."""
    nothing = {"rate_ratio": None, "low": None, "high": None, "bare_ratio": None}
    if not all(sides.values()):
        return {**nothing, "refusal": "no years on both sides of the rules of 2021"}
    try:
        formula = choose_formula(used, time="rules")
        bare = fit_counts(used, formula=formula, exposure=None).coefficients.iloc[-1]
        if min(len(years) for years in sides.values()) < 2:
            row = fit_counts(used, formula=formula, exposure="exposure").coefficients.iloc[-1]
            interval: dict[str, float | None] = {"low": None, "high": None}
        else:
            fit = fit_counts(used, formula=formula, exposure="exposure", covariance="cluster", cluster="year")
            row = fit.coefficients.iloc[-1]
            interval = _student_interval(row, degrees=sum(len(years) for years in sides.values()) - 2)
    except StudyRefusal as reason:
        return {**nothing, "refusal": str(reason)}
    return {"rate_ratio": row["rate_ratio"], **interval, "bare_ratio": bare["rate_ratio"], "refusal": None}


def _student_interval(row: pd.Series, *, degrees: int) -> dict[str, float | None]:
    """95% interval of a rate ratio for few clusters."""
    reach = float(stats.t.ppf(0.975, degrees)) * row["std_error"]
    return {"low": float(np.exp(row["estimate"] - reach)), "high": float(np.exp(row["estimate"] + reach))}


def count_agencies(
    exposures: pd.DataFrame, *, groups: Sequence[str], years: Sequence[int], measure: str
) -> pd.DataFrame:
    """Put the exact numbers of agencies awarded beside an exact exposure, by agency type and year.

    Parameters
    ----------
    exposures : DataFrame
        From ``count_cells``.
    groups : sequence of str
        Agency types or sums of them.
    years : sequence of int
        Evaluation years.
    measure : str
        What the agencies awarded are a part of: agencies_existing, agencies_evaluated or agencies_proposing.

    Returns
    -------
    DataFrame
        year, agency_type, agencies_awarded, agencies; only where both are exact, and only years in which all
        groups are.
    """
    exact = exposures[
        (exposures["status"] == "exact")
        & exposures["agency_type"].isin(list(groups))
        & exposures["year"].isin(list(years))
    ]
    wide = exact.pivot(index=["year", "agency_type"], columns="measure", values="lower")
    wide = wide.reindex(columns=["agencies_awarded", measure]).dropna()
    complete = wide.groupby("year")["agencies_awarded"].transform("size") == len(set(groups))
    rows = wide[complete].rename(columns={measure: "agencies"}).reset_index()
    rows.columns.name = None
    return rows.astype({"agencies_awarded": "int64", "agencies": "int64", "year": "int64"})


def compare_types(exposures: pd.DataFrame, *, years: Sequence[int]) -> pd.DataFrame:
    """Compare local governments with central agencies, year by year and for each exposure that is exact.

    Parameters
    ----------
    exposures : DataFrame
        From ``count_cells``.
    years : sequence of int
        Evaluation years.

    Returns
    -------
    DataFrame
        year, measure, central_awarded, central, local_awarded, local, ratio (share of local governments awarded over
        that of central agencies), low, high (95%, log method of Katz and others 1978).

    Raises
    ------
    StudyRefusal
        If no year has exact numbers of both.
    """
    measures = ("agencies_existing", "agencies_proposing", "agencies_evaluated")
    found = [
        count_agencies(exposures, groups=["central", "local"], years=years, measure=measure).assign(measure=measure)
        for measure in measures
    ]
    rows = pd.concat(found, ignore_index=True)
    if rows.empty:
        raise StudyRefusal("no year has exact numbers of agencies awarded for both", key="no_agencies")
    wide = rows.pivot(index=["year", "measure"], columns="agency_type", values=["agencies_awarded", "agencies"])
    pairs = [
        {
            "year": year,
            "measure": measure,
            "central_awarded": int(row["agencies_awarded", "central"]),
            "central": int(row["agencies", "central"]),
            "local_awarded": int(row["agencies_awarded", "local"]),
            "local": int(row["agencies", "local"]),
        }
        for (year, measure), row in wide.iterrows()
    ]
    return pd.DataFrame([{**pair, **_share_ratio(pair)} for pair in pairs])


def _share_ratio(pair: Mapping[str, int]) -> dict[str, float]:
    """Relate the local share to the central one, with its interval."""
    counts = (pair["local_awarded"], pair["local"], pair["central_awarded"], pair["central"])
    low, high = confint_proportions_2indep(*counts, compare="ratio", method="log")
    ratio = (counts[0] / counts[1]) / (counts[2] / counts[3])
    return {"ratio": ratio, "low": float(low), "high": float(high)}


def rate_agencies(exposures: pd.DataFrame, *, groups: Sequence[str], years: Sequence[int]) -> pd.DataFrame:
    """Rate agencies awarded, of those proposing and of those evaluated, by type and year.

    Parameters
    ----------
    exposures : DataFrame
        From ``count_cells``.
    groups : sequence of str
        Agency types or sums of them.
    years : sequence of int
        Evaluation years.

    Returns
    -------
    DataFrame
        year, agency_type, measure, successes, trials, rate, low, high, method.

    Raises
    ------
    StudyRefusal
        If no year has exact numbers for all groups.
    """
    parts = [
        count_agencies(exposures, groups=groups, years=years, measure=measure).assign(measure=measure)
        for measure in ("agencies_proposing", "agencies_evaluated")
    ]
    rows = pd.concat(parts, ignore_index=True)
    if rows.empty:
        wanted = ", ".join(groups)
        message = f"no year has exact numbers of agencies awarded and proposing or evaluated for {wanted}"
        raise StudyRefusal(message, key="no_agencies")
    return rate_intervals(rows, successes="agencies_awarded", trials="agencies")


def rate_units(counts: pd.DataFrame) -> pd.DataFrame:
    """Rate units awarded of units proposed by year.

    Parameters
    ----------
    counts : DataFrame
        From ``exact_counts`` with units_proposed as exposure.

    Returns
    -------
    DataFrame
        year, agency_type, predicate, successes, trials, rate, low, high, method.

    Raises
    ------
    StudyRefusal
        If no count of these years is exact.
    """
    used = counts.loc[counts["used"] == "yes", ["year", "agency_type", "predicate", "award_count", "exposure"]]
    if used.empty:
        raise StudyRefusal("no year has an exact count and an exact number of units proposed", key="no_units")
    return rate_intervals(used.reset_index(drop=True), successes="award_count", trials="exposure")


def fit_common_rate(rates: pd.DataFrame) -> RateFit:
    """Fit one success rate to all rows; its dispersion says whether they differ by more than chance.

    Parameters
    ----------
    rates : DataFrame
        From ``rate_units`` or ``rate_agencies``: successes, trials.

    Returns
    -------
    RateFit
    """
    return fit_rates(rates[["successes", "trials"]], successes="successes", trials="trials", formula="1")
