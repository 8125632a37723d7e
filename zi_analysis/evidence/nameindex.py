"""The names of the register by their letters: without spaces, by kind of body, by what a scanner makes of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from zi_analysis.evidence.bodies import Name
from zi_analysis.evidence.headwords import CENTRAL_HEADS, set_heads_right, shape
from zi_analysis.evidence.lookup import Meant, of_type
from zi_analysis.evidence.register import Register
from zi_analysis.evidence.text import Tokens

_LOCAL_TYPES = ("province", "regency", "city")
_LINKS = frozenset(("dan", "and", "bidang", "urusan", "ri", "indonesia", "serta"))
_LONGEST_SHORT_FORM = 6  # letters; a slip in an abbreviation of so few can make another
_COORDINATES = "Kementerian Koordinator"
_PREFIXES: dict[str, Tokens] = {
    "kemenko": ("kementerian", "koordinator"),
    "kemen": ("kementerian",),
    "kem": ("kementerian",),
}


@dataclass(frozen=True, eq=False)
class Choices:
    """Names without spaces and what they mean."""

    meant: Mapping[str, Meant]
    words: Mapping[str, Tokens]  # the names in words
    places: bool = False  # names of places, not of central bodies

    @cached_property
    def texts(self) -> list[str]:
        """The names to compare with: no short forms, a slip in which can make another."""
        return [text for text, meant in self.meant.items() if not self._is_short(text, meant)]

    def _is_short(self, text: str, meant: Meant) -> bool:
        """Tell whether a name is a short form only: of a place, or of few letters."""
        kinds = {name.name_kind for name in meant.names}
        if kinds & {"current", "official", "former"}:
            return False
        return kinds == {"abbreviation"} if self.places else len(text) <= _LONGEST_SHORT_FORM

    @cached_property
    def by_order(self) -> dict[Tokens, Meant]:
        """The names by their words in alphabetical order, where that leaves one."""
        found: dict[Tokens, list[str]] = defaultdict(list)
        for text in self.meant:
            found[tuple(sorted(self.words[text]))].append(text)
        return {key: self.meant[texts[0]] for key, texts in found.items() if len(texts) == 1}

    @cached_property
    def by_shape(self) -> dict[str, str]:
        """The names by what a scanner makes of them, where that leaves one."""
        found: dict[str, list[str]] = defaultdict(list)
        for text in self.texts:
            found[shape(text)].append(text)
        return {key: texts[0] for key, texts in found.items() if len(texts) == 1}


@dataclass(frozen=True, eq=False)
class NameIndex:
    """Names of the register, without spaces."""

    typed: Mapping[str, Choices]  # regency, city, province -> places
    bare: Choices  # places without their kind word
    central: Choices  # central bodies, whole names and abbreviations
    headed: Mapping[str, Choices]  # kind word of a central body -> the rest of the name
    alone: Choices  # central names without such a kind word, abbreviations too, from six letters on


@lru_cache(maxsize=8)
def name_index(register: Register) -> NameIndex:
    """Index the names of a register.

    Parameters
    ----------
    register : Register
        From `load_register`.

    Returns
    -------
    NameIndex
        The index, made once for a register.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> name_index(load_register()).central.meant["kementerianpanrb"].names[0].agency_id
    'kemenpanrb'
    """
    places = [*register.names_by_place.items(), *_decided(register, local=True)]
    central = list(_central_names(register))
    return NameIndex(
        typed={kind: _typed(kind, places, register) for kind in _LOCAL_TYPES},
        bare=replace(_choices(places), places=True),
        central=_choices(central),
        headed={
            head: _choices((words[1:], names) for words, names in central if words[0] == head and words[1:])
            for head in CENTRAL_HEADS
        },
        alone=_choices((words, names) for words, names in central if words[0] not in CENTRAL_HEADS),
    )


def core_words(words: Tokens) -> Tokens:
    """Leave out the words that link the others: dan, bidang, Indonesia.

    Parameters
    ----------
    words : tuple of str
        Words of a central body.

    Returns
    -------
    tuple of str
        The other words; all of them if fewer than two are left.

    Examples
    --------
    >>> core_words(("kementerian", "kelautan", "dan", "perikanan"))
    ('kementerian', 'kelautan', 'perikanan')
    """
    core = tuple(word for word in words if word not in _LINKS)
    return core if len(core) > 1 else words


@lru_cache(maxsize=8)
def endings(register: Register) -> Mapping[Tokens, frozenset[str]]:
    """Index the central bodies by the last words of their names, two or more, without the first.

    Parameters
    ----------
    register : Register
        From `load_register`.

    Returns
    -------
    mapping
        Words to agency_ids.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> sorted(endings(load_register())["keuangan", "pembangunan"])
    ['bpkp']
    """
    found: dict[Tokens, set[str]] = defaultdict(set)
    for words, names in _central_names(register):
        for at in range(1, len(words) - 1):
            found[words[at:]].update(name.agency_id for name in names)
    return {words: frozenset(bodies) for words, bodies in found.items()}


def _choices(named: Iterable[tuple[Tokens, tuple[Name, ...]]]) -> Choices:
    """Join the entries of names with equal letters."""
    found: dict[str, dict[Name, None]] = defaultdict(dict)
    told: dict[str, Tokens] = {}
    for words, names in named:
        found["".join(words)].update(dict.fromkeys(names))
        told.setdefault("".join(words), words)
    return Choices({text: Meant(tuple(names)) for text, names in found.items() if text and names}, told)


def _typed(kind: str, places: list[tuple[Tokens, tuple[Name, ...]]], register: Register) -> Choices:
    """Index the places of one kind of government; other bearers of a place are its namesakes."""
    named = _choices((place, of_type(names, kind, register)) for place, names in places)
    bearers = _choices(places).meant
    stems = {"".join(stem): of_type(names, kind, register) for stem, names in register.names_by_stem.items()}
    meant = {
        text: Meant(found.names, (*bearers[text].names, *stems.get(text, ()))) for text, found in named.meant.items()
    }
    return Choices(meant, named.words, places=True)


def _decided(register: Register, *, local: bool) -> Iterator[tuple[Tokens, tuple[Name, ...]]]:
    """List the names that hand decisions add; of a local body they are short forms."""
    for words, names in register.decided_names.items():
        if (register.bodies[names[0].agency_id].agency_type != "central") == local:
            yield words, tuple(replace(name, name_kind="abbreviation") for name in names) if local else names


def _central_names(register: Register) -> Iterator[tuple[Tokens, tuple[Name, ...]]]:
    """List the names of central bodies in their core words, abbreviations with Kemen also as Kementerian."""
    named = ((words, of_type(entries, "central", register)) for words, entries in register.names_by_words.items())
    for words, names in (*named, *_decided(register, local=False)):
        if not names:
            continue
        coordinates = any(register.bodies[name.agency_id].name.startswith(_COORDINATES) for name in names)
        yield core_words(words), names
        heads, _ = set_heads_right(words, register)
        yield core_words(heads), names
        for prefix, head in _PREFIXES.items():
            rest = words[0].removeprefix(prefix)
            fits = coordinates if prefix == "kemenko" else not (prefix == "kem" and rest.startswith("en"))
            if fits and rest not in ("", words[0]):
                yield core_words((*head, rest, *words[1:])), names
