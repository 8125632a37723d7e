"""Plan: in which order the counts of linked cells are added up, so that the arrays stay small."""

from dataclasses import dataclass, replace

import numpy as np

from zi_analysis.study.coarsened_bounds import Component
from zi_analysis.study.coarsened_steps import Collapse, Mask, Merge, Side, Step, SumOut, Window
from zi_analysis.study.coarsened_tables import CoarseTable

LARGEST = 3_000_000
_WORTH_A_SEARCH = 500


@dataclass(frozen=True)
class Axis:
    """A sum over some cells, from low to high; ``open_ended`` when the last value stands for all above."""

    cells: frozenset[int]
    signature: frozenset[int]  # the sums that still need it
    low: int
    high: int
    open_ended: bool

    @property
    def size(self) -> int:
        """Number of values."""
        return self.high - self.low + 1


@dataclass(frozen=True)
class Factor:
    """An array of weights over some axes, and its place on the tape."""

    place: int
    axes: tuple[Axis, ...]

    @property
    def cells(self) -> frozenset[int]:
        """Cells added up in it."""
        return frozenset().union(*(axis.cells for axis in self.axes)) if self.axes else frozenset()


@dataclass(frozen=True, eq=False)
class Plan:
    """The tape of one component: one array a cell, then steps, the last of which leaves one number.

    Attributes
    ----------
    cells : tuple of int
        Positions of the cells, the first arrays of the tape.
    low, high : ndarray of int
        Values of each cell's array.
    open_ended : ndarray of bool
        Whether its last value stands for all above.
    steps : tuple of Step
        What is done, in order.
    largest : int
        Entries of the largest array.
    exact : tuple of (tuple of int, int)
        Cells (by place in ``cells``) and total of each exact sum.
    """

    cells: tuple[int, ...]
    low: np.ndarray
    high: np.ndarray
    open_ended: np.ndarray
    steps: tuple[Step, ...]
    largest: int
    exact: tuple[tuple[tuple[int, ...], int], ...]


class TooLargeError(Exception):
    """The arrays of a plan would hold more entries than allowed."""


def plan_component(table: CoarseTable, component: Component, *, largest: int = LARGEST) -> Plan:
    """Plan the exact sum over all counts that a component's bounds and sums allow.

    Cells that the sums not yet closed cannot tell apart are added up at once. The sum that needs the smallest
    array is closed first. Where sums nest this is convolution up the tree; where they cross, the array has one
    axis for each group of cells that some open sum tells apart.

    Parameters
    ----------
    table : CoarseTable
        After ``tighten``.
    component : Component
        Linked cells.
    largest : int
        Entries that an array may hold.

    Returns
    -------
    Plan

    Raises
    ------
    TooLargeError
        If an array would hold more.

    Notes
    -----
    Bucket elimination (Dechter 1999) over sums of counts.
    """
    best = _try(table, component, largest, None)
    if best is None or best.largest > _WORTH_A_SEARCH:
        found = [_try(table, component, largest, first) for first in component.sums]
        plans = [plan for plan in (best, *found) if plan is not None]
        if not plans:
            raise TooLargeError
        best = min(plans, key=lambda plan: plan.largest)
    return best


def _try(table: CoarseTable, component: Component, largest: int, first: int | None) -> Plan | None:
    """The plan that closes one sum first and then the cheapest; None if it is too large."""
    try:
        return _Planner(table, component, largest).plan(first)
    except TooLargeError:
        return None


