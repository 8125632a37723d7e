"""Tables of success rates: which can be formed, by predicate, side by side, and how they scatter."""

import pandas as pd

from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.model_tables import interval
from zi_analysis.exhibits.rate_labels import bounds_text, percent_range, year_list
from zi_analysis.exhibits.tables import make_table
from zi_analysis.exhibits.words import listing, percent, ratio
from zi_analysis.study.rate_tables import PAIRS


def table_formed(rates: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show which rates can be formed, in which years, and what is missing for the others.

    Parameters
    ----------
    rates : DataFrame
        From ``list_rates``.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: rate, agency_type, exact, bounded, none, missing; types without any exact year share a row.
    """
    rows = [row for _, measure in PAIRS for row in _formed(rates[rates["measure"] == measure], measure, edition)]
    states = rates["state"].value_counts()
    counts = {name: int(states.get(name, 0)) for name in ("exact", "bounded")}
    return make_table(
        pd.DataFrame(rows),
        edition,
        exhibit=exhibit,
        title=edition.say("rate_title.formed", total=len(rates), **counts),
        source=edition.settled_source,
        headers={
            "rate": "rate_column.rate",
            "agency_type": "column.agency_type",
            "exact": "rate_column.exact",
            "bounded": "rate_column.bounded",
            "none": "rate_column.none",
            "missing": "rate_column.missing",
        },
    )


def _formed(part: pd.DataFrame, measure: str, edition: Edition) -> list[dict[str, str]]:
    """List the rates that can be formed: of each type that is known, then of the rest together."""
    known = set(part.loc[part["state"] == "exact", "agency_type"])
    groups = list(dict.fromkeys(part["agency_type"]))
    single = [[name] for name in groups if name in known]
    rest = [name for name in groups if name not in known]
    return [_formed_row(part, group, measure, edition) for group in [*single, rest] if group]


def _formed_row(part: pd.DataFrame, group: list[str], measure: str, edition: Edition) -> dict[str, str]:
    """One row: a year counts as bounded for a group of types when it is for any of them."""
    rows = part[part["agency_type"].isin(group)]
    years = {state: set(rows.loc[rows["state"] == state, "year"]) for state in ("exact", "bounded", "none")}
    lacking = rows["missing"].dropna()
    return {
        "rate": edition.say(f"rate_of.{measure}"),
        "agency_type": listing([edition.say(f"type.{name}") for name in group], edition.language),
        "exact": year_list(years["exact"]) or "–",
        "bounded": year_list(years["bounded"]) or "–",
        "none": year_list(years["none"] - years["bounded"]) or "–",
        "missing": edition.say(f"rate_lacks.{lacking.mode().iloc[0]}") if len(lacking) else "–",
    }


def predicate_rows(shares: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Put the awards of both predicates beside all units proposed.

    Parameters
    ----------
    shares : DataFrame
        From ``share_of_predicate`` of WBBM.
    rates : DataFrame
        From ``list_rates``; only the numbers of units proposed are read.

    Returns
    -------
    DataFrame
        year, wbk, wbbm, trials, wbk_share, wbbm_share (of all proposed, missing where that is not exact), rate, low,
        high (of WBBM among awards).
    """
    whole = rates[(rates["agency_type"] == "all") & (rates["measure"] == "units_proposed")]
    exact = whole[(whole["trials_low"] == whole["trials_high"]).fillna(value=False)]
    rows = shares.merge(exact[["year", "trials_low"]], on="year", how="left", validate="1:1")
    wbbm, wbk = rows["successes"], rows["trials"] - rows["successes"]
    trials = rows["trials_low"].astype("Float64")
    shown = rows[["year", "rate", "low", "high"]].assign(
        wbk=wbk, wbbm=wbbm, trials=trials.astype("Int64"), wbk_share=wbk / trials, wbbm_share=wbbm / trials
    )
    return shown.round(dict.fromkeys(("rate", "low", "high", "wbk_share", "wbbm_share"), 6))


def table_predicates(rows: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show awards by predicate: what part of all proposals, and what part of all awards.

    Parameters
    ----------
    rows : DataFrame
        From ``predicate_rows``.
    edition, exhibit
        As in ``table_formed``.

    Returns
    -------
    Exhibit
        Data: year, wbk, wbbm, trials, wbk_share, wbbm_share, rate, interval.
    """
    first, last = rows.iloc[0], rows.iloc[-1]
    shown = rows.assign(interval=[percent_range(row.low, row.high, edition) for row in rows.itertuples()])
    return make_table(
        shown,
        edition,
        exhibit=exhibit,
        title=edition.say(
            "rate_title.predicates",
            first=percent(first["rate"], edition.language),
            first_year=int(first["year"]),
            last=percent(last["rate"], edition.language),
            last_year=int(last["year"]),
        ),
        source=edition.settled_source,
        headers={
            "year": "column.year",
            "trials": "measure.units_proposed",
            "wbk": "rate_column.wbk",
            "wbbm": "rate_column.wbbm",
            "wbk_share": "rate_column.wbk_share",
            "wbbm_share": "rate_column.wbbm_share",
            "rate": "rate_column.wbbm_awards",
            "interval": "column.interval",
        },
        formats={"year": "year", "interval": "words"}
        | dict.fromkeys(("wbk", "wbbm", "trials"), "count")
        | dict.fromkeys(("wbk_share", "wbbm_share", "rate"), "percent"),
    )


def table_side(rates: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show the national rates of units and of agencies side by side, exact or as bounds.

    Parameters
    ----------
    rates : DataFrame
        From ``list_rates``.
    edition, exhibit
        As in ``table_formed``.

    Returns
    -------
    Exhibit
        Data: year and one column for each rate.
    """
    whole = rates[rates["agency_type"] == "all"]
    texts = [
        "–" if row.state == "none" else bounds_text(row.rate_low, row.rate_high, edition) for row in whole.itertuples()
    ]
    wide = whole.assign(text=texts).pivot(index="year", columns="measure", values="text").reset_index()
    measures = [measure for _, measure in PAIRS]
    return make_table(
        wide,
        edition,
        exhibit=exhibit,
        title=_title_side(whole, edition),
        source=edition.settled_source,
        headers={"year": "column.year"} | {measure: f"rate_short.{measure}" for measure in measures},
        formats={"year": "year"} | dict.fromkeys(measures, "words"),
    )


def _title_side(whole: pd.DataFrame, edition: Edition) -> str:
    """Say both rates of the latest year, and that agencies succeed more often where they do in every year."""
    exact = whole[whole["state"] == "exact"].pivot(index="year", columns="measure", values="rate_low")
    both = exact.reindex(columns=["units_proposed", "agencies_proposing"]).dropna()
    if both.empty:
        return edition.say("rate_title.side_none")
    always = bool((both["agencies_proposing"] > both["units_proposed"]).all())
    row = both.iloc[-1]
    agencies, units = (percent(row[name], edition.language) for name in ("agencies_proposing", "units_proposed"))
    key = "rate_title.side" if always else "rate_title.side_plain"
    return edition.say(key, agencies=agencies, units=units, year=int(both.index[-1]))


def table_scatter(compared: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show the common rate under three ideas of how years scatter.

    Parameters
    ----------
    compared : DataFrame
        From ``compare_scatter``.
    edition, exhibit
        As in ``table_formed``.

    Returns
    -------
    Exhibit
        Data: model, rate, interval, scatter, scatter_interval, log_likelihood, p_value.
    """
    rows = compared.assign(
        model=[edition.say(f"rate_model.{name}") for name in compared["model"]],
        interval=[percent_range(row.low, row.high, edition) for row in compared.itertuples()],
        scatter_interval=[
            "–" if pd.isna(row.scatter_low) else interval(row.scatter_low, row.scatter_high, edition)
            for row in compared.itertuples()
        ],
    )
    columns = ["rate", "scatter", "log_likelihood"]
    dispersion = float(compared.loc[compared["model"] == "quasi", "scatter"].item())
    return make_table(
        rows.round(dict.fromkeys(columns, 6)),
        edition,
        exhibit=exhibit,
        title=edition.say("rate_title.scatter", dispersion=ratio(dispersion, edition.language)),
        source=edition.model_source,
        headers={
            "model": "column.model",
            "rate": "rate_column.common",
            "interval": "column.interval",
            "scatter": "rate_column.scatter",
            "scatter_interval": "rate_column.scatter_interval",
            "log_likelihood": "column.log_likelihood",
            "p_value": "column.p_value",
        },
        formats={
            "rate": "percent",
            "interval": "words",
            "scatter": "ratio",
            "scatter_interval": "words",
            "log_likelihood": "two",
            "p_value": "p",
        },
    )
