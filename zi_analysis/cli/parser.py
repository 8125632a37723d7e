"""The parser of the command: its verbs in the order of the help.

The verb NAME is the module ``verb_NAME``, loaded only when it is typed.
"""

import argparse
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from zi_analysis.cli.verb import Verb
from zi_analysis.cli.wording import WRONG_USE, one_line

_VERBS = {
    "clean": "turn award lists into the workbook's award table; without a list, make data/clean/ from data/raw/",
    "resolve": "find the agencies that a table names in the register",
    "trace": "follow a number or a row back to the page it was read on",
    "report": "run notebooks and write their reports",
    "profiles": "make a profile of every agency, or of those chosen, with an index page",
    "sweep": "run one notebook over a grid of parameters, with an index page",
    "explorer": "write the offline page on which anybody chooses, sees and traces the numbers",
    "verify": "run a published report again and say what differs, and why",
    "course": "make lessons for students and teachers, slides, and a folder for marking with nbgrader",
}


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, like all others."""

    def error(self, message: str) -> NoReturn:
        """Tell wrong use and stop."""
        self.exit(WRONG_USE, f"zi: {one_line(ValueError(message))}; see {self.prog} --help\n")


def command_parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """Describe the command as far as the words typed need it.

    Parameters
    ----------
    words : sequence of str
        Arguments after the program's name.

    Returns
    -------
    argparse.ArgumentParser
        Made to parse the same words; what it reads has ``act``, the function of the verb.

    Examples
    --------
    >>> words = ["trace", "f0190"]
    >>> command_parser(words).parse_args(words).identifier
    'f0190'
    """
    parser = _Parser(
        prog="zi",
        description="Workbook on Indonesia's Zona Integritas: clean the evidence, trace it, report on it.",
    )
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")
    for name, summary in _VERBS.items():
        own = verbs.add_parser(name, help=summary)
        if name in words:
            _describe(own, import_module(f"zi_analysis.cli.verb_{name}").VERB)
    return parser


def _describe(parser: argparse.ArgumentParser, verb: Verb) -> None:
    """Give a verb's parser its words, its arguments and its function."""
    parser.description, parser.epilog = verb.description, verb.example
    verb.describe(parser)
    parser.set_defaults(act=verb.act)
