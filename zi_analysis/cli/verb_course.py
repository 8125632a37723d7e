"""`zi course`: the course for lecturers and students."""

import argparse
from pathlib import Path

from zi_analysis.cli.verb import Verb, named_path, spoken_languages
from zi_analysis.cli.wording import OK, short_path


def _describe(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.add_argument("lessons", nargs="*", type=int, metavar="NUMBER", help="lessons (default all)")
    parser.add_argument(
        "--output", type=named_path, default=Path("course"), metavar="DIR", help="folder to write into (default course)"
    )
    parser.add_argument("--language", choices=("en", "id", "both"), default="both", help="default both")


def _act(arguments: argparse.Namespace) -> int:
    """Make the course and say where its parts are."""
    from zi_analysis.teaching.course import build_course

    languages = spoken_languages(arguments.language)
    for made in build_course(arguments.output.absolute(), languages=languages, numbers=arguments.lessons):
        folder = short_path(made.handout.parent)
        print(f"{folder}: {len(made.student)} lessons in student/, teacher/ and slides/")
        print(f"{folder}: for students {made.handout.name}, for grading with nbgrader {made.grading.name}/")
    return OK


VERB = Verb(
    describe=_describe,
    act=_act,
    description="Make the course from notebooks/exercises/: notebooks for students (without solutions), for teachers "
    "(with solutions and marking guides), slides that need no network, a zip to hand out, and a folder in which "
    "nbgrader marks what students hand in. See docs/teachers-guide.md.",
    example="example: zi course --language id --output course",
)
