"""Rows of the agency panel that a model with agency and year effects can use, each other row with its reason."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

REASONS = ("unknown", "at_least", "single", "separated", "unconnected")


def select_panel(
    panel: pd.DataFrame, *, predicate: str, years: Sequence[int], agency_types: Sequence[str]
) -> pd.DataFrame:
    """Choose the agency-years of a predicate and say which of them a model can use.

    Parameters
    ----------
    panel : DataFrame
        From ``build_panel``: agency_id, agency, agency_type, year, predicate, lower, upper, status.
    predicate : str
        WBK, WBBM or all.
    years : sequence of int
        Evaluation years.
    agency_types : sequence of str
        Agency types kept.

    Returns
    -------
    DataFrame
        agency_id, agency, agency_type, year, lower, upper, status, award_count (missing where not exact), component
        (part of the whole counts it is joined to; missing where not exact), used (yes | no) and reason (unknown;
        at_least: only a lower bound; single: the agency's only exact year; separated: a zero that an effect fits
        without rest; unconnected: no chain of agencies leads to the years kept).

    Notes
    -----
    Two year effects can be compared only if a chain of agencies observed in several years joins them (Abowd, Creecy
    and Kramarz 2002). The separated cells are those of Correia, Guimaraes and Zylkin (2019).

    Examples
    --------
    >>> panel = pd.DataFrame(
    ...     {"agency_id": list("aabbc"), "agency": list("AABBC"), "agency_type": "central", "predicate": "all",
    ...      "year": [2020, 2021, 2020, 2021, 2020], "lower": [4, 2, 3, 5, 9], "upper": [4, 2, 3, 5, 9],
    ...      "status": "exact"})
    >>> rows = select_panel(panel, predicate="all", years=[2020, 2021], agency_types=["central"])
    >>> rows["used"].tolist(), rows["reason"].tolist()[-1]
    (['yes', 'yes', 'yes', 'yes', 'no'], 'single')
    """
    wanted = panel[
        (panel["predicate"] == predicate)
        & panel["year"].isin(list(years))
        & panel["agency_type"].isin(list(agency_types))
    ]
    facts = ["agency_id", "agency", "agency_type", "year", "lower", "upper", "status"]
    rows = wanted[facts].sort_values(["agency_id", "year"]).reset_index(drop=True)
    exact = rows["status"] == "exact"
    reason = rows["status"].where(~exact).astype("object")
    component = pd.Series(pd.NA, index=rows.index, dtype="Int64")
    component[exact] = number_components(rows[exact]).to_numpy()
    reason = _keep_one_part(rows, _prune(rows, reason))
    counts = rows["lower"].where(exact).astype("Int64")
    return rows.assign(award_count=counts, component=component, used=_yes(reason.isna()), reason=reason)


def number_components(rows: pd.DataFrame) -> pd.Series:
    """Number the parts of a panel that no agency and no year joins, the largest first.

    Parameters
    ----------
    rows : DataFrame
        agency_id, year.

    Returns
    -------
    Series of int
        Number of each row's part, from 0.

    Examples
    --------
    >>> number_components(pd.DataFrame({"agency_id": list("aab"), "year": [1, 2, 3]})).tolist()
    [0, 0, 1]
    """
    agencies, years = (pd.factorize(rows[name], sort=True) for name in ("agency_id", "year"))
    ends = (agencies[0], years[0] + len(agencies[1]))
    nodes = len(agencies[1]) + len(years[1])
    graph = coo_array((np.ones(len(rows)), ends), shape=(nodes, nodes))
    part = pd.Series(connected_components(graph, directed=False)[1][agencies[0]], index=rows.index)
    sizes = part.value_counts()
    order = sorted(sizes.index, key=lambda name: (-sizes[name], name))
    return part.map({name: number for number, name in enumerate(order)}).astype("int64")


def dummy_matrix(rows: pd.DataFrame, *, reference: int) -> pd.DataFrame:
    """Make the design of agency and year effects: a constant, agencies but the first, years but the reference.

    Parameters
    ----------
    rows : DataFrame
        agency_id, year.
    reference : int
        Year without a column.

    Returns
    -------
    DataFrame
        Columns Intercept, agency names, years as text.

    Examples
    --------
    >>> dummy_matrix(pd.DataFrame({"agency_id": list("aab"), "year": [1, 2, 1]}), reference=1).columns.tolist()
    ['Intercept', 'b', '2']
    """
    agencies, names = pd.factorize(rows["agency_id"], sort=True)
    years = sorted(int(year) for year in rows["year"].unique() if year != reference)
    by_agency = agencies[:, None] == np.arange(1, len(names))
    by_year = rows["year"].to_numpy(dtype="int64")[:, None] == np.array(years, dtype="int64")
    matrix = np.hstack([np.ones((len(rows), 1)), by_agency, by_year]).astype("float64")
    return pd.DataFrame(matrix, index=rows.index, columns=["Intercept", *names[1:], *(str(year) for year in years)])


def joined_years(rows: pd.DataFrame, *, reference: int) -> set[int]:
    """Find the years that agencies with counts join to the reference, it itself among them.

    Parameters
    ----------
    rows : DataFrame
        agency_id, year, award_count (all known).
    reference : int
        The year compared with.

    Returns
    -------
    set of int
        Empty when the reference itself has no awards left.

    Examples
    --------
    >>> rows = pd.DataFrame({"agency_id": list("aab"), "year": [2020, 2021, 2022], "award_count": [3, 0, 5]})
    >>> joined_years(rows, reference=2020)
    {2020}
    """
    left = rows
    while True:
        apart = _separated(left.assign(lower=left["award_count"]))
        if not apart.any():
            break
        left = left[~apart]
    parts = number_components(left)
    at_reference = parts[left["year"] == reference]
    if at_reference.empty:
        return set()
    return {int(year) for year in left.loc[parts == at_reference.iloc[0], "year"]}


def _prune(rows: pd.DataFrame, reason: pd.Series) -> pd.Series:
    """Set aside separated zeros and agencies with one exact year until neither is left."""
    reason = reason.copy()
    while True:
        kept = rows[reason.isna()]
        apart = _separated(kept)
        single = ~apart & (kept.groupby("agency_id")["year"].transform("size") == 1)
        if not (apart | single).any():
            return reason
        reason[kept.index[apart]] = "separated"
        reason[kept.index[single]] = "single"


def _separated(rows: pd.DataFrame) -> pd.Series:
    """Zeros that effects of agencies and years fit without rest.

    A direction of the effects leaves every count above zero where it is, so agencies and years that such counts join
    move together; a zero must not rise. A zero is separated when no chain of zeros leads back from where it leads to.
    This is the condition of Correia, Guimaraes and Zylkin (2019), for two effects, without its linear programme.
    """
    agencies, years = pd.factorize(rows["agency_id"]), pd.factorize(rows["year"])
    ends = (agencies[0], len(agencies[1]) + years[0])
    nodes = len(agencies[1]) + len(years[1])
    above = (rows["lower"] > 0).to_numpy(dtype=bool)
    together = _parts(ends[0][above], ends[1][above], nodes, "weak")
    start, end = together[ends[0][~above]], together[ends[1][~above]]
    back = _parts(start, end, nodes, "strong")
    apart = pd.Series(data=False, index=rows.index)
    apart[rows.index[~above]] = back[start] != back[end]
    return apart


def _parts(start: np.ndarray, end: np.ndarray, nodes: int, connection: str) -> np.ndarray:
    """Number the parts of a graph, weakly or strongly connected."""
    graph = coo_array((np.ones(len(start)), (start, end)), shape=(nodes, nodes))
    return np.asarray(connected_components(graph, directed=True, connection=connection)[1])


def _keep_one_part(rows: pd.DataFrame, reason: pd.Series) -> pd.Series:
    """Leave out rows that nothing links to the largest part."""
    kept = rows[reason.isna()]
    parts = number_components(kept)
    reason = reason.copy()
    reason[kept.index[parts > 0]] = "unconnected"
    return reason


def _yes(mask: pd.Series) -> pd.Series:
    """Write yes or no."""
    return mask.map({True: "yes", False: "no"})
