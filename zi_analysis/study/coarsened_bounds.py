"""Bounds: what cells and sums say about each other, and which sums still bind."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linprog

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.coarsened_tables import CoarseTable
from zi_analysis.study.columns import name_terms

_ROUNDS = 200
_SLACK = 1e-6


@dataclass(frozen=True, eq=False)
class Component:
    """Cells that sums link to each other, with the sums among them.

    Attributes
    ----------
    cells : tuple of int
        Positions in the table.
    sums : tuple of int
        Positions of the binding sums.
    """

    cells: tuple[int, ...]
    sums: tuple[int, ...]


def tighten(table: CoarseTable, labels: Sequence[object]) -> CoarseTable:
    """Tighten the bounds of cells by the sums, and drop the sums that bind no longer.

    Parameters
    ----------
    table : CoarseTable
        As read.
    labels : sequence
        Labels of the cells, for messages.

    Returns
    -------
    CoarseTable
        The same knowledge with narrower bounds of cells and fewer sums.

    Raises
    ------
    StudyRefusal
        If no counts can meet a sum and the bounds of its cells.

    Examples
    --------
    >>> table = CoarseTable(np.zeros(2), np.array([2.0, np.inf]), (np.array([0, 1]),), np.array([5.0]),
    ...                     np.array([5.0]), ("all",))
    >>> tighten(table, ["a", "b"]).lower.tolist()
    [0.0, 3.0]
    """
    lower, upper = table.lower.copy(), table.upper.copy()
    for _ in range(_ROUNDS):
        before = lower.copy(), upper.copy()
        for place, cells in enumerate(table.members):
            _tighten_one(lower, upper, cells, table.least[place], table.most[place])
            if (lower[cells] > upper[cells]).any() or _misses(lower, upper, table, place):
                raise _contradiction(table, [place], [labels[cell] for cell in cells])
        if np.array_equal(before[0], lower) and np.array_equal(before[1], upper):
            break
    binding = [
        place
        for place, cells in enumerate(table.members)
        if lower[cells].sum() < table.least[place] or upper[cells].sum() > table.most[place]
    ]
    return keep_sums(replace(table, lower=lower, upper=upper), binding)


def _tighten_one(lower: np.ndarray, upper: np.ndarray, cells: np.ndarray, least: float, most: float) -> None:
    """Change the bounds of one sum's cells in place: what the others cannot hold, this one must."""
    low_sum, unbounded = lower[cells].sum(), np.isinf(upper[cells])
    high_sum = upper[cells][~unbounded].sum()
    others = np.where(unbounded.sum() - unbounded > 0, np.inf, high_sum - np.where(unbounded, 0, upper[cells]))
    at_least = least - others
    at_most = most - (low_sum - lower[cells])
    lower[cells] = np.maximum(lower[cells], at_least)
    upper[cells] = np.minimum(upper[cells], at_most)


def _misses(lower: np.ndarray, upper: np.ndarray, table: CoarseTable, place: int) -> bool:
    """Whether the cells of a sum cannot reach it."""
    cells = table.members[place]
    return bool(lower[cells].sum() > table.most[place] or upper[cells].sum() < table.least[place])


def _contradiction(table: CoarseTable, places: Sequence[int], cells: Sequence[object]) -> StudyRefusal:
    """Refuse sums that cannot all be true."""
    return contradict([table.names[place] for place in places], cells)


def contradict(names: Sequence[str], cells: Sequence[object]) -> StudyRefusal:
    """Make the refusal of sums and cells that cannot hold together.

    Parameters
    ----------
    names : sequence of str
        The sums.
    cells : sequence
        Labels of the cells.

    Returns
    -------
    StudyRefusal

    Examples
    --------
    >>> str(contradict(["2020"], [1, 2])).split(";")[0]
    'no counts can meet the sum 2020 and the bounds of rows 1, 2'
    """
    shown = name_terms(names)
    message = (
        f"no counts can meet the sum{'s' if len(names) > 1 else ''} {shown} and the bounds of rows "
        f"{name_terms(cells)}; "
        "correct one of them, or leave the sum out by its name"
    )
    return StudyRefusal(message, key="contradiction")


def link_components(table: CoarseTable) -> list[Component]:
    """Group cells that sums link, directly or through others.

    Parameters
    ----------
    table : CoarseTable
        After ``tighten``.

    Returns
    -------
    list of Component
        Each cell in one of them, in order of their first cells.

    Examples
    --------
    >>> table = CoarseTable(np.zeros(3), np.full(3, 9.0), (np.array([0, 2]),), np.array([5.0]), np.array([5.0]), ("s",))
    >>> [one.cells for one in link_components(table)]
    [(0, 2), (1,)]
    """
    home = np.arange(len(table.lower))
    for cells in table.members:
        joined = np.isin(home, home[cells])
        home[joined] = home[joined].min()
    components = []
    for first in np.unique(home):
        linked = tuple(np.flatnonzero(home == first).tolist())
        sums = tuple(place for place, members in enumerate(table.members) if home[members[0]] == first)
        components.append(Component(linked, sums))
    return components


