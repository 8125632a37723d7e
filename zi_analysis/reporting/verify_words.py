"""What a verification says, in both languages at once."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from zi_analysis.exhibits.words import LANGUAGES, listing, number

_WORDS = Path(__file__).with_name("verify_words.toml")


@dataclass(frozen=True)
class Told:
    """A statement of a verification.

    Parameters
    ----------
    kind : str
        What it is about, such as "data" or "parameter"; the same in every language.
    en, id : str
        The statement in English and in Indonesian, on one line.

    Examples
    --------
    >>> Told("seed", "the seed differs", "benihnya berbeda").text("id")
    'benihnya berbeda'
    """

    kind: str
    en: str
    id: str

    def text(self, language: str) -> str:
        """Return the statement in a language."""
        return {"en": self.en, "id": self.id}[language]


@dataclass(frozen=True)
class Cause(Told):
    """A likely cause of a difference.

    Examples
    --------
    >>> Cause("python", "Python differs", "Python berbeda").kind
    'python'
    """


@dataclass(frozen=True)
class Note(Told):
    """Something a reader may want to know that is no difference.

    Examples
    --------
    >>> Note("picture", "a picture differs", "sebuah gambar berbeda").text("en")
    'a picture differs'
    """


@cache
def verify_words() -> dict[str, dict[str, str]]:
    """Read the words of a verification.

    Returns
    -------
    dict
        Key to language to words.

    Examples
    --------
    >>> verify_words()["status_equal"]["id"]
    'sama'
    """
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))


def speak(key: str, language: str, **values: object) -> str:
    """Say an entry with values filled in.

    Parameters
    ----------
    key : str
        Entry of ``verify_words.toml``.
    language : {"en", "id"}
        The reader's language.
    **values
        Whole numbers are written as the language does; a mapping gives its entry for the language.

    Returns
    -------
    str

    Examples
    --------
    >>> speak("count_rows", "id", count=1200)
    '1.200 baris'
    """
    return verify_words()[key][language].format(**{name: _shown(value, language) for name, value in values.items()})


def _shown(value: object, language: str) -> str:
    """Write a value for a reader."""
    if isinstance(value, Mapping):
        return str(value[language])
    return number(value, language) if isinstance(value, int) else str(value)


def both(key: str, **values: object) -> dict[str, str]:
    """Say an entry in both languages.

    Parameters
    ----------
    key : str
        Entry of ``verify_words.toml``.
    **values
        As for `speak`.

    Returns
    -------
    dict
        Language to words.

    Examples
    --------
    >>> both("count_rows", count=2)
    {'en': '2 rows', 'id': '2 baris'}
    """
    return {language: speak(key, language, **values) for language in LANGUAGES}


def both_lists(names: list[str], *, most: int) -> dict[str, str]:
    """List names in both languages; those past the most are counted.

    Parameters
    ----------
    names : list of str
        What is listed, fit for a page.
    most : int
        How many are named.

    Returns
    -------
    dict
        Language to words.

    Examples
    --------
    >>> both_lists(["a", "b", "c"], most=2)["en"]
    'a, b and 1 more'
    """
    if len(names) <= most:
        return {language: listing(names, language) for language in LANGUAGES}
    return both("and_more", names=", ".join(names[:most]), count=len(names) - most)
