"""How right the matching is: answers on spellings whose truth is known, and what other thresholds would give."""

from collections.abc import Sequence

import pandas as pd

from zi_analysis.evidence.register import Register
from zi_analysis.evidence.resolve import resolve_agencies

HALVES = ("tuning", "test")
_NEVER = 101.0  # no likeness reaches it
_ANSWER = ["found_id", "found", "method", "score", "outcome"]


def score_spellings(labelled: pd.DataFrame, register: Register, *, least_score: float | None = None) -> pd.DataFrame:
    """Resolve labelled spellings and compare the answers with the truth.

    Parameters
    ----------
    labelled : DataFrame
        Table labelled_spellings; an empty agency_id means that the spelling must stay open.
    register : Register
        From ``load_register``.
    least_score : float, optional
        Points of likeness that a name must reach; the package's own when left out.

    Returns
    -------
    DataFrame
        The spellings with found_id, found (name), method, score and outcome: right (the body meant, or open
        where it must stay open), open (left open though it means a body) or wrong.

    Examples
    --------
    >>> score_spellings(load_table("labelled_spellings"), load_register())  # doctest: +SKIP
    """
    asked = labelled.drop(columns="agency_id")
    options = {} if least_score is None else {"least_score": least_score}
    answers = resolve_agencies(asked, name="spelling", unit="unit", year="year", register=register, **options)
    found, truth = answers["agency_id"].fillna(""), labelled["agency_id"].fillna("")
    outcome = pd.Series("right", index=labelled.index).mask((found == "") & (truth != ""), "open")
    outcome = outcome.mask((found != "") & (found != truth), "wrong")
    told = answers[["agency_id", "agency", "method", "score"]].set_axis(_ANSWER[:-1], axis=1)
    return labelled.join(told).assign(outcome=outcome)


def trace_curve(labelled: pd.DataFrame, register: Register, *, scores: Sequence[float]) -> pd.DataFrame:
    """Tell what each threshold of likeness would leave open and get wrong.

    Spellings that the loosest threshold and none answer alike do not hang on it and are resolved once.

    Parameters
    ----------
    labelled, register
        As in ``score_spellings``.
    scores : sequence of float
        Thresholds to try.

    Returns
    -------
    DataFrame
        Columns half, least_score, right, open, wrong (shares of one of the spellings that mean a body), matched
        (how many that must stay open got one).

    Examples
    --------
    >>> trace_curve(labelled, register, scores=[70, 80, 90])  # doctest: +SKIP
    """
    loosest = score_spellings(labelled, register, least_score=min(scores))
    strictest = score_spellings(labelled, register, least_score=_NEVER)
    hanging = loosest["found_id"].fillna("") != strictest["found_id"].fillna("")
    rows = []
    for score in scores:
        asked = labelled[hanging]
        moved = score_spellings(asked, register, least_score=score) if len(asked) else loosest[hanging]
        scored = pd.concat([loosest[~hanging], moved])
        rows += [{"half": half, "least_score": score, **_shares(scored[scored["half"] == half])} for half in HALVES]
    return pd.DataFrame(rows)


def _shares(scored: pd.DataFrame) -> dict[str, float]:
    """Shares of the outcomes among spellings that mean a body, and how many others got one."""
    means = scored["agency_id"].fillna("") != ""
    outcomes = scored.loc[means, "outcome"]
    shares = {name: float((outcomes == name).mean()) for name in ("right", "open", "wrong")}
    return {**shares, "matched": int((scored.loc[~means, "outcome"] == "wrong").sum())}