def drop_implied(table: CoarseTable, labels: Sequence[object]) -> CoarseTable:
    """Drop sums that the other sums and bounds already imply, where sums cross.

    Parameters
    ----------
    table : CoarseTable
        After ``tighten``.
    labels : sequence
        Labels of the cells, for messages.

    Returns
    -------
    CoarseTable
        The same cells with the sums that are needed; wide sums are dropped before narrow ones, exact ones last.

    Raises
    ------
    StudyRefusal
        If no counts can meet all of them.

    Examples
    --------
    >>> table = CoarseTable(np.zeros(3), np.full(3, 9.0), (np.array([0, 1]), np.array([1, 2]), np.array([0, 1, 2])),
    ...                     np.array([5.0, 4.0, 0.0]), np.array([5.0, 4.0, 9.0]), ("one", "other", "wide"))
    >>> drop_implied(table, ["a", "b", "c"]).names
    ('one', 'other')
    """
    kept: list[int] = []
    for component in link_components(table):
        crossed = not are_nested([table.members[place] for place in component.sums])
        kept += _needed(table, component, labels) if crossed else component.sums
    return keep_sums(table, sorted(kept))


def keep_sums(table: CoarseTable, places: Sequence[int]) -> CoarseTable:
    """Keep some of the sums of a table.

    Parameters
    ----------
    table : CoarseTable
        Any table.
    places : sequence of int
        Positions of the sums to keep.

    Returns
    -------
    CoarseTable

    Examples
    --------
    >>> table = CoarseTable(np.zeros(1), np.ones(1), (np.array([0]),), np.ones(1), np.ones(1), ("s",))
    >>> keep_sums(table, []).names
    ()
    """
    chosen = np.array(places, dtype=int)
    return replace(
        table,
        members=tuple(table.members[place] for place in places),
        least=table.least[chosen],
        most=table.most[chosen],
        names=tuple(table.names[place] for place in places),
    )


def _needed(table: CoarseTable, component: Component, labels: Sequence[object]) -> list[int]:
    """Which sums of a component say something that the others do not."""
    kept = list(component.sums)
    rows = {place: np.isin(component.cells, table.members[place]).astype("float64") for place in kept}
    order = sorted(kept, key=lambda place: (table.least[place] == table.most[place], -len(table.members[place])))
    for place in order:
        others = [other for other in kept if other != place]
        least = _reach(table, component, others, rows, rows[place])
        most = -_reach(table, component, others, rows, -rows[place])
        if np.isnan(least) or np.isnan(most):
            raise _contradiction(table, kept, [labels[cell] for cell in component.cells])
        if least > table.least[place] - 1 + _SLACK and most < table.most[place] + 1 - _SLACK:
            kept = others
    return kept


def _reach(
    table: CoarseTable, component: Component, sums: Sequence[int], rows: dict[int, np.ndarray], wanted: np.ndarray
) -> float:
    """The smallest value of a weighted sum of cells; minus infinity if unbounded, missing if nothing is possible."""
    cells = list(component.cells)
    bounds = list(zip(table.lower[cells], table.upper[cells], strict=True))
    sides = [(rows[place], table.most[place]) for place in sums] + [
        (-rows[place], -table.least[place]) for place in sums
    ]
    sides = [(row, side) for row, side in sides if np.isfinite(side)]
    limits = (
        {"A_ub": np.array([row for row, _ in sides]), "b_ub": np.array([side for _, side in sides])} if sides else {}
    )
    answer = linprog(wanted, bounds=bounds, method="highs", **limits)
    if answer.status == 3:
        return -np.inf
    return float(answer.fun) if answer.status == 0 else float("nan")


def are_nested(members: Sequence[np.ndarray]) -> bool:
    """Whether of any two sums one holds the other or they share nothing.

    Parameters
    ----------
    members : sequence of ndarray
        Positions of the cells of each sum.

    Returns
    -------
    bool

    Examples
    --------
    >>> are_nested([np.array([0, 1]), np.array([0, 1, 2])]), are_nested([np.array([0, 1]), np.array([1, 2])])
    (True, False)
    """
    sets = [frozenset(cells.tolist()) for cells in members]
    return all(
        one <= other or other <= one or not one & other for place, one in enumerate(sets) for other in sets[:place]
    )
