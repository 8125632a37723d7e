"""Reference grid: the combinations of levels at which a fit is read, and how they are averaged."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.columns import check_table
from zi_analysis.study.counts import CountFit
from zi_analysis.study.designs import apply_design
from zi_analysis.study.formulas import Formula, closest
from zi_analysis.study.joint_tests import rebuild_design

_CONDITION = re.compile(r"[<>]|[=!]=")


@dataclass(frozen=True, eq=False)
class ReferenceGrid:
    """Combinations asked for, and the average of the design over the rest.

    Attributes
    ----------
    rows : DataFrame
        The columns asked by, one row for each combination (m).
    matrix : ndarray
        Averaged design (m x k).
    held : dict
        Numeric column -> the mean that it is held at.
    averaged : tuple of str
        Factors that are averaged over.
    """

    rows: pd.DataFrame
    matrix: np.ndarray
    held: dict[str, float]
    averaged: tuple[str, ...]


def reference_grid(fit: CountFit, cells: pd.DataFrame, *, by: Sequence[str], weights: str) -> ReferenceGrid:
    """Lay out the combinations of levels at which a fit is read.

    Parameters
    ----------
    fit : CountFit
        Any fit.
    cells : DataFrame
        Rows whose levels, means and mix are used.
    by : sequence of str
        Columns of the formula: all combinations of their values in `cells`, in sorted order.
    weights : {"equal", "observed"}
        Weight of each combination of the other factors: equal, or its share of the rows of `cells`.

    Returns
    -------
    ReferenceGrid
        Combinations and averaged design.

    Raises
    ------
    EvidenceError
        If `cells` has no row or lacks a value.
    StudyRefusal
        If a column of `by` is not in the formula, a level is not in the fit, or a number inside a condition would
        have to be held at its mean.

    Notes
    -----
    Lenth (2016): factors at all their levels, numbers at their mean.

    Examples
    --------
    >>> from zi_analysis.study.counts import fit_counts
    >>> cells = pd.DataFrame({"awards": [10, 12, 30, 35], "kind": list("aabb"), "year": [1, 2, 1, 2]})
    >>> fit = fit_counts(cells, formula="awards ~ C(kind) + year", exposure=None)
    >>> grid = reference_grid(fit, cells, by=["kind"], weights="equal")
    >>> grid.matrix.tolist(), grid.held
    ([[1.0, 0.0, 1.5], [1.0, 1.0, 1.5]], {'year': 1.5})
    """
    design, formula = rebuild_design(fit)
    _check_by(by, formula, fit)
    check_table(cells, list(formula.columns))
    factors = [name for name in formula.columns if _is_factor(name, formula, cells)]
    averaged = [name for name in factors if name not in by]
    held = {name: float(cells[name].mean()) for name in formula.columns if name not in {*factors, *by}}
    _check_conditions(formula, held)
    rows = _combine(cells, list(dict.fromkeys(by)))
    mix, shares = _mix(cells, averaged, weights)
    full = rows.merge(mix, how="cross").assign(**held)
    matrix = apply_design(design, full, formula).reshape(len(rows), len(mix), -1)
    return ReferenceGrid(rows, np.einsum("j,ijk->ik", shares, matrix), held, tuple(averaged))


def _check_by(by: Sequence[str], formula: Formula, fit: CountFit) -> None:
    """Refuse columns that the formula does not hold."""
    for name in by:
        if name not in formula.columns:
            message = f"column {name!r} is not in formula {fit.formula!r}; {closest(name, formula.columns)}"
            raise StudyRefusal(message, key="not_in_formula")


def _is_factor(name: str, formula: Formula, cells: pd.DataFrame) -> bool:
    """Whether a column has levels rather than numbers."""
    kind = cells[name].dtype
    return name in formula.factors or not pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_bool_dtype(kind)


def _check_conditions(formula: Formula, held: dict[str, float]) -> None:
    """A mean year would fall on one side of I(year >= 2021), as no row of a mix does."""
    inside = [name for name in held if name in formula.numbers]
    if inside and _CONDITION.search(formula.right_side):
        message = f"column {inside[0]!r} stands in a condition and has no mean to be held at; name it in by"
        raise StudyRefusal(message, key="no_mean_of_condition")


def _combine(cells: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """All combinations of the values of some columns, the last column fastest."""
    levels = [sorted(cells[name].unique().tolist()) for name in names]
    return pd.DataFrame(list(itertools.product(*levels)), columns=names)


def _mix(cells: pd.DataFrame, names: list[str], weights: str) -> tuple[pd.DataFrame, np.ndarray]:
    """Combinations of the factors averaged over, and the weight of each."""
    if weights == "equal" or not names:
        mix = _combine(cells, names)
        return mix, np.full(len(mix), 1 / len(mix))
    sizes = cells.groupby(names, observed=True).size().reset_index(name="weight__")
    return sizes[names], sizes["weight__"].to_numpy() / len(cells)
