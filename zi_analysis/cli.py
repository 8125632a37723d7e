"""The `zi` command: one verb for each job, each a few lines over the package."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zi_analysis.errors import ParameterError, ZiError

if TYPE_CHECKING:
    from zi_analysis.reporting.batch import JobResult, ReportJob

OK, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the `zi` command.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments after the program's name; those of the process when left out.

    Returns
    -------
    int
        0 done, 1 something failed, 2 wrong use, 130 interrupted.

    Examples
    --------
    >>> main(["report", "no-such-notebook"])  # doctest: +SKIP
    2
    """
    for stream in (sys.stdout, sys.stderr):  # a terminal without the characters of the trees still gets the words
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.act(arguments))
    except ZiError as error:
        if os.environ.get("ZI_TRACEBACK") == "1":
            raise
        print(f"zi: {_one_line(error)}", file=sys.stderr)
        return WRONG_USE if isinstance(error, ParameterError) else FAILED
    except KeyboardInterrupt:
        print("zi: interrupted; reports made before are as they were", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return OK
    except OSError as error:
        if os.environ.get("ZI_TRACEBACK") == "1":
            raise
        print(f"zi: {_blocked(error)}", file=sys.stderr)
        return FAILED
    except Exception as error:  # the last door: a user gets one line
        if os.environ.get("ZI_TRACEBACK") == "1":
            raise
        print(f"zi: {_fault(error)}", file=sys.stderr)
        return FAILED


def _one_line(error: BaseException) -> str:
    """Write an error on one line."""
    return " ".join(str(error).split())


def _word(error: BaseException) -> str:
    """Word the error of one report."""
    if isinstance(error, ZiError):
        return _one_line(error)
    return _blocked(error) if isinstance(error, OSError) else _fault(error)


def _blocked(error: OSError) -> str:
    """Say which file or folder could not be read or written, and what to do."""
    place = error.filename2 or error.filename or "a file"
    reason = (error.strerror or str(error)).lower()
    return f"cannot read or write {place}: {reason}; free it, or choose another folder with --output"


def _fault(error: BaseException) -> str:
    """Word an error that the workbook did not raise on purpose."""
    return (
        f"this is a fault of the workbook: {type(error).__name__}: {_one_line(error)} (set ZI_TRACEBACK=1 to see where)"
    )


def _parser() -> argparse.ArgumentParser:
    """Describe the command."""
    parser = argparse.ArgumentParser(
        prog="zi",
        description="Workbook on Indonesia's Zona Integritas: clean the evidence, trace it, report on it.",
    )
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")
    clean = verbs.add_parser("clean", help="make data/clean/ from data/raw/ and show the log that adds up")
    clean.set_defaults(act=_clean)
    trace = verbs.add_parser("trace", help="follow a number or a row back to the page it was read on")
    trace.add_argument("identifier", metavar="ID", help="id of a cell, a settled count, an award or a source")
    trace.set_defaults(act=_trace)
    _add_report(verbs)
    return parser


def _add_report(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the verb ``report``."""
    report = verbs.add_parser(
        "report",
        help="run notebooks and write their reports",
        description="Run notebooks with parameters and write page, exhibits and run record of each. "
        "Without NOTEBOOK: every notebook in notebooks/, in both languages.",
        epilog="example: zi report 03 -p first_year=2018 -p agency_types=central,province --language id",
    )
    report.add_argument("notebooks", nargs="*", metavar="NOTEBOOK", help="name, beginning of a name, or path")
    report.add_argument(
        "-p",
        dest="assignments",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter; lists are separated by commas",
    )
    report.add_argument("--language", choices=("en", "id", "both"), help="default: the notebook's own")
    report.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        help="folder of the report; with several reports, the folder that holds DIR/NOTEBOOK/LANGUAGE",
    )
    report.add_argument("--workers", type=int, default=2, metavar="N", help="reports at a time (default 2)")
    report.add_argument("--quiet", action="store_true", help="print nothing but errors")
    report.set_defaults(act=_report)


def _clean(_arguments: argparse.Namespace) -> int:
    """Make data/clean/ and print the log."""
    from zi_analysis.evidence.assemble import build_evidence, write_clean

    evidence = build_evidence()
    write_clean(evidence)
    print("\n".join(evidence.summary_lines()))
    return OK


def _trace(arguments: argparse.Namespace) -> int:
    """Print the tree behind an id."""
    from zi_analysis.evidence.trace import trace

    print(str(trace(arguments.identifier)))
    return OK


def _report(arguments: argparse.Namespace) -> int:
    """Make reports and print a line on each."""
    from zi_analysis.reporting.batch import run_batch

    results = run_batch(_jobs(arguments), workers=arguments.workers, progress=not arguments.quiet)
    made = [result for result in results if result.run]
    if made and not arguments.quiet:
        print("\n".join(_table(made)))
    errors = [result.error for result in results if result.error]
    for error in errors:
        print(f"zi: {_word(error)}", file=sys.stderr)
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
            page = _short(run.html)
            name = f"{result.plan.notebook.stem} ({result.plan.language})"
            rows.append((name, str(len(run.record["exhibits"])), f"{run.seconds:.1f}", page))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return [f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]}".rstrip() for row in rows]


def _short(path: Path) -> str:
    """Write a path relative to the working folder where it lies below it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


if __name__ == "__main__":
    sys.exit(main())
