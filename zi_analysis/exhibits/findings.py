"""Findings: sentences made from results, so that they change with the numbers."""

import numpy as np
import pandas as pd

from zi_analysis.evidence.assemble import Evidence
from zi_analysis.evidence.counts import CellTable
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.model_tables import name_term
from zi_analysis.exhibits.sentences import Findings, make_findings
from zi_analysis.exhibits.verdicts import HOLDS, ONLY_IF, UNSAID, conclude
from zi_analysis.exhibits.words import listing, p_value, percent, spread
from zi_analysis.study.compare import FamilyComparison
from zi_analysis.study.ends import BoundEnds
from zi_analysis.study.rates import RateFit
from zi_analysis.study.series import FIRST_YEAR_UNDER_RULES_OF_2021
from zi_analysis.study.simulate import SimulatedDispersion

_CLEARLY_OVERDISPERSED = 1.5
_SMALL = 0.05


def find_evidence(evidence: Evidence, edition: Edition) -> Findings:
    """Say how much is known, on what, and that nothing was lost.

    Parameters
    ----------
    evidence : Evidence
        From ``build_evidence``.
    edition : Edition
        Language and years.

    Returns
    -------
    Findings
    """
    facts = evidence.settlement.settled[evidence.settlement.settled["year"].isin(edition.years)]
    conflicts = evidence.settlement.conflicts[evidence.settlement.conflicts["year"].isin(edition.years)]
    single = int((facts["rule"] == "single").sum())
    pages = set(evidence.published["source_id"]) | set(evidence.award_rows["source_id"])
    counts = {"pages": len(evidence.published), "awards": len(evidence.award_rows), "sources": len(pages)}
    sentences = [
        edition.say("finding.pages", **counts),
        edition.say(
            "finding.single",
            single=single,
            settled=len(facts),
            share=percent(single / len(facts) if len(facts) else None, edition.language),
        ),
        edition.say(
            "finding.conflicts",
            conflicts=conflicts["settled_id"].nunique(),
            disputed=int((facts["rule"] == "disputed").sum()),
        ),
        edition.say("finding.rows", **count_rows(evidence)),
        _find_agreement(evidence.awards.matches, edition),
        *_find_coverage(evidence.counted.cells, edition),
    ]
    return make_findings(sentences, edition)


def count_rows(evidence: Evidence) -> dict[str, int]:
    """Count the award rows: rows_in = accepted + merged + rejected."""
    rows_in, accepted = len(evidence.awards.matches), len(evidence.awards.accepted)
    rejected = len(evidence.awards.rejected)
    merged = rows_in - accepted - rejected
    return {"rows_in": rows_in, "accepted": accepted, "merged": merged, "rejected": rejected}


def _find_agreement(matches: pd.DataFrame, edition: Edition) -> str:
    """Say how often the matching agrees with the check by hand."""
    shares = {}
    for name in ("agency", "type"):
        checked = matches[f"agrees_{name}"][matches[f"agrees_{name}"].isin(["yes", "no"])]
        shares[name] = percent((checked == "yes").mean(), edition.language)
    return edition.say("finding.agreement", **shares)


def _find_coverage(cells: pd.DataFrame, edition: Edition) -> list[str]:
    """Say which share of the awards is known by name."""
    rows = cells[(cells["agency_type"] == "all") & (cells["predicate"] == edition.predicate)]
    known = rows[rows["year"].isin(edition.years) & rows["upper"].notna()]
    if known.empty:
        return []
    share = percent(int(known["named"].sum()) / int(known["upper"].sum()), edition.language)
    years = {"first_year": int(known["year"].min()), "last_year": int(known["year"].max())}
    return [edition.say("finding.coverage", share=share, **years)]


def find_counts(counted: CellTable, edition: Edition) -> Findings:
    """Say when awards were most, what came after the rules of 2021, who held them, how well cells are known."""
    cells = counted.cells[counted.cells["year"].isin(edition.years)]
    chosen = cells[cells["predicate"] == edition.predicate]
    sentences = [*_find_peak(chosen, edition), *_find_central(chosen, edition), _find_status(cells, edition)]
    return make_findings(sentences, edition)


