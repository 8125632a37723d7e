"""The course's machinery on a lesson of its own: form, languages, slides, zip, words of the command."""

import copy
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from small_lesson import small_lesson

from zi_analysis.cli import main
from zi_analysis.errors import ParameterError, ZiError
from zi_analysis.teaching.check_form import form_faults
from zi_analysis.teaching.course import build_course
from zi_analysis.teaching.handout import environment_text, write_handout
from zi_analysis.teaching.lessons import Lesson, choose_lessons, find_lessons, grading_of, keep_language
from zi_analysis.teaching.slides import slides_html

ROOT = Path(__file__).parents[1]


def _cell(notebook: Any, name: str) -> Any:
    return next(cell for cell in notebook.cells if grading_of(cell).get("grade_id") == name)


def _drop(notebook: Any, *names: str) -> None:
    notebook.cells = [cell for cell in notebook.cells if grading_of(cell).get("grade_id") not in names]


def _without_twin(notebook: Any) -> None:
    del notebook.cells[1]


def _other_heading(notebook: Any) -> None:
    notebook.cells[1].source = "## Menjumlahkan bilangan"


def _other_minutes(notebook: Any) -> None:
    notebook.cells[3].source = "## Tujuan (15 menit)"


def _five_exercises(notebook: Any) -> None:
    _drop(notebook, "l1-e6", "l1-e6-check")


def _no_bonus(notebook: Any) -> None:
    _drop(notebook, "l1-bonus", "l1-bonus-check")


def _no_check(notebook: Any) -> None:
    _drop(notebook, "l1-e2-check")


def _no_open_question(notebook: Any) -> None:
    _drop(notebook, "l1-open")


def _no_guide(notebook: Any) -> None:
    notebook.cells = notebook.cells[:-2]


def _solution_not_marked(notebook: Any) -> None:
    _cell(notebook, "l1-e1").source = "total_1 = counts.sum() + 1"


def _nothing_hidden(notebook: Any) -> None:
    _cell(notebook, "l1-e1-check").source = "assert total_1 == 9"


def _check_that_passes_alone(notebook: Any) -> None:
    check = _cell(notebook, "l1-e1-check")
    check.source = check.source.replace("total_1 > 0", "counts.sum() > 0")


def _check_of_a_name_made_before(notebook: Any) -> None:
    notebook.cells[4].source += "\ntotal_1 = None"


def _broken_metadata(notebook: Any) -> None:
    del _cell(notebook, "l1-e1-check").metadata["nbgrader"]["schema_version"]


def _no_points(notebook: Any) -> None:
    _cell(notebook, "l1-e1-check").metadata["nbgrader"]["points"] = 0


def test_a_lesson_in_form_has_no_faults() -> None:
    assert form_faults(small_lesson()) == []


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (_without_twin, "breaks the turn of lang-en and lang-id"),
        (_other_heading, "differ in tags, slide, marks or headings"),
        (_other_minutes, "id: the headings tell 95 minutes, not 90"),
        (_five_exercises, "there are 5 exercises; 6 are the least"),
        (_no_bonus, "there are 0 bonus exercises"),
        (_no_check, "l1-e2 has no check"),
        (_no_open_question, "there are 0 open questions"),
        (_no_guide, "l1-open has no marking guide"),
        (_solution_not_marked, "l1-e1 has no solution between"),
        (_nothing_hidden, "l1-e1-check has no hidden tests"),
        (_check_that_passes_alone, "so it could pass without an answer"),
        (_check_of_a_name_made_before, "so it could pass without an answer"),
        (_broken_metadata, "en: nbgrader refuses the metadata"),
        (_no_points, "l1-e1-check has no points"),
    ],
)
def test_each_fault_of_form_is_told(damage: Any, told: str) -> None:
    notebook = small_lesson()
    damage(notebook)
    assert any(told in fault for fault in form_faults(notebook))


def test_an_edition_has_one_language_and_guides_only_for_teachers() -> None:
    source = small_lesson()
    before = copy.deepcopy(source)
    student, teacher = (keep_language(source, "id", teacher=teacher) for teacher in (False, True))
    assert source == before
    words = "\n".join(cell.source for cell in student.cells)
    assert "Menjumlahkan bilangan" in words
    assert "Adding numbers" not in words
    assert "Panduan" not in words
    assert "Panduan" in "\n".join(cell.source for cell in teacher.cells)
    assert (student.metadata.title, student.metadata.lang) == ("Menjumlahkan bilangan", "id")


def test_slides_show_what_is_marked_and_load_nothing() -> None:
    edition = keep_language(small_lesson(), "en", teacher=False)
    edition.cells[2].outputs = [
        nbformat.v4.new_output(
            "execute_result", data={"text/html": "<script src='https://x.org/a.js'></script><b>8</b>"}
        )
    ]
    html = slides_html(edition)
    body = html[html.index("<body>") : html.index("<script>", html.index("<body>"))]
    assert body.count('<section class="one">') == 2
    assert body.count("<section") == body.count("</section>") == 4
    assert body.count("<div") == body.count("</div>")
    assert "<math" in body
    assert "<b>8</b>" in body
    assert "x.org" not in html
    assert '<aside class="notes">' in body
    assert "Exercises" not in body
    assert "total_1" not in body
    assert "src=" not in body.replace('src="data:', "")


