"""A refusal is an answer: shown in its place, and passed on by whatever would build on it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zi_analysis.errors import EvidenceError, StudyRefusal, ZiError
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.words import catalogue, listing


@dataclass(frozen=True)
class Refusal:
    """Why the study gives no number here."""

    sentence: str

    def _repr_markdown_(self) -> str:
        """Show the refusal as a quotation."""
        return f"> {self.sentence}"

    def __repr__(self) -> str:
        return self.sentence


def ask(edition: Edition, function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Call a function of the study or of the exhibits; return its answer, or its refusal in words.

    Parameters
    ----------
    edition : Edition
        Language of the refusal.
    function : callable
        What is asked.
    *arguments, **options
        Handed to it; when one of them is itself a refusal, that refusal is the answer.

    Returns
    -------
    object
        Whatever the function returns, or a ``Refusal``.

    Examples
    --------
    >>> def refuse(): raise StudyRefusal("too few rows")
    >>> ask(Edition("en", 2016, 2020), refuse)
    Refused: too few rows
    """
    for argument in (*arguments, *options.values()):
        if isinstance(argument, Refusal):
            return argument
    try:
        return function(*arguments, **options)
    except (StudyRefusal, EvidenceError) as reason:
        return Refusal(edition.say("finding.refused", reason=say_reason(reason, edition)))


def say_reason(reason: ZiError, edition: Edition) -> str:
    """Say why the study refuses, in the reader's language where the catalogue has words for it.

    Parameters
    ----------
    reason : ZiError
        A refusal, with a key of the catalogue or only with an English message.
    edition : Edition
        Language.

    Returns
    -------
    str
    """
    key = getattr(reason, "key", None)
    if key is None:
        return edition.say("refusal.other", message=str(reason))
    values: dict[str, Any] = getattr(reason, "values", {})
    return edition.say(f"refusal.{key}", **{name: _in_words(name, value, edition) for name, value in values.items()})


def _in_words(name: str, value: Any, edition: Edition) -> Any:
    """The catalogue's word for a value; a number, a year or an id has none and stays as it is."""
    if name == "types":
        return listing([edition.say(f"type.{one}") for one in value], edition.language)
    key = f"{name}.{value}"
    return edition.say(key) if key in catalogue() else value
