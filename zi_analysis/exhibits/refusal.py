"""A refusal is an answer: shown in its place, and passed on by whatever would build on it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zi_analysis.errors import EvidenceError, StudyRefusal
from zi_analysis.exhibits.edition import Edition


@dataclass(frozen=True)
class Refusal:
    """Why the study gives no number here."""

    sentence: str

    def _repr_markdown_(self) -> str:
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
        return Refusal(edition.say("finding.refused", reason=str(reason)))
