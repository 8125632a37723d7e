"""Bounds of a panel's answer: what the agencies that publish nothing could do to the ratio of two years."""

from collections.abc import Sequence

import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.panel import PanelFit

SUPPOSITIONS = ("like_published", "all_zero", "at_most")


def bound_totals(
    panel: pd.DataFrame, cells: pd.DataFrame, *, predicate: str, years: Sequence[int], agency_types: Sequence[str]
) -> pd.DataFrame:
    """Bound the awards of some agency types together in each year.

    Parameters
    ----------
    panel, cells : DataFrame
        From ``build_panel`` and ``count_cells``.
    predicate : str
        WBK, WBBM or all.
    years : sequence of int
        Evaluation years.
    agency_types : sequence of str
        Agency types summed.

    Returns
    -------
    DataFrame
        year, lower, upper (missing without a national total), published (awards in whole counts of agencies).

    Notes
    -----
    The lower bound is the larger of what cells and agencies tell; the upper one the smaller of the sum of the types'
    upper bounds and what the national total leaves beside the other types' lower bounds.

    Examples
    --------
    >>> cells = pd.DataFrame({"year": 2020, "predicate": "all", "agency_type": ["all", "central", "province", "regency",
    ...     "city"], "lower": [50, 20, 4, 0, 0], "upper": [50, 50, 30, 30, 30]})
    >>> panel = pd.DataFrame({"agency_id": ["a"], "agency_type": "central", "year": 2020, "predicate": "all",
    ...     "lower": [25], "upper": [25], "status": "exact"})
    >>> bound_totals(panel, cells, predicate="all", years=[2020], agency_types=["central"]).iloc[0].tolist()
    [2020, 25, 46, 25]
    """
    told = cells[(cells["predicate"] == predicate) & cells["year"].isin(list(years))]
    types = told[told["agency_type"].isin(["central", "province", "regency", "city"])]
    chosen = types["agency_type"].isin(list(agency_types))
    agencies = panel[
        (panel["predicate"] == predicate)
        & panel["year"].isin(list(years))
        & panel["agency_type"].isin(list(agency_types))
    ]
    order = sorted(set(told["year"]))
    by_agencies = agencies.groupby("year")["lower"].sum().reindex(order).fillna(0)
    by_cells = types[chosen].groupby("year")["lower"].sum().reindex(order).fillna(0)
    others = types[~chosen].groupby("year")["lower"].sum().reindex(order).fillna(0)
    national = told[told["agency_type"] == "all"].set_index("year")["upper"].reindex(order)
    uppers = types[chosen].groupby("year")["upper"].agg(lambda values: values.sum(skipna=False)).reindex(order)
    whole = agencies[agencies["status"] == "exact"].groupby("year")["lower"].sum().reindex(order).fillna(0)
    lower = pd.concat([by_agencies, by_cells], axis=1).astype("Float64").max(axis=1)
    left = (national - others).astype("Float64")
    upper = pd.concat([left, uppers.astype("Float64")], axis=1).min(axis=1)
    upper = upper.where(upper.isna() | (upper >= lower), lower)
    columns = {"year": order, "lower": lower, "upper": upper, "published": whole}
    return pd.DataFrame(columns).astype(dict.fromkeys(columns, "Int64")).reset_index(drop=True)


def bound_ratios(fit: PanelFit, totals: pd.DataFrame) -> pd.DataFrame:
    """Set the panel's ratios beside those under other suppositions on the agencies that publish nothing.

    Parameters
    ----------
    fit : PanelFit
        From ``fit_panel``.
    totals : DataFrame
        From ``bound_totals`` for the same predicate and agency types.

    Returns
    -------
    DataFrame
        year, like_published (the panel's ratio), low, high (its 95% jackknife interval), all_zero (only what is known:
        lower over lower bound), at_most (all that the national total leaves: upper over upper), worst_low, worst_high
        (whatever they were), covered (published awards over the upper bound, the smaller of both years).

    Raises
    ------
    StudyRefusal
        If the reference year has no upper bound.

    Notes
    -----
    Worst-case bounds of Manski (1989): nothing is supposed of what is not observed.

    Examples
    --------
    >>> from zi_analysis.study.panel import fit_panel
    >>> panel = pd.DataFrame(
    ...     {"agency_id": list("aabbcc"), "agency": list("AABBCC"), "agency_type": "central", "predicate": "all",
    ...      "year": [2020, 2021] * 3, "lower": [4, 2, 30, 18, 10, 4], "upper": [4, 2, 30, 18, 10, 4],
    ...      "status": "exact"})
    >>> fit = fit_panel(panel, predicate="all", years=[2020, 2021])
    >>> totals = pd.DataFrame({"year": [2020, 2021], "lower": [44, 24], "upper": [80, 30], "published": [44, 24]})
    >>> bound_ratios(fit, totals)[["worst_low", "worst_high"]].round(3).to_numpy().tolist()
    [[1.467, 3.333]]
    """
    by_year = totals.set_index("year").astype("Float64")
    if fit.reference not in by_year.index or pd.isna(by_year.loc[fit.reference, "upper"]):
        raise StudyRefusal(f"the awards of {fit.reference} have no upper bound", key="panel_no_bound")
    base = by_year.loc[fit.reference]
    rows = fit.years[fit.years["year"] != fit.reference]
    at = by_year.reindex(rows["year"])
    covered = (at["published"] / at["upper"]).clip(upper=base["published"] / base["upper"])
    columns = {
        "like_published": rows["rate_ratio"].to_numpy(),
        "low": rows["jackknife_low"].to_numpy(),
        "high": rows["jackknife_high"].to_numpy(),
        "all_zero": _over(at["lower"], base["lower"]),
        "at_most": _over(at["upper"], base["upper"]),
        "worst_low": _over(at["lower"], base["upper"]),
        "worst_high": _over(at["upper"], base["lower"]),
        "covered": covered.to_numpy(dtype="float64", na_value=float("nan")),
    }
    return pd.DataFrame({"year": rows["year"].to_numpy(), **columns})


def _over(values: pd.Series, base: float) -> pd.Series:
    """A ratio, missing where either part is missing or the base is zero."""
    divisor = pd.Series(base, index=values.index, dtype="Float64")
    found = values / divisor.where(divisor > 0)
    return found.astype("float64").reset_index(drop=True)
