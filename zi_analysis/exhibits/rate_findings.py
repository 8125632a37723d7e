"""Findings on success rates, each opened by its verdict."""

import pandas as pd

from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.findings import Findings, make_findings
from zi_analysis.exhibits.rate_charts import ends_of
from zi_analysis.exhibits.rate_labels import year_list
from zi_analysis.exhibits.verdicts import HOLDS, ONLY_IF, UNSAID, conclude
from zi_analysis.exhibits.words import p_value, percent, ratio
from zi_analysis.study.betabinomial import BetaBinomialFit
from zi_analysis.study.rate_outliers import LeftOut

_SURE = 0.05


def find_years(exact: pd.DataFrame, edition: Edition) -> Findings:
    """Say how success of units ran over the years, of those proposed and of those evaluated.

    Parameters
    ----------
    exact : DataFrame
        From ``exact_rates`` of units, national.
    edition : Edition
        Language and predicate.

    Returns
    -------
    Findings
    """
    proposed, evaluated = (exact[exact["measure"] == name] for name in ("units_proposed", "units_evaluated"))
    predicate = edition.say(f"rate_won.{edition.predicate}")
    sentences = []
    if len(proposed):
        said = edition.say("rate_finding.years", years=len(proposed), predicate=predicate, **ends_of(proposed, edition))
        sentences.append(conclude(edition, HOLDS, said))
    if len(evaluated):
        values = "; ".join(f"{row.year}: {percent(row.rate, edition.language)}" for row in evaluated.itertuples())
        said = edition.say("rate_finding.evaluated", years=len(evaluated), values=values)
        sentences.append(conclude(edition, UNSAID, said))
    return make_findings(sentences, edition)


def find_outlier(found: LeftOut, tried: pd.DataFrame, rates: pd.DataFrame, edition: Edition, *, year: int) -> Findings:
    """Say whether a year is an outlier, and whether that hangs on a disputed figure.

    Parameters
    ----------
    found : LeftOut
        From ``predict_left_out`` of the year.
    tried : DataFrame
        From ``try_disputed``; the share outside in its last row is of all combinations of values told.
    rates : DataFrame
        year, successes, trials.
    edition : Edition
        Language.
    year : int
        The year asked about.

    Returns
    -------
    Findings
    """
    values = {name: percent(getattr(found, name), edition.language) for name in ("rate", "low", "high")}
    key = "rate_finding.outlier" if found.outside else "rate_finding.no_outlier"
    shown = p_value(found.p_value, edition.language)
    said = edition.say(key, year=year, others=found.others, p=shown, **values)
    if float(tried["outside"].iloc[-1]) == float(found.outside):
        first = conclude(edition, HOLDS, said)
    else:
        first = conclude(edition, ONLY_IF, said, condition=edition.say("rate_finding.condition"))
    trials = rates.set_index("year")["trials"]
    times = float(trials[year] / trials.drop(year).median())
    second = edition.say("rate_finding.proposals", year=year, trials=int(trials[year]), times=times)
    return make_findings([first, *([conclude(edition, HOLDS, second)] if times > 1 else [])], edition)


def find_scatter(compared: pd.DataFrame, edition: Edition) -> Findings:
    """Say whether years differ by more than chance, and what leaving that out does.

    Parameters
    ----------
    compared : DataFrame
        From ``compare_scatter``.
    edition : Edition
        Language.

    Returns
    -------
    Findings
    """
    models = compared.set_index("model")
    beta, quasi, plain = (models.loc[name] for name in ("beta", "quasi", "binomial"))
    if beta["p_value"] >= _SURE or quasi["p_value"] >= _SURE:
        shown = p_value(float(beta["p_value"]), edition.language)
        return make_findings([conclude(edition, UNSAID, edition.say("rate_finding.scatter_unsaid", p=shown))], edition)
    said = edition.say(
        "rate_finding.scatter",
        dispersion=float(quasi["scatter"]),
        rho=float(beta["scatter"]),
        low=float(beta["scatter_low"]),
        high=float(beta["scatter_high"]),
        times=ratio(float((beta["high"] - beta["low"]) / (plain["high"] - plain["low"])), edition.language),
    )
    return make_findings([conclude(edition, HOLDS, said)], edition)


def find_types(compared: pd.DataFrame, edition: Edition) -> Findings:
    """Say how often local governments succeed for each time a central agency does.

    Parameters
    ----------
    compared : DataFrame
        From ``compare_types``.
    edition : Edition
        Language.

    Returns
    -------
    Findings
    """
    rows = compared[compared["measure"] != "agencies_existing"]
    if rows.empty:
        return make_findings([], edition)
    clear = bool((rows["high"] < 1).all() or (rows["low"] > 1).all())
    low, high = float(rows["ratio"].min()), float(rows["ratio"].max())
    said = edition.say("rate_finding.types", low=low, high=high, years=year_list(set(rows["year"])))
    return make_findings([conclude(edition, HOLDS if clear else UNSAID, said)], edition)


def find_predicates(shares: pd.DataFrame, fit: BetaBinomialFit, edition: Edition) -> Findings:
    """Say what is known of success by predicate.

    Parameters
    ----------
    shares : DataFrame
        From ``share_of_predicate`` of WBBM.
    fit : BetaBinomialFit
        Of these shares.
    edition : Edition
        Language.

    Returns
    -------
    Findings
    """
    unknown = conclude(edition, UNSAID, edition.say("rate_finding.predicate_rate"))
    said = edition.say("rate_finding.predicate_share", rho=fit.rho, **ends_of(shares, edition))
    return make_findings([unknown, conclude(edition, HOLDS if fit.p_value < _SURE else UNSAID, said)], edition)
