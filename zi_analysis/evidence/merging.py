"""Rows of several pages that tell one award: which belong together, and by which rule."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from zi_analysis.evidence.coding import combine
from zi_analysis.evidence.nearness import near_pairs
from zi_analysis.evidence.register import Register
from zi_analysis.evidence.unitkinds import OTHER
from zi_analysis.evidence.units import Unit

UNCLEAR, NATIONAL, OWN = 1, 2, 4  # tracks told, as bits
_POLICE_RESORT = "polres"
_POLICE = "polri"
_NONE = -1

Pairs = tuple[np.ndarray, np.ndarray]  # awards joined, awards kept


@dataclass(frozen=True, eq=False)
class Told:
    """Rows that tell awards, as numbers; the earlier a row, the smaller its place."""

    agency: np.ndarray  # code of the agency
    year: np.ndarray
    predicate: np.ndarray  # 0 when not split
    track: np.ndarray  # UNCLEAR, NATIONAL or OWN
    unit: np.ndarray  # place in `units`
    units: tuple[Unit, ...]  # distinct units, each with the agency it belongs to
    owners: tuple[str, ...]  # agency_id of each unit


@dataclass(frozen=True, eq=False)
class Merged:
    """Which award each row tells, and by which rule it joined."""

    award: np.ndarray  # per row: number of its award, in the order of first rows
    rule: np.ndarray  # per row: place in STEPS of the rule that joined it to an earlier row, -1 for none
    counts: tuple[tuple[str, str, int, int], ...]  # rule, note, awards before, awards after
    predicate: np.ndarray  # per award


@dataclass(frozen=True, eq=False)
class _Names:
    """What the rules ask about each distinct unit, as numbers; -1 where the rule does not concern it."""

    key: np.ndarray
    grade: np.ndarray  # 0 when none is told
    untyped: np.ndarray  # marker and place, when no regency or city word is told
    typed: np.ndarray  # the same, when one is told
    place_alone: np.ndarray  # place, when nothing else is told
    place_of: np.ndarray  # place, for offices that a place alone may mean
    near: np.ndarray  # two columns: units whose names differ by a slip


@dataclass(frozen=True, eq=False)
class _Awards:
    """Awards so far, as numbers, in the order of first rows; and the award of each row."""

    agency: np.ndarray
    year: np.ndarray
    predicate: np.ndarray
    own: np.ndarray
    tracks: np.ndarray  # bits told by any row
    unit: np.ndarray
    row_award: np.ndarray
    row_key: np.ndarray  # key of each row's unit

    @cached_property
    def block(self) -> np.ndarray:
        """Number what all rows of an award share besides the unit."""
        return combine(self.agency, self.year, self.predicate, self.own)[0]


def merge_rows(told: Told, register: Register) -> Merged:
    """Put together the rows that tell one award.

    Rows of one agency, year and predicate are one award when their units have one name; then when they differ
    only in class words, in the regency or city word, or in a slip; when one gives the place alone and one
    office of that place has the award. A row without predicate joins the one predicate told for its unit and
    year. The agency's own awards stay apart from national ones; a row whose page leaves the track open joins
    the national award, or else the own one.

    Parameters
    ----------
    told : Told
        The rows.
    register : Register
        From `load_register`.

    Returns
    -------
    Merged
        The award of each row.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> from zi_analysis.evidence.units import read_unit
    >>> register = load_register()
    >>> units = tuple(read_unit(name, "polri", register) for name in ("Gresik", "Polres Gresik"))
    >>> same = np.zeros(2, dtype=int)
    >>> told = Told(same, same + 2016, same + 1, same + NATIONAL, np.arange(2), units, ("polri", "polri"))
    >>> merge_rows(told, register).award.tolist()
    [0, 0]
    """
    names = _names(told, register)
    awards = _single_rows(told, names)
    rules = np.full(len(told.unit), _NONE, dtype=np.int8)
    counts = []
    for at, step in enumerate(STEPS):
        before = len(awards.unit)
        awards = _join(awards, step.pairs(awards, names), rules, at)
        counts.append((step.name, step.note, before, len(awards.unit)))
    return Merged(awards.row_award, rules, tuple(counts), awards.predicate)


def _names(told: Told, register: Register) -> _Names:
    """Ask the questions of the rules about each distinct unit, once."""
    units, owners = told.units, told.owners
    places = [unit.place for unit in units]
    alone = [
        unit.unit_kind == OTHER and place in register.names_by_place for unit, place in zip(units, places, strict=True)
    ]
    central = [register.bodies[owner].agency_type == "central" for owner in owners]
    other_police = [
        owner == _POLICE and unit.unit_kind != _POLICE_RESORT for unit, owner in zip(units, owners, strict=True)
    ]
    one_bearer = [unit.unit_kind != _POLICE_RESORT and _bearers(unit.place, register) == 1 for unit in units]
    has_word = [unit.rest != place for unit, place in zip(units, places, strict=True)]
    marked = [(unit.marker, place) for unit, place in zip(units, places, strict=True)]
    groups = [(owner, unit.marker, unit.grade) for unit, owner in zip(units, owners, strict=True)]
    return _Names(
        key=_numbered([unit.key for unit in units]),
        grade=_numbered([unit.grade for unit in units], first=""),
        untyped=_numbered(marked, only=[fits and not word for fits, word in zip(one_bearer, has_word, strict=True)]),
        typed=_numbered(marked, only=[fits and word for fits, word in zip(one_bearer, has_word, strict=True)]),
        place_alone=_numbered(places, only=[a and c for a, c in zip(alone, central, strict=True)]),
        place_of=_numbered(places, only=[not (a or p) for a, p in zip(alone, other_police, strict=True)]),
        near=np.array(list(near_pairs(units, groups, register)), dtype=np.int64).reshape(-1, 2),
    )


def _numbered(values: Sequence, *, only: Sequence[bool] | None = None, first: object = None) -> np.ndarray:
    """Number values alike, -1 where not asked for; ``first`` gets number 0."""
    places: dict[object, int] = {} if first is None else {first: 0}
    numbers = [places.setdefault(value, len(places)) for value in values]
    return np.where(only, numbers, _NONE) if only is not None and len(numbers) else np.array(numbers, dtype=np.int64)


def _bearers(place: tuple[str, ...], register: Register) -> int:
    """Count the regencies and cities that bear a place's name."""
    bodies = {name.agency_id for name in register.names_by_place.get(place, ())}
    return sum(register.bodies[body].agency_type in ("regency", "city") for body in bodies)


