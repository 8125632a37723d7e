"""The national count of one year by agency type, and the share of agencies with an award."""

import pandas as pd

from zi_analysis.study.rate_intervals import rate_intervals
from zi_analysis.study.rate_tables import list_rates

GROUPS = ("all", "central", "local", "province", "regency", "city")
AGENCIES = ("agencies_existing", "agencies_evaluated", "agencies_awarded")
_ALWAYS_EXACT = 10**9  # Clopper and Pearson, whatever the counts
_COLUMNS = ["year", "agency_type", "measure", "predicate", "lower", "upper", "status", "identifier"]


def list_national(cells: pd.DataFrame, exposures: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """List the numbers of one year by agency type with their bounds.

    Parameters
    ----------
    cells, exposures : DataFrame
        From ``count_cells``.
    year : int
        Evaluation year.

    Returns
    -------
    DataFrame
        year, agency_type (all, central, local, province, regency, city), measure (agencies existing, evaluated,
        awarded; units awarded), predicate (of units awarded; of the others all), lower, upper, status (exact, bounded,
        sum, unknown) and identifier (what ``zi trace`` takes). A year outside the evidence has no row.

    Examples
    --------
    >>> cells = pd.DataFrame({"cell_id": ["c"], "year": [2024], "agency_type": "all", "predicate": "all",
    ...     "lower": [231], "upper": [231], "status": "exact"})
    >>> exposures = pd.DataFrame({"exposure_id": ["e"], "year": [2024], "agency_type": "all",
    ...     "measure": "agencies_evaluated", "lower": [288], "upper": [288], "status": "exact"})
    >>> list_national(cells, exposures, year=2024)["lower"].tolist()
    [288, 231]
    """
    units = cells.assign(measure="units_awarded").rename(columns={"cell_id": "identifier"})
    agencies = exposures[exposures["measure"].isin(AGENCIES)].assign(predicate="all")
    agencies = agencies.rename(columns={"exposure_id": "identifier"})
    both = pd.concat([agencies[_COLUMNS], units[_COLUMNS]], ignore_index=True)
    rows = both[(both["year"] == year) & both["agency_type"].isin(GROUPS)]
    order = rows["agency_type"].map(GROUPS.index)
    kept = rows.assign(order=order).sort_values("order", kind="stable").drop(columns="order")
    return kept.reset_index(drop=True)


def rate_agencies(cells: pd.DataFrame, exposures: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """Rate the agencies with an award among those evaluated, by type.

    Parameters
    ----------
    cells, exposures : DataFrame
        From ``count_cells``.
    year : int
        Evaluation year.

    Returns
    -------
    DataFrame
        agency_type, awarded_low, awarded_high, trials_low, trials_high, state (exact, bounded, none), rate, low, high.
        With state "exact" low and high are the exact 95% interval (Clopper and Pearson 1934), for chance alone; with
        "bounded" they are what the bounds of the two counts allow and rate is missing; "none" says nothing.

    Raises
    ------
    StudyRefusal
        If more agencies were surely awarded than evaluated.

    Examples
    --------
    >>> cells = pd.DataFrame({"year": [2024], "agency_type": "all", "predicate": "all", "lower": [1], "upper": [1]})
    >>> exposures = pd.DataFrame({"year": 2024, "agency_type": "central", "lower": [38, 67], "upper": [38, 67],
    ...     "measure": ["agencies_awarded", "agencies_evaluated"]})
    >>> rates = rate_agencies(cells, exposures, year=2024).set_index("agency_type")
    >>> rates.loc["central", ["rate", "low", "high"]].astype(float).round(3).tolist()
    [0.567, 0.44, 0.688]
    """
    rates = list_rates(cells, exposures, groups=GROUPS, years=[year])
    rows = rates[(rates["counted"] == "agencies_awarded") & (rates["measure"] == "agencies_evaluated")]
    rows = rows.rename(columns={"rate_low": "low", "rate_high": "high"}).reset_index(drop=True)
    rows = rows.assign(rate=float("nan"))
    exact = rows["state"] == "exact"
    if exact.any():
        counts = rows.loc[exact, ["awarded_low", "trials_low"]].astype("float64")
        found = rate_intervals(counts, successes="awarded_low", trials="trials_low", small=_ALWAYS_EXACT)
        for name in ("rate", "low", "high"):
            rows[name] = rows[name].where(~exact, found[name].reindex(rows.index))
    names = ["agency_type", "awarded_low", "awarded_high", "trials_low", "trials_high", "state", "rate", "low", "high"]
    return rows[names].astype(dict.fromkeys(names[1:5], "Int64"))


def last_unit_rate(cells: pd.DataFrame, exposures: pd.DataFrame, *, years: range) -> pd.Series | None:
    """Find the last year whose units evaluated and awarded are both whole, and its rate.

    Parameters
    ----------
    cells, exposures : DataFrame
        From ``count_cells``.
    years : range
        Evaluation years.

    Returns
    -------
    Series or None
        year, successes, trials, rate, low, high (exact 95% interval); None where no year has both.

    Examples
    --------
    >>> cells = pd.DataFrame({"year": [2023], "agency_type": "all", "predicate": "all", "lower": [109], "upper": [109]})
    >>> exposures = pd.DataFrame({"year": [2023], "agency_type": "all", "measure": "units_evaluated",
    ...     "lower": [1095], "upper": [1095]})
    >>> round(float(last_unit_rate(cells, exposures, years=range(2020, 2025))["rate"]), 3)
    0.1
    """
    rates = list_rates(cells, exposures, groups=["all"], years=list(years))
    rows = rates[(rates["measure"] == "units_evaluated") & (rates["state"] == "exact")]
    if rows.empty:
        return None
    last = rows.loc[[rows["year"].idxmax()], ["year", "awarded_low", "trials_low"]].astype("float64")
    return rate_intervals(last, successes="awarded_low", trials="trials_low", small=_ALWAYS_EXACT).iloc[0]
