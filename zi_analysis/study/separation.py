"""Separation: find rows that a model would fit with an infinite coefficient, before it is fitted."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.linalg import null_space
from scipy.optimize import linprog

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.columns import name_rows, name_terms
from zi_analysis.study.designs import Design

_NULL_TOLERANCE = 1e-9
_TERM_TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class Separation:
    """Rows that some direction of the coefficients tells apart from all others.

    Attributes
    ----------
    rows : ndarray of bool
        True for each separated row.
    terms : list of str
        Terms whose coefficients would run off to infinity.
    """

    rows: np.ndarray
    terms: list[str]


def find_separation(matrix: pd.DataFrame, *, floor: np.ndarray, ceiling: np.ndarray | None = None) -> Separation | None:
    """Find separated rows of a count or a binomial model by linear programming.

    A direction c separates when X c is zero for every row inside the range of the response, never positive
    for rows at its floor, never negative for rows at its ceiling, and not zero everywhere. Along it the
    likelihood rises for ever and no finite estimate exists.

    Parameters
    ----------
    matrix : DataFrame
        Design matrix of full rank, one row per observation.
    floor : ndarray of bool
        Rows whose count is zero.
    ceiling : ndarray of bool, optional
        Rows where every trial is a success; for counts there is no ceiling.

    Returns
    -------
    Separation or None
        None when a finite maximum exists.

    Notes
    -----
    The condition is that of Correia, Guimaraes and Zylkin (2019) for count models and of Albert and Anderson
    (1984) for binomial ones. The search runs in the null space of the rows inside the range, which is mostly
    empty.

    Examples
    --------
    >>> matrix = pd.DataFrame({"Intercept": [1.0, 1, 1, 1], "city": [0.0, 0, 1, 1]})
    >>> find_separation(matrix, floor=np.array([False, False, True, True])).terms
    ['city']
    """
    ceiling = np.zeros(len(matrix), dtype=bool) if ceiling is None else ceiling
    edge = floor | ceiling
    scale = np.linalg.norm(matrix, axis=0)
    scaled = matrix.to_numpy() / scale
    if not edge.any():
        return None
    basis = _null_directions(scaled[~edge])
    if basis.shape[1] == 0:
        return None
    signs = np.where(ceiling, 1.0, -1.0)[edge]
    moves = signs[:, None] * (scaled[edge] @ basis)
    apart, weights = _search(moves)
    if not apart.any():
        return None
    rows = np.zeros(len(matrix), dtype=bool)
    rows[edge] = apart
    direction = np.abs(basis @ weights)
    return Separation(rows, matrix.columns[direction > _TERM_TOLERANCE * direction.max()].tolist())


def refuse_separation(
    design: Design, separation: Separation | None, *, response: str, ceiling: np.ndarray | None = None
) -> None:
    """Refuse a separated model, naming the factor level if that is the cause, else the rows and terms.

    Parameters
    ----------
    design : Design
        The design, with its factor columns.
    separation : Separation or None
        As returned by `find_separation`; None does nothing.
    response : str
        Column of the counts, for the message.
    ceiling : ndarray of bool, optional
        Rows where every trial is a success.

    Raises
    ------
    StudyRefusal
        If there is separation.

    Examples
    --------
    >>> refuse_separation(design=None, separation=None, response="awards")
    """
    if separation is None:
        return
    apart = separation.rows
    edge = "zero" if ceiling is None else "zero or all of its trials"
    if apart.all():
        raise StudyRefusal(f"{response} is {edge} in every row; there is nothing to compare")
    for factor in design.levels.columns:
        for level in design.levels[factor].unique().tolist():
            if apart[(design.levels[factor] == level).to_numpy(dtype=bool)].all():
                raise StudyRefusal(
                    f"{response} is {edge} in every row where {factor} is {level!r}, so the coefficient of "
                    "that level would be infinite; pool the level with another one or leave its rows out"
                )
    raise StudyRefusal(
        f"{response} is {edge} at {name_rows(design.matrix.index[apart])}, and the terms "
        f"{name_terms(separation.terms)} tell these rows apart from the others without error, so their "
        "coefficients would be infinite; use fewer terms or pool levels"
    )


def _null_directions(inside: np.ndarray) -> np.ndarray:
    """Directions that leave every row inside the range where it is; all of them when there is no such row."""
    if len(inside) == 0:
        return np.eye(inside.shape[1])
    return null_space(np.linalg.qr(inside, mode="r"), rcond=_NULL_TOLERANCE)


def _search(moves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Move as many rows as can be: each earns up to 1, and the direction may be as long as it needs."""
    rows, size = moves.shape
    cost = np.r_[np.zeros(size), -np.ones(rows)]
    limits = np.hstack([-moves, np.eye(rows)])
    bounds = [(None, None)] * size + [(0, 1)] * rows
    answer = linprog(cost, A_ub=limits, b_ub=np.zeros(rows), bounds=bounds, method="highs")
    if answer.status != 0:
        raise StudyRefusal(f"the check for separation did not finish ({answer.message}); use fewer terms")
    return answer.x[size:] > 0.5, answer.x[:size]
