"""Grading with nbgrader: a folder of the course, student copies made by it, submissions marked by it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from zi_analysis.errors import ZiError
from zi_analysis.paths import project_root

_STUBS = {
    "en": ("# YOUR CODE HERE", "YOUR ANSWER HERE"),
    "id": ("# TULIS KODE ANDA DI SINI", "TULIS JAWABAN ANDA DI SINI"),
}
_CONFIG = """# nbgrader's settings for this course; work in this folder: nbgrader autograde LESSON
c = get_config()
c.CourseDirectory.course_id = "zona-integritas-{language}"
c.ClearSolutions.code_stub = {{"python": "{code}\\nraise NotImplementedError()"}}
c.ClearSolutions.text_stub = "{text}"
c.Execute.timeout = {timeout}
c.Execute.interrupt_on_timeout = True
"""
_SECONDS = 120  # for one cell of a submission; the solutions need a few


def write_grading_folder(folder: Path, notebooks: Mapping[str, Any], *, language: str, timeout: int = _SECONDS) -> None:
    """Make a folder for nbgrader and let it make the student copies.

    Parameters
    ----------
    folder : Path
        New or empty; afterwards it holds ``nbgrader_config.py``, ``source/`` (with solutions), ``release/`` (for
        students) and ``gradebook.db``. Submissions go to ``submitted/STUDENT/LESSON/LESSON.ipynb``.
    notebooks : mapping
        Lesson's name to its notebook, in one language and without marking guides.
    language : str
        Of the words that stand where a solution was.
    timeout : int
        Seconds that one cell of a submission may run.

    Raises
    ------
    ZiError
        If nbgrader is not installed or refuses a notebook.

    Examples
    --------
    >>> write_grading_folder(Path("grading"), {}, language="en")  # doctest: +SKIP
    """
    import nbformat

    code, text = _STUBS[language]
    folder.mkdir(parents=True, exist_ok=True)
    config = _CONFIG.format(language=language, code=code, text=text, timeout=timeout)
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    for name, notebook in notebooks.items():
        place = folder / "source" / name / f"{name}.ipynb"
        place.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, place)
        run_nbgrader(folder, "generate_assignment", name, "--force")


def run_nbgrader(folder: Path, *words: str) -> str:
    """Run one command of nbgrader in a grading folder.

    Parameters
    ----------
    folder : Path
        From `write_grading_folder`.
    *words : str
        The command, such as "autograde", and its arguments.

    Returns
    -------
    str
        What it logged.

    Raises
    ------
    ZiError
        If nbgrader is not installed or fails; the message has the end of its log.

    Examples
    --------
    >>> run_nbgrader(Path("grading"), "autograde", "lesson-1-reading-evidence")  # doctest: +SKIP
    """
    if find_spec("nbgrader") is None:
        raise ZiError('nbgrader is not installed; install it with: pip install "zi-analysis[teach]"')
    command = [sys.executable, "-m", "nbgrader", *words]
    done = subprocess.run(  # noqa: S603 - the program and its words are ours
        command, cwd=folder, env=_environment(folder), capture_output=True, text=True, check=False
    )
    log = done.stdout + done.stderr
    if done.returncode:
        told = " ".join(log.split())[-600:]
        raise ZiError(f"nbgrader {' '.join(words)} failed in {folder}: {told}")
    return log


def _environment(folder: Path) -> dict[str, str]:
    """The environment of nbgrader: its programs found, a user's own settings left out, the project's data found."""
    programs = str(Path(sys.executable).parent)
    return os.environ | {
        "PATH": os.pathsep.join([programs, os.environ.get("PATH", "")]),
        "JUPYTER_CONFIG_DIR": str(folder / ".jupyter"),
        "ZI_HOME": str(project_root()),
        "PYTHONWARNINGS": "default",
    }
