"""Parts of a few ministries in the rise and the fall of the national total, within bounds."""

import pandas as pd

from zi_analysis.errors import StudyRefusal


def list_changes(shares: pd.DataFrame) -> pd.DataFrame:
    """Bound the parts of each family in the rise to the largest national total and in the fall after it.

    Parameters
    ----------
    shares : DataFrame
        From ``share_families``.

    Returns
    -------
    DataFrame
        As `share_change`, a period after the other.

    Raises
    ------
    StudyRefusal
        If fewer than two years have an exact national total.

    Examples
    --------
    >>> shares = pd.DataFrame({"year": [2018, 2020], "family": "ours", "lower": [10, 30], "upper": [12, 30],
    ...     "total_lower": [50, 90], "total_upper": [50, 90]})
    >>> list_changes(shares)["change_low"].tolist()
    [18]
    """
    periods = choose_periods(shares)
    changes = [share_change(shares, first_year=first, last_year=last) for first, last in periods]
    return pd.concat(changes, ignore_index=True)


def share_change(shares: pd.DataFrame, *, first_year: int, last_year: int) -> pd.DataFrame:
    """Bound how much of the national change between two years each family made.

    Parameters
    ----------
    shares : DataFrame
        From ``share_families``.
    first_year, last_year : int
        The two years.

    Returns
    -------
    DataFrame
        family, first_year, last_year, change_low, change_high (awards), total_low, total_high (national change),
        part_low, part_high (share of the national change; missing where its sign is open).

    Examples
    --------
    >>> shares = pd.DataFrame({"year": [2018, 2020], "family": "ours", "lower": [10, 30], "upper": [12, 30],
    ...     "total_lower": [50, 90], "total_upper": [50, 90]})
    >>> share_change(shares, first_year=2018, last_year=2020)[["part_low", "part_high"]].iloc[0].tolist()
    [0.45, 0.5]
    """
    columns = ["lower", "upper", "total_lower", "total_upper"]
    ends = [shares[shares["year"] == year].set_index("family")[columns] for year in (first_year, last_year)]
    before, after = ends[0], ends[1].reindex(ends[0].index)
    table = pd.DataFrame(
        {
            "change_low": after["lower"] - before["upper"],
            "change_high": after["upper"] - before["lower"],
            "total_low": after["total_lower"] - before["total_upper"],
            "total_high": after["total_upper"] - before["total_lower"],
        }
    )
    clear = (table["total_low"] > 0) | (table["total_high"] < 0)
    ratios = pd.concat(
        [
            table[change] / table[total].where(clear)
            for change in ("change_low", "change_high")
            for total in ("total_low", "total_high")
        ],
        axis=1,
    )
    parts = {"part_low": ratios.min(axis=1, skipna=False), "part_high": ratios.max(axis=1, skipna=False)}
    years = {"first_year": first_year, "last_year": last_year}
    return table.assign(**years, **parts).rename_axis("family").reset_index()


def choose_periods(shares: pd.DataFrame) -> list[tuple[int, int]]:
    """Choose the rise to the largest exact national total and the fall after it.

    Parameters
    ----------
    shares : DataFrame
        From ``share_families``.

    Returns
    -------
    list of (int, int)
        First and last year of each; at most two. A rise starts in the year of the smallest total before the largest,
        a fall ends in the year of the smallest total after it.

    Raises
    ------
    StudyRefusal
        If fewer than two years have an exact national total.

    Examples
    --------
    >>> choose_periods(pd.DataFrame({"year": [2018, 2019, 2020], "total_lower": [5, 9, 4], "total_upper": [5, 9, 4]}))
    [(2018, 2019), (2019, 2020)]
    """
    exact = shares[shares["total_lower"] == shares["total_upper"]].drop_duplicates("year").set_index("year")
    totals = exact["total_lower"]
    if len(totals) < 2:
        raise StudyRefusal("fewer than two years have an exact national total", key="panel_no_growth")
    peak = int(totals.idxmax())
    before, after = totals[totals.index < peak], totals[totals.index > peak]
    rise = [(int(before.idxmin()), peak)] if len(before) else []
    return rise + ([(peak, int(after.idxmin()))] if len(after) else [])
