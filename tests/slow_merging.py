"""The rules of merging written plainly, award by award: slow, and the oracle for the numbers of `merging`."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from itertools import combinations

import pandas as pd
from rapidfuzz import fuzz

from zi_analysis.evidence.nearness import differ_by_slip
from zi_analysis.evidence.register import Register
from zi_analysis.evidence.unitkinds import OTHER
from zi_analysis.evidence.units import Unit

_POLICE_RESORT = "polres"
_POLICE = "polri"


@dataclass
class Award:
    """Rows taken for one award so far; grows while the steps run."""

    rows: list[int]
    agency_id: str
    year: int
    predicate: str  # "" when not split
    own: bool
    tracks: set[str]
    unit: Unit
    keys: set[str]

    @property
    def block(self) -> tuple[Hashable, ...]:
        """What all rows of an award share besides the unit."""
        return self.agency_id, self.year, self.predicate, self.own


@dataclass(frozen=True)
class MergeStep:
    """One rule of merging."""

    name: str
    note: str
    pairs: Callable[[list[Award], Register], Iterable[tuple[Award, Award]]]  # (joined, kept)


def merge_plainly(
    rows: pd.DataFrame, units: list[Unit], register: Register
) -> tuple[list[list[int]], dict[int, str], list[str]]:
    """Return the rows of each award, the rule that joined each row, and the predicate of each award."""
    awards = _single_rows(rows, units)
    reasons: dict[int, str] = {}
    for step in STEPS:
        awards = _join(awards, step, register, reasons)
    return [award.rows for award in awards], reasons, [award.predicate for award in awards]


def _single_rows(rows: pd.DataFrame, units: list[Unit]) -> list[Award]:
    """Start with one award per row."""
    columns = rows[["agency_id", "year", "track"]].itertuples(index=False)
    predicates = rows["predicate"].astype("str").fillna("")
    return [
        Award([row], agency_id, int(year), predicate, track == "own", {track}, unit, {unit.key})
        for row, ((agency_id, year, track), predicate, unit) in enumerate(zip(columns, predicates, units, strict=True))
    ]


def _join(awards: list[Award], step: MergeStep, register: Register, reasons: dict[int, str]) -> list[Award]:
    """Join the pairs of a step, following chains."""
    kept_as: dict[int, Award] = {}

    def holder(award: Award) -> Award:
        while id(award) in kept_as:
            award = kept_as[id(award)]
        return award

    for joined, kept in list(step.pairs(awards, register)):
        joined, kept = holder(joined), holder(kept)
        if joined is kept:
            continue
        earlier, later = sorted((joined.rows, kept.rows), key=lambda rows: rows[0])
        reasons |= {row: step.note for row in later if row not in reasons}
        earlier.extend(later)
        kept.rows = earlier
        kept.tracks |= joined.tracks
        kept.keys |= joined.keys
        kept_as[id(joined)] = kept
    left = [award for award in awards if id(award) not in kept_as]
    for award in left:
        award.rows.sort()
    return sorted(left, key=lambda award: award.rows[0])


def _by_key(awards: list[Award], key: Callable[[Award], Hashable | None]) -> dict[Hashable, list[Award]]:
    """Group awards; those without a key are left out."""
    groups: dict[Hashable, list[Award]] = defaultdict(list)
    for award in awards:
        found = key(award)
        if found is not None:
            groups[found].append(award)
    return groups


def _to_the_only(
    awards: list[Award],
    *,
    weak: Callable[[Award], Hashable | None],
    strong: Callable[[Award], Hashable | None],
) -> Iterable[tuple[Award, Award]]:
    """Pair each weak award with the strong one of its key, when there is exactly one."""
    targets = _by_key(awards, strong)
    for award in awards:
        key = weak(award)
        found = targets.get(key, []) if key is not None else []
        if len(found) == 1 and found[0] is not award:
            yield award, found[0]


def _same_name(awards: list[Award], register: Register) -> Iterable[tuple[Award, Award]]:
    """Pair rows whose units have one name and class."""
    for group in _by_key(awards, lambda award: (award.block, award.unit.key, award.unit.grade)).values():
        yield from ((award, group[0]) for award in group[1:])


def _without_class(awards: list[Award], register: Register) -> Iterable[tuple[Award, Award]]:
    """Pair a unit without class with the only one of its name that has a class."""
    return _to_the_only(
        awards,
        weak=lambda award: None if award.unit.grade else (award.block, award.unit.key),
        strong=lambda award: (award.block, award.unit.key) if award.unit.grade else None,
    )


def _without_kind_of_place(awards: list[Award], register: Register) -> Iterable[tuple[Award, Award]]:
    """Pair a unit without regency or city word with the only one that has it, if its place is one of them."""

    def key(award: Award, *, typed: bool) -> Hashable | None:
        unit = award.unit
        has_word = unit.rest != unit.place
        fits = has_word == typed and unit.unit_kind != _POLICE_RESORT and _bearers(unit.place, register) == 1
        return (award.block, unit.marker, unit.place) if fits else None

    return _to_the_only(awards, weak=lambda award: key(award, typed=False), strong=lambda award: key(award, typed=True))


def _bearers(place: tuple[str, ...], register: Register) -> int:
    """Count the regencies and cities that bear a place's name."""
    bodies = {name.agency_id for name in register.names_by_place.get(place, ())}
    return sum(register.bodies[body].agency_type in ("regency", "city") for body in bodies)


