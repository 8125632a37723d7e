"""The beta-binomial likelihood with its slope and curvature, exact down to independent trials."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, gammaln


@dataclass(frozen=True, eq=False)
class TrialSteps:
    """Counts of trials, laid out as the single steps of the products of the likelihood.

    Row i has factors p + j theta for j = 0 .. successes - 1, 1 - p + j theta for the failures, and 1 + j theta for all
    its trials; each list holds the j, and beside it the row it belongs to.
    """

    rows: int
    won_step: np.ndarray
    won_row: np.ndarray
    lost_step: np.ndarray
    lost_row: np.ndarray
    tried_step: np.ndarray
    constant: float  # sum of the logarithms of the binomial coefficients

    @classmethod
    def of(cls, won: np.ndarray, tried: np.ndarray) -> "TrialSteps":
        """Lay out the steps of some rows.

        Parameters
        ----------
        won, tried : ndarray
            Successes and trials (n), whole numbers.

        Returns
        -------
        TrialSteps

        Examples
        --------
        >>> TrialSteps.of(np.array([2.0]), np.array([3.0])).tried_step.tolist()
        [0.0, 1.0, 2.0]
        """
        lost = tried - won
        constant = float((gammaln(tried + 1) - gammaln(won + 1) - gammaln(lost + 1)).sum())
        return cls(len(won), *_lay_out(won), *_lay_out(lost), _lay_out(tried)[0], constant)


def _lay_out(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """List the steps 0, 1, ... below each count, and the row each belongs to."""
    sizes = counts.astype("int64")
    starts = np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.arange(sizes.sum()) - starts.astype("float64"), np.repeat(np.arange(len(sizes)), sizes)


def log_likelihood(
    steps: TrialSteps, matrix: np.ndarray, coefficients: np.ndarray, theta: float
) -> tuple[float, np.ndarray, np.ndarray]:
    """Log-likelihood, gradient and Hessian in the coefficients (k) and theta = rho / (1 - rho).

    Parameters
    ----------
    steps : TrialSteps
        Successes and trials of n rows.
    matrix : ndarray
        Design matrix (n x k) of the logit of the mean.
    coefficients : ndarray
        Coefficients (k).
    theta : float
        Zero for independent trials.

    Returns
    -------
    value : float
    gradient : ndarray
        k + 1 slopes, theta last.
    hessian : ndarray
        (k + 1) x (k + 1).

    Notes
    -----
    Prentice (1986).

    Examples
    --------
    >>> steps = TrialSteps.of(np.array([1.0]), np.array([2.0]))
    >>> value, *_ = log_likelihood(steps, np.ones((1, 1)), np.zeros(1), 0.5)
    >>> round(float(np.exp(value)), 6)  # alpha = beta = 1: each of 0, 1, 2 is as likely
    0.333333
    """
    share = expit(matrix @ coefficients)
    won = 1 / (share[steps.won_row] + steps.won_step * theta)
    lost = 1 / ((1 - share)[steps.lost_row] + steps.lost_step * theta)
    tried = 1 / (1 + steps.tried_step * theta)
    value = steps.constant - np.log(won).sum() - np.log(lost).sum() + np.log(tried).sum()

    def per_row(parts_won: np.ndarray, parts_lost: np.ndarray) -> np.ndarray:
        """Add up the steps of each row."""
        plus = np.bincount(steps.won_row, parts_won, steps.rows)
        return plus - np.bincount(steps.lost_row, parts_lost, steps.rows)

    far_won, far_lost, far_tried = steps.won_step * won, steps.lost_step * lost, steps.tried_step * tried
    steep = share * (1 - share)
    slope = per_row(won, lost)
    bend = per_row(-(won**2), lost**2)
    mixed = per_row(-far_won * won, -far_lost * lost)
    gradient = np.append(matrix.T @ (steep * slope), far_won.sum() + far_lost.sum() - far_tried.sum())
    size = len(gradient)
    hessian = np.empty((size, size))
    hessian[:-1, :-1] = (matrix.T * (steep**2 * bend + steep * (1 - 2 * share) * slope)) @ matrix
    hessian[:-1, -1] = hessian[-1, :-1] = matrix.T @ (steep * mixed)
    hessian[-1, -1] = (far_tried**2).sum() - (far_won**2).sum() - (far_lost**2).sum()
    return float(value), gradient, hessian


def climb(
    evaluate: Callable[[np.ndarray], tuple[float, np.ndarray, np.ndarray]], start: np.ndarray
) -> tuple[np.ndarray, float, np.ndarray, np.ndarray]:
    """Climb to a maximum by Newton's steps, turned uphill where the surface bends the wrong way.

    Parameters
    ----------
    evaluate : callable
        Place (k) -> value, gradient (k), Hessian (k x k).
    start : ndarray
        Where to begin (k).

    Returns
    -------
    place, value, gradient, hessian
        Where it ended: when a step promises less than a billionth, cannot rise, or after 100 steps. Whether it is
        a maximum is for the caller to check.

    Examples
    --------
    >>> def hill(place): return -float(place @ place), -2 * place, -2 * np.eye(1)
    >>> climb(hill, np.array([3.0]))[0].tolist()
    [0.0]
    """
    place = np.asarray(start, dtype="float64")
    value, gradient, hessian = evaluate(place)
    for _ in range(100):
        bends, turn = np.linalg.eigh(-hessian)
        step = turn @ ((turn.T @ gradient) / np.maximum(np.abs(bends), 1e-8))
        step *= min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-300))
        if gradient @ step < 1e-9:
            break
        tried = evaluate(place + step)
        while not tried[0] > value and np.abs(step).max() > 1e-10:
            step = step / 2
            tried = evaluate(place + step)
        if not tried[0] > value:
            break
        place, (value, gradient, hessian) = place + step, tried
    return place, value, gradient, hessian


def maximise_at(steps: TrialSteps, matrix: np.ndarray, start: np.ndarray, theta: float) -> float:
    """Highest log-likelihood over the coefficients with theta held.

    Parameters
    ----------
    steps : TrialSteps
        Successes and trials of n rows.
    matrix : ndarray
        Design matrix (n x k).
    start : ndarray
        Coefficients to start from (k).
    theta : float
        Held.

    Returns
    -------
    float

    Examples
    --------
    >>> steps = TrialSteps.of(np.array([1.0, 3.0]), np.array([4.0, 4.0]))
    >>> best = maximise_at(steps, np.ones((2, 1)), np.ones(1), 0.1)
    >>> abs(best - log_likelihood(steps, np.ones((2, 1)), np.zeros(1), 0.1)[0]) < 1e-9  # one half is best
    True
    """

    def evaluate(place: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """Give value, gradient and curvature with theta held."""
        value, gradient, hessian = log_likelihood(steps, matrix, place, theta)
        return value, gradient[:-1], hessian[:-1, :-1]

    return climb(evaluate, start)[1]
