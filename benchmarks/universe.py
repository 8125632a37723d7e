"""A universe of true awards: the real ones of the evidence, and units of every kind in every place."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from zi_analysis.paths import data_folder

FIRST_YEAR, LAST_YEAR = 2013, 2025
# kinds of unit that stand in every regency and city: kind in unit_owners.csv, name ("{place}" bare, "{body}" with kind)
_CENTRAL_UNITS = (
    ("district_court", "Pengadilan Negeri {place}"),
    ("religious_court", "Pengadilan Agama {place}"),
    ("kejari", "Kejaksaan Negeri {body}"),
    ("polres", "Kepolisian Resor {place}"),
    ("lapas", "Lembaga Pemasyarakatan Kelas IIA {place}"),
    ("rutan", "Rumah Tahanan Negara Kelas IIB {place}"),
    ("kanim", "Kantor Imigrasi Kelas I TPI {place}"),
    ("kpp", "Kantor Pelayanan Pajak Pratama {place}"),
    ("kppn", "Kantor Pelayanan Perbendaharaan Negara {place}"),
    ("bps_office", "Badan Pusat Statistik {body}"),
    ("bnn_office", "Badan Narkotika Nasional {body}"),
    ("land_office", "Kantor Pertanahan {body}"),
    ("kemenag_office", "Kantor Kementerian Agama {body}"),
)
_LOCAL_UNITS = (
    "Dinas Kependudukan dan Pencatatan Sipil {body}",
    "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu {body}",
    "Rumah Sakit Umum Daerah {place}",
)
_PROVINCE_UNITS = (
    *("Badan Pendapatan Daerah {body}", "Dinas Perhubungan {body}", "Dinas Kesehatan {body}"),
    *("Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu {body}", "Rumah Sakit Jiwa Daerah {body}"),
)
_HEAD_OFFICES = ("Biro Umum", "Pusat Data dan Informasi", "Inspektorat", "Biro Sumber Daya Manusia")
_HEALTH_CENTRES = 4
# frequent names of villages, for community health centres
_VILLAGES = (
    *("Sukamaju", "Sukorejo", "Karanganyar", "Sidomulyo", "Wonosari", "Tanjungsari", "Sukajadi", "Purwodadi"),
    *("Sumberejo", "Kedungwaru", "Mekarsari", "Pasir Putih", "Bangunrejo", "Margomulyo", "Cibodas", "Rawasari"),
)


@dataclass(frozen=True)
class Universe:
    """What is true: bodies with their names, and awards with their agency."""

    bodies: pd.DataFrame  # agency_id, agency_type, name, official_name, province, recorded (list of further names)
    awards: pd.DataFrame  # agency_id, unit, owned, region, year, predicate, track, status, year_basis, list_complete


def build_universe(*, seed: int) -> Universe:
    """Build the universe that award lists are drawn from.

    Parameters
    ----------
    seed : int
        Seed of the years and predicates of the units that are made up.

    Returns
    -------
    Universe
        About 11 thousand units with one to three awards each, all of them of bodies that exist in the year.

    Examples
    --------
    >>> len(build_universe(seed=1).awards) > 10_000
    True
    """
    register = _read("register/agencies.csv")
    rng = np.random.default_rng([seed, 0])
    units = pd.DataFrame([*_central_units(register), *_local_units(register), *_head_offices(register)])
    made = _with_awards(units.drop_duplicates(["owner", "unit"], ignore_index=True), rng)
    awards = pd.concat([_real_awards(), _with_owner(made, register)], ignore_index=True)
    awards = awards.drop_duplicates(["agency_id", "unit", "year", "predicate"], ignore_index=True)
    return Universe(_bodies(register, awards["agency_id"].unique()), awards)


def _read(path: str) -> pd.DataFrame:
    """Read a table of the project as text."""
    return pd.read_csv(data_folder() / path, dtype=str, keep_default_na=False)


def _places(register: pd.DataFrame) -> pd.DataFrame:
    """List the regencies and cities of today with a government of their own."""
    local = register["agency_type"].isin(["regency", "city"]) & (register["own_government"] == "yes")
    return register[local & (register["valid_to"] == "")]


def _central_units(register: pd.DataFrame) -> Iterator[dict[str, str]]:
    """Place an office of each kind in every regency and city."""
    for body in _places(register)["name"]:
        place = body.split(" ", 1)[1]
        for kind, pattern in _CENTRAL_UNITS:
            yield {"owner": kind, "unit": pattern.format(place=place, body=body), "region": place}


def _local_units(register: pd.DataFrame) -> Iterator[dict[str, str]]:
    """Give every regency and city its own offices."""
    for at, (agency_id, body) in enumerate(_places(register)[["agency_id", "name"]].itertuples(index=False)):
        place = body.split(" ", 1)[1]
        villages = [_VILLAGES[(at + step) % len(_VILLAGES)] for step in range(_HEALTH_CENTRES)]
        names = [pattern.format(place=place, body=body) for pattern in _LOCAL_UNITS]
        for unit in [*names, *(f"Puskesmas {village}" for village in villages)]:
            yield {"owner": agency_id, "unit": unit, "region": body}


def _head_offices(register: pd.DataFrame) -> Iterator[dict[str, str]]:
    """Give every province and every central body, of today or ended, some offices of its seat."""
    for agency_id, agency_type, body in register[["agency_id", "agency_type", "name"]].itertuples(index=False):
        patterns = {"province": _PROVINCE_UNITS, "central": _HEAD_OFFICES}.get(agency_type, ())
        for pattern in patterns:
            yield {"owner": agency_id, "unit": pattern.format(body=body), "region": ""}


def _with_awards(units: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Give each unit a WBK, half of them a later WBBM, a fifth a second WBK."""
    first = rng.integers(FIRST_YEAR, LAST_YEAR + 1, len(units))
    later = first + rng.integers(1, 5, len(units))
    again = first + rng.integers(1, 9, len(units))
    chance = rng.random((2, len(units)))
    parts = [
        units.assign(year=first, predicate="WBK"),
        units.assign(year=later, predicate="WBBM")[chance[0] < 0.5],
        units.assign(year=again, predicate="WBK")[chance[1] < 0.2],
    ]
    awards = pd.concat(parts, ignore_index=True)
    awards = awards[awards["year"] <= LAST_YEAR].reset_index(drop=True)
    shares = rng.random((4, len(awards)))
    awards["track"] = np.select([shares[0] < 0.8, shares[0] < 0.9], ["national", "own"], "unclear")
    awards["status"] = np.where(shares[1] < 0.98, "held", "revoked")
    awards["year_basis"] = np.where(shares[2] < 0.9, "stated", "inferred")
    awards["list_complete"] = np.select([shares[3] < 0.5, shares[3] < 0.8], ["yes", "no"], "unknown")
    return awards


