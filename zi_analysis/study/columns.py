"""Columns: the checks a table must pass before a model sees it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from zi_analysis.errors import EvidenceError
from zi_analysis.study.formulas import closest

_NAMED = 5


def name_rows(labels: Sequence[object]) -> str:
    """Write row labels for a message, the first five and how many more.

    Parameters
    ----------
    labels : sequence
        Index labels of a frame.

    Returns
    -------
    str
        ``"row 3"`` or ``"rows 1, 2, 3, 4, 5 and 7 more"``.

    Examples
    --------
    >>> name_rows([4, 9])
    'rows 4, 9'
    """
    return f"{'row' if len(labels) == 1 else 'rows'} {name_terms(labels)}"


def name_terms(terms: Sequence[object]) -> str:
    """Write names for a message, the first five and how many more.

    Parameters
    ----------
    terms : sequence
        Names of terms, or labels of rows.

    Returns
    -------
    str
        ``"year, units"`` or ``"a, b, c, d, e and 7 more"``.

    Examples
    --------
    >>> name_terms(["year", "units"])
    'year, units'
    """
    shown = ", ".join(str(term) for term in list(terms)[:_NAMED])
    return f"{shown} and {len(terms) - _NAMED} more" if len(terms) > _NAMED else shown


def check_table(table: pd.DataFrame, columns: Sequence[str]) -> None:
    """Check that a table has rows, has each column once, and no missing value in them.

    Parameters
    ----------
    table : DataFrame
        Any table.
    columns : sequence of str
        Columns that a model will use.

    Raises
    ------
    EvidenceError
        If the table is empty, a column is absent or there twice, or a value is missing (names column and
        rows).

    Examples
    --------
    >>> check_table(pd.DataFrame({"year": [2020]}), ["year"])
    """
    if table.empty:
        raise EvidenceError("the table has no rows; check the filter that made it")
    names = [str(name) for name in table.columns]
    for column in columns:
        if column not in table.columns:
            raise EvidenceError(f"column {column!r} is not in the table; {closest(column, names)}")
        if names.count(column) > 1:
            raise EvidenceError(f"column {column!r} is in the table {names.count(column)} times; keep one")
        missing = table.index[table[column].isna()]
        if len(missing):
            raise EvidenceError(
                f"column {column!r} is missing at {name_rows(missing)}; "
                "fill these rows or leave them out before the fit"
            )


def read_counts(table: pd.DataFrame, column: str) -> np.ndarray:
    """Read a column of counts: whole numbers, zero or more.

    Parameters
    ----------
    table : DataFrame
        Any table.
    column : str
        Column of counts, without missing values.

    Returns
    -------
    ndarray of float
        The counts, in row order.

    Raises
    ------
    EvidenceError
        If a value is not a number, is negative, infinite or not whole (names the first row).

    Examples
    --------
    >>> read_counts(pd.DataFrame({"awards": [3, 0]}), "awards").tolist()
    [3.0, 0.0]
    """
    values = read_numbers(table, column)
    whole = np.isfinite(values) & (values >= 0) & (values == np.round(values))
    _refuse_first(table, column, ~whole, "a count must be a whole number, zero or more")
    return values


def read_exposure(table: pd.DataFrame, column: str) -> np.ndarray:
    """Read a column of exposures: numbers above zero.

    Parameters
    ----------
    table : DataFrame
        Any table.
    column : str
        Column of exposures (agencies, units), without missing values.

    Returns
    -------
    ndarray of float
        The exposures, in row order.

    Raises
    ------
    EvidenceError
        If a value is not a number, is infinite, zero or negative (names the first row).

    Examples
    --------
    >>> read_exposure(pd.DataFrame({"agencies": [514, 38]}), "agencies").tolist()
    [514.0, 38.0]
    """
    values = read_numbers(table, column)
    good = np.isfinite(values) & (values > 0)
    _refuse_first(table, column, ~good, "an exposure must be above zero; leave the row out or correct it")
    return values


def read_numbers(table: pd.DataFrame, column: str) -> np.ndarray:
    """Read a numeric column as floats.

    Parameters
    ----------
    table : DataFrame
        Any table.
    column : str
        Numeric column, without missing values.

    Returns
    -------
    ndarray of float
        The values, in row order.

    Raises
    ------
    EvidenceError
        If the column does not hold numbers.

    Examples
    --------
    >>> read_numbers(pd.DataFrame({"share": [0.5]}), "share").tolist()
    [0.5]
    """
    series = table[column]
    if not pd.api.types.is_numeric_dtype(series) or pd.api.types.is_bool_dtype(series):
        raise EvidenceError(f"column {column!r} holds {series.dtype} ({series.iloc[0]}); it must hold numbers")
    return series.to_numpy(dtype="float64")


def _refuse_first(table: pd.DataFrame, column: str, bad: np.ndarray, rule: str) -> None:
    """Refuse the first bad value by row and rule."""
    if bad.any():
        label, value = table.index[bad][0], table[column][bad].iloc[0]
        raise EvidenceError(f"{column} is {value} at row {label}; {rule}")
