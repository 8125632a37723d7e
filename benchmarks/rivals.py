"""What a user would pick instead: rapidfuzz in a loop over the rows, or over distinct spellings at once.

Both get all names of the register. Neither knows the unit, the year or a short form that is not recorded as a name.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from zi_analysis.paths import data_folder

LEAST_RATIO = 80  # the best of a few tried on a generated list
_LOOP_SAMPLE = 2_000  # rows; the loop's cost is the same for each row


@dataclass(frozen=True)
class Answer:
    """What a rival found."""

    seconds: float
    agency_ids: np.ndarray | None  # one a row, "" where it found none
    awards: np.ndarray | None  # one a row: the award it was put into, "" for none


def register_names() -> pd.DataFrame:
    """Return the names of all bodies, current and former, short and long.

    Returns
    -------
    pd.DataFrame
        Columns agency_id and name.

    Examples
    --------
    >>> len(register_names()) > 1_800
    True
    """
    names = pd.read_csv(data_folder() / "register" / "agency_names.csv", dtype=str, keep_default_na=False)
    return names[["agency_id", "name"]]


def extract_row_by_row(path: Path) -> Answer:
    """Time `rapidfuzz.process.extractOne` on a sample of rows, scaled to all rows.

    Parameters
    ----------
    path : Path
        An award list.

    Returns
    -------
    Answer
        Seconds for all rows, without reading the file; no agencies, as most rows were not looked at.

    Examples
    --------
    >>> extract_row_by_row(Path("list.csv")).seconds > 100  # doctest: +SKIP
    True
    """
    from rapidfuzz import process

    written = _read_agencies(path)
    names = register_names()["name"].tolist()
    sample = written.sample(min(_LOOP_SAMPLE, len(written)), random_state=1)
    start = time.perf_counter()
    for text in sample:
        process.extractOne(text, names)
    return Answer((time.perf_counter() - start) / len(sample) * len(written), None, None)


def match_distinct(path: Path) -> Answer:
    """Compare each distinct spelling with every name at once (`rapidfuzz.process.cdist`): naming alone, no merging.

    Parameters
    ----------
    path : Path
        An award list.

    Returns
    -------
    Answer
        Seconds with reading the one column, and the agency of each row.

    Examples
    --------
    >>> match_distinct(Path("list.csv")).awards is None  # doctest: +SKIP
    True
    """
    from rapidfuzz import fuzz, process

    start = time.perf_counter()
    codes, spellings = pd.factorize(_read_agencies(path))
    names = register_names()
    known = names["name"].str.lower().tolist()
    best, score = np.zeros(len(spellings), dtype=np.int64), np.zeros(len(spellings))
    asked = pd.Series(spellings).str.lower().tolist()
    for at in range(0, len(asked), 5_000):
        likeness = process.cdist(asked[at : at + 5_000], known, scorer=fuzz.ratio, dtype=np.uint8, workers=-1)
        best[at : at + 5_000], score[at : at + 5_000] = likeness.argmax(axis=1), likeness.max(axis=1)
    found = np.where(score >= LEAST_RATIO, names["agency_id"].to_numpy(dtype=object)[best], "")
    return Answer(time.perf_counter() - start, found[codes], None)


def _read_agencies(path: Path) -> pd.Series:
    """Read the agencies as written."""
    return pd.read_csv(path, engine="pyarrow", usecols=["agency_as_written"])["agency_as_written"].fillna("")
