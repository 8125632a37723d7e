"""Findings on breaks: what can be said of the rules of 2021, each opened by its verdict."""

from collections.abc import Mapping

import pandas as pd

from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.findings import Findings, make_findings
from zi_analysis.exhibits.verdicts import HOLDS, ONLY_IF, UNSAID, conclude
from zi_analysis.exhibits.words import listing, number, p_value, percent
from zi_analysis.study.break_permutation import PermutationTest
from zi_analysis.study.break_power import SIZE, BreakPower
from zi_analysis.study.break_scan import BreakScan
from zi_analysis.study.breaks import BreakFit
from zi_analysis.study.decompose import Decomposition
from zi_analysis.study.serial import SerialCorrelation


def clear_models(compared: pd.DataFrame) -> pd.Series:
    """Whether the 95% interval of each model leaves 1 out.

    Parameters
    ----------
    compared : DataFrame
        low, high.

    Returns
    -------
    Series of bool
    """
    return (compared["low"] > 1) | (compared["high"] < 1)


def name_model(row: Mapping[str, str], edition: Edition) -> str:
    """Name the exposure and the shape of a model.

    Parameters
    ----------
    row : mapping
        exposure, shape.
    edition : Edition
        Language.

    Returns
    -------
    str
    """
    exposure, shape = row["exposure"], row["shape"]
    return f"{edition.say(f'break_series.{exposure}')}: {edition.say(f'shape.{shape}')}"


def find_change(compared: pd.DataFrame, edition: Edition) -> Findings:
    """Say whether the rate changed at the rules, and under which models only.

    Parameters
    ----------
    compared : DataFrame
        From ``compare_breaks``; the rows of the edition's predicate are read.
    edition : Edition
        Language and predicate.

    Returns
    -------
    Findings
    """
    rows = compared[compared["predicate"] == edition.predicate]
    if rows.empty:
        return make_findings([], edition)
    clear = clear_models(rows)
    if not clear.any():
        said = _say_change("break_finding.change_open", rows, rows, edition)
        return make_findings([conclude(edition, UNSAID, said)], edition)
    more = rows.loc[clear, "rate_ratio"] > 1
    if more.nunique() > 1:
        said = _say_change("break_finding.change_both", rows[clear], rows, edition)
        return make_findings([conclude(edition, UNSAID, said)], edition)
    key = "break_finding.change_more" if more.any() else "break_finding.change_fewer"
    said = _say_change(key, rows[clear], rows, edition)
    if clear.all():
        return make_findings([conclude(edition, HOLDS, said)], edition)
    sentences = [
        conclude(edition, ONLY_IF, said, condition=_name_condition(rows, clear, edition)),
        conclude(edition, UNSAID, _say_change("break_finding.change_open", rows[~clear], rows, edition)),
    ]
    return make_findings(sentences, edition)


def _name_condition(rows: pd.DataFrame, clear: pd.Series, edition: Edition) -> str:
    """What the clear models have in common: a trend, or nothing but their names."""
    names = "; ".join(name_model(row, edition) for row in rows[clear].to_dict("records"))
    trended = (rows.loc[clear, "shape"] != "level").all()
    return edition.say("break_finding.change_if_trend" if trended else "break_finding.change_if", models=names)


def _say_change(key: str, rows: pd.DataFrame, compared: pd.DataFrame, edition: Edition) -> str:
    """The ratios of some of the models, in a sentence of the catalogue."""
    ratios = rows["rate_ratio"]
    ends = {"low": float(ratios.min()), "high": float(ratios.max())}
    return edition.say(key, **ends, models=len(rows), compared=len(compared))


def find_timing(fits: Mapping[str, tuple[BreakFit, BreakScan]], tests: pd.DataFrame, edition: Edition) -> Findings:
    """Say, for each exposure, whether the strongest break is the one at the rules.

    Parameters
    ----------
    fits : mapping
        From ``scan_measures``.
    tests : DataFrame
        From ``compare_tests``.
    edition : Edition
        Language and predicate.

    Returns
    -------
    Findings
    """
    keys = ["predicate", "exposure", "shape"]
    found = tests.set_index(keys)
    sentences = []
    for exposure, (_, scan) in fits.items():
        place = (edition.predicate, exposure, scan.shape)
        if place not in found.index:
            continue
        row = found.loc[place]
        clear = scan.rank == 1 and row["p_supremum"] <= SIZE
        sentence = edition.say(
            "break_finding.timing_hold" if clear else "break_finding.timing",
            exposure=edition.say(f"break_series.{exposure}"),
            shape=edition.say(f"shape.{scan.shape}"),
            rank=scan.rank,
            breaks=len(scan.breaks),
            strongest_year=int(row["strongest"]),
            p_value=p_value(float(row["p_supremum"]), edition.language),
        )
        sentences.append(conclude(edition, HOLDS if clear else UNSAID, sentence))
    return make_findings(sentences, edition)


