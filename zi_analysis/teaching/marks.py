"""Marks of a class: read from nbgrader's gradebook, by exercise and by student."""

from pathlib import Path

import pandas as pd

from zi_analysis.errors import ZiError

_BONUS = "-bonus-check"


def read_marks(folder: Path) -> pd.DataFrame:
    """Read the marks of all submissions graded in a folder.

    Parameters
    ----------
    folder : Path
        A grading folder in which ``nbgrader autograde`` has run.

    Returns
    -------
    DataFrame
        student, lesson, grade_id, points, of (most points), marked ("auto" or "by hand"); in this order of keys.
        Points given by hand go before those of the checks; an open question not read yet has none, a check that
        the student deleted has 0.

    Raises
    ------
    ZiError
        If the folder has no gradebook.

    Examples
    --------
    >>> read_marks(Path("course/en/grading"))  # doctest: +SKIP
    """
    import sqlite3
    from contextlib import closing

    book = folder.absolute() / "gradebook.db"
    if not book.is_file():
        raise ZiError(f"{folder} has no gradebook.db; make the folder with: zi course")
    with closing(sqlite3.connect(f"{book.as_uri()}?mode=ro", uri=True)) as database:
        marks = pd.read_sql_query(_QUERY, database)
    return marks.sort_values(["student", "lesson", "grade_id"], ignore_index=True)


def sum_marks(marks: pd.DataFrame) -> pd.DataFrame:
    """Add up the marks of each student in each lesson.

    Parameters
    ----------
    marks : DataFrame
        From `read_marks`.

    Returns
    -------
    DataFrame
        student, lesson, points and of (without the bonus), bonus (points on top), to_read (open questions that
        wait for the teacher).

    Examples
    --------
    >>> row = {"student": "ani", "lesson": "l", "points": 2.0, "of": 2.0, "marked": "auto"}
    >>> marks = pd.DataFrame([row | {"grade_id": name} for name in ("l1-e1-check", "l1-bonus-check")])
    >>> sum_marks(marks)[["points", "of", "bonus", "to_read"]].iloc[0].tolist()
    [2.0, 2.0, 2.0, 0.0]
    """
    extra = marks["grade_id"].str.endswith(_BONUS)
    parts = marks.assign(
        points=marks["points"].where(~extra, 0.0).fillna(0.0),
        of=marks["of"].where(~extra, 0.0),
        bonus=marks["points"].where(extra, 0.0),
        to_read=marks["points"].isna(),
    )
    return parts.groupby(["student", "lesson"])[["points", "of", "bonus", "to_read"]].sum().reset_index()


def rank_exercises(marks: pd.DataFrame) -> pd.DataFrame:
    """Say which exercises a class found hard.

    Parameters
    ----------
    marks : DataFrame
        From `read_marks`.

    Returns
    -------
    DataFrame
        lesson, grade_id, students (marked), share (points of all points possible, 0 to 1), hardest first.

    Examples
    --------
    >>> row = {"lesson": "l", "grade_id": "l1-e1-check", "of": 2.0, "marked": "auto"}
    >>> marks = pd.DataFrame([row | {"student": "ani", "points": 2.0}, row | {"student": "budi", "points": 0.0}])
    >>> float(rank_exercises(marks)["share"].iloc[0])
    0.5
    """
    read = marks.dropna(subset=["points"])
    grouped = read.groupby(["lesson", "grade_id"], as_index=False)
    ranked = grouped.agg(students=("student", "nunique"), points=("points", "sum"), of=("of", "sum"))
    ranked = ranked.assign(share=ranked["points"] / ranked["of"]).drop(columns=["points", "of"])
    return ranked.sort_values(["lesson", "share", "grade_id"], ignore_index=True)


_QUERY = """
select submitted_assignment.student_id as student, assignment.name as lesson, base_cell.name as grade_id,
       coalesce(grade.manual_score, grade.auto_score, case grade_cells.cell_type when 'code' then 0 end) as points,
       grade_cells.max_score as "of",
       case grade_cells.cell_type when 'code' then 'auto' else 'by hand' end as marked
from grade
join base_cell on base_cell.id = grade.cell_id
join grade_cells on grade_cells.id = grade.cell_id
join submitted_notebook on submitted_notebook.id = grade.notebook_id
join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
join assignment on assignment.id = submitted_assignment.assignment_id
"""
