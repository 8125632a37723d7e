"""The word that says what kind of body a name is: how people write it, and slips of it."""

import re
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from zi_analysis.evidence.register import Register
from zi_analysis.evidence.text import Tokens, tokens

KIND_OF_PLACE = {"kabupaten": "regency", "kota": "city", "provinsi": "province"}
CENTRAL_HEADS = ("kementerian", "departemen", "badan", "lembaga", "komisi", "dewan", "mahkamah", "majelis")

# one word as written -> the words that say the same; government words say nothing more
_HEADS: dict[str, Tokens] = {
    **dict.fromkeys(("kabupaten", "kab", "kabup", "pemkab", "bupati", "regency", "pemdakab"), ("kabupaten",)),
    **dict.fromkeys(("kota", "pemkot", "pemko", "walikota", "kotamadya", "kodya", "pemdakot"), ("kota",)),
    **dict.fromkeys(("city", "municipality"), ("kota",)),
    **dict.fromkeys(("provinsi", "propinsi", "prov", "prop", "pemprov", "pemprop", "gubernur"), ("provinsi",)),
    **dict.fromkeys(("province", "provincial", "pemdaprov"), ("provinsi",)),
    **dict.fromkeys(("kementerian", "kementrian", "kemen", "kement", "kem", "menteri", "ministry"), ("kementerian",)),
    **dict.fromkeys(("kemenko", "menko"), ("kementerian", "koordinator")),
    **dict.fromkeys(("departemen", "departement", "dep", "dept"), ("departemen",)),
    **{word: (word,) for word in CENTRAL_HEADS if word not in ("kementerian", "departemen")},
    **dict.fromkeys(("pemerintah", "pemerintahan", "pem", "pemda", "government", "govt", "of", "the"), ()),
}
_PHRASES: tuple[tuple[Tokens, Tokens], ...] = (
    (("wali", "kota"), ("kota",)),
    (("kota", "madya"), ("kota",)),
    *(((kind, word), (kind,)) for kind in ("kabupaten", "kota") for word in ("adm", "administrasi", "administratif")),
    (("daerah", "tingkat", "ii"), ()),
    (("daerah", "tingkat", "i"), ()),
    (("dati", "ii"), ()),
    (("dati", "i"), ()),
    (("pemerintah", "daerah"), ()),
    (("pem", "daerah"), ()),
    (("republik", "indonesia"), ()),
    (("republic", "indonesia"), ()),
    (("kementerian", "negara"), ("kementerian",)),
)
# words that many names share: a slip in one of them is no doubt about the name
_SHARED = (
    *("republik", "indonesia", "nasional", "sekretariat", "jenderal", "koordinator", "kepulauan", "bidang"),
    *("selatan", "tenggara", "tengah", "utara", "barat", "timur"),
)
_SLIPS: dict[str, Tokens] = {word: heads for word, heads in _HEADS.items() if len(word) >= 4} | {
    word: (word,) for word in _SHARED
}
_NO_SLIPS = ("govt", "kement", "kemen", "dept", "prop", "prov", "city", "menko", "pemko", "kabup")
_SHORTEST_PART = 4  # letters of a word that was joined to another
_MOST_JOINED = 4  # words joined in one
_LONG_HEAD = 8  # letters; a slip in a shorter kind word is looked for at the beginning only
_JOINED = re.compile(
    "(kabupaten|kotamadya|kota|provinsi|propinsi|pemerintah|pemkab|pemkot|pemko|pemprov|pemda|kementerian|kementrian"
    "|kemen|departemen|walikota|bupati|gubernur|kab|prov)(.{3,})"
)
_LOOK_ALIKE = str.maketrans("01i58c", "ollsbe")
_TWICE = re.compile(r"(.)\1+")
_OLD_SPELLING = (("oe", "u"), ("tj", "c"), ("dj", "j"))
_VARIANTS = dict.fromkeys(("jogjakarta", "jogyakarta", "yogjakarta", "jogja", "yogya", "jogya"), "yogyakarta")


def set_heads_right(words: Tokens, register: Register, *, shared: bool = True) -> tuple[Tokens, int]:
    """Write the words for kinds of bodies in one way, and undo slips in them.

    Government words go; "Bupati", "Regency" and "Kab" become kabupaten, "Walikota" and "City" kota,
    "Gubernur" provinsi, "Menteri" kementerian; a word that is in no name is taken for the kind word, or the
    word that many names share (barat, nasional), that it is a slip of.

    Parameters
    ----------
    words : tuple of str
        Normalised words of an agency.
    register : Register
        From `load_register`.
    shared : bool, optional
        Whether slips in words that many names share are undone too.

    Returns
    -------
    tuple
        The words, and how many of them were slips.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> set_heads_right(("kabuapten", "magetan"), load_register())
    (('kabupaten', 'magetan'), 1)
    >>> set_heads_right(("bupati", "magetan"), load_register())
    (('kabupaten', 'magetan'), 0)
    """
    known = known_words(register)
    set_right: list[str] = []
    slips = 0
    for word in words:
        same = word if word in known else _by_letters(word, register)
        meant = same if same in known else _slip_of(word)
        first = not any(_HEADS.get(before, (before,)) for before in set_right)
        if meant is not None and meant != same:
            fits = shared if meant in _SHARED else first or len(meant) >= _LONG_HEAD
            slips, same = (slips + 1, meant) if fits else (slips, same)
        set_right.append(same)
    plain = _replace_phrases(tuple(set_right))
    heads = [part for word in plain for part in _HEADS.get(word, (word,))]
    once = [word for at, word in enumerate(heads) if at == 0 or word != heads[at - 1] or word not in KIND_OF_PLACE]
    return _replace_phrases(tuple(once)), slips


