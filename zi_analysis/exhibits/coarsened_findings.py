"""Findings of coarsened counts: what holds, what holds under a condition, what cannot be said."""

import numpy as np
import pandas as pd

from zi_analysis.exhibits.coarsened_charts import name_count, open_interval
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.findings import Findings, make_findings
from zi_analysis.exhibits.model_tables import name_term
from zi_analysis.exhibits.verdicts import HOLDS, ONLY_IF, UNSAID, conclude
from zi_analysis.exhibits.words import number, percent, spread
from zi_analysis.study.coarsened_compare import CoarsenedComparison


def find_coarsened(comparison: CoarsenedComparison, edition: Edition) -> Findings:
    """Say of each term what all that is known says, and what it can claim.

    A finding holds when the interval of the model that allows most scatter lies on one side of 1; it holds only if
    counts scatter as Poisson says when only the interval of the Poisson model does.

    Parameters
    ----------
    comparison : CoarsenedComparison
        From ``compare_coarsened``.
    edition : Edition
        Language.

    Returns
    -------
    Findings
    """
    terms = [term for term in comparison.best.coefficients["term"] if term != "Intercept"]
    return make_findings([_conclude(comparison, term, edition) for term in terms], edition)


def _conclude(comparison: CoarsenedComparison, term: str, edition: Edition) -> str:
    """Say what the counts, bounds and sums together tell of a term."""
    row = _row(comparison, comparison.best.family, term)
    label = name_term(term, comparison.best, edition)
    per = edition.say(f"rate.{comparison.evidence.exposure or 'none'}")
    interval = open_interval(row["low"], row["high"], edition)
    if not comparison.best.identified[term]:
        return conclude(edition, UNSAID, edition.say("finding.coarse_unknown", label=label, per=per))
    bound = edition.say("finding.coarse_bound", label=label, per=per, interval=interval)
    if np.isnan(row["rate_ratio"]):
        return conclude(edition, HOLDS if _one_sided(row) else UNSAID, bound)
    values = {"label": label, "per": per, "ratio": float(row["rate_ratio"]), "interval": interval}
    if _one_sided(row):
        return conclude(edition, HOLDS, edition.say("finding.coarse_ratio", **values))
    other = _row(comparison, "poisson", term)
    if comparison.best.family == "nb2" and _one_sided(other):
        inner = open_interval(other["low"], other["high"], edition)
        values |= {"ratio": float(other["rate_ratio"]), "interval": inner}
        condition = edition.say("finding.coarse_condition")
        return conclude(edition, ONLY_IF, edition.say("finding.coarse_ratio", **values), condition=condition)
    return conclude(edition, UNSAID, edition.say("finding.coarse_open", **values))


def _row(comparison: CoarsenedComparison, family: str, term: str) -> pd.Series:
    """Find a term in the fit of a family."""
    return comparison.fits[family].coefficients.set_index("term").loc[term]


def _one_sided(row: pd.Series) -> bool:
    """Whether the interval lies on one side of 1."""
    return bool(row["low"] > 1 or row["high"] < 1)


def find_value(value: pd.DataFrame, comparison: CoarsenedComparison, edition: Edition) -> Findings:
    """Say which count would narrow the interval most, were it published.

    Parameters
    ----------
    value : DataFrame
        From ``value_of_counts``.
    comparison : CoarsenedComparison
        What was fitted.
    edition : Edition
        Language.

    Returns
    -------
    Findings
    """
    if value.empty:
        return make_findings([], edition)
    first = value.iloc[0].to_dict()
    upper = None if np.isinf(first["upper"]) else int(first["upper"])
    sentence = edition.say(
        "finding.coarse_value",
        name=name_count(first, comparison.evidence, edition),
        known=spread(int(first["lower"]), upper, edition.language),
        expected=number(first["expected"], edition.language),
        label=name_term(first["term"], comparison.best, edition),
        share=percent(first["narrowing"], edition.language),
    )
    return make_findings([sentence], edition)
