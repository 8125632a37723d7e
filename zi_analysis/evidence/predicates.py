"""Predicates and tracks as lists write them: wbk., Wilayah Bebas dr Korupsi, menuju WBK, WBK mandiri."""

import re
from dataclasses import dataclass

from zi_analysis.evidence.text import normalise

WBK, WBBM = "WBK", "WBBM"
_SIGNS = {
    WBK: re.compile(
        r"\bwbk\b|\bbebas (?:(?:dari|dr|d) )?(?:tindak pidana )?korupsi\b"
        r"|\bcorruption free\b|\bfree (?:from|of) corruption\b"
    ),
    WBBM: re.compile(
        r"\bwbbm\b|\bbirokrasi (?:yang )?bersih (?:(?:dan|serta|n) )?(?:yang )?melayani\b"
        r"|\bclean (?:and )?serving\b|\bclean bureaucra\w+ and (?:public )?serv\w+\b"
    ),
}
# what a list says of a unit that has not won: not read as a predicate
_NOT_WON = re.compile(
    r"\b(?:tidak|belum|bukan|gagal|batal|usulan|usul|diusulkan|calon|proposed|nominated|nominee|candidate|not|failed)\b"
)
_EITHER = re.compile(r"/|\batau\b|\bor\b", flags=re.IGNORECASE)
_OWN = re.compile(r"\b(?:mandiri|internal|own|self)\b|\btingkat (?:kementerian|instansi)\b")
_NATIONAL = re.compile(r"\b(?:nasional|national|tpn|(?:kemen|men)?pan ?rb)\b")
_REVOKED = re.compile(r"\b(?:dicabut|cabut|pencabutan|revoked|withdrawn)\b")
_EMPTY = frozenset(("", "tidak dirinci", "not split"))


@dataclass(frozen=True)
class PredicateRead:
    """A predicate as written, read."""

    predicates: tuple[str, ...]  # one, two when both were won, none when the page does not split them
    fault: str  # why it cannot be read, "" if it can
    track: str  # own or national when the words say so, else ""


def read_predicate(text: str) -> PredicateRead:
    """Read a predicate from a cell.

    Parameters
    ----------
    text : str
        The cell. Empty text, and "WBK/WBBM" or "WBK atau WBBM", mean that the page does not split; "WBK dan WBBM"
        means both.

    Returns
    -------
    PredicateRead
        Predicates, or the fault; the track when the words tell it (mandiri: own).

    Examples
    --------
    >>> [read_predicate(text).predicates for text in ("wbk.", "Wilayah Bebas dr Korupsi", "WBK dan WBBM")]
    [('WBK',), ('WBK',), ('WBK', 'WBBM')]
    >>> read_predicate("usulan WBK").fault
    '"usulan WBK" does not say that the predicate was won; correct it, or leave the row out'
    """
    words = normalise(text)
    if words in _EMPTY:
        return PredicateRead((), "", "") if not text.strip(" -–—") else _unread(text)
    found = tuple(predicate for predicate, sign in _SIGNS.items() if sign.search(words))
    if found and _NOT_WON.search(words):
        return PredicateRead(
            (), f'"{text}" does not say that the predicate was won; correct it, or leave the row out', ""
        )
    if not found:
        return _unread(text)
    track = "own" if _OWN.search(words) else "national" if _NATIONAL.search(words) else ""
    open_between = len(found) > 1 and _EITHER.search(text) is not None
    return PredicateRead(() if open_between else found, "", track)


def _unread(text: str) -> PredicateRead:
    """Refuse a cell that names no predicate."""
    return PredicateRead((), f'"{text}" is neither WBK nor WBBM; correct it, or empty it if not split', "")


def read_track(text: str) -> str:
    """Read from a cell by whom an award was decided.

    Parameters
    ----------
    text : str
        The cell.

    Returns
    -------
    str
        national, own, or unclear.

    Examples
    --------
    >>> read_track("WBK Mandiri"), read_track("nasional"), read_track("")
    ('own', 'national', 'unclear')
    """
    words = normalise(text)
    if _OWN.search(words):
        return "own"
    return "national" if _NATIONAL.search(words) else "unclear"


def read_status(text: str) -> str:
    """Read from a cell whether an award still stands.

    Parameters
    ----------
    text : str
        The cell.

    Returns
    -------
    str
        revoked or held.

    Examples
    --------
    >>> read_status("Dicabut 2022"), read_status("")
    ('revoked', 'held')
    """
    return "revoked" if _REVOKED.search(normalise(text)) else "held"
