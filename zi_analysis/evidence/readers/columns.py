"""Columns of text in which each distinct text is kept once, and plain ones whose texts hardly repeat."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

MANY_LINES = 50_000  # from here on a frame keeps each distinct text once
_UNSEEN = " \t\r\n\v\f\u00a0\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"


class Column(Protocol):
    """A column of cells; an empty cell holds nothing."""

    def __len__(self) -> int: ...

    def filled(self) -> np.ndarray:
        """Tell of each line whether its cell holds text."""
        ...

    def distinct(self) -> tuple[np.ndarray, list[str]]:
        """Return one code per line, -1 for an empty cell, and the texts they stand for."""
        ...

    def cells(self, lines: np.ndarray) -> list[str]:
        """Return the cells of some lines, empty text for an empty cell."""
        ...

    def take(self, lines: np.ndarray) -> "Column":
        """Return a column of some lines, in order."""
        ...

    def series(self) -> pd.Series:
        """Return the column for a frame: category for many lines, else text; missing where empty."""
        ...


@dataclass(frozen=True)
class CodedColumn:
    """Codes per line, and the distinct texts they stand for.

    Examples
    --------
    >>> CodedColumn(np.array([0, -1, 0], dtype=np.int32), ["WBK"]).series().tolist()
    ['WBK', nan, 'WBK']
    """

    codes: np.ndarray  # int32, -1 for an empty cell
    texts: Sequence[str] | pd.Index

    def __len__(self) -> int:
        return len(self.codes)

    def filled(self) -> np.ndarray:
        """Tell of each line whether its cell holds text."""
        return self.codes >= 0

    def distinct(self) -> tuple[np.ndarray, list[str]]:
        """Return codes and texts."""
        return self.codes, list(self.texts)

    def cells(self, lines: np.ndarray) -> list[str]:
        """Return the cells of some lines."""
        codes = self.codes[lines].tolist()
        if isinstance(self.texts, pd.Index):
            told = [code for code in codes if code >= 0]
            known = dict(zip(told, self.texts.take(told).tolist(), strict=True))
            return [known.get(code, "") for code in codes]
        return [self.texts[code] if code >= 0 else "" for code in codes]

    def take(self, lines: np.ndarray) -> "CodedColumn":
        """Return a column of some lines; no copy where they follow each other."""
        return CodedColumn(self.codes[_span(lines)], self.texts)

    def series(self) -> pd.Series:
        """Return the column for a frame."""
        if len(self) < MANY_LINES:
            cells = [text or None for text in self.cells(np.arange(len(self)))]
            return pd.Series(cells, dtype="str")
        texts = self.texts if isinstance(self.texts, pd.Index) else pd.Index(self.texts, dtype="str")
        return pd.Series(pd.Categorical.from_codes(self.codes, texts, validate=False))


@dataclass(frozen=True)
class PlainColumn:
    """Cells as they stand, for texts that hardly repeat.

    Examples
    --------
    >>> PlainColumn(pd.Series(["a1", None], dtype="str")).filled().tolist()
    [True, False]
    """

    values: pd.Series  # str, missing where empty

    def __len__(self) -> int:
        return len(self.values)

    def filled(self) -> np.ndarray:
        """Tell of each line whether its cell holds text."""
        return np.asarray(self.values.notna())

    def distinct(self) -> tuple[np.ndarray, list[str]]:
        """Return codes and texts."""
        codes, texts = pd.factorize(self.values)
        return codes.astype(np.int32), list(texts)

    def cells(self, lines: np.ndarray) -> list[str]:
        """Return the cells of some lines."""
        return self.values.iloc[lines].fillna("").tolist()

    def take(self, lines: np.ndarray) -> "PlainColumn":
        """Return a column of some lines."""
        return PlainColumn(self.values.iloc[_span(lines)].reset_index(drop=True))

    def series(self) -> pd.Series:
        """Return the column for a frame."""
        return self.values


def _span(lines: np.ndarray) -> np.ndarray | slice:
    """Return lines as a slice where they follow each other."""
    together = len(lines) > 0 and int(lines[-1]) - int(lines[0]) + 1 == len(lines)
    return slice(int(lines[0]), int(lines[-1]) + 1) if together else lines


def join_columns(parts: Sequence[Column]) -> Column:
    """Put columns under each other.

    Parameters
    ----------
    parts : sequence of Column
        One at least.

    Returns
    -------
    Column
        Each distinct text once.

    Examples
    --------
    >>> parts = [CodedColumn(np.array([0]), ["WBK"]), CodedColumn(np.array([0, 1]), ["WBBM", "WBK"])]
    >>> join_columns(parts).series().tolist()
    ['WBK', 'WBBM', 'WBK']
    """
    if len(parts) == 1:
        return parts[0]
    known: dict[str, int] = {}
    joined = []
    for part in parts:
        codes, texts = part.distinct()
        again = np.array([*(known.setdefault(text, len(known)) for text in texts), -1], dtype=np.int32)
        joined.append(again[codes])
    return CodedColumn(np.concatenate(joined), list(known))


def empty_column(height: int) -> CodedColumn:
    """Make a column of empty cells.

    Parameters
    ----------
    height : int
        Number of lines.

    Returns
    -------
    CodedColumn
        Without texts.

    Examples
    --------
    >>> empty_column(2).filled().tolist()
    [False, False]
    """
    return CodedColumn(np.full(height, -1, dtype=np.int32), [])


def is_blank(text: str) -> bool:
    """Tell whether a cell shows nothing.

    Parameters
    ----------
    text : str
        A cell.

    Returns
    -------
    bool
        True for empty text, spaces and marks without width.

    Examples
    --------
    >>> is_blank("\\u00a0 "), is_blank("-")
    (True, False)
    """
    return not text.strip(_UNSEEN) or text.isspace()
