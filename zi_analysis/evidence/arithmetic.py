"""Arithmetic between facts: which of the told values fit together."""

from collections.abc import Mapping
from itertools import product
from typing import NamedTuple

import pandas as pd

_SIBLINGS = ("year", "scope", "agency_type", "agency_id", "measure", "basis", "track", "coverage", "part")
_PARTITIONS = (
    ("national", ("central", "province", "regency", "city")),
    ("national", ("central", "province", "regency_city")),
    ("national", ("central", "local")),
    ("local", ("province", "regency", "city")),
    ("local", ("province", "regency_city")),
    ("regency_city", ("regency", "city")),
)


class Identity(NamedTuple):
    """``whole = sum(parts)`` when ``complete``, else no part may exceed the whole."""

    whole: str
    parts: tuple[str, ...]
    complete: bool


def consistent_values(
    facts: pd.DataFrame, *, decided: Mapping[str, int] | None = None
) -> dict[str, tuple[frozenset[int], str]]:
    """Find, for each fact with several told values, those that fit the related facts.

    An identity that leaves fewer values narrows the next; it is repeated until nothing changes. An identity that no
    choice of the values left fulfils excludes nothing.

    Parameters
    ----------
    facts : DataFrame
        One row a fact and told value: settled_id, value and the columns that make the fact.
    decided : mapping, optional
        Facts settled by hand and their values, which are taken as told alone.

    Returns
    -------
    dict
        settled_id -> (the values that fit, the identity in words and numbers), only where an identity excludes at
        least one value and leaves at least one.
    """
    told = {str(key): frozenset(int(v) for v in rows["value"]) for key, rows in facts.groupby("settled_id")}
    told |= {name: frozenset({int(value)}) for name, value in (decided or {}).items() if name in told}
    left = dict(told)
    why: dict[str, Identity] = {}
    identities = find_identities(facts)
    changed = True
    while changed:
        changed = False
        for identity in identities:
            for name, values in _narrow(identity, left).items():
                if values < left[name]:
                    left[name], why[name], changed = values, identity, True
    return {name: (left[name], _in_words(identity, left)) for name, identity in why.items()}


def _narrow(identity: Identity, left: Mapping[str, frozenset[int]]) -> dict[str, frozenset[int]]:
    """The values of each member that take part in a choice that fulfils the identity."""
    names = (identity.whole, *identity.parts)
    fitting = [values for values in product(*(sorted(left[name]) for name in names)) if _fits(identity, values)]
    if not fitting:
        return {}
    return {name: frozenset(choice[position] for choice in fitting) for position, name in enumerate(names)}


def find_identities(facts: pd.DataFrame) -> list[Identity]:
    """List the identities whose members are all told: over predicates and over agency types."""
    whole = facts[(facts["coverage"] == "whole") & facts["part"].isna()].drop_duplicates("settled_id")
    return _over_predicates(whole) + _over_types(whole)


def _over_predicates(facts: pd.DataFrame) -> list[Identity]:
    """Pair counts of all predicates with those of WBK and WBBM."""
    found = []
    for _, rows in facts.groupby(list(_SIBLINGS), dropna=False, sort=True):
        names = rows.set_index("predicate")["settled_id"].to_dict()
        parts = tuple(names[predicate] for predicate in ("WBK", "WBBM") if predicate in names)
        if "all" in names and parts:
            found.append(Identity(names["all"], parts, complete=len(parts) == 2))
    return found


def _over_types(facts: pd.DataFrame) -> list[Identity]:
    """Pair counts of a whole with those of the agency types that make it up."""
    totals = facts[facts["scope"] != "agency"]
    level = totals["agency_type"].where(totals["scope"] == "agency_type", "national")
    keys = ["year", "predicate", "measure", "basis", "track"]
    found = []
    for _, rows in totals.assign(level=level).groupby(keys, sort=True):
        names = rows.set_index("level")["settled_id"].to_dict()
        for whole, parts in _PARTITIONS:
            if whole in names and all(part in names for part in parts):
                found.append(Identity(names[whole], tuple(names[part] for part in parts), complete=True))
    return found


def _fits(identity: Identity, values: tuple[int, ...]) -> bool:
    """Whether the parts add up to the whole, or do not pass it where some are missing."""
    whole, *parts = values
    return sum(parts) == whole if identity.complete else sum(parts) <= whole


def _in_words(identity: Identity, left: Mapping[str, frozenset[int]]) -> str:
    """The identity with the ids of its facts and, where one value is left, the numbers."""
    sign = "=" if identity.complete else "<="
    words = f"{' + '.join(identity.parts)} {sign} {identity.whole}"
    numbers = [next(iter(left[name])) if len(left[name]) == 1 else None for name in (*identity.parts, identity.whole)]
    if any(value is None for value in numbers):
        return words
    return f"{' + '.join(str(value) for value in numbers[:-1])} {sign} {numbers[-1]} ({words})"
