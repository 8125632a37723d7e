"""The coarsened fit of the real evidence: its exact gradient against differences of the same likelihood."""

import time
from typing import Any

import numpy as np
from scipy.optimize import minimize

from zi_analysis.evidence.assemble import build_evidence
from zi_analysis.study.coarsened import find_maximum
from zi_analysis.study.coarsened_evidence import CoarseEvidence, coarse_cells
from zi_analysis.study.coarsened_surface import Surface, find_top, guess_start

TYPES = ("central", "province", "regency", "city")
YEARS = range(2015, 2025)  # of 2025 only least counts are known: its own rate would have no upper end
FORMULA = "C(agency_type, Treatment('central')) + C(year)"


def national_evidence() -> CoarseEvidence:
    """Everything that the evidence says of both predicates added up, by year and type."""
    counted = build_evidence(track="national").counted
    return coarse_cells(counted, years=YEARS, predicates=["all"], agency_types=TYPES)


def make_surface(evidence: CoarseEvidence, formula: str) -> Surface:
    """The Poisson likelihood of the evidence."""
    return find_maximum(evidence.cells, evidence.sums, formula=formula, exposure=evidence.exposure).surface


def compare_gradients(evidence: CoarseEvidence | None = None, *, formula: str | None = None) -> dict[str, Any]:
    """Fit once with the exact gradient and once with finite differences, from the same start, in one run.

    Both are what a user could do with the same exact likelihood; the rival is ``scipy.optimize.minimize`` (BFGS)
    with its default differences.

    Parameters
    ----------
    evidence : CoarseEvidence, optional
        The national evidence when left out.
    formula : str, optional
        Agency type and a rate for every year when left out.

    Returns
    -------
    dict
        cells, parameters, seconds_gradient, seconds_differences, evaluations_differences,
        ratio (how many times as long the differences take), difference (of the two maxima of the log-likelihood),
        largest_step (largest difference of a coefficient).
    """
    given = national_evidence() if evidence is None else evidence
    surface = make_surface(given, FORMULA if formula is None else formula)
    start = guess_start(surface)
    counter = [0]

    def fall(place: np.ndarray) -> float:
        counter[0] += 1
        return -surface.weigh(place).log_likelihood

    begin = time.perf_counter()
    own = find_top(surface, start, tolerance=1e-9)
    between = time.perf_counter()
    rival = minimize(fall, start, method="BFGS")
    end = time.perf_counter()
    return {
        "cells": len(surface.offset),
        "parameters": surface.size,
        "seconds_gradient": between - begin,
        "seconds_differences": end - between,
        "evaluations_differences": counter[0],
        "ratio": (end - between) / (between - begin),
        "difference": own.log_likelihood + rival.fun,
        "largest_step": float(np.abs(own.place - rival.x).max()),
    }


if __name__ == "__main__":
    for name, value in compare_gradients().items():
        print(f"{name}: {value:.6g}")
