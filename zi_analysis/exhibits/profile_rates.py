"""Table of one agency's success: units awarded, of those it proposed or of its units evaluated."""

from typing import Any

import pandas as pd

from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.rate_labels import bounds_text, percent_range
from zi_analysis.exhibits.tables import make_table
from zi_analysis.exhibits.words import is_missing, percent, spread


def table_rates(rates: pd.DataFrame, agency: str, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show how many units were tried, how many won, and the rate with its interval or bounds.

    Parameters
    ----------
    rates : DataFrame
        From ``list_rates``.
    agency : str
        Name of the agency.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: of, year, predicate, tried, awarded, rate, interval.
    """
    language = edition.language
    shown = rates.assign(
        of=[edition.say(f"measure.{name}") for name in rates["measure"]],
        year=[say_year(year, edition) for year in rates["year"]],
        predicate=[edition.say(f"predicate.{name}") for name in rates["predicate"]],
        awarded=[spread(0 if is_missing(row.lower) else row.lower, row.upper, language) for row in rates.itertuples()],
        interval=[_interval(row, edition) for row in rates.itertuples()],
    )
    return make_table(
        shown,
        edition,
        exhibit=exhibit,
        pictured=False,
        title=_title(rates, agency, edition),
        source=edition.settled_source,
        headers={
            "of": "profile_column.of",
            "year": "column.year",
            "predicate": "column.predicate",
            "tried": "profile_column.tried",
            "awarded": "profile_column.awarded",
            "rate": "profile_column.rate",
            "interval": "profile_column.interval",
        },
        formats={
            "year": "words",
            "tried": "count",
            "awarded": "words",
            "rate": "percent",
            "interval": "words",
        },
    )


def say_year(year: object, edition: Edition) -> str:
    """A year, or that all exact years are meant."""
    return edition.say("profile_mark.all_years") if is_missing(year) else str(year)


def last_exact(rates: pd.DataFrame) -> pd.Series | None:
    """The last year with an exact rate, both predicates together and units proposed before others."""
    exact = rates[(rates["state"] == "exact") & rates["year"].notna()]
    if exact.empty:
        return None
    order = exact.assign(both=exact["predicate"] == "all", proposed=exact["measure"] == "units_proposed")
    return order.sort_values(["proposed", "both", "year"]).iloc[-1]


def _interval(row: Any, edition: Edition) -> str:
    """An interval of chance, what the bounds allow, or why there is neither."""
    if row.state == "contradicted":
        return edition.say("profile_mark.contradicted")
    if row.state == "unknown":
        return ""
    if row.state == "exact":
        return percent_range(row.low, row.high, edition)
    return bounds_text(row.low, 1.0 if is_missing(row.high) else row.high, edition)


def _title(rates: pd.DataFrame, agency: str, edition: Edition) -> str:
    """The last exact rate, or that none is."""
    row = last_exact(rates)
    if row is None:
        return edition.say("profile_title.rate_open", agency=agency)
    return edition.say(
        "profile_title.rate",
        year=str(row["year"]),
        rate=percent(row["rate"], edition.language),
        tried=int(row["tried"]),
        measure=edition.say(f"measure.{row['measure']}"),
        predicate=edition.say(f"rate_won.{row['predicate']}"),
    )