def _find_peak(cells: pd.DataFrame, edition: Edition) -> list[str]:
    """Say how far awards fell from their peak to the first year under the rules of 2021."""
    total = cells[(cells["agency_type"] == "all") & cells["upper"].notna()].set_index("year")
    after = FIRST_YEAR_UNDER_RULES_OF_2021
    if total.empty or after not in total.index:
        return []
    peak = int(total["lower"].idxmax())
    if peak >= after:
        return []
    shares = [
        percent(total.loc[after, one] / total.loc[peak, other], edition.language, decimals=0)
        for one, other in (("lower", "upper"), ("upper", "lower"))
    ]
    ratio = "–".join(dict.fromkeys(shares))
    return [
        edition.say(
            "finding.peak",
            predicate=edition.say(f"predicate.{edition.predicate}"),
            peak_year=peak,
            peak=spread(total.loc[peak, "lower"], total.loc[peak, "upper"], edition.language),
            after_year=after,
            after=spread(total.loc[after, "lower"], total.loc[after, "upper"], edition.language),
            ratio=ratio,
        )
    ]


def _find_central(cells: pd.DataFrame, edition: Edition) -> list[str]:
    """Who held the awards of the year with most of them, as far as both types are bounded."""
    wide = cells.pivot(index="year", columns="agency_type", values=["lower", "upper"]).dropna()
    if wide.empty or not wide[("lower", "all")].max():
        return []
    year = int(wide[("lower", "all")].astype(float).idxmax())
    row = wide.loc[year]
    values = {
        name: spread(row[("lower", group)], row[("upper", group)], edition.language)
        for name, group in (("central", "central"), ("local", "local"), ("total", "all"))
    }
    return [edition.say("finding.central", year=year, **values)]


def _find_status(cells: pd.DataFrame, edition: Edition) -> str:
    """Say how many cells are exact, bounded, known in sum or unknown."""
    rows = cells[(cells["level"] == "cell") & cells["agency_type"].isin(list(edition.agency_types))]
    counts = {name: int((rows["status"] == name).sum()) for name in ("exact", "bounded", "sum", "unknown")}
    return edition.say("finding.status", cells=len(rows), **counts)


def find_units(units: pd.DataFrame, fit: RateFit, edition: Edition) -> Findings:
    """Say when proposals succeeded most, how often last, and whether years differ by more than chance.

    Parameters
    ----------
    units : DataFrame
        Rates of units awarded of units proposed: year, rate.
    fit : RateFit
        One common rate for all of them.
    edition : Edition
        Language.
    """
    best, last = units.loc[units["rate"].idxmax()], units.iloc[-1]
    sentence = edition.say(
        "finding.success_last",
        high_year=int(best["year"]),
        high_rate=percent(best["rate"], edition.language),
        last_year=int(last["year"]),
        last_rate=percent(last["rate"], edition.language),
    )
    key = "finding.rates_vary" if fit.dispersion > _CLEARLY_OVERDISPERSED else "finding.rates_chance"
    return make_findings([sentence, edition.say(key, dispersion=fit.dispersion)], edition)


def find_agencies(agencies: pd.DataFrame, edition: Edition) -> Findings:
    """Say what share of central agencies and of local governments had an award, year by year.

    Parameters
    ----------
    agencies : DataFrame
        Rates of agencies awarded: year, agency_type (central and local), measure, rate.
    edition : Edition
        Language.
    """
    sentences = []
    for (year, measure), rows in agencies.groupby(["year", "measure"]):
        rates = rows.set_index("agency_type")["rate"]
        values = {name: percent(rates[name], edition.language) for name in ("central", "local")}
        stage = edition.say(f"finding.stage_{measure.removeprefix('agencies_')}")
        sentences.append(edition.say("finding.agencies_rate", year=int(year), stage=stage, **values))
    return make_findings(sentences, edition)


