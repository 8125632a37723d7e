"""Arithmetic between facts: which of the told values fit together."""

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


def consistent_values(facts: pd.DataFrame) -> dict[str, tuple[frozenset[int], str]]:
    """Find, for each fact with several told values, those that fit the related facts.

    Parameters
    ----------
    facts : DataFrame
        One row a fact and told value: settled_id, value and the columns that make the fact.

    Returns
    -------
    dict
        settled_id -> (the values that fit, the identity in words), only where an identity excludes at least one
        value and leaves at least one.
    """
    told = {str(key): tuple(int(v) for v in rows["value"]) for key, rows in facts.groupby("settled_id")}
    kept: dict[str, tuple[frozenset[int], str]] = {}
    for identity in find_identities(facts):
        names = (identity.whole, *identity.parts)
        if all(len(told[name]) == 1 for name in names):
            continue
        fitting = [values for values in product(*(told[name] for name in names)) if _fits(identity, values)]
        for position, name in enumerate(names):
            values = frozenset(choice[position] for choice in fitting)
            before = kept[name][0] if name in kept else frozenset(told[name])
            if values and (values & before) and (values & before) < before:
                kept[name] = (values & before, _in_words(identity))
    return kept


def find_identities(facts: pd.DataFrame) -> list[Identity]:
    """List the identities whose members are all told: over predicates and over agency types."""
    whole = facts[(facts["coverage"] == "whole") & facts["part"].isna()].drop_duplicates("settled_id")
    return _over_predicates(whole) + _over_types(whole)


def _over_predicates(facts: pd.DataFrame) -> list[Identity]:
    found = []
    for _, rows in facts.groupby(list(_SIBLINGS), dropna=False, sort=True):
        names = rows.set_index("predicate")["settled_id"].to_dict()
        parts = tuple(names[predicate] for predicate in ("WBK", "WBBM") if predicate in names)
        if "all" in names and parts:
            found.append(Identity(names["all"], parts, complete=len(parts) == 2))
    return found


def _over_types(facts: pd.DataFrame) -> list[Identity]:
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
    whole, *parts = values
    return sum(parts) == whole if identity.complete else sum(parts) <= whole


def _in_words(identity: Identity) -> str:
    sign = "=" if identity.complete else "<="
    return f"{' + '.join(identity.parts)} {sign} {identity.whole}"
