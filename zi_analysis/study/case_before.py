"""The units before those of the case: what a stock tells beyond the awards by name."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class OpenUnits:
    """Units told to hold a predicate and those of them that no page names."""

    year: int  # up to which the stock is told
    held: int  # units of the stock
    named: int  # units by name up to that year
    open_low: int  # unnamed, if the stock counts the units of its own year
    open_high: int  # unnamed, if it does not


def count_open(awards: pd.DataFrame, *, held: int, year: int) -> OpenUnits:
    """Count the units of a stock that no page names.

    Parameters
    ----------
    awards : DataFrame
        year, unit: awards by name of one agency.
    held : int
        Units told to hold a predicate up to a year.
    year : int
        That year. Whether the stock counts the units of the year itself is seldom told: both readings bound the answer.

    Returns
    -------
    OpenUnits

    Examples
    --------
    >>> awards = pd.DataFrame({"year": [2024, 2024], "unit": ["a", "b"]})
    >>> count_open(awards, held=8, year=2024)
    OpenUnits(year=2024, held=8, named=2, open_low=6, open_high=8)
    """
    upto = awards.loc[awards["year"] <= year, "unit"].nunique()
    before = awards.loc[awards["year"] < year, "unit"].nunique()
    return OpenUnits(int(year), int(held), int(upto), max(0, int(held - upto)), max(0, int(held - before)))


def won_before_by_rule(awards: pd.DataFrame) -> pd.DataFrame:
    """List units with WBBM whose WBK before it no page names: the rules ask for it, so there was one.

    Parameters
    ----------
    awards : DataFrame
        year, unit, predicate: awards by name of one agency.

    Returns
    -------
    DataFrame
        unit and year of the WBBM.

    Examples
    --------
    >>> awards = pd.DataFrame({"year": [2018, 2020, 2024], "unit": list("aab"), "predicate": ["WBK", "WBBM", "WBBM"]})
    >>> won_before_by_rule(awards)["unit"].tolist()
    ['b']
    """
    first = awards[awards["predicate"] == "WBK"].groupby("unit")["year"].min().to_dict()
    later = awards.loc[awards["predicate"] == "WBBM", ["unit", "year"]]
    untold = [first.get(row.unit, row.year) >= row.year for row in later.itertuples()]
    return later[untold].reset_index(drop=True)
