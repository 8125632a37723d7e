"""The register as the makers of spellings need it: bodies, and the names that a spelling could be taken for."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from labelled_slips import plain

FIRST_YEAR, LAST_YEAR = 2012, 2025
_KINDS = {"regency": "Kabupaten ", "city": "Kota ", "province": "Provinsi "}


@dataclass(frozen=True)
class Body:
    """One body of the register and what the makers of spellings need to know of it."""

    agency_id: str  # as in the register
    truth: str  # whose work it is: the province for the administrative units of Jakarta
    agency_type: str
    name: str
    place: str  # name without its kind word; the whole name for central bodies
    province: str  # name of its province without the kind word; empty for central bodies
    short: str  # first short form of the register, or empty
    years: tuple[int, ...]  # years in which it stands from beginning to end
    alone: bool  # no body before or after it bears its work

    @property
    def names(self) -> tuple[str, str]:
        """The name and the place."""
        return self.name, self.place


@dataclass(frozen=True)
class Company:
    """The names that a spelling could be taken for."""

    places: dict[str, list[tuple[str, str]]]  # agency_type -> agency_id and place, all names of the register
    shared: frozenset[str]  # places that more than one body bears or begins with
    central: list[tuple[str, str, int, int]]  # agency_id, name, first and last year
    short_forms: list[tuple[str, str]]  # agency_id and short form


def read_bodies(root: Path) -> dict[str, Body]:
    """Read the bodies of the register.

    Parameters
    ----------
    root : path
        The project's folder.

    Returns
    -------
    dict
        Body by agency_id.

    Examples
    --------
    >>> read_bodies(Path(__file__).parents[1])["35.77"].place
    'Madiun'
    """
    rows = _table(root / "data/register/agencies.csv")
    by_id = {row["agency_id"]: row for row in rows}
    short: dict[str, str] = {}
    for row in _table(root / "data/register/agency_names.csv"):
        if row["name_kind"] == "abbreviation":
            short.setdefault(row["agency_id"], row["name"])
    return {row["agency_id"]: _body(row, by_id, short.get(row["agency_id"], "")) for row in rows}


def _body(row: dict[str, str], by_id: dict[str, dict[str, str]], short: str) -> Body:
    """Make a body of a row of the register."""
    province = by_id.get(row["province_id"], {}).get("name", "").removeprefix("Provinsi ")
    place = row["name"].removeprefix(_KINDS.get(row["agency_type"], "\0")).removeprefix("Administrasi ")
    first = max(FIRST_YEAR, int(row["valid_from"] or 0) + 1)
    last = min(LAST_YEAR, int(row["valid_to"] or LAST_YEAR + 1) - 1)
    years = tuple(range(first, last + 1)) or ((LAST_YEAR,) if row["valid_from"] == str(LAST_YEAR) else ())
    return Body(
        agency_id=row["agency_id"],
        truth=row["agency_id"] if row["own_government"] == "yes" else row["province_id"],
        agency_type=row["agency_type"],
        name=row["name"],
        place=place,
        province=province,
        short=short,
        years=years,
        alone=not (row["predecessors"] or row["successors"]),
    )


def read_company(bodies: dict[str, Body], root: Path) -> Company:
    """Collect the names that a spelling could be taken for.

    Parameters
    ----------
    bodies : dict
        From `read_bodies`.
    root : path
        The project's folder.

    Returns
    -------
    Company
        Places, central names and short forms.

    Examples
    --------
    >>> root = Path(__file__).parents[1]
    >>> "madiun" in read_company(read_bodies(root), root).shared
    True
    """
    places: dict[str, list[tuple[str, str]]] = defaultdict(list)
    central: list[tuple[str, str, int, int]] = []
    short_forms: list[tuple[str, str]] = []
    borne: dict[str, set[str]] = defaultdict(set)
    for row in _table(root / "data/register/agency_names.csv"):
        body = bodies[row["agency_id"]]
        if row["name_kind"] == "abbreviation":
            short_forms.append((body.agency_id, row["name"]))
        elif row["name_kind"] in ("current", "former", "official"):
            if body.agency_type == "central":
                central.append((body.agency_id, row["name"], int(row["valid_from"] or 0), int(row["valid_to"] or 9999)))
                continue
            kind = next((kind for kind, word in _KINDS.items() if row["name"].startswith(word)), None)
            if kind:
                place = row["name"].removeprefix(_KINDS[kind]).removeprefix("Administrasi ")
                places[kind].append((body.agency_id, place))
                borne[plain(place)].add(body.agency_id)
    return Company(places, _shared(borne), central, short_forms)


def _shared(borne: dict[str, set[str]]) -> frozenset[str]:
    """Find the places that several bodies bear, begin with or end with."""
    several = {place for place, ids in borne.items() if len(ids) > 1}
    for place in borne:
        if any(other != place and f" {place} " in f" {other} " for other in borne):
            several.add(place)
    return frozenset(several)


def _table(path: Path) -> list[dict[str, str]]:
    """Read a csv as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
