"""The `zi` command: one verb for each job, each a few lines over the package.

A new verb is a module ``verb_NAME`` and a line in `parser`.
"""

import os
import sys
from collections.abc import Sequence

from zi_analysis.cli.parser import command_parser
from zi_analysis.cli.wording import FAILED, INTERRUPTED, OK, WRONG_USE, blocked, fault, one_line
from zi_analysis.errors import InputError, ParameterError, ZiError


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
    words = list(sys.argv[1:] if argv is None else argv)
    arguments = command_parser(words).parse_args(words)
    arguments.typed = words
    try:
        return int(arguments.act(arguments))
    except ZiError as error:
        if os.environ.get("ZI_TRACEBACK") == "1":
            raise
        print(f"zi: {one_line(error)}", file=sys.stderr)
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
        print(f"zi: {blocked(error)}", file=sys.stderr)
        return FAILED
    except Exception as error:  # the last door: a user gets one line
        if os.environ.get("ZI_TRACEBACK") == "1":
            raise
        print(f"zi: {fault(error)}", file=sys.stderr)
        return FAILED
