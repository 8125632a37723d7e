"""The tightest bounds that sums and limits leave to counts: linear programmes solved by HiGHS.

Every piece of evidence is a *line*: a weighted sum of unknown counts lies between a low and a high value. Where
lines contradict each other, the smallest repair (each unit of repair costs the number of independent publishers
behind the line) is looked for first, and the bounds then hold over all smallest repairs, so no line is silently
given up in favour of another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

_TOLERANCE = 1e-6
_SMALLEST_REPAIR = 0.01  # counts are whole: less than this is the solver's rounding
_CEILING = 1e6  # stands for "no upper bound": above any count of units in Indonesia


@dataclass(frozen=True)
class Line:
    """``low <= sum(weights * counts) <= high``; a ``hard`` line follows from the words, not from a page."""

    line_id: str
    weights: Mapping[str, float]
    low: float = 0.0
    high: float = np.inf
    cost: float = 1.0
    hard: bool = False
    text: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bound:
    """Lower and upper value of a sum of counts, and the lines that hold it there."""

    lower: int
    upper: int | None
    lower_lines: tuple[str, ...]
    upper_lines: tuple[str, ...]


@dataclass(frozen=True)
class Repair:
    """How far a line may have to give way where evidence contradicts itself."""

    line: Line
    least: float
    most: float


@dataclass(frozen=True)
class Programme:
    """Lines over the same unknown whole counts, ready to be asked for bounds.

    Examples
    --------
    >>> lines = [Line("total", {"a": 1, "b": 1}, low=10, high=10), Line("named", {"a": 1}, low=7)]
    >>> Programme(lines).bound({"rest": {"b": 1}})
    {'rest': Bound(lower=0, upper=3, lower_lines=(), upper_lines=('total', 'named'))}
    """

    lines: Sequence[Line]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the unknown counts, in the order in which the lines use them."""
        return tuple(dict.fromkeys(name for line in self.lines for name in line.weights))

    def bound(self, targets: Mapping[str, Mapping[str, float]]) -> dict[str, Bound]:
        """Bound weighted sums of counts over everything the lines allow.

        All sums are asked for in one block-diagonal programme, one block for each end of each sum.

        Parameters
        ----------
        targets : mapping
            Name of a sum -> name of a count -> its weight (not negative) in the sum.

        Returns
        -------
        dict
            Name of a sum -> its bound in whole numbers; ``upper`` is None when nothing bounds it from above.
        """
        directions = [sign * self._vector(weights) for weights in targets.values() for sign in (1.0, -1.0)]
        ends = self._extremes(np.array(directions).reshape(len(directions), self._width))
        found = {}
        for position, name in enumerate(targets):
            (low, low_lines), (high, high_lines) = ends[2 * position : 2 * position + 2]
            upper = None if -high >= _CEILING / 2 else int(np.floor(-high + _TOLERANCE))
            found[name] = Bound(int(np.ceil(low - _TOLERANCE)), upper, low_lines, high_lines)
        return found

    @cached_property
    def repair_cost(self) -> float:
        """Smallest total cost of repair: 0 when no line contradicts another."""
        matrix, limits, _ = self._matrix
        ranges = self._ranges(_CEILING)
        solved = linprog(self._slack_cost, A_ub=matrix, b_ub=limits, bounds=ranges, method="highs")
        return max(0.0, float(solved.fun))

    def repairs(self) -> list[Repair]:
        """List the lines that give way in some smallest repair, with the least and most they give."""
        if self.repair_cost < _TOLERANCE:
            return []
        gives = np.zeros((len(self._soft), self._width))
        for position in range(len(self._soft)):
            first = len(self.names) + 2 * position
            gives[position, first : first + 2] = 1.0
        most = [-value for value, _ in self._extremes(-gives)]
        least = [value for value, _ in self._extremes(gives)]
        return [
            Repair(line, round(low, 3), round(high, 3))
            for line, low, high in zip(self._soft, least, most, strict=True)
            if high > _SMALLEST_REPAIR
        ]

    @cached_property
    def _soft(self) -> list[Line]:
        """Lines that may give way, at a cost."""
        return [line for line in self.lines if not line.hard]

    @property
    def _width(self) -> int:
        """Columns of the programme: counts first, then two slacks for each soft line."""
        return len(self.names) + 2 * len(self._soft)

    def _vector(self, weights: Mapping[str, float]) -> np.ndarray:
        """Lay weights out by column."""
        vector = np.zeros(self._width)
        for name, weight in weights.items():
            vector[self._position[name]] = weight
        return vector

    @cached_property
    def _position(self) -> dict[str, int]:
        """The column of each count."""
        return {name: position for position, name in enumerate(self.names)}

    @cached_property
    def _slack_cost(self) -> np.ndarray:
        """What each column costs; counts cost nothing."""
        cost = np.zeros(self._width)
        cost[len(self.names) :] = np.repeat([line.cost for line in self._soft], 2)
        return cost

    @cached_property
    def _matrix(self) -> tuple[sparse.csr_matrix, np.ndarray, tuple[str, ...]]:
        """Rows ``A x <= b`` of all lines; a soft line has one slack for giving up, one for giving down."""
        rows, limits, owners = [], [], []
        slack = {id(line): len(self.names) + 2 * position for position, line in enumerate(self._soft)}
        for line in self.lines:
            vector = self._vector(line.weights)
            for sign, limit, side in ((-1.0, -line.low, 0), (1.0, line.high, 1)):
                if np.isinf(limit) or (sign < 0 and line.low <= 0 and min(line.weights.values()) >= 0):
                    continue
                row = sign * vector
                if not line.hard:
                    row[slack[id(line)] + side] = -1.0
                rows.append(row)
                limits.append(limit)
                owners.append(line.line_id)
        matrix = np.array(rows).reshape(len(rows), self._width)
        return sparse.csr_matrix(matrix), np.array(limits), tuple(owners)

    @cached_property
    def _feasible(self) -> tuple[sparse.csr_matrix, np.ndarray, list[tuple[float, float]]]:
        """Rows, limits and ranges of the unknowns when repairs may cost no more than the smallest repair."""
        matrix, limits, _ = self._matrix
        if self.repair_cost < _TOLERANCE:
            return matrix, limits, self._ranges(0.0)
        matrix = sparse.vstack([matrix, sparse.csr_matrix(self._slack_cost)], format="csr")
        return matrix, np.append(limits, self.repair_cost + _TOLERANCE / 10), self._ranges(_CEILING)

    def _ranges(self, most_slack: float) -> list[tuple[float, float]]:
        """Least and most of each column."""
        return [(0.0, _CEILING)] * len(self.names) + [(0.0, most_slack)] * (2 * len(self._soft))

    def _extremes(self, directions: np.ndarray) -> list[tuple[float, tuple[str, ...]]]:
        """Smallest value in each direction and the lines that hold it there (those with a price)."""
        matrix, limits, ranges = self._feasible
        blocks = len(directions)
        solved = linprog(
            directions.ravel(),
            A_ub=sparse.kron(sparse.identity(blocks), matrix, format="csr"),
            b_ub=np.tile(limits, blocks),
            bounds=ranges * blocks,
            method="highs",
        )
        if solved.status != 0:
            raise RuntimeError(f"HiGHS could not bound the counts: {solved.message}")
        values = (directions * solved.x.reshape(blocks, -1)).sum(axis=1)
        prices = solved.ineqlin.marginals.reshape(blocks, -1)
        return [(float(value), self._holding(price)) for value, price in zip(values, prices, strict=True)]

    def _holding(self, prices: np.ndarray) -> tuple[str, ...]:
        """Names of the lines that hold a bound: those with a price."""
        owners = self._matrix[2]
        held = (owner for owner, price in zip(owners, prices, strict=False) if abs(price) > _TOLERANCE)
        return tuple(dict.fromkeys(held))


def add_weights(parts: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Add weighted sums: the weights of a name are summed."""
    total: dict[str, float] = {}
    for part in parts:
        for name, weight in part.items():
            total[name] = total.get(name, 0.0) + weight
    return total
