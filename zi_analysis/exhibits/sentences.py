"""Sentences made from results, shown as a list."""

from collections.abc import Iterable
from dataclasses import dataclass

from zi_analysis.exhibits.edition import Edition


@dataclass(frozen=True)
class Findings:
    """Sentences of a report, shown as a list."""

    sentences: tuple[str, ...]

    def __add__(self, other: "Findings") -> "Findings":
        return Findings(self.sentences + other.sentences)

    def _repr_markdown_(self) -> str:
        """Show the sentences as a list."""
        return "\n".join(f"- {_plain(sentence[:1].upper() + sentence[1:])}" for sentence in self.sentences)

    def __repr__(self) -> str:
        return "\n".join(self.sentences)


def _plain(sentence: str) -> str:
    """Words from data are no markup: neutralise what markdown or html would read as such."""
    for character in "\\`*_[]<>":
        sentence = sentence.replace(character, "\\" + character)
    return sentence


def make_findings(sentences: Iterable[str], edition: Edition) -> Findings:
    """Keep what there is to say, or say that there is nothing."""
    said = tuple(sentences)
    return Findings(said or (edition.say("finding.nothing"),))
