"""The largest agencies of each year, whichever they are: their share of the national total, within bounds."""

from collections.abc import Sequence

import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.panel_shares import find_remainder, national_totals


def share_largest(
    panel: pd.DataFrame, cells: pd.DataFrame, *, predicate: str, years: Sequence[int], size: int = 4
) -> pd.DataFrame:
    """Bound the share of the largest agencies of each year, whichever they are.

    Parameters
    ----------
    panel, cells : DataFrame
        From ``build_panel`` and ``count_cells``.
    predicate : str
        WBK, WBBM or all.
    years : sequence of int
        Evaluation years; those without a bounded national total are left out.
    size : int
        How many agencies.

    Returns
    -------
    DataFrame
        year, known (agencies with a whole count), awards_known (in them), total_lower, total_upper, share_low,
        share_high.

    Raises
    ------
    StudyRefusal
        If no year has a bounded national total.

    Notes
    -----
    At the least the largest known counts and lower bounds; at the most one agency without a whole count holds all
    that the national total leaves. The concentration ratio of Hannah and Kay (1977), within bounds.

    Examples
    --------
    >>> cells = pd.DataFrame({"year": [2020], "predicate": "all", "agency_type": "all", "lower": 50, "upper": 50})
    >>> panel = pd.DataFrame({"agency_id": list("abc"), "year": 2020, "predicate": "all",
    ...     "lower": [20, 15, 5], "upper": [20, 15, 5], "status": "exact"})
    >>> share_largest(panel, cells, predicate="all", years=[2020], size=2)[["share_low", "share_high"]].iloc[0].tolist()
    [0.7, 0.7]
    """
    totals = national_totals(cells, predicate, years)
    if totals.empty:
        raise StudyRefusal("no year has a bounded national total above zero", key="panel_no_total")
    found = []
    for year, total in totals.iterrows():
        rows = panel[(panel["predicate"] == predicate) & (panel["year"] == year)]
        low, high = _largest(rows, float(total["upper"]), size)
        whole = rows[rows["status"] == "exact"]
        found.append(
            {
                "year": int(str(year)),
                "known": len(whole),
                "awards_known": int(whole["lower"].sum()),
                "total_lower": int(total["lower"]),
                "total_upper": int(total["upper"]),
                "share_low": low / float(total["upper"]),
                "share_high": min(1.0, high / float(total["lower"])),
            }
        )
    return pd.DataFrame(found)


def _largest(rows: pd.DataFrame, total: float, size: int) -> tuple[float, float]:
    """Awards of the largest agencies at the least and at the most."""
    lowers = rows["lower"].fillna(0).astype("float64")
    exact = rows["status"] == "exact"
    whole, part = (sorted(lowers[mask], reverse=True) for mask in (exact, ~exact))
    least = sum(sorted(lowers, reverse=True)[:size])
    part = part or [0.0]  # agencies outside the panel can hold the remainder too
    with_open = [sum(whole[: size - count]) + sum(part[:count]) for count in range(1, min(size, len(part)) + 1)]
    return float(least), max(least, max(with_open) + find_remainder(rows, total))
