"""The files of a cleaning: written beside their place, harmless for spreadsheets, moved there together."""

import os
import shutil
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow
import pyarrow.csv

from zi_analysis.errors import ParameterError, ZiError
from zi_analysis.evidence.awards import CleanedAwards
from zi_analysis.evidence.deciding import keep_decisions
from zi_analysis.evidence.fixes import Fix

try:
    import fcntl
except ImportError:  # Windows: runs there are not kept apart
    fcntl = None  # type: ignore[assignment]

FORMATS = ("csv", "parquet")
# text whose first visible character a spreadsheet takes for the start of a formula, or that a tab leads
_RUNS = r"^(?:\t|[\s\p{Z}\p{Cc}\p{Cf}]*[=+\-@＝＋－＠])"
_RETURNS = r"\r\n?"
_CONTROLS = r"[\x00-\x08\x0b-\x1f\x7f]"
_WRITTEN = ("awards.csv", "awards.parquet", "rows.csv", "rejects.csv", "log.csv", "quality.html")
_ROW_COLUMNS = ["award_id", "outcome", "award_key", "agency_id", "agency", "method", "score", "candidates", "reason"]
_LONGEST_CELL = 30_000  # characters; a spreadsheet holds 32,767
_STAGE = ".zi-clean-"
_PATIENCE = 20.0  # seconds that a run waits for another one to move its files


def write_cleaning(
    cleaned: CleanedAwards, folder: Path, *, page: str, fixes: Sequence[Fix] = (), table_format: str = "csv"
) -> list[Path]:
    """Write what a cleaning made into a folder; other files there stay.

    Parameters
    ----------
    cleaned : CleanedAwards
        From `clean_awards`.
    folder : Path
        Made when it is not there.
    page : str
        The quality page.
    fixes : sequence of Fix, optional
        Decisions made, which stand in to_decide.csv before those still to make: the file they were typed into
        may be the one written.
    table_format : {"csv", "parquet"}
        How the awards are written. Text in a csv that a spreadsheet would take for a formula gets an apostrophe in
        front.

    Returns
    -------
    list of Path
        awards, rows.csv (what became of every row), rejects.csv, log.csv, to_decide.csv, quality.html. They are
        written beside and moved into place
        together, so that no reader sees half of them, or files of two runs.

    Raises
    ------
    ParameterError
        If the folder is a file or the format is unknown.
    ZiError
        If another run keeps the folder for too long.
    """
    if table_format not in FORMATS:
        raise ParameterError(f'"{table_format}" is no format of the awards; choose {" or ".join(FORMATS)}')
    with _stage(folder) as stage:
        names = [_write_awards(cleaned.accepted, stage, table_format)]
        names.append(_write_rows(cleaned.matches[_ROW_COLUMNS], stage / "rows.csv"))
        decisions = keep_decisions(fixes, cleaned.to_decide)
        for name, frame in (("rejects", cleaned.rejected), ("log", cleaned.log), ("to_decide", decisions)):
            names.append(_write_csv(frame, stage / f"{name}.csv"))
        (stage / "quality.html").write_text(page, encoding="utf-8", errors="replace")
        others = [f"awards.{other}" for other in FORMATS if other != table_format]
        return _move([*names, "quality.html"], stage, folder, gone=others)


def write_resolved(table: pd.DataFrame, path: Path) -> Path:
    """Write a resolved table as csv or parquet, beside its place and moved there.

    Parameters
    ----------
    table : pd.DataFrame
        Any table with the columns of `resolve_agencies`.
    path : Path
        Ends in .csv or .parquet.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ParameterError
        If the file is of another kind, or a folder.
    """
    with _stage(path.parent) as stage:
        if path.suffix.lower() == ".parquet":
            table.to_parquet(stage / path.name, index=False)
        else:
            _write_csv(table, stage / path.name)
        return _move([path.name], stage, path.parent)[0]


@contextmanager
def _stage(folder: Path) -> Iterator[Path]:
    """Give a hidden folder inside the output folder that is gone when the block ends."""
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    _clear_dead_stages(folder)
    stage = folder / f"{_STAGE}{os.getpid()}-{uuid.uuid4().hex[:8]}"
    stage.mkdir()
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _clear_dead_stages(folder: Path) -> None:
    """Remove what killed runs left."""
    import psutil

    for stage in folder.glob(f"{_STAGE}*-*"):
        process = stage.name.removeprefix(_STAGE).partition("-")[0]
        if process.isdecimal() and stage.is_dir() and not psutil.pid_exists(int(process)):
            shutil.rmtree(stage, ignore_errors=True)


