"""Summaries of a specification curve: in how many specifications a finding holds, and which choice moves it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.spec_evidence import SETTLED
from zi_analysis.study.spec_grid import HABITS, Grid

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
_CHOICE_COLUMNS = ["choice", "low_level", "low", "high_level", "high", "factor", "variance_share"]


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
        choice, low_level, low, high_level, high (rate ratios, the other choices alike), factor (high over low),
        variance_share (of the log ratios, lost when the choice is left out), sorted by it.
    adjusted : DataFrame
        choice, level, specifications, ratio: the rate ratio of each level, the other choices alike.
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
    adjusted: pd.DataFrame
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
    Simonsohn, Simmons and Nelson (2020). Levels are compared by least squares of the log ratios on all choices: not
    every level goes with every other, so bare medians would mix choices. A choice's share of variance is what the
    fit loses without it.

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
    choices, adjusted = _compare_choices(answers, names)
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
        choices=choices,
        adjusted=adjusted,
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


def compare_levels(grid: Grid, fits: pd.DataFrame, *, choice: str, base: str) -> pd.DataFrame:
    """Compare each level of a choice with another one, all other choices alike.

    Parameters
    ----------
    grid : Grid
        Specifications of a finding.
    fits : DataFrame
        From ``fit_grid``.
    choice : str
        A choice of the grid.
    base : str
        Its level that the others are compared with.

    Returns
    -------
    DataFrame
        level, pairs (specifications that differ in nothing else and both answer; bad habits only when the choice is
        one), shift (median factor between the ratios), largest (largest factor, at least 1), sides_changed,
        clear_changed (pairs in which the estimate, the whole interval, moves to or from the claimed side); sorted by
        the changes.
    """
    answered = (fits["refusal"] == "").to_numpy()
    usual = answered & grid.defensible if choice not in HABITS else answered & _without_habits(grid, choice)
    rows = []
    for level in grid.levels[choice]:
        pairs = grid.twins(choice, level=level, base=base) if level != base else np.empty((0, 2), dtype=int)
        pairs = pairs[usual[pairs].all(axis=1)]
        if len(pairs):
            rows.append({"level": level, "pairs": len(pairs), **_compare_pairs(fits, pairs, grid.claim)})
    frame = pd.DataFrame(rows, columns=["level", "pairs", "shift", "largest", "sides_changed", "clear_changed"])
    order = ["sides_changed", "clear_changed", "largest"]
    return frame.sort_values(order, ascending=False, ignore_index=True, kind="stable")


def compare_figures(grid: Grid, fits: pd.DataFrame) -> pd.DataFrame:
    """Compare each replaced figure with the settled one, as ``compare_levels`` does."""
    return compare_levels(grid, fits, choice="figures", base=SETTLED)


def _without_habits(grid: Grid, choice: str) -> np.ndarray:
    """Specifications without a bad habit in any other choice."""
    others = [name for name in HABITS if name != choice and name in grid.choices]
    bad = [grid.choices[name].isin(HABITS[name]).to_numpy() for name in others]
    return ~np.logical_or.reduce(bad) if bad else np.ones(len(grid.choices), dtype=bool)


def _compare_pairs(fits: pd.DataFrame, pairs: np.ndarray, claim: float) -> dict[str, float | int]:
    """Compare specifications that differ in one choice."""
    estimates = fits["estimate"].to_numpy()[pairs]
    moved = estimates[:, 0] - estimates[:, 1]
    sides, clear = (fits[name].to_numpy()[pairs] < claim for name in ("rate_ratio", "high"))
    return {
        "shift": float(np.exp(np.median(moved))),
        "largest": float(np.exp(np.abs(moved).max())),
        "sides_changed": int((sides[:, 0] != sides[:, 1]).sum()),
        "clear_changed": int((clear[:, 0] != clear[:, 1]).sum()),
    }


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
    """Whether all answers are on the side of the claim and most are clear."""
    return bool(answers["on_side"].all()) and float(answers["clear"].mean()) > _MOST


def _compare_choices(answers: pd.DataFrame, names: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """How far the ratio moves between the levels of each choice, the others alike, and what variance that carries."""
    estimate = answers["estimate"].to_numpy(dtype="float64")
    varied = [name for name in names if answers[name].nunique() > 1]
    dummies = {name: pd.get_dummies(answers[name], dtype="float64") for name in varied}
    dummies = {name: frame[list(dict.fromkeys(answers[name]))] for name, frame in dummies.items()}
    effects, rest = _regress(estimate, dummies)
    total = float(((estimate - estimate.mean()) ** 2).sum())
    level_rows, rows = [], []
    for name, frame in dummies.items():
        counts = frame.sum(axis=0).to_numpy()
        ratios = np.exp(estimate.mean() + effects[name] - counts @ effects[name] / counts.sum())
        without = _regress(estimate, {other: part for other, part in dummies.items() if other != name})[1]
        low, high = int(np.argmin(ratios)), int(np.argmax(ratios))
        row = {
            "choice": name,
            "low_level": str(frame.columns[low]),
            "low": float(ratios[low]),
            "high_level": str(frame.columns[high]),
            "high": float(ratios[high]),
            "factor": float(ratios[high] / ratios[low]),
            "variance_share": max(0.0, (without - rest) / total) if total > 0 else 0.0,
        }
        rows.append(row)
        level_rows += [
            {"choice": name, "level": str(level), "specifications": int(count), "ratio": float(ratio)}
            for level, count, ratio in zip(frame.columns, counts, ratios, strict=True)
        ]
    choices = pd.DataFrame(rows, columns=_CHOICE_COLUMNS)
    adjusted = pd.DataFrame(level_rows, columns=["choice", "level", "specifications", "ratio"])
    return choices.sort_values("variance_share", ascending=False, ignore_index=True, kind="stable"), adjusted


def _regress(estimate: np.ndarray, dummies: dict[str, pd.DataFrame]) -> tuple[dict[str, np.ndarray], float]:
    """Main effects of all choices by least squares, and the squares left."""
    columns = [np.ones((len(estimate), 1)), *(frame.to_numpy() for frame in dummies.values())]
    matrix = np.hstack(columns)
    solution = np.linalg.pinv(matrix.T @ matrix, rcond=1e-10, hermitian=True) @ (matrix.T @ estimate)
    ends = np.cumsum([1, *(frame.shape[1] for frame in dummies.values())])
    effects = {name: solution[a:b] for name, a, b in zip(dummies, ends[:-1], ends[1:], strict=True)}
    return effects, float(((estimate - matrix @ solution) ** 2).sum())
