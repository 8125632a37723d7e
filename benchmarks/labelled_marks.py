"""Marks, spaces and signs that cling to a name in a cell: case, line breaks, lost encodings, list numbers."""

from collections.abc import Callable
from random import Random

_LISTED = (
    "12. {}",
    "3) {}",
    "a. {}",
    "(7) {}",
    "- {}",
    "\u2022 {}",
    "05 {}",
    "IV. {}",
    "{}*",
    "{} *)",
    "{} 1)",
    "{}\u00b2",
    "{} **",
    "{};",
    "{},",
    "{}.",
    '"{}"',
    "'{}'",
    "{} :",
    "# {}",
)


def cased(text: str, random: Random) -> str:
    """Write a name in another case.

    Parameters
    ----------
    text : str
        A name.
    random : random.Random
        Source of chance.

    Returns
    -------
    str
        Capitals, small letters, each word's first letter, or a stuck shift key.

    Examples
    --------
    >>> cased("Kota Batu", Random(3))
    'kota batu'
    """
    ways: tuple[Callable[[str], str], ...] = (
        str.upper,
        str.lower,
        str.title,
        lambda name: name[:2].upper() + name[2:].lower(),
        str.swapcase,
    )
    return random.choice(ways)(text)


def spaced(text: str, random: Random) -> str:
    """Write a name with spaces lost, doubled or of another sort, with a line break or a hyphen.

    Parameters
    ----------
    text : str
        A name of two words or more.
    random : random.Random
        Source of chance.

    Returns
    -------
    str
        The name, its words still in order.

    Examples
    --------
    >>> spaced("Kota Batu", Random(15))
    'KotaBatu'
    """
    at = random.choice([spot for spot, mark in enumerate(text) if mark == " "] or [len(text)])
    middle = len(text) - max(3, (len(text) - text.rfind(" ")) // 2)
    ways = (
        text[:at] + text[at + 1 :],
        text[:at] + "  " + text[at + 1 :],
        text.replace(" ", "\u00a0"),
        text[:at] + "\n" + text[at + 1 :],
        text[:at] + " \u00a0" + text[at + 1 :],
        f"  {text} ",
        text[:at] + "\t" + text[at + 1 :],
        text[:at] + "_" + text[at + 1 :],
        text[:middle] + "-\n" + text[middle:],
        text[:middle] + "\u00ad" + text[middle:],
        text[:middle] + "\u200b" + text[middle:],
        text[:at] + "\u2009" + text[at + 1 :],
        "\ufeff" + text,
        text[:at] + "-" + text[at + 1 :],
    )
    return random.choice(ways)


def mistaken_encoding(text: str, random: Random) -> str:
    """Write a name as a program shows it that took utf-8 for windows-1252, or that kept html marks.

    Parameters
    ----------
    text : str
        A name of two words or more.
    random : random.Random
        Source of chance.

    Returns
    -------
    str
        The name with stray signs.

    Examples
    --------
    >>> mistaken_encoding("Kota Batu", Random(0))
    'Kota&nbsp;Batu'
    """
    at = random.choice([spot for spot, mark in enumerate(text) if mark == " "] or [len(text)])
    before, after = text[:at], text[at + 1 :]
    ways = (
        _as_cp1252(f"{before}\u00a0{after}"),
        _as_cp1252(f"{before} \u2013 {after}"),
        _as_cp1252(f"\u2018{text}\u2019"),
        _as_cp1252(f"{text}\u2026"),
        _as_cp1252(f"{before}\u200b {after}"),
        f"\u00ef\u00bb\u00bf{text}",
        f"{before}&nbsp;{after}",
        f"{before}%20{after}",
        f"{before}?{after}",
        f"{before}\ufffd{after}",
    )
    return random.choice(ways)


def _as_cp1252(text: str) -> str:
    """Read utf-8 as windows-1252."""
    return text.encode().decode("cp1252")


def listed(text: str, random: Random) -> str:
    """Write a name with the number, bullet or footnote mark of a list.

    Parameters
    ----------
    text : str
        A name.
    random : random.Random
        Source of chance.

    Returns
    -------
    str
        The name with a mark.

    Examples
    --------
    >>> listed("Kota Batu", Random(13))
    'Kota Batu*'
    """
    return random.choice(_LISTED).format(text)
