"""Lone points: specifications in which one point alone decides a term, so that a robust error means nothing."""

import numpy as np

_WHOLE = 1 - 1e-9


def find_lone_points(design: np.ndarray, use: np.ndarray) -> np.ndarray:
    """Find the sets of points in which one point has leverage 1.

    Without that point a term could not be told, so its residual is zero whatever its count, and a robust error that is
    made of residuals leaves its chance out.

    Parameters
    ----------
    design : ndarray
        Design matrix (n x k).
    use : ndarray of bool
        Points used (S x n).

    Returns
    -------
    ndarray of bool
        Whether there is such a point (S).

    Notes
    -----
    A leverage is an element of the diagonal of the hat matrix (Hoaglin and Welsch 1978); a leverage of 1 stays 1 under
    any weights.

    Examples
    --------
    >>> design = np.array([[1.0, 0], [1, 0], [1, 1], [1, 1]])
    >>> find_lone_points(design, np.array([[True, True, True, True], [True, True, True, False]])).tolist()
    [False, True]
    """
    patterns, which = np.unique(use, axis=0, return_inverse=True)
    return np.array([_has_whole_leverage(design[used]) for used in patterns])[which.ravel()]


def _has_whole_leverage(points: np.ndarray) -> bool:
    """Whether a point is fitted exactly whatever its value."""
    basis = np.linalg.qr(points)[0]
    return bool(((basis**2).sum(axis=1) > _WHOLE).any())
