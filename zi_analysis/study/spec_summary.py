"""Summaries of a specification curve: in how many specifications a finding holds, and which choice moves it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.spec_evidence import SETTLED

HOLDS, ONLY_IF, UNSAID = "holds", "only_if", "unsaid"
_NUMBERS = {
    "n_points",
    "estimate",
    "std_error",
    "rate_ratio",
    "low",
    "high",
    "p_value",
    "alpha",
    "refusal",
    "defensible",
}
_LEAST_SHARE = 0.25  # a condition that covers fewer specifications is a hand-picked corner
_MOST = 0.5


@dataclass(frozen=True, eq=False)
class CurveSummary:
    """What all defensible specifications of a finding say together.

    Attributes
    ----------
    finding : str
        ``rules``, ``predicates`` or ``types``.
    claim : float
        The finding claims a rate ratio below this.
    written, different, defensible, answered : int
        Combinations of choices; those that differ in model or numbers; of these without a bad habit; of these with an
        answer.
    median, lowest, highest : float
        Rate ratios of the answers.
    on_side, clear, against : float
        Shares of the answers with the estimate below the claim, the whole 95% interval below it, the whole interval
        above it.
    refusals : DataFrame
        reason, specifications: defensible ones without an answer.
    choices : DataFrame
        choice, low_level, low_median, high_level, high_median, factor (highest over lowest median of a level),
        variance_share (of the log ratios, between levels), sorted by it.
    levels : DataFrame
        choice, level, specifications, median, on_side, clear, defensible: answers by level, bad habits among them.
    verdict : str
        ``holds``, ``only_if`` or ``unsaid``.
    condition : tuple
        With ``only_if``: the choice and its levels.
    """

    finding: str
    claim: float
    written: int
    different: int
    defensible: int
    answered: int
    median: float
    lowest: float
    highest: float
    on_side: float
    clear: float
    against: float
    refusals: pd.DataFrame
    choices: pd.DataFrame
    levels: pd.DataFrame
    verdict: str
    condition: tuple[str, tuple[str, ...]] | None


def summarise_curve(fits: pd.DataFrame, *, finding: str, claim: float, written: int) -> CurveSummary:
    """Summarise the specifications of a finding.

    A finding *holds* when every defensible specification that answers has its estimate on the claimed side and more
    than half of them the whole interval. It holds *only if* that is so for some levels of a single choice that cover
    at least a quarter of the answers; the choice that covers most is named. Otherwise it cannot be said.

    Parameters
    ----------
    fits : DataFrame
        From ``fit_grid``.
    finding : str
        Name of the finding.
    claim : float
        The finding claims a rate ratio below this.
    written : int
        Combinations of choices behind the fits.

    Returns
    -------
    CurveSummary

    Raises
    ------
    StudyRefusal
        If no defensible specification has an answer.

    Notes
    -----
    Simonsohn, Simmons and Nelson (2020). The share of variance of a choice is that between its levels over that of all
    answers (eta squared), one choice at a time; shares of crossed choices need not sum to one.

    Examples
    --------
    >>> fits = pd.DataFrame({"family": ["robust", "nb2"], "estimate": [-0.7, -0.4], "rate_ratio": [0.5, 0.7]})
    >>> fits = fits.assign(low=0.4, high=[0.6, 0.9], refusal="", defensible=True)
    >>> found = summarise_curve(fits, finding="rules", claim=1.0, written=2)
    >>> found.verdict, found.clear
    ('holds', 1.0)
    """
    defensible = fits[fits["defensible"]]
    answers = mark_answers(defensible, claim=claim)
    if answers.empty:
        raise StudyRefusal("no specification of this finding has an answer", key="spec_no_answers")
    names = [name for name in fits.columns if name not in _NUMBERS]
    refused = defensible.loc[defensible["refusal"] != "", "refusal"].value_counts().sort_index()
    verdict, condition = _judge(answers, names)
    return CurveSummary(
        finding=finding,
        claim=claim,
        written=written,
        different=len(fits),
        defensible=len(defensible),
        answered=len(answers),
        median=float(answers["rate_ratio"].median()),
        lowest=float(answers["rate_ratio"].min()),
        highest=float(answers["rate_ratio"].max()),
        on_side=float(answers["on_side"].mean()),
        clear=float(answers["clear"].mean()),
        against=float((answers["low"] > claim).mean()),
        refusals=refused.rename_axis("reason").reset_index(name="specifications"),
        choices=_compare_choices(answers, names),
        levels=_list_levels(mark_answers(fits, claim=claim), names),
        verdict=verdict,
        condition=condition,
    )


def mark_answers(fits: pd.DataFrame, *, claim: float) -> pd.DataFrame:
    """Keep the specifications with an answer and say which bear the claim out.

    Parameters
    ----------
    fits : DataFrame
        From ``fit_grid``.
    claim : float
        The finding claims a rate ratio below this.

    Returns
    -------
    DataFrame
        With on_side (the estimate is below the claim) and clear (the whole interval is).

    Examples
    --------
    >>> fits = pd.DataFrame({"refusal": ["", "too_few"], "rate_ratio": [0.5, None], "high": [1.2, None]})
    >>> mark_answers(fits, claim=1.0)[["on_side", "clear"]].values.tolist()
    [[True, False]]
    """
    answers = fits[fits["refusal"] == ""]
    return answers.assign(on_side=answers["rate_ratio"] < claim, clear=answers["high"] < claim)


def compare_figures(fits: pd.DataFrame, *, claim: float) -> pd.DataFrame:
    """Compare each replaced figure with the settled one, all other choices alike.

    Parameters
    ----------
    fits : DataFrame
        From ``fit_grid``, with the choice ``figures``.
    claim : float
        The finding claims a rate ratio below this.

    Returns
    -------
    DataFrame
        figures, pairs (specifications that differ in nothing else), shift (median factor between the ratios), largest
        (largest factor, at least 1), sides_changed, clear_changed (pairs in which the answer to the claim changes).

    Examples
    --------
    >>> fits = pd.DataFrame({"figures": ["settled", "2017-WBK-71"], "rate_ratio": [0.9, 1.1], "high": [1.4, 1.6]})
    >>> compare_figures(fits.assign(refusal="", defensible=True), claim=1.0)["sides_changed"].tolist()
    [1]
    """
    answers = mark_answers(fits[fits["defensible"]], claim=claim)
    alike = [name for name in answers.columns if name not in {*_NUMBERS, "figures", "on_side", "clear"}]
    answers = answers[["figures", *alike, "rate_ratio", "on_side", "clear"]].assign(all_alike=0)
    settled = answers[answers["figures"] == SETTLED].drop(columns="figures")
    pairs = answers[answers["figures"] != SETTLED].merge(settled, on=[*alike, "all_alike"], suffixes=("", "_settled"))
    factor = pairs["rate_ratio"] / pairs["rate_ratio_settled"]
    pairs = pairs.assign(
        factor=factor,
        size=np.exp(np.abs(np.log(factor))),
        sides_changed=pairs["on_side"] != pairs["on_side_settled"],
        clear_changed=pairs["clear"] != pairs["clear_settled"],
    )
    found = pairs.groupby("figures", sort=False).agg(
        pairs=("factor", "size"),
        shift=("factor", "median"),
        largest=("size", "max"),
        sides_changed=("sides_changed", "sum"),
        clear_changed=("clear_changed", "sum"),
    )
    return found.sort_values(["sides_changed", "clear_changed", "largest"], ascending=False).reset_index()


def _judge(answers: pd.DataFrame, names: list[str]) -> tuple[str, tuple[str, tuple[str, ...]] | None]:
    """Whether the finding holds, holds under one choice, or cannot be said."""
    if _holds(answers):
        return HOLDS, None
    best, covered = None, _LEAST_SHARE
    for name in names:
        groups = dict(iter(answers.groupby(name, sort=False)))
        levels = tuple(str(level) for level, rows in groups.items() if _holds(rows))
        share = sum(len(groups[level]) for level in levels) / len(answers)
        if share >= covered:
            best, covered = (name, levels), share
    return (UNSAID, None) if best is None else (ONLY_IF, best)


def _holds(answers: pd.DataFrame) -> bool:
    return bool(answers["on_side"].all()) and float(answers["clear"].mean()) > _MOST


def _compare_choices(answers: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """How far the median moves and how much variance lies between the levels of each choice."""
    total = float(((answers["estimate"] - answers["estimate"].mean()) ** 2).sum())
    rows = []
    for name in names:
        medians = answers.groupby(name, sort=False)["rate_ratio"].median()
        if len(medians) < 2:
            continue
        between = answers.groupby(name)["estimate"].transform("mean") - answers["estimate"].mean()
        rows.append(
            {
                "choice": name,
                "low_level": str(medians.idxmin()),
                "low_median": float(medians.min()),
                "high_level": str(medians.idxmax()),
                "high_median": float(medians.max()),
                "factor": float(medians.max() / medians.min()),
                "variance_share": float((between**2).sum() / total) if total > 0 else 0.0,
            }
        )
    columns = ["choice", "low_level", "low_median", "high_level", "high_median", "factor", "variance_share"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values("variance_share", ascending=False, ignore_index=True, kind="stable")


def _list_levels(answers: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Answers by level of every choice; levels that are bad habits are marked."""
    frames = [
        answers.groupby(name, sort=False)
        .agg(
            specifications=("rate_ratio", "size"),
            median=("rate_ratio", "median"),
            on_side=("on_side", "mean"),
            clear=("clear", "mean"),
            defensible=("defensible", "any"),
        )
        .rename_axis("level")
        .reset_index()
        .assign(choice=name)
        for name in names
    ]
    columns = ["choice", "level", "specifications", "median", "on_side", "clear", "defensible"]
    return pd.concat(frames, ignore_index=True)[columns]
