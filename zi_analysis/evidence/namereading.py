"""An agency as written, read once: what its words can mean in any year."""

import re
from dataclasses import dataclass
from functools import cached_property

from zi_analysis.evidence.headwords import CENTRAL_HEADS, KIND_OF_PLACE
from zi_analysis.evidence.inside import Standing, decided_names, find_standing
from zi_analysis.evidence.likeness import Near, looks_like, near_names, slips_allowed
from zi_analysis.evidence.lookup import Meant, look_up
from zi_analysis.evidence.nameindex import Choices, core_words, endings, name_index
from zi_analysis.evidence.register import Register, agency_words
from zi_analysis.evidence.shortening import Shortened, begun_places, shortened_names
from zi_analysis.evidence.text import Tokens, normalise, readings, spell_out_unit, tokens
from zi_analysis.evidence.unitkinds import UnitKind, find_kind
from zi_analysis.evidence.unitwords import drop_fillers, without_words
from zi_analysis.evidence.wordings import Wording, wordings

KINDS = frozenset(KIND_OF_PLACE.values())
_COMPANY = frozenset(("persero", "tbk"))
_MAY_BE_COMPANY = re.compile(r"\b(?:pt|cv|ud|persero|tbk)\b", flags=re.IGNORECASE)
_SENTENCE = frozenset(
    ("oleh", "yang", "telah", "adalah", "akan", "diserahkan", "menerima", "meraih", "memberikan", "mengatakan")
)
_COUNTRIES = frozenset(
    ("malaysia", "singapura", "thailand", "filipina", "vietnam", "kamboja", "myanmar", "brunei", "leste", "jepang")
) | frozenset(
    ("korea", "china", "tiongkok", "india", "australia", "belanda", "inggris", "jerman", "prancis", "amerika", "arab")
)
# first words of offices of local governments that are no kind of unit of their own
_LOCAL_OFFICES = (
    frozenset(
        ("kec", "kel", "desa", "distrik", "sudin", "suku", "bappenda", "dispenda", "bpkad", "bkad", "bpkd", "bkd")
    )
    | frozenset(("bkpp", "bkpsdm", "bappelitbang", "bappelitbangda", "bappedalitbang", "bappeko", "bapperida", "brida"))
    | frozenset(("satpol", "kesbangpol", "bakesbangpol", "damkar", "disdikbud", "disbudpar", "dispora", "dispusip"))
    | frozenset(("dlh", "dpupr", "dpmd", "disparbud", "dinkop", "diskop", "disperkim", "dispangtan", "disnakkan"))
)
_DISTRICTS = frozenset(("kecamatan", "kelurahan", "kec", "kel", "desa", "distrik"))
_LOCAL_FIRST = frozenset((word,) for word in _LOCAL_OFFICES)
_DISTRICT_FIRST = frozenset((word,) for word in _DISTRICTS)
_LONGEST_NAME = 300  # characters; no body has so long a name
_LONGEST_UNIT = 600
_LONG_BARE = 18  # letters, the word central counted; a name without a kind word may have more than one slip
_SHORTEST_BARE = 7  # letters; a slip in a shorter place without its kind word can make any word


