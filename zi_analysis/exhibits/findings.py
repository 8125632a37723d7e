"""Findings: sentences made from results, so that they change with the numbers."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from zi_analysis.evidence.assemble import Evidence
from zi_analysis.evidence.counts import CellTable
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.model_tables import name_term
from zi_analysis.exhibits.words import p_value, percent, spread
from zi_analysis.study.compare import FamilyComparison
from zi_analysis.study.counts import CountFit
from zi_analysis.study.ends import BoundEnds
from zi_analysis.study.rates import RateFit
from zi_analysis.study.simulate import SimulatedDispersion


@dataclass(frozen=True)
class Findings:
    """Sentences of a report, shown as a list."""

    sentences: tuple[str, ...]

    def __add__(self, other: "Findings") -> "Findings":
        return Findings(self.sentences + other.sentences)

    def _repr_markdown_(self) -> str:
        return "\n".join(f"- {_plain(sentence[:1].upper() + sentence[1:])}" for sentence in self.sentences)

    def __repr__(self) -> str:
        return "\n".join(self.sentences)


def _plain(sentence: str) -> str:
    """Words from data are no markup: neutralise what markdown or html would read as such."""
    for character in "\\`*_[]<>":
        sentence = sentence.replace(character, "\\" + character)
    return sentence


def make_findings(sentences: Iterable[str], edition: Edition) -> Findings:
    """Keep what there is to say, or say that there is nothing."""
    said = tuple(sentences)
    return Findings(said or (edition.say("finding.nothing"),))


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
    shares = {}
    for name in ("agency", "type"):
        checked = matches[f"agrees_{name}"][matches[f"agrees_{name}"].isin(["yes", "no"])]
        shares[name] = percent((checked == "yes").mean(), edition.language)
    return edition.say("finding.agreement", **shares)


def _find_coverage(cells: pd.DataFrame, edition: Edition) -> list[str]:
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
    total = cells[(cells["agency_type"] == "all") & cells["upper"].notna()].set_index("year")
    after = 2022
    if total.empty or after not in total.index:
        return []
    peak = int(total["lower"].idxmax())
    if peak >= after:
        return []
    shares = (
        total.loc[after, "lower"] / total.loc[peak, "upper"],
        total.loc[after, "upper"] / total.loc[peak, "lower"],
    )
    ratio = percent(sum(shares) / 2, edition.language, decimals=0)
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
    """The year with the narrowest bounds for local governments against the national total, among large years."""
    wide = cells.pivot(index="year", columns="agency_type", values=["lower", "upper"]).dropna()
    known = wide[wide[("lower", "central")] > 0]
    if known.empty:
        return []
    share = (known[("upper", "central")] - known[("lower", "central")]) / known[("upper", "all")]
    year = int(share.astype(float).idxmin())
    row = known.loc[year]
    values = {
        name: spread(row[("lower", group)], row[("upper", group)], edition.language)
        for name, group in (("central", "central"), ("local", "local"), ("total", "all"))
    }
    return [edition.say("finding.central", year=year, **values)]


def _find_status(cells: pd.DataFrame, edition: Edition) -> str:
    rows = cells[(cells["level"] == "cell") & cells["agency_type"].isin(list(edition.agency_types))]
    counts = {name: int((rows["status"] == name).sum()) for name in ("exact", "bounded", "sum", "unknown")}
    return edition.say("finding.status", cells=len(rows), **counts)


def find_success(units: pd.DataFrame, agencies: pd.DataFrame, edition: Edition) -> Findings:
    """Say how the success rates of units changed and how types compare.

    Parameters
    ----------
    units : DataFrame
        Rates of units awarded of units proposed: year, rate.
    agencies : DataFrame
        Rates of agencies awarded: year, agency_type (central and local), measure, rate.
    edition : Edition
        Language.
    """
    sentences = []
    if len(units) > 1:
        first, last = units.iloc[0], units.iloc[-1]
        sentences.append(
            edition.say(
                "finding.success_last",
                first_year=int(first["year"]),
                first_rate=percent(first["rate"], edition.language),
                last_year=int(last["year"]),
                last_rate=percent(last["rate"], edition.language),
            )
        )
    for (year, measure), rows in agencies.groupby(["year", "measure"]):
        rates = rows.set_index("agency_type")["rate"]
        if {"central", "local"} <= set(rates.index):
            values = {name: percent(rates[name], edition.language) for name in ("central", "local")}
            stage = edition.say(f"finding.stage_{measure.removeprefix('agencies_')}")
            sentences.append(edition.say("finding.agencies_rate", year=int(year), stage=stage, **values))
    return make_findings(sentences, edition)


def find_rates(units: RateFit | None, agencies: RateFit | None, edition: Edition) -> Findings:
    """Say how far success rates vary beyond chance, and what the odds of one type are against another.

    Parameters
    ----------
    units : RateFit, optional
        Of units by year, one common rate.
    agencies : RateFit, optional
        Of agencies, by type.
    edition : Edition
        Language.
    """
    sentences = []
    if units is not None:
        key = "finding.rates_vary" if units.dispersion > 1.5 else "finding.rates_chance"
        sentences.append(edition.say(key, dispersion=units.dispersion))
    if agencies is not None:
        rows = agencies.coefficients[agencies.coefficients["term"].str.contains("agency_type", regex=False)]
        sentences += [
            edition.say(
                "finding.odds",
                label=name_term(row["term"], agencies, edition),
                ratio=row["odds_ratio"],
                low=row["low"],
                high=row["high"],
            )
            for row in rows.to_dict("records")
        ]
    return make_findings(sentences, edition)


def find_models(comparison: FamilyComparison, compared: pd.DataFrame, edition: Edition) -> Findings:
    """Say how far Poisson is off, what the ratios are, and what the exposure changes."""
    sentences = [_find_dispersion(comparison, edition)]
    best, model = (comparison.nb2, "nb2") if comparison.nb2 is not None else (comparison.robust, "poisson")
    sentences += [_find_ratio(row, best, model, edition) for row in best.coefficients.iloc[1:].to_dict("records")]
    if comparison.refusal:
        sentences.append(edition.say("finding.refused", reason=comparison.refusal))
    known = compared[compared["rate_ratio"].notna()]
    if len(known) > 1:
        ratios = known["rate_ratio"].astype(float)
        label = edition.say("mark.rules")
        sentences.append(edition.say("finding.exposure_matters", label=label, low=ratios.min(), high=ratios.max()))
    return make_findings(sentences, edition)


def find_simulation(simulated: SimulatedDispersion, seed: int, edition: Edition) -> Findings:
    """Say how often the Poisson model itself makes a dispersion as large as the observed one."""
    share = percent(float((simulated.draws >= simulated.observed).mean()), edition.language)
    values = {"replicates": len(simulated.draws), "seed": str(seed), "share": share}
    return make_findings([edition.say("finding.simulated", **values)], edition)


def _find_dispersion(comparison: FamilyComparison, edition: Edition) -> str:
    fit = comparison.poisson
    exposure = edition.say(f"measure.{edition.exposure}")
    test = fit.dispersion_test
    if fit.dispersion <= 1.5 or test is None:
        return edition.say("finding.no_dispersion", exposure=exposure, dispersion=fit.dispersion)
    factor = float(np.sqrt(fit.dispersion))
    values = {
        "exposure": exposure,
        "dispersion": fit.dispersion,
        "factor": factor,
        "p_value": p_value(float(test.p_value), edition.language),
    }
    return edition.say("finding.dispersion", **values)


def _find_ratio(row: dict, fit: CountFit, model: str, edition: Edition) -> str:
    label = name_term(row["term"], fit, edition)
    values = {"ratio": row["rate_ratio"], "low": row["low"], "high": row["high"]}
    return edition.say("finding.ratio", label=label, model=edition.say(f"family.{model}"), **values)


def find_agencies(fit: CountFit, measure: str, edition: Edition) -> Findings:
    """Say how many times the agencies awarded one type has against another."""
    rows = fit.coefficients[fit.coefficients["term"].str.contains("agency_type", regex=False)]
    sentences = [
        edition.say(
            "finding.agencies_ratio",
            per=edition.say(f"per.{measure}"),
            label=name_term(row["term"], fit, edition),
            ratio=row["rate_ratio"],
            low=row["low"],
            high=row["high"],
        )
        for row in rows.to_dict("records")
    ]
    return make_findings(sentences, edition)


def find_ends(ends: BoundEnds, measure: str, edition: Edition) -> Findings:
    """Say between what a rate ratio lies when counts are only bounded."""
    sentences = [
        edition.say(
            "finding.ends",
            label=name_term(row["term"], ends.at_least, edition),
            per=edition.say(f"per.{measure}"),
            least=row["least"],
            most=row["most"],
            low=row["least_low"],
            high=row["most_high"],
        )
        for row in ends.ratios.to_dict("records")
    ]
    return make_findings(sentences, edition)
