"""`zi verify`: a published report run again and compared."""

import argparse

from zi_analysis.cli.verb import Verb, named_path
from zi_analysis.cli.wording import FAILED, OK, short_path
from zi_analysis.errors import ParameterError


def _describe(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.add_argument("reports", nargs="+", type=named_path, metavar="REPORT", help="folder of a report")
    parser.add_argument("--against", type=named_path, metavar="OTHER", help="compare with this report; run nothing")
    parser.add_argument("--tolerance", type=float, metavar="SHARE", help="relative difference that is no difference")
    parser.add_argument("--language", choices=("en", "id"), default="en", help="of line and page (default en)")
    parser.add_argument("--output", type=named_path, metavar="DIR", help="write the page and differences.csv there")


def _act(arguments: argparse.Namespace) -> int:
    """Verify reports and print a line on each."""
    from zi_analysis.reporting.verify import verify_report
    from zi_analysis.reporting.verify_page import write_verification

    if arguments.against is not None and len(arguments.reports) > 1:
        raise ParameterError("--against compares with one report; name one report before it")
    different = False
    for folder in arguments.reports:
        found = verify_report(folder, against=arguments.against, tolerance=arguments.tolerance)
        print(f"{short_path(folder.absolute())}: {found.line(arguments.language)}")
        different |= not found.holds
        if arguments.output is not None:
            place = arguments.output if len(arguments.reports) == 1 else arguments.output / "-".join(folder.parts[-2:])
            page, *_ = write_verification(found, place, arguments.language)
            print(f"page: {short_path(page.absolute())}")
    return FAILED if different else OK


VERB = Verb(
    describe=_describe,
    act=_act,
    description="Run the notebook of a report again, with its parameters, in a fresh folder, and compare every "
    "exhibit's csv. Exit status 1 when any number differs, or "
    "a file of the report was changed after its run.",
    example="example: zi verify reports/03-count-models/en",
)