@dataclass(frozen=True, eq=False)
class Reworded:
    """A wording, the names it can mean, and the names near it."""

    wording: Wording
    register: Register

    @cached_property
    def meant(self) -> Meant | None:
        """The names with just these letters, or with just these words in another order."""
        names = self._names[0]
        same = names.meant.get("".join(self.wording.name))
        if same is not None or self.wording.kind != "central":
            return same
        return names.by_order.get(tuple(sorted(self.wording.name)))

    @cached_property
    def alike(self) -> Near | None:
        """The one name that looks like these letters."""
        text = "".join(self.wording.name)
        return looks_like(text, self._names[0]) if self.meant is None else None

    @cached_property
    def near(self) -> tuple[Near, ...]:
        """Names near these letters; none where the letters are a place of another kind or begin several places."""
        if self.wording.kind in KINDS and self._is_other_place:
            return ()
        text = "".join(self.compared)
        long_enough = self.wording.kind is not None or len(text) >= _SHORTEST_BARE
        return near_names(text, self._names[1]) if long_enough else ()

    @cached_property
    def shortened(self) -> Shortened:
        """Names that these words are with shortened words; none where the kind word was a slip."""
        if self.wording.slips or self.meant is not None:
            return Shortened(())
        central = self.wording.kind == "central"
        compared = self.compared if central else self.wording.name
        shortened = shortened_names(compared, self._names[1], self.register, central=central)
        if shortened.meants or self.wording.kind not in KINDS or self._is_other_place:
            return shortened
        return begun_places(compared, self._names[1])

    @property
    def slips_allowed(self) -> int:
        """How many slips are left beside those of the kind word; without a kind word, one at most."""
        allowed = slips_allowed("." * self.wording.letters) - self.wording.slips
        headless = self.wording.kind is None or (self.wording.kind == "central" and self.compared == self.wording.name)
        return min(allowed, 1) if headless and self.wording.letters < _LONG_BARE else allowed

    @property
    def settles(self) -> bool:
        """Whether the letters are a name, whatever the year."""
        return self.meant is not None and self.wording.province is None

    @property
    def compared(self) -> Tokens:
        """The words to compare: those of a central body without its kind word."""
        headed = self.wording.kind == "central" and self.wording.name[0] in CENTRAL_HEADS
        return self.wording.name[1:] if headed else self.wording.name

    @property
    def _is_other_place(self) -> bool:
        """Whether the letters are a place of another kind of government, or the beginning of several places."""
        index = name_index(self.register)
        return "".join(self.wording.name) in index.bare.meant or self.wording.name in self.register.names_by_stem

    @property
    def _names(self) -> tuple[Choices, Choices]:
        """The names to look the wording up in, and those to compare it with."""
        index = name_index(self.register)
        if self.wording.kind is None:
            return index.bare, index.bare
        if self.wording.kind == "central":
            return index.central, index.headed.get(self.wording.name[0], index.alone)
        return index.typed[self.wording.kind], index.typed[self.wording.kind]


@dataclass(frozen=True, eq=False)
class Parts:
    """What stands inside the words of an agency or a unit."""

    text: str
    column: str  # agency or unit
    register: Register

    @cached_property
    def words(self) -> Tokens:
        """Words, short forms spelled out; none where another organisation or a sentence is written."""
        words = tokens(spell_out_unit(self.text, self.register.short_forms))
        return () if _is_elsewhere(self.text, words, self.column, self.register) else words

    @cached_property
    def decided(self) -> Meant:
        """Hand decisions on words inside."""
        return Meant(decided_names(self.words, self.column, self.register, whole=False))

    @cached_property
    def standing(self) -> tuple[Standing, ...]:
        """Names that stand inside."""
        return find_standing(self.text, self.words, self.register)

    @cached_property
    def kind_and_words(self) -> tuple[UnitKind, Tokens]:
        """Kind of unit, and the words that tell it."""
        return find_kind(self.words, self.register)

    @property
    def kind(self) -> UnitKind:
        """Kind of unit."""
        return self.kind_and_words[0]

    @property
    def is_local(self) -> bool:
        """Whether it is an office of a local government."""
        return self.kind.level == "local" or (self.column == "agency" and self.words[:1] in _LOCAL_FIRST)

    @property
    def is_district(self) -> bool:
        """Whether a district or village bears the name that stands inside: Kecamatan Batu is not Kota Batu's."""
        return self.words[:1] in _DISTRICT_FIRST and any(name.start == 1 and not name.typed for name in self.standing)

    @cached_property
    def goes_on_as_other(self) -> bool:
        """Whether one word that is a name leads the last words of another body: Lapan Ketahanan Nasional."""
        for name in self.standing:
            rest = core_words(self.words[name.size :])
            if name.leads and name.size == 1 and len(rest) > 1:
                bodies = endings(self.register).get(rest, frozenset())
                return bool(bodies) and not any(entry.agency_id in bodies for entry in name.names)
        return False

    @cached_property
    def leads(self) -> bool:
        """Whether the words of the kind stand first."""
        sequence = drop_fillers(self.kind_and_words[1])
        return drop_fillers(self.words)[: len(sequence)] == sequence


