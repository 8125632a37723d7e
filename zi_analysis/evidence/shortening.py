"""Names with shortened words: "Sumbawa Brt", "Tj. Pinang", "Kementerian LH dan Kehutanan"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from zi_analysis.evidence.lookup import Meant
from zi_analysis.evidence.nameindex import Choices, core_words
from zi_analysis.evidence.register import Register
from zi_analysis.evidence.text import Tokens

_DIRECTIONS = frozenset(("utara", "selatan", "barat", "timur", "tengah", "tenggara", "daya"))
_FULL = frozenset(("current", "official", "former", "alias"))
_PLAIN = _FULL - {"alias"}
_LONGEST_SHORT = 4  # letters of a shortened word of a place
_SHORTEST_WHOLE = 3  # letters of a word that is written whole
_SHORTEST_ALONE = 3  # letters of a shortened word that stands beside no whole one
_SHORTEST_BEGINNING = 2  # letters of a shortened word of a central body
_OTHERWISE = {"sei": "sungai", "sie": "sungai", "muaro": "muara"}  # the same word in another spelling
_MOST_INITIALS = 5
_SHORTEST_KEPT = 4  # letters of the words left of a longer place
_LEFT_OUT = frozenset(("kepulauan", "pulau", "tana"))  # first words that people leave out
# words with which places begin, and which are written apart from the rest or joined to it
_FIRST_WORDS = (
    "tanjung|bukit|lubuk|gunung|padang|tebing|pematang|pangkal|palangka|paya|bandar|muara|sungai|kota|pulau|lhok"
    "|sawah|banjar|batu|singka|pare|ban"
)
_JOINED = re.compile(f"({_FIRST_WORDS})(.{{3,}})")
_SHARED = frozenset(
    (*_FIRST_WORDS.split("|"), *_LEFT_OUT, "muaro", "tanah", "pegunungan", "hulu", "ulu", "lima", "empat", "raja")
)


@dataclass(frozen=True, eq=False)
class Shortened:
    """The names of the register that a name with shortened words can be."""

    meants: tuple[Meant, ...]

    def in_year(self, year: int | None, register: Register) -> tuple[str, ...]:
        """List the bodies of a year."""
        return tuple(dict.fromkeys(body for meant in self.meants for body in meant.in_year(year, register).ids))


def fits_place(written: Tokens, name: Tokens, own_words: frozenset[str]) -> bool:
    """Tell whether words are a place's name with shortened words.

    Each word is the name's word in that place, or shortened: one to four letters that begin it, or that stand in
    it in that order from its first letter on. Where no word is written whole, each has three letters at least; where
    only a direction is, two.

    Parameters
    ----------
    written : tuple of str
        Words as written, without the kind word.
    name : tuple of str
        Words of a name; as many.
    own_words : frozenset of str
        Words of places; none of them is a shortened word.

    Returns
    -------
    bool
        Whether they fit.

    Examples
    --------
    >>> fits_place(("sumbawa", "brt"), ("sumbawa", "barat"), frozenset())
    True
    >>> fits_place(("sumbawa", "brt"), ("sumbawa", "besar"), frozenset())
    False
    """
    if len(written) != len(name):
        return False
    pairs = [(word, full) for word, full in zip(written, name, strict=True) if word != full]
    if not pairs or not all(word not in own_words and _is_short(word, full) for word, full in pairs):
        return False
    whole = [word for word, full in zip(written, name, strict=True) if word == full and len(word) >= _SHORTEST_WHOLE]
    telling = [word for word in whole if word not in _DIRECTIONS]
    least = 1 if telling else 2 if whole else _SHORTEST_ALONE
    return all(len(word) >= least for word, _ in pairs)


def fits_central(written: Tokens, name: Tokens, own_words: frozenset[str]) -> bool:
    """Tell whether words are a central body's name with shortened words or the initials of some.

    Parameters
    ----------
    written : tuple of str
        Words as written, without the words that link.
    name : tuple of str
        Words of a name, without them too.
    own_words : frozenset of str
        Words of central names; none of them is a shortened word.

    Returns
    -------
    bool
        Whether they fit.

    Examples
    --------
    >>> fits_central(("lh", "kehutanan"), ("lingkungan", "hidup", "kehutanan"), frozenset())
    True
    >>> fits_central(("pend", "kebud"), ("pendidikan", "kebudayaan"), frozenset())
    True
    """
    if not written or not name:
        return not written and not name
    first, rest = written[0], written[1:]
    if first == name[0]:
        return fits_central(rest, name[1:], own_words)
    if first in own_words:
        return False
    begins = len(first) >= _SHORTEST_BEGINNING and name[0].startswith(first)
    squeezed = len(name) > 1 and len(first) >= _SHORTEST_ALONE and _is_short(first, name[0])
    if (begins or squeezed) and fits_central(rest, name[1:], own_words):
        return True
    size = len(first)
    initials = 2 <= size <= _MOST_INITIALS and "".join(word[0] for word in name[:size]) == first
    return initials and fits_central(rest, name[size:], own_words)


def shortened_names(written: Tokens, choices: Choices, register: Register, *, central: bool) -> Shortened:
    """Find the names that some words are with shortened words.

    Parameters
    ----------
    written : tuple of str
        Words as written, without the kind word.
    choices : Choices
        Names of that kind.
    register : Register
        From `load_register`.
    central : bool
        Whether the names are those of central bodies.

    Returns
    -------
    Shortened
        The names; none when no word is shortened.

    Examples
    --------
    >>> from zi_analysis.evidence.nameindex import name_index
    >>> from zi_analysis.evidence.register import load_register
    >>> register = load_register()
    >>> found = shortened_names(("tj", "pinang"), name_index(register).typed["city"], register, central=False)
    >>> found.in_year(2020, register)
    ('21.72',)
    """
    if central:
        linked, written = written, core_words(tuple(word for word in written if word not in ("bid", "dan")))
        too_short = len(written) == 1 and len(written[0]) < _SHORTEST_ALONE
        own = _central_words(register)
        short = "bid" in linked or any(word not in own for word in written)
        names = _full_names(choices).get(written[0][:1], ()) if short and not too_short else ()
        return Shortened(tuple(choices.meant[text] for words, text in names if fits_central(written, words, own)))
    own = _place_words(register)
    if len(written) < 2 or not any(len(word) <= _LONGEST_SHORT and word not in own for word in written):
        return Shortened(())
    places = _places(choices).get((len(written), written[0][:1]), ())
    return Shortened(tuple(choices.meant[text] for words, text in places if fits_place(written, words, own)))


def begun_places(written: Tokens, choices: Choices) -> Shortened:
    """Find the places of which only the first words are written, or all but "Kepulauan", "Pulau" or "Tana".

    Words that many places share say nothing alone ("Tanjung"), and neither do fewer than four letters. Places that
    have the words elsewhere are named too: Serdang is in Serdang Bedagai and in Deli Serdang.

    Parameters
    ----------
    written : tuple of str
        Words as written, without the kind word; no place bears just them.
    choices : Choices
        Places of that kind.

    Returns
    -------
    Shortened
        The names; none when no place begins so.

    Examples
    --------
    >>> from zi_analysis.evidence.nameindex import name_index
    >>> from zi_analysis.evidence.register import load_register
    >>> register = load_register()
    >>> begun_places(("biak",), name_index(register).typed["regency"]).in_year(2020, register)
    ('91.06',)
    """
    if sum(map(len, written)) < _SHORTEST_KEPT or _SHARED.issuperset(written) or written[-1] in _DIRECTIONS:
        return Shortened(())
    found = _containing(choices).get(written, {})
    return Shortened(tuple(choices.meant[text] for text in found) if any(found.values()) else ())


@lru_cache(maxsize=32)
def _containing(choices: Choices) -> dict[Tokens, dict[str, bool]]:
    """Index places by the words in them; whether these begin the place, a first word that people leave out aside."""
    found: dict[Tokens, dict[str, bool]] = {}
    for text, words in choices.words.items():
        if text in choices.meant:
            for start in range(len(words)):
                begins = start == (words[0] in _LEFT_OUT) or start == 0
                for end in range(start + 1, len(words) + 1):
                    found.setdefault(words[start:end], {})[text] = begins
    return found


def squeezes(word: str, body: str, register: Register) -> bool:
    """Tell whether a word's letters stand in a place of a body in their order, the first one first: Smg, Semarang.

    Parameters
    ----------
    word : str
        As written; three letters at least.
    body : str
        agency_id of a local government.
    register : Register
        From `load_register`.

    Returns
    -------
    bool
        Whether they do.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> squeezes("smg", "33.74", load_register())
    True
    """
    long_enough = len(word) >= _SHORTEST_ALONE
    return long_enough and any(_in_order(word, place) for place in _joined_places(register).get(body, ()))


@lru_cache(maxsize=8)
def _joined_places(register: Register) -> dict[str, tuple[str, ...]]:
    """Collect the places that each body bears or bore, without spaces."""
    found: dict[str, dict[str, None]] = {}
    for words, names in register.names_by_place.items():
        for name in names:
            if name.name_kind in _FULL:
                found.setdefault(name.agency_id, {})["".join(words)] = None
    return {body: tuple(places) for body, places in found.items()}


def _is_short(word: str, full: str) -> bool:
    """Tell whether letters stand in a word in their order, the first one first."""
    if _OTHERWISE.get(word) == full:
        return True
    return len(word) <= _LONGEST_SHORT and _in_order(word, full)


def _in_order(word: str, full: str) -> bool:
    """Tell whether the letters of a word stand in a longer one in their order, the first one first."""
    if not 0 < len(word) < len(full) or word[0] != full[0]:
        return False
    letters = iter(full)
    return all(letter in letters for letter in word)


@lru_cache(maxsize=32)
def _places(choices: Choices) -> dict[tuple[int, str], tuple[tuple[Tokens, str], ...]]:
    """Group places by how many words they have and their first letter; joined ones parted too."""
    found: dict[tuple[int, str], dict[tuple[Tokens, str], None]] = {}
    for text, words in choices.words.items():
        if text in choices.meant:
            for way in dict.fromkeys((words, *_parted(words))):
                found.setdefault((len(way), way[0][:1]), {})[way, text] = None
    return {key: tuple(ways) for key, ways in found.items()}


def _parted(words: Tokens) -> Iterator[Tokens]:
    """Part the word with which places begin from the rest."""
    joined = _JOINED.fullmatch(words[0])
    if joined:
        yield (*joined.groups(), *words[1:])


@lru_cache(maxsize=64)
def _full_names(choices: Choices) -> dict[str, tuple[tuple[Tokens, str], ...]]:
    """Group the names of central bodies that are no abbreviations by their first letter."""
    found: dict[str, list[tuple[Tokens, str]]] = {}
    for text, meant in choices.meant.items():
        if any(name.name_kind in _FULL for name in meant.names):
            words = choices.words[text]
            found.setdefault(words[0][:1], []).append((words, text))
    return {letter: tuple(names) for letter, names in found.items()}


@lru_cache(maxsize=8)
def _place_words(register: Register) -> frozenset[str]:
    """Collect the words of places."""
    return frozenset(
        word
        for words, names in register.names_by_place.items()
        for word in words
        if any(name.name_kind in _FULL for name in names)
    )


@lru_cache(maxsize=8)
def _central_words(register: Register) -> frozenset[str]:
    """Collect the words of central bodies that are no abbreviations."""
    return frozenset(
        word
        for words, names in register.names_by_words.items()
        for word in words
        if any(name.name_kind in _PLAIN and register.bodies[name.agency_id].agency_type == "central" for name in names)
    )
