"""Two report folders, compared exhibit by exhibit."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from zi_analysis.reporting.kernels import ReportError
from zi_analysis.reporting.quality_words import cut
from zi_analysis.reporting.verify_compare import Difference, compare_tables
from zi_analysis.reporting.verify_record import (
    PublishedExhibit,
    PublishedReport,
    checksum_of,
    notebook_content,
    read_bytes,
)
from zi_analysis.reporting.verify_words import Note, both, both_lists

EXHIBIT_COLUMNS = {
    "number": "str",
    "title": "str",
    "status": "str",
    "differences": "int64",
    "largest_relative_difference": "float64",
}
DIFFERENCE_COLUMNS = {
    "exhibit": "str",
    "title": "str",
    "kind": "str",
    "row": "Int64",
    "key": "str",
    "column": "str",
    "published": "str",
    "again": "str",
    "relative_difference": "float64",
}
_LONE = {"exhibit missing": "missing", "exhibit extra": "extra"}


def compare_exhibits(
    published: PublishedReport, again: PublishedReport, *, tolerance: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare the exhibits of two reports.

    Parameters
    ----------
    published, again : PublishedReport
        The report and its rerun, or another report.
    tolerance : float
        Largest relative difference of two numbers that counts as the same.

    Returns
    -------
    exhibits : pd.DataFrame
        One row per exhibit: ``number``, ``title``, ``status`` ("equal", "within tolerance", "different",
        "missing", "extra"), ``differences`` (those past the tolerance), ``largest_relative_difference``.
    differences : pd.DataFrame
        One row per difference: ``exhibit``, ``title``, ``kind``, ``row``, ``key``, ``column``, ``published``,
        ``again``, ``relative_difference``.

    Raises
    ------
    ReportError
        If a csv cannot be read; it is named.

    Examples
    --------
    >>> exhibits, differences = compare_exhibits(published, again, tolerance=1e-6)  # doctest: +SKIP
    """
    extra = [number for number in again.exhibits if number not in published.exhibits]
    told, rows = [], []
    for number in [*published.exhibits, *extra]:
        title = (published.exhibits.get(number) or again.exhibits[number]).title
        found = list(_differences(number, published, again, tolerance))
        counted = sum(one.kind != "near" for one in found)
        sizes = [one.relative for one in found if one.relative is not None]
        told.append((number, title, _status(found), counted, max(sizes, default=0.0)))
        rows += [
            (number, title, one.kind, one.row, one.key, one.column, one.published, one.again, one.relative)
            for one in found
        ]
    return _frame(told, EXHIBIT_COLUMNS), _frame(rows, DIFFERENCE_COLUMNS)


def _frame(rows: Sequence[tuple[object, ...]], columns: dict[str, str]) -> pd.DataFrame:
    """Make a frame whose columns have their types even without rows."""
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def _status(found: list[Difference]) -> str:
    """Return the result for one exhibit."""
    kinds = {one.kind for one in found}
    for kind, status in _LONE.items():
        if kind in kinds:
            return status
    if not kinds:
        return "equal"
    return "within tolerance" if kinds == {"near"} else "different"


def _differences(
    number: str, published: PublishedReport, again: PublishedReport, tolerance: float
) -> Iterator[Difference]:
    """Tell everything that differs in one exhibit."""
    first, second = published.exhibits.get(number), again.exhibits.get(number)
    if first is None or second is None:
        yield Difference("exhibit extra" if first is None else "exhibit missing")
        return
    for kind in ("title", "alt", "source"):
        told, other = getattr(first, kind), getattr(second, kind)
        if told != other and (kind != "alt" or (told and other)):  # a notebook may be missing, which is noted
            yield Difference(kind, published=told, again=other)
    lost = [Difference("file", column=name, published=there) for name, there in _lost_files(published, first)]
    lost += [Difference("file", column=name, again=there) for name, there in _lost_files(again, second)]
    yield from lost
    name = _csv(number)
    if not any(one.column == name for one in lost):
        yield from _compare_csv(published.folder / name, again.folder / name, tolerance)


def _csv(number: str) -> str:
    """Name the csv of an exhibit."""
    return f"exhibits/{number}.csv"


def _lost_files(report: PublishedReport, exhibit: PublishedExhibit) -> Iterator[tuple[str, str]]:
    """Tell which files of an exhibit are missing, or are pictures and tables changed after the run."""
    for name in dict.fromkeys([*exhibit.files, _csv(exhibit.number)]):
        told, there = exhibit.files.get(name), checksum_of(report.folder / name)
        if there is None or (told != there and not name.endswith(".csv")):
            yield name, there or "–"


def _compare_csv(published: Path, again: Path, tolerance: float) -> tuple[Difference, ...]:
    """Compare the csv files of an exhibit; the error of one that does not read names it."""
    texts = []
    for path in (published, again):
        try:
            texts.append(read_bytes(path).decode("utf-8-sig"))
            compare_tables(texts[-1], "", tolerance=tolerance)
        except (ReportError, UnicodeDecodeError) as error:
            raise ReportError(
                f"{path} is not a csv that a report wrote ({cut(error)}); fetch the report again"
            ) from None
    return compare_tables(*texts, tolerance=tolerance)


def compare_files(published: PublishedReport, again: PublishedReport, differences: pd.DataFrame) -> tuple[Note, ...]:
    """Note which files differ although no cell does, and whether the executed notebooks are the same.

    Parameters
    ----------
    published, again : PublishedReport
        The report and its rerun, or another report.
    differences : pd.DataFrame
        From `compare_exhibits`.

    Returns
    -------
    tuple of Note

    Examples
    --------
    >>> compare_files(published, again, differences)[-1].kind  # doctest: +SKIP
    'notebook'
    """
    told = set(differences.loc[differences["kind"] != "near", "exhibit"])
    agreeing = [number for number in published.exhibits if number in again.exhibits and number not in told]
    return (*_file_notes(published, again, agreeing), _notebook_note(published.folder, again.folder))


def _file_notes(published: PublishedReport, again: PublishedReport, numbers: list[str]) -> Iterator[Note]:
    """Note the files of exhibits whose cells agree that are not the same to the byte."""
    for number in numbers:
        names = {**published.exhibits[number].files, **again.exhibits[number].files}
        unlike = [name for name in names if checksum_of(published.folder / name) != checksum_of(again.folder / name)]
        drawn = [name for name in unlike if not name.endswith(".csv")]
        if drawn:
            yield Note("picture", **both("note_files", number=number, files=both_lists(drawn, most=4)))
        if _csv(number) in unlike:
            yield Note("csv", **both("note_csv", number=number))


def _notebook_note(published: Path, again: Path) -> Note:
    """Note whether the executed notebooks are the same."""
    name = "notebook.ipynb"
    first, second = notebook_content(published / name), notebook_content(again / name)
    if not first or not second:
        return Note("notebook", **both("note_notebook_missing"))
    if checksum_of(published / name) == checksum_of(again / name):
        return Note("notebook", **both("note_notebook_equal"))
    longer = max(len(first), len(second))
    unlike = longer - sum(one == other for one, other in zip(first, second, strict=False))
    words = {"cells": _cells(unlike), "all": _cells(longer)}
    return Note("notebook", **both("note_notebook_cells", **words))


def _cells(count: int) -> dict[str, str]:
    """Write a number of cells."""
    return both("count_cell" if count == 1 else "count_cells", count=count)
