"""A published report as it lies on disk: its run record is hostile until checked."""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from zi_analysis.reporting.folders import NOTEBOOK, PAGE, PDF, RECORD
from zi_analysis.reporting.kernels import ReportError
from zi_analysis.reporting.outputs import EXHIBIT
from zi_analysis.reporting.quality_words import cut

_LARGEST_RECORD = 4_000_000  # bytes; a record of all tables and a hundred exhibits has about 30,000
_LARGEST_FILE = 200_000_000
_NUMBER = re.compile(r"[0-9A-Za-z]+([.-][0-9A-Za-z]+)*")
_FILE = re.compile(r"exhibits/[0-9A-Za-z]+([.-][0-9A-Za-z]+)*\.(csv|png|html)")
_CHECKSUM = re.compile(r"[0-9a-f]{64}")
WHOLE_FILES = (PAGE, NOTEBOOK, PDF)  # of a report, beside its exhibits
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


@dataclass(frozen=True)
class PublishedExhibit:
    """An exhibit of a report.

    Parameters
    ----------
    number, title, source, alt : str
        As the report gives them; ``alt`` is empty where the notebook does not tell it.
    files : dict
        Path below the report's folder to the sha256 that its record tells.

    Examples
    --------
    >>> PublishedExhibit("2.1", "Awards", "", "", {}).number
    '2.1'
    """

    number: str
    title: str
    source: str
    alt: str
    files: dict[str, str]


@dataclass(frozen=True)
class PublishedReport:
    """A report folder whose record was checked.

    Parameters
    ----------
    folder : Path
        Where it lies.
    record : dict
        The run record; every part that a verification reads has its type.
    exhibits : dict
        Number to exhibit, in the order of the record.

    Examples
    --------
    >>> read_report("reports/02-awards-by-year-and-type/en").record["language"]  # doctest: +SKIP
    'en'
    """

    folder: Path
    record: dict[str, Any]
    exhibits: dict[str, PublishedExhibit]

    @property
    def files(self) -> dict[str, str] | None:
        """Page, notebook and pdf with the sha256 that the record tells; None where it is of a time that told none."""
        return self.record.get("files")

    @property
    def commit(self) -> str | None:
        """The commit the report was made in; None where the record does not tell one."""
        told = self.record["git"].get("commit")
        return told if isinstance(told, str) and _COMMIT.fullmatch(told) else None


def read_report(folder: Path | str) -> PublishedReport:
    """Read a report's record and check everything that a verification goes by.

    Parameters
    ----------
    folder : path
        The report's folder.

    Returns
    -------
    PublishedReport

    Raises
    ------
    ReportError
        In one line: the folder is no report, or its record is broken, too large or not what a report writes.

    Examples
    --------
    >>> read_report("reports/02-awards-by-year-and-type/en").exhibits["2.1"].title  # doctest: +SKIP
    'WBK and WBBM awards rose to ...'
    """
    place = Path(folder)
    if not (place / RECORD).is_file():
        raise ReportError(f"{place} is not a report (it has no {RECORD}); give the folder of a report")
    record = _checked(_read_json(place / RECORD), place / RECORD)
    alts = _alts(place / NOTEBOOK)
    exhibits = {
        entry["number"]: PublishedExhibit(
            entry["number"], entry["title"], entry["source"], alts.get(entry["number"], ""), entry["files"]
        )
        for entry in record["exhibits"]
    }
    return PublishedReport(place, record, exhibits)


def _read_json(path: Path) -> Any:
    """Read a record, or say in one line why not."""
    if path.stat().st_size > _LARGEST_RECORD:
        raise ReportError(
            f"{path} is larger than {_LARGEST_RECORD // 1_000_000} MB, no report writes that; fetch it again"
        )
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError, OSError) as error:
        raise ReportError(f"{path} cannot be read as a run record ({cut(error)}); fetch the report again") from None


def _checked(record: Any, path: Path) -> dict[str, Any]:
    """Return a record whose parts have the types that a run writes."""

    def need(fits: bool, what: str) -> None:
        if not fits:
            raise ReportError(f"{path}: {what}; no report writes that, fetch the report again")

    need(isinstance(record, dict) and record.get("zi_report") == 1, "it is not a run record of format 1")
    for part in ("notebook", "parameters", "data", "packages", "git"):
        need(isinstance(record.get(part), dict), f'"{part}" is not an object')
    need(_is_texts(record["notebook"]) and "path" in record["notebook"], '"notebook" does not name a path')
    need(
        record.get("language") in ("en", "id"), f'"language" is {cut(json.dumps(record.get("language")))}, not en or id'
    )
    need(_is_texts(record["data"].get("files")), '"data" holds no checksums')
    need(_is_texts(record["packages"]), '"packages" holds something other than versions')
    for name, value in record["parameters"].items():
        need(name.isidentifier() and len(name) <= 80, f"{cut(name)!r} is no parameter's name")
        need(_is_plain(value), f"parameter {name} is no number, text or short list")
    spoken = record["parameters"].get("language", record["language"])
    need(spoken == record["language"], '"language" and the parameter language differ')
    need(isinstance(record.get("exhibits"), list), '"exhibits" is not a list')
    for entry in record["exhibits"]:
        _check_exhibit(entry, need)
    _check_whole(record.get("files", {}), need)
    numbers = [entry["number"] for entry in record["exhibits"]]
    need(len(set(numbers)) == len(numbers), "an exhibit is listed twice")
    return dict(record)


