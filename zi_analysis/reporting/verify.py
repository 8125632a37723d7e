"""Verifying a report: run it again, or take another one, and say what differs and why."""

import math
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from zi_analysis.errors import ParameterError
from zi_analysis.exhibits.words import number
from zi_analysis.paths import project_root
from zi_analysis.reporting.folders import RECORD
from zi_analysis.reporting.kernels import ReportError
from zi_analysis.reporting.plan import plan_report
from zi_analysis.reporting.quality_words import cut, slug
from zi_analysis.reporting.run import run_plan
from zi_analysis.reporting.verify_causes import find_causes, unknown_cause
from zi_analysis.reporting.verify_exhibits import compare_exhibits, compare_files
from zi_analysis.reporting.verify_record import PublishedReport, project_notebook, read_report
from zi_analysis.reporting.verify_words import Cause, Note, speak

TOLERANCE = 1e-6
_TELLING = {"value": 0, "near": 2}  # a cell says more than a title, which follows from it
_LONGEST_MESSAGE = 1000
_SHOWN = 120  # letters of a long value
_LEFT = re.compile(r" \(notebook left at [^)]*\)$")


@dataclass(frozen=True)
class Verification:
    """What a verification found.

    Parameters
    ----------
    report : PublishedReport
        The report that was verified.
    against : Path or None
        The other report; None when the report was run again.
    status : str
        "equal", "within tolerance", "edited" (the exhibits agree, but a file is not what its own run record tells) or
        "different".
    tolerance : float
        Largest relative difference of two numbers that counted as the same.
    exhibits, differences : pd.DataFrame
        See `compare_exhibits`; cells within the tolerance are listed with kind "near".
    causes : tuple of Cause
        What differs between the two runs, the most direct first. When no exhibit differs, it is what changed
        without changing one; when one does, there is at least one, "unknown" if need be.
    notes : tuple of Note
        Files that are not the same although the exhibits are.
    seconds : float
        Time from start to finish.

    Examples
    --------
    >>> verify_report("reports/02-awards-by-year-and-type/en").line("en")  # doctest: +SKIP
    '02-awards-by-year-and-type (en): equal - every cell of 7 exhibits (14.2 s)'
    """

    report: PublishedReport
    against: Path | None
    status: str
    tolerance: float
    exhibits: pd.DataFrame
    differences: pd.DataFrame
    causes: tuple[Cause, ...]
    notes: tuple[Note, ...]
    seconds: float

    @property
    def name(self) -> str:
        """The report's notebook and language."""
        record = self.report.record
        return f"{cut(Path(record['notebook']['path']).stem)} ({record['language']})"

    @property
    def holds(self) -> bool:
        """Whether the report is what its record says, and comes out again."""
        return self.status in ("equal", "within tolerance")

    def counted(self, language: str) -> dict[str, str]:
        """Say how many exhibits, differences and cells within the tolerance there are."""
        near = self.differences["kind"] == "near"
        numbers = {
            "exhibit": len(self.exhibits),
            "difference": int((~near).sum()),
            "cell": int(near.sum()),
        }
        said = {
            f"{name}s": speak(f"count_{name}" if count == 1 else f"count_{name}s", language, count=count)
            for name, count in numbers.items()
        }
        unlike = int((~self.exhibits["status"].isin(["equal", "within tolerance"])).sum())
        return said | {"count": str(unlike), "tolerance": _plain(self.tolerance, language)}

    def line(self, language: str) -> str:
        """Say the result in one line for a terminal.

        Parameters
        ----------
        language : {"en", "id"}
            The reader's language.

        Returns
        -------
        str
        """
        values = {"name": self.name, "seconds": number(self.seconds, language, decimals=1), **self.counted(language)}
        if not self.holds:
            values["cause"] = self._cause(language)
        if self.status == "different":
            values["first"] = self._first(language)
        return speak(f"line_{slug(self.status)}", language, **values)

    def _first(self, language: str) -> str:
        """Say the first difference."""
        row = min(self.differences.to_dict("records"), key=lambda row: _TELLING.get(row["kind"], 1))
        said = [speak("place", language, number=row["exhibit"])]
        if not pd.isna(row["row"]):
            said.append(speak("place_row", language, row=row["row"]) + (f" ({cut(row['key'])})" if row["key"] else ""))
        said.append(cut(row["column"]))
        if row["kind"] == "value":
            return ", ".join(filter(None, said)) + ": {} → {}".format(*shown_pair(row["published"], row["again"]))
        return ", ".join(filter(None, said)) + ": " + speak(f"kind_{slug(row['kind'])}", language)

    def _cause(self, language: str) -> str:
        """Say the most direct cause."""
        first, more = self.causes[0].text(language), len(self.causes) - 1
        return speak("more_causes", language, cause=first, count=more) if more else first


def _plain(tolerance: float, language: str) -> str:
    """Write a tolerance as people do: 1e-6, not 1e-06."""
    text = re.sub(r"e-0*", "e-", f"{tolerance:g}")
    return text.replace(".", ",") if language == "id" else text