def _place_alone(awards: list[Award], register: Register) -> Iterable[tuple[Award, Award]]:
    """Pair a central body's unit told by its place alone with its only office there (police: only resort)."""

    def is_place(unit: Unit) -> bool:
        return unit.unit_kind == OTHER and unit.place in register.names_by_place

    def weak(award: Award) -> Hashable | None:
        central = register.bodies[award.agency_id].agency_type == "central"
        return (award.block, award.unit.place) if central and is_place(award.unit) else None

    def strong(award: Award) -> Hashable | None:
        other_police = award.agency_id == _POLICE and award.unit.unit_kind != _POLICE_RESORT
        return None if other_police or is_place(award.unit) else (award.block, award.unit.place)

    return _to_the_only(awards, weak=weak, strong=strong)


def _near_names(awards: list[Award], register: Register) -> Iterable[tuple[Award, Award]]:
    """Pair units of one kind whose names differ by a slip."""
    groups = _by_key(awards, lambda award: (award.block, award.unit.marker, award.unit.grade))
    for group in groups.values():
        for first, second in combinations(group, 2):
            if _near(first.unit, second.unit) and differ_by_slip(first.unit.rest, second.unit.rest, register):
                yield second, first


def _near(first: Unit, second: Unit) -> bool:
    """Tell whether two names are alike as a whole and begin or end with the same four letters."""
    one, two = "".join(first.place), "".join(second.place)
    ends = one[:4] == two[:4] or one[-4:] == two[-4:]
    return min(len(one), len(two)) >= 8 and ends and fuzz.ratio("".join(first.rest), "".join(second.rest)) >= 92


def _not_split(awards: list[Award], register: Register) -> Iterable[tuple[Award, Award]]:
    """Pair an award without predicate with the only predicate told for its unit and year."""
    split: dict[Hashable, list[Award]] = defaultdict(list)
    for award in awards:
        if award.predicate:
            for key in sorted(award.keys):
                split[award.agency_id, award.year, award.own, key].append(award)
    for award in awards:
        found = split.get((award.agency_id, award.year, award.own, award.unit.key), [])
        if not award.predicate and len(found) == 1:
            yield award, found[0]


def _track_open(awards: list[Award], register: Register) -> Iterable[tuple[Award, Award]]:
    """Pair an award of unclear track with the agency's own one of that unit, year and predicate."""
    return _to_the_only(
        awards,
        weak=lambda award: (*award.block[:3], award.unit.key) if award.tracks == {"unclear"} else None,
        strong=lambda award: (*award.block[:3], award.unit.key) if award.own else None,
    )


STEPS = (
    MergeStep("same name", "the unit has the same name", _same_name),
    MergeStep("class", "the name is the same but for the class", _without_class),
    MergeStep("kind of place", "the name is the same but for the regency or city word", _without_kind_of_place),
    MergeStep("place alone", "the place alone is told; one office there has the award", _place_alone),
    MergeStep("near name", "the name differs by a slip", _near_names),
    MergeStep("not split", "the page does not split the predicate; one is told for the unit and year", _not_split),
    MergeStep("track open", "the page leaves the track open; the agency's own award is told", _track_open),
)