class _Planner:
    """Orders the steps that add up a component, and keeps account of their size."""

    def __init__(self, table: CoarseTable, component: Component, largest: int) -> None:
        self.table, self.component, self.limit = table, component, largest
        self.sets = {place: frozenset(table.members[place].tolist()) for place in component.sums}
        self.open = set(component.sums)
        self.steps: list[Step] = []
        self.largest = 1
        self.next_place = len(component.cells)
        signature = {cell: frozenset(s for s in self.open if cell in self.sets[s]) for cell in component.cells}
        self.factors = [
            Factor(place, (self._axis(frozenset([cell]), signature[cell]),))
            for place, cell in enumerate(component.cells)
        ]
        self.leaves = [factor.axes[0] for factor in self.factors]

    def plan(self, first: int | None) -> Plan:
        """Close all sums, the given one first."""
        if first is not None:
            self._close(first)
        while self.open or len(self.factors) > 1:
            self._close(min(sorted(self.open), key=self._cost))
        where = {cell: place for place, cell in enumerate(self.component.cells)}
        exact = tuple(
            (tuple(where[cell] for cell in sorted(cells)), int(self.table.least[place]))
            for place, cells in self.sets.items()
            if self.table.least[place] == self.table.most[place]
        )
        return Plan(
            self.component.cells,
            np.array([axis.low for axis in self.leaves]),
            np.array([axis.high for axis in self.leaves]),
            np.array([axis.open_ended for axis in self.leaves]),
            tuple(self.steps),
            self.largest,
            exact,
        )

    def _axis(self, cells: frozenset[int], signature: frozenset[int], parts: tuple[Axis, ...] = ()) -> Axis:
        """The values that a sum over cells can have, given all sums that hold them and the axes it is made of."""
        inside = sorted(cells)
        low, high = self.table.lower[inside].sum(), self.table.upper[inside].sum()
        low = max(low, sum(part.low for part in parts))
        if parts and not any(part.open_ended for part in parts):
            high = min(high, sum(part.high for part in parts))
        needed = low
        for place, members in self.sets.items():
            if cells <= members:
                rest = sorted(members - cells)
                low = max(low, self.table.least[place] - self.table.upper[rest].sum())
                high = min(high, self.table.most[place] - self.table.lower[rest].sum())
                needed = max(needed, self.table.least[place] - self.table.lower[rest].sum())
        open_ended = bool(np.isinf(high))
        last = max(needed, low) if open_ended else max(high, low)
        return Axis(cells, signature, int(low), int(last), open_ended)

    def _touching(self, place: int) -> list[Factor]:
        """Factors that share a cell with a sum."""
        return [factor for factor in self.factors if factor.cells & self.sets[place]]

    def _cost(self, place: int) -> int:
        """Entries of the array that closing a sum needs."""
        groups: dict[frozenset[int], frozenset[int]] = {}
        for factor in self._touching(place):
            for axis in factor.axes:
                groups[axis.signature] = groups.get(axis.signature, frozenset()) | axis.cells
        sizes = [self._axis(cells, signature).size for signature, cells in groups.items()]
        return int(np.prod([float(size) for size in sizes]))

    def _close(self, place: int) -> None:
        """Merge the factors that touch a sum, and apply the sums that are then whole."""
        touching = sorted(self._touching(place), key=lambda factor: np.prod([axis.size for axis in factor.axes]))
        merged = touching[0]
        for other in touching[1:]:
            merged = self._merge(merged, other)
        complete = [s for s in sorted(self.open) if self.sets[s] <= merged.cells]
        for s in complete:
            merged = self._mask(merged, s)
        self.open -= set(complete)
        merged = replace(
            merged, axes=tuple(replace(axis, signature=axis.signature - set(complete)) for axis in merged.axes)
        )
        gone = {factor.place for factor in touching}
        kept = [factor for factor in self.factors if factor.place not in gone]
        merged = self._reduce(merged)
        self.factors = [*kept, merged] if merged.axes or not kept else kept

    def _record(self, step: Step, axes: tuple[Axis, ...]) -> Factor:
        """Keep a step, unless its table is too large."""
        entries = int(np.prod([float(axis.size) for axis in axes])) if axes else 1
        self.largest = max(self.largest, entries)
        if entries > self.limit:
            raise TooLargeError
        self.steps.append(step)
        self.next_place += 1
        return Factor(self.next_place - 1, axes)

    def _merge(self, left: Factor, right: Factor) -> Factor:
        """Join two factors; axes that both have are added up."""
        signatures = list(dict.fromkeys(axis.signature for axis in (*left.axes, *right.axes)))
        sides = [{axis.signature: axis for axis in factor.axes} for factor in (left, right)]
        axes: list[Axis] = []
        windows: list[Window] = []
        for signature in signatures:
            found = [side.get(signature) for side in sides]
            parts = [axis for axis in found if axis is not None]
            both = len(parts) == 2
            axes.append(self._axis(parts[0].cells | parts[1].cells, signature, tuple(parts)) if both else parts[0])
            windows.append(_window(sum(part.low for part in parts), sum(part.high for part in parts), axes[-1]))
        step = Merge(_side(left, signatures), _side(right, signatures), tuple(windows))
        return self._record(step, tuple(axes))

    def _mask(self, factor: Factor, place: int) -> Factor:
        """Keep the entries in which a complete sum is within its bounds; a sum along one axis already is."""
        inside = [axis for axis in factor.axes if place in axis.signature]
        if len(inside) < 2:
            return factor
        total = np.zeros((1,) * len(factor.axes))
        for number, axis in enumerate(factor.axes):
            if place in axis.signature:
                shape = [1] * len(factor.axes)
                shape[number] = axis.size
                total = total + np.arange(axis.low, axis.high + 1).reshape(shape)
        keep = (total >= self.table.least[place]) & (total <= self.table.most[place])
        if keep.all():
            return factor
        return self._record(Mask(factor.place, keep.astype("float64")), factor.axes)

    def _reduce(self, factor: Factor) -> Factor:
        """Add up axes that no open sum tells apart any longer."""
        while True:
            axes = list(factor.axes)
            names = [axis.signature for axis in axes]
            empty = [number for number, name in enumerate(names) if not name]
            if empty:
                step: Step = SumOut(factor.place, empty[0], axes[empty[0]].size)
                factor = self._record(step, tuple(axes[: empty[0]] + axes[empty[0] + 1 :]))
                continue
            twice = next((number for number, name in enumerate(names) if name in names[:number]), None)
            if twice is None:
                return factor
            first = names.index(names[twice])
            axis = self._axis(axes[first].cells | axes[twice].cells, names[first], (axes[first], axes[twice]))
            window = _window(axes[first].low + axes[twice].low, axes[first].high + axes[twice].high, axis)
            step = Collapse(factor.place, first, twice, (axes[first].size, axes[twice].size), window)
            rest = [other for number, other in enumerate(axes) if number not in (first, twice)]
            factor = self._record(step, (*rest, axis))


def _side(factor: Factor, signatures: list[frozenset[int]]) -> Side:
    """How a factor's axes are laid out among those of a merged one."""
    own = [axis.signature for axis in factor.axes]
    present = tuple(number for number, name in enumerate(signatures) if name in own)
    order = tuple(own.index(signatures[number]) for number in present)
    shape = tuple(factor.axes[own.index(name)].size if name in own else 1 for name in signatures)
    return Side(factor.place, order, present, shape)


def _window(low: int, high: int, axis: Axis) -> Window:
    """Which part of a full sum from low to high an axis keeps; its last value gathers those above if open ended."""
    return Window(axis.low - low, axis.high - low + 1, high - low + 1, axis.open_ended)
