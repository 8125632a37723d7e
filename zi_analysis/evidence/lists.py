"""Award lists of other people, read from files and laid out as the rows that `clean_awards` works on."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.api.types import union_categoricals

from zi_analysis.errors import ParameterError
from zi_analysis.evidence.coding import code_column
from zi_analysis.evidence.predicates import read_predicate, read_status, read_track
from zi_analysis.evidence.years import read_year

if TYPE_CHECKING:
    from zi_analysis.evidence.readers import ReadList

_PLACES = ("file", "sheet", "row")
_TOLD_BY_CELLS = ("header", "position", "likeness")


@dataclass(frozen=True)
class ListRows:
    """Rows of one or more lists, and everything else that stood in their files."""

    rows: pd.DataFrame  # award_id, file, sheet, row and the columns of `clean_awards`
    cells: tuple[pd.DataFrame, ...]  # per file: the same rows under the file's own headers
    starts: tuple[int, ...]  # per file: place of its first row in `rows`
    lines: pd.DataFrame  # file, sheet, row, kind, text: lines that are no rows
    columns: pd.DataFrame  # file, sheet, position, header, field, how: which column was read as what

    def originals(self, rows: np.ndarray) -> list[str]:
        """Return rows as their files have them, as json: header to cell, empty cells left out."""
        told = [""] * len(rows)
        files = np.searchsorted(self.starts, rows, side="right") - 1
        for file in np.unique(files):
            at = np.flatnonzero(files == file)
            for place, text in zip(at, _row_texts(self.cells[file].iloc[rows[at] - self.starts[file]]), strict=True):
                told[place] = text
        return told


def _row_texts(cells: pd.DataFrame) -> list[str]:
    """Write rows as json; each distinct cell is encoded once."""
    columns = []
    for at, header in enumerate(cells.columns):
        coded = code_column(cells.iloc[:, at])
        name = json.dumps(str(header), ensure_ascii=False)
        encoded = [f"{name}: {json.dumps(text, ensure_ascii=False)}" for text in coded.distinct]
        encoded.append("")
        columns.append([encoded[code] for code in coded.codes.tolist()])
    return ["{" + ", ".join(filter(None, row)) + "}" for row in zip(*columns, strict=True)]


def read_lists(
    paths: Iterable[Path | str],
    *,
    columns: Mapping[str, str] | None = None,
    year: str | None = None,
    predicate: str | None = None,
) -> ListRows:
    """Read award lists from files.

    Parameters
    ----------
    paths : iterable of path
        Files as `read_list` reads them.
    columns : mapping, optional
        Field to position (from 1) or header, where the headers do not tell.
    year, predicate : str, optional
        Taken for lists that tell none.

    Returns
    -------
    ListRows
        Rows in the order of files and lines. The award_id of a row is its place: file, sheet and row.

    Raises
    ------
    EvidenceError
        If a file cannot be read as a list.
    ParameterError
        If no file or one file twice is named, or an option does not fit.

    Examples
    --------
    >>> read_lists(["wbk-2023.xlsx"]).rows  # doctest: +SKIP
    """
    from zi_analysis.evidence.readers import read_list

    _check_options(year, predicate)
    files = _distinct([Path(path) for path in paths])
    lists = [read_list(path, columns=columns, year=year, predicate=predicate) for path in files]
    names = _names(lists)
    frames = [_rows(one, name) for one, name in zip(lists, names, strict=True)]
    sizes = np.cumsum([0, *(len(frame) for frame in frames)])
    return ListRows(
        rows=_stacked(frames),
        cells=tuple(one.cells for one in lists),
        starts=tuple(int(size) for size in sizes[:-1]),
        lines=_labelled([one.lines for one in lists], names),
        columns=_labelled([one.columns for one in lists], names),
    )


def _stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put the rows of several lists under each other, each distinct text stored once."""
    if len(frames) == 1:
        return frames[0]
    columns = {}
    for name in frames[0]:
        parts = [frame[name] for frame in frames]
        kept = all(isinstance(part.dtype, pd.CategoricalDtype) for part in parts)
        joined = union_categoricals(parts) if kept else pd.concat(parts, ignore_index=True).array
        columns[name] = joined
    return pd.DataFrame(columns)


def _check_options(year: str | None, predicate: str | None) -> None:
    """Refuse a year or predicate for all rows that cannot be read."""
    fault = read_year(year).fault if year is not None else ""
    if fault:
        raise ParameterError(f"--year {fault}")
    read = read_predicate(predicate) if predicate is not None else None
    if read and len(read.predicates) != 1:
        raise ParameterError(f'--predicate "{predicate}" is not one predicate; choose WBK or WBBM')


