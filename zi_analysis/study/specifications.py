"""Specification curves: three findings under every defensible choice of figures, years, exposure and model."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.evidence.assemble import Evidence
from zi_analysis.study.counts import CountFit, fit_counts
from zi_analysis.study.series import EXPOSURES
from zi_analysis.study.spec_evidence import Figures, gather_figures, list_alternatives
from zi_analysis.study.spec_fits import fit_grid
from zi_analysis.study.spec_grid import Grid, grid_predicates, grid_rules
from zi_analysis.study.spec_summary import CurveSummary, summarise_curve
from zi_analysis.study.spec_types import grid_types, name_local, recount_types

_FITTED = {"robust": ("poisson", "HC1"), "quasi": ("poisson", "model"), "nb2": ("nb2", "model")}


@dataclass(frozen=True, eq=False)
class Curve:
    """A finding's specifications, their answers, and what they say together."""

    grid: Grid
    fits: pd.DataFrame  # as of ``fit_grid``
    summary: CurveSummary


@dataclass(frozen=True, eq=False)
class SampleCheck:
    """Specifications of a grid fitted again, one at a time."""

    places: np.ndarray  # of the specifications drawn
    refused: int  # of them by `fit_counts`, whose search for alpha ends sooner
    largest_difference: float  # between estimates, relative to the larger of 1 and the estimate


def curve_rules(evidence: Evidence, *, years: Sequence[int], predicate: str) -> Curve:
    """Fit every specification of "fewer awards in the years under the rules of 2021 than before".

    Parameters
    ----------
    evidence : Evidence
        From ``build_evidence``.
    years : sequence of int
        Evaluation years.
    predicate : str
        WBK, WBBM, or all for the total and both predicates, each by itself.

    Returns
    -------
    Curve

    Raises
    ------
    StudyRefusal
        If the years hold no exact count, lie on one side of the rules, or no specification answers.
    """
    figures = _national_figures(evidence, years)
    return draw_curve(grid_rules(figures, predicates=_predicates(predicate)))


def curve_predicates(evidence: Evidence, *, years: Sequence[int], predicate: str) -> Curve:
    """Fit every specification of "WBBM is awarded less than half as often as WBK".

    Parameters
    ----------
    evidence, years, predicate
        As in ``curve_rules``.

    Returns
    -------
    Curve

    Raises
    ------
    StudyRefusal
        If a single predicate is chosen, the years hold no exact count, or no specification answers.
    """
    if predicate != "all":
        raise StudyRefusal(f"{predicate} alone cannot be compared with the other predicate", key="spec_one_predicate")
    return draw_curve(grid_predicates(_national_figures(evidence, years)))


def curve_types(evidence: Evidence, *, years: Sequence[int], predicate: str, types: Sequence[str]) -> Curve:
    """Fit every specification of "local governments win less often, per agency, than central ones".

    Parameters
    ----------
    evidence, years, predicate
        As in ``curve_rules``.
    types : sequence of str
        ``central`` and the local types that are compared with it.

    Returns
    -------
    Curve

    Raises
    ------
    StudyRefusal
        If the types cannot be compared, or no specification answers.
    """
    name_local(types)  # refuse before the long count
    tables = recount_types(evidence, years=years)
    return draw_curve(grid_types(tables, types=types, predicates=_predicates(predicate), years=years))


def draw_curve(grid: Grid) -> Curve:
    """Fit a grid and summarise it.

    Parameters
    ----------
    grid : Grid
        Specifications of a finding.

    Returns
    -------
    Curve

    Raises
    ------
    StudyRefusal
        If no defensible specification answers.

    Examples
    --------
    >>> awards = np.tile(np.array([4.0, 8, 9, 2, 4]), (3, 1, 3, 1))
    >>> figures = Figures(np.arange(2019, 2024), ("settled",), awards, {"none": np.ones((1, 5))})
    >>> draw_curve(grid_rules(figures, predicates=["all"])).summary.on_side
    1.0
    """
    fits = fit_grid(grid)
    summary = summarise_curve(fits, finding=grid.finding, claim=grid.claim, written=grid.written)
    return Curve(grid, fits, summary)


def check_sample(curve: Curve, *, seed: int, size: int = 8) -> SampleCheck:
    """Fit a random sample of specifications again, one at a time, with `fit_counts`.

    Parameters
    ----------
    curve : Curve
        A finding's specifications with their answers.
    seed : int
        Seed of the draw.
    size : int
        Specifications drawn from those with an answer.

    Returns
    -------
    SampleCheck
    """
    answered = np.flatnonzero((curve.fits["refusal"] == "").to_numpy())
    random = np.random.default_rng(seed)
    places = np.sort(random.choice(answered, size=min(size, len(answered)), replace=False))
    differences = []
    for place in places:
        told = float(curve.fits["estimate"].iloc[place])
        try:
            again = refit_alone(curve.grid, int(place)).coefficients.set_index("term")["estimate"]
        except StudyRefusal:
            continue
        differences.append(abs(float(again["compared"]) - told) / max(1.0, abs(told)))
    return SampleCheck(places, len(places) - len(differences), max(differences, default=0.0))


def refit_alone(grid: Grid, place: int) -> CountFit:
    """Fit one specification of a grid with `fit_counts`; the finding's term is named ``compared``.

    Parameters
    ----------
    grid : Grid
        Specifications of a finding.
    place : int
        Place of the specification.

    Returns
    -------
    CountFit

    Raises
    ------
    StudyRefusal
        If `fit_counts` refuses.
    """
    used = grid.use[place]
    names = {"year": "time", "after": "rules", grid.term: "compared"}
    matrix = grid.matrices[grid.choices["time"].iloc[place]].drop(columns="Intercept")
    terms = matrix.loc[used].rename(columns={name: names[name] for name in matrix if name in names})
    table = terms.assign(award_count=grid.counts[place, used], exposure=grid.exposures[place, used])
    family, covariance = _FITTED[grid.choices["family"].iloc[place]]
    formula = "award_count ~ " + " + ".join(terms.columns)
    return fit_counts(table, formula=formula, exposure="exposure", family=family, covariance=covariance)


def _national_figures(evidence: Evidence, years: Sequence[int]) -> Figures:
    """Gather the counts and exposures of the whole, with those that disagree."""
    settlement, counted = evidence.settlement, evidence.counted
    alternatives = list_alternatives(settlement.conflicts, settlement.settled, years=years)
    measures = ["none", *(name for name in EXPOSURES if name != "none")]
    return gather_figures(counted.cells, counted.exposures, alternatives, years=years, measures=measures)


def _predicates(predicate: str) -> list[str]:
    """The predicates that a choice covers."""
    return ["all", "WBK", "WBBM"] if predicate == "all" else [predicate]
