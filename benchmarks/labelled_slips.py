"""Slips in a name as hands and scanners make them, and the rule that keeps a slip fair."""

import re
from collections.abc import Callable, Iterable
from random import Random

from rapidfuzz.distance import OSA

TWO_SLIPS_FROM = 17  # letters: longer names get two slips
AHEAD = 2  # steps by which a slip is nearer to the body meant than to any other

# keys that touch on the keyboard
_KEYS = """
q wa, w qes, e wrd, r etf, t ryg, y tuh, u yij, i uok, o ipl, p ol, a qsz, s awdx, d sefc, f drgv, g fthb, h gyjn,
j hukm, k jil, l kop, z asx, x zsc, c xdv, v cfb, b vgn, n bhm, m njk
"""
_TOUCHING = dict(pair.split() for pair in _KEYS.split(","))
# signs that a scanner takes for others
_MISREAD = "rn m, m rn, o 0, O 0, l 1, l I, I l, i 1, S 5, B 8, e c, nn rm, ti n, h b"
_SCANNED = [tuple(pair.split()) for pair in _MISREAD.split(",")]


def plain(text: str) -> str:
    """Bring a name to small letters and digits with single spaces, for comparing.

    Parameters
    ----------
    text : str
        A name.

    Returns
    -------
    str
        Its words.

    Examples
    --------
    >>> plain("Kab. Toli-Toli")
    'kab toli toli'
    """
    return " ".join(re.findall(r"[a-z0-9]+", text.casefold()))


def letters(text: str) -> int:
    """Count the letters of a name.

    Parameters
    ----------
    text : str
        A name.

    Returns
    -------
    int
        How many letters it has.

    Examples
    --------
    >>> letters("Toli-Toli")
    8
    """
    return sum(map(str.isalpha, text))


def slip(text: str, random: Random) -> str:
    """Make the slips of a hand: one in a short name, two in a name of 17 letters or more.

    A letter is dropped, doubled, swapped with the next one, or replaced by one whose key touches its key.

    Parameters
    ----------
    text : str
        A name.
    random : random.Random
        Source of chance.

    Returns
    -------
    str
        The name with its slips.

    Examples
    --------
    >>> slip("Purbalingga", Random(1))
    'Pubalingga'
    """
    first = _one_slip(text, random)
    if letters(text) < TWO_SLIPS_FROM:
        return first
    second = _one_slip(first, random)
    while steps(second, text) > 2:  # both fell on one spot and garbled it
        second = _one_slip(first, random)
    return second


def _one_slip(text: str, random: Random) -> str:
    """Make one slip."""
    places = [at for at, mark in enumerate(text) if mark.lower() in _TOUCHING and _long_word(text, at)]
    if not places:
        return text
    at = random.choice(places)
    return random.choice((_drop, _double, _swap, _replace))(text, at, random)


def _long_word(text: str, at: int) -> bool:
    """Tell whether the letter stands in a word of three letters or more."""
    start = max(text.rfind(" ", 0, at), text.rfind("-", 0, at), text.rfind("/", 0, at)) + 1
    word = re.match(r"[A-Za-z]*", text[start:])
    return word is not None and len(word.group()) > 2


def _drop(text: str, at: int, random: Random) -> str:
    """Leave a letter out."""
    return text[:at] + text[at + 1 :]


def _double(text: str, at: int, random: Random) -> str:
    """Write a letter twice."""
    return text[: at + 1] + text[at].lower() + text[at + 1 :]


def _swap(text: str, at: int, random: Random) -> str:
    """Write a letter after the next one."""
    if at + 1 >= len(text) or not text[at + 1].isalpha():
        return _drop(text, at, random)
    first, second = text[at + 1], text[at]
    if second.isupper() and first.islower():
        first, second = first.upper(), second.lower()
    return text[:at] + first + second + text[at + 2 :]


def _replace(text: str, at: int, random: Random) -> str:
    """Write a letter whose key touches."""
    other = random.choice(_TOUCHING[text[at].lower()])
    return text[:at] + (other.upper() if text[at].isupper() else other) + text[at + 1 :]


def scanned(text: str, random: Random) -> str:
    """Misread a name as a scanner does: one confusion, two in a name of 17 letters or more.

    Parameters
    ----------
    text : str
        A name.
    random : random.Random
        Source of chance.

    Returns
    -------
    str
        The name with letters taken for others.

    Examples
    --------
    >>> scanned("Kota Solok", Random(2))
    'K0ta Solok'
    """
    for _ in range(2 if letters(text) >= TWO_SLIPS_FROM else 1):
        found = [(spot.start(), seen, read) for seen, read in _SCANNED for spot in re.finditer(seen, text)]
        found = [hit for hit in found if hit[0] > 0] or found
        if found:
            at, seen, read = random.choice(found)
            text = text[:at] + read + text[at + len(seen) :]
    return text


def steps(left: str, right: str) -> int:
    """Count the slips between two names: dropped, added, replaced letters and swaps of neighbours.

    Parameters
    ----------
    left, right : str
        Names; marks, case and spaces do not count.

    Returns
    -------
    int
        Optimal string alignment distance (rapidfuzz ``OSA``).

    Examples
    --------
    >>> steps("Toli-Toli", "Tolitloi")
    1
    """
    return OSA.distance(plain(left).replace(" ", ""), plain(right).replace(" ", ""))


def is_fair(written: str, meant: str, others: Iterable[str]) -> bool:
    """Tell whether a slip still shows which body is meant.

    It differs from the name meant and is nearer to it than to any name of another body by AHEAD steps.

    Parameters
    ----------
    written, meant : str
        The name with its slips, and without.
    others : iterable of str
        Names of the other bodies of its kind.

    Returns
    -------
    bool
        Whether it can be asked fairly.

    Examples
    --------
    >>> is_fair("Indragiri Hilu", "Indragiri Hulu", ["Indragiri Hilir"]), is_fair("Sumenp", "Sumenep", ["Sampang"])
    (False, True)
    """
    away = steps(written, meant)
    return away > 0 and all(steps(written, other) >= away + AHEAD for other in others)


def fair_slip(
    meant: str, others: Iterable[str], random: Random, *, make: Callable[[str, Random], str] = slip, tries: int = 12
) -> str | None:
    """Make slips until one is fair.

    Parameters
    ----------
    meant : str
        The name.
    others : iterable of str
        Names of the other bodies of its kind.
    random : random.Random
        Source of chance.
    make : callable, optional
        `slip` or `scanned`.
    tries : int, optional
        How often to try.

    Returns
    -------
    str or None
        The name with slips; None when no fair one was found.

    Examples
    --------
    >>> fair_slip("Purbalingga", ["Probolinggo"], Random(1))
    'Pubalingga'
    """
    names = tuple(others)
    for _ in range(tries):
        written = make(meant, random)
        if is_fair(written, meant, names):
            return written
    return None
