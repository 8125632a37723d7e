"""`zi explorer`: the offline page on which anybody chooses, sees and traces the numbers."""

import argparse

from zi_analysis.cli.verb import Verb, named_path
from zi_analysis.cli.wording import OK, short_path


def _describe(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.add_argument(
        "--output", type=named_path, metavar="FILE", help="the html file; default reports/explorer.html"
    )


def _act(arguments: argparse.Namespace) -> int:
    """Write the explorer and say where it is."""
    from zi_analysis.reporting.explorer.page import write_explorer

    target = write_explorer(arguments.output)
    print(f"explorer: {short_path(target.resolve())} ({target.stat().st_size / 1000:,.0f} kB, one file, works offline)")
    return OK


VERB = Verb(
    describe=_describe,
    act=_act,
    description="Write one html file that works without a network: choose predicate, agency type, years, province, "
    "stage and language, see counts and rates with how sure they are, and follow every number to its page.",
    example="example: zi explorer --output explorer.html",
)
