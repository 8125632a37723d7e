"""Refits: one count model fitted to many data sets at once, each as `fit_counts` would fit it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from scipy.special import gammaln, xlogy

from zi_analysis.errors import ParameterError
from zi_analysis.study.refits_checks import NOT_CONVERGED, check_refits
from zi_analysis.study.triangles import factorise, invert, pair_products, solve

_STEPS = 60
_SHARES = (1.0, 0.5, 0.1)  # of a full step; the shorter ones only for data sets that the longer ones did not settle
_TOLERANCE = 1e-10
_TOGETHER = 1024  # data sets in one pass, so that they stay in the processor's cache
_ZERO_ERROR = 1e-6  # as `standard_errors` takes it


@dataclass(frozen=True, eq=False)
class Refits:
    """Fits of one model to many data sets; a data set without an answer holds missing values, never a number.

    Attributes
    ----------
    coefficients : ndarray
        Log rates and log rate ratios (replicates x k).
    std_errors : ndarray
        Errors that trust the family's variance (replicates x k).
    std_errors_hc1 : ndarray
        Robust errors (replicates x k); missing where they would be zero.
    log_likelihood : ndarray
        With all constants (replicates).
    dispersion : ndarray
        Pearson chi-squared over residual degrees of freedom (replicates).
    alpha : ndarray
        Overdispersion, variance mu + alpha mu^2; 0 for Poisson (replicates).
    means : ndarray
        Expected counts (replicates x n), also of rows that were not used.
    converged : ndarray of bool
        Whether there is an answer (replicates).
    reason : ndarray of str
        ``""`` or why there is none: too_few, repeated, separated, no_answer (replicates).
    """

    coefficients: np.ndarray
    std_errors: np.ndarray
    std_errors_hc1: np.ndarray
    log_likelihood: np.ndarray
    dispersion: np.ndarray
    alpha: np.ndarray
    means: np.ndarray
    converged: np.ndarray
    reason: np.ndarray


@dataclass(frozen=True, eq=False)
class Sets:
    """Data sets that share a design: counts, offset, use (replicates x n), alpha (replicates), matrix (n x k)."""

    counts: np.ndarray
    matrix: np.ndarray
    offset: np.ndarray
    use: np.ndarray
    alpha: np.ndarray

    def take(self, rows: np.ndarray | slice, *, alpha: np.ndarray | None = None) -> "Sets":
        """Keep some data sets, at an alpha of their own where one is given."""
        alpha = self.alpha[rows] if alpha is None else alpha
        return Sets(self.counts[rows], self.matrix, self.offset[rows], self.use[rows], alpha)


def refit_counts(
    counts: np.ndarray,
    matrix: np.ndarray,
    *,
    offset: np.ndarray | None = None,
    use: np.ndarray | None = None,
    alpha: np.ndarray | float | None = None,
) -> Refits:
    """Fit a Poisson model, or NB2 at a known alpha, to many data sets at once.

    Parameters
    ----------
    counts : ndarray
        Counts (replicates x n).
    matrix : ndarray
        Design matrix (n x k), shared by all data sets.
    offset : ndarray, optional
        Logarithm of the exposure (n, or replicates x n).
    use : ndarray of bool, optional
        Rows that enter (replicates x n); all when left out.
    alpha : ndarray or float, optional
        Overdispersion (replicates, or one for all); Poisson when left out or 0.

    Returns
    -------
    Refits

    Raises
    ------
    ParameterError
        If shapes do not fit together, a count used is negative or not finite, or an alpha is negative.

    Notes
    -----
    Iteratively reweighted least squares (McCullagh and Nelder 1989, section 2.5) on all data sets side by side; NB2
    takes the observed information on its way and the expected one for its errors. A data set without a finite maximum
    is found before the search (Correia, Guimaraes and Zylkin 2019), not by its failing.

    Examples
    --------
    >>> fits = refit_counts(np.array([[2.0, 4, 6], [0, 0, 0]]), np.ones((3, 1)))
    >>> np.exp(fits.coefficients).round(6).tolist(), fits.reason.tolist()
    ([[4.0], [nan]], ['', 'separated'])
    """
    sets = read_sets(counts, matrix, offset=offset, use=use, alpha=alpha)
    reason = check_refits(sets.counts, sets.matrix, sets.use)
    return finish(sets, reason)


def read_sets(
    counts: np.ndarray,
    matrix: np.ndarray,
    *,
    offset: np.ndarray | None,
    use: np.ndarray | None,
    alpha: np.ndarray | float | None = None,
) -> Sets:
    """Check shapes and values, and give every data set its own offset, use and alpha.

    Parameters
    ----------
    counts, matrix, offset, use, alpha
        As for `refit_counts`.

    Returns
    -------
    Sets

    Raises
    ------
    ParameterError
        As for `refit_counts`.

    Examples
    --------
    >>> read_sets(np.ones((2, 3)), np.ones((3, 1)), offset=None, use=None).use.all().item()
    True
    """
    counts, matrix = np.asarray(counts, dtype="float64"), np.asarray(matrix, dtype="float64")
    if counts.ndim != 2 or matrix.ndim != 2 or matrix.shape[0] != counts.shape[1]:
        raise ParameterError(f"counts are {counts.shape} and the matrix {matrix.shape}; (b, n) and (n, k) are needed")
    try:
        use = np.broadcast_to(True if use is None else np.asarray(use, dtype=bool), counts.shape)
        offset = np.broadcast_to(0.0 if offset is None else np.asarray(offset, dtype="float64"), counts.shape)
        alpha = np.broadcast_to(0.0 if alpha is None else np.asarray(alpha, dtype="float64"), len(counts))
    except ValueError as error:
        raise ParameterError(f"offset, use or alpha does not fit counts of shape {counts.shape}: {error}") from error
    for name, values in (("count", counts[use]), ("alpha", alpha)):
        if not (np.isfinite(values) & (values >= 0)).all():
            raise ParameterError(f"a {name} is negative or not finite; {name}s are zero or more")
    if not np.isfinite(offset[use]).all() or not np.isfinite(matrix).all():
        raise ParameterError("an offset or a term of the matrix is not finite; an exposure must be above zero")
    offset = np.where(use, offset, 0.0) if not np.isfinite(offset).all() else offset
    return Sets(np.where(use, counts, 0.0), matrix, offset, use, alpha)


def finish(sets: Sets, reason: np.ndarray, *, start: np.ndarray | None = None) -> Refits:
    """Fit the data sets that nothing stands against, and compute their errors.

    Parameters
    ----------
    sets : Sets
        From `read_sets`.
    reason : ndarray of str
        From `check_refits`; where it is not "", nothing is fitted.
    start : ndarray, optional
        Coefficients to start from (replicates x k).

    Returns
    -------
    Refits

    Examples
    --------
    >>> sets = read_sets(np.array([[2.0, 4, 6]]), np.ones((3, 1)), offset=None, use=None)
    >>> finish(sets, np.array([""])).std_errors.round(3).tolist()
    [[0.289]]
    """
    size, terms = len(sets.counts), sets.matrix.shape[1]
    shapes = {"means": sets.counts.shape} | dict.fromkeys(
        ("coefficients", "std_errors", "std_errors_hc1"), (size, terms)
    )
    found = {field.name: np.full(shapes.get(field.name, size), np.nan) for field in fields(Refits)[:-2]}
    reason = reason.astype("U10")
    for rows in _portions(np.flatnonzero(reason == "")):
        part = sets.take(rows)
        coefficients, converged = climb(part, start=None if start is None else start[rows])
        reason[rows[~converged]] = NOT_CONVERGED
        rows, part = rows[converged], part.take(converged)
        for name, values in _describe(part, coefficients[converged]).items():
            found[name][rows] = values
    return Refits(**found, converged=reason == "", reason=reason)


def climb(sets: Sets, *, start: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Find the coefficients at which each likelihood is largest, alpha held.

    Parameters
    ----------
    sets : Sets
        Data sets that have a finite maximum.
    start : ndarray, optional
        Coefficients to start from (replicates x k); the counts themselves when left out.

    Returns
    -------
    coefficients : ndarray
        replicates x k.
    converged : ndarray of bool
        replicates.

    Examples
    --------
    >>> climb(read_sets(np.array([[2.0, 4, 6]]), np.ones((3, 1)), offset=None, use=None))[0].round(6).tolist()
    [[1.386294]]
    """
    coefficients = np.full((len(sets.counts), sets.matrix.shape[1]), np.nan)
    converged = np.zeros(len(sets.counts), dtype=bool)
    products = pair_products(sets.matrix)
    for share in _SHARES:
        rows = np.flatnonzero(~converged)
        if not len(rows):
            break
        part = sets.take(rows)
        predictor = np.log(part.counts + 0.5) - part.offset if start is None else start[rows] @ sets.matrix.T
        coefficients[rows], converged[rows] = _walk(part, predictor, products, share)
    return coefficients, converged


