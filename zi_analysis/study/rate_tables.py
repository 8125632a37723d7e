"""Tables of rates: which can be formed from the evidence, which are only bounded, and why."""

from collections.abc import Sequence

import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.columns import name_terms
from zi_analysis.study.rates import rate_intervals

PAIRS = (
    ("units_awarded", "units_proposed"),
    ("units_awarded", "units_evaluated"),
    ("agencies_awarded", "agencies_proposing"),
    ("agencies_awarded", "agencies_evaluated"),
)
_KEYS = ["year", "agency_type"]


def list_rates(
    cells: pd.DataFrame,
    exposures: pd.DataFrame,
    *,
    groups: Sequence[str],
    years: Sequence[int],
    predicate: str = "all",
) -> pd.DataFrame:
    """List every success rate of some types and years: exact, bounded, or not known at all.

    A rate is exact when both its numbers are, and both are of the same year, type, track and whole coverage. Where
    one is only bounded the rate lies between the fewest awarded of the most trials and the most awarded of the
    fewest; an upper end above 1 says nothing and is cut to 1.

    Parameters
    ----------
    cells, exposures : DataFrame
        From ``count_cells``.
    groups : sequence of str
        Agency types or sums of them.
    years : sequence of int
        Evaluation years.
    predicate : {"all", "WBK", "WBBM"}
        Of the units awarded; agencies awarded, and what is proposed and evaluated, are of both together.

    Returns
    -------
    DataFrame
        year, agency_type, counted, measure, awarded_low, awarded_high, trials_low, trials_high, rate_low,
        rate_high, state (exact | bounded | none), missing (count | exposure | both; what is not exact).

    Raises
    ------
    StudyRefusal
        If more were surely awarded than could be tried: names the years and types.

    Examples
    --------
    >>> cells = pd.DataFrame({"year": [2020], "agency_type": "all", "predicate": "all", "lower": [3], "upper": [3]})
    >>> exposures = pd.DataFrame(
    ...     {"year": [2020], "agency_type": "all", "measure": "units_proposed", "lower": [9], "upper": [12]}
    ... )
    >>> rates = list_rates(cells, exposures, groups=["all"], years=[2020])
    >>> rates.loc[0, ["state", "missing"]].tolist(), float(rates.loc[0, "rate_low"])
    (['bounded', 'exposure'], 0.25)
    """
    bounds = _gather(cells[cells["predicate"] == predicate], exposures)
    wanted = [(year, group) for year in years for group in groups]
    rows = pd.concat(
        [_pair(bounds, counted, measure, pd.DataFrame(wanted, columns=_KEYS)) for counted, measure in PAIRS],
        ignore_index=True,
    )
    above = rows[(rows["awarded_low"] > rows["trials_high"]).fillna(value=False)]
    if len(above):
        lines = name_terms(
            [f"{row.counted} {row.year} {row.agency_type} of {row.measure}" for row in above.itertuples()]
        )
        message = f"more awarded than {lines} can be; a success rate is no more than 1, so one of the counts is wrong"
        raise StudyRefusal(message, key="rate_above_one", lines=lines)
    low = (rows["awarded_low"] / rows["trials_high"]).astype("Float64").fillna(0.0)
    high = (rows["awarded_high"] / rows["trials_low"].where(rows["trials_low"] > 0)).astype("Float64").clip(upper=1.0)
    rows = rows.assign(rate_low=low.astype("float64"), rate_high=high.fillna(1.0).astype("float64"))
    return rows.assign(state=_state(rows), missing=_missing(rows))


def _gather(cells: pd.DataFrame, exposures: pd.DataFrame) -> pd.DataFrame:
    """Bounds of units awarded, as of every other measure."""
    awarded = cells.assign(measure="units_awarded")
    columns = [*_KEYS, "measure", "lower", "upper"]
    both = pd.concat([awarded[columns], exposures[columns]], ignore_index=True)
    return both.astype({"lower": "Float64", "upper": "Float64"})


def _pair(bounds: pd.DataFrame, counted: str, measure: str, wanted: pd.DataFrame) -> pd.DataFrame:
    """Put bounds of awards beside bounds of what they are a share of."""
    for name, kind in (("awarded", counted), ("trials", measure)):
        part = bounds.loc[bounds["measure"] == kind, [*_KEYS, "lower", "upper"]]
        part = part.rename(columns={"lower": f"{name}_low", "upper": f"{name}_high"})
        wanted = wanted.merge(part, on=_KEYS, how="left", validate="1:1")
    wanted.insert(2, "counted", counted)
    wanted.insert(3, "measure", measure)
    return wanted


