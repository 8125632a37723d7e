"""Words and numbers in the reader's language: one catalogue for figures, tables and findings."""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from babel.numbers import format_decimal

from zi_analysis.errors import ZiError

LANGUAGES = ("en", "id")
_CATALOGUE = Path(__file__).with_name("words.toml")
_NONE = {"en": "unknown", "id": "tidak diketahui"}


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Read the catalogue: key -> language -> words.

    Returns
    -------
    dict
        Keys are dotted, such as ``type.central``; every entry has both languages. ``words.toml`` holds what all
        notebooks share, each ``words_*.toml`` the words of one subject.

    Raises
    ------
    ZiError
        If two files hold the same key.
    """
    found: dict[str, dict[str, str]] = {}
    for path in sorted(_CATALOGUE.parent.glob("words*.toml")):
        entries = dict(_flatten(tomllib.loads(path.read_text(encoding="utf-8"))))
        if twice := sorted(set(found) & set(entries)):
            raise ZiError(f"{path.name} holds {twice[0]!r} again; rename it, or take the words that are there")
        found |= entries
    return found


def _flatten(entries: dict[str, Any], prefix: str = "") -> Iterable[tuple[str, dict[str, str]]]:
    """Name each entry by its path through the tables."""
    for key, entry in entries.items():
        if "en" in entry:
            yield prefix + key, entry
        else:
            yield from _flatten(entry, f"{prefix}{key}.")


def say(key: str, language: str, **values: object) -> str:
    """Say an entry of the catalogue in a language, with values filled in.

    Parameters
    ----------
    key : str
        Dotted key of ``words.toml``.
    language : {"en", "id"}
        The reader's language.
    **values
        Filled into ``{name}`` places; numbers are formatted for the language, years and text as they are.

    Returns
    -------
    str

    Raises
    ------
    ZiError
        If the key or the language is not in the catalogue, or a value is missing.

    Examples
    --------
    >>> say("type.city", "id")
    'kota'
    """
    try:
        template = catalogue()[key][language]
    except KeyError:
        raise ZiError(f"no words for {key!r} in {language!r}; add them to exhibits/words.toml") from None
    shown = {name: _shown(name, value, language) for name, value in values.items()}
    try:
        return template.format(**shown)
    except KeyError as missing:
        raise ZiError(f"the words {key!r} need a value for {missing}") from None


def is_missing(value: object) -> bool:
    """Whether a value is unknown: None, NaN or NA."""
    return bool(pd.isna(value))


def number(value: Any, language: str, *, decimals: int = 0) -> str:
    """Write a number as the language does; a missing one as "unknown".

    Examples
    --------
    >>> number(1234.5, "id", decimals=1)
    '1.234,5'
    """
    if is_missing(value):
        return _NONE[language]
    places = "0" * decimals
    return str(format_decimal(value, format=f"#,##0.{places}" if decimals else "#,##0", locale=language))


def percent(share: object, language: str, *, decimals: int = 1) -> str:
    """Write a share of one as a percentage.

    Examples
    --------
    >>> percent(0.125, "id")
    '12,5%'
    """
    if is_missing(share):
        return _NONE[language]
    return number(100 * float(str(share)), language, decimals=decimals) + "%"


def ratio(value: float, language: str) -> str:
    """Write a ratio with two decimals, more where it is small, so that it never reads as zero.

    Examples
    --------
    >>> ratio(1.3149, "en"), ratio(0.0061, "id")
    ('1.31', '0,0061')
    """
    decimals = 2
    while value > 0 and value < 10 ** (1 - decimals) and decimals < 6:
        decimals += 1
    return number(value, language, decimals=decimals)


def p_value(value: float, language: str) -> str:
    """Write a p value with three decimals, or as below a thousandth, with its sign.

    Examples
    --------
    >>> p_value(0.00001, "en"), p_value(0.0104, "id")
    ('< 0.001', '= 0,010')
    """
    if value < 0.001:
        return "< " + number(0.001, language, decimals=3)
    return "= " + number(value, language, decimals=3)


def spread(lower: object, upper: object, language: str) -> str:
    """Write a bounded count: one number when exact, "at least" without an upper bound.

    Examples
    --------
    >>> spread(7, 11, "en"), spread(7, 7, "en"), spread(7, None, "id")
    ('7–11', '7', 'sedikitnya 7')
    """
    if is_missing(upper):
        return say("bound.at_least", language, count=lower) if lower else _NONE[language]
    if lower == upper:
        return number(lower, language)
    return f"{number(lower, language)}–{number(upper, language)}"


def listing(items: Iterable[str], language: str) -> str:
    """Join words as a sentence does: "a, b and c".

    Examples
    --------
    >>> listing(["a", "b", "c"], "id")
    'a, b, dan c'
    """
    words = list(items)
    if len(words) < 2:
        return "".join(words)
    link = {"en": " and ", "id": " dan " if len(words) == 2 else ", dan "}[language]
    return ", ".join(words[:-1]) + link + words[-1]


def _shown(name: str, value: object, language: str) -> str:
    """Years and text stay as they are; other numbers are formatted."""
    if isinstance(value, str) or name.endswith("year"):
        return str(value)
    if isinstance(value, float):
        return ratio(value, language)
    return number(value, language)
