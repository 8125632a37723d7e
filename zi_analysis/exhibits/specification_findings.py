"""Findings of specification curves: in how many specifications each holds, what moves it, which figure would help."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.findings import Findings, make_findings
from zi_analysis.exhibits.specification_tables import smallest_change, tell_refusals
from zi_analysis.exhibits.specification_words import join_levels, name_choice, name_figure, name_level
from zi_analysis.exhibits.verdicts import ONLY_IF, conclude
from zi_analysis.exhibits.words import number, p_value, percent
from zi_analysis.study.spec_shuffle import ShuffledCurve
from zi_analysis.study.spec_summary import compare_figures
from zi_analysis.study.specifications import Curve, SampleCheck

_DIGITS = 8  # as many as are claimed, however many more agree


def keep_answers(asked: Mapping[str, object]) -> list[Curve]:
    """Keep the findings that have a curve.

    Parameters
    ----------
    asked : mapping
        Finding -> ``Curve``, or the refusal that stands in its place.

    Returns
    -------
    list of Curve

    Raises
    ------
    StudyRefusal
        If none has.
    """
    curves = [answer for answer in asked.values() if isinstance(answer, Curve)]
    if not curves:
        raise StudyRefusal("no specification of any finding has an answer", key="spec_no_answers")
    return curves


def find_curves(curves: Sequence[Curve], edition: Edition) -> Findings:
    """Say in how many specifications each finding holds, with its verdict.

    Parameters
    ----------
    curves : sequence of Curve
        Findings with their answers.
    edition : Edition
        Language.

    Returns
    -------
    Findings
    """
    return make_findings([_find_share(curve, edition) for curve in curves], edition)


def find_moves(curves: Sequence[Curve], edition: Edition) -> Findings:
    """Say which choice moves each finding most, and how many specifications refuse."""
    sentences = []
    for curve in curves:
        sentences += _find_move(curve, edition)
        sentences += _find_refused(curve, edition)
    return make_findings(sentences, edition)


def find_figures(curves: Sequence[Curve], edition: Edition) -> Findings:
    """Say whether another value of a disputed figure would move the estimate to the other side."""
    return make_findings([sentence for curve in curves for sentence in _find_sides(curve, edition)], edition)


def find_help(curves: Sequence[Curve], flips: Mapping[str, pd.DataFrame], edition: Edition) -> Findings:
    """Say which disputed or unknown figure would change most if it were settled, and which change would be smallest.

    Parameters
    ----------
    curves : sequence of Curve
        Findings with their answers.
    flips : mapping
        Finding -> rows of ``search_exposures``.
    edition : Edition
        Language.

    Returns
    -------
    Findings
    """
    sentences = []
    for curve in curves:
        sentences += _find_settling(curve, edition)
        if curve.grid.finding in flips:
            sentences += _find_flips(flips[curve.grid.finding], curve, edition)
    return make_findings(sentences, edition)


def find_shuffles(shuffles: Mapping[str, ShuffledCurve], seed: int, edition: Edition) -> Findings:
    """Say how often shuffled data have a curve as low as the observed one.

    Parameters
    ----------
    shuffles : mapping
        Finding -> ``ShuffledCurve``.
    seed : int
        Seed of the shuffles.
    edition : Edition
        Language.

    Returns
    -------
    Findings
    """
    sentences = [
        edition.say(
            "finding.spec_shuffled",
            name=edition.say(f"spec_name.{name}"),
            exchanged=edition.say("spec_exchange.rules" if name == "rules" else "spec_exchange.groups"),
            observed=shuffled.observed,
            p_value=p_value(shuffled.p_value, edition.language),
            replicates=len(shuffled.shuffled),
            specifications=shuffled.specifications,
            seed=str(seed),
        )
        for name, shuffled in shuffles.items()
    ]
    return make_findings(sentences, edition)


def find_checks(checks: Mapping[str, SampleCheck], seed: int, edition: Edition) -> Findings:
    """Say how well estimates agree with those of specifications fitted one at a time.

    Parameters
    ----------
    checks : mapping
        Finding -> ``SampleCheck``.
    seed : int
        Seed of the draw.
    edition : Edition
        Language.

    Returns
    -------
    Findings
    """
    sentences = [
        edition.say(
            "finding.spec_checked",
            name=edition.say(f"spec_name.{name}"),
            sample=len(check.places) - check.refused,
            seed=str(seed),
            digits=int(min(_DIGITS, -np.log10(max(check.largest_difference, 1e-15)))),
        )
        for name, check in checks.items()
    ]
    return make_findings(sentences, edition)


def _find_share(curve: Curve, edition: Edition) -> str:
    """Say which share of the specifications supports the claim."""
    summary = curve.summary
    sentence = edition.say(
        "finding.spec_share",
        claim=edition.say(f"spec_claim.{summary.finding}"),
        on_side=percent(summary.on_side, edition.language),
        clear=percent(summary.clear, edition.language),
        answered=summary.answered,
        median=summary.median,
        lowest=summary.lowest,
        highest=summary.highest,
    )
    condition = ""
    if summary.verdict == ONLY_IF and summary.condition is not None:
        choice, levels = summary.condition
        told = join_levels([name_level(choice, level, edition) for level in levels], edition)
        condition = edition.say("finding.spec_condition", choice=name_choice(choice, edition), levels=told)
    return conclude(edition, summary.verdict, sentence, condition=condition)


def _find_move(curve: Curve, edition: Edition) -> list[str]:
    """Name the choice that moves the ratio most."""
    if curve.summary.choices.empty:
        return []
    row = curve.summary.choices.iloc[0].to_dict()
    levels = {name: name_level(row["choice"], row[name], edition) for name in ("low_level", "high_level")}
    return [
        edition.say(
            "finding.spec_moves",
            name=edition.say(f"spec_name.{curve.grid.finding}"),
            choice=name_choice(row["choice"], edition),
            share=percent(row["variance_share"], edition.language, decimals=0),
            low=row["low"],
            high=row["high"],
            **levels,
        )
    ]


def _find_refused(curve: Curve, edition: Edition) -> list[str]:
    """Say how many specifications gave no answer, and why."""
    if curve.summary.refusals.empty:
        return []
    return [
        edition.say(
            "finding.spec_refused",
            name=edition.say(f"spec_name.{curve.grid.finding}"),
            refused=curve.summary.defensible - curve.summary.answered,
            defensible=curve.summary.defensible,
            reasons=tell_refusals(curve, edition),
        )
    ]


def _find_sides(curve: Curve, edition: Edition) -> list[str]:
    """Say whether the other published count changes the side of any answer."""
    found = compare_figures(curve.grid, curve.fits)
    if found.empty:
        return []
    name = edition.say(f"spec_name.{curve.grid.finding}")
    changed, pairs = int(found["sides_changed"].sum()), int(found["pairs"].sum())
    if not changed:
        return [edition.say("finding.spec_no_side", name=name, pairs=pairs)]
    figure = name_level("figures", str(found["level"].iloc[0]), edition)
    return [edition.say("finding.spec_some_side", name=name, changed=changed, pairs=pairs, figure=figure)]


def _find_settling(curve: Curve, edition: Edition) -> list[str]:
    """Which single disputed figure changes the answer of most specifications."""
    found = compare_figures(curve.grid, curve.fits)
    single = found[found["level"].str.count("-") > 1]
    if single.empty:
        return []
    name = edition.say(f"spec_name.{curve.grid.finding}")
    share = (single["sides_changed"] + single["clear_changed"]) / single["pairs"]
    best = single.loc[share.idxmax()]
    changed = int(best["sides_changed"] + best["clear_changed"])
    if not changed:
        return [edition.say("finding.spec_no_help", name=name)]
    figure = name_level("figures", str(best["level"]), edition)
    return [edition.say("finding.spec_help", name=name, figure=figure, changed=changed, pairs=int(best["pairs"]))]


def _find_flips(rows: pd.DataFrame, curve: Curve, edition: Edition) -> list[str]:
    """Name the count whose change would turn the finding soonest, and unknown ones that could."""
    name = edition.say(f"spec_name.{curve.grid.finding}")
    known = rows[(rows["kind"] != "unknown") & rows[["side_change", "clear_change"]].notna().any(axis=1)]
    sentences = []
    if known.empty:
        sentences.append(edition.say("finding.spec_no_flip", name=name))
    else:
        sentences.append(_tell_flip(known.iloc[0].to_dict(), name, edition))
    unknown = rows[(rows["kind"] == "unknown") & rows["side_at"].notna()]
    for row in unknown.sort_values("side_at").drop_duplicates("year").itertuples():
        words = {"value": number(row.value, edition.language), "at": number(row.side_at, edition.language)}
        exposure = edition.say(f"measure.{row.exposure}")
        sentences.append(edition.say("finding.spec_unknown", name=name, year=row.year, exposure=exposure, **words))
    return sentences


def _tell_flip(row: Mapping[str, object], name: str, edition: Edition) -> str:
    """Say how far a count would have to move."""
    changes = {end: row[f"{end}_change"] for end in ("side", "clear") if not pd.isna(row[f"{end}_change"])}
    nearest = min(changes, key=lambda end: abs(float(str(changes[end]))))
    return edition.say(
        "finding.spec_flip",
        name=name,
        exposure=edition.say(f"measure.{row['exposure']}"),
        figure=name_figure(int(str(row["year"])), str(row["group"]), str(row["kind"]), str(row["exposure"]), edition),
        value=number(row["value"], edition.language),
        at=number(row[f"{nearest}_at"], edition.language),
        change=smallest_change(row, edition),
    )
