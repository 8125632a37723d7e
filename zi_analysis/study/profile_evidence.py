"""What an agency's silence can mean: how many awards of its type no page ties to an agency."""

import pandas as pd

from zi_analysis.errors import StudyRefusal


def tell_silence(
    series: pd.DataFrame, agencies: pd.DataFrame, cells: pd.DataFrame, *, agency_id: str, years: range
) -> pd.DataFrame:
    """Put the awards tied to an agency of a type beside all awards of the type, year by year.

    Parameters
    ----------
    series : DataFrame
        From ``award_series``: agency_id, year, lower, status.
    agencies : DataFrame
        From ``profiled_agencies``.
    cells : DataFrame
        year, agency_type, lower, upper, named of both predicates together.
    agency_id : str
        The agency whose type is asked about.
    years : range
        Evaluation years.

    Returns
    -------
    DataFrame
        year, lower, upper (awards of the type), named (known by name), tied (in whole counts or by name, of any
        agency), open_low, open_high (not tied to any), silent (agencies of the type that existed and of which nothing
        is told), own (least of the agency itself) and status; own is missing in years it did not exist.

    Raises
    ------
    StudyRefusal
        If there is no row of the type in these years.

    Examples
    --------
    >>> agencies = pd.DataFrame({"agency_id": list("ab"), "agency_type": "city"})
    >>> series = pd.DataFrame({"agency_id": list("ab"), "year": 2020, "lower": [3, pd.NA],
    ...     "status": ["exact", "unknown"]}).astype({"lower": "Int64"})
    >>> cells = pd.DataFrame({"year": [2020], "agency_type": "city", "lower": [4], "upper": [9], "named": [2]})
    >>> found = tell_silence(series, agencies, cells, agency_id="b", years=range(2020, 2021))
    >>> found[["tied", "open_low", "open_high", "silent"]].iloc[0].tolist()
    [3, 1, 6, 1]
    """
    kind = agencies.loc[agencies["agency_id"] == agency_id, "agency_type"].iloc[0]
    kept = cells[(cells["agency_type"] == kind) & cells["year"].isin(list(years))].sort_values("year")
    if kept.empty:
        raise StudyRefusal("no count of awards by agency type is there for these years", key="profile_no_cells")
    same = series[series["agency_id"].isin(agencies.loc[agencies["agency_type"] == kind, "agency_id"])]
    silent = same["status"] == "unknown"
    by_year = same.assign(silent=silent).groupby("year").agg(tied=("lower", "sum"), silent=("silent", "sum"))
    own = series.loc[series["agency_id"] == agency_id, ["year", "lower", "status"]].rename(columns={"lower": "own"})
    rows = kept[["year", "lower", "upper", "named"]].merge(by_year.reset_index(), on="year", how="left", validate="1:1")
    rows = rows.merge(own, on="year", how="left", validate="1:1").astype(
        dict.fromkeys(["lower", "upper", "named", "tied", "silent", "own"], "Int64")
    )
    return rows.assign(
        tied=rows["tied"].fillna(0),
        open_low=(rows["lower"] - rows["tied"].fillna(0)).clip(lower=0),
        open_high=(rows["upper"] - rows["tied"].fillna(0)).clip(lower=0),
    )
