"""An agency as written, worded anew: marks around it gone, kind word first, the province beside it set apart."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from zi_analysis.evidence.bodies import split_kind
from zi_analysis.evidence.headwords import (
    CENTRAL_HEADS,
    KIND_OF_PLACE,
    known_words,
    modern,
    parted,
    set_heads_right,
)
from zi_analysis.evidence.nameindex import core_words
from zi_analysis.evidence.register import Register
from zi_analysis.evidence.text import Tokens, spell_out_agency, tokens

_BROKEN_LINE = re.compile(r"(?<=\w)[-\u00ad]\s*\n\s*(?=\w)")
_NUMBER_BEFORE = re.compile(
    r"^\s*[(\[]?(?:\d{1,4}\s*(?:[.)\]:]+\s*|\s-\s|\s)|(?:[A-Za-z]|[ivxIVX]{1,5})(?:[.)\]:]+|\s-)\s)\s*(?=\D)"
)
_NOTE_BEHIND = re.compile(
    r"[\s*\u2020\u2021]*(?:[(\[]?\s*\d{1,3}\s*[)\]]|\*+\)?|[\u00b9\u00b2\u00b3\u2070-\u2079]+|\s\d{1,3})\s*$"
)
_LONGEST_NOTE = 12  # characters; looked for at the end only, so that a cell full of spaces costs no time
_LONGEST_NAME = 300  # characters; no body has so long a name
_PARENTHESES = re.compile(r"\([^()]*\)")
_MISREAD = re.compile("[\u00c2\u00c3\u00e2\u00ef\u00f0\u0192]")
_OFFICES = frozenset(
    ("kantor", "sekretariat", "daerah", "setda", "inspektorat", "dprd", "dewan", "perwakilan", "rakyat", "setwan")
) | frozenset(
    ("kepala", "wakil", "sekretaris", "sekda", "lingkungan", "lingkup", "jajaran", "di", "pada", "instansi", "local")
)
_AROUND = frozenset(
    ("pusat", "kantor", "kepaniteraan", "setjen", "sekretariat", "jenderal", "mabes", "markas", "besar", "kepala")
) | frozenset(("lembaga", "indonesian", "nasional"))
_ENGLISH_KINDS = frozenset(("regency", "city", "province", "provincial", "government", "of"))
_DIRECTIONS: dict[str, Tokens] = {
    "west": ("barat",),
    "east": ("timur",),
    "north": ("utara",),
    "south": ("selatan",),
    "central": ("tengah",),
    "middle": ("tengah",),
    "southeast": ("tenggara",),
    "southwest": ("barat", "daya"),
}


@dataclass(frozen=True)
class Wording:
    """One way to read an agency: what kind of body, and the words that name it."""

    kind: str | None  # regency, city, province, central or None when no word tells
    name: Tokens  # the place, or the words of a central body
    province: str | None  # the province that stands beside a regency or city
    slips: int  # kind words and shared words that were slips

    @property
    def letters(self) -> int:
        """Letters of the name with its kind word."""
        return sum(map(len, self.name)) + len(self.kind or "")


def without_marks(text: str) -> str:
    """Leave out what stands around a name: list number, note mark, the hyphen of a broken line, wrong decoding.

    Parameters
    ----------
    text : str
        The agency as written.

    Returns
    -------
    str
        The text without them.

    Examples
    --------
    >>> without_marks("12. Kab. Pacitan *)")
    'Kab. Pacitan'
    >>> without_marks("Kab. Ma-\\ngetan 1)")
    'Kab. Magetan'
    """
    if _MISREAD.search(text):
        text = _decoded(text)
    plain = html.unescape(text).replace("%20", " ") if "&" in text or "%" in text else text
    joined = _BROKEN_LINE.sub("", plain)
    numbered = _NUMBER_BEFORE.sub("", joined)
    return (numbered[:-_LONGEST_NOTE] + _NOTE_BEHIND.sub("", numbered[-_LONGEST_NOTE:])).strip()


def _decoded(text: str) -> str:
    """Repair a text that was decoded wrongly."""
    import ftfy  # rarely needed, and slow to import

    return ftfy.fix_text(text)


def wordings(text: str, register: Register) -> tuple[Wording, ...]:
    """List the ways to read an agency when no name of the register is written just so, the likeliest first.

    Parameters
    ----------
    text : str
        The agency as written.
    register : Register
        From `load_register`.

    Returns
    -------
    tuple of Wording
        Distinct readings.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> wordings("Jawa Timur - Kabupaten Madiun", load_register())[0]
    Wording(kind='regency', name=('madiun',), province='35', slips=0)
    """
    if len(text) > _LONGEST_NAME:
        return ()
    cleaned = without_marks(text)
    outside = _PARENTHESES.sub(" ", cleaned)
    found: dict[Wording, None] = {}
    for way in dict.fromkeys((cleaned, outside)):
        words = _doubled(tokens(way), register)
        variants = dict.fromkeys((words, _from_english(words), parted(words, register), modern(words, register)))
        for written in sorted(variants, key=lambda variant: _unknown(variant, register)):
            found.update(dict.fromkeys(_ways(written, register)))
    return tuple(found)


def _doubled(words: Tokens, register: Register) -> Tokens:
    """Write words that a 2 doubles: Bau2 is Bau-Bau."""
    if not any(word[-1] == "2" for word in words):
        return words
    known = known_words(register)
    found: list[str] = []
    for word in words:
        once = word[:-1]
        doubled = word[-1] == "2" and ((once * 2) in known or once in _doubles(register))
        found += (once, once) if doubled else (word,)
    return tuple(found)


def _from_english(words: Tokens) -> Tokens:
    """Write a place with an English direction or "islands" in Indonesian: West Bandung is Bandung Barat.

    Examples
    --------
    >>> _from_english(("west", "bandung", "regency"))
    ('bandung', 'barat', 'regency')
    >>> _from_english(("anambas", "islands", "regency"))
    ('kepulauan', 'anambas', 'regency')
    """
    place = [word for word in words if word not in _ENGLISH_KINDS]
    kind = tuple(word for word in words if word in _ENGLISH_KINDS and word != "of")
    if len(place) < 2:
        return words
    if place[-1] == "islands":
        return ("kepulauan", *place[:-1], *kind)
    direction = _DIRECTIONS.get(place[0])
    return (*place[1:], *direction, *kind) if direction else words


@lru_cache(maxsize=8)
def _doubles(register: Register) -> frozenset[str]:
    """Collect the words that stand twice in a place: Fak-Fak."""
    pairs = (pair for words in register.names_by_place for pair in pairwise(words))
    return frozenset(one for one, other in pairs if one == other)


def _unknown(words: Tokens, register: Register) -> int:
    """Count the words that stand in no name."""
    known = known_words(register)
    return sum(word not in known for word in words)


def _ways(written: Tokens, register: Register) -> Iterator[Wording]:
    """List the ways to read some words, with and without undoing slips in words that many names share."""
    words, slips = _headed(written, register, shared=True)
    yield from _kinds_of(words, slips, register)
    if slips:
        yield from _kinds_of(*_headed(written, register, shared=False), register)


def _headed(written: Tokens, register: Register, *, shared: bool) -> tuple[Tokens, int]:
    """Set the kind words right and spell out the short forms."""
    words, slips = set_heads_right(written, register, shared=shared)
    spelled = tokens(spell_out_agency(" ".join(words), register.short_forms))
    if spelled == words:
        return words, slips
    words, more = set_heads_right(spelled, register, shared=shared)
    return words, slips + more


def _kinds_of(words: Tokens, slips: int, register: Register) -> Iterator[Wording]:
    """Read words as a place, as a central body, or as both."""
    if words and words[0] not in CENTRAL_HEADS:
        yield from _local(words, slips, register)
    if words and words[0] not in KIND_OF_PLACE:
        yield from _central(words, slips, register)


def _local(words: Tokens, slips: int, register: Register) -> Iterator[Wording]:
    """Read words as a place with or without its kind word."""
    kinds = [at for at, word in enumerate(words) if word in KIND_OF_PLACE]
    if not kinds:
        yield from _with_province(None, words, slips, register)
        return
    first = kinds[0]
    before, behind = words[:first], words[first + 1 :]
    if behind and (not before or set(before) <= _OFFICES):
        yield from _typed(words[first], behind, slips, register)
    elif behind and (province := _province(before, register)):
        yield Wording(KIND_OF_PLACE[words[first]], behind, province, slips)
    if words[-1] in KIND_OF_PLACE and len(words) > 1:
        yield from _with_province(KIND_OF_PLACE[words[-1]], words[:-1], slips, register)
    if len(kinds) == 2 and kinds[1] > kinds[0] + 1:
        yield from _two_kinds(words, kinds, slips, register)


def _typed(kind: str, name: Tokens, slips: int, register: Register) -> Iterator[Wording]:
    """Read what follows a kind word: the place, and a province after it."""
    if name[0] not in KIND_OF_PLACE:
        yield from _with_province(KIND_OF_PLACE[kind], name, slips, register)


def _two_kinds(words: Tokens, kinds: list[int], slips: int, register: Register) -> Iterator[Wording]:
    """Read a regency or city that has "Provinsi ..." before or behind it."""
    one, other = kinds
    before, middle, behind = words[:one], words[one + 1 : other], words[other + 1 :]
    kind, place, province = words[one], middle, behind
    if words[one] == "provinsi":
        kind, place, province = words[other], behind, middle
    elif words[other] == "provinsi" and before and not behind:
        place, province, before = before, middle, ()  # Madiun Kota, Jawa Timur Provinsi
    told = _province(province, register)
    if "provinsi" in (words[one], words[other]) and kind != "provinsi" and place and told and set(before) <= _OFFICES:
        yield Wording(KIND_OF_PLACE[kind], place, told, slips)


def _with_province(kind: str | None, name: Tokens, slips: int, register: Register) -> Iterator[Wording]:
    """Read a place, whole and without a province that stands before or behind it."""
    yield Wording(kind, name, None, slips)
    if kind == "province":
        return
    for size in range(min(5, len(name) - 1), 0, -1):
        if province := _province(name[-size:], register):
            yield Wording(kind, name[:-size], province, slips)
        if province := _province(name[:size], register) if kind is None else None:
            yield Wording(kind, name[size:], province, slips)


def _province(words: Tokens, register: Register) -> str | None:
    """Return the province that words name, with or without its kind word."""
    return _provinces(register).get(words[1:] if words[:1] == ("provinsi",) else words)


@lru_cache(maxsize=8)
def _provinces(register: Register) -> dict[Tokens, str]:
    """Collect the provinces by the words of their places."""
    found: dict[Tokens, str] = {}
    for words, names in register.names_by_words.items():
        bodies = {name.agency_id for name in names if register.bodies[name.agency_id].agency_type == "province"}
        if len(bodies) == 1:
            found[split_kind(words)[1]] = bodies.pop()
    return found


def _central(words: Tokens, slips: int, register: Register) -> Iterator[Wording]:
    """Read words as a central body."""
    core = core_words(tuple(word for word in words if word in known_words(register) or not _is_and(word)))
    if not core:
        return
    yield Wording("central", core, None, slips)
    if core[0] == "departemen":
        yield Wording("central", ("kementerian", *core[1:]), None, slips)
    if core[-1] in CENTRAL_HEADS and core[0] not in CENTRAL_HEADS:
        yield Wording("central", (core[-1], *core[:-1]), None, slips)
    around = core
    while len(around) > 1 and around[0] in _AROUND and around[0] not in CENTRAL_HEADS:
        around = around[1:]
    while len(around) > 1 and around[-1] in ("pusat", "jakarta"):
        around = around[:-1]
    if around != core:
        yield Wording("central", around, None, slips)
    for at, word in enumerate(words):
        if word not in CENTRAL_HEADS and _is_council(word):
            yield Wording("central", core_words((*words[:at], "dewan", *words[at + 1 :])), None, slips + 1)
    for told in dict.fromkeys((core, around)):
        yield from _with_head(told, slips, register)


def _with_head(words: Tokens, slips: int, register: Register) -> Iterator[Wording]:
    """Read the first word as a slip of a central body's kind word; a known word only before two others at least."""
    first = words[0]
    known = first in known_words(register)
    if first in CENTRAL_HEADS or len(words) < (3 if known else 2) or first in KIND_OF_PLACE:
        return
    most = 1 if known else 2
    distances = {head: OSA.distance(first, head, score_cutoff=most) for head in CENTRAL_HEADS}
    nearest = min(distances.values())
    if nearest <= most:
        heads = [head for head, distance in distances.items() if distance <= most]
        yield from (Wording("central", (head, *words[1:]), None, slips + most) for head in heads)


def _is_council(word: str) -> bool:
    """Tell whether a word that could be "dan" with a slip could be "dewan" with one too."""
    return _is_and(word) and OSA.distance(word, "dewan") <= 1


def _is_and(word: str) -> bool:
    """Tell whether a word is "dan" with a slip."""
    return len(word) in (2, 3, 4) and OSA.distance(word, "dan") <= 1