def test_columns_of_words_stand_left_and_numbers_right() -> None:
    rows = "<tr><td>city</td><td>&lt;NA&gt;</td></tr><tr><td>all</td><td>3</td></tr>"
    table = f"<table><tr><th>name</th><th>upper</th></tr>{rows}</table>"
    edition = keep_language(small_lesson(), "en", teacher=False)
    edition.cells[2].outputs = [nbformat.v4.new_output("display_data", data={"text/html": table})]
    html = slides_html(edition)
    assert '<th class="words">name</th><th>upper</th>' in html
    assert '<td class="words">city</td><td>&lt;NA&gt;</td>' in html


def test_a_lesson_without_slides_is_refused() -> None:
    edition = keep_language(small_lesson(), "en", teacher=False)
    edition.cells = edition.cells[4:]
    with pytest.raises(ZiError, match="marks no slide"):
        slides_html(edition)


def test_the_zip_holds_package_and_data_but_no_solution(tmp_path: Path) -> None:
    copies = {"lesson-1-adding": b"{}"}
    first, second = (write_handout(tmp_path / name, copies, language="id", root=ROOT) for name in ("a.zip", "b.zip"))
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(io.BytesIO(first.read_bytes())) as archive:
        names = {name.removeprefix("zi-course-id/") for name in archive.namelist()}
        assert "Tanpa memasang" in archive.read("zi-course-id/README.md").decode()
    assert {"lessons/lesson-1-adding.ipynb", "data/datapackage.json", "zi_analysis/paths.py", "LICENSE"} <= names
    assert not any("__pycache__" in name or name.startswith(("notebooks", "reports", "tests")) for name in names)
    assert [name for name in names if name.endswith(".ipynb")] == ["lessons/lesson-1-adding.ipynb"]


def test_the_students_environment_holds_the_projects_own_bounds() -> None:
    lines = environment_text(ROOT).splitlines()
    assert "  - pandas>=3.0,<4" in lines
    assert "  - python=3.12" in lines  # Binder takes no range
    assert not any("pytest" in line for line in lines)


def test_lessons_are_found_in_their_order_and_chosen_by_number(tmp_path: Path) -> None:
    project = _project(tmp_path, ["lesson-10-last", "lesson-2-next", "lesson-1-first"])
    assert [one.number for one in find_lessons(project)] == [1, 2, 10]
    with pytest.raises(ParameterError, match="no lesson 3; choose from 1, 2, 10"):
        choose_lessons(find_lessons(project), [3])
    (project / "notebooks" / "exercises" / "notes.ipynb").write_text("{}")
    with pytest.raises(ZiError, match=r"notes\.ipynb in notebooks/exercises is no lesson"):
        find_lessons(project)


def test_a_source_out_of_form_makes_no_course(tmp_path: Path) -> None:
    project = _project(tmp_path, ["lesson-1-first"])
    path = project / "notebooks" / "exercises" / "lesson-1-first.ipynb"
    notebook = Lesson("lesson-1-first", path).read()
    _no_check(notebook)
    nbformat.write(notebook, path)
    with pytest.raises(ZiError, match=r"lesson-1-first.ipynb: l1-e2 has no check"):
        build_course(tmp_path / "course", languages=["en"], root=project)
    assert not (tmp_path / "course").exists()


def test_the_command_names_a_lesson_that_is_not_there(tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setenv("ZI_HOME", str(_project(tmp_path, ["lesson-1-first"])))
    assert main(["course", "7", "--output", str(tmp_path / "course")]) == 2
    assert capsys.readouterr().err == "zi: there is no lesson 7; choose from 1\n"


def _project(folder: Path, names: list[str]) -> Path:
    """A project that holds small lessons."""
    exercises = folder / "project" / "notebooks" / "exercises"
    exercises.mkdir(parents=True)
    (folder / "project" / "data").mkdir()
    (folder / "project" / "data" / "datapackage.json").write_text("{}")
    for name in names:
        nbformat.write(small_lesson(), exercises / f"{name}.ipynb")
    return folder / "project"


@pytest.mark.parametrize("name", ["teachers-guide.md", "teachers-guide.id.md"])
def test_the_guide_tells_the_minutes_and_points_of_the_lessons(name: str) -> None:
    guide = (ROOT / "docs" / name).read_text(encoding="utf-8")
    for lesson in find_lessons(ROOT):
        edition = keep_language(lesson.read(), "en", teacher=False)
        minutes = re.findall(
            r"\((\d+) minutes\)$", "\n".join(cell.source for cell in edition.cells), flags=re.MULTILINE
        )
        graded = [(grading_of(cell), cell.cell_type) for cell in edition.cells if grading_of(cell).get("grade")]
        bonus = sum(told["points"] for told, _ in graded if "-bonus" in told["grade_id"])
        by_hand = sum(told["points"] for told, kind in graded if kind == "markdown")
        checks = sum(told["points"] for told, _ in graded) - by_hand - bonus
        assert f"| {lesson.number} | {' + '.join(minutes)} | {checks} + {by_hand} + {bonus} |" in guide