def find_models(comparison: FamilyComparison, edition: Edition) -> Findings:
    """Say how far Poisson is off, and why the negative binomial refuses where it does."""
    sentences = [_find_dispersion(comparison, edition)]
    if comparison.refusal:
        sentences.append(edition.say("finding.refused", reason=edition.say("refusal.nb2")))
    return make_findings(sentences, edition)


def find_exposures(compared: pd.DataFrame, edition: Edition) -> Findings:
    """Say how far the ratio of the years under the rules of 2021 depends on exposure and years.

    Parameters
    ----------
    compared : DataFrame
        From ``compare_exposures``.
    edition : Edition
        Language.
    """
    known = compared[compared["rate_ratio"].notna()]
    if len(known) < 2:
        return make_findings([], edition)
    ratios, bare = known["rate_ratio"].astype(float), known["bare_ratio"].astype(float)
    values = {"low": ratios.min(), "high": ratios.max(), "bare_low": bare.min(), "bare_high": bare.max()}
    sentence = edition.say("finding.exposure_matters", **values)
    apart = known[(known["low"].astype(float) > 1) | (known["high"].astype(float) < 1)]
    one_side = (apart["rate_ratio"].astype(float) > 1).nunique() == 1
    verdict = UNSAID if not one_side else HOLDS if len(apart) == len(known) else ONLY_IF
    exposures = listing([edition.say(f"measure.{name}") for name in apart["exposure"]], edition.language)
    condition = edition.say("finding.exposure_is", exposures=exposures)
    return make_findings([conclude(edition, verdict, sentence, condition=condition)], edition)


def find_simulation(simulated: SimulatedDispersion, seed: int, edition: Edition) -> Findings:
    """Say how often the Poisson model itself makes a dispersion as large as the observed one."""
    values = {
        "replicates": len(simulated.draws),
        "seed": str(seed),
        "p_value": p_value(simulated.p_value, edition.language),
    }
    verdict = HOLDS if simulated.p_value < _SMALL else UNSAID
    return make_findings([conclude(edition, verdict, edition.say("finding.simulated", **values))], edition)


def _find_dispersion(comparison: FamilyComparison, edition: Edition) -> str:
    """Say how much more the counts vary than Poisson counts would."""
    fit = comparison.poisson
    exposure = edition.say(f"with.{edition.exposure}")
    test = fit.dispersion_test
    if fit.dispersion <= _CLEARLY_OVERDISPERSED or test is None:
        sentence = edition.say("finding.no_dispersion", exposure=exposure, dispersion=fit.dispersion)
        return conclude(edition, HOLDS, sentence)
    factor = float(np.sqrt(fit.dispersion))
    values = {
        "exposure": exposure,
        "dispersion": fit.dispersion,
        "factor": factor,
        "p_value": p_value(float(test.p_value), edition.language),
    }
    return conclude(edition, HOLDS, edition.say("finding.dispersion", **values))


def find_types(compared: pd.DataFrame, edition: Edition) -> Findings:
    """Say, year by year, how often local governments have an award for each time that central agencies have one.

    Parameters
    ----------
    compared : DataFrame
        From ``compare_types``.
    edition : Edition
        Language.
    """
    existing = compared[compared["measure"] == "agencies_existing"]
    sentences = [
        conclude(
            edition,
            HOLDS if row.low > 1 or row.high < 1 else UNSAID,
            edition.say("finding.types_ratio", year=row.year, ratio=row.ratio, low=row.low, high=row.high),
        )
        for row in existing.itertuples()
    ]
    return make_findings(sentences, edition)


def find_ends(ends: BoundEnds, measure: str, edition: Edition) -> Findings:
    """Say between what a rate ratio lies when counts are only bounded."""
    sentences = [
        conclude(
            edition,
            HOLDS if row["least_low"] > 1 or row["most_high"] < 1 else UNSAID,
            edition.say(
                "finding.ends",
                label=name_term(row["term"], ends.at_least, edition),
                per=edition.say(f"per.{measure}"),
                least=row["least"],
                most=row["most"],
                low=row["least_low"],
                high=row["most_high"],
            ),
        )
        for row in ends.ratios.to_dict("records")
    ]
    return make_findings(sentences, edition)
