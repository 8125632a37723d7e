"""Columns as codes: each distinct text once, so that work follows distinct spellings and not rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

MISSING = -1


@dataclass(frozen=True, eq=False)
class Coded:
    """A column of text as codes into its distinct values."""

    codes: np.ndarray  # int32 per row; -1 where the cell is empty
    distinct: tuple[str, ...]

    def changed(self, change: Callable[[str], str]) -> "Coded":
        """Return the column after a change of its values; values that became equal share one code, "" is empty."""
        places: dict[str, int] = {}
        moved = [MISSING if not new else places.setdefault(new, len(places)) for new in map(change, self.distinct)]
        return Coded(take_codes(np.array([*moved, MISSING], dtype=np.int32), self.codes), tuple(places))

    def mapped(self, numbers: Sequence[int], *, missing: int = MISSING) -> np.ndarray:
        """Return a number per row, given one per value."""
        return take_codes(np.array([*numbers, missing], dtype=np.int64), self.codes)

    def differs(self, other: "Coded") -> np.ndarray:
        """Tell the rows whose text is another one in another column of the same rows."""
        pairs = np.unique(np.stack([self.codes, other.codes]), axis=1).T if len(self.codes) else np.empty((0, 2), int)
        ours, theirs = (*self.distinct, ""), (*other.distinct, "")
        apart = {(int(a), int(b)) for a, b in pairs if ours[a] != theirs[b]}
        if not apart:
            return np.zeros(len(self.codes), dtype=bool)
        span = len(other.distinct) + 1
        marks = np.array(sorted((a + 1) * (span + 1) + b + 1 for a, b in apart), dtype=np.int64)
        return np.isin((self.codes.astype(np.int64) + 1) * (span + 1) + other.codes + 1, marks)

    def taken(self, at: np.ndarray) -> "Coded":
        """Return some of the rows."""
        return Coded(self.codes[at], self.distinct)

    def texts(self, at: np.ndarray) -> list[str]:
        """Return the text of some rows, empty where the cell is."""
        whole = (*self.distinct, "")
        return [whole[code] for code in self.codes[at].tolist()]


def take_codes(numbers: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Look numbers up by code; code -1 gives the last one.

    Parameters
    ----------
    numbers : np.ndarray
        One per value, and one more for the empty cell.
    codes : np.ndarray
        From `Coded`.

    Returns
    -------
    np.ndarray
        As long as ``codes``.

    Examples
    --------
    >>> take_codes(np.array([5, 7, 0]), np.array([1, -1, 0])).tolist()
    [7, 0, 5]
    """
    return numbers[codes]


def take_text(values: Sequence[str | None], codes: np.ndarray) -> pd.api.extensions.ExtensionArray:
    """Look text up by code.

    Parameters
    ----------
    values : sequence of str
        Distinct values.
    codes : np.ndarray
        Codes; -1 is missing.

    Returns
    -------
    ExtensionArray
        Of dtype ``str``.

    Examples
    --------
    >>> list(take_text(["a", "b"], np.array([1, 0])))
    ['b', 'a']
    """
    if not len(values):
        return pd.array([None], dtype="str").take(np.zeros(len(codes), dtype=np.int64))
    return pd.array(list(values), dtype="str").take(codes, allow_fill=True)


def code_column(column: pd.Series) -> Coded:
    """Code a column of text, numbers or categories.

    Parameters
    ----------
    column : pd.Series
        Any length; missing values and empty text are empty cells. Whole numbers are written without a point.

    Returns
    -------
    Coded
        Values in the order of their first row.

    Examples
    --------
    >>> coded = code_column(pd.Series(["b", None, "b", "a"]))
    >>> coded.codes.tolist(), coded.distinct
    ([0, -1, 0, 1], ('b', 'a'))
    """
    codes, values = pd.factorize(column)
    texts = Coded(codes.astype(np.int32), tuple(_text(value) for value in values))
    return texts.changed(str) if len(set(texts.distinct)) < len(texts.distinct) or "" in texts.distinct else texts


def _text(value: object) -> str:
    """Write one value."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def combine(*columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number the distinct combinations of columns of codes.

    Parameters
    ----------
    *columns : np.ndarray
        Codes of equal length, -1 or more.

    Returns
    -------
    tuple of np.ndarray
        The combination of each row, numbered from 0 by first row; and the first row of each combination.

    Examples
    --------
    >>> which, first = combine(np.array([0, 1, 0]), np.array([2, 2, 2]))
    >>> which.tolist(), first.tolist()
    ([0, 1, 0], [0, 1])
    """
    joined = columns[0].astype(np.int64) + 1
    for column in columns[1:]:
        # numbered anew each time, so that the product never leaves 64 bits
        joined = pd.factorize(joined)[0] * (int(column.max(initial=-1)) + 2) + column + 1
    which = pd.factorize(joined)[0].astype(np.int64)
    highest = np.maximum.accumulate(which) if len(which) else which
    return which, np.flatnonzero(np.diff(highest, prepend=-1))
