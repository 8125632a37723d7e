"""What is known of one agency, read from the few tables that tell it."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from zi_analysis.evidence.once import load_once
from zi_analysis.evidence.panel import PANEL_PREDICATES
from zi_analysis.evidence.profiled import check_agency, profiled_agencies
from zi_analysis.paths import project_root

__all__ = ["STAGES", "Profile", "award_series", "profiled_agencies", "read_profile"]

STAGES = ("units_proposed", "units_evaluated")


@dataclass(frozen=True, eq=False)
class Profile:
    """One agency's row of the register and all evidence that names it."""

    root: Path
    agency_id: str
    agency: pd.Series  # row of profiled_agencies with official_name, certainty, predecessors and successors (names)
    names: pd.DataFrame  # other names: name, name_kind, valid_from, valid_to
    awards: pd.DataFrame  # awards_clean of the agency with the address of a page
    counts: pd.DataFrame  # year, predicate, lower, upper, status, panel_id for each year it existed
    tries: pd.DataFrame  # settled national whole counts of units proposed or evaluated
    withdrawn: pd.DataFrame  # revocations told of its units
    set_aside: pd.DataFrame  # identifier, year, reason: rows that name it and could not be used
    agencies: pd.DataFrame  # profiled_agencies, for comparison
    series: pd.DataFrame  # award_series of all of them
    cells: pd.DataFrame  # cells of both predicates together by agency type


def read_profile(agency_id: str, *, root: Path | str | None = None) -> Profile:
    """Read what is known of one agency.

    Parameters
    ----------
    agency_id : str
        Id of the register.
    root : path, optional
        A folder inside the project; found from the working folder when left out.

    Returns
    -------
    Profile
        Frames are the caller's own.

    Raises
    ------
    ParameterError
        If the agency cannot have a profile, see `check_agency`.
    EvidenceError
        If a table does not hold its declaration, or is not there (``zi clean`` makes data/clean).

    Examples
    --------
    >>> read_profile("35.20").agency["agency"]
    'Kabupaten Magetan'
    """
    home = project_root(root)
    body = check_agency(agency_id, root=home)
    register, names = load_once("agencies", root=home), load_once("agency_names", root=home)
    agencies, panel = profiled_agencies(register), load_once("agency_panel", root=home)
    settled, cells = load_once("settled_counts", root=home), load_once("cells", root=home)
    agency = _describe(register, agencies, body)
    return Profile(
        root=home,
        agency_id=body,
        agency=agency,
        names=_other_names(names, agency),
        awards=_with_pages(load_once("awards_clean", root=home), load_once("sources", root=home), body),
        counts=_whole_grid(panel, agencies, [body]).drop(columns="agency_id"),
        tries=_tries(settled, body),
        withdrawn=_withdrawn(load_once("revocations", root=home), names, body),
        set_aside=_set_aside(load_once("award_rejects", root=home), load_once("counts_set_aside", root=home), body),
        agencies=agencies,
        series=_series(panel, agencies),
        cells=cells[cells["predicate"] == "all"].reset_index(drop=True),
    )


def award_series(root: Path | str | None = None) -> pd.DataFrame:
    """List what is known of the awards of every agency in every year it existed, both predicates together.

    Parameters
    ----------
    root : path, optional
        A folder inside the project.

    Returns
    -------
    DataFrame
        agency_id, year, lower, upper (units awarded on the national track; missing where nothing is told) and
        status (exact, at_least, unknown), for every agency of `profiled_agencies`.

    Examples
    --------
    >>> rows = award_series().query("agency_id == 'polri' and year == 2018")
    >>> rows[["lower", "upper", "status"]].to_numpy().tolist()
    [[60, 61, 'at_least']]
    """
    return _series(load_once("agency_panel", root=root), profiled_agencies(load_once("agencies", root=root)))


def _series(panel: pd.DataFrame, agencies: pd.DataFrame) -> pd.DataFrame:
    """Both predicates together; where both are bounded apart, their sum bounds the whole too."""
    keys = ["agency_id", "year"]
    grid = _whole_grid(panel[panel["predicate"] == "all"], agencies, agencies["agency_id"], predicates=("all",))
    apart = panel[panel["predicate"] != "all"].pivot(index=keys, columns="predicate", values="upper")
    summed = (apart["WBK"] + apart["WBBM"]).rename("summed").reset_index()
    rows = grid.merge(summed, on=keys, how="left", validate="1:1")
    upper = rows[["upper", "summed"]].min(axis=1).astype("Int64")
    return rows.assign(upper=upper)[[*keys, "lower", "upper", "status"]]


