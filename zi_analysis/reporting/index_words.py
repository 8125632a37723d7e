"""The words of the index page in one language."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal

from zi_analysis.errors import ParameterError
from zi_analysis.exhibits.words import LANGUAGES, catalogue, number
from zi_analysis.reporting.index_entries import one_line

_WORDS = Path(__file__).with_name("batch_words.toml")
_NAMES = ("year", "seed", "tahun")  # a number with such a label is a name, not a quantity


@cache
def word_table() -> dict[str, dict[str, str]]:
    """Read the words of the page.

    Returns
    -------
    dict
        Key to language to words.

    Examples
    --------
    >>> word_table()["column_place"]["id"]
    'Provinsi'
    """
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class IndexWords:
    """Says things in the language of the page.

    Parameters
    ----------
    language : {"en", "id"}
        Of the page.
    table : mapping
        Key to words.

    Examples
    --------
    >>> IndexWords.of("id").group("regency"), IndexWords.of("en").fact("first_year")
    ('kabupaten', 'first year')
    """

    language: str
    table: Mapping[str, str]

    @classmethod
    def of(cls, language: str) -> "IndexWords":
        """Take the words of a language; one without words is refused."""
        if language not in LANGUAGES:
            raise ParameterError(f"language {language!r} has no words; give {' or '.join(LANGUAGES)}")
        return cls(language, {key: entry[language] for key, entry in word_table().items()})

    def __getitem__(self, key: str) -> str:
        return self.table[key]

    def say(self, key: str, **values: object) -> str:
        """Say an entry with values filled in; whole numbers are written as the language does."""
        shown = {
            name: number(value, self.language) if isinstance(value, int) else value for name, value in values.items()
        }
        return self.table[key].format(**shown)

    def group(self, group: str) -> str:
        """Name a type of agency; one without words stays as it is."""
        entry = catalogue().get(f"type.{group}")
        return entry[self.language] if entry else one_line(group)

    def fact(self, label: str) -> str:
        """Name a fact; one without words stays as it is."""
        return self.table.get(f"fact_{label}", one_line(label).replace("_", " "))

    def value(self, label: str, value: Any) -> str:
        """Write the value of a fact: a quantity as the language does, years and text as they are."""
        if isinstance(value, bool):
            return self.table["yes" if value else "no"]
        if isinstance(value, list | tuple):
            return ", ".join(self.value(label, item) for item in value)
        named = any(part in label.lower() for part in _NAMES)
        if isinstance(value, int | float) and not named and math.isfinite(value):
            return str(format_decimal(value, format="#,##0.######", locale=self.language))
        return one_line(value)
