"""Words of unit names: repeats in parentheses, offices above, classes, numbers, words without meaning."""

import re

from zi_analysis.evidence.text import Abbreviations, Tokens, normalise, spell_out_unit

_PARENTHESES = re.compile(r"\(([^()]*)\)")
_ABOVE: tuple[Tokens, ...] = (
    ("dinas",),
    ("kecamatan",),
    ("badan", "pendapatan", "daerah"),
    ("sekretariat", "daerah"),
)
_POLICE_ABOVE: Tokens = ("polda",)
_POLICE_RESORTS = frozenset({"polres", "polresta", "polrestabes", "polsek", "polsekta"})
_FILLER_PHRASES: tuple[Tokens, ...] = (
    ("republik", "indonesia"),
    ("tipe", "madya", "pabean", "a"),
    ("tipe", "madya", "pabean", "b"),
    ("tipe", "madya", "pabean", "c"),
    ("tipe", "madya", "pabean"),
)
_FILLERS = frozenset(
    ("kantor", "perwakilan", "di", "dari", "dan", "of", "the", "office", "provinsi", "province", "regency")
) | frozenset(("city", "ri", "dr", "drs", "prof", "ir", "upt", "uptd", "uobf"))
_GRADE = re.compile(r"\bkelas(?: (?P<number>iii|ii|i|[1-3])(?: ?(?P<letter>[ab]))?\b)?")
_GRADE_WORDS = frozenset(("kelas", "tpi"))
_PORT = re.compile(r"\b(?:non )?tpi\b")
_NUMERALS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx"
_ROMAN = {numeral: number for number, numeral in enumerate(_NUMERALS.split(), start=1)}


def drop_repeats_in_parentheses(text: str, abbreviations: Abbreviations) -> str:
    """Leave out parentheses that only repeat the words before them or name the province.

    "Rumah Sakit Umum Daerah (RSUD)" repeats; "Fakultas Teknik (UGM)" tells whose faculty it is and keeps its
    words.

    Parameters
    ----------
    text : str
        The unit as written.
    abbreviations : Abbreviations
        From `read_abbreviations`.

    Returns
    -------
    str
        The text without parentheses.

    Examples
    --------
    >>> drop_repeats_in_parentheses("Fakultas Teknik (UGM)", Abbreviations({}, {}, {}))
    'Fakultas Teknik UGM'
    >>> drop_repeats_in_parentheses("Dinas Kearsipan dan Perpustakaan (Dinarpus)", Abbreviations({}, {}, {}))
    'Dinas Kearsipan dan Perpustakaan'
    """
    match = _PARENTHESES.search(text)
    while match:
        before, inside, after = text[: match.start()], match[1], text[match.end() :]
        text = before + ("" if _repeats(inside, before, abbreviations) else inside) + after
        match = _PARENTHESES.search(text)
    return " ".join(text.split()).replace(" ,", ",")


def _repeats(inside: str, before: str, abbreviations: Abbreviations) -> bool:
    """Tell whether a parenthesis says nothing new."""
    short, long = normalise(inside), normalise(before)
    spelled_out = normalise(spell_out_unit(inside, abbreviations))
    if not short or short.startswith("provinsi ") or spelled_out in normalise(spell_out_unit(before, abbreviations)):
        return True
    letters = iter(long.replace(" ", ""))
    initials = {word[0] for word in long.split()}
    return short[0] in initials and all(letter in letters for letter in short.replace(" ", ""))


def drop_above(text: str) -> str:
    """Leave out the office above that follows a unit's name.

    Parameters
    ----------
    text : str
        The unit, spelled out.

    Returns
    -------
    str
        Text up to the office above: a dinas, district, revenue agency or secretariat, and for police resorts
        the regional police. At least two words, the fillers not counted, stay before it.

    Examples
    --------
    >>> drop_above("RSUD Pasar Minggu, Dinas Kesehatan Provinsi DKI Jakarta")
    'RSUD Pasar Minggu'
    >>> drop_above("Kantor Dinas Kependudukan dan Pencatatan Sipil")
    'Kantor Dinas Kependudukan dan Pencatatan Sipil'
    """
    cells = text.split()
    words = [normalise(cell) for cell in cells]
    above = (*_ABOVE, _POLICE_ABOVE) if _POLICE_RESORTS & set(words) else _ABOVE
    for at in range(1, len(words)):
        fits = any(words[at] == office[0] and tuple(words[at : at + len(office)]) == office for office in above)
        if fits and len(drop_fillers(tuple(words[:at]))) > 1:
            return " ".join(cells[:at]).rstrip(" ,-")
    return text


def is_above(words: Tokens) -> bool:
    """Tell whether a name begins like an office that has other units below it.

    Parameters
    ----------
    words : tuple of str
        Normalised words.

    Returns
    -------
    bool
        Whether it is a dinas, district, revenue agency, secretariat or regional police.

    Examples
    --------
    >>> is_above(("dinas", "kesehatan"))
    True
    """
    return any(words[: len(office)] == office for office in (*_ABOVE, _POLICE_ABOVE))


def without_words(words: Tokens, sequence: Tokens) -> Tokens:
    """Leave out the first place where a sequence stands.

    Parameters
    ----------
    words, sequence : tuple of str
        Normalised words.

    Returns
    -------
    tuple of str
        The words without the sequence; unchanged if it does not stand there.

    Examples
    --------
    >>> without_words(("kantor", "bps", "kota", "batu"), ("bps",))
    ('kantor', 'kota', 'batu')
    """
    size = len(sequence)
    for at in range(len(words) - size + 1) if size else ():
        if words[at : at + size] == sequence:
            return words[:at] + words[at + size :]
    return words


def drop_fillers(words: Tokens) -> Tokens:
    """Leave out words that tell no unit from another: kantor, di, provinsi, titles, upt.

    Parameters
    ----------
    words : tuple of str
        Normalised words.

    Returns
    -------
    tuple of str
        The other words.

    Examples
    --------
    >>> drop_fillers(("kantor", "perwakilan", "provinsi", "bali"))
    ('bali',)
    """
    kept = words
    for phrase in _FILLER_PHRASES:
        if phrase[0] in kept:
            kept = without_words(kept, phrase)
    return tuple(word for word in kept if word not in _FILLERS)


def split_grade(words: Tokens) -> tuple[Tokens, str]:
    """Part the class words from a name.

    Parameters
    ----------
    words : tuple of str
        Normalised words.

    Returns
    -------
    tuple
        Words without class, and the class such as "2a" ("" when none is told).

    Examples
    --------
    >>> split_grade(("lapas", "kelas", "ii", "a", "cibinong"))
    (('lapas', 'cibinong'), '2a')
    """
    if _GRADE_WORDS.isdisjoint(words):
        return words, ""
    text = " ".join(words)
    found = _GRADE.search(text)
    grade = ""
    if found and found["number"]:
        number = found["number"]
        grade = f"{number if number.isdigit() else _ROMAN[number]}{found['letter'] or ''}"
    left = _PORT.sub(" ", _GRADE.sub(" ", text)).split()
    return tuple(left), grade


def even_out(words: Tokens) -> Tokens:
    """Write Roman numbers as figures and leave out a word that stands twice in a row.

    Parameters
    ----------
    words : tuple of str
        Normalised words.

    Returns
    -------
    tuple of str
        Words in order.

    Examples
    --------
    >>> even_out(("wilayah", "vii", "balikpapan"))
    ('wilayah', '7', 'balikpapan')
    """
    numbered = [str(_ROMAN.get(word, word)) for word in words]
    return tuple(word for at, word in enumerate(numbered) if at == 0 or word != numbered[at - 1])
