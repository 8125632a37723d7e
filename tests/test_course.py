"""The lessons, marked by nbgrader: solutions get all points, untouched copies none, plausible mistakes none."""

import copy
import tomllib
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from small_lesson import small_lesson

from zi_analysis.cli import main
from zi_analysis.teaching.check_form import form_faults
from zi_analysis.teaching.grading import run_nbgrader, write_grading_folder
from zi_analysis.teaching.lessons import TEACHER, Lesson, find_lessons, grading_of, keep_language, tags_of
from zi_analysis.teaching.marks import rank_exercises, read_marks, sum_marks

ROOT = Path(__file__).parents[1]
LESSONS = find_lessons(ROOT)
each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=[lesson.name for lesson in LESSONS])


def test_the_course_has_four_lessons() -> None:
    assert [lesson.number for lesson in LESSONS] == [1, 2, 3, 4]


@each_lesson
def test_the_source_has_the_form_of_a_lesson(lesson: Lesson) -> None:
    assert form_faults(lesson.read()) == []


@each_lesson
def test_both_languages_have_the_same_exercises(lesson: Lesson) -> None:
    english, indonesian = (keep_language(lesson.read(), language, teacher=True) for language in ("en", "id"))
    assert _bones(english) == _bones(indonesian)


def _bones(edition: Any) -> list[tuple]:
    """What does not depend on the language: kinds of cell, code, marks."""
    return [
        (cell.cell_type, cell.source if cell.cell_type == "code" else "", grading_of(cell), TEACHER in tags_of(cell))
        for cell in edition.cells
    ]


@each_lesson
def test_three_mistakes_or_more_are_tried(lesson: Lesson) -> None:
    answers = {grading_of(cell)["grade_id"] for cell in lesson.read().cells if grading_of(cell).get("solution")}
    assert len(_wrong_answers(lesson)) >= 3
    assert set(_wrong_answers(lesson)) <= answers


def _wrong_answers(lesson: Lesson) -> dict[str, str]:
    """What students write who have not understood: grade_id to code."""
    path = ROOT / "tests" / "course_wrong_answers" / f"lesson-{lesson.number}.toml"
    mistakes = tomllib.loads(path.read_text(encoding="utf-8"))["wrong"]
    return {mistake["grade_id"]: mistake["code"] for mistake in mistakes}


@pytest.mark.slow
@each_lesson
def test_solutions_get_all_points_untouched_copies_and_mistakes_none(lesson: Lesson, tmp_path: Path) -> None:
    wrong = _wrong_answers(lesson)
    marks = _marks(lesson.name, keep_language(lesson.read(), "en", teacher=False), wrong, tmp_path)
    auto = marks[marks["marked"] == "auto"].set_index(["student", "grade_id"])
    assert auto.loc["solutions", "points"].equals(auto.loc["solutions", "of"])
    assert (auto.loc["untouched", "points"] == 0).all()
    mistaken = auto.loc["mistaken"]
    missed = mistaken.index[mistaken["points"] < mistaken["of"]]
    assert set(missed) == {f"{name}-check" for name in wrong}
    assert (mistaken.loc[missed, "points"] == 0).all()


@pytest.mark.slow
def test_marks_follow_the_answers_and_leave_open_questions_to_the_teacher(tmp_path: Path, capsys: Any) -> None:
    wrong = {"l1-e2": "total_2 = 10 + 1", "l1-e3": "total_3 = counts.sum()", "l1-e4": "total_4 = 1 / 0"}
    edition = keep_language(small_lesson(), "id", teacher=False)
    careless = copy.deepcopy(edition)
    names = [grading_of(cell).get("grade_id") for cell in careless.cells]
    del careless.cells[names.index("l1-e2-check")]  # a deleted check gives nothing
    del careless.cells[names.index("l1-e1")]  # a deleted answer gives nothing
    marks = _marks("lesson-1-adding", edition, wrong, tmp_path, careless=careless)
    sums = sum_marks(marks).set_index("student")
    assert sums["points"].to_dict() == {"careless": 8.0, "mistaken": 6.0, "solutions": 12.0, "untouched": 0.0}
    assert sums["bonus"].to_dict() == {"careless": 2.0, "mistaken": 2.0, "solutions": 2.0, "untouched": 0.0}
    assert sums["of"].eq(6 * 2 + 4).all()
    assert sums["to_read"].to_dict() == {"careless": 1, "mistaken": 1, "solutions": 1, "untouched": 0}
    assert set(rank_exercises(marks)["grade_id"][:3]) == {"l1-e1-check", "l1-e2-check", "l1-open"}
    by_hand = marks[marks["marked"] == "by hand"].set_index("student")
    assert by_hand["of"].eq(4).all()
    assert pd.isna(by_hand.loc["solutions", "points"])
    assert main(["course", "--marks", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "lesson-1-adding: hardest l1-e2-check, 25% of its points reached" in told
    assert "open questions that wait for you: 3" in told
    assert pd.read_csv(tmp_path / "marks-by-student.csv")["points"].sum() == 8 + 6 + 12
    handed_out = (tmp_path / "release" / "lesson-1-adding" / "lesson-1-adding.ipynb").read_text()
    assert handed_out.count("# TULIS KODE ANDA DI SINI") == 7
    assert handed_out.count("TULIS JAWABAN ANDA DI SINI") == 1
    assert "counts.sum()" not in handed_out
    assert "HIDDEN" not in handed_out


def _marks(name: str, edition: Any, wrong: dict[str, str], folder: Path, **others: Any) -> pd.DataFrame:
    """Hand in the solutions, the untouched copy and the mistakes, and let nbgrader mark them."""
    write_grading_folder(folder, {name: edition}, language=edition.metadata["lang"], timeout=120)
    untouched = nbformat.read(folder / "release" / name / f"{name}.ipynb", as_version=4)
    mistaken = copy.deepcopy(edition)
    for cell in mistaken.cells:
        if cell.cell_type == "code":
            cell.source = wrong.get(grading_of(cell).get("grade_id", ""), cell.source)
    handed_in = {"solutions": edition, "untouched": untouched, "mistaken": mistaken, **others}
    for student, notebook in handed_in.items():
        place = folder / "submitted" / student / name / f"{name}.ipynb"
        place.parent.mkdir(parents=True)
        nbformat.write(notebook, place)
    run_nbgrader(folder, "autograde", name)
    return read_marks(folder)


@pytest.mark.slow
def test_the_command_makes_the_course_and_leaves_what_was_handed_in(tmp_path: Path, capsys: Any) -> None:
    name = LESSONS[0].name
    handed_in = tmp_path / "id" / "grading" / "submitted" / "101" / name / f"{name}.ipynb"
    handed_in.parent.mkdir(parents=True)
    handed_in.write_text("{}")
    assert main(["course", "1", "--language", "id", "--output", str(tmp_path)]) == 0
    assert "student/, teacher/ and slides/ of lessons: 1" in capsys.readouterr().out
    student, teacher = (
        (tmp_path / "id" / part / f"{name}.ipynb").read_text(encoding="utf-8") for part in ("student", "teacher")
    )
    assert "BEGIN SOLUTION" in teacher
    assert "BEGIN SOLUTION" not in student
    assert "Panduan" in teacher
    assert "Panduan" not in student
    assert (tmp_path / "id" / "slides" / f"{name}.html").is_file()
    assert (tmp_path / "id" / "zi-course-id.zip").is_file()
    assert handed_in.read_text() == "{}"
    assert not (tmp_path / "en").exists()
