"""Labels of rates: which groups are shown, and years and percentages as a reader writes them."""

from collections.abc import Iterable, Sequence

import pandas as pd

from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.words import percent

SUMS = {"local": {"province", "regency", "city"}, "regency_city": {"regency", "city"}}


def groups_of(types: Sequence[str]) -> list[str]:
    """All, the types chosen, and the sums of types that are all chosen.

    Parameters
    ----------
    types : sequence of str
        Agency types.

    Returns
    -------
    list of str

    Examples
    --------
    >>> groups_of(["regency", "city"])
    ['all', 'regency', 'city', 'regency_city']
    """
    sums = [name for name, parts in SUMS.items() if parts <= set(types)]
    return ["all", *types, *sums]


def year_list(years: Iterable[int]) -> str:
    """Write years, runs of three or more with a dash.

    Examples
    --------
    >>> year_list([2016, 2017, 2018, 2020, 2021])
    '2016–2018, 2020, 2021'
    """
    runs: list[list[int]] = []
    for year in sorted(int(year) for year in years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    parts = [f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return ", ".join(parts)


def percent_range(low: float, high: float, edition: Edition) -> str:
    """Write two shares of one as a range of percentages, or as one when they are the same.

    Examples
    --------
    >>> percent_range(0.1, 0.25, Edition("id", 2016, 2020))
    '10,0–25,0%'
    """
    first, last = percent(low, edition.language), percent(high, edition.language)
    return last if first == last else f"{first.removesuffix('%')}–{last}"


def bounds_text(low: float, high: float, edition: Edition) -> str:
    """Write one percentage, a range, or an open range where only one end says something.

    Examples
    --------
    >>> [bounds_text(low, high, Edition("en", 2016, 2020)) for low, high in ((0.1, 1.0), (0.0, 0.4), (0.2, 0.2))]
    ['≥ 10.0%', '≤ 40.0%', '20.0%']
    """
    if high >= 1:
        return f"≥ {percent(low, edition.language)}"
    return f"≤ {percent(high, edition.language)}" if low <= 0 < high else percent_range(low, high, edition)


def figure_label(row: pd.Series, edition: Edition) -> str:
    """Name the number that a year lacks: a row of ``value_missing``."""
    year, measure = int(row["year"]), edition.say("measure.units_proposed")
    if row["missing"] == "count":
        return edition.say("rate_mark.needs_count", year=year)
    key = "rate_mark.needs_both" if row["missing"] == "both" else "rate_mark.figure"
    return edition.say(key, measure=measure, year=year)
