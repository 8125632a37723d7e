"""Tables of breaks: exact years, models and tests side by side, dependence of years."""

from collections.abc import Mapping

import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.exhibits.break_findings import clear_models, name_model
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.model_charts import chart_ratios
from zi_analysis.exhibits.model_tables import interval
from zi_analysis.exhibits.tables import make_table
from zi_analysis.exhibits.words import listing, number
from zi_analysis.study.serial import SerialCorrelation


def table_exact(counted: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show how many exact years each agency type has before and after the rules of 2021.

    Parameters
    ----------
    counted : DataFrame
        From ``count_exact_years``.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: agency_type, and for each exposure the years before + after.
    """
    both = counted[(counted["before"] > 0) & (counted["after"] > 0) & (counted["agency_type"] != "all")]
    types = [edition.say(f"type.{name}") for name in dict.fromkeys(both["agency_type"])]
    told = counted.assign(years=[f"{row.before} + {row.after}" for row in counted.itertuples()])
    rows = told.pivot(index="agency_type", columns="exposure", values="years").loc[
        list(dict.fromkeys(counted["agency_type"]))
    ]
    measures = list(dict.fromkeys(counted["exposure"]))
    return make_table(
        rows.reset_index().assign(agency_type=[edition.say(f"type.{name}") for name in rows.index]),
        edition,
        exhibit=exhibit,
        title=edition.say(
            "break_title.exact", types=listing(types, edition.language) or edition.say("break_title.no_type")
        ),
        source=edition.settled_source,
        headers={"agency_type": "column.agency_type"} | {name: f"measure.{name}" for name in measures},
        formats=dict.fromkeys(measures, "words"),
    )


def chart_breaks(compared: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw the ratio after against before for each exposure and shape of the edition's predicate.

    Parameters
    ----------
    compared : DataFrame
        From ``compare_breaks``.
    edition : Edition
        Language and predicate.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: label, rate_ratio, low, high.

    Raises
    ------
    StudyRefusal
        If the predicate has no model.
    """
    rows = compared[compared["predicate"] == edition.predicate]
    if rows.empty:
        raise StudyRefusal("no model can be fitted for this predicate", key="one_side")
    labels = [name_model(row, edition).replace(": ", ":\n") for row in rows.to_dict("records")]
    title = edition.say(
        "break_title.ratios",
        low=float(rows["rate_ratio"].min()),
        high=float(rows["rate_ratio"].max()),
        clear=int(clear_models(rows).sum()),
        models=len(rows),
    )
    return chart_ratios(rows.assign(label=labels), edition, exhibit=exhibit, title=title)


def table_tests(tests: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show the tests of the break for each predicate, exposure and shape.

    Parameters
    ----------
    tests : DataFrame
        From ``compare_tests``.
    edition, exhibit
        As in ``table_exact``.

    Returns
    -------
    Exhibit
        Data: predicate, model, place, strongest, p_supremum, p_chosen, p_permutation, least_p.
    """
    rows = tests.assign(
        predicate=[edition.say(f"predicate.{name}") for name in tests["predicate"]],
        model=[name_model(row, edition) for row in tests.to_dict("records")],
        place=[f"{row.rank}/{row.breaks}" for row in tests.itertuples()],
        p_permutation=tests["p_permutation"].astype("float64").round(6),
        least_p=tests["least_p"].astype("float64").round(6),
    )
    return make_table(
        rows,
        edition,
        exhibit=exhibit,
        title=edition.say("break_title.tests", first=int((tests["rank"] == 1).sum()), rows=len(tests)),
        source=edition.model_source,
        headers={
            "predicate": "column.predicate",
            "model": "break_column.model",
            "place": "break_column.rank",
            "strongest": "break_column.strongest",
            "p_supremum": "break_column.p_supremum",
            "p_chosen": "break_column.p_chosen",
            "p_permutation": "break_column.p_permutation",
            "least_p": "break_column.least_p",
        },
        formats={"place": "words", "strongest": "year"}
        | dict.fromkeys(("p_supremum", "p_chosen", "p_permutation", "least_p"), "p"),
    )


def table_serial(found: Mapping[str, tuple[SerialCorrelation, int]], edition: Edition, *, exhibit: str) -> Exhibit:
    """Show the correlation of neighbouring years and the intervals that allow for it.

    Parameters
    ----------
    found : mapping
        Exposure -> correlation and number of years, from ``correlate_measures``.
    edition, exhibit
        As in ``table_exact``.

    Returns
    -------
    Exhibit
        Data: series, correlation, p_value, pairs, effective, ratio, widened, newey_west.
    """
    rows = pd.DataFrame(
        [
            {
                "series": edition.say(f"break_series.{exposure}"),
                "correlation": round(one.correlation, 6),
                "p_value": one.p_value,
                "pairs": one.pairs,
                "effective": round(one.effective_years, 6),
                "ratio": round(one.ratio, 6),
                "widened": interval(one.low, one.high, edition),
                "newey_west": interval(one.newey_west_low, one.newey_west_high, edition),
            }
            for exposure, (one, _) in found.items()
        ]
    )
    exposure, (first, years) = next(iter(found.items()))
    effective = number(first.effective_years, edition.language, decimals=1)
    keys = {name: f"break_column.{name}" for name in ("correlation", "pairs", "effective", "widened", "newey_west")}
    return make_table(
        rows,
        edition,
        exhibit=exhibit,
        title=edition.say(
            "break_title.serial", exposure=edition.say(f"break_series.{exposure}"), years=years, effective=effective
        ),
        source=edition.model_source,
        headers={
            "series": "break_column.series",
            "correlation": keys["correlation"],
            "p_value": "column.p_value",
            "pairs": keys["pairs"],
            "effective": keys["effective"],
            "ratio": "column.ratio",
            "widened": keys["widened"],
            "newey_west": keys["newey_west"],
        },
        formats={
            "correlation": "two",
            "p_value": "p",
            "pairs": "count",
            "effective": "two",
            "ratio": "ratio",
            "widened": "words",
            "newey_west": "words",
        },
    )
