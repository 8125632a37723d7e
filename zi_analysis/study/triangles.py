"""Triangles: solve many small symmetric systems at once, each step over all of them."""

import numpy as np


def pair_products(matrix: np.ndarray) -> np.ndarray:
    """Multiply every column with itself and those before it.

    Parameters
    ----------
    matrix : ndarray
        n x k.

    Returns
    -------
    ndarray
        k(k + 1)/2 x n, in the order (0, 0), (1, 0), (1, 1), (2, 0) ...; times weights (n) it is X'WX.

    Examples
    --------
    >>> pair_products(np.array([[1.0, 2.0]])).tolist()
    [[1.0], [2.0], [4.0]]
    """
    left, right = np.tril_indices(matrix.shape[1])
    return (matrix[:, left] * matrix[:, right]).T


def factorise(lower: np.ndarray) -> np.ndarray:
    """Take the Cholesky factor of many symmetric matrices.

    Parameters
    ----------
    lower : ndarray
        Lower triangles, row by row (k(k + 1)/2 x b).

    Returns
    -------
    ndarray
        Lower triangles of the factors in the same order; missing values where a matrix is not positive definite.

    Notes
    -----
    Written out, because LAPACK starts once for each matrix, which at few terms takes longer than the arithmetic; and no
    matrix that fails stops the others.

    Examples
    --------
    >>> factorise(np.array([[4.0], [2.0], [10.0]])).tolist()
    [[2.0], [1.0], [3.0]]
    """
    factor = np.empty_like(lower)
    with np.errstate(invalid="ignore", divide="ignore"):
        for row in range(count_terms(lower)):
            for column in range(row + 1):
                rest = lower[_at(row, column)].copy()
                for before in range(column):
                    rest -= factor[_at(row, before)] * factor[_at(column, before)]
                factor[_at(row, column)] = np.sqrt(rest) if row == column else rest / factor[_at(column, column)]
    return factor


def solve(factor: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Solve the systems whose factors are given.

    Parameters
    ----------
    factor : ndarray
        From `factorise` (k(k + 1)/2 x b).
    right : ndarray
        Right sides (k x b).

    Returns
    -------
    ndarray
        k x b.

    Examples
    --------
    >>> solve(np.array([[2.0], [1.0], [3.0]]), np.array([[8.0], [14.0]])).round(12).tolist()
    [[1.444444444444], [1.111111111111]]
    """
    terms, answer = len(right), right.copy()
    for row in range(terms):
        for before in range(row):
            answer[row] -= factor[_at(row, before)] * answer[before]
        answer[row] /= factor[_at(row, row)]
    for row in reversed(range(terms)):
        for after in range(row + 1, terms):
            answer[row] -= factor[_at(after, row)] * answer[after]
        answer[row] /= factor[_at(row, row)]
    return answer


def invert(factor: np.ndarray) -> np.ndarray:
    """Invert the matrices whose factors are given.

    Parameters
    ----------
    factor : ndarray
        From `factorise` (k(k + 1)/2 x b).

    Returns
    -------
    ndarray
        b x k x k.

    Examples
    --------
    >>> invert(np.array([[2.0], [0.0], [4.0]])).tolist()
    [[[0.25, 0.0], [0.0, 0.0625]]]
    """
    terms, size = count_terms(factor), factor.shape[1]
    units = (np.repeat(column[:, None], size, axis=1) for column in np.eye(terms))
    return np.stack([solve(factor, unit) for unit in units]).transpose(2, 0, 1)


def count_terms(lower: np.ndarray) -> int:
    """Tell k from the k(k + 1)/2 entries of a triangle.

    Parameters
    ----------
    lower : ndarray
        k(k + 1)/2 x b.

    Returns
    -------
    int

    Examples
    --------
    >>> count_terms(np.ones((6, 1)))
    3
    """
    return int((np.sqrt(8 * len(lower) + 1) - 1) / 2)


def _at(row: int, column: int) -> int:
    """Place of an entry of the lower triangle."""
    return row * (row + 1) // 2 + column
