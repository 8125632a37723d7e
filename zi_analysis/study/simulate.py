"""Simulation: what a fitted model would make of itself."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.counts import CountFit, fit_counts


@dataclass(frozen=True)
class SimulatedDispersion:
    """The dispersion of data drawn from a Poisson fit, beside the one observed."""

    observed: float
    draws: np.ndarray  # shape (replicates,): dispersion of each simulated and refitted data set
    p_value: float  # share of simulated dispersions at least as large, the observed one counted in


def simulate_dispersion(
    counts: pd.DataFrame,
    fit: CountFit,
    *,
    formula: str,
    exposure: str | None,
    seed: int,
    replicates: int = 199,
) -> SimulatedDispersion:
    """Draw data sets from a Poisson fit, refit each, and see how often the dispersion is as large as observed.

    A check of the asymptotic dispersion test that needs no asymptotics (parametric bootstrap, Davison and
    Hinkley 1997, chapter 4).

    Parameters
    ----------
    counts : DataFrame
        The rows that were fitted, in the same order.
    fit : CountFit
        A Poisson fit of them.
    formula, exposure
        As given to ``fit_counts``.
    seed : int
        Seed of the draws.
    replicates : int
        Number of simulated data sets.

    Returns
    -------
    SimulatedDispersion

    Raises
    ------
    StudyRefusal
        If the fit is no Poisson fit.
    """
    if fit.family != "poisson":
        raise StudyRefusal(f"the dispersion is simulated from a Poisson fit, not from {fit.family}")
    response = formula.split("~")[0].strip()
    means = fit.expected["expected"].to_numpy()
    random = np.random.default_rng(seed)
    draws = [
        _dispersion_of(counts.assign(**{response: random.poisson(means)}), formula, exposure) for _ in range(replicates)
    ]
    usable = np.array([draw for draw in draws if draw is not None])
    above = int((usable >= fit.dispersion).sum())
    return SimulatedDispersion(fit.dispersion, usable, (above + 1) / (len(usable) + 1))


def _dispersion_of(drawn: pd.DataFrame, formula: str, exposure: str | None) -> float | None:
    """Dispersion of one simulated data set; None where the draw cannot be fitted (a group without awards)."""
    try:
        return fit_counts(drawn, formula=formula, exposure=exposure).dispersion
    except StudyRefusal:
        return None
