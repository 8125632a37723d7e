"""Coarsened tables: read cells with bounds and the sums over them, and refuse what cannot hold together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from zi_analysis.errors import EvidenceError, StudyRefusal
from zi_analysis.study.columns import name_rows, name_terms, read_numbers
from zi_analysis.study.formulas import closest

TOTALS = ("total", "count", "value")
_NOT_FACTORS = ("lower", "upper", "name", *TOTALS)


@dataclass(frozen=True, eq=False)
class CoarseTable:
    """What is known of the counts of cells: bounds of each, and bounds of sums over some of them.

    Attributes
    ----------
    lower, upper : ndarray of float, shape (cells,)
        Bounds as given; ``upper`` is infinite where nothing bounds the count from above.
    members : tuple of ndarray of int
        Positions of the cells of each sum.
    least, most : ndarray of float, shape (sums,)
        Bounds of the sums.
    names : tuple of str
        Names of the sums.
    """

    lower: np.ndarray
    upper: np.ndarray
    members: tuple[np.ndarray, ...]
    least: np.ndarray
    most: np.ndarray
    names: tuple[str, ...]


def read_coarse_table(
    cells: pd.DataFrame,
    sums: pd.DataFrame | None,
    *,
    exposure: str | None = None,
    leave_out: Sequence[str] = (),
) -> CoarseTable:
    """Check cells and sums, and find the cells of each sum.

    Parameters
    ----------
    cells : DataFrame
        Factor columns, ``lower`` and ``upper``; an empty lower is 0, an empty upper no bound.
    sums : DataFrame or None
        Factor columns, empty or absent where summed over, and ``total`` (or ``lower`` and ``upper``); an
        optional ``name`` for each row.
    exposure : str, optional
        Column of ``cells`` that is no factor.
    leave_out : sequence of str
        Names of sums not to be used.

    Returns
    -------
    CoarseTable

    Raises
    ------
    EvidenceError
        If a bound is negative, not whole or crossed, a cell is there twice, or a sum names no cell, no total
        or an unknown column.

    Examples
    --------
    >>> cells = pd.DataFrame({"kind": ["a", "b"], "lower": [1, 0], "upper": [1, None]})
    >>> read_coarse_table(cells, pd.DataFrame({"total": [5]})).members[0].tolist()
    [0, 1]
    """
    if cells.empty:
        raise EvidenceError("the table of cells has no rows; check the filter that made it")
    for column in ("lower", "upper"):
        if column not in cells.columns:
            raise EvidenceError(f"column {column!r} is not in the cells; {closest(column, map(str, cells.columns))}")
    lower = _read_bounds(cells, "lower", empty=0.0, what="cells")
    upper = _read_bounds(cells, "upper", empty=np.inf, what="cells")
    _refuse_crossed(lower, upper, cells.index, "cells")
    factors = [name for name in cells.columns if name not in (*_NOT_FACTORS, exposure)]
    _refuse_twice(cells, factors)
    if sums is None or sums.empty:
        _check_names(leave_out, ())
        return CoarseTable(lower, upper, (), np.empty(0), np.empty(0), ())
    least, most = _read_totals(sums)
    used = [name for name in sums.columns if name not in _NOT_FACTORS and name != exposure]
    for name in used:
        if name not in factors:
            raise EvidenceError(f"column {name!r} of the sums is no factor of the cells; {closest(name, factors)}")
    members = [_find_members(cells, row, used, label) for label, row in zip(sums.index, _rows(sums, used), strict=True)]
    names = _name_sums(sums, used)
    _check_names(leave_out, names)
    keep = [place for place, name in enumerate(names) if name not in leave_out]
    return CoarseTable(
        lower,
        upper,
        tuple(members[place] for place in keep),
        least[keep],
        most[keep],
        tuple(names[place] for place in keep),
    )


def _read_bounds(table: pd.DataFrame, column: str, *, empty: float, what: str) -> np.ndarray:
    """A column of whole numbers, zero or more; empty ones replaced."""
    values = np.full(len(table), empty)
    given = table[column].notna().to_numpy(dtype=bool)
    if given.any():
        told = table[given]
        if pd.api.types.is_object_dtype(told[column]):  # numbers and None together
            told = told.assign(**{column: told[column].infer_objects()})
        values[given] = read_numbers(told, column)
    good = ~given | ((values >= 0) & ((values == np.round(values)) | (np.isposinf(values) & (column == "upper"))))
    good &= ~np.isnan(values)
    if not good.all():
        label, value = table.index[~good][0], table[column][~good].iloc[0]
        raise EvidenceError(
            f"{column} is {value} at row {label} of the {what}; it must be a whole number, zero or more"
        )
    return values


def _refuse_crossed(lower: np.ndarray, upper: np.ndarray, index: pd.Index, what: str) -> None:
    """Refuse a lower bound above its upper one."""
    crossed = lower > upper
    if crossed.any():
        label, least, most = index[crossed][0], lower[crossed][0], upper[crossed][0]
        raise EvidenceError(
            f"lower {least:g} is above upper {most:g} at row {label} of the {what}; swap or correct them"
        )


def _refuse_twice(cells: pd.DataFrame, factors: list[str]) -> None:
    """Refuse a cell that is listed twice."""
    twice = cells.duplicated(factors, keep=False) if factors else pd.Series(len(cells) > 1, index=cells.index)
    if twice.any():
        rows, what = name_rows(cells.index[twice]), name_terms(factors) or "no factor"
        raise EvidenceError(f"{rows} of the cells are the same cell ({what}); keep one, or add the column that differs")


def _read_totals(sums: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of each sum, from a total or from lower and upper."""
    named = [name for name in TOTALS if name in sums.columns]
    bounded = [name for name in ("lower", "upper") if name in sums.columns]
    if not named and not bounded:
        found = closest("total", map(str, sums.columns))
        raise EvidenceError(f"the sums have no column 'total' (nor 'lower' and 'upper'); {found}")
    if len(named) > 1:
        raise EvidenceError(f"the sums have totals in columns {name_terms(named)}; keep one, named 'total'")
    empty = pd.Series(np.nan, index=sums.index)
    table = pd.DataFrame({name: sums.get(name, empty) for name in ("lower", "upper")})
    table[TOTALS[0]] = sums[named[0]] if named else empty
    least = _read_bounds(table, "lower", empty=0.0, what="sums")
    most = _read_bounds(table, "upper", empty=np.inf, what="sums")
    exact = table["total"].notna().to_numpy(dtype=bool)
    total = _read_bounds(table, "total", empty=0.0, what="sums")
    bare = ~exact & table["lower"].isna().to_numpy() & table["upper"].isna().to_numpy()
    if bare.any():
        raise EvidenceError(f"{name_rows(sums.index[bare])} of the sums have no total; fill them or leave them out")
    outside = exact & ((total < least) | (total > most))
    if outside.any():
        label = sums.index[outside][0]
        raise EvidenceError(
            f"total {total[outside][0]:g} is outside its own bounds at row {label} of the sums; correct it"
        )
    least, most = np.where(exact, total, least), np.where(exact, total, most)
    _refuse_crossed(least, most, sums.index, "sums")
    return least, most