def _distinct(paths: Sequence[Path]) -> list[Path]:
    """Refuse no file, and one file named twice."""
    if not paths:
        raise ParameterError("no list is named; name one or more files")
    for at, path in enumerate(paths):
        if any(other == path or _same_file(path, other) for other in paths[:at]):
            raise ParameterError(f"{path} is named twice; name each list once")
    return list(paths)


def _same_file(one: Path, other: Path) -> bool:
    """Tell whether two paths lead to one file."""
    try:
        return one.samefile(other)
    except OSError:
        return False


def _names(lists: "Sequence[ReadList]") -> list[str]:
    """Name each list by its file, numbered where two files have one name."""
    names: list[str] = []
    for one in lists:
        same = sum(other.name == one.name for other in lists[: len(names)])
        names.append(f"{one.name} ({same + 1})" if same else one.name)
    return names


def _labelled(frames: Sequence[pd.DataFrame], names: Sequence[str]) -> pd.DataFrame:
    """Put the frames of several files under each other, with the file of each line."""
    told = [frame.assign(file=name) for frame, name in zip(frames, names, strict=True)]
    joined = pd.concat(told, ignore_index=True)
    return joined[["file", *(column for column in joined if column != "file")]]


def _rows(one: "ReadList", name: str) -> pd.DataFrame:
    """Lay out the rows of one list."""
    told, count = one.rows, len(one.rows)
    sheet = told["sheet"].astype("str").fillna("")
    track, status = code_column(told["track"]), code_column(told["status"])
    source = told["source"]
    return pd.DataFrame(
        {
            "award_id": row_ids(name, sheet, told["row"]),
            "file": pd.Categorical.from_codes(np.zeros(count, dtype=np.int8), [name]),
            "sheet": told["sheet"],
            "row": told["row"],
            "year": told["year"],
            "agency_as_written": told["agency_as_written"],
            "unit_as_written": told["unit_as_written"],
            "predicate": told["predicate"],
            "region": told["region"],
            "track": _category([read_track(text) for text in track.distinct], track.codes, empty="unclear"),
            "status": _category([read_status(text) for text in status.distinct], status.codes, empty="held"),
            "year_basis": _year_basis(one, count),
            "source_id": _filled(source, name),
        }
    )


def _category(texts: Sequence[str], codes: np.ndarray, *, empty: str) -> pd.Categorical:
    """Look texts up by code, each distinct one stored once; an empty cell gets its own text."""
    categories = list(dict.fromkeys((*texts, empty)))
    places = np.array([categories.index(text) for text in (*texts, empty)], dtype=np.int32)
    return pd.Categorical.from_codes(places[codes], categories)


def _filled(source: pd.Series, name: str) -> pd.Categorical:
    """Take the file as source where no other is told."""
    coded = code_column(source)
    return _category(coded.distinct, coded.codes, empty=name)


def _year_basis(one: "ReadList", count: int) -> pd.Categorical:
    """Say whether the rows of each sheet tell the year themselves."""
    years = one.columns[one.columns["field"] == "year"]
    stated = set(years.loc[years["how"].str.startswith(_TOLD_BY_CELLS), "sheet"])
    sheets = code_column(one.rows["sheet"])
    told = sheets.mapped([0 if sheet in stated else 1 for sheet in sheets.distinct], missing=0 if "" in stated else 1)
    return pd.Categorical.from_codes(told, ["stated", "inferred"])


def row_ids(name: str, sheet: pd.Series, row: pd.Series) -> pd.Series:
    """Name rows by their place: file, sheet (where there is one) and row.

    Parameters
    ----------
    name : str
        The file.
    sheet : pd.Series
        Sheets, empty text where the file has none.
    row : pd.Series
        Rows, from 1.

    Returns
    -------
    pd.Series
        ``str``.

    Examples
    --------
    >>> row_ids("list.xlsx", pd.Series(["2023"]), pd.Series([7])).tolist()
    ['list.xlsx!2023!7']
    """
    numbers = pa.array(row.to_numpy(dtype=np.int64)).cast(pa.string())
    if not (sheet != "").any():
        joined = pc.binary_join_element_wise(pa.scalar(name), numbers, "!")
    else:
        starts = pa.array([f"{name}!{text}" if text else name for text in sheet])
        joined = pc.binary_join_element_wise(starts, numbers, "!")
    return pd.Series(pd.array(joined, dtype="str"))
