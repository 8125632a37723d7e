"""Errors of refits that allow the rows of a group to depend on each other."""

import numpy as np

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.refits import Refits, refit_counts
from zi_analysis.study.triangles import factorise, invert, pair_products


def cluster_errors(counts: np.ndarray, matrix: np.ndarray, refits: Refits, *, groups: np.ndarray) -> np.ndarray:
    """Compute clustered standard errors of Poisson refits that use all rows.

    Parameters
    ----------
    counts : ndarray
        Counts (replicates x n), as refitted.
    matrix : ndarray
        Design matrix (n x k).
    refits : Refits
        From ``refit_counts`` without `use` and alpha.
    groups : ndarray
        Cluster of each row (n).

    Returns
    -------
    ndarray
        replicates x k; missing where there is no answer.

    Raises
    ------
    StudyRefusal
        If there is one cluster only.

    Notes
    -----
    The errors of `standard_errors` with ``covariance="cluster"`` (Zeileis, Koell and Graham 2020).

    Examples
    --------
    >>> counts, matrix = np.array([[2.0, 4, 9, 5]]), np.ones((4, 1))
    >>> groups = np.array([1, 1, 2, 2])
    >>> cluster_errors(counts, matrix, refit_counts(counts, matrix), groups=groups).round(3).tolist()
    [[0.4]]
    """
    names, numbers = np.unique(groups, return_inverse=True)
    _check_groups(len(names))
    means, (rows, terms) = refits.means, matrix.shape
    bread = invert(factorise(pair_products(matrix) @ np.nan_to_num(means, nan=1.0).T))
    members = (numbers[:, None] == np.arange(len(names))).astype("float64")
    sums = np.einsum("bn,nk,ng->bgk", counts - means, matrix, members, optimize=True)
    factor = (rows - 1) / (rows - terms) * len(names) / (len(names) - 1)
    return np.asarray(np.sqrt(factor * ((sums @ bread) ** 2).sum(axis=1)))


def jackknife_errors(
    counts: np.ndarray, matrix: np.ndarray, *, groups: np.ndarray, offset: np.ndarray | None = None
) -> np.ndarray:
    """Compute standard errors from fits that leave out one group at a time.

    Parameters
    ----------
    counts : ndarray
        Counts (replicates x n).
    matrix : ndarray
        Design matrix (n x k).
    groups : ndarray
        Group of each row (n); with a group for each row the errors allow any variance.
    offset : ndarray, optional
        Logarithm of the exposure (n, or replicates x n).

    Returns
    -------
    ndarray
        replicates x k; missing where a fit has no answer.

    Raises
    ------
    StudyRefusal
        If there is one group only.

    Notes
    -----
    The square root of (G - 1) / G times the sum of squares of what each group moves, CV3 of MacKinnon, Nielsen and
    Webb (2023). Larger than the clustered errors where a few groups decide a term.

    Examples
    --------
    >>> counts, matrix = np.array([[2.0, 4, 9, 5]]), np.ones((4, 1))
    >>> jackknife_errors(counts, matrix, groups=np.array([1, 1, 2, 2])).round(3).tolist()
    [[0.433]]
    """
    names, numbers = np.unique(groups, return_inverse=True)
    _check_groups(len(names))
    whole = refit_counts(counts, matrix, offset=offset).coefficients
    moved = np.zeros(whole.shape)
    for group in range(len(names)):
        use = np.broadcast_to(numbers != group, counts.shape)
        moved += (refit_counts(counts, matrix, offset=offset, use=use).coefficients - whole) ** 2
    return np.asarray(np.sqrt(moved * (len(names) - 1) / len(names)))


def _check_groups(groups: int) -> None:
    """Refuse errors by a single group."""
    if groups < 2:
        raise StudyRefusal("errors by group need at least two groups", key="refit_groups", groups=groups)