def _single_rows(told: Told, names: _Names) -> _Awards:
    """Start with one award per row."""
    return _Awards(
        agency=told.agency,
        year=told.year,
        predicate=told.predicate,
        own=told.track == OWN,
        tracks=told.track,
        unit=told.unit,
        row_award=np.arange(len(told.unit)),
        row_key=names.key[told.unit],
    )


def _join(awards: _Awards, pairs: Pairs, rules: np.ndarray, rule: int) -> _Awards:
    """Join the pairs of a step, following chains; rows that join an earlier award note the rule."""
    joined, kept = pairs
    count = len(awards.unit)
    if not len(joined):
        return awards
    was_joined = np.zeros(count, dtype=bool)
    was_joined[joined] = True
    group = _groups(joined, kept, count, chained=bool(was_joined[kept].any()))
    first = np.full(int(group.max()) + 1, count)
    np.minimum.at(first, group, np.arange(count))
    moved = group[awards.row_award]
    later = first[moved] != awards.row_award
    rules[later & (rules == _NONE)] = rule
    # what stands for the whole: an award that others were joined to and that was joined to none, else the first
    stands = first.copy()
    ends = np.unique(kept[~was_joined[kept]])[::-1]
    stands[group[ends]] = ends
    tracks = np.zeros(len(first), dtype=awards.tracks.dtype)
    np.bitwise_or.at(tracks, group, awards.tracks)
    parts = {name: getattr(awards, name)[stands] for name in ("agency", "year", "predicate", "own", "unit")}
    return replace(awards, **parts, tracks=tracks, row_award=moved)


def _groups(joined: np.ndarray, kept: np.ndarray, count: int, *, chained: bool) -> np.ndarray:
    """Number the groups that pairs make, in the order of first awards."""
    root = np.arange(count)
    if chained:
        graph = coo_array((np.ones(len(joined), dtype=np.int8), (joined, kept)), shape=(count, count))
        root = connected_components(graph, directed=False)[1]
    else:
        root[joined] = kept
    return combine(root)[0]


def _to_the_only(weak: np.ndarray, strong: np.ndarray, *, bearer: np.ndarray | None = None) -> Pairs:
    """Pair each award of a weak key with the one of the equal strong key, when there is exactly one."""
    bearer = np.arange(len(strong)) if bearer is None else bearer
    held = strong != _NONE
    keys, first, counts = np.unique(strong[held], return_index=True, return_counts=True)
    keys, only = keys[counts == 1], bearer[held][first[counts == 1]]
    asking = np.flatnonzero(weak != _NONE)
    if not len(keys) or not len(asking):
        return asking[:0], asking[:0]
    at = np.minimum(np.searchsorted(keys, weak[asking]), len(keys) - 1)
    found = (keys[at] == weak[asking]) & (only[at] != asking)
    return asking[found], only[at[found]]


