"""The whole course, made from its sources: student and teacher editions, slides, grading folder, zip."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zi_analysis.errors import ZiError
from zi_analysis.paths import project_root
from zi_analysis.teaching.check_form import form_faults
from zi_analysis.teaching.grading import write_grading_folder
from zi_analysis.teaching.handout import write_handout
from zi_analysis.teaching.lessons import Lesson, choose_lessons, find_lessons, keep_language
from zi_analysis.teaching.slides import slides_html


@dataclass(frozen=True)
class Course:
    """What was made for one language.

    Parameters
    ----------
    language : str
        "en" or "id".
    student, teacher, slides : tuple of Path
        One file a lesson.
    grading : Path
        The folder in which nbgrader marks submissions.
    handout : Path
        The zip for students.

    Examples
    --------
    >>> Course("en", (), (), (), Path("grading"), Path("zi-course-en.zip")).language
    'en'
    """

    language: str
    student: tuple[Path, ...]
    teacher: tuple[Path, ...]
    slides: tuple[Path, ...]
    grading: Path
    handout: Path


def build_course(
    output: Path, *, languages: Sequence[str], numbers: Sequence[int] = (), root: Path | str | None = None
) -> list[Course]:
    """Make the course.

    Parameters
    ----------
    output : Path
        Folder to write into; one folder a language. Submissions and marks that lie there stay.
    languages : sequence of str
        "en", "id" or both.
    numbers : sequence of int
        The lessons; all when left out.
    root : path, optional
        A folder inside the project; found from the working folder when left out.

    Returns
    -------
    list of Course
        One for each language.

    Raises
    ------
    ZiError
        If a source has not the form of a lesson, or nbgrader or reveal.js is not installed.

    Examples
    --------
    >>> build_course(Path("course"), languages=["en"])[0].handout.name  # doctest: +SKIP
    'zi-course-en.zip'
    """
    lessons = choose_lessons(find_lessons(root), list(numbers))
    sources = {lesson.name: lesson.read() for lesson in lessons}
    _refuse_bad_form(lessons, sources)
    return [_build_edition(output / language, sources, language, project_root(root)) for language in languages]


def _refuse_bad_form(lessons: Sequence[Lesson], sources: dict[str, Any]) -> None:
    """Raise the faults of all sources at once."""
    faults = [f"{lesson.path.name}: {fault}" for lesson in lessons for fault in form_faults(sources[lesson.name])]
    if faults:
        more = f" (and {len(faults) - 5} more)" if len(faults) > 5 else ""
        raise ZiError(f"the course is not made; mend the sources: {'; '.join(faults[:5])}{more}")


def _build_edition(folder: Path, sources: dict[str, Any], language: str, root: Path) -> Course:
    """Make the course in one language."""
    taught = {name: keep_language(source, language, teacher=True) for name, source in sources.items()}
    handed = {name: keep_language(source, language, teacher=False) for name, source in sources.items()}
    write_grading_folder(folder / "grading", handed, language=language)
    copies = {name: (folder / "grading" / "release" / name / f"{name}.ipynb").read_bytes() for name in sources}
    return Course(
        language=language,
        student=_write_all(folder / "student", ".ipynb", copies),
        teacher=_write_all(folder / "teacher", ".ipynb", {name: _bytes(one) for name, one in taught.items()}),
        slides=_write_all(
            folder / "slides", ".html", {name: slides_html(one).encode() for name, one in handed.items()}
        ),
        grading=folder / "grading",
        handout=write_handout(folder / f"zi-course-{language}.zip", copies, language=language, root=root),
    )


def _write_all(folder: Path, ending: str, contents: dict[str, bytes]) -> tuple[Path, ...]:
    """Write one file a lesson."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / f"{name}{ending}").write_bytes(content)
    return tuple(folder / f"{name}{ending}" for name in contents)


def _bytes(notebook: Any) -> bytes:
    """Write a notebook as nbformat does."""
    import nbformat

    return (nbformat.writes(notebook) + "\n").encode()
