"""An agency-by-year panel of awards in which unknown stays unknown, never zero."""

import pandas as pd

from zi_analysis.evidence.tracks import select_track

PANEL_PREDICATES = ("WBK", "WBBM", "all")


def build_panel(
    settled: pd.DataFrame,
    awards: pd.DataFrame,
    agencies: pd.DataFrame,
    *,
    years: range,
    track: str = "national",
) -> pd.DataFrame:
    """List what is known of each agency's awards in each year it existed.

    Parameters
    ----------
    settled, awards : DataFrame
        ``Settlement.settled`` and ``CleanedAwards.accepted``.
    agencies : DataFrame
        The register: agency_id, agency_type, name, valid_from, valid_to.
    years : range
        Evaluation years of the panel.
    track : {"national", "national_unclear"}
        As in ``count_cells``.

    Returns
    -------
    DataFrame
        panel_id, agency_id, agency, agency_type, year, predicate (WBK, WBBM, all), lower, upper, settled_ids,
        award_keys and status (exact: a page tells the whole count or it follows from two that do; at_least: named
        awards, a part or a range; unknown). Agencies without any evidence in any year are left out; a year in which
        an agency did not exist has no row.
    """
    settled, named = select_track(settled, awards, track)
    told = _told_counts(settled)
    known = sorted(set(told["agency_id"]) | set(named["agency_id"].dropna()))
    grid = _grid(agencies[agencies["agency_id"].isin(known)], years)
    panel = grid.merge(_named_counts(named), on=["agency_id", "year", "predicate"], how="left", validate="1:1")
    panel = panel.merge(told, on=["agency_id", "year", "predicate"], how="left", validate="1:1")
    panel = _complete_by_arithmetic(panel)
    lower = _raise_sums(panel.assign(lower=panel[["whole", "part", "named"]].max(axis=1)))
    status = pd.Series("unknown", index=panel.index).mask(lower.fillna(0) > 0, "at_least")
    status = status.mask(panel["whole"].notna(), "exact")
    rows = panel.assign(
        panel_id="p-" + panel["year"].astype("str") + "-" + panel["agency_id"] + "-" + panel["predicate"],
        lower=panel["whole"].fillna(lower).astype("Int64"),
        upper=panel["whole"].fillna(panel["most"]),
        status=status,
    )
    columns = [
        "panel_id",
        "agency_id",
        "agency",
        "agency_type",
        "year",
        "predicate",
        "lower",
        "upper",
        "status",
    ]
    return rows[[*columns, "settled_ids", "award_keys"]].sort_values(
        ["agency_id", "year", "predicate"], ignore_index=True
    )


def _told_counts(settled: pd.DataFrame) -> pd.DataFrame:
    """Whole and part counts that agencies' pages tell, one row agency x year x predicate."""
    counts = settled[
        (settled["scope"] == "agency") & (settled["measure"] == "units_awarded") & (settled["basis"] == "yearly")
    ]
    whole = counts["value"].where(counts["coverage"] == "whole")
    part = counts["value"].where(counts["coverage"] == "partial", counts["low"].where(counts["value"].isna()))
    most = counts["high"].where(counts["value"].isna() & (counts["coverage"] == "whole"))
    keys = ["agency_id", "year", "predicate"]
    grouped = counts.assign(whole=whole, part=part, most=most).groupby(keys)
    return grouped.agg(
        whole=("whole", "max"),
        part=("part", "max"),
        most=("most", "min"),
        settled_ids=("settled_id", lambda ids: "|".join(sorted(ids))),
    ).reset_index()


def _named_counts(named: pd.DataFrame) -> pd.DataFrame:
    """Distinct named awards, one row agency x year x predicate, with "all" for both and the not split."""
    both = pd.concat([named.dropna(subset="predicate"), named.assign(predicate="all")])
    grouped = both.groupby(["agency_id", "year", "predicate"])
    return grouped.agg(
        named=("award_key", "size"), award_keys=("award_key", lambda keys: "|".join(sorted(keys)))
    ).reset_index()


def _grid(agencies: pd.DataFrame, years: range) -> pd.DataFrame:
    """Every agency x predicate x year in which the agency existed for some time."""
    frame = agencies[["agency_id", "name", "agency_type", "valid_from", "valid_to"]]
    cells = frame.merge(pd.DataFrame({"year": list(years)}, dtype="Int64"), how="cross")
    cells = cells.merge(pd.DataFrame({"predicate": list(PANEL_PREDICATES)}), how="cross")
    lived = (cells["valid_from"].fillna(0) <= cells["year"]) & (cells["valid_to"].fillna(9999) >= cells["year"])
    return cells[lived].rename(columns={"name": "agency"}).drop(columns=["valid_from", "valid_to"])


def _complete_by_arithmetic(panel: pd.DataFrame) -> pd.DataFrame:
    """Where two of WBK, WBBM and all are told whole, the third follows."""
    wide = panel.pivot(index=["agency_id", "year"], columns="predicate", values="whole")
    filled = wide.assign(
        all=wide["all"].fillna(wide["WBK"] + wide["WBBM"]),
        WBK=wide["WBK"].fillna(wide["all"] - wide["WBBM"]),
        WBBM=wide["WBBM"].fillna(wide["all"] - wide["WBK"]),
    )
    zero = filled["all"].eq(0).fillna(value=False)
    filled = filled.assign(WBK=filled["WBK"].mask(zero, 0), WBBM=filled["WBBM"].mask(zero, 0))
    long = filled.stack(future_stack=True).rename("completed").reset_index()
    joined = panel.merge(long, on=["agency_id", "year", "predicate"], how="left", validate="1:1")
    completed = joined["completed"].where(joined["completed"] >= 0).astype("Int64")
    siblings = _join_siblings(joined[joined["whole"].notna()])
    origin = joined.merge(siblings, on=["agency_id", "year"], how="left", validate="m:1")["siblings"]
    worked_out = completed.notna() & joined["whole"].isna()
    both = joined["settled_ids"].str.cat(origin, sep="|").fillna(origin)
    ids = joined["settled_ids"].mask(worked_out, both)
    return joined.assign(whole=completed, settled_ids=ids).drop(columns="completed")


def _raise_sums(panel: pd.DataFrame) -> pd.Series:
    """Both predicates together are at least the sum of what is known of each."""
    parts = panel[panel["predicate"] != "all"].groupby(["agency_id", "year"])["lower"].sum(min_count=1)
    at = pd.MultiIndex.from_frame(panel[["agency_id", "year"]])
    sums = pd.Series(parts.where(parts > 0).reindex(at).to_numpy(), index=panel.index)
    sums = sums.where(panel["predicate"] == "all")
    return pd.concat([panel["lower"].astype("Float64"), sums.astype("Float64")], axis=1).max(axis=1)


def _join_siblings(told: pd.DataFrame) -> pd.DataFrame:
    """The settled ids of an agency's year, from which a count that no page tells was worked out."""
    grouped = told.groupby(["agency_id", "year"])["settled_ids"]
    return grouped.agg("|".join).rename("siblings").reset_index()