def _is_exact(rows: pd.DataFrame, name: str) -> pd.Series:
    """Whether both bounds agree."""
    return (rows[f"{name}_low"] == rows[f"{name}_high"]).fillna(value=False).astype(bool)


def _missing(rows: pd.DataFrame) -> pd.Series:
    """Say which of the two is not exact."""
    missing = pd.Series(pd.NA, index=rows.index, dtype="str")
    missing[~_is_exact(rows, "awarded")] = "count"
    missing[~_is_exact(rows, "trials")] = "exposure"
    missing[~_is_exact(rows, "awarded") & ~_is_exact(rows, "trials")] = "both"
    return missing


def _state(rows: pd.DataFrame) -> pd.Series:
    """Exact, bounded, or none: an interval from 0 to 1 says nothing."""
    state = pd.Series("bounded", index=rows.index, dtype="str")
    state[(rows["rate_low"] <= 0) & (rows["rate_high"] >= 1)] = "none"
    state[_is_exact(rows, "awarded") & _is_exact(rows, "trials") & (rows["trials_low"] > 0).fillna(value=False)] = (
        "exact"
    )
    return state


def exact_rates(rates: pd.DataFrame, *, measures: Sequence[str], groups: Sequence[str]) -> pd.DataFrame:
    """Give the exact rates of a list their 95% intervals.

    Parameters
    ----------
    rates : DataFrame
        From ``list_rates``.
    measures : sequence of str
        What is rated among: units_proposed, units_evaluated, agencies_proposing, agencies_evaluated.
    groups : sequence of str
        Agency types or sums of them.

    Returns
    -------
    DataFrame
        year, agency_type, measure, successes, trials, rate, low, high, method.

    Raises
    ------
    StudyRefusal
        If none is exact.

    Examples
    --------
    >>> rates = pd.DataFrame({"year": [2020], "agency_type": "all"}).assign(
    ...     measure="units_proposed", awarded_low=3.0, trials_low=9.0, state="exact"
    ... )
    >>> exact = exact_rates(rates, measures=["units_proposed"], groups=["all"])
    >>> exact[["successes", "trials", "method"]].to_numpy().tolist()
    [[3, 9, 'exact']]
    """
    chosen = rates["measure"].isin(list(measures)) & rates["agency_type"].isin(list(groups))
    rows = rates[chosen & (rates["state"] == "exact")].reset_index(drop=True)
    if rows.empty:
        raise StudyRefusal(f"no year has an exact rate of {name_terms(measures)}", key="rate_none")
    counts = rows[["awarded_low", "trials_low"]].astype("float64")
    columns = rows[["year", "agency_type", "measure"]].assign(**counts)
    return rate_intervals(columns, successes="awarded_low", trials="trials_low")


def share_of_predicate(cells: pd.DataFrame, *, predicate: str, years: Sequence[int]) -> pd.DataFrame:
    """Rate the awards of a predicate among all awards, year by year, where both counts are exact.

    Parameters
    ----------
    cells : DataFrame
        From ``count_cells``.
    predicate : {"WBK", "WBBM"}
        Whose share.
    years : sequence of int
        Evaluation years.

    Returns
    -------
    DataFrame
        year, successes, trials, rate, low, high, method.

    Raises
    ------
    StudyRefusal
        If no year has both counts exact.

    Examples
    --------
    >>> cells = pd.DataFrame({"year": 2020, "agency_type": "all", "predicate": ["WBBM", "all"]}).assign(
    ...     lower=[82, 763], upper=[82, 763]
    ... )
    >>> share_of_predicate(cells, predicate="WBBM", years=[2020])["rate"].round(3).tolist()
    [0.107]
    """
    exact = cells[(cells["lower"] == cells["upper"]).fillna(value=False) & (cells["agency_type"] == "all")]
    wide = exact[exact["year"].isin(list(years))].pivot(index="year", columns="predicate", values="lower")
    rows = wide.reindex(columns=[predicate, "all"]).dropna().astype("int64")
    rows = rows[rows["all"] > 0].reset_index()
    if rows.empty:
        raise StudyRefusal("no year has exact counts by predicate", key="rate_no_predicates")
    rows.columns.name = None
    return rate_intervals(rows, successes=predicate, trials="all")
