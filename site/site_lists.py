"""What there is to list: reports, notebooks, the files of the course."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PUBLISHED_CHANGES = {"language", "agency_id"}  # runs with other parameters are somebody's own


@dataclass(frozen=True)
class ListedExhibit:
    """One exhibit of a report."""

    number: str
    title: str
    csv: str  # address below the site's first folder


@dataclass(frozen=True)
class ListedReport:
    """One report in one language, as its run record and its notebook tell."""

    key: str  # number of the notebook and what was changed; equal in both languages
    number: str
    title: str
    question: str
    subject: str  # the agency of a profile, else empty
    page: str  # address below the site's first folder
    folder: str
    language: str
    command: str
    exhibits: tuple[ListedExhibit, ...]
    twin: str = ""  # the same report in the other language, as `page`


@dataclass(frozen=True)
class ListedNotebook:
    """One notebook as its first heading tells."""

    file: str
    title: str
    question: str


def list_reports(root: Path, *, language: str) -> list[ListedReport]:
    """List the published reports of one language.

    Parameters
    ----------
    root : Path
        Project root.
    language : {"en", "id"}
        Of the reports.

    Returns
    -------
    list of ListedReport
        By number. Runs with parameters of somebody's own are left out, but for the agency of a profile.
    """
    records = {path.parent: _record(path) for path in sorted((root / "reports").glob("[0-9]*/*/run.json"))}
    published = {
        folder: record
        for folder, record in records.items()
        if set(record["changed"]) <= _PUBLISHED_CHANGES and (folder / "index.html").is_file()
    }
    folders = {(_key(folder, record), record["language"]): folder for folder, record in published.items()}
    other = {"en": "id", "id": "en"}[language]
    return [
        _list_report(folder, record, root, folders.get((_key(folder, record), other)))
        for folder, record in published.items()
        if record["language"] == language
    ]


def report_folders(root: Path) -> list[Path]:
    """Return the folders of all published reports, below the root."""
    return [Path(report.folder) for language in ("en", "id") for report in list_reports(root, language=language)]


def course_files(root: Path) -> list[Path]:
    """Return what of the course may be given to students, below the root: no solutions, no folder for grading."""
    listed = (list_course(root, language=language) for language in ("en", "id"))
    return [Path(path) for course in listed for kind in course.values() for _, path in kind]


def list_notebooks(root: Path, *, language: str) -> list[ListedNotebook]:
    """List the notebooks in their order.

    Parameters
    ----------
    root : Path
        Project root.
    language : {"en", "id"}
        Of titles and questions.
    """
    found = []
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        title, question = read_heading(path, language=language)
        found.append(ListedNotebook(f"notebooks/{path.name}", title, question))
    return found


def list_course(root: Path, *, language: str) -> dict[str, list[tuple[str, str]]]:
    """List what the course holds for students in one language, by kind.

    Parameters
    ----------
    root : Path
        Project root.
    language : {"en", "id"}
        Of the course.

    Returns
    -------
    dict
        ``slides``, ``student`` and ``archive`` to pairs of a title and a path below the root; empty before the course
        is made.
    """
    folder = root / "course" / language
    notebooks = sorted((folder / "student").rglob("*.ipynb"))
    titles = {path.stem: read_heading(path, language=language)[0] for path in notebooks}
    found = {
        "slides": sorted((folder / "slides").glob("*.html")),
        "student": notebooks,
        "archive": sorted(folder.glob("*.zip")),
    }
    return {
        kind: [(titles.get(path.name.split(".")[0], path.name), path.relative_to(root).as_posix()) for path in paths]
        for kind, paths in found.items()
    }


def read_heading(notebook: Path, *, language: str) -> tuple[str, str]:
    """Read the title and the question of a notebook from its first prose of a language, or of a single one.

    Parameters
    ----------
    notebook : Path
        An ipynb file.
    language : {"en", "id"}
        Cells are tagged with it.

    Returns
    -------
    tuple of str
        Title without ``#``; question, empty when there is none.
    """
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    markdown = [cell for cell in cells if cell["cell_type"] == "markdown"]
    tagged = [cell for cell in markdown if f"lang-{language}" in cell["metadata"].get("tags", [])]
    prose = ["".join(cell["source"]) for cell in tagged or markdown]
    title = re.search(r"^# (.+)$", prose[0] if prose else "", re.MULTILINE)
    question = re.search(r"^\*\*(?:Question|Pertanyaan)\.\*\* (.+)$", prose[0] if prose else "", re.MULTILINE)
    return title[1] if title else notebook.stem, question[1] if question else ""


def _record(path: Path) -> dict[str, Any]:
    """Read the record of a run."""
    return json.loads(path.read_text(encoding="utf-8"))


def _key(folder: Path, record: Mapping[str, Any]) -> str:
    """Name a report regardless of its language."""
    changed = "".join(f"--{name}={value}" for name, value in record["changed"].items() if name != "language")
    return f"{folder.parent.name}{changed}"


def _list_report(folder: Path, record: Mapping[str, Any], root: Path, twin: Path | None) -> ListedReport:
    """Gather what the list tells of one report."""
    place = folder.relative_to(root).as_posix()
    title, question = read_heading(folder / "notebook.ipynb", language=record["language"])
    exhibits = (
        ListedExhibit(one["number"], one["title"], f"{place}/{name}")
        for one in record["exhibits"]
        for name in sorted(one["files"])
        if name.endswith(".csv")
    )
    return ListedReport(
        key=_key(folder, record),
        number=folder.parent.name[:2],
        title=title,
        question=question,
        subject=record["subject"],
        page=f"{place}/index.html",
        folder=place,
        language=record["language"],
        command=record["command"],
        exhibits=tuple(exhibits),
        twin=f"{twin.relative_to(root).as_posix()}/index.html" if twin else "",
    )