def _walk(sets: Sets, predictor: np.ndarray, products: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Weighted least squares again and again, each time a share of the way, until nothing moves."""
    coefficients = np.full((len(predictor), sets.matrix.shape[1]), np.nan)
    converged = np.zeros(len(predictor), dtype=bool)
    rows, open_sets, last = np.arange(len(predictor)), sets, np.full(coefficients.shape, np.inf)
    with np.errstate(all="ignore"):
        for _ in range(int(_STEPS / share)):
            aim = _step(open_sets, predictor, products)
            moved = aim if share == 1 or np.isinf(last).any() else last + share * (aim - last)
            near = (np.isfinite(aim) & (np.abs(aim - last) <= _TOLERANCE * (1 + np.abs(aim)))).all(axis=1)
            coefficients[rows], converged[rows] = aim, near
            if near.all():
                break
            last, predictor = moved, moved @ sets.matrix.T
            if near.mean() > 0.25:  # taking rows costs more than one step for a few that are done
                rows, open_sets, last, predictor = rows[~near], open_sets.take(~near), last[~near], predictor[~near]
    return coefficients, converged


def _step(sets: Sets, predictor: np.ndarray, products: np.ndarray) -> np.ndarray:
    """One weighted least squares fit of the working counts (replicates x k)."""
    means = np.exp(predictor + sets.offset)
    slopes, weights = sets.counts - means, means
    if sets.alpha.any():
        # the observed, not the expected information: at a steep alpha steps by the expected one take dozens of rounds
        spread = 1.0 + sets.alpha[:, None] * means
        slopes = slopes / spread
        weights = means * (1.0 + sets.alpha[:, None] * sets.counts) / spread**2
    weights = np.where(sets.use, weights, 0.0)
    right = (weights * predictor + np.where(sets.use, slopes, 0.0)) @ sets.matrix
    return solve(factorise(products @ weights.T), right.T).T


def _describe(sets: Sets, coefficients: np.ndarray) -> dict[str, np.ndarray]:
    """Everything that is told of converged fits."""
    means = np.exp(coefficients @ sets.matrix.T + sets.offset)
    variance = means + sets.alpha[:, None] * means**2
    rests = np.where(sets.use, sets.counts - means, 0.0)
    rows, terms = sets.use.sum(axis=1), coefficients.shape[1]
    bread = invert(factorise(pair_products(sets.matrix) @ np.where(sets.use, means**2 / variance, 0.0).T))
    trusting = np.sqrt(np.diagonal(bread, axis1=1, axis2=2))
    scores = (rests * means / variance)[:, :, None] * (sets.matrix @ bread)
    robust = np.sqrt((scores**2).sum(axis=1) * (rows / (rows - terms))[:, None])
    return {
        "coefficients": coefficients,
        "std_errors": trusting,
        "std_errors_hc1": np.where(robust < _ZERO_ERROR * trusting, np.nan, robust),
        "log_likelihood": _log_likelihood(sets, means),
        "dispersion": (rests**2 / variance).sum(axis=1) / (rows - terms),
        "alpha": sets.alpha,
        "means": means,
    }


def _log_likelihood(sets: Sets, means: np.ndarray) -> np.ndarray:
    """Poisson where alpha is zero, else NB2, with all constants."""
    parts = xlogy(sets.counts, means) - means - gammaln(sets.counts + 1)
    rows = sets.alpha > 0
    if rows.any():
        alpha, counts, expected = sets.alpha[rows, None], sets.counts[rows], means[rows]
        parts[rows] = gammaln(counts + 1 / alpha) - gammaln(1 / alpha) - gammaln(counts + 1)
        parts[rows] += xlogy(counts, alpha * expected) - (counts + 1 / alpha) * np.log1p(alpha * expected)
    return np.where(sets.use, parts, 0.0).sum(axis=1)


def _portions(rows: np.ndarray) -> Iterator[np.ndarray]:
    """Part the rows, so that memory stays small."""
    return (rows[at : at + _TOGETHER] for at in range(0, len(rows), _TOGETHER))
