"""The agency of a case among its peers: groups with ranks and shares as bounds, and the peers one by one."""

from collections.abc import Mapping

import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.profile_peers import compare_peers

_NAMES = [
    "agencies",
    "known",
    "by_stock",
    "share_low",
    "share_high",
    "least",
    "more",
    "ranked",
    "rank_low",
    "rank_high",
]

_ORDER = ["type", "same_type", "province", "kind"]


def compare_groups(
    series: pd.DataFrame,
    agencies: pd.DataFrame,
    cells: pd.DataFrame,
    exposures: pd.DataFrame,
    stocks: pd.DataFrame,
    *,
    agency_id: str,
    years: range,
) -> pd.DataFrame:
    """Put an agency beside all of its type, those of its type in its province, and its province or kind.

    Parameters
    ----------
    series, agencies, cells
        As `compare_peers` takes them.
    exposures : DataFrame
        year, agency_type, measure, upper: how many agencies of a type can have an award in a year.
    stocks : DataFrame
        agency_id, year, held: units told to hold a predicate up to a year.
    agency_id : str
        The agency.
    years : range
        Evaluation years, one or more.

    Returns
    -------
    DataFrame
        group (type, same_type, province, kind), agencies, known (with an award in these years), by_stock (of the
        others, those told to hold a predicate by the last year, without its year), share_low, share_high (of agencies
        with an award in these years; the upper end only where one year is asked and its agencies awarded are bounded,
        else 1), least (its own), more, ranked (years that bound the ranks), rank_low, rank_high.

    Raises
    ------
    StudyRefusal
        If the agency did not exist in these years.

    Notes
    -----
    A group of one province is ranked with what is left of the bound of its type after all awards tied to agencies
    elsewhere.
    """
    whole = compare_peers(series, agencies, cells, agency_id=agency_id, years=years)
    own = agencies.set_index("agency_id").loc[agency_id]
    parts = [whole]
    if own["agency_type"] in ("regency", "city"):
        near = agencies[
            (agencies["agency_type"] == own["agency_type"]) & (agencies["province_id"] == own["province_id"])
        ]
        left = _less_elsewhere(cells, series, agencies, near)
        same = compare_peers(series, near, left, agency_id=agency_id, years=years)
        parts.insert(0, same[same["group"] == "type"].assign(group="same_type"))
    rows = pd.concat(parts).sort_values("group", key=lambda names: names.map(_ORDER.index), ignore_index=True)
    members = [members_of(name, agencies, own, years) for name in rows["group"]]
    known = set(series.loc[series["year"].isin(list(years)) & (series["lower"] > 0), "agency_id"])
    held = set(stocks.loc[(stocks["held"] > 0) & (stocks["year"] <= years[-1]), "agency_id"]) - known
    most = _most_awarded(series, agencies, exposures, years)
    return rows.assign(
        by_stock=[len(held & set(group["agency_id"])) for group in members],
        share_low=rows["share"],
        share_high=[_share_high(group, known, most) for group in members],
    )[["group", *_NAMES]]


def members_of(group: str, agencies: pd.DataFrame, own: pd.Series, years: range) -> pd.DataFrame:
    """List the agencies of a group that existed in the years.

    Parameters
    ----------
    group : {"type", "same_type", "province", "kind"}
        Of `compare_groups`.
    agencies : DataFrame
        From ``profiled_agencies``.
    own : Series
        The agency's own row.
    years : range
        Evaluation years.

    Returns
    -------
    DataFrame
        Rows of ``agencies``.
    """
    lived = (agencies["valid_from"].fillna(0) <= years[-1]) & (agencies["valid_to"].fillna(9999) >= years[0])
    near = agencies["province_id"] == own["province_id"]
    chosen = {
        "type": agencies["agency_type"] == own["agency_type"],
        "kind": agencies["kind"] == own["kind"],
        "same_type": (agencies["agency_type"] == own["agency_type"]) & near,
        "province": agencies["agency_type"].isin(["regency", "city"]) & near,
    }[group]
    return agencies[lived.astype(bool) & chosen.fillna(value=False)].reset_index(drop=True)


