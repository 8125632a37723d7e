"""Surface: the log-likelihood of coarsened counts over coefficients and overdispersion, and the way to its top."""

from dataclasses import dataclass

import numpy as np

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.coarsened_known import Known, Weighed, weigh_known

_STEPS = 400
_LONGEST = 3.0
_FARTHEST = 60.0
_DIFFERENCE = 1e-4


@dataclass(frozen=True, eq=False)
class Surface:
    """The likelihood as a function of its parameters: coefficients, and log alpha last for nb2.

    Attributes
    ----------
    known : Known
        What is known of the counts.
    matrix : ndarray, shape (cells, terms)
        Design matrix.
    offset : ndarray, shape (cells,)
        Logarithm of the exposure.
    overdispersed : bool
        Whether the last parameter is log alpha.
    """

    known: Known
    matrix: np.ndarray
    offset: np.ndarray
    overdispersed: bool

    @property
    def size(self) -> int:
        """Number of parameters."""
        return self.matrix.shape[1] + int(self.overdispersed)

    @property
    def reach(self) -> np.ndarray:
        """Largest change of a log mean (or of log alpha) by one unit of each parameter, shape (size,)."""
        return np.r_[np.abs(self.matrix).max(axis=0), np.ones(int(self.overdispersed))]

    def split(self, place: np.ndarray) -> tuple[np.ndarray, float]:
        """Log means, shape (cells,), and alpha at some parameters."""
        terms = self.matrix.shape[1]
        alpha = float(np.exp(np.clip(place[-1], -25, 15))) if self.overdispersed else 0.0
        return np.clip(self.offset + self.matrix @ place[:terms], -_FARTHEST, _FARTHEST), alpha

    def weigh(self, place: np.ndarray) -> Weighed:
        """What is known, weighed at some parameters."""
        return weigh_known(self.known, *self.split(place))

    def climb(self, place: np.ndarray) -> tuple[float, np.ndarray]:
        """Log-likelihood and its gradient."""
        weighed = self.weigh(place)
        slope = self.matrix.T @ weighed.by_log_mean
        return weighed.log_likelihood, np.r_[slope, [weighed.by_log_alpha] * int(self.overdispersed)]

    def complete_information(self, place: np.ndarray) -> np.ndarray:
        """Information that the counts would hold were all known, shape (size, size)."""
        log_mean, alpha = self.split(place)
        mean = np.exp(log_mean)
        weights = mean / (1 + alpha * mean)
        made = np.zeros((self.size, self.size))
        terms = self.matrix.shape[1]
        made[:terms, :terms] = self.matrix.T @ (weights[:, None] * self.matrix)
        if self.overdispersed:
            made[-1, -1] = 0.5 * len(mean)
        return made

    def information(self, place: np.ndarray) -> np.ndarray:
        """Information that what is known holds, by differences of the gradient, shape (size, size)."""
        rows = []
        for number, reach in enumerate(self.reach):
            step = np.zeros(self.size)
            step[number] = _DIFFERENCE / reach
            above, below = self.climb(place + step)[1], self.climb(place - step)[1]
            rows.append((below - above) / (2 * step[number]))
        made = np.array(rows)
        return (made + made.T) / 2


@dataclass(frozen=True, eq=False)
class Top:
    """Where the search ended: parameters, log-likelihood, and the curvature that the search has learnt."""

    place: np.ndarray
    log_likelihood: float
    curvature: np.ndarray