def _within(block: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Make one key of a block and a number; -1 where the number is."""
    return np.where(number == _NONE, _NONE, block * (int(number.max(initial=0)) + 1) + number)


def _same_name(awards: _Awards, names: _Names) -> Pairs:
    """Pair rows whose units have one name and class."""
    which, first = combine(awards.block, names.key[awards.unit], names.grade[awards.unit])
    kept = first[which]
    later = np.flatnonzero(kept != np.arange(len(kept)))
    return later, kept[later]


def _without_class(awards: _Awards, names: _Names) -> Pairs:
    """Pair a unit without class with the only one of its name that has a class."""
    key, graded = _within(awards.block, names.key[awards.unit]), names.grade[awards.unit] > 0
    return _to_the_only(np.where(graded, _NONE, key), np.where(graded, key, _NONE))


def _both(awards: _Awards, weak: np.ndarray, strong: np.ndarray) -> Pairs:
    """Pair awards of one block by numbers of their units."""
    size = max(int(weak.max(initial=0)), int(strong.max(initial=0))) + 1
    keys = [
        np.where(part == _NONE, _NONE, awards.block * size + part) for part in (weak[awards.unit], strong[awards.unit])
    ]
    return _to_the_only(*keys)


def _without_kind_of_place(awards: _Awards, names: _Names) -> Pairs:
    """Pair a unit without regency or city word with the only one that has it, if its place is one of them."""
    return _both(awards, names.untyped, names.typed)


def _place_alone(awards: _Awards, names: _Names) -> Pairs:
    """Pair a central body's unit told by its place alone with its only office there (police: only resort)."""
    return _both(awards, names.place_alone, names.place_of)


def _near_names(awards: _Awards, names: _Names) -> Pairs:
    """Pair units of one kind whose names differ by a slip."""
    empty = np.empty(0, dtype=np.int64)
    if not len(names.near):
        return empty, empty
    concerned = np.flatnonzero(np.isin(awards.unit, names.near))
    order = concerned[np.lexsort((awards.block[concerned], awards.unit[concerned]))]
    size = int(awards.block.max(initial=0)) + 1
    places = awards.unit[order] * size + awards.block[order]
    starts = np.searchsorted(awards.unit[order], names.near[:, 0], side="left")
    counts = np.searchsorted(awards.unit[order], names.near[:, 0], side="right") - starts
    # one line for each award of the first unit of a pair, then look for the second unit in its block
    pair = np.repeat(np.arange(len(counts)), counts)
    first = order[np.repeat(starts - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())]
    wanted = names.near[pair, 1] * size + awards.block[first]
    begin, end = np.searchsorted(places, wanted, side="left"), np.searchsorted(places, wanted, side="right")
    return _spread(order, first, begin, end)


def _spread(order: np.ndarray, first: np.ndarray, begin: np.ndarray, end: np.ndarray) -> Pairs:
    """Write out the pairs of each first award with those found for it; the later one is joined."""
    counts = end - begin
    second = order[np.repeat(begin - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())]
    one = np.repeat(first, counts)
    return np.maximum(one, second), np.minimum(one, second)


def _not_split(awards: _Awards, names: _Names) -> Pairs:
    """Pair an award without predicate with the only predicate told for its unit and year."""
    where = combine(awards.agency, awards.year, awards.own)[0]
    size = int(names.key.max(initial=0)) + 1
    weak = np.where(awards.predicate == 0, where * size + names.key[awards.unit], _NONE)
    if not (weak != _NONE).any():
        return _to_the_only(weak, np.full(0, _NONE), bearer=weak[:0])
    split = awards.predicate[awards.row_award] != 0
    told = awards.row_award[split]
    pairs = np.unique(np.stack([where[told] * size + awards.row_key[split], told]), axis=1)
    return _to_the_only(weak, pairs[0], bearer=pairs[1])


def _track_open(awards: _Awards, names: _Names) -> Pairs:
    """Pair an award of unclear track with the agency's own one of that unit, year and predicate."""
    key = _within(combine(awards.agency, awards.year, awards.predicate)[0], names.key[awards.unit])
    return _to_the_only(np.where(awards.tracks == UNCLEAR, key, _NONE), np.where(awards.own, key, _NONE))


@dataclass(frozen=True)
class MergeStep:
    """One rule of merging."""

    name: str
    note: str
    pairs: Callable[[_Awards, _Names], Pairs]


STEPS = (
    MergeStep("same name", "the unit has the same name", _same_name),
    MergeStep("class", "the name is the same but for the class", _without_class),
    MergeStep("kind of place", "the name is the same but for the regency or city word", _without_kind_of_place),
    MergeStep("place alone", "the place alone is told; one office there has the award", _place_alone),
    MergeStep("near name", "the name differs by a slip", _near_names),
    MergeStep("not split", "the page does not split the predicate; one is told for the unit and year", _not_split),
    MergeStep("track open", "the page leaves the track open; the agency's own award is told", _track_open),
)