def _move(names: Sequence[str], stage: Path, folder: Path, *, gone: Sequence[str] = ()) -> list[Path]:
    """Move the files into place while no other run does, and take away those of an earlier run."""
    with _held(folder):
        for name in gone:
            (folder / name).unlink(missing_ok=True)
        return [(stage / name).replace(folder / name) for name in names]


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold the folder for one run; the hold goes with the process, however that ends."""
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        _wait_for(handle, folder)
        yield
    finally:
        os.close(handle)


def _wait_for(handle: int, folder: Path) -> None:
    """Wait until no other run holds the folder."""
    give_up = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > give_up:
                raise ZiError(f"another run is writing into {folder}; wait for it, or choose another folder") from None
            time.sleep(0.05)


def _write_awards(accepted: pd.DataFrame, stage: Path, table_format: str) -> str:
    """Write the awards."""
    if table_format == "parquet":
        accepted.to_parquet(stage / "awards.parquet", index=False)
        return "awards.parquet"
    shown = accepted.assign(**{name: shorten(accepted[name]) for name in ("award_ids", "source_ids")})
    return _write_csv(shown, stage / "awards.csv")


def shorten(column: pd.Series) -> pd.Series:
    """Cut lists of places that are longer than a cell of a spreadsheet can be.

    Parameters
    ----------
    column : pd.Series
        Places joined by "|".

    Returns
    -------
    pd.Series
        The same where it is short enough, else the first places and how many there are in all.

    Examples
    --------
    >>> shorten(pd.Series(["a.csv!2|a.csv!3"])).tolist()
    ['a.csv!2|a.csv!3']
    """
    long = (column.str.len() > _LONGEST_CELL).fillna(False).astype(bool)
    cut = {at: _cut(column.loc[at]) for at in column.index[long]}
    return column.where(~long, pd.Series(cut, dtype="str").reindex(column.index)) if cut else column


def _cut(places: str) -> str:
    """Keep the first places of a long list."""
    kept = places[:_LONGEST_CELL].rpartition("|")[0]
    return f"{kept}|... ({places.count('|') + 1} in all, see rows.csv)"


def _write_rows(rows: pd.DataFrame, path: Path) -> str:
    """Write the long table of all rows; pyarrow is many times faster than pandas, and quotes every text."""
    pyarrow.csv.write_csv(pyarrow.Table.from_pandas(_harmless(rows), preserve_index=False), path)
    return path.name


def _write_csv(frame: pd.DataFrame, path: Path) -> str:
    """Write a csv that a spreadsheet opens without running anything in it."""
    safe = _harmless(frame)
    safe.to_csv(path, index=False, encoding="utf-8", errors="replace", lineterminator="\n")
    return path.name


def _harmless(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table of which a spreadsheet runs nothing."""
    plain = {name: "str" for name, dtype in frame.dtypes.items() if isinstance(dtype, pd.CategoricalDtype)}
    safe = frame.astype(plain)
    for column in safe.columns[[pd.api.types.is_string_dtype(dtype) for dtype in safe.dtypes]]:
        safe[column] = neutralise(_without_controls(safe[column].astype("str")))
    safe.columns = neutralise(pd.Series(safe.columns, dtype="str")).tolist()
    return safe


def _without_controls(column: pd.Series) -> pd.Series:
    """Take out what breaks a csv: carriage returns become line feeds, other control characters a mark."""
    if not column.str.contains(_CONTROLS, regex=True).any():
        return column
    lines = column.str.replace(_RETURNS, "\n", regex=True)
    return lines.str.replace(_CONTROLS, "\ufffd", regex=True)


def neutralise(column: pd.Series) -> pd.Series:
    """Put an apostrophe before text that a spreadsheet would take for a formula.

    Parameters
    ----------
    column : pd.Series
        Text.

    Returns
    -------
    pd.Series
        The same text where it is harmless.

    Examples
    --------
    >>> neutralise(pd.Series(["=1+1", "RSUD"])).tolist()
    ["'=1+1", 'RSUD']
    """
    bad = column.str.contains(_RUNS, regex=True).fillna(False).astype(bool)
    return column.where(~bad, "'" + column) if bad.any() else column


def check_output(path: Path, *, given: Path) -> None:
    """Refuse an output that no table can be written to, before any work.

    Parameters
    ----------
    path : Path
        The file to write.
    given : Path
        The file that is read.

    Raises
    ------
    ParameterError
        If it is a folder or the file that is read, or ends in neither .csv nor .parquet.

    Examples
    --------
    >>> check_output(Path("resolved.csv"), given=Path("list.csv"))
    """
    if path.suffix.lower() not in (".csv", ".parquet"):
        raise ParameterError(f"{path} ends in neither .csv nor .parquet; name the output so")
    if path.is_dir():
        raise ParameterError(f"{path} is a folder; name a file for the output")
    check_folder(path.parent)
    _check_apart([given], [path])


def check_folder(folder: Path, *, given: Sequence[Path] = ()) -> None:
    """Refuse an output folder that is a file, or in which a file that is read would be written over.

    Parameters
    ----------
    folder : Path
        The folder to write into.
    given : sequence of Path, optional
        The files that are read.

    Raises
    ------
    ParameterError
        If there is a file of that name, or one of the files read has the name and place of one to be written.

    Examples
    --------
    >>> check_folder(Path("cleaned"))
    """
    if folder.exists() and not folder.is_dir():
        raise ParameterError(f"{folder} is a file; choose another output folder")
    _check_apart(given, [folder / name for name in _WRITTEN])


def _is_same(one: Path, other: Path) -> bool:
    """Tell whether two paths lead to one file."""
    try:
        return one.samefile(other)
    except OSError:
        return False


def _check_apart(given: Sequence[Path], written: Sequence[Path]) -> None:
    """Refuse to write over what is read."""
    for path in given:
        for target in written:
            if _is_same(path, target):
                raise ParameterError(f"{path} is read and would be written over; choose another --output")
