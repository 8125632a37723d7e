"""`zi course`: the course for lecturers and students, and the marks of a class."""

import argparse
from pathlib import Path

from zi_analysis.cli.verb import Verb, named_path, spoken_languages
from zi_analysis.cli.wording import OK, short_path
from zi_analysis.errors import ParameterError


def _describe(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.add_argument("lessons", nargs="*", type=int, metavar="NUMBER", help="lessons (default all)")
    parser.add_argument(
        "--output", type=named_path, default=Path("course"), metavar="DIR", help="folder to write into (default course)"
    )
    parser.add_argument("--language", choices=("en", "id", "both"), default="both", help="default both")
    parser.add_argument(
        "--marks", type=named_path, metavar="GRADING", help="make nothing; write the marks of this grading folder"
    )


def _act(arguments: argparse.Namespace) -> int:
    """Make the course and say where its parts are, or write the marks."""
    if arguments.marks is not None:
        return _write_marks(arguments)
    from zi_analysis.teaching.course import build_course

    languages = spoken_languages(arguments.language)
    for made in build_course(arguments.output.absolute(), languages=languages, numbers=arguments.lessons):
        folder = short_path(made.handout.parent)
        print(f"{folder}: student/, teacher/ and slides/ of lessons: {len(made.student)}")
        print(f"{folder}: for students {made.handout.name}, for grading with nbgrader {made.grading.name}/")
    return OK


def _write_marks(arguments: argparse.Namespace) -> int:
    """Write marks by exercise and by student, and print the hardest exercise of each lesson."""
    from zi_analysis.teaching.marks import rank_exercises, read_marks, sum_marks

    if arguments.lessons:
        raise ParameterError(f"--marks takes all lessons of a folder; leave {arguments.lessons[0]} out")
    folder = arguments.marks.absolute()
    marks = read_marks(folder)
    sums, ranked = sum_marks(marks), rank_exercises(marks)
    for name, table in (("marks", marks), ("marks-by-student", sums), ("marks-by-exercise", ranked)):
        table.to_csv(folder / f"{name}.csv", index=False)
        print(short_path(folder / f"{name}.csv"))
    for hardest in rank_exercises(marks[marks["marked"] == "auto"]).groupby("lesson").head(1).itertuples():
        print(f"{hardest.lesson}: hardest {hardest.grade_id}, {hardest.share:.0%} of its points reached")
    waiting = int(sums["to_read"].sum())
    if waiting:
        print(f"open questions that wait for you: {waiting}; mark them in nbgrader's formgrader and run this again")
    return OK


VERB = Verb(
    describe=_describe,
    act=_act,
    description="Make the course from notebooks/exercises/: notebooks for students (without solutions), for teachers "
    "(with solutions and marking guides), slides that need no network, a zip to hand out, and a folder in which "
    "nbgrader marks what students hand in. See docs/teachers-guide.md.",
    example="example: zi course --language id, later zi course --marks course/id/grading",
)
