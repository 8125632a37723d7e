"""Checks of refits: which data sets have no finite, unique maximum, found before the search."""

import numpy as np
import pandas as pd

from zi_analysis.study.separation import find_separation
from zi_analysis.study.triangles import count_terms, factorise, pair_products

TOO_FEW, REPEATED, SEPARATED, NOT_CONVERGED = "too_few", "repeated", "separated", "no_answer"
_FULL_RANK = 1e-4  # clearly of full rank; what is less clear goes to the exact check


def check_refits(counts: np.ndarray, matrix: np.ndarray, use: np.ndarray) -> np.ndarray:
    """Say for each data set why it cannot be fitted, by the rules of `fit_counts`.

    Parameters
    ----------
    counts : ndarray
        Counts (replicates x n).
    matrix : ndarray
        Design matrix (n x k).
    use : ndarray of bool
        Rows that enter (replicates x n).

    Returns
    -------
    ndarray of str
        ``too_few`` rows for the terms, ``repeated`` terms, ``separated``, or "" (replicates).

    Notes
    -----
    Rows of zeros can be told apart only along a direction in which no row with a count moves. Where the rows with a
    count have full rank there is none, and most data sets are done; the others go through `find_separation`, once for
    each pattern of zeros.

    Examples
    --------
    >>> check_refits(np.array([[3.0, 2, 0]]), np.array([[1.0, 0], [1, 0], [1, 1]]), np.ones((1, 3), bool)).tolist()
    ['separated']
    """
    reason = np.full(len(counts), "", dtype="U10")
    scaled = matrix / np.maximum(np.linalg.norm(matrix, axis=0), np.finfo(float).tiny)
    inside = use & (counts > 0)
    suspects = np.flatnonzero(~_full_rank(scaled, inside))
    if len(suspects):
        patterns = np.hstack([use, inside])[suspects]
        distinct, which = np.unique(patterns, axis=0, return_inverse=True)
        found = [_check(matrix, *np.split(pattern, 2)) for pattern in distinct]
        reason[suspects] = np.array(found, dtype="U10")[which.ravel()]
    reason[use.sum(axis=1) <= matrix.shape[1]] = TOO_FEW
    return reason


def _full_rank(scaled: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Whether the rows inside the range are clearly of full rank."""
    factor = factorise(pair_products(scaled) @ inside.T.astype("float64"))
    pivots = np.cumsum(np.arange(1, count_terms(factor) + 1)) - 1
    with np.errstate(invalid="ignore"):
        return np.asarray((factor[pivots] > _FULL_RANK).all(axis=0))


def _check(matrix: np.ndarray, used: np.ndarray, inside: np.ndarray) -> str:
    """The reason against one pattern of rows."""
    part = matrix[used]
    rows, terms = part.shape
    if rows <= terms:
        return TOO_FEW
    if np.linalg.matrix_rank(part) < terms:
        return REPEATED
    named = pd.DataFrame(part, columns=[str(number) for number in range(terms)])
    return SEPARATED if find_separation(named, floor=~inside[used]) is not None else ""
