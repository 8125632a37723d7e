"""`zi trace`: a number or a row followed back to its page."""

import argparse

from zi_analysis.cli.verb import Verb
from zi_analysis.cli.wording import OK


def _describe(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.add_argument("identifier", metavar="ID", help="id of a cell, a settled count, an award or a source")


def _act(arguments: argparse.Namespace) -> int:
    """Print the tree behind an id."""
    from zi_analysis.evidence.trace import trace

    print(str(trace(arguments.identifier)))
    return OK


VERB = Verb(
    describe=_describe,
    act=_act,
)