def list_peers(
    series: pd.DataFrame, agencies: pd.DataFrame, stocks: pd.DataFrame, *, agency_id: str, years: range
) -> pd.DataFrame:
    """List what is known of each peer: of a regency or city those of its province, else those of its kind.

    Parameters
    ----------
    series, agencies, stocks
        As `compare_groups` takes them.
    agency_id : str
        The agency.
    years : range
        Evaluation years.

    Returns
    -------
    DataFrame
        agency_id, agency, agency_type, least (awards in these years, at the least), whole (whether every year with
        news has a whole count), news (the years with an award, |-separated), held and held_year (last stock told),
        own; most awards first, the agency itself always among them.

    Raises
    ------
    StudyRefusal
        If the agency did not exist in these years.
    """
    own = agencies.set_index("agency_id", drop=False).loc[agency_id]
    group = "province" if own["agency_type"] in ("regency", "city") else "kind"
    peers = members_of(group, agencies, own, years)
    if agency_id not in set(peers["agency_id"]):
        raise StudyRefusal("the agency did not exist in these years", key="profile_not_there")
    told = series[series["year"].isin(list(years)) & (series["lower"] > 0)]
    sums = told.groupby("agency_id").agg(
        least=("lower", "sum"),
        whole=("status", lambda states: bool((states == "exact").all())),
        news=("year", lambda found: "|".join(str(year) for year in sorted(found))),
    )
    last = stocks[stocks["year"] <= years[-1]].groupby("agency_id").tail(1).set_index("agency_id")
    rows = peers[["agency_id", "agency", "agency_type"]].merge(sums, on="agency_id", how="left", validate="1:1")
    rows = rows.assign(
        least=rows["least"].fillna(0).astype("Int64"),
        whole=rows["whole"].fillna(value=False).astype(bool),
        held=rows["agency_id"].map(last["held"]).astype("Int64"),
        held_year=rows["agency_id"].map(last["year"]).astype("Int64"),
        own=rows["agency_id"] == agency_id,
    )
    return rows.sort_values(["least", "held", "agency"], ascending=[False, False, True], ignore_index=True)


def _less_elsewhere(
    cells: pd.DataFrame, series: pd.DataFrame, agencies: pd.DataFrame, near: pd.DataFrame
) -> pd.DataFrame:
    """Cells of the type less the awards tied to agencies of it outside the group."""
    kind = near["agency_type"].iloc[0]
    far = set(agencies.loc[agencies["agency_type"] == kind, "agency_id"]) - set(near["agency_id"])
    tied = series[series["agency_id"].isin(far)].groupby("year")["lower"].sum()
    rows = cells[cells["agency_type"] == kind]
    elsewhere = rows["year"].map(tied).fillna(0).astype("Int64")
    return rows.assign(upper=(rows["upper"] - elsewhere).clip(lower=0))


def _most_awarded(
    series: pd.DataFrame, agencies: pd.DataFrame, exposures: pd.DataFrame, years: range
) -> Mapping[str, int]:
    """By type, how many agencies beyond those known can have an award, where one year is asked and bounds it."""
    if len(years) > 1:
        return {}
    rows = exposures[(exposures["measure"] == "agencies_awarded") & (exposures["year"] == years[0])]
    upper = rows.set_index("agency_type")["upper"].dropna()
    told = series[(series["year"] == years[0]) & (series["lower"] > 0)]
    known = told["agency_id"].map(agencies.set_index("agency_id")["agency_type"]).value_counts()
    return {str(kind): max(0, int(most) - int(known.get(kind, 0))) for kind, most in upper.items()}


def _share_high(group: pd.DataFrame, known: set[str], most: Mapping[str, int]) -> float:
    """The largest share of a group that can have an award."""
    total = 0
    for kind, rows in group.groupby("agency_type"):
        named = len(known & set(rows["agency_id"]))
        total += min(len(rows), named + most.get(str(kind), len(rows)))
    return total / len(group)
