"""One body of government and one name of it, with the years in which they hold."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from zi_analysis.evidence.text import Tokens

PLACE_WORDS = {
    "regency": (("kabupaten", "administrasi"), ("kabupaten",)),
    "city": (("kota", "administrasi"), ("kota",)),
    "province": (("provinsi",),),
}


@dataclass(frozen=True)
class Name:
    """One name of one body, with the years in which it is in use."""

    agency_id: str
    name_kind: str  # current, official, former, abbreviation or alias
    valid_from: int | None
    valid_to: int | None

    def holds(self, year: int | None) -> bool:
        """Tell whether the name is in use in a year; without a year every name counts."""
        if year is None:
            return True
        if self.name_kind == "former" and self.valid_to is None:
            return False
        return (self.valid_from or year) <= year <= (self.valid_to or year)

    def holds_at_end(self, year: int | None) -> bool:
        """Tell whether the name is still in use at the end of a year."""
        return self.holds(year) and (year is None or self.valid_to is None or self.valid_to > year)


@dataclass(frozen=True)
class Body:
    """One body of the register."""

    agency_id: str
    agency_type: str
    name: str
    province_id: str | None
    own_government: bool
    valid_from: int | None
    valid_to: int | None
    predecessors: tuple[str, ...]
    successors: tuple[str, ...]

    def stands(self, year: int | None) -> bool:
        """Tell whether the body exists at the end of a year; without a year, whether it exists at all."""
        if year is None:
            return True
        return (self.valid_from or year) <= year and (self.valid_to is None or self.valid_to > year)


def split_kind(words: Tokens) -> tuple[str | None, Tokens]:
    """Part the word for the kind of government from the place.

    Parameters
    ----------
    words : tuple of str
        Normalised words of a local government.

    Returns
    -------
    tuple
        regency, city, province or None, and the words of the place.

    Examples
    --------
    >>> split_kind(("kota", "madiun"))
    ('city', ('madiun',))
    """
    for agency_type, kinds in PLACE_WORDS.items():
        for kind in kinds:
            if words[: len(kind)] == kind and len(words) > len(kind):
                return agency_type, words[len(kind) :]
    return None, words


def name_entries(names: pd.DataFrame) -> list[tuple[str, Name]]:
    """Pair each name of the register with its entry.

    Parameters
    ----------
    names : pd.DataFrame
        Table ``agency_names``.

    Returns
    -------
    list of tuple
        The name as written and its entry.

    Examples
    --------
    >>> row = {"agency_id": ["bps"], "name": ["BPS"], "name_kind": ["abbreviation"]}
    >>> name_entries(pd.DataFrame(row | {"valid_from": [None], "valid_to": [None]}))[0][0]
    'BPS'
    """
    columns = names[["name", "agency_id", "name_kind", "valid_from", "valid_to"]]
    return [
        (name, Name(agency_id, kind, year_of(start), year_of(end)))
        for name, agency_id, kind, start, end in columns.itertuples(index=False)
    ]


def body_of(row: tuple) -> Body:
    """Make a body from a row of the register.

    Parameters
    ----------
    row : tuple
        Cells in the order of the fields of `Body`; own_government yes or no, ids separated by "|".

    Returns
    -------
    Body
        The body.

    Examples
    --------
    >>> body_of(("bps", "central", "Badan Pusat Statistik", None, "yes", None, None, None, None)).name
    'Badan Pusat Statistik'
    """
    agency_id, agency_type, name, province_id, own, start, end, before, after = row
    return Body(
        agency_id=agency_id,
        agency_type=agency_type,
        name=name,
        province_id=None if pd.isna(province_id) else province_id,
        own_government=own == "yes",
        valid_from=year_of(start),
        valid_to=year_of(end),
        predecessors=_ids(before),
        successors=_ids(after),
    )


def year_of(value: Any) -> int | None:
    """Return a year as a number, or None for an empty cell.

    Parameters
    ----------
    value : int or missing
        A cell of a column of years.

    Returns
    -------
    int or None
        The year.

    Examples
    --------
    >>> year_of(pd.NA) is None
    True
    """
    return None if pd.isna(value) else int(value)


def _ids(value: object) -> tuple[str, ...]:
    """Split a list of agency_ids."""
    return () if pd.isna(value) else tuple(str(value).split("|"))
