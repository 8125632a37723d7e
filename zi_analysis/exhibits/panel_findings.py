"""Findings on the agency panel, each opened by its verdict."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.findings import Findings, make_findings
from zi_analysis.exhibits.panel_tables import range_percent, range_signed
from zi_analysis.exhibits.verdicts import HOLDS, ONLY_IF, UNSAID, conclude
from zi_analysis.exhibits.words import listing, percent, ratio
from zi_analysis.study.panel import PanelFit
from zi_analysis.study.panel_shares import FAMILIES, TOGETHER
from zi_analysis.study.panel_value import IntervalCoverage

_NARROW = 0.1  # a range of a tenth of the total is narrow enough to be told as a finding


def judge_year(row: Mapping[str, Any]) -> str:
    """Judge what can be said of the direction of one year against the reference.

    Parameters
    ----------
    row : mapping
        low, high (interval of the model), worst_low, worst_high (whatever silent agencies had).

    Returns
    -------
    {"holds", "only_if", "unsaid"}
        It holds when the worst cases lie on one side of 1; only if the silent agencies are like the others when just
        the interval does.

    Examples
    --------
    >>> judge_year({"low": 0.4, "high": 0.8, "worst_low": 0.5, "worst_high": 1.2})
    'only_if'
    """
    sides = {row["worst_low"] > 1: 1, row["worst_high"] < 1: -1}.get(True, 0)
    model = {row["low"] > 1: 1, row["high"] < 1: -1}.get(True, 0)
    if sides and sides * model >= 0:
        return HOLDS
    return ONLY_IF if model and not sides else UNSAID


def find_years(fit: PanelFit, bounds: pd.DataFrame, edition: Edition) -> Findings:
    """Say how each year with an interval compares with the reference, and which years cannot be compared.

    Parameters
    ----------
    fit : PanelFit
        From ``fit_panel``.
    bounds : DataFrame
        From ``bound_ratios``.
    edition : Edition
        Language.

    Returns
    -------
    Findings
    """
    agencies = fit.years.set_index("year")["agencies"]
    sentences = [_say_year(fit, row, int(agencies[row["year"]]), edition) for row in _sure(bounds)]
    totals = [_say_total(fit, row, edition) for row in bounds[bounds["low"].isna()].to_dict("records")]
    told = [sentence for sentence in totals if sentence is not None]
    return make_findings([*sentences, *told, *_find_hanging(fit, edition), *_find_unlinked(fit, edition)], edition)


def _sure(bounds: pd.DataFrame) -> list[dict[str, Any]]:
    """List the years whose interval is known."""
    return [{str(name): value for name, value in row.items()} for row in bounds.dropna(subset="low").to_dict("records")]


def _say_year(fit: PanelFit, row: dict[str, Any], agencies: int, edition: Edition) -> str:
    """Say a year's ratio and whether it holds under every supposition."""
    verdict = judge_year(row)
    sentence = edition.say(
        "panel_finding.year",
        year=int(row["year"]),
        reference=str(fit.reference),
        ratio=float(row["like_published"]),
        low=float(row["low"]),
        high=float(row["high"]),
        agencies=agencies,
        worst=_say_worst(row, edition.language),
    )
    condition = edition.say("panel_condition.alike") if verdict == ONLY_IF else ""
    return conclude(edition, verdict, sentence, condition=condition)


def _say_worst(row: Mapping[Any, Any], language: str) -> str:
    """Write the range under the worst suppositions."""
    if pd.isna(row["worst_low"]) or pd.isna(row["worst_high"]):
        return percent(None, language)
    return f"{ratio(row['worst_low'], language)}–{ratio(row['worst_high'], language)}"


def _say_total(fit: PanelFit, row: Mapping[Any, Any], edition: Edition) -> str | None:
    """A year without an interval whose total lies on one side of the reference all the same."""
    if not (row["worst_low"] > 1 or row["worst_high"] < 1):
        return None
    worst = _say_worst(row, edition.language)
    sentence = edition.say("panel_finding.total", year=int(row["year"]), worst=worst, reference=str(fit.reference))
    return conclude(edition, HOLDS, sentence)


def _find_hanging(fit: PanelFit, edition: Edition) -> list[str]:
    """Name the years whose ratio hangs on one agency."""
    hanging = fit.years[fit.years["hangs_on"].notna()]
    if hanging.empty:
        return []
    sentence = edition.say(
        "panel_finding.hangs",
        years=listing([str(year) for year in hanging["year"]], edition.language),
        reference=str(fit.reference),
        agencies=listing(list(dict.fromkeys(hanging["hangs_on"])), edition.language),
        ratios=listing([ratio(value, edition.language) for value in hanging["rate_ratio"]], edition.language),
    )
    return [conclude(edition, UNSAID, sentence)]


def _find_unlinked(fit: PanelFit, edition: Edition) -> list[str]:
    """Name the years that no agency links to the reference."""
    if not fit.unlinked_years:
        return []
    years = listing([str(year) for year in fit.unlinked_years], edition.language)
    sentence = edition.say("panel_finding.unlinked", years=years, reference=str(fit.reference))
    return [conclude(edition, UNSAID, sentence)]


