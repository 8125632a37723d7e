"""The `zi` command: one verb for each job, each a few lines over the package."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from zi_analysis.errors import InputError, ParameterError, ZiError

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
        return WRONG_USE if isinstance(error, ParameterError | InputError) else FAILED
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
    """Write an error on one line, with nothing in it that moves a terminal."""
    words = " ".join(str(error).split())
    return (
        words if words.isprintable() else "".join(mark if mark.isprintable() else ascii(mark)[1:-1] for mark in words)
    )


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, like all others."""

    def error(self, message: str) -> NoReturn:
        """Tell wrong use and stop."""
        self.exit(WRONG_USE, f"zi: {_one_line(ValueError(message))}; see {self.prog} --help\n")


def _word(error: BaseException) -> str:
    """Word the error of one report."""
    if isinstance(error, ZiError):
        return _one_line(error)
    return _blocked(error) if isinstance(error, OSError) else _fault(error)


def _blocked(error: OSError) -> str:
    """Say which file or folder could not be read or written, and what to do."""
    place = _one_line(ValueError(error.filename2 or error.filename or "a file"))
    reason = (error.strerror or str(error)).lower()
    return f"cannot read or write {place}: {reason}; free it, or choose another folder with --output"


def _fault(error: BaseException) -> str:
    """Word an error that the workbook did not raise on purpose."""
    return (
        f"this is a fault of the workbook: {type(error).__name__}: {_one_line(error)} (set ZI_TRACEBACK=1 to see where)"
    )


def _parser() -> argparse.ArgumentParser:
    """Describe the command."""
    parser = _Parser(
        prog="zi",
        description="Workbook on Indonesia's Zona Integritas: clean the evidence, trace it, report on it.",
    )
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")
    _add_clean(verbs)
    _add_resolve(verbs)
    trace = verbs.add_parser("trace", help="follow a number or a row back to the page it was read on")
    trace.add_argument("identifier", metavar="ID", help="id of a cell, a settled count, an award or a source")
    trace.set_defaults(act=_trace)
    _add_report(verbs)
    return parser


def _named_path(text: str) -> Path:
    """Read a path; an empty one is an unset variable of a shell."""
    if not text:
        raise argparse.ArgumentTypeError("a path is empty; name a file or folder")
    return Path(text)


def _add_clean(verbs: "argparse._SubParsersAction[_Parser]") -> None:
    """Describe the verb ``clean``."""
    clean = verbs.add_parser(
        "clean",
        help="turn award lists into the workbook's award table; without a list, make data/clean/ from data/raw/",
        description="Read award lists (csv, xlsx, xls, ods, html, pdf, parquet), find the agency of each row in the "
        "register, merge what is told twice, and write awards, rejects with reasons, a log that adds up and a quality "
        "page into a folder. Without FILE: make data/clean/ from data/raw/.",
        epilog="example: zi clean wbk-2023.xlsx --output cleaned, then fill in cleaned/to_decide.csv and run again "
        "with --fix cleaned/to_decide.csv",
    )
    clean.add_argument("files", nargs="*", type=_named_path, metavar="FILE", help="award lists")
    clean.add_argument("--output", type=_named_path, metavar="DIR", help="folder to write into (needed with FILE)")
    clean.add_argument("--fix", type=_named_path, metavar="DECISIONS", help="hand decisions: a to_decide.csv filled in")
    clean.add_argument(
        "--columns",
        metavar="FIELD=COLUMN,...",
        help="where the headers do not tell: unit, agency, year, predicate, region, track, status, source, each with "
        "the position (from 1) or the header of its column, as unit=3,agency=2",
    )
    clean.add_argument("--year", metavar="YEAR", help="evaluation year of lists that tell none")
    clean.add_argument("--predicate", metavar="PREDICATE", help="WBK or WBBM, for lists that tell none")
    clean.add_argument("--language", choices=("en", "id"), default="en", help="of the quality page (default en)")
    clean.add_argument("--format", choices=("csv", "parquet"), default="csv", help="of the awards (default csv)")
    clean.set_defaults(act=_clean)


def _add_resolve(verbs: "argparse._SubParsersAction[_Parser]") -> None:
    """Describe the verb ``resolve``."""
    resolve = verbs.add_parser(
        "resolve",
        help="find the agencies that a table names in the register",
        description="Write every row of a table, in order, with agency_id, agency, agency_type, method, score and "
        "candidates; a name that may mean several bodies stays open.",
        epilog="example: zi resolve units.xlsx --name Instansi --unit 'Unit Kerja' --year Tahun --output resolved.csv",
    )
    resolve.add_argument("file", type=_named_path, metavar="FILE", help="any table that zi clean reads")
    resolve.add_argument("--name", required=True, metavar="COLUMN", help="column with the agency as written")
    resolve.add_argument("--unit", metavar="COLUMN", help="column with the unit as written")
    resolve.add_argument("--year", metavar="COLUMN", help="column with the year")
    resolve.add_argument("--output", type=_named_path, required=True, metavar="OUT", help="a .csv or .parquet")
    resolve.set_defaults(act=_resolve)


def _add_report(verbs: "argparse._SubParsersAction[_Parser]") -> None:
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


def _clean(arguments: argparse.Namespace) -> int:
    """Clean the lists named, or make data/clean/, and print the account."""
    if arguments.files:
        return _clean_lists(arguments)
    given = [name for name in ("output", "fix", "columns", "year", "predicate") if getattr(arguments, name) is not None]
    if given:
        raise ParameterError(f"--{given[0]} needs a list; name one or more files, as in: zi clean list.xlsx")
    from zi_analysis.evidence.assemble import build_evidence, write_clean

    evidence = build_evidence()
    write_clean(evidence)
    print("\n".join(evidence.summary_lines()))
    return OK


def _clean_lists(arguments: argparse.Namespace) -> int:
    """Clean the lists named into a folder."""
    from zi_analysis.reporting.cleaning import clean_into

    if arguments.output is None:
        raise ParameterError("--output is missing; name the folder to write into, as in: --output cleaned")
    result = clean_into(
        arguments.files,
        arguments.output,
        fix=arguments.fix,
        columns=_columns(arguments.columns),
        year=arguments.year,
        predicate=arguments.predicate,
        language=arguments.language,
        table_format=arguments.format,
    )
    print("\n".join(result))
    return OK


def _columns(text: str | None) -> dict[str, str] | None:
    """Read the columns named on the command line."""
    if text is None:
        return None
    pairs = [part.partition("=") for part in text.split(",")]
    wrong = [name for name, equals, column in pairs if not (name.strip() and equals and column.strip())]
    if wrong:
        raise ParameterError(f'"{wrong[0][:80]}" in --columns is no FIELD=COLUMN; write it like unit=3,agency=2')
    names = [name.strip() for name, _, _ in pairs]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise ParameterError(f"{twice[0][:80]} is named twice in --columns; name each field once")
    return {name.strip(): column.strip() for name, _, column in pairs}


def _resolve(arguments: argparse.Namespace) -> int:
    """Resolve the agencies of a table and say how many were found."""
    from zi_analysis.reporting.cleaning import resolve_into

    print(resolve_into(arguments.file, arguments.output, name=arguments.name, unit=arguments.unit, year=arguments.year))
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
