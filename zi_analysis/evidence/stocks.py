"""Stocks beside yearly counts: do the titles told up to a year grow by the awards of the years between?"""

from itertools import pairwise
from typing import Any

import pandas as pd


def compare_stocks(settled: pd.DataFrame) -> pd.DataFrame:
    """Compare each national stock of units awarded with the one before it and the yearly counts between.

    A stock may also fall by withdrawn titles or count a unit once that won both predicates, so a gap is a question to
    the pages, not an error by itself. Stocks do not enter the bounds of cells.

    Parameters
    ----------
    settled : DataFrame
        ``Settlement.settled``.

    Returns
    -------
    DataFrame
        predicate, from_year, to_year, stock_before, stock_after, grown, awarded (sum of the yearly counts between,
        missing when one is not told), gap (grown less awarded), settled_ids (of the two stocks, |-separated).
    """
    national = settled[
        (settled["scope"] == "national")
        & (settled["measure"] == "units_awarded")
        & (settled["track"] == "national")
        & (settled["coverage"] == "whole")
        & settled["value"].notna()
    ]
    yearly = _complete(national[national["basis"] == "yearly"])
    rows = []
    for predicate, stocks in national[national["basis"] == "cumulative"].groupby("predicate", sort=True):
        pairs = pairwise(stocks.sort_values("year").itertuples())
        rows += [_compare(str(predicate), before, after, yearly[str(predicate)]) for before, after in pairs]
    columns = [
        "predicate",
        "from_year",
        "to_year",
        "stock_before",
        "stock_after",
        "grown",
        "awarded",
        "gap",
        "settled_ids",
    ]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype(dict.fromkeys(columns[1:8], "Int64"))


def _complete(told: pd.DataFrame) -> pd.DataFrame:
    """Yearly counts with a column for each predicate; where two of WBK, WBBM and all are told, the third follows."""
    wide = told.pivot(index="year", columns="predicate", values="value").reindex(columns=["WBK", "WBBM", "all"])
    wide = wide.astype("Int64")  # a predicate that no page tells is an empty column
    return wide.assign(
        WBK=wide["WBK"].fillna(wide["all"] - wide["WBBM"]),
        WBBM=wide["WBBM"].fillna(wide["all"] - wide["WBK"]),
        all=wide["all"].fillna(wide["WBK"] + wide["WBBM"]),
    )


def _compare(predicate: str, before: Any, after: Any, yearly: pd.Series) -> dict[str, object]:
    """One pair of neighbouring stocks of a predicate."""
    years = range(int(before.year) + 1, int(after.year) + 1)
    between = yearly.reindex(list(years))
    awarded = None if between.isna().any() else int(between.sum())
    grown = int(after.value) - int(before.value)
    return {
        "predicate": predicate,
        "from_year": before.year,
        "to_year": after.year,
        "stock_before": before.value,
        "stock_after": after.value,
        "grown": grown,
        "awarded": awarded,
        "gap": None if awarded is None else grown - awarded,
        "settled_ids": f"{before.settled_id}|{after.settled_id}",
    }
