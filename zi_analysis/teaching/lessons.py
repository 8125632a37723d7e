"""Sources of the lessons: found, read, and brought to one language."""

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zi_analysis.errors import ParameterError, ZiError
from zi_analysis.paths import project_root

LANGUAGES = ("en", "id")
TEACHER = "teacher"
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


@dataclass(frozen=True)
class Lesson:
    """One lesson of the course and its source: both languages, solutions, marking guides.

    Parameters
    ----------
    name : str
        Name of the file without its ending; also the assignment's name in nbgrader.
    path : Path
        The notebook.

    Examples
    --------
    >>> Lesson("lesson-1-reading-evidence", Path("lesson-1-reading-evidence.ipynb")).number
    1
    """

    name: str
    path: Path

    @property
    def number(self) -> int:
        """Place in the course, from 1."""
        return int(self.name.split("-")[1])

    def read(self) -> Any:
        """Return the notebook as nbformat reads it."""
        import nbformat

        return nbformat.read(self.path, as_version=4)


def find_lessons(root: Path | str | None = None) -> list[Lesson]:
    """List the lessons in their order.

    Parameters
    ----------
    root : path, optional
        A folder inside the project; found from the working folder when left out.

    Returns
    -------
    list of Lesson

    Raises
    ------
    ZiError
        If there are none, or one does not start with lesson-NUMBER.

    Examples
    --------
    >>> find_lessons()[0].number  # doctest: +SKIP
    1
    """
    folder = project_root(root) / "notebooks" / "exercises"
    found = [Lesson(path.stem, path) for path in sorted(folder.glob("*.ipynb"))]
    odd = [one.name for one in found if not one.name.removeprefix("lesson-").split("-")[0].isdecimal()]
    if odd:
        raise ZiError(f"{odd[0]}.ipynb in notebooks/exercises is no lesson; name it lesson-NUMBER-words.ipynb")
    if not found:
        raise ZiError("notebooks/exercises holds no lesson-*.ipynb; work inside a whole copy of the workbook")
    return sorted(found, key=lambda one: (one.number, one.name))


def choose_lessons(lessons: list[Lesson], numbers: list[int]) -> list[Lesson]:
    """Keep the lessons asked for.

    Parameters
    ----------
    lessons : list of Lesson
    numbers : list of int
        Their numbers; none asks for all.

    Returns
    -------
    list of Lesson

    Raises
    ------
    ParameterError
        If there is no lesson of a number.

    Examples
    --------
    >>> choose_lessons([Lesson("lesson-1-a", Path("a"))], [])[0].number
    1
    """
    known = [one.number for one in lessons]
    wrong = [number for number in numbers if number not in known]
    if wrong:
        raise ParameterError(f"there is no lesson {wrong[0]}; choose from {', '.join(map(str, known))}")
    return [one for one in lessons if not numbers or one.number in numbers]


def keep_language(notebook: Any, language: str, *, teacher: bool) -> Any:
    """Return a copy of a lesson in one language.

    Parameters
    ----------
    notebook : NotebookNode
        A source. Prose cells carry the tag lang-en or lang-id; code cells are for both.
    language : str
        "en" or "id".
    teacher : bool
        Whether the marking guides (cells tagged ``teacher``) stay.

    Returns
    -------
    NotebookNode
        With its title and language in the metadata and Python's own kernel.

    Examples
    --------
    >>> import nbformat
    >>> cells = [nbformat.v4.new_markdown_cell("# Hi", metadata={"tags": ["lang-en"]})]
    >>> keep_language(nbformat.v4.new_notebook(cells=cells), "id", teacher=False).cells
    []
    """
    others = {f"lang-{other}" for other in LANGUAGES if other != language}
    unwanted = others if teacher else others | {TEACHER}
    kept = copy.deepcopy(notebook)
    kept.cells = [cell for cell in kept.cells if not unwanted & tags_of(cell)]
    kept.metadata["kernelspec"] = dict(_KERNEL)
    kept.metadata["title"] = lesson_title(kept)
    kept.metadata["lang"] = language
    return kept


def tags_of(cell: Any) -> set[str]:
    """Return the tags of a cell.

    Parameters
    ----------
    cell : NotebookNode

    Returns
    -------
    set of str

    Examples
    --------
    >>> import nbformat
    >>> tags_of(nbformat.v4.new_code_cell(metadata={"tags": ["teacher"]}))
    {'teacher'}
    """
    return set(cell.metadata.get("tags", []))


def grading_of(cell: Any) -> dict[str, Any]:
    """Return nbgrader's metadata of a cell.

    Parameters
    ----------
    cell : NotebookNode

    Returns
    -------
    dict
        Empty for a cell that is neither answer nor check.

    Examples
    --------
    >>> import nbformat
    >>> grading_of(nbformat.v4.new_code_cell())
    {}
    """
    return dict(cell.metadata.get("nbgrader", {}))


def lesson_title(notebook: Any) -> str:
    """Return the first heading of a notebook.

    Parameters
    ----------
    notebook : NotebookNode
        In one language.

    Returns
    -------
    str
        Empty without a heading.

    Examples
    --------
    >>> import nbformat
    >>> lesson_title(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Counts\\n\\nGoals")]))
    'Counts'
    """
    prose = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    lines = (line for source in prose for line in source.splitlines())
    return next((line.removeprefix("# ").strip() for line in lines if line.startswith("# ")), "")