def shown_pair(published: str, again: str) -> tuple[str, str]:
    """Return two texts as they can stand on a page; long ones from shortly before the place where they part.

    Parameters
    ----------
    published, again : str
        Two values.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> shown_pair("x" * 500 + "a", "x" * 500 + "b")[1][-3:]
    'xxb'
    """
    if max(len(published), len(again)) <= _SHOWN:
        return cut(published), cut(again)
    together = zip(published, again, strict=False)
    parted = next((at for at, (one, other) in enumerate(together) if one != other), min(len(published), len(again)))
    start = max(0, parted - 40)
    return _part(published, start), _part(again, start)


def _part(text: str, start: int) -> str:
    """Return a part of a text with marks where it was cut."""
    end = start + _SHOWN
    return f"{'…' if start else ''}{cut(text[start:end])}{'…' if len(text) > end else ''}"


def verify_report(
    folder: Path | str,
    *,
    against: Path | str | None = None,
    tolerance: float | None = None,
    root: Path | str | None = None,
    on_cell: Callable[[], object] | None = None,
) -> Verification:
    """Run a published report again and compare every exhibit, or compare it with another report.

    Parameters
    ----------
    folder : path
        The published report. What its record says is checked before it is used: only a notebook below
        ``notebooks/`` of the project is run, and only with parameters that `check_parameters` accepts.
    against : path, optional
        Another report's folder to compare with; then nothing is run.
    tolerance : float, optional
        Largest relative difference of two numbers with decimals that counts as the same, 1e-6 when left out.
        Whole numbers, codes and texts must be equal.
    root : path, optional
        A folder inside the project that the report is run in; found from the working folder when left out,
        never from the report.
    on_cell : callable, optional
        Called after each cell that ran.

    Returns
    -------
    Verification

    Raises
    ------
    ReportError
        If a folder is not a report, its record is broken, or the report cannot be made again.
    ParameterError
        If the tolerance or a recorded parameter is not valid.

    Examples
    --------
    >>> verify_report("reports/02-awards-by-year-and-type/en").status  # doctest: +SKIP
    'equal'
    """
    began = time.perf_counter()
    limit = _checked_tolerance(tolerance)
    home = project_root(root)
    published = read_report(folder)
    if against is not None:
        return _verified(published, read_report(against), limit, home, Path(against), began)
    with tempfile.TemporaryDirectory(prefix="zi-verify-") as place:
        again = _run_again(published, home, Path(place) / "report", on_cell)
        return _verified(published, again, limit, home, None, began)


def _checked_tolerance(tolerance: float | None) -> float:
    """Return a usable tolerance."""
    if tolerance is None:
        return TOLERANCE
    number = isinstance(tolerance, int | float) and not isinstance(tolerance, bool)
    if not number or not math.isfinite(tolerance) or not 0 <= tolerance < 1:
        raise ParameterError(f"tolerance = {tolerance!r} is not a relative difference; give a number from 0 to below 1")
    return float(tolerance)


def _run_again(
    published: PublishedReport, root: Path, folder: Path, on_cell: Callable[[], object] | None
) -> PublishedReport:
    """Make the report again with its recorded parameters."""
    notebook = project_notebook(published, root)
    record = published.record
    given = {"parameters": record["parameters"], "language": record["language"]}
    try:
        plan = plan_report(notebook, output=folder, root=root, **given)
    except ParameterError as error:
        raise ParameterError(f"{published.folder / RECORD}: {_line(str(error))}") from error
    try:
        run_plan(plan, on_cell=on_cell)
    except ReportError as error:
        raise ReportError(f"{published.folder} cannot be made again: {_line(_LEFT.sub('', str(error)))}") from error
    return read_report(folder)


def _line(message: str) -> str:
    """Return a message that may quote a report as one line that a terminal shows as it is."""
    plain = "".join(letter for letter in " ".join(message.split()) if letter.isprintable())
    return plain if len(plain) <= _LONGEST_MESSAGE else f"{plain[:_LONGEST_MESSAGE]}…"


def _verified(
    published: PublishedReport,
    again: PublishedReport,
    tolerance: float,
    root: Path,
    against: Path | None,
    began: float,
) -> Verification:
    """Compare two reports and look for causes."""
    exhibits, differences = compare_exhibits(published, again, tolerance=tolerance)
    kinds = set(differences["kind"])
    causes = find_causes(published, again, root=root)
    status = _status(kinds, {cause.kind for cause in causes})
    if status == "different" and not causes:
        causes = (unknown_cause(),)
    notes = compare_files(published, again, differences)
    seconds = round(time.perf_counter() - began, 3)
    return Verification(published, against, status, tolerance, exhibits, differences, causes, notes, seconds)


def _status(differences: set[str], causes: set[str]) -> str:
    """Return the result: what the exhibits say comes before what was done to the other files."""
    if differences - {"near"}:
        return "different"
    if causes & {"edited", "lost"}:
        return "edited"
    return "within tolerance" if differences else "equal"
