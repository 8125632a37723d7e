"""Words that students and lecturers read, in both languages."""

import tomllib
from functools import cache
from pathlib import Path


def course_words(key: str, language: str) -> str:
    """Return words of the course.

    Parameters
    ----------
    key : str
        Entry of ``words.toml``.
    language : str
        "en" or "id".

    Returns
    -------
    str

    Examples
    --------
    >>> course_words("readme", "en").splitlines()[0]
    '# Zona Integritas by numbers: four lessons'
    """
    return _table()[key][language]


@cache
def _table() -> dict[str, dict[str, str]]:
    """Read the catalogue."""
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
