"""`zi clean`: award lists into the workbook's award table."""

import argparse

from zi_analysis.cli.verb import Verb, named_path
from zi_analysis.cli.wording import OK
from zi_analysis.errors import ParameterError


def _describe(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.add_argument("files", nargs="*", type=named_path, metavar="FILE", help="award lists")
    parser.add_argument("--output", type=named_path, metavar="DIR", help="folder to write into (needed with FILE)")
    parser.add_argument("--fix", type=named_path, metavar="DECISIONS", help="hand decisions: a to_decide.csv filled in")
    parser.add_argument(
        "--columns",
        metavar="FIELD=COLUMN,...",
        help="where the headers do not tell: unit, agency, year, predicate, region, track, status, source, each with "
        "the position (from 1) or the header of its column, as unit=3,agency=2",
    )
    parser.add_argument("--year", metavar="YEAR", help="evaluation year of lists that tell none")
    parser.add_argument("--predicate", metavar="PREDICATE", help="WBK or WBBM, for lists that tell none")
    parser.add_argument("--language", choices=("en", "id"), default="en", help="of the quality page (default en)")
    parser.add_argument("--format", choices=("csv", "parquet"), default="csv", help="of the awards (default csv)")


def _act(arguments: argparse.Namespace) -> int:
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


VERB = Verb(
    describe=_describe,
    act=_act,
    description="Read award lists (csv, xlsx, xls, ods, html, pdf, parquet), find the agency of each row in the "
    "register, merge what is told twice, and write awards, rejects with reasons, a log that adds up and a quality "
    "page into a folder. Without FILE: make data/clean/ from data/raw/.",
    example="example: zi clean wbk-2023.xlsx --output cleaned, then fill in cleaned/to_decide.csv and run again "
    "with --fix cleaned/to_decide.csv",
)
