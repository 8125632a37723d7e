"""One agency beside its peers: how much is known of them, and which ranks what is known leaves open."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from zi_analysis.errors import StudyRefusal

_Spare = Mapping[tuple[str, int], float]


def compare_peers(
    series: pd.DataFrame, agencies: pd.DataFrame, cells: pd.DataFrame, *, agency_id: str, years: range
) -> pd.DataFrame:
    """Put what is known of an agency's awards beside what is known of its peers'.

    Parameters
    ----------
    series : DataFrame
        From ``award_series``: agency_id, year, lower, upper.
    agencies : DataFrame
        From ``profiled_agencies``.
    cells : DataFrame
        year, agency_type, upper of both predicates together: what bounds all awards of a type.
    agency_id : str
        The agency.
    years : range
        Evaluation years.

    Returns
    -------
    DataFrame
        One row a group: type (all agencies of its type), province (regencies and cities of its province; for a
        province those within it), kind (central bodies of its kind). agencies (that existed in these years, itself
        among them where it is one), known (with at least one award known), share, least (its own known awards), more
        (agencies with more known), leader and most (the one with most known), rank_low and rank_high (first and last
        rank that what is known leaves possible; missing where it is not in the group).

    Raises
    ------
    StudyRefusal
        If the agency did not exist in these years.

    Notes
    -----
    The ranks are safe, not sharp: awards of a type that no page ties to an agency may lie with any of its agencies,
    in any of the years ranked, as far as the type's bounds reach.

    Examples
    --------
    >>> agencies = pd.DataFrame({"agency_id": list("ab"), "agency": ["A", "B"], "agency_type": "province",
    ...     "kind": "province", "province_id": list("ab"), "valid_from": pd.NA, "valid_to": pd.NA})
    >>> series = pd.DataFrame({"agency_id": list("ab"), "year": 2020, "lower": [3, 1], "upper": pd.NA})
    >>> cells = pd.DataFrame({"year": [2020], "agency_type": "province", "upper": [5]})
    >>> found = compare_peers(series, agencies, cells, agency_id="a", years=range(2020, 2021))
    >>> found["group"][0], int(found["rank_low"][0]), int(found["rank_high"][0])
    ('type', 1, 1)
    """
    there = _existing(agencies, years)
    if agency_id not in there.index:
        raise StudyRefusal("the agency did not exist in these years", key="profile_not_there")
    rows = series[series["year"].isin(list(years)) & series["agency_id"].isin(there.index)]
    spare = _spare(rows, there, cells, years)
    rows = _bound(rows, there, spare)
    known, found = _sum_years(rows, there, list(years)), []
    for name, group in _groups(there, there.loc[agency_id]).items():
        told = _tell_known(group, there.loc[agency_id], known)
        ranked = [year for year in years if all(math.isfinite(spare[one, year]) for one in set(group["agency_type"]))]
        ranks = _rank(group, agency_id, _sum_years(rows, there, ranked), spare, ranked)
        found.append({"group": name, **told, "ranked": tuple(ranked), **ranks})
    return pd.DataFrame(found).astype({"rank_low": "Int64", "rank_high": "Int64"})


def _existing(agencies: pd.DataFrame, years: range) -> pd.DataFrame:
    """Agencies that existed in at least one of the years, under their ids."""
    lived = (agencies["valid_from"].fillna(0) <= years[-1]) & (agencies["valid_to"].fillna(9999) >= years[0])
    return agencies[lived.astype(bool)].set_index("agency_id", drop=False)


def _spare(rows: pd.DataFrame, there: pd.DataFrame, cells: pd.DataFrame, years: range) -> _Spare:
    """By type and year, how many awards at most no page ties to an agency; no bound is infinity."""
    types = rows["agency_id"].map(there["agency_type"])
    tied = rows.assign(agency_type=types).groupby(["agency_type", "year"])["lower"].sum()
    upper = cells.set_index(["agency_type", "year"])["upper"]
    spare = {}
    for place in ((name, year) for name in there["agency_type"].unique() for year in years):
        most = upper.get(place)
        spare[place] = math.inf if most is None or pd.isna(most) else max(0.0, float(most) - float(tied.get(place, 0)))
    return spare


def _bound(rows: pd.DataFrame, there: pd.DataFrame, spare: _Spare) -> pd.DataFrame:
    """Least and most awards of each agency and year."""
    places = zip(rows["agency_id"].map(there["agency_type"]), rows["year"].tolist(), strict=True)
    room = np.array([spare[place] for place in places], dtype="float64")
    least = rows["lower"].fillna(0).to_numpy(dtype="float64")
    most = rows["upper"].astype("Float64").fillna(math.inf).to_numpy(dtype="float64")
    return rows[["agency_id", "year"]].assign(least=least, most=np.minimum(most, least + room))


def _sum_years(rows: pd.DataFrame, there: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Least and most awards of every agency over the years, under its id."""
    sums = rows[rows["year"].isin(years)].groupby("agency_id")[["least", "most"]].sum()
    return sums.reindex(there.index, fill_value=0.0).assign(agency_type=there["agency_type"])


def _groups(there: pd.DataFrame, own: pd.Series) -> dict[str, pd.DataFrame]:
    """The groups an agency is compared with; one without agencies is left out."""
    groups = {"type": there[there["agency_type"] == own["agency_type"]]}
    if own["agency_type"] == "central":
        groups["kind"] = there[there["kind"] == own["kind"]]
    else:
        inside = there["agency_type"].isin(["regency", "city"])
        groups["province"] = there[inside & (there["province_id"] == own["province_id"])]
    return {name: group for name, group in groups.items() if len(group)}


def _tell_known(group: pd.DataFrame, own: pd.Series, sums: pd.DataFrame) -> dict[str, object]:
    """How many of a group have an award known, and which has most."""
    known = sums.loc[group.index, "least"]
    mine = float(sums.loc[own["agency_id"], "least"])
    leader = known.idxmax() if known.max() > 0 else None
    return {
        "agencies": len(group),
        "known": int((known > 0).sum()),
        "share": float((known > 0).mean()),
        "least": int(mine),
        "more": int((known > mine).sum()),
        "leader": None if leader is None else group.loc[leader, "agency"],
        "most": int(known.max()),
    }


def _rank(
    group: pd.DataFrame, agency_id: str, sums: pd.DataFrame, spare: _Spare, years: list[int]
) -> dict[str, object]:
    """First and last rank that is possible: one more than those that must have more, and than those that can."""
    if agency_id not in group.index or not years:
        return {"rank_low": pd.NA, "rank_high": pd.NA}
    own, others = sums.loc[agency_id], sums.loc[group.index.drop(agency_id)]
    room = {kind: sum(spare[kind, year] for year in years) for kind in set(others["agency_type"])}
    must = int((others["least"] > own["most"]).sum())
    return {"rank_low": 1 + must, "rank_high": 1 + _can_pass(others, float(own["least"]), room)}


def _can_pass(others: pd.DataFrame, least: float, room: Mapping[str, float]) -> int:
    """How many can together have more than ``least``, those that need fewest further awards first."""
    passing = 0
    for kind, group in others.groupby("agency_type"):
        needed = (least + 1 - group["least"]).clip(lower=0)
        spent = needed[group["most"] > least].sort_values().cumsum()
        passing += int((spent <= room[str(kind)]).sum())
    return passing