def find_orders(test: PermutationTest, edition: Edition) -> Findings:
    """Say how the difference stands among all orders of the years.

    Parameters
    ----------
    test : PermutationTest
        From ``permute_years``.
    edition : Edition
        Language.

    Returns
    -------
    Findings
    """
    clear = test.p_value <= SIZE
    key = "break_finding.orders_hold" if clear else "break_finding.orders"
    sentence = edition.say(key, arrangements=test.arrangements, p_value=float(test.p_value), least=float(test.least_p))
    return make_findings([conclude(edition, HOLDS if clear else UNSAID, sentence)], edition)


def say_seen(fall: float | None, rise: float | None, edition: Edition) -> str:
    """Name the changes that a test would see.

    Parameters
    ----------
    fall, rise : float or None
        From ``BreakPower``.
    edition : Edition
        Language.

    Returns
    -------
    str
    """
    parts = [] if fall is None else [edition.say("break_title.fall", ratio=float(fall))]
    parts += [] if rise is None else [edition.say("break_title.rise", ratio=float(rise))]
    return listing(parts, edition.language) or edition.say("break_title.nothing_seen")


def find_power(power: BreakPower, edition: Edition) -> Findings:
    """Say what so few points can show.

    Parameters
    ----------
    power : BreakPower
        From ``simulate_power``.
    edition : Edition
        Language.

    Returns
    -------
    Findings
    """
    sentence = edition.say(
        "break_finding.power",
        points=power.points,
        after=power.after,
        seen=say_seen(power.fall, power.rise, edition),
        seen_permutation=say_seen(power.fall_permutation, power.rise_permutation, edition),
    )
    return make_findings([conclude(edition, HOLDS, sentence)], edition)


def find_parts(found: Decomposition, edition: Edition) -> Findings:
    """Say how much of the change is proposals, against all years before and against the last.

    Parameters
    ----------
    found : Decomposition
        From ``decompose_change``.
    edition : Edition
        Language.

    Returns
    -------
    Findings
    """
    befores = list(dict.fromkeys(found.parts["before"]))
    sentences = []
    for before in dict.fromkeys([befores[0], befores[-1]]):
        rows = found.parts[found.parts["before"] == before].set_index("part")
        ratios = {part: float(rows.loc[part, "ratio"]) for part in rows.index}
        ends = {name: float(rows.loc["success", name]) for name in ("low", "high")}
        share = rows.loc["proposals", "share"]
        if pd.isna(share):
            sentence = edition.say("break_finding.parts_opposite", **ratios, **ends)
        else:
            told = percent(share, edition.language, decimals=0)
            sentence = edition.say("break_finding.parts_same", **ratios, **ends, share=told)
        years = {"after": str(rows.iloc[0]["after"]), "before": before}
        condition = edition.say("break_finding.parts_if", **years)
        sentences.append(conclude(edition, ONLY_IF, sentence, condition=condition))
    return make_findings(sentences, edition)


def find_serial(found: Mapping[str, tuple[SerialCorrelation, int]], edition: Edition) -> Findings:
    """Say whether neighbouring years resemble each other, and what the years are worth then.

    Parameters
    ----------
    found : mapping
        From ``correlate_measures``.
    edition : Edition
        Language.

    Returns
    -------
    Findings
    """
    return make_findings((_say_serial(name, *one, edition) for name, one in found.items()), edition)


def _say_serial(exposure: str, serial: SerialCorrelation, years: int, edition: Edition) -> str:
    """Say whether the years hang together, and how many they then amount to."""
    told = {
        "exposure": edition.say(f"break_series.{exposure}"),
        "correlation": serial.correlation,
        "p_value": p_value(serial.p_value, edition.language),
    }
    if serial.p_value <= SIZE:
        effective = number(serial.effective_years, edition.language, decimals=1)
        sentence = edition.say("break_finding.serial_yes", **told, years=years, effective=effective)
        return conclude(edition, HOLDS, sentence)
    return conclude(edition, UNSAID, edition.say("break_finding.serial_no", **told, pairs=serial.pairs))
