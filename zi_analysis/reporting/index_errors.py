"""Why a report failed, in the reader's language; what a program said stays as it said it."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from zi_analysis.reporting.index_entries import one_line

_PATTERNS = Path(__file__).with_name("batch_errors.toml")
_NAME = re.compile(r"\{(\w+)\}")
_COUNTS = {"cell", "count"}
_BESIDE = {"words", "place", "report"}  # not said in the sentence itself


@dataclass(frozen=True)
class ToldError:
    """An error as the index page tells it.

    Parameters
    ----------
    sentence : str
        What went wrong, in the reader's language.
    words : str
        What the program that failed said, in its own language; empty when the sentence says it all.
    place : str
        Where the notebook of the failed run lies; empty when none was kept.

    Examples
    --------
    >>> ToldError("The run was stopped.").words
    ''
    """

    sentence: str
    words: str = ""
    place: str = ""


def tell_error(error: str, language: str) -> ToldError:
    """Tell an error in the reader's language.

    Parameters
    ----------
    error : str
        The line that a run raised; not empty.
    language : {"en", "id"}
        Of the sentence.

    Returns
    -------
    ToldError
        An error that the workbook has no words for is told as such, and quoted whole.

    Examples
    --------
    >>> tell_error("its worker died 2 times; often the memory ran out", "id").sentence
    'Proses pembuatnya mati 2 kali; sering kali memorinya habis.'
    >>> tell_error("KeyError: 'year'", "en").words
    "KeyError: 'year'"
    """
    key, values = _recognise(one_line(error, "command"))
    shown = {name: one_line(value) for name, value in values.items() if name not in _BESIDE}
    return ToldError(
        error_words()[key][language].format(**shown),
        one_line(values.get("words", ""), "error"),
        one_line(values.get("place", "")),
    )


@cache
def error_words() -> dict[str, dict[str, str]]:
    """Read the errors that have words.

    Returns
    -------
    dict
        Key to pattern and languages, the particular before the general.

    Examples
    --------
    >>> [*error_words()][-1]
    'other'
    """
    return tomllib.loads(_PATTERNS.read_text(encoding="utf-8"))


@cache
def _readers() -> dict[str, re.Pattern[str]]:
    """Return what recognises each error."""
    return {key: re.compile(_expression(entry["pattern"])) for key, entry in error_words().items()}


def _expression(pattern: str) -> str:
    """Turn a pattern with names in braces into a regular expression."""
    literal, *rest = _NAME.split(pattern)
    parts = [re.escape(literal)]
    for name, following in zip(rest[::2], rest[1::2], strict=True):
        parts += [f"(?P<{name}>{'[0-9]+' if name in _COUNTS else '.+'})", re.escape(following)]
    return "".join(parts)


@lru_cache(maxsize=4096)
def _recognise(error: str) -> tuple[str, dict[str, str]]:
    """Return the first pattern that fits the whole line, and what its names stand for."""
    for key, reader in _readers().items():
        if match := reader.fullmatch(error):
            return key, match.groupdict()
    return "other", {"words": error}
