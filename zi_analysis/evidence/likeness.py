"""Names that differ by a slip: the closest name of the register, and how far ahead of the next body it is."""

from functools import lru_cache

from rapidfuzz import fuzz, process

from zi_analysis.evidence.bodies import Name, split_kind
from zi_analysis.evidence.register import Register
from zi_analysis.evidence.text import Tokens

LEAST_SCORE = 92.0  # "purbalinga" reaches 95 of Purbalingga, "pertanahan" only 90 of Pertahanan
LEAST_MARGIN = 5.0  # points ahead of the next body
_CANDIDATE_SCORE = 75.0
_FIRST_WORDS = frozenset({"kementerian", "badan", "lembaga", "komisi", "dewan"})
_SHORTEST = 6  # letters; a slip in a shorter name can make another name


def closest(words: Tokens, year: int | None, register: Register) -> tuple[tuple[str, float], ...]:
    """List the bodies whose names are like some words, the most like first.

    A name with a kind word is compared with places of that kind only, any other name with central bodies; the
    kind word (Kabupaten, Kementerian ...) itself does not count. Likeness is the normalised indel similarity
    (rapidfuzz ``fuzz.ratio``, 0 to 100).

    Parameters
    ----------
    words : tuple of str
        Words from `agency_words`.
    year : int or None
        Evaluation year; only names in use then are compared.
    register : Register
        From `load_register`.

    Returns
    -------
    tuple of (str, float)
        Up to five agency_ids with their best score, from 75 points on.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> closest(("kabupaten", "purbalinga"), 2020, load_register())[0][0]
    '33.03'
    """
    kind, text = _compared(words)
    if len(text) < _SHORTEST:
        return ()
    choices = _choices(register, year).get(kind, {})
    hits = process.extract(text, choices.keys(), scorer=fuzz.ratio, limit=20, score_cutoff=_CANDIDATE_SCORE)
    best: dict[str, float] = {}
    for name, score, _ in hits:
        for body in choices[name]:
            best[body] = max(best.get(body, 0.0), score)
    ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    return tuple(ranked[:5])


def _compared(words: Tokens) -> tuple[str, str]:
    """Return the kind to compare within, and the text without its first word."""
    agency_type, place = split_kind(words)
    if agency_type is not None:
        return agency_type, " ".join(place)
    plain = words[1:] if len(words) > 1 and words[0] in _FIRST_WORDS else words
    return "central", " ".join(plain)


@lru_cache(maxsize=64)
def _choices(register: Register, year: int | None) -> dict[str, dict[str, tuple[str, ...]]]:
    """Collect the names to compare with, by kind."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for words, names in register.names_by_words.items():
        kind, text = _compared(words)
        bodies = tuple(dict.fromkeys(name.agency_id for name in names if _counts(name, kind, year, register)))
        if bodies and len(text) >= _SHORTEST:
            texts = found.setdefault(kind, {})
            texts[text] = tuple(dict.fromkeys((*texts.get(text, ()), *bodies)))
    return found


def _counts(name: Name, kind: str, year: int | None, register: Register) -> bool:
    """Tell whether a name is compared: in use, no abbreviation, of a body of that kind."""
    return name.name_kind != "abbreviation" and name.holds(year) and register.bodies[name.agency_id].agency_type == kind
