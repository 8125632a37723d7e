"""What a verb of the command is, and the kinds of argument that several verbs read."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Verb(NamedTuple):
    """What one verb takes and does; its name and its line in the list of verbs stand in the parser.

    Parameters
    ----------
    describe : callable
        Adds the verb's arguments to its parser.
    act : callable
        Does the job with the arguments read, and returns the exit code.
    description : str, optional
        What it does, in its own help.
    example : str, optional
        The line below its help: a command to copy.

    Examples
    --------
    >>> Verb(describe=print, act=print).example is None
    True
    """

    describe: Callable[[argparse.ArgumentParser], None]
    act: Callable[[argparse.Namespace], int]
    description: str | None = None
    example: str | None = None


def named_path(text: str) -> Path:
    """Read a path; an empty one is an unset variable of a shell.

    Parameters
    ----------
    text : str
        As typed.

    Returns
    -------
    Path

    Raises
    ------
    argparse.ArgumentTypeError
        If the text is empty.

    Examples
    --------
    >>> named_path("cleaned").name
    'cleaned'
    """
    if not text:
        raise argparse.ArgumentTypeError("a path is empty; name a file or folder")
    return Path(text)


def spoken_languages(spoken: str) -> list[str]:
    """Return the languages asked for.

    Parameters
    ----------
    spoken : str
        "en", "id" or "both".

    Returns
    -------
    list of str

    Examples
    --------
    >>> spoken_languages("both")
    ['en', 'id']
    """
    return ["en", "id"] if spoken == "both" else [spoken]
