"""Year effects of a panel with many agencies: agency effects concentrated out, each agency left out by one step."""

import numpy as np
import pandas as pd

_STEPS = 50
_TOLERANCE = 1e-12


def step_without_each(rows: pd.DataFrame, counts: np.ndarray, *, reference: int) -> np.ndarray:
    """Compute how far the year effects move when one agency is left out, by one Newton step from the whole fit.

    Parameters
    ----------
    rows : DataFrame
        agency_id, year: one connected panel (n), one row for each agency and year.
    counts : ndarray
        Award counts (n).
    reference : int
        Year that the others are compared with.

    Returns
    -------
    ndarray
        Moves (agencies x t), in the order of agency_ids and of the years but the reference; missing where the others
        do not identify the year effects.

    Notes
    -----
    Given the agencies' totals their counts are multinomial, so agency effects drop out (Hausman, Hall and Griliches
    1984). One step leaves out an agency with an error of the order of one over the square of the number of agencies
    (Cook and Weisberg 1982); the time grows with the number of agencies and not with its square.

    Examples
    --------
    >>> rows = pd.DataFrame({"agency_id": list("aabbcc"), "year": [1, 2] * 3})
    >>> step_without_each(rows, np.array([10.0, 20, 30, 60, 5, 12]), reference=1).round(3).tolist()
    [[0.006], [0.042], [-0.022]]
    """
    years = np.sort(rows["year"].unique())
    agencies = pd.factorize(rows["agency_id"], sort=True)[0]
    places = np.searchsorted(years, rows["year"])
    shape = (agencies.max() + 1, len(years))
    seen, told = np.zeros(shape), np.zeros(shape)
    np.add.at(seen, (agencies, places), 1.0)
    np.add.at(told, (agencies, places), counts)
    free = years != reference
    effects = np.zeros(len(years))
    for _ in range(_STEPS):
        scores, information = _terms(effects, seen, told)
        step = np.linalg.solve(information.sum(axis=0)[np.ix_(free, free)], scores.sum(axis=0)[free])
        effects[free] += step
        if np.abs(step).max() < _TOLERANCE:
            break
    scores, information = _terms(effects, seen, told)
    rest = (information.sum(axis=0) - information)[:, free][:, :, free]
    moves = np.full((shape[0], free.sum()), np.nan)
    solid = np.linalg.cond(rest) < 1 / np.finfo(float).eps ** 0.75
    moves[solid] = np.linalg.solve(rest[solid], -scores[solid][:, free, None])[:, :, 0]
    return moves


def _terms(effects: np.ndarray, seen: np.ndarray, told: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each agency's slope and information of the year effects, its own effect at its best."""
    weights = seen * np.exp(effects)
    shares = weights / weights.sum(axis=1, keepdims=True)
    totals = told.sum(axis=1)
    means = totals[:, None] * shares
    information = -means[:, :, None] * shares[:, None, :]
    places = np.arange(seen.shape[1])
    information[:, places, places] += means
    return told - means, information