def _with_owner(awards: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """Put the body that ran the kind of unit at the end of the year; leave out years before a body was founded.

    A unit is ``owned`` when its kind alone tells the body.
    """
    owners = _read("decisions/unit_owners.csv")[["unit_kind", "agency_id", "valid_from", "valid_to"]]
    own = register[["agency_id", "valid_from", "valid_to"]].assign(unit_kind=register["agency_id"])
    limits = pd.concat([owners, own], ignore_index=True).rename(columns={"unit_kind": "owner"})
    limits["valid_from"] = pd.to_numeric(limits["valid_from"]).fillna(0)
    limits["valid_to"] = pd.to_numeric(limits["valid_to"]).fillna(9999)
    told = awards.reset_index(names="order").merge(limits, on="owner", validate="m:m")
    holds = (told["valid_from"] <= told["year"]) & (told["year"] < told["valid_to"])
    told = told[holds].sort_values("order")
    told["owned"] = told["owner"] != told["agency_id"]
    return told.drop(columns=["order", "owner", "valid_from", "valid_to"])


def _real_awards() -> pd.DataFrame:
    """Take the awards of the evidence that tell a predicate."""
    real = _read("clean/awards.csv").query("predicate != '' and year != ''")
    columns = ["agency_id", "unit", "year", "predicate", "track", "status", "year_basis", "list_complete"]
    return real[columns].assign(region="", owned=False, year=real["year"].astype(int))


def _bodies(register: pd.DataFrame, used: np.ndarray) -> pd.DataFrame:
    """Add to each body of an award its recorded short and other names, those that no other body bears."""
    names = _read("register/agency_names.csv")
    names["key"] = names["name"].str.casefold()
    bearers = names.groupby("key")["agency_id"].transform("nunique")
    further = names[(bearers == 1) & names["name_kind"].isin(["abbreviation", "alias"]) & (names["valid_to"] == "")]
    recorded = further.groupby("agency_id")["name"].agg(list)
    bodies = register[register["agency_id"].isin(used)].reset_index(drop=True)
    bodies["recorded"] = [recorded.get(agency_id, []) for agency_id in bodies["agency_id"]]
    provinces = register.set_index("agency_id")["name"].str.removeprefix("Provinsi ")
    bodies["province"] = bodies["province_id"].map(provinces).fillna("")
    return bodies[["agency_id", "agency_type", "name", "official_name", "province", "recorded"]]