def _check_whole(files: Any, need: Any) -> None:
    """Check the checksums of page, notebook and pdf."""
    need(_is_texts(files), '"files" holds something other than checksums')
    for name, checksum in files.items():
        need(name in WHOLE_FILES, f"{cut(name)!r} is no file of a report")
        need(bool(_CHECKSUM.fullmatch(checksum)), f"checksum of {name} is not one")


def _check_exhibit(entry: Any, need: Any) -> None:
    """Check one exhibit of a record."""
    need(isinstance(entry, dict), "an exhibit is not an object")
    for part in ("number", "title", "source"):
        need(isinstance(entry.get(part), str), f'an exhibit has no text "{part}"')
    need(bool(_NUMBER.fullmatch(entry["number"])), f"exhibit number {cut(entry['number'])!r} is not one")
    need(_is_texts(entry.get("files")), f"exhibit {entry['number']} has no files")
    for name, checksum in entry["files"].items():
        need(bool(_FILE.fullmatch(name)), f"file {cut(name)!r} of exhibit {entry['number']} is no exhibit's file")
        need(bool(_CHECKSUM.fullmatch(checksum)), f"checksum of {name} is not one")


def _is_plain(value: Any) -> bool:
    """Tell whether a parameter's value is of a kind that a run is given."""
    items = value if isinstance(value, list) else [value]
    return len(items) <= 1000 and all(isinstance(item, str | int | float) for item in items)


def _is_texts(value: Any) -> bool:
    """Tell whether a value is an object of texts."""
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _alts(path: Path) -> dict[str, str]:
    """Return the text alternatives that an executed notebook gives its exhibits; none where it does not read."""
    content = notebook_content(path)
    found = {}
    for cell in content:
        for output in cell.get("outputs") or []:
            data = output.get("data") if isinstance(output, dict) else None
            facts = data.get(EXHIBIT) if isinstance(data, dict) else None
            if isinstance(facts, dict):
                found[str(facts.get("number", ""))] = str(facts.get("alt", ""))
    return found


def notebook_content(path: Path) -> list[dict[str, Any]]:
    """Return the cells of an executed notebook.

    Parameters
    ----------
    path : Path
        The report's notebook.

    Returns
    -------
    list of dict
        The cells; none when the file is missing, linked, too large or no notebook.

    Examples
    --------
    >>> notebook_content(Path("does-not-exist"))
    []
    """
    try:
        content = json.loads(read_bytes(path))
    except (ReportError, ValueError, RecursionError):
        return []
    cells = content.get("cells") if isinstance(content, dict) else None
    return [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else []


def read_bytes(path: Path) -> bytes:
    """Read a report's file.

    Parameters
    ----------
    path : Path
        A file of a report's folder.

    Returns
    -------
    bytes

    Raises
    ------
    ReportError
        If it is missing, a link out of the report, or too large.

    Examples
    --------
    >>> len(read_bytes(Path(__file__))) > 100
    True
    """
    if path.is_symlink() or path.parent.is_symlink():
        raise ReportError(f"{path} is a link; a report holds its own files, fetch it again")
    if not path.is_file():
        raise ReportError(f"{path} is missing; fetch the report again")
    if path.stat().st_size > _LARGEST_FILE:
        raise ReportError(f"{path} is larger than {_LARGEST_FILE // 1_000_000} MB; no report writes that")
    return path.read_bytes()


def checksum_of(path: Path) -> str | None:
    """Return the sha256 of a report's file; None when it cannot be read.

    Parameters
    ----------
    path : Path
        A file of a report's folder.

    Returns
    -------
    str or None
        64 hexadecimal digits.

    Examples
    --------
    >>> checksum_of(Path("does-not-exist")) is None
    True
    """
    try:
        return hashlib.sha256(read_bytes(path)).hexdigest()
    except ReportError:
        return None


def project_notebook(report: PublishedReport, root: Path) -> Path:
    """Find the notebook a report was made from, which must be one of the project.

    Parameters
    ----------
    report : PublishedReport
        The report.
    root : Path
        Project root.

    Returns
    -------
    Path
        Absolute path below ``notebooks/``.

    Raises
    ------
    ReportError
        If the recorded path leads elsewhere or there is no such notebook.

    Examples
    --------
    >>> project_notebook(report, root).name  # doctest: +SKIP
    '02-awards-by-year-and-type.ipynb'
    """
    told = report.record["notebook"]["path"]
    steps = PurePosixPath(told)
    home = (root / "notebooks").resolve()
    plain = steps.parts[:1] == ("notebooks",) and ".." not in steps.parts and not {"\\", "\0", ":"} & set(told)
    if not plain or steps.suffix != ".ipynb" or home not in (root / steps).resolve().parents:
        raise ReportError(
            f"{report.folder / RECORD} names the notebook {cut(told)!r}, not one below notebooks/ of this project; "
            "compare with another report instead (--against)"
        )
    if not (root / steps).is_file():
        raise ReportError(f"the project has no {cut(told)} any more; compare with another report instead (--against)")
    return (root / steps).resolve()
