"""Compare coarsened fits: both families, the cells that are exact alone, and middles of bounds taken as counts."""

from collections.abc import Callable
from dataclasses import dataclass

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.coarsened import CoarsenedFit, fit_coarsened
from zi_analysis.study.coarsened_evidence import CoarseEvidence
from zi_analysis.study.counts import CountFit, fit_counts

MODELS = ("nb2", "poisson", "complete", "middle")


@dataclass(frozen=True, eq=False)
class CoarsenedComparison:
    """The same evidence under several models, by the names in ``MODELS``.

    Attributes
    ----------
    fits : dict
        Name -> fit: nb2 (with profile_t intervals) and poisson use all that is known; complete only exact cells
        (Poisson, HC1); middle takes the middle of each bounded cell as if it were a count (NB2).
    refusals : dict
        Name -> reason, of the models that cannot answer.
    best : CoarsenedFit
        nb2 where it answers, else poisson.
    evidence : CoarseEvidence
        What was fitted.
    """

    fits: dict[str, CoarsenedFit | CountFit]
    refusals: dict[str, str]
    best: CoarsenedFit
    evidence: CoarseEvidence


def compare_coarsened(evidence: CoarseEvidence) -> CoarsenedComparison:
    """Fit coarse evidence under both families, and beside them what exact cells or middles alone would say.

    Parameters
    ----------
    evidence : CoarseEvidence
        From ``coarse_cells``.

    Returns
    -------
    CoarsenedComparison

    Raises
    ------
    StudyRefusal
        If not even the Poisson model of all that is known can be fitted.

    Examples
    --------
    >>> import pandas as pd
    >>> cells = pd.DataFrame({"year": [2019, 2020, 2021], "lower": [3, 4, 5], "upper": [3, 6, 5]})
    >>> sums = pd.DataFrame({"year": [2020], "total": [5]})
    >>> sorted(compare_coarsened(CoarseEvidence(cells, sums, "year", None, (), ())).refusals)
    ['complete', 'middle', 'nb2']
    """
    fits: dict[str, CoarsenedFit | CountFit] = {}
    refusals: dict[str, str] = {}
    poisson = _fit(evidence, "poisson")
    try:
        best = fits["nb2"] = _fit(evidence, "nb2")
    except StudyRefusal as reason:
        best, refusals["nb2"] = poisson, str(reason)
    fits["poisson"] = poisson
    plain: dict[str, Callable[[CoarseEvidence], CountFit]] = {"complete": _fit_complete, "middle": _fit_middle}
    for name, fit in plain.items():
        try:
            fits[name] = fit(evidence)
        except StudyRefusal as reason:
            refusals[name] = str(reason)
    return CoarsenedComparison(fits, refusals, best, evidence)


def _fit(evidence: CoarseEvidence, family: str) -> CoarsenedFit:
    """Plain profile intervals of nb2 are too short at the evidence's size."""
    return fit_coarsened(
        evidence.cells,
        evidence.sums,
        formula=evidence.formula,
        exposure=evidence.exposure,
        family=family,
        intervals="profile_t" if family == "nb2" else "profile",
    )


def _fit_complete(evidence: CoarseEvidence) -> CountFit:
    """The exact cells alone."""
    cells = evidence.cells
    exact = cells[(cells["lower"] == cells["upper"]).fillna(value=False)]
    if exact.empty:
        raise StudyRefusal("no cell is exact")
    counts = exact.assign(award_count=exact["lower"].astype("int64"))
    return fit_counts(counts, formula=f"award_count ~ {evidence.formula}", exposure=evidence.exposure, covariance="HC1")


def _fit_middle(evidence: CoarseEvidence) -> CountFit:
    """The middle of each cell's bounds as if it were published."""
    bounded = evidence.cells[evidence.cells["upper"].notna()]
    if bounded.empty:
        raise StudyRefusal("no cell has an upper bound")
    middle = ((bounded["lower"] + bounded["upper"]) // 2).astype("int64")
    counts = bounded.assign(award_count=middle)
    return fit_counts(counts, formula=f"award_count ~ {evidence.formula}", exposure=evidence.exposure, family="nb2")