def find_ministries(changes: pd.DataFrame, edition: Edition) -> Findings:
    """Say how much of the national rise and fall four ministries made.

    Parameters
    ----------
    changes : DataFrame
        Rows of ``share_change``.
    edition : Edition
        Language.

    Returns
    -------
    Findings
    """
    sentences = []
    for _, period in changes.groupby(["first_year", "last_year"]):
        rows = period.set_index("family")
        together, finance = rows.loc[TOGETHER], rows.loc[next(iter(FAMILIES))]
        narrow = together["part_high"] - together["part_low"] <= _NARROW
        one_side = together["part_low"] > 0.5 or together["part_high"] < 0.5
        values = {
            "first_year": int(together["first_year"]),
            "last_year": int(together["last_year"]),
            "part": range_signed(together["part_low"], together["part_high"], edition.language),
            "finance": range_signed(finance["part_low"], finance["part_high"], edition.language),
        }
        rose = together["total_low"] > 0
        said = edition.say("panel_finding.rise", **values) if rose else edition.say("panel_finding.fall", **values)
        sentences.append(conclude(edition, HOLDS if narrow or one_side else UNSAID, said))
    return make_findings(sentences, edition)


def find_largest(largest: pd.DataFrame, edition: Edition) -> Findings:
    """Say what share the four largest agencies held where it is known best, and where least.

    Parameters
    ----------
    largest : DataFrame
        From ``share_largest``.
    edition : Edition
        Language.

    Returns
    -------
    Findings
    """
    width = largest["share_high"] - largest["share_low"]
    best, wide = largest.loc[width.idxmin()], largest.loc[width.idxmax()]
    sentence = edition.say(
        "panel_finding.largest",
        year=int(best["year"]),
        share=range_percent(best["share_low"], best["share_high"], edition.language),
        wide_year=int(wide["year"]),
        wide=range_percent(wide["share_low"], wide["share_high"], edition.language),
    )
    return make_findings([conclude(edition, HOLDS if width.min() <= _NARROW else UNSAID, sentence)], edition)


def find_cover(coverage: pd.DataFrame, edition: Edition) -> Findings:
    """Say what share of the awards whole counts of agencies hold, at best and at worst.

    Parameters
    ----------
    coverage : DataFrame
        From ``count_coverage``.
    edition : Edition
        Language.

    Returns
    -------
    Findings
    """
    known = coverage.dropna(subset=["covered_low", "covered_high"])
    if known.empty:
        return make_findings([], edition)
    best, worst = known.loc[known["covered_low"].idxmax()], known.loc[known["covered_low"].idxmin()]
    sentence = edition.say(
        "panel_finding.coverage",
        year=int(best["year"]),
        share=range_percent(best["covered_low"], best["covered_high"], edition.language),
        worst_year=int(worst["year"]),
        worst=range_percent(worst["covered_low"], worst["covered_high"], edition.language),
    )
    return make_findings([conclude(edition, HOLDS, sentence)], edition)


def find_simulated(coverage: IntervalCoverage, edition: Edition) -> Findings:
    """Say how often the intervals held the truth in drawn panels.

    Parameters
    ----------
    coverage : IntervalCoverage
        From ``simulate_coverage``.
    edition : Edition
        Language.

    Returns
    -------
    Findings
    """
    sentence = edition.say(
        "panel_finding.simulated",
        replicates=coverage.replicates,
        shown_seed=str(coverage.seed),
        dispersion=coverage.dispersion,
        clustered=percent(coverage.clustered, edition.language, decimals=0),
        jackknife=percent(coverage.jackknife, edition.language, decimals=0),
    )
    return make_findings([sentence], edition)


def find_value(values: pd.DataFrame, edition: Edition) -> Findings:
    """Say which single unpublished count would add most to the comparison of years.

    Parameters
    ----------
    values : DataFrame
        From ``value_cells``.
    edition : Edition
        Language.

    Returns
    -------
    Findings
    """
    sentences = []
    linking, narrowing = values[values["linked"] > 0], values.dropna(subset="narrowing")
    if len(linking):
        first = linking.iloc[0]
        sentences.append(
            edition.say(
                "panel_finding.linked",
                agency=str(first["agency"]),
                year=int(first["year"]),
                linked=int(first["linked"]),
                years_joined=listing([str(year) for year in first["years_joined"]], edition.language),
            )
        )
    if len(narrowing):
        first = narrowing.loc[narrowing["narrowing"].idxmax()]
        sentences.append(
            edition.say(
                "panel_finding.narrowed",
                agency=str(first["agency"]),
                year=int(first["year"]),
                narrowing=percent(first["narrowing"], edition.language, decimals=0),
            )
        )
    return make_findings(sentences, edition)


def find_widest(shares: pd.DataFrame, edition: Edition) -> Findings:
    """Say which ministry's count leaves the widest part of a national total open since the largest total.

    Parameters
    ----------
    shares : DataFrame
        From ``share_families``.
    edition : Edition
        Language.

    Returns
    -------
    Findings
    """
    peak = int(shares.loc[shares["total_lower"].idxmax(), "year"])
    own = shares[(shares["family"] != TOGETHER) & (shares["year"] >= peak)]
    open_awards = (own["upper"] - own["lower"]).sort_values(kind="stable")
    if open_awards.empty or open_awards.iloc[-1] == 0:
        return make_findings([], edition)
    row = own.loc[(own["upper"] - own["lower"]).idxmax()]
    sentence = edition.say(
        "panel_finding.widest",
        agency=edition.say(f"ministry.{row['family']}"),
        year=int(row["year"]),
        peak_year=peak,
        share=range_percent(row["share_low"], row["share_high"], edition.language),
    )
    return make_findings([sentence], edition)