def _rows(sums: pd.DataFrame, used: list[str]) -> list[dict]:
    """Each row's given factors; what is empty is summed over."""
    return [{name: value for name, value in row.items() if not pd.isna(value)} for row in sums[used].to_dict("records")]


def _find_members(cells: pd.DataFrame, row: dict, used: list[str], label: object) -> np.ndarray:
    """Find the cells that a sum is of."""
    chosen = np.ones(len(cells), dtype=bool)
    for name, value in row.items():
        here = (cells[name] == value).fillna(value=False).to_numpy(dtype=bool)
        if not here.any():
            known = closest(value, cells[name].unique().tolist())
            raise EvidenceError(f"{name} is {value!r} at row {label} of the sums, and no cell has it; {known}")
        chosen &= here
    if not chosen.any():
        told = _tell(row)
        raise EvidenceError(f"no cell is in the sum at row {label} ({told}); add its cells or leave the sum out")
    return np.flatnonzero(chosen)


def _tell(row: dict) -> str:
    """Write a row's columns and values."""
    return ", ".join(
        f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}" for name, value in row.items()
    )


def _name_sums(sums: pd.DataFrame, used: list[str]) -> list[str]:
    """Name each sum, by its own name or by its columns."""
    if "name" in sums.columns:
        names = [str(name) for name in sums["name"]]
    else:
        names = [_tell(row) or "all cells" for row in _rows(sums, used)]
    return names


def _check_names(leave_out: Sequence[str], names: Sequence[str]) -> None:
    """Refuse to leave out a sum that is not there."""
    for name in leave_out:
        if name not in names:
            raise StudyRefusal(f"no sum is named {name!r} to be left out; {closest(name, names)}")