@dataclass(frozen=True, eq=False)
class NameReading:
    """An agency as written and what its words can mean."""

    text: str
    register: Register

    @cached_property
    def tells(self) -> bool:
        """Whether there are words at all."""
        return self.is_endless or bool(normalise(self.text))

    @property
    def is_endless(self) -> bool:
        """Whether the text is too long to be a name."""
        return len(self.text) > _LONGEST_NAME

    @cached_property
    def decided(self) -> Meant:
        """Hand decisions on the whole cell."""
        words = agency_words(self.text, self.register)
        return Meant(decided_names(words, "agency", self.register, whole=True))

    @cached_property
    def whole(self) -> tuple[Meant, ...]:
        """The names that each reading of the whole cell can mean."""
        return tuple(
            look_up(agency_words(reading, self.register), reading, self.register) for reading in readings(self.text)
        )

    @cached_property
    def steady_after(self) -> int | None:
        """Year after which the whole name means the same in all years; None when the year may decide."""
        if self.is_endless:
            return None
        asked = [self.decided, *self.whole]
        if not self.whole or len({name.agency_id for name in self.whole[0].names}) != 1:
            asked += [way.meant for way in self.reworded if way.meant]
            asked += [way.alike.meant for way in self.reworded if way.alike]
            if not any(way.settles for way in self.reworded):
                asked += [meant for way in self.reworded for meant in way.shortened.meants]
                asked += [near.meant for way in self.reworded for near in way.near]
        years = [meant.steady_after for meant in asked]
        told = [year for year in years if year is not None]
        return max(told) if len(told) == len(years) else None

    @cached_property
    def reworded(self) -> tuple[Reworded, ...]:
        """Other wordings and what they can mean."""
        return tuple(Reworded(wording, self.register) for wording in wordings(self.text, self.register))

    @cached_property
    def parts(self) -> Parts:
        """What stands inside the words."""
        return Parts(self.text, "agency", self.register)


@dataclass(frozen=True, eq=False)
class UnitReading:
    """A unit as written and what its words can mean."""

    text: str
    register: Register

    @cached_property
    def tells(self) -> bool:
        """Whether there are words at all."""
        return len(self.text) <= _LONGEST_UNIT and bool(self.parts.words)

    @cached_property
    def decided(self) -> Meant:
        """Hand decisions on the whole cell."""
        words = agency_words(self.text, self.register)
        return Meant(decided_names(words, "unit", self.register, whole=True))

    @cached_property
    def parts(self) -> Parts:
        """What stands inside the words."""
        return Parts(self.text, "unit", self.register)

    @cached_property
    def leading_kind(self) -> str | None:
        """Kind of unit when a central body runs it and its words stand first."""
        if not self.tells:
            return None
        kind = self.parts.kind
        return kind.unit_kind if kind.level == "central" and self.parts.leads else None


def _is_elsewhere(text: str, words: Tokens, column: str, register: Register) -> bool:
    """Tell whether words stand for a company, a foreign body or, as an agency, for a sentence."""
    if column == "unit" and not _MAY_BE_COMPANY.search(text):
        return False
    written = tokens(text)
    if not _COMPANY.isdisjoint(written) or written[:1] in (("cv",), ("ud",)):
        return True
    if written[:1] == ("pt",) and words[:2] == ("pengadilan", "tinggi"):
        place = without_words(drop_fillers(words), ("pengadilan", "tinggi"))
        return place not in register.names_by_place and place[:2] != ("tata", "usaha")
    return column == "agency" and not (_SENTENCE | _COUNTRIES).isdisjoint(written)