def _whole_grid(
    panel: pd.DataFrame,
    agencies: pd.DataFrame,
    ids: pd.Series | list[str],
    *,
    predicates: tuple[str, ...] = PANEL_PREDICATES,
) -> pd.DataFrame:
    """Panel rows of agencies for every year they existed; a year of which nothing is told is unknown, never zero."""
    years = pd.DataFrame({"year": pd.array(range(panel["year"].min(), panel["year"].max() + 1), dtype="Int64")})
    chosen = agencies.loc[agencies["agency_id"].isin(ids), ["agency_id", "valid_from", "valid_to"]]
    cells = chosen.merge(years, how="cross").merge(pd.DataFrame({"predicate": list(predicates)}), how="cross")
    lived = (cells["valid_from"].fillna(0) <= cells["year"]) & (cells["valid_to"].fillna(9999) >= cells["year"])
    keys = ["agency_id", "year", "predicate"]
    facts = panel[[*keys, "lower", "upper", "status", "panel_id"]]
    rows = cells.loc[lived, keys].merge(facts, on=keys, how="left", validate="1:1")
    return rows.assign(status=rows["status"].fillna("unknown"))


def _describe(register: pd.DataFrame, agencies: pd.DataFrame, body: str) -> pd.Series:
    """One row about the agency, with the names of the bodies it came from and went into."""
    row, full = (frame.set_index("agency_id").loc[body] for frame in (agencies, register))
    names = register.set_index("agency_id")["name"]
    linked = {
        side: [names[one] for one in str(full[side]).split("|")] if pd.notna(full[side]) else []
        for side in ("predecessors", "successors")
    }
    more = {name: full[name] for name in ("official_name", "certainty")}
    return pd.Series({"agency_id": body, **row, **more, **linked})


def _other_names(names: pd.DataFrame, agency: pd.Series) -> pd.DataFrame:
    """Names besides the register's own two."""
    rows = names[(names["agency_id"] == agency["agency_id"]) & (names["name_kind"] != "official")]
    return rows[rows["name"] != agency["agency"]].drop(columns=["agency_id", "source"]).reset_index(drop=True)


def _with_pages(awards: pd.DataFrame, sources: pd.DataFrame, body: str) -> pd.DataFrame:
    """The agency's awards with the address of their first page that has one."""
    rows = awards[awards["agency_id"] == body].sort_values(["year", "award_key"], ignore_index=True)
    about = sources.set_index("source_id")
    pages = [str(ids).split("|") for ids in rows["source_ids"]]
    addresses = [next(iter(about["url"].reindex(ids).dropna()), None) for ids in pages]
    return rows.assign(address=pd.array(addresses, dtype="str"))


def _tries(settled: pd.DataFrame, body: str) -> pd.DataFrame:
    """Settled numbers of units proposed or evaluated: yearly, national, of the whole agency."""
    chosen = settled[
        (settled["agency_id"] == body)
        & settled["measure"].isin(STAGES)
        & (settled["basis"] == "yearly")
        & (settled["track"] == "national")
        & (settled["coverage"] == "whole")
        & settled["part"].isna()
        & settled["value"].notna()
    ]
    return chosen[["settled_id", "year", "predicate", "measure", "value"]].reset_index(drop=True)


def _withdrawn(revocations: pd.DataFrame, names: pd.DataFrame, body: str) -> pd.DataFrame:
    """Withdrawn predicates of units whose agency is written with a name of this one."""
    own = set(names.loc[names["agency_id"] == body, "name"].str.casefold())
    return revocations[revocations["agency"].str.casefold().isin(own)].reset_index(drop=True)


def _set_aside(rejects: pd.DataFrame, counts: pd.DataFrame, body: str) -> pd.DataFrame:
    """Rows that name the agency and could not be used."""
    columns = ["identifier", "year", "reason"]
    parts = [
        frame[frame["agency_id"] == body].rename(columns={key: "identifier"})[columns]
        for frame, key in ((rejects, "award_id"), (counts, "figure_id"))
    ]
    return pd.concat(parts, ignore_index=True)
