"""How often the units of one agency were awarded: of those tried, and a year."""

from dataclasses import dataclass

import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.rate_intervals import rate_intervals, yearly_interval

_ALWAYS_EXACT = 10**9  # Clopper and Pearson, whatever the counts
_KEYS = ["measure", "predicate", "year"]
_NUMBERS = ["tried", "lower", "upper"]


@dataclass(frozen=True)
class YearlyAwards:
    """Awards a year of one agency, in the years whose count is whole."""

    years: tuple[int, ...]
    total: int
    rate: float
    low: float
    high: float


def list_rates(counts: pd.DataFrame, tries: pd.DataFrame, *, years: range) -> pd.DataFrame:
    """List the rates of one agency: units awarded of units proposed or evaluated.

    Parameters
    ----------
    counts : DataFrame
        year, predicate, lower, upper, status of one agency (``Profile.counts``).
    tries : DataFrame
        year, predicate, measure, value of the same agency (``Profile.tries``).
    years : range
        Evaluation years.

    Returns
    -------
    DataFrame
        measure, predicate, year (missing in the row of all exact years of a measure and predicate, made where there
        are two or more), tried, lower, upper (awarded), state, rate, low, high. With state "exact" low and high are the
        exact 95% interval (Clopper and Pearson 1934) for chance alone; with "at_least" they are what the bounds of the
        count allow (high missing where nothing bounds it); "unknown" has no rate; "contradicted" has more awarded
        than tried.

    Raises
    ------
    StudyRefusal
        If no number of units tried is known.

    Examples
    --------
    >>> counts = pd.DataFrame({"year": [2020], "predicate": "WBK", "lower": [3], "upper": [3], "status": "exact"})
    >>> tries = pd.DataFrame({"year": [2020], "predicate": "WBK", "measure": "units_proposed", "value": [8]})
    >>> list_rates(counts, tries, years=range(2020, 2021))[["rate", "low", "high"]].round(3).to_numpy().tolist()
    [[0.375, 0.085, 0.755]]
    """
    chosen = tries[tries["year"].isin(list(years)) & (tries["value"] > 0)].rename(columns={"value": "tried"})
    if chosen.empty:
        raise StudyRefusal("no page tells how many units the agency proposed in these years", key="profile_no_tries")
    known = counts[["year", "predicate", "lower", "upper", "status"]]
    rows = chosen.merge(known, on=["year", "predicate"], how="left", validate="m:1")
    state = rows["status"].fillna("unknown").mask((rows["lower"] > rows["tried"]).fillna(value=False), "contradicted")
    rows = rows.assign(state=state)[[*_KEYS, *_NUMBERS, "state"]].sort_values(_KEYS, ignore_index=True)
    rows = pd.concat([rows, *_all_years(rows)], ignore_index=True).astype(dict.fromkeys(["year", *_NUMBERS], "Int64"))
    return _with_rates(rows)


def _all_years(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """One row for all exact years of a measure and predicate, where there are two or more."""
    exact = rows[rows["state"] == "exact"]
    sums = []
    for (measure, predicate), group in exact.groupby(["measure", "predicate"]):
        if len(group) > 1:
            about = {"measure": measure, "predicate": predicate, "year": pd.NA, "state": "exact"}
            sums.append(pd.DataFrame([about | {name: int(group[name].sum()) for name in _NUMBERS}]))
    return sums


def _with_rates(rows: pd.DataFrame) -> pd.DataFrame:
    """Rates and intervals of exact rows, and what the bounds allow of those known at the least."""
    exact, bounded = rows["state"] == "exact", rows["state"] == "at_least"
    ends = {
        name: (rows[bound] / rows["tried"]).astype("float64").where(bounded).clip(upper=1.0)
        for name, bound in (("low", "lower"), ("high", "upper"))
    }
    rows = rows.assign(rate=float("nan"), **ends)
    if exact.any():
        counts = rows.loc[exact, ["lower", "tried"]]
        found = rate_intervals(counts, successes="lower", trials="tried", small=_ALWAYS_EXACT)
        for name in ("rate", "low", "high"):
            rows[name] = rows[name].where(~exact, found[name].reindex(rows.index))
    return rows


def awards_per_year(counts: pd.DataFrame, *, years: range) -> YearlyAwards:
    """Average the awards of the years whose count is whole, with an exact 95% interval.

    Parameters
    ----------
    counts : DataFrame
        year, predicate, lower, status of one agency.
    years : range
        Evaluation years.

    Returns
    -------
    YearlyAwards
        The interval is for chance alone (Garwood 1936). A year whose count is known only at the least is left out,
        as it says nothing of how many there were.

    Raises
    ------
    StudyRefusal
        If no year has a whole count.

    Examples
    --------
    >>> counts = pd.DataFrame({"year": [2019, 2020], "predicate": "all", "lower": [4, 2], "status": "exact"})
    >>> awards_per_year(counts, years=range(2019, 2021)).rate
    3.0
    """
    rows = counts[(counts["predicate"] == "all") & counts["year"].isin(list(years)) & (counts["status"] == "exact")]
    if rows.empty:
        raise StudyRefusal("no year has a whole count of the agency's awards", key="profile_no_whole")
    total = int(rows["lower"].sum())
    rate, low, high = yearly_interval(total, len(rows))
    return YearlyAwards(tuple(int(year) for year in rows["year"]), total, rate, low, high)
