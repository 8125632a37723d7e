"""Checks of a specification grid: which specifications have no finite, unique answer, and why."""

import numpy as np
import pandas as pd

from zi_analysis.study.separation import find_separation
from zi_analysis.study.spec_grid import Grid

TOO_FEW, REPEATED, SEPARATED, ONE_POINT = "too_few", "repeated", "separated", "one_point"


def check_grid(grid: Grid) -> np.ndarray:
    """Say for each specification why it cannot be fitted.

    The rules are those of `fit_counts`: at least one point more than terms, no repeated terms, no separation. One is
    added: a robust error asks for at least two points behind every term, as the residual of a point that alone decides
    a term is zero whatever its count.

    Parameters
    ----------
    grid : Grid
        From ``grid_rules``, ``grid_predicates`` or ``grid_types``.

    Returns
    -------
    ndarray of str
        ``too_few``, ``repeated``, ``separated``, ``one_point``, or "" where nothing stands against a fit (S).

    Examples
    --------
    >>> from zi_analysis.study.spec_evidence import Figures
    >>> from zi_analysis.study.spec_grid import grid_rules
    >>> awards = np.full((3, 1, 3, 3), 9.0)
    >>> figures = Figures(np.arange(2021, 2024), ("settled",), awards, {"none": np.ones((1, 3))})
    >>> sorted(set(check_grid(grid_rules(figures, predicates=["WBK"])).tolist()))
    ['', 'one_point', 'too_few']
    """
    zero = grid.use & (grid.counts == 0)
    reasons = np.full(len(grid.choices), "", dtype="U10")
    for time, matrix in grid.matrices.items():
        rows = np.flatnonzero((grid.choices["time"] == time).to_numpy())
        if not len(rows):
            continue
        patterns, which = np.unique(np.hstack([grid.use, zero])[rows], axis=0, return_inverse=True)
        width = grid.use.shape[1]
        found = [_check(matrix, pattern[:width], pattern[width:]) for pattern in patterns]
        reasons[rows] = np.array(found)[which.ravel()]
    robust = (grid.choices["family"] == "robust").to_numpy()
    reasons[(reasons == ONE_POINT) & ~robust] = ""
    return reasons


def _check(matrix: pd.DataFrame, used: np.ndarray, zero: np.ndarray) -> str:
    part = matrix[used]
    rows, terms = part.shape
    if rows < terms + 1:
        return TOO_FEW
    if np.linalg.matrix_rank(part.to_numpy()) < terms:
        return REPEATED
    if zero.any() and find_separation(part, floor=zero[used]) is not None:
        return SEPARATED
    return ONE_POINT if _alone(part.to_numpy()) else ""


def _alone(matrix: np.ndarray) -> bool:
    """Whether a point has leverage 1: without it a term could not be told."""
    basis = np.linalg.qr(matrix)[0]
    return bool(((basis**2).sum(axis=1) > 1 - 1e-9).any())
