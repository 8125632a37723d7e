"""Where a batch keeps its reports: a local folder, or any address that fsspec knows (``s3://``, ``gs://``, ``memory://``).

A report counts as kept when its run record is there, so the record is written last.
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zi_analysis.errors import ParameterError
from zi_analysis.reporting.folders import CRATE, PAGE, RECORD, read_record
from zi_analysis.reporting.kernels import ReportError

_LONGEST_RECORD = 5_000_000


@dataclass(frozen=True)
class Store:
    """A place for reports.

    Parameters
    ----------
    address : str
        A local path, or ``protocol://...``.

    Examples
    --------
    >>> Store("s3://bucket/reports").local is None, Store("reports").local
    (True, PosixPath('reports'))
    """

    address: str

    @property
    def local(self) -> Path | None:
        """The folder, when the address is a local one."""
        if self.address.startswith("file://"):
            return Path(self.address.removeprefix("file://"))
        return None if "://" in self.address else Path(self.address)

    def check(self) -> None:
        """Refuse an address that cannot be used, before any work is done.

        Raises
        ------
        ParameterError
            If no installed library knows the protocol, or the store does not answer.
        """
        if self.local is not None:
            return
        try:
            system, place = self._system()
            if not place:
                raise ValueError("it names no bucket or folder")
            system.exists(place)
        except (ImportError, ValueError) as error:
            raise ParameterError(
                f"{self.address} cannot be used: {error}; pip install 'zi-analysis[cluster]'"
            ) from error
        except Exception as error:
            raise ParameterError(f"{self.address} does not answer: {type(error).__name__}: {error}") from error

    def _system(self) -> tuple[Any, str]:
        """The file system and the path within it."""
        import fsspec

        system, place = fsspec.core.url_to_fs(self.address)
        return system, place.rstrip("/")

    def read_record(self, name: str) -> dict[str, Any] | None:
        """Read the run record of a report.

        Parameters
        ----------
        name : str
            The report's path below the address.

        Returns
        -------
        dict or None
            None when there is none that reads, or a file that it names is not there.
        """
        if self.local is not None:
            record = read_record(self.local / name)
            return (
                record if record and all((self.local / name / file).is_file() for file in kept_files(record)) else None
            )
        system, place = self._system()
        try:
            path = f"{place}/{name}/{RECORD}"
            record = json.loads(system.cat_file(path)) if system.info(path)["size"] <= _LONGEST_RECORD else None
        except (OSError, ValueError):
            return None
        return record if isinstance(record, dict) and "zi_report" in record else None

    @contextmanager
    def new_report(self, name: str) -> Iterator[Path]:
        """Give a local folder for a report, and bring it to the store when the block ends well.

        Parameters
        ----------
        name : str
            The report's path below the address.

        Yields
        ------
        Path
            Where the report is to be made; for a local store its own place.
        """
        if self.local is not None:
            yield (self.local / name).absolute()
            return
        with tempfile.TemporaryDirectory(prefix="zi-store-", ignore_cleanup_errors=True) as place:
            folder = Path(place) / "report"
            yield folder
            self._bring(folder, name)

    def _bring(self, folder: Path, name: str) -> None:
        """Copy a report's files, its record last."""
        system, place = self._system()
        target = f"{place}/{name}"
        files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != RECORD)
        try:
            if system.exists(f"{target}/{RECORD}"):
                system.rm_file(f"{target}/{RECORD}")
            for path in (*files, folder / RECORD):
                system.pipe_file(f"{target}/{path.relative_to(folder).as_posix()}", path.read_bytes())
        except Exception as error:
            raise ReportError(f"{target} cannot be written: {type(error).__name__}: {error}") from error

    def write_text(self, name: str, text: str) -> str:
        """Write a text beside the reports, whole or not at all, and return its address."""
        if self.local is not None:
            path = self.local / name
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_name(f".{path.name}.new")
            fresh.write_text(text, encoding="utf-8", newline="\n")
            fresh.replace(path)
            return str(path)
        system, place = self._system()
        system.pipe_file(f"{place}/{name}", text.encode())
        return f"{self.address.rstrip('/')}/{name}"


def kept_files(record: dict[str, Any]) -> list[str]:
    """List the files that a report with this record has.

    Parameters
    ----------
    record : dict
        A run record.

    Returns
    -------
    list of str
        Paths below the report's folder.

    Examples
    --------
    >>> kept_files({"exhibits": [{"files": {"exhibits/1.csv": "..."}}]})
    ['index.html', 'notebook.ipynb', 'ro-crate-metadata.json', 'exhibits/1.csv']
    """
    named = [str(name) for exhibit in record.get("exhibits", []) for name in exhibit.get("files", {})]
    return [PAGE, "notebook.ipynb", CRATE, *named]
