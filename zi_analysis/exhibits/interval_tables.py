"""Exhibits of intervals by method, of joint tests, and of expected rates with their contrasts."""

import numpy as np
import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.model_charts import chart_ratios
from zi_analysis.exhibits.model_tables import name_term
from zi_analysis.exhibits.style import FAMILY_COLOURS, INK
from zi_analysis.exhibits.tables import make_table
from zi_analysis.exhibits.words import is_missing, number
from zi_analysis.study.contrasts import contrast_rates, expected_rates
from zi_analysis.study.counts import CountFit

_COLOURS = {"poisson": FAMILY_COLOURS["poisson"], "nb2": FAMILY_COLOURS["nb2"], "nb2_t": FAMILY_COLOURS["nb2"]}


def chart_intervals(intervals: pd.DataFrame, fit: CountFit, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw each rate ratio with the interval of each method.

    Parameters
    ----------
    intervals : DataFrame
        From ``compare_intervals``.
    fit : CountFit
        A fit of the same rows, for its reference levels.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: label, rate_ratio, low, high.

    Raises
    ------
    StudyRefusal
        If the model has no terms to compare.
    """
    known = intervals[intervals["term"].notna()]
    if known.empty:
        raise StudyRefusal("the model has no terms to compare", key="no_terms")
    rows = []
    for term in known["term"].unique():
        name = f"{name_term(term, fit, edition)}\n"
        for row in known[known["term"] == term].to_dict("records"):
            numbers = {key: round(float(row[key]), 6) for key in ("rate_ratio", "low", "high")}
            label = f"{name}{edition.say('method.' + row['method'])}"
            rows.append({"label": label, **numbers, "colour": _COLOURS.get(row["method"], INK)})
            name = ""
    return chart_ratios(pd.DataFrame(rows), edition, exhibit=exhibit, title=_title(known, edition))


def _title(known: pd.DataFrame, edition: Edition) -> str:
    """Say how much longer the intervals of other methods are than those of Poisson."""
    lengths = known.assign(length=np.log(known["high"] / known["low"]))
    plain = lengths[lengths["method"] == "poisson"].set_index("term")["length"]
    others = lengths[lengths["method"] != "poisson"]
    if plain.empty or others.empty:
        return edition.say("title.interval_methods_plain")
    factors = others["length"] / others["term"].map(plain)
    values = {"narrow": float(factors.min()), "wide": float(factors.max())}
    return edition.say("title.interval_methods", **values)


def table_tests(tests: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show joint tests of a model's terms.

    Parameters
    ----------
    tests : DataFrame
        From ``try_terms``.
    edition, exhibit
        As in ``chart_intervals``.

    Returns
    -------
    Exhibit
        Data: tested, test, statistic, degrees, p_value.
    """
    tests = tests.reindex(columns=["tested", "test", "statistic", "degrees", "denominator_degrees", "p_value"])
    refused = tests["p_value"].isna()
    rows = tests.assign(
        tested=[edition.say(f"tested.{name}") for name in tests["tested"]],
        test=[edition.say(f"test.{name}") for name in tests["test"]],
        degrees=[_degrees(row, edition) for row in tests.to_dict("records")],
    )
    return make_table(
        rows.round(6),
        edition,
        exhibit=exhibit,
        title=edition.say("title.joint_tests", small=int((tests["p_value"] < 0.05).sum()), tests=int((~refused).sum())),
        source=edition.model_source,
        headers={
            "tested": "column.tested",
            "test": "column.test",
            "statistic": "column.statistic",
            "degrees": "column.degrees_of_freedom",
            "p_value": "column.p_value",
        },
        formats={"statistic": "two", "degrees": "words", "p_value": "p"},
    )


def _degrees(row: dict, edition: Edition) -> str:
    """Write the degrees of freedom of a test, both of an F test; a refused test has none."""
    if is_missing(row["p_value"]):
        return edition.say("mark.test_refused")
    second = row["denominator_degrees"]
    first = number(row["degrees"], edition.language)
    return first if is_missing(second) else f"{first}; {number(second, edition.language)}"


def table_rates(fit: CountFit, cells: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show the rate that a fit expects for each predicate, their difference and their ratio.

    Parameters
    ----------
    fit : CountFit
        A fit with the predicate among its terms.
    cells : DataFrame
        The rows that were fitted.
    edition, exhibit
        As in ``chart_intervals``.

    Returns
    -------
    Exhibit
        Data: what, value, low, high.
    """
    rates = expected_rates(fit, cells, by=["predicate"]).rows
    rows = [
        {"what": edition.say("mark.rate_of", level=row["predicate"]), "value": row["rate"], **_ends(row)}
        for row in rates.to_dict("records")
    ]
    for scale, words in {"difference": "mark.difference_of", "ratio": "mark.ratio_of"}.items():
        found = contrast_rates(fit, cells, factor="predicate", reference="WBK", scale=scale).rows
        rows += [
            {
                "what": edition.say(words, level=row["level"], reference="WBK"),
                "value": row[scale],
                **_ends(row),
            }
            for row in found.to_dict("records")
        ]
    return make_table(
        pd.DataFrame(rows).round(6),
        edition,
        exhibit=exhibit,
        title=edition.say("title.expected_rates", per=edition.say(f"per.{edition.exposure}")),
        source=edition.model_source,
        headers={
            "what": "column.shown_rate",
            "value": "column.shown_value",
            "low": "column.interval_low",
            "high": "column.interval_high",
        },
        formats=dict.fromkeys(("value", "low", "high"), "two"),
    )


def _ends(row: dict) -> dict[str, float]:
    """Take the ends of an interval."""
    return {"low": float(row["low"]), "high": float(row["high"])}
