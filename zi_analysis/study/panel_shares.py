"""Shares of a few ministries in the national total, and in its growth and fall."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from zi_analysis.errors import StudyRefusal

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "finance": ("kemenkeu",),
    "courts": ("ma",),
    "police": ("polri",),
    "law": ("kemenkumham", "kemenkum", "kemenham", "kemenimipas"),  # the ministry and those it was split into in 2024
}
TOGETHER = "together"


def share_families(
    panel: pd.DataFrame,
    cells: pd.DataFrame,
    agencies: pd.DataFrame,
    *,
    predicate: str,
    years: Sequence[int],
    families: Mapping[str, Sequence[str]] = FAMILIES,
) -> pd.DataFrame:
    """Bound the share of the national total that some agencies hold, each family and all families together.

    Parameters
    ----------
    panel, cells : DataFrame
        From ``build_panel`` and ``count_cells``.
    agencies : DataFrame
        The register: agency_id, valid_from, valid_to. An agency that exists without a row of the panel is unknown.
    predicate : str
        WBK, WBBM or all.
    years : sequence of int
        Evaluation years; those without a bounded national total are left out.
    families : mapping
        Name to agency ids.

    Returns
    -------
    DataFrame
        year, family (last "together"), lower, upper (awards), total_lower, total_upper, share_low, share_high.

    Raises
    ------
    StudyRefusal
        If no year has a bounded national total.

    Notes
    -----
    A family whose count is not whole can hold all that the national total leaves beside what is known of every
    agency. The four together are bounded by the same remainder once, not four times.

    Examples
    --------
    >>> cells = pd.DataFrame({"year": [2020], "predicate": "all", "agency_type": "all", "lower": 50, "upper": 50})
    >>> panel = pd.DataFrame({"agency_id": ["kemenkeu", "ma", "x"], "year": 2020, "predicate": "all",
    ...     "lower": [20, 5, 10], "upper": [20, None, 10], "status": ["exact", "at_least", "exact"]})
    >>> agencies = pd.DataFrame({"agency_id": ["kemenkeu", "ma"], "valid_from": [2009, None], "valid_to": None})
    >>> ours = {"ours": ["kemenkeu", "ma"]}
    >>> shares = share_families(panel, cells, agencies, predicate="all", years=[2020], families=ours)
    >>> shares[["share_low", "share_high"]].iloc[0].tolist()
    [0.5, 0.8]
    """
    totals = national_totals(cells, predicate, years)
    if totals.empty:
        raise StudyRefusal("no year has a bounded national total above zero", key="panel_no_total")
    rows = panel[(panel["predicate"] == predicate) & panel["year"].isin(totals.index)]
    groups = {**families, TOGETHER: [name for names in families.values() for name in names]}
    found = [
        {
            "year": int(year),
            "family": family,
            **_bound(rows[rows["year"] == year], _living(agencies, names, year), total),
        }
        for year, total in totals.iterrows()
        for family, names in groups.items()
    ]
    table = pd.DataFrame(found)
    return table.assign(
        share_low=table["lower"] / table["total_upper"],
        share_high=(table["upper"] / table["total_lower"]).clip(upper=1.0),
    )


def national_totals(cells: pd.DataFrame, predicate: str, years: Sequence[int]) -> pd.DataFrame:
    """Select the bounds of the national total where there is an upper one and a lower one above zero.

    Parameters
    ----------
    cells : DataFrame
        From ``count_cells``.
    predicate : str
        WBK, WBBM or all.
    years : sequence of int
        Evaluation years.

    Returns
    -------
    DataFrame
        lower, upper under the year.

    Examples
    --------
    >>> cells = pd.DataFrame({"year": [2020], "predicate": "all", "agency_type": "all", "lower": 50, "upper": 50})
    >>> national_totals(cells, "all", [2020]).index.tolist()
    [2020]
    """
    rows = cells[(cells["agency_type"] == "all") & (cells["predicate"] == predicate) & cells["year"].isin(list(years))]
    told = rows.set_index("year")[["lower", "upper"]].sort_index()
    return told[told["upper"].notna() & (told["lower"] > 0)].astype("float64")


def find_remainder(rows: pd.DataFrame, total: float) -> float:
    """Count the awards of the national total that are not known to be of any agency.

    Parameters
    ----------
    rows : DataFrame
        lower: one row an agency, of one year and predicate.
    total : float
        Upper bound of the national total.

    Returns
    -------
    float

    Examples
    --------
    >>> find_remainder(pd.DataFrame({"lower": [3, None]}), 10)
    7.0
    """
    return max(0.0, total - float(rows["lower"].fillna(0).sum()))


def _living(agencies: pd.DataFrame, names: Sequence[str], year: int) -> list[str]:
    """Those of the agencies that exist for some time of the year."""
    first = pd.to_numeric(agencies["valid_from"]).fillna(0)
    last = pd.to_numeric(agencies["valid_to"]).fillna(9999)
    lived = (first <= year) & (last >= year) & agencies["agency_id"].isin(list(names))
    return sorted(agencies.loc[lived, "agency_id"])


def _bound(rows: pd.DataFrame, names: list[str], total: pd.Series) -> dict[str, float]:
    """Bound the count of some agencies by their own rows and by what the others leave."""
    own = rows[rows["agency_id"].isin(names)]
    known = float(own["lower"].fillna(0).sum())
    whole = len(own) == len(names) and bool((own["status"] == "exact").all())
    most = known if whole else known + find_remainder(rows, float(total["upper"]))
    bounded = len(own) == len(names) and bool(own["upper"].notna().all())
    ceiling = float(own["upper"].astype("Float64").sum()) if bounded else np.inf
    upper = max(known, min(most, ceiling))
    return {"lower": known, "upper": upper, "total_lower": float(total["lower"]), "total_upper": float(total["upper"])}
