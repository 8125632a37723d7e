"""The `zi` command: one verb for each job, each a few lines over the package."""

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from zi_analysis.errors import InputError, ParameterError, ZiError

if TYPE_CHECKING:
    from zi_analysis.reporting.batch import JobResult, ReportJob
    from zi_analysis.reporting.index_write import Batch
    from zi_analysis.reporting.many import BatchOptions

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
    arguments.typed = list(sys.argv[1:] if argv is None else argv)
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
    _add_profiles(verbs)
    _add_sweep(verbs)
    _add_verify(verbs)
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
    report.add_argument("--pdf", action="store_true", help="print each page to report.pdf too (needs Chromium)")
    report.add_argument("--plain", action="store_true", help="start each kernel anew instead of forking it")
    report.add_argument("--quiet", action="store_true", help="print nothing but errors")
    report.set_defaults(act=_report)


def _add_profiles(verbs: "argparse._SubParsersAction[_Parser]") -> None:
    """Describe the verb ``profiles``."""
    profiles = verbs.add_parser(
        "profiles",
        help="make a profile of every agency, or of those chosen, with an index page",
        description="Run the notebook 09-agency-profile for each agency chosen. What is there already as it would be "
        "made now is passed over, so a batch that was ended goes on where it was.",
        epilog='example: zi profiles --type regency --province "Jawa Timur" --language id',
    )
    types = ("central", "province", "regency", "city")
    profiles.add_argument("--type", dest="types", action="append", default=[], choices=types, help="may be given again")
    profiles.add_argument("--province", metavar="NAME", help="agencies of one province")
    profiles.add_argument("--agency", dest="ids", action="append", default=[], metavar="ID", help="may be given again")
    profiles.add_argument("--language", choices=("en", "id", "both"), default="en", help="default en")
    _add_batch(profiles, "reports/profiles")
    profiles.set_defaults(act=_profiles)


def _add_sweep(verbs: "argparse._SubParsersAction[_Parser]") -> None:
    """Describe the verb ``sweep``."""
    sweep = verbs.add_parser(
        "sweep",
        help="run one notebook over a grid of parameters, with an index page",
        description="Run a notebook for every combination of a yaml file. All are checked before the first kernel "
        "starts. The file holds 'grid:' (each name with a list of values) or 'runs:' (a list of combinations).",
        epilog="example: printf 'grid:\\n  first_year: [2015, 2018]\\n  predicate: [WBK, all]\\n' > grid.yml; "
        "zi sweep 03 --grid grid.yml",
    )
    sweep.add_argument("notebook", metavar="NOTEBOOK", help="name, beginning of a name, or path")
    sweep.add_argument("--grid", type=_named_path, required=True, metavar="GRID.YML", help="the combinations")
    sweep.add_argument("--language", choices=("en", "id", "both"), default="en", help="default en")
    _add_batch(sweep, "reports/sweeps/NOTEBOOK")
    sweep.set_defaults(act=_sweep)


def _add_batch(parser: argparse.ArgumentParser, place: str) -> None:
    """Add what every batch takes."""
    parser.add_argument(
        "--output", metavar="DIR", help=f"folder or address (s3://, gs://) of the reports; default {place}"
    )
    parser.add_argument("--workers", type=_workers, default=2, metavar="N", help="reports at a time (default 2)")
    parser.add_argument("--force", action="store_true", help="make unchanged reports again")
    parser.add_argument("--pdf", action="store_true", help="print each page to report.pdf too (needs Chromium)")
    parser.add_argument("--plain", action="store_true", help="start each kernel anew instead of forking it")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask scheduler whose workers make the reports")
    parser.add_argument("--data", metavar="ADDRESS", help="of a data/ folder to use (a path, s3://, gs://)")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def _workers(text: str) -> int:
    """Read a number of workers."""
    if not text.isdigit() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} workers cannot be; give 1 to 256")
    return int(text)


