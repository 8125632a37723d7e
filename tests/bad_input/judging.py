"""Run `zi` on one bad file or in one situation, and tell what is not as the corpus expects."""

import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from .case import BadFile
from .checks import complaints, error_complaints, output_complaints, read_rows, sums
from .run import Answer, zi
from .situations import Situation

# twenty lists of a hundred thousand rows in one run
_LONG_SECONDS = 90.0
_LONG_MEGABYTES = 3000.0


@dataclass(frozen=True)
class Verdict:
    """One file or situation, the answer to it, and what is wrong with the answer."""

    name: str
    wrong: str  # what is wrong with the input
    code: int
    told: str  # the line of error, or the counts with the first reason
    seconds: float
    megabytes: float
    complaints: tuple[str, ...]


def judge(bad: BadFile | Situation) -> Verdict:
    """Judge in a folder of its own that is removed at once: some files are large.

    Parameters
    ----------
    bad : BadFile or Situation
        From the corpus.

    Returns
    -------
    Verdict
        With no complaint if all is as it should be.

    Examples
    --------
    >>> judge(FILES[0]).complaints  # doctest: +SKIP
    ()
    """
    folder = Path(tempfile.mkdtemp(prefix="zi-bad-"))
    try:
        return _file(bad, folder) if isinstance(bad, BadFile) else _situation(bad, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def judge_together(files: Sequence[BadFile]) -> dict[str, list[str]]:
    """Clean several lists in one run, which is faster, and judge what became of each.

    Parameters
    ----------
    files : sequence of BadFile
        Without options; none of them an error.

    Returns
    -------
    dict of str to list of str
        Complaints by file.

    Raises
    ------
    AssertionError
        If the run as a whole is not as it should be.

    Examples
    --------
    >>> judge_together(FILES[:0])  # doctest: +SKIP
    {}
    """
    folder = Path(tempfile.mkdtemp(prefix="zi-bad-"))
    try:
        for file in files:
            file.make(folder / file.name)
        answer = zi(
            "clean",
            *(file.name for file in files),
            "--output",
            "out",
            folder=folder,
            seconds=_LONG_SECONDS,
            room=4 << 30,
        )
        assert (answer.code, answer.error) == (0, ""), answer
        faults = complaints(answer, seconds=_LONG_SECONDS, megabytes=_LONG_MEGABYTES) + output_complaints(
            folder / "out"
        )
        assert not faults, faults
        assert sums(folder / "out")["rows_in"] == sum(file.rows for file in files)
        return _each(files, folder / "out")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _each(files: Sequence[BadFile], out: Path) -> dict[str, list[str]]:
    """Count the rows of each file that were taken or set aside."""
    places = pd.read_csv(out / "rows.csv", usecols=["award_id", "outcome"], engine="pyarrow")
    kept = places.loc[places["outcome"] != "rejected", "award_id"]
    taken = Counter(kept.str.lstrip("'").str.partition("!")[0])
    reasons: dict[str, list[str]] = {}
    for row in read_rows(out / "rejects.csv"):
        reasons.setdefault(row["file"].removeprefix("'"), []).append(row["reason"])
    told = {}
    for file in files:
        here = reasons.get(file.name, [])
        wrong = [f"rejects with the reason {reason}" for reason in here if not re.search(file.told, reason)]
        if (taken[file.name], len(here)) != (file.rows - file.rejected, file.rejected):
            wrong.append(f"takes {taken[file.name]} and rejects {len(here)} instead of {file.rejected} of {file.rows}")
        told[file.name] = wrong
    return told


def _file(file: BadFile, folder: Path) -> Verdict:
    """Clean one file."""
    file.make(folder / file.name)
    answer = zi("clean", file.name, "--output", "out", *file.options, folder=folder)
    wrong = complaints(answer)
    there = {path.name for path in folder.iterdir()} - {".run", file.name}
    told = answer.error
    if file.outcome == "error":
        wrong += error_complaints(answer, code=2, told=file.told, name=file.name)
        wrong += [f"leaves {name}" for name in sorted(there)]
    elif answer.code or answer.error:
        wrong.append(f"ended with code {answer.code} and the words {answer.error[:80]!r}")
    else:
        counted, told = _counted(file, folder / "out")
        wrong += counted + [f"leaves {name}" for name in sorted(there - {"out"})]
    return _verdict(file.name, file.wrong, answer, told, wrong)


def _counted(file: BadFile, out: Path) -> tuple[list[str], str]:
    """Compare the counts of a run that ended well, and word them."""
    wrong = output_complaints(out)
    if any("does not write" in fault or "ragged" in fault for fault in wrong):
        return wrong, ""
    count = sums(out)
    reasons = [row["reason"] for row in read_rows(out / "rejects.csv")]
    if (count["rows_in"], count["merged"], count["rejected"]) != (file.rows, file.merged, file.rejected):
        wrong.append(f"counts {count} instead of {file.rows} rows, {file.merged} merged, {file.rejected} rejected")
    elif reasons and not re.search(file.told, "\n".join(reasons)):
        wrong.append(f"rejects without telling {file.told}")
    return wrong, word_counts(count, reasons)


def _situation(situation: Situation, folder: Path) -> Verdict:
    """Run one command in trouble."""
    arguments = situation.prepare(folder)
    before = {path: path.read_bytes() for path in _files(folder)}
    answer = zi(*arguments, folder=folder, file_size=situation.file_size)
    wrong = complaints(answer)
    told = answer.error
    if situation.code:
        wrong += error_complaints(answer, code=situation.code, told=situation.told)
        wrong += [f"leaves {path.name}" for path in _files(folder) if path not in before]
    elif answer.code or answer.error:
        wrong.append(f"ended with code {answer.code} and the words {answer.error[:80]!r}")
    elif situation.output:
        wrong += output_complaints(folder / situation.output)
        count = sums(folder / situation.output)
        wrong += [] if count["rows_in"] == situation.rows else [f"counts {count} instead of {situation.rows} rows"]
        told = word_counts(count, [])
    wrong += [f"changes {path.name}" for path, content in before.items() if _read(path) != content]
    return _verdict(situation.name, situation.wrong, answer, told or "done", wrong)


def _files(folder: Path) -> list[Path]:
    """List the files below a folder that a run should leave alone."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and ".run" not in path.parts and os.access(path, os.R_OK)
    ]


def _read(path: Path) -> bytes | None:
    """Read a file that may be gone."""
    return path.read_bytes() if path.is_file() else None


def _verdict(name: str, wrong: str, answer: Answer, told: str, faults: Sequence[str]) -> Verdict:
    """Put a verdict together."""
    return Verdict(name, wrong, answer.code, told.strip(), answer.seconds, answer.megabytes, tuple(faults))


def word_counts(count: dict[str, int], reasons: Sequence[str]) -> str:
    """Word the counts of a run that ended well, with the first reason."""
    told = ", ".join(f"{count[name]:,} {name}" for name in ("accepted", "merged", "rejected") if count[name])
    return f"{told}: {reasons[0]}" if reasons else told
