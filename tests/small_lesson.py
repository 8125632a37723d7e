"""A lesson as small as its form allows, for tests of the course's machinery."""

from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

EXERCISES = 6


def small_lesson(number: int = 1) -> Any:
    """Six exercises, a bonus and an open question in both languages."""
    cells = [
        *_pair("# Adding numbers", "# Menjumlahkan bilangan", slide="slide"),
        *_pair("## Goals (10 minutes)", "## Tujuan (10 menit)", slide="slide"),
        new_code_cell("import pandas as pd\n\ncounts = pd.Series([3, 5])", metadata={"slideshow": {"slide_type": "-"}}),
        *_pair("The sum is $x + y$.", "Jumlahnya $x + y$.", slide="fragment"),
        *_pair("Say it slowly.", "Ucapkan perlahan.", slide="notes"),
        *_pair("## Exercises (80 minutes)", "## Latihan (80 menit)"),
    ]
    for at in range(1, EXERCISES + 1):
        cells += [*_pair(f"### Add {at}", f"### Tambah {at}"), *_exercise(f"l{number}-e{at}", f"total_{at}", at)]
    cells += [*_pair("### Bonus", "### Bonus"), *_exercise(f"l{number}-bonus", "total_bonus", 10)]
    cells += _pair("Why add?", "Mengapa menjumlahkan?")
    cells += _pair("Because.", "Karena.", nbgrader=_marks(f"l{number}-open", "markdown", grade=True, points=4))
    cells += _pair("Guide: two points a reason.", "Panduan: dua poin per alasan.", tags=["teacher"])
    notebook = new_notebook(cells=cells)
    for at, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{at}"
    nbformat.validate(notebook)
    return notebook


def _pair(
    english: str, indonesian: str, *, slide: str = "skip", tags: list[str] | None = None, **metadata: Any
) -> list:
    """A cell of prose and its twin."""
    told = {"slideshow": {"slide_type": slide}, **metadata}
    return [
        new_markdown_cell(source, metadata={**told, "tags": [*(tags or []), f"lang-{language}"]})
        for language, source in (("en", english), ("id", indonesian))
    ]


def _exercise(name: str, variable: str, plus: int) -> list:
    """An answer and its check."""
    answer = f"### BEGIN SOLUTION\n{variable} = counts.sum() + {plus}\n### END SOLUTION"
    check = (
        f'assert {variable} > 0, "Add. / Jumlahkan."\n'
        f"### BEGIN HIDDEN TESTS\nassert {variable} == {8 + plus}\n### END HIDDEN TESTS"
    )
    return [
        new_code_cell(answer, metadata={"nbgrader": _marks(name, "code", solution=True)}),
        new_code_cell(check, metadata={"nbgrader": _marks(f"{name}-check", "code", grade=True, points=2)}),
    ]


def _marks(name: str, kind: str, *, grade: bool = False, solution: bool = False, points: int | None = None) -> dict:
    """nbgrader's metadata."""
    told = {"grade": grade, "solution": solution or kind == "markdown", "locked": grade and kind == "code"}
    points_told = {} if points is None else {"points": points}
    return {**told, "task": False, "grade_id": name, "schema_version": 3, "cell_type": kind, **points_told}