def find_top(
    surface: Surface,
    start: np.ndarray,
    *,
    curvature: np.ndarray | None = None,
    fixed: int | None = None,
    tolerance: float = 1e-13,
) -> Top:
    """Climb to the top by quasi-Newton steps on the exact gradient, one parameter held if wanted.

    Parameters
    ----------
    surface : Surface
        The likelihood.
    start : ndarray
        Parameters to start from.
    curvature : ndarray, optional
        First guess of the negative second derivatives; the complete information when left out.
    fixed : int, optional
        Parameter that stays as it is.
    tolerance : float
        Expected gain of log-likelihood at which the search ends.

    Returns
    -------
    Top

    Raises
    ------
    StudyRefusal
        If the start is impossible or the search does not end.

    Notes
    -----
    Broyden-Fletcher-Goldfarb-Shanno updates (Nocedal and Wright 2006, chapter 6).
    """
    place = np.array(start, dtype="float64")
    free = np.arange(surface.size) != (-1 if fixed is None else fixed)
    bend = surface.complete_information(place) if curvature is None else curvature.copy()
    height, slope = surface.climb(place)
    if not np.isfinite(height):
        raise StudyRefusal("the start of the search is impossible; use fewer terms or rescale columns")
    stuck = 0
    for _ in range(_STEPS):
        step = np.zeros(surface.size)
        step[free] = _solve(bend[np.ix_(free, free)], slope[free], surface.reach[free])
        gain = float(slope @ step)
        if gain / 2 < tolerance or stuck > 5:
            return Top(place, height, bend)
        moved, higher, turned = _go(surface, place, height, slope, step)
        if moved is None:
            bend, stuck = surface.complete_information(place), stuck + 1
            continue
        stuck = stuck + 1 if higher - height < max(tolerance, 1e-10) else 0
        bend = update_curvature(bend, moved - place, slope - turned)
        place, height, slope = moved, higher, turned
    raise StudyRefusal(f"the fit did not converge in {_STEPS} steps; use fewer terms or rescale columns")


def _solve(bend: np.ndarray, slope: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """Newton's step, shortened first along the directions that bend least (Levenberg 1944)."""
    values, vectors = np.linalg.eigh(bend / np.outer(reach, reach))
    parts = vectors.T @ (slope / reach)
    damping = 1e-12 * max(values.max(), 1e-300)
    while True:
        step = vectors @ (parts / (np.maximum(values, 0) + damping))
        if np.abs(step).max() <= _LONGEST:
            return step / reach
        damping *= 10


def _go(
    surface: Surface, place: np.ndarray, height: float, slope: np.ndarray, step: np.ndarray
) -> tuple[np.ndarray | None, float, np.ndarray]:
    """Take the step, or the largest half of a half of it that leads upwards."""
    gain = float(slope @ step)
    for halving in range(30):
        moved = place + step / 2**halving
        higher, turned = surface.climb(moved)
        if np.isfinite(higher) and higher >= height + 1e-4 * gain / 2**halving - 1e-13 * (1 + abs(height)):
            return moved, higher, turned
    return None, height, slope


def update_curvature(bend: np.ndarray, step: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """Learn from one step how the gradient turns.

    Parameters
    ----------
    bend : ndarray
        Guess of the negative second derivatives.
    step, turn : ndarray
        Move, and by how much the gradient fell.

    Returns
    -------
    ndarray
        Unchanged where the step shows no downward curvature.

    Examples
    --------
    >>> update_curvature(np.eye(1), np.array([1.0]), np.array([3.0])).tolist()
    [[3.0]]
    """
    bent = bend @ step
    size = float(step @ turn)
    if size <= 1e-10 * np.sqrt(float(step @ step) * float(turn @ turn) + 1e-300):
        return bend
    return bend + np.outer(turn, turn) / size - np.outer(bent, bent) / float(step @ bent)


def guess_start(surface: Surface) -> np.ndarray:
    """Guess parameters from the middle of each cell's bounds.

    Parameters
    ----------
    surface : Surface
        The likelihood.

    Returns
    -------
    ndarray, shape (size,)
    """
    table = surface.known.table
    middle = np.where(np.isinf(table.upper), table.lower + 1, (table.lower + table.upper) / 2) + 0.5
    told = (table.lower > 0) | np.isfinite(table.upper)
    root = np.sqrt(middle * np.where(told, 1.0, 1e-8))
    answer = np.log(middle) - surface.offset
    terms = np.linalg.lstsq(root[:, None] * surface.matrix, root * answer, rcond=1e-12)[0]
    return np.r_[terms, [-1.0] * surface.overdispersed]