@lru_cache(maxsize=8)
def known_words(register: Register) -> frozenset[str]:
    """Collect the words of all names and short forms.

    Parameters
    ----------
    register : Register
        From `load_register`.

    Returns
    -------
    frozenset of str
        Normalised words.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> "madiun" in known_words(load_register())
    True
    """
    names = {word for words in (*register.names_by_words, *register.decided_names) for word in words}
    short = {word for form, full in register.short_forms.any.items() for word in (*form, *tokens(full))}
    return frozenset(names | short | set(_HEADS) | set(_SHARED))


@lru_cache(maxsize=8)
def usual_words(register: Register) -> frozenset[str]:
    """Collect the words of all names, short forms and kinds of unit.

    Parameters
    ----------
    register : Register
        From `load_register`.

    Returns
    -------
    frozenset of str
        Normalised words.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> "puskesmas" in usual_words(load_register())
    True
    """
    forms = register.short_forms
    units = {word for form, full in (forms.unit | forms.unit_start).items() for word in (*form, *tokens(full))}
    kinds = {word for cell in register.unit_kinds["words"].dropna() for word in tokens(cell)}
    return known_words(register) | units | kinds


def parted(words: Tokens, register: Register) -> Tokens:
    """Part a kind word from the word it was joined to, and two known words from each other.

    Parameters
    ----------
    words : tuple of str
        Normalised words of an agency.
    register : Register
        From `load_register`.

    Returns
    -------
    tuple of str
        The words.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> parted(("pemkabmagetn", "kotabaru"), load_register())
    ('pemkab', 'magetn', 'kotabaru')
    """
    known = known_words(register)
    for _ in range(_MOST_JOINED):
        found: list[str] = []
        for word in words:
            joined = None if word in known else _JOINED.fullmatch(word)
            found += joined.groups() if joined else _two_words(word, known)
        if len(found) == len(words):
            break
        words = tuple(found)
    return words


def _two_words(word: str, known: frozenset[str]) -> Tokens:
    """Part an unknown word that is two known ones, where only one way leads to such."""
    if word in known:
        return (word,)
    cuts = range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)
    ways = [(word[:at], word[at:]) for at in cuts if word[:at] in known and word[at:] in known]
    return ways[0] if len(ways) == 1 else (word,)


def modern(words: Tokens, register: Register) -> Tokens:
    """Write unknown words of the spelling before 1972 as today: oe as u, tj as c, dj as j.

    Parameters
    ----------
    words : tuple of str
        Normalised words of an agency.
    register : Register
        From `load_register`.

    Returns
    -------
    tuple of str
        The words.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> modern(("kota", "bandoeng"), load_register())
    ('kota', 'bandung')
    """
    return tuple(word if word in known_words(register) else _modern(word) for word in words)


def _modern(word: str) -> str:
    """Write one word as today."""
    for old, new in _OLD_SPELLING:
        word = word.replace(old, new)
    return word


@lru_cache(maxsize=16384)
def _slip_of(word: str) -> str | None:
    """Return the kind word or shared word that a word is a slip of, when it is one alone."""
    if len(word) < 3:
        return None
    most = 2 if len(word) >= 7 else 1
    hits = process.extract(word, _slip_words(), scorer=OSA.distance, score_cutoff=most, limit=None)
    allowed = [(slips, meant) for meant, slips, _ in hits if slips == 1 or len(meant) >= 9]
    if not allowed:
        return None
    fewest = min(allowed)[0]
    nearest = {_SLIPS[meant]: meant for slips, meant in allowed if slips == fewest}
    return next(iter(nearest.values())) if len(nearest) == 1 else None


@lru_cache(maxsize=1)
def _slip_words() -> tuple[str, ...]:
    """List the words whose slips are undone."""
    return tuple(word for word in _SLIPS if word not in _NO_SLIPS)


def _by_letters(word: str, register: Register) -> str:
    """Write a word as the known one that looks like it, without a number at its end."""
    if word in _VARIANTS:
        return _VARIANTS[word]
    alike = _by_scan(register).get(_scanned(word), ())
    if len(alike) == 1:
        return alike[0]
    bare = word.rstrip("0123456789")
    return bare if len(bare) > 2 and bare in known_words(register) else word


@lru_cache(maxsize=8)
def _by_scan(register: Register) -> dict[str, tuple[str, ...]]:
    """Index words by what a scanner could not tell apart."""
    found: dict[str, tuple[str, ...]] = {}
    for word in sorted(known_words(register)):
        found[_scanned(word)] = (*found.get(_scanned(word), ()), word)
    return found


def shape(text: str) -> str:
    """Write what looks alike as one: 0 and o, 1, i and l, 5 and s, 8 and b, c and e, rn and m, a letter twice.

    Parameters
    ----------
    text : str
        Normalised text.

    Returns
    -------
    str
        A key; texts that look alike have the same.

    Examples
    --------
    >>> shape("k0ta ma1ang") == shape("kota malang")
    True
    """
    return _TWICE.sub(r"\1", _scanned(text))


def _scanned(text: str) -> str:
    """Write letters and digits that a scanner mixes up as one."""
    return text.translate(_LOOK_ALIKE).replace("rn", "m").replace("vv", "w")


def _replace_phrases(words: Tokens) -> Tokens:
    """Replace the phrases that say a kind in several words, or nothing."""
    for phrase, instead in _PHRASES:
        if phrase[0] not in words:
            continue
        size = len(phrase)
        for at in range(len(words) - size + 1):
            if words[at : at + size] == phrase and len(words) > size:
                words = words[:at] + instead + words[at + size :]
                break
    return words
