"""Provinces: the local governments in each, and what is known of their units, year by year."""

import tomllib
from pathlib import Path

import pandas as pd

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.counts import FIRST_YEAR, LAST_YEAR
from zi_analysis.reporting.explorer.packing import split_list

_TILES = Path(__file__).with_name("provinces.toml")
_LOCAL = ("province", "regency", "city")
_STAGES = ("units_awarded", "units_evaluated", "units_proposed")
_KEYS = ["province_id", "agency_type", "year", "measure", "predicate"]


def list_provinces(agencies: pd.DataFrame) -> pd.DataFrame:
    """List the provinces with their place in the grid of tiles.

    Parameters
    ----------
    agencies : DataFrame
        The register.

    Returns
    -------
    DataFrame
        province_id, name (without the word Provinsi), short, row, column, group; in the order of the register.

    Raises
    ------
    EvidenceError
        If the register has a province that has no tile.
    """
    rows = agencies.loc[agencies["agency_type"] == "province", ["agency_id", "name"]]
    tiles = tomllib.loads(_TILES.read_text(encoding="utf-8"))
    missing = sorted(set(rows["agency_id"]) - set(tiles))
    if missing:
        raise EvidenceError(f"province {missing[0]} of the register has no tile; add it to {_TILES.name}")
    places = pd.DataFrame.from_dict(tiles, orient="index").rename_axis("agency_id").reset_index()
    listed = rows.merge(places, on="agency_id", validate="1:1").rename(columns={"agency_id": "province_id"})
    return listed.assign(name=listed["name"].str.removeprefix("Provinsi ")).reset_index(drop=True)


def count_local(agencies: pd.DataFrame) -> pd.DataFrame:
    """Count the local governments of each province, type and year.

    Parameters
    ----------
    agencies : DataFrame
        The register.

    Returns
    -------
    DataFrame
        province_id, agency_type, year, agencies (at the start of the year), most (at any time of it). Provinces are
        those of the register today, also for years before a province was founded.
    """
    own = agencies[(agencies["own_government"] == "yes") & agencies["agency_type"].isin(_LOCAL)]
    begin, end = own["valid_from"].fillna(0), own["valid_to"].fillna(9999)
    parts = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        start = (begin <= year - 1) & (end > year - 1)
        late = (begin <= year) & (end > year)
        told = own.assign(year=year, agencies=start.astype(int), most=(start | late).astype(int))
        parts.append(told.groupby(["province_id", "agency_type", "year"])[["agencies", "most"]].sum().reset_index())
    return pd.concat(parts, ignore_index=True)


def count_places(panel: pd.DataFrame, settled: pd.DataFrame, agencies: pd.DataFrame) -> pd.DataFrame:
    """Bound the units of the local governments of each province, type and year that pages tell of.

    Parameters
    ----------
    panel : DataFrame
        agency_panel: units awarded.
    settled : DataFrame
        settled_counts: units evaluated and proposed, as agencies' own pages tell them.
    agencies : DataFrame
        The register.

    Returns
    -------
    DataFrame
        province_id, agency_type, year, measure, predicate, lower, upper (missing unless the count of every
        government of the type is known), bodies (governments with at least one unit), settled_ids, award_keys (lists).
        Rows of which nothing is known are left out.
    """
    known = pd.concat([_awarded(panel), _told(settled)], ignore_index=True)
    home = agencies.loc[agencies["agency_type"].isin(_LOCAL), ["agency_id", "province_id", "agency_type"]]
    rows = _by_agency(known).merge(home, on="agency_id", validate="m:1")
    rows = rows.assign(has=(rows["lower"] > 0).astype(int), closed=rows["upper"].notna().astype(int))
    found = rows.groupby(_KEYS).agg(
        lower=("lower", "sum"),
        upper=("upper", "sum"),
        bodies=("has", "sum"),
        closed=("closed", "sum"),
        settled_ids=("settled_ids", _join),
        award_keys=("award_keys", _join),
    )
    most = count_local(agencies).drop(columns="agencies")
    found = found.reset_index().merge(most, on=["province_id", "agency_type", "year"], validate="m:1")
    return found.assign(upper=found["upper"].where(found["closed"] == found["most"])).drop(columns=["closed", "most"])


def _awarded(panel: pd.DataFrame) -> pd.DataFrame:
    """Units awarded of each agency, where anything is known."""
    rows = panel[panel["status"] != "unknown"].assign(measure="units_awarded")
    lists = {name: [split_list(ids) for ids in rows[name]] for name in ("settled_ids", "award_keys")}
    return rows.assign(**lists)[["agency_id", "year", "measure", "predicate", "lower", "upper", *lists]]


def _told(settled: pd.DataFrame) -> pd.DataFrame:
    """Units evaluated and proposed that an agency's pages tell, on the national track."""
    chosen = (
        (settled["scope"] == "agency")
        & settled["measure"].isin(_STAGES[1:])
        & (settled["basis"] == "yearly")
        & (settled["track"] == "national")
    )
    rows = settled[chosen & settled["agency_id"].notna()]
    whole = rows["coverage"] == "whole"
    return rows.assign(
        lower=rows["value"].fillna(rows["low"]),
        upper=rows["value"].fillna(rows["high"]).where(whole),
        settled_ids=[[name] for name in rows["settled_id"]],
        award_keys=[[] for _ in range(len(rows))],
    )[["agency_id", "year", "measure", "predicate", "lower", "upper", "settled_ids", "award_keys"]]


def _by_agency(known: pd.DataFrame) -> pd.DataFrame:
    """One row an agency, year, stage and predicate; a later stage and the two predicates apart hold from below."""
    later = [known]
    for earlier, stage in zip(_STAGES[1:], _STAGES, strict=False):
        reached = known["measure"].isin(_STAGES[: _STAGES.index(stage) + 1])
        later.append(known[reached].assign(measure=earlier, upper=pd.NA))
    keys = ["agency_id", "year", "measure", "predicate"]
    each = _strongest(pd.concat(later, ignore_index=True), keys)
    apart = each[each["predicate"] != "all"].assign(predicate="all")
    pairs = apart.groupby(keys).agg(
        lower=("lower", "sum"),
        upper=("upper", lambda most: most.sum() if len(most) == 2 and most.notna().all() else pd.NA),
        settled_ids=("settled_ids", _join),
        award_keys=("award_keys", _join),
    )
    return _strongest(pd.concat([each, pairs.reset_index()], ignore_index=True), keys)


def _strongest(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Take the largest lower and the smallest upper bound of each key; an upper one below the lower is none."""
    typed = rows.assign(lower=rows["lower"].astype("Int64"), upper=rows["upper"].astype("Int64"))
    found = typed.groupby(keys).agg(
        lower=("lower", "max"),
        upper=("upper", "min"),
        settled_ids=("settled_ids", _join),
        award_keys=("award_keys", _join),
    )
    return found.assign(upper=found["upper"].where(found["upper"] >= found["lower"])).reset_index()


def _join(lists: pd.Series) -> list[str]:
    """Join lists of ids; each id once, sorted."""
    return sorted({name for names in lists for name in names})
