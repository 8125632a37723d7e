"""Shuffles: what a specification curve would look like if its years or its groups were interchangeable."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.refits import refit_counts
from zi_analysis.study.spec_grid import Grid


@dataclass(frozen=True, eq=False)
class ShuffledCurve:
    """The median ratio of a sample of specifications, beside those of shuffled data.

    Attributes
    ----------
    observed : float
        Median rate ratio of the sample.
    shuffled : ndarray
        The same for each shuffle (R).
    p_value : float
        Share of medians at most as large as the observed one, which is counted in.
    specifications : int
        Size of the sample.
    """

    observed: float
    shuffled: np.ndarray
    p_value: float
    specifications: int


def shuffle_curve(
    grid: Grid, fits: pd.DataFrame, *, seed: int, replicates: int = 99, specifications: int = 100
) -> ShuffledCurve:
    """Shuffle the data under a sample of specifications, refit them all, and compare the medians.

    For ``rules`` the years change places, each with its counts and exposures; for the other findings the two groups
    change places in some years. Either way the finding is about nothing in the shuffled data.

    Parameters
    ----------
    grid : Grid
        Specifications of a finding.
    fits : DataFrame
        From ``fit_grid``.
    seed : int
        Seed of the sample and of the shuffles.
    replicates : int
        Number of shuffles (R).
    specifications : int
        Size of the sample, drawn from the defensible Poisson specifications with an answer.

    Returns
    -------
    ShuffledCurve

    Raises
    ------
    StudyRefusal
        If no specification has an answer.

    Notes
    -----
    The joint test of Simonsohn, Simmons and Nelson (2020) with the median as statistic. It takes years to be
    exchangeable; a trend or serial dependence makes them less so, and the p-value too small.
    """
    usable = (fits["refusal"] == "") & fits["defensible"] & (fits["family"] == "quasi")
    places = np.flatnonzero(usable.to_numpy())
    if not len(places):
        raise StudyRefusal("no specification of this finding has an answer", key="spec_no_answers")
    random = np.random.default_rng(seed)
    sample = grid.take(np.sort(random.choice(places, size=min(specifications, len(places)), replace=False)))
    orders = [_order(grid, random) for _ in range(replicates)]
    observed = float(np.median(_estimates(sample, [np.arange(len(grid.points))])))
    shuffled = np.nanmedian(_estimates(sample, orders), axis=1)
    at_most = int((shuffled <= observed + 1e-12).sum())
    p_value = (at_most + 1) / (replicates + 1)
    return ShuffledCurve(float(np.exp(observed)), np.exp(shuffled), p_value, len(sample.choices))


def _order(grid: Grid, random: np.random.Generator) -> np.ndarray:
    """New places of the points."""
    size = len(grid.points)
    if grid.finding == "rules":
        return random.permutation(size)
    years = size // 2
    swapped = np.tile(random.random(years) < 0.5, 2)
    return np.where(swapped, (np.arange(size) + years) % size, np.arange(size))


def _estimates(grid: Grid, orders: list[np.ndarray]) -> np.ndarray:
    """Log rate ratios of every order of the points (R x S); missing where one has no answer."""
    found = np.full((len(orders), len(grid.choices)), np.nan)
    for time, matrix in grid.matrices.items():
        rows = np.flatnonzero((grid.choices["time"] == time).to_numpy())
        if len(rows):
            part = grid.take(rows)
            arrays = [np.concatenate([array[:, order] for order in orders]) for array in (part.counts, part.use)]
            offset = np.concatenate([np.log(part.exposures)[:, order] for order in orders])
            fit = refit_counts(arrays[0], matrix.to_numpy(), offset=offset, use=arrays[1])
            estimates = fit.coefficients[:, matrix.columns.get_loc(grid.term)]
            found[:, rows] = estimates.reshape(len(orders), len(rows))
    return found
