"""The words of the quality page: one language, numbers written as it writes them."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from zi_analysis.exhibits.words import catalogue, is_missing, number

_WORDS = Path(__file__).with_name("quality_words.toml")
_LONGEST = 160  # letters of a cell
# controls and marks that turn a line round: nothing of a list may reorder the page
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


@cache
def word_table() -> dict[str, dict[str, str]]:
    """Read the words of the page.

    Returns
    -------
    dict
        Key to language to words; reasons of the cleaning have a third entry, ``match``.

    Examples
    --------
    >>> word_table()["fault_outside"]["match"]
    'is outside'
    """
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Speaker:
    """Says things in the reader's language.

    Examples
    --------
    >>> Speaker("id").rows(1200)
    '1.200 baris'
    """

    language: str

    @property
    def words(self) -> dict[str, str]:
        """All words of the page, by key."""
        return {key: entry[self.language] for key, entry in word_table().items()}

    def say(self, key: str, **values: object) -> str:
        """Say an entry with values filled in; whole numbers are written as the language does."""
        shown = {name: self.count(value) if isinstance(value, int) else str(value) for name, value in values.items()}
        return word_table()[key][self.language].format(**shown)

    def count(self, value: int) -> str:
        """Write a number."""
        return number(value, self.language)

    def rows(self, value: int) -> str:
        """Write a number of rows."""
        return self.say("row" if value == 1 else "rows", count=value)

    def more(self, count: int, key: str = "and_more") -> str:
        """Say how many are not shown; nothing when all are."""
        return self.say(key, count=count) if count > 0 else ""

    def name(self, group: str, text: str) -> str:
        """Name a value of a vocabulary; one without words stays as it is."""
        entry = word_table().get(f"{group}_{slug(text)}")
        return entry[self.language] if entry else cut(text)

    def name_step(self, step: str) -> str:
        """Name a step of the log."""
        return catalogue().get(f"step.{slug(step)}", {}).get(self.language, cut(step))

    def name_files(self, files: Sequence[str]) -> str:
        """Name the lists of a title."""
        if len(files) > 2:
            return self.say("several_files", first=cut(files[0]), count=len(files) - 1)
        return " + ".join(map(cut, files))

    def name_fault(self, reason: str) -> str:
        """Say what is wrong with a cell; a reason without words stays as it is."""
        found = [entry for entry in word_table().values() if "match" in entry and entry["match"] in reason]
        # the reason quotes the cell first: what is wrong with it comes last
        latest = max(found, key=lambda entry: reason.rfind(entry["match"]), default=None)
        return latest[self.language] if latest else cut(reason)

    def name_way(self, how: str) -> str:
        """Say how a column was told: each way by its first words, the rest as it is."""
        return "; ".join(self._way(part) for part in how.split("; "))

    def _way(self, part: str) -> str:
        """Say one way in which a column was told."""
        found = re.match(r"[a-z, ]*[a-z]", part)
        head = found[0] if found else ""
        entry = word_table().get(f"how_{slug(head)}") if head else None
        return f"{entry[self.language]} {cut(part[len(head) :].strip(' :'))}".strip() if entry else cut(part)


def slug(text: str) -> str:
    """Make a key of a name.

    Parameters
    ----------
    text : str
        Such as "merge: near name".

    Returns
    -------
    str

    Examples
    --------
    >>> slug("merge: near name")
    'merge_near_name'
    """
    return "_".join(re.findall(r"[a-z]+", text))


def cut(value: object) -> str:
    """Return a text of a list as it can stand on a page: one line, no unseen marks, not long.

    Parameters
    ----------
    value : object
        A cell; missing is empty.

    Returns
    -------
    str
        At most 160 letters.

    Examples
    --------
    >>> cut("RSUD\\n Kota  Batu"), len(cut("x" * 999))
    ('RSUD Kota Batu', 160)
    """
    if is_missing(value):
        return ""
    text = " ".join(_UNSEEN.sub("", str(value)[: 4 * _LONGEST]).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
