"""Where a report goes, and how a new one takes the place of the last good one."""

import hashlib
import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zi_analysis.reporting.kernels import ReportError

RECORD = "run.json"
PAGE, PDF, CRATE = "index.html", "report.pdf", "ro-crate-metadata.json"
NOTEBOOK = "notebook.ipynb"
_OWN = {PAGE, NOTEBOOK, "exhibits", PDF, CRATE, RECORD}
_LONGEST_LABEL = 100
_HALF_MADE = re.compile(r"\.(?P<name>.+)\.tmp-(?P<process>[0-9]+)-(?P<state>new|old)-[0-9a-f]{8}")


def report_folder(notebook: Path, *, root: Path, language: str, changed: Mapping[str, Any]) -> Path:
    """Return the folder a report is kept in.

    Parameters
    ----------
    notebook : Path
        The notebook; below ``notebooks/`` its subfolder is kept.
    root : Path
        Project root.
    language : str
        "en" or "id".
    changed : mapping
        The parameters that differ from the notebook's defaults, without ``language``.

    Returns
    -------
    Path
        ``reports/<stem>/<language>``, with ``--name=value`` for each changed parameter.

    Examples
    --------
    >>> changed = {"first_year": 2018}
    >>> report_folder(Path("03-x.ipynb"), root=Path("."), language="en", changed=changed).as_posix()
    'reports/03-x/en--first_year=2018'
    """
    home = root / "notebooks"
    inside = notebook.is_relative_to(home)
    stem = notebook.relative_to(home).with_suffix("") if inside else Path(notebook.stem)
    return root / "reports" / stem / (language + parameter_label(changed))


def parameter_label(changed: Mapping[str, Any]) -> str:
    """Write changed parameters as one safe piece of a file name; a hash tells apart what had to be cut.

    Parameters
    ----------
    changed : mapping
        Name to checked value.

    Returns
    -------
    str
        Empty when nothing is changed.

    Examples
    --------
    >>> parameter_label({"first_year": 2018, "agency_types": ["central", "city"]})
    '--agency_types=central+city--first_year=2018'
    """
    written = "".join(f"--{name}={_written(changed[name])}" for name in sorted(changed))
    safe = re.sub(r"[^A-Za-z0-9._+=-]", "_", written)
    if safe == written and len(safe) <= _LONGEST_LABEL:
        return safe
    return f"{safe[:_LONGEST_LABEL]}--{hashlib.sha256(written.encode()).hexdigest()[:10]}"


def _written(value: Any) -> str:
    """Write a parameter's value for a file name."""
    if isinstance(value, bool):
        return str(value).lower()
    return "+".join(map(str, value)) if isinstance(value, list) else str(value)


def check_target(folder: Path, notebook: str) -> None:
    """Refuse a folder that a report must not replace.

    Parameters
    ----------
    folder : Path
        Where the report is to go.
    notebook : str
        The notebook's path as run records write it.

    Raises
    ------
    ReportError
        If the folder is a file, is no report, holds files no report wrote, or is another notebook's report.

    Examples
    --------
    >>> check_target(Path("does-not-exist"), "notebooks/01.ipynb")
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ReportError(f"{folder} is a file; choose another output folder")
    names = {path.name for path in folder.iterdir()}
    if not names:
        return
    record = read_record(folder)
    if record is None:
        raise ReportError(f"{folder} exists and is not a report (it has no {RECORD}); choose another output folder")
    foreign = sorted(name for name in names - _OWN if not name.startswith("."))
    if foreign:
        raise ReportError(f"{folder} holds {', '.join(foreign)}, which no report wrote; move it away first")
    owner = record.get("notebook", {}).get("path")
    if owner != notebook:
        raise ReportError(f"{folder} is the report of {owner}, not of {notebook}; choose another output folder")


def read_record(folder: Path) -> dict[str, Any] | None:
    """Read a report's run record.

    Parameters
    ----------
    folder : Path
        The report's folder.

    Returns
    -------
    dict or None
        None when there is none that reads.

    Examples
    --------
    >>> read_record(Path("does-not-exist")) is None
    True
    """
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) and "zi_report" in record else None


@contextmanager
def new_folder(target: Path, *, tidy: bool = True) -> Iterator[Path]:
    """Give a hidden folder beside the target that takes its place when the block ends well.

    A block that ends with an exception, an interrupt or the death of the process leaves the target as it was.

    Parameters
    ----------
    target : Path
        The report's folder.
    tidy : bool
        Remove first what dead runs left half made beside it; a batch does so once for all its reports.

    Yields
    ------
    Path
        The folder to write into.

    Examples
    --------
    >>> with new_folder(Path("reports/x/en")) as folder:  # doctest: +SKIP
    ...     (folder / "index.html").write_text("...")
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if tidy:
        clean_half_made(target.parent)
    fresh = _beside(target, "new")
    fresh.mkdir()
    try:
        yield fresh
        _take_place(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _beside(target: Path, state: str) -> Path:
    """Name a hidden folder beside the target that tells whose it is."""
    return target.with_name(f".{target.name}.tmp-{os.getpid()}-{state}-{uuid.uuid4().hex[:8]}")


def _take_place(fresh: Path, target: Path) -> None:
    """Put the fresh folder where the target is, which stays to the last moment."""
    if not target.exists():
        fresh.rename(target)
        return
    old = _beside(target, "old")
    target.rename(old)
    try:
        fresh.rename(target)
    except BaseException:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def clean_half_made(parent: Path) -> None:
    """Remove what dead runs left half made, and bring back a report they had set aside.

    Parameters
    ----------
    parent : Path
        Folder that holds reports.

    Examples
    --------
    >>> clean_half_made(Path("does-not-exist"))
    """
    if not parent.is_dir():
        return
    for path in sorted(parent.iterdir()):
        match = _HALF_MADE.fullmatch(path.name)
        if match is None or not path.is_dir() or _alive(int(match["process"])):
            continue
        target = parent / match["name"]
        if match["state"] == "old" and not target.exists():
            path.rename(target)
        else:
            shutil.rmtree(path, ignore_errors=True)


def _alive(process: int) -> bool:
    """Tell whether a process runs; one that has ended and is not yet forgotten does not."""
    import psutil

    try:
        return bool(psutil.Process(process).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def failed_folder(target: Path) -> Path:
    """Return the folder beside a report in which a failed run leaves its notebook.

    Parameters
    ----------
    target : Path
        The report's folder.

    Returns
    -------
    Path
        ``<folder>--failed``, a name that the project keeps out of the repository.

    Examples
    --------
    >>> failed_folder(Path("reports/x/en")).name
    'en--failed'
    """
    return target.with_name(f"{target.name}--failed")
