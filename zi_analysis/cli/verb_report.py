"""`zi report`: notebooks run, their reports written."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from zi_analysis.cli.verb import Verb
from zi_analysis.cli.wording import FAILED, OK, short_path, word_error
from zi_analysis.errors import ParameterError

if TYPE_CHECKING:
    from zi_analysis.reporting.batch import JobResult, ReportJob


def _describe(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.add_argument("notebooks", nargs="*", metavar="NOTEBOOK", help="name, beginning of a name, or path")
    parser.add_argument(
        "-p",
        dest="assignments",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter; lists are separated by commas",
    )
    parser.add_argument("--language", choices=("en", "id", "both"), help="default: the notebook's own")
    parser.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        help="folder of the report; with several reports, the folder that holds DIR/NOTEBOOK/LANGUAGE",
    )
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="reports at a time (default 2)")
    parser.add_argument("--pdf", action="store_true", help="print each page to report.pdf too (needs Chromium)")
    parser.add_argument("--plain", action="store_true", help="start each kernel anew instead of forking it")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def _act(arguments: argparse.Namespace) -> int:
    """Make reports and print a line on each."""
    from zi_analysis.reporting.batch import run_batch
    from zi_analysis.reporting.run import RunOptions

    options = RunOptions(pdf=arguments.pdf, fork=not arguments.plain)
    results = run_batch(_jobs(arguments), workers=arguments.workers, progress=not arguments.quiet, options=options)
    made = [result for result in results if result.run]
    if made and not arguments.quiet:
        print("\n".join(_table(made)))
    errors = [result.error for result in results if result.error]
    for error in errors:
        print(f"zi: {word_error(error)}", file=sys.stderr)
    return FAILED if errors else OK


def _jobs(arguments: argparse.Namespace) -> "list[ReportJob]":
    """Turn the arguments into jobs."""
    from zi_analysis.reporting.batch import ReportJob
    from zi_analysis.reporting.notebooks import find_notebook, list_notebooks
    from zi_analysis.reporting.texts import read_assignments

    chosen = [find_notebook(name) for name in arguments.notebooks]
    notebooks = chosen or list_notebooks()
    if not notebooks:
        raise ParameterError("there is no notebook in notebooks/; name one by its path")
    spoken = arguments.language or (None if chosen else "both")
    languages = ["en", "id"] if spoken == "both" else [spoken]
    pairs = [(notebook, language) for notebook in notebooks for language in languages]
    return [
        ReportJob(
            notebook,
            parameters=read_assignments(notebook, arguments.assignments),
            language=language,
            output=_output(arguments.output, notebook, language, alone=len(pairs) == 1),
        )
        for notebook, language in pairs
    ]


def _output(folder: Path | None, notebook: Path, language: str | None, *, alone: bool) -> Path | None:
    """Return the folder of one report below the folder asked for."""
    if folder is None or alone:
        return folder
    return folder / notebook.stem / (language or "report")


def _table(results: "list[JobResult]") -> list[str]:
    """List the reports made: name, exhibits, seconds, page."""
    rows = [("report", "exhibits", "seconds", "page")]
    for result in results:
        run = result.run
        if run is not None:
            page = short_path(run.html)
            name = f"{result.plan.notebook.stem} ({result.plan.language})"
            rows.append((name, str(len(run.record["exhibits"])), f"{run.seconds:.1f}", page))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return [f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]}".rstrip() for row in rows]


VERB = Verb(
    describe=_describe,
    act=_act,
    description="Run notebooks with parameters and write page, exhibits and run record of each. "
    "Without NOTEBOOK: every notebook in notebooks/, in both languages.",
    example="example: zi report 03 -p first_year=2018 -p agency_types=central,province --language id",
)