def _add_verify(verbs: "argparse._SubParsersAction[_Parser]") -> None:
    """Describe the verb ``verify``."""
    verify = verbs.add_parser(
        "verify",
        help="run a published report again and say what differs, and why",
        description="Run the notebook of a report again, with its parameters, in a fresh folder, and compare every "
        "exhibit's csv. Exit status 1 when any number differs.",
        epilog="example: zi verify reports/03-count-models/en",
    )
    verify.add_argument("reports", nargs="+", type=_named_path, metavar="REPORT", help="folder of a report")
    verify.add_argument("--against", type=_named_path, metavar="OTHER", help="compare with this report; run nothing")
    verify.add_argument("--tolerance", type=float, metavar="SHARE", help="relative difference that is no difference")
    verify.add_argument("--language", choices=("en", "id"), default="en", help="of line and page (default en)")
    verify.add_argument("--output", type=_named_path, metavar="DIR", help="write the page and differences.csv there")
    verify.set_defaults(act=_verify)


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
    from zi_analysis.reporting.run import RunOptions

    options = RunOptions(pdf=arguments.pdf, fork=not arguments.plain)
    results = run_batch(_jobs(arguments), workers=arguments.workers, progress=not arguments.quiet, options=options)
    made = [result for result in results if result.run]
    if made and not arguments.quiet:
        print("\n".join(_table(made)))
    errors = [result.error for result in results if result.error]
    for error in errors:
        print(f"zi: {_word(error)}", file=sys.stderr)
    return FAILED if errors else OK


def _profiles(arguments: argparse.Namespace) -> int:
    """Make profiles and tell what became of them."""
    from zi_analysis.reporting.profiles import make_profiles

    batch = make_profiles(
        languages=_languages(arguments.language),
        types=arguments.types,
        province=arguments.province,
        ids=arguments.ids,
        output=arguments.output,
        options=_batch_options(arguments),
        command=_as_typed(arguments),
        root=_data_root(arguments.data),
    )
    return _tell_batch(batch, arguments.quiet)


def _sweep(arguments: argparse.Namespace) -> int:
    """Make the reports of a grid and tell what became of them."""
    from zi_analysis.reporting.grids import read_grid
    from zi_analysis.reporting.sweep import make_sweep

    batch = make_sweep(
        arguments.notebook,
        read_grid(arguments.grid),
        languages=_languages(arguments.language),
        output=arguments.output,
        options=_batch_options(arguments),
        command=_as_typed(arguments),
        root=_data_root(arguments.data),
    )
    return _tell_batch(batch, arguments.quiet)


def _languages(spoken: str) -> list[str]:
    """The languages asked for."""
    return ["en", "id"] if spoken == "both" else [spoken]


def _batch_options(arguments: argparse.Namespace) -> "BatchOptions":
    """How a batch is to be made."""
    from zi_analysis.reporting.many import BatchOptions

    return BatchOptions(
        workers=arguments.workers,
        force=arguments.force,
        pdf=arguments.pdf,
        fork=not arguments.plain,
        scheduler=arguments.scheduler,
        data=arguments.data,
        progress=not arguments.quiet,
    )


def _data_root(address: str | None) -> Path | None:
    """Bring the data named, if any."""
    if address is None:
        return None
    from zi_analysis.reporting.homes import fetch_data

    return fetch_data(address)


def _as_typed(arguments: argparse.Namespace) -> str:
    """The command of this batch, for its index page."""
    return shlex.join(["zi", *arguments.typed])


def _tell_batch(batch: "Batch", quiet: bool) -> int:
    """Print what became of a batch; failures last."""
    from zi_analysis.reporting.many import summary_lines

    first, *failures = summary_lines(batch.outcomes, seconds=batch.seconds)
    if not quiet:
        print(first)
        print("\n".join(f"index: {_short(Path(page)) if '://' not in page else page}" for page in batch.pages))
    for line in failures:
        print(f"zi: {_one_line(ValueError(line))}", file=sys.stderr)
    return FAILED if batch.failed else OK


def _verify(arguments: argparse.Namespace) -> int:
    """Verify reports and print a line on each."""
    from zi_analysis.reporting.verify import verify_report
    from zi_analysis.reporting.verify_page import write_verification

    if arguments.against is not None and len(arguments.reports) > 1:
        raise ParameterError("--against compares with one report; name one report before it")
    different = False
    for folder in arguments.reports:
        found = verify_report(folder, against=arguments.against, tolerance=arguments.tolerance)
        print(f"{_short(folder.absolute())}: {found.line(arguments.language)}")
        different |= found.status == "different"
        if arguments.output is not None:
            place = arguments.output if len(arguments.reports) == 1 else arguments.output / "-".join(folder.parts[-2:])
            page, *_ = write_verification(found, place, arguments.language)
            print(f"page: {_short(page.absolute())}")
    return FAILED if different else OK


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
