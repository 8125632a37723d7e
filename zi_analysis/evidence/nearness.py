"""Unit names that differ by one slip, found without comparing every name with every other."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import combinations

from rapidfuzz import fuzz

from zi_analysis.evidence.register import Register
from zi_analysis.evidence.text import Tokens
from zi_analysis.evidence.units import Unit

NEAR_SCORE = 92.0
_NEAR_LENGTH = 8  # letters; a slip in a shorter name can make another name
_END_LENGTH = 4  # letters; one slip leaves the first four or the last four of a name as they are
_TELLING = frozenset(("utara", "selatan", "timur", "barat", "tengah", "kota", "kabupaten"))


def near_pairs(units: Sequence[Unit], groups: Sequence[Hashable], register: Register) -> Iterator[tuple[int, int]]:
    """List the pairs of units whose names differ by a slip.

    Two names do when the words that they do not share are alike (`fuzz.ratio` of 92 or more), are eight letters
    or longer, hold no number and no word that tells places apart (utara, kota ...), are not both places of the
    register, and when the whole names are as alike and begin or end with the same four letters.

    Parameters
    ----------
    units : sequence of Unit
        Distinct units.
    groups : sequence of hashable
        What two units must share to be compared: agency, kind and class.
    register : Register
        From `load_register`.

    Yields
    ------
    tuple of int
        Places of the two units, the smaller first; each pair once.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> from zi_analysis.evidence.units import read_unit
    >>> register = load_register()
    >>> units = [read_unit(name, "35", register) for name in ("Puskesmas Sumbersari", "Puskesmas Sumbersri")]
    >>> list(near_pairs(units, ["a", "a"], register))
    [(0, 1)]
    """
    wholes = ["".join(unit.rest) for unit in units]
    ends: dict[Hashable, list[int]] = defaultdict(list)
    for at, (unit, group) in enumerate(zip(units, groups, strict=True)):
        text = "".join(unit.place)
        if len(text) >= _NEAR_LENGTH:
            ends[group, "first", text[:_END_LENGTH]].append(at)
            ends[group, "last", text[-_END_LENGTH:]].append(at)
    close = {
        pair for pair in _pairs(ends.values()) if fuzz.ratio(wholes[pair[0]], wholes[pair[1]], score_cutoff=NEAR_SCORE)
    }
    yield from (pair for pair in sorted(close) if differ_by_slip(units[pair[0]].rest, units[pair[1]].rest, register))


def _pairs(groups: Iterable[list[int]]) -> Iterator[tuple[int, int]]:
    """Pair the members of each group."""
    for members in groups:
        yield from combinations(members, 2)


def differ_by_slip(first: Tokens, second: Tokens, register: Register) -> bool:
    """Tell whether two names of one kind are one name with a slip, looking at the words they do not share.

    Parameters
    ----------
    first, second : tuple of str
        What tells each unit from others of its kind (`Unit.rest`).
    register : Register
        From `load_register`.

    Returns
    -------
    bool
        Whether they differ by a slip.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> differ_by_slip(("magelang", "utara"), ("magelang", "timur"), load_register())
    False
    """
    apart = [tuple(word for word in one if word not in other) for one, other in ((first, second), (second, first))]
    texts = ["".join(part) for part in apart]
    if min(map(len, texts)) < _NEAR_LENGTH or fuzz.ratio(*texts, score_cutoff=NEAR_SCORE) == 0:
        return False
    words = set(apart[0] + apart[1])
    if words & _TELLING or not all(word.isalpha() for word in words):
        return False
    return not all(part in register.names_by_place for part in apart)
