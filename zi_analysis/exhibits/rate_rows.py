"""Rows of success rates, labelled for charts."""

import pandas as pd

from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.words import percent


def unit_rows(rates: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """Label rates of units by year: label, year, successes, trials, rate, low, high.

    Parameters
    ----------
    rates : DataFrame
        From ``rate_units``.
    edition : Edition
        Language.

    Returns
    -------
    DataFrame
    """
    rows = rates.sort_values("year").assign(label=rates["year"].astype("str"))
    return _numbers(rows[["label", "year", "successes", "trials", "rate", "low", "high"]])


def agency_rows(rates: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """Label rates of agencies by year, type and stage."""
    rows = rates.sort_values(["year", "measure", "agency_type"])
    labels = [
        f"{row.year} {edition.say(f'type.{row.agency_type}')}\n({edition.say(f'measure.{row.measure}')})"
        for row in rows.itertuples()
    ]
    columns = ["label", "year", "agency_type", "measure", "successes", "trials", "rate", "low", "high"]
    return _numbers(rows.assign(label=labels)[columns])


def _numbers(rows: pd.DataFrame) -> pd.DataFrame:
    """Round rates to what is published."""
    return rows.round(dict.fromkeys(("rate", "low", "high"), 6)).reset_index(drop=True)


def title_units(rows: pd.DataFrame, edition: Edition) -> str:
    """Say the lowest and the highest success rate of units and their years."""
    if len(rows) == 1:
        only = rows.iloc[0]
        high = percent(only["rate"], edition.language)
        return edition.say("title.success_one", high=high, high_year=int(only["year"]))
    low, high = rows.loc[rows["rate"].idxmin()], rows.loc[rows["rate"].idxmax()]
    return edition.say(
        "title.success_units",
        low=percent(low["rate"], edition.language),
        low_year=int(low["year"]),
        high=percent(high["rate"], edition.language),
        high_year=int(high["year"]),
    )


def title_agencies(rows: pd.DataFrame, edition: Edition) -> str:
    """Say that central agencies succeed more often, only if they do in every year and at every stage shown."""
    wide = rows.pivot(index=["year", "measure"], columns="agency_type", values="rate")
    both = wide.reindex(columns=["central", "local"]).dropna()
    higher = len(both) > 0 and bool((both["central"] > both["local"]).all())
    return edition.say("title.success_agencies" if higher else "title.success_agencies_mixed")
