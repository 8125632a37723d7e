"""Award lists as written, cleaned: each award once, every page kept, every row left out with a reason."""

from dataclasses import dataclass

import pandas as pd

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.agreement import award_agreement, compare_with_collector
from zi_analysis.evidence.merging import Award, Merged, merge_rows
from zi_analysis.evidence.readings import apply_readings
from zi_analysis.evidence.register import Register, load_register
from zi_analysis.evidence.repairs import (
    Repair,
    add_missing_columns,
    reasons_against,
    repair_predicate,
    repair_spaces,
)
from zi_analysis.evidence.resolve import MATCH_COLUMNS, resolve_agencies
from zi_analysis.evidence.units import Unit, read_unit

__all__ = ["CleanedAwards", "award_agreement", "clean_awards"]

_ACCEPTED = {
    **{"award_key": "str", "year": "Int64", "agency_id": "str", "agency": "str", "agency_type": "str"},
    **{"unit": "str", "unit_kind": "str", "predicate": "str", "track": "str", "status": "str"},
    **{"year_basis": "str", "list_complete": "str", "method": "str", "score": "float64"},
    **{"award_ids": "str", "source_ids": "str", "page_count": "Int64"},
}
_COLLECTOR = ("collector_agency", "collector_agency_type")
_MATCHES = (
    *("award_id", *MATCH_COLUMNS, *_COLLECTOR),
    *("agrees_agency", "agrees_type", "award_key", "outcome", "reason"),
)
_LOG = ["step", "rows_in", "accepted", "merged", "rejected", "touched", "note"]
# what is taken when pages differ, the first that any of them tells
_TAKEN = {
    "track": ("national", "own", "unclear"),
    "status": ("revoked", "held"),
    "year_basis": ("stated", "inferred", "unknown"),
    "list_complete": ("yes", "no", "unknown"),
}
_REJECTING = {
    "unit named": "rows without a unit are set aside",
    "year told": "rows without an evaluation year are set aside",
    "predicate readable": "rows whose predicate is neither WBK nor WBBM nor empty are set aside",
    "agency found": "rows whose agency stays open are set aside",
}


@dataclass(frozen=True)
class CleanedAwards:
    """Awards told once each, and what became of every row."""

    accepted: pd.DataFrame  # one row per award: table awards_clean
    rejected: pd.DataFrame  # rows left out, as written, with agency_id, candidates, step and reason
    matches: pd.DataFrame  # one row per row: how its agency was found, what became of it
    log: pd.DataFrame  # step, rows_in, accepted, merged, rejected, touched, note


def clean_awards(
    rows: pd.DataFrame, *, register: Register | None = None, readings: pd.DataFrame | None = None
) -> CleanedAwards:
    """Make one row per award from rows that tell awards, page by page.

    Spaces and predicates are repaired; rows without unit, year, readable predicate or one agency are set
    aside with a reason; rows that tell one award are put together (see `merge_rows`). Where pages differ,
    national goes before an open track, revoked before held, a stated year before an inferred one. Agencies
    are read from the words as written only; the collectors' own columns agency and agency_type are a check.

    Parameters
    ----------
    rows : pd.DataFrame
        Columns award_id (unique), year, agency_as_written, unit_as_written, predicate, source_id; optional
        track (unclear if left out), year_basis (unknown), status (held), list_complete (unknown), agency,
        agency_type. Other columns are kept in ``rejected``. A missing predicate means that the page does not
        split it.
    register : Register, optional
        Loaded from the project when left out.
    readings : pd.DataFrame, optional
        ``readings`` of the project's own list: how a row is read where its note says more than its columns.

    Returns
    -------
    CleanedAwards
        Frames as declared for awards_clean, award_rejects, award_matches and award_log. The order of the
        input rows does not matter for ``accepted``; ``matches`` and ``rejected`` keep it.

    Raises
    ------
    EvidenceError
        If a column is missing, an award_id is missing or double, or the log does not add up.

    Examples
    --------
    >>> from zi_analysis.evidence.tables import load_table
    >>> cleaned = clean_awards(load_table("awards"))
    >>> int(cleaned.log.iloc[-1]["rows_in"]) == len(cleaned.matches)
    True
    """
    register = load_register() if register is None else register
    read = rows if readings is None else _read_rows(rows, readings)
    spaces = repair_spaces(add_missing_columns(read))
    predicates = repair_predicate(spaces.rows)
    found = _find_agencies(predicates.rows, register)
    against = reasons_against(found, register)
    taken = found[against["step"] == ""].sort_values("award_id", kind="stable").reset_index(drop=True)
    units = _read_units(taken, register)
    merged = merge_rows(taken, units, register)
    accepted = _accepted(taken, units, merged)
    matches = _matches(found, against, taken, merged, register)
    log = _log([spaces, predicates], against, merged)
    _check_sums(len(rows), accepted, matches, log)
    return CleanedAwards(accepted, _rejected(rows, matches, against), matches, log)


def _read_rows(rows: pd.DataFrame, readings: pd.DataFrame) -> pd.DataFrame:
    """Apply the readings of the award list; no column is added."""
    return apply_readings(rows, readings, table="awards", key="award_id")[list(rows.columns)]


def _find_agencies(rows: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Resolve the agencies from the words as written; the collectors' columns go by other names."""
    told = rows.rename(columns={"agency": "collector_agency", "agency_type": "collector_agency_type"})
    years = pd.to_numeric(told["year"], errors="coerce").astype("Float64")
    told["year"] = years.where(years % 1 == 0).astype("Int64")
    found = resolve_agencies(told, name="agency_as_written", unit="unit_as_written", year="year", register=register)
    return found.reset_index(drop=True)


def _read_units(taken: pd.DataFrame, register: Register) -> list[Unit]:
    """Read each distinct unit of an agency once."""
    pairs = list(zip(taken["unit_as_written"], taken["agency_id"], strict=True))
    known = {pair: read_unit(*pair, register) for pair in dict.fromkeys(pairs)}
    return [known[pair] for pair in pairs]


def _accepted(taken: pd.DataFrame, units: list[Unit], merged: Merged) -> pd.DataFrame:
    """Make one row per award."""
    rows = list(zip(taken.to_dict("records"), units, strict=True))
    told = [_award(award, [rows[at] for at in award.rows]) for award in merged.awards]
    frame = pd.DataFrame(told, columns=list(_ACCEPTED)).astype(_ACCEPTED)
    return frame.sort_values(["year", "agency_id", "unit", "award_key"]).reset_index(drop=True)


def _award(award: Award, pages: list[tuple[dict, Unit]]) -> dict[str, object]:
    """Tell one award from the rows of all its pages; the fullest of the unit's names is taken."""
    rows = [row for row, _ in pages]
    best = max(rows, key=lambda row: row["score"])
    unit = max((unit for _, unit in pages), key=lambda unit: len(unit.name))
    sources = dict.fromkeys(str(row["source_id"]) for row in rows)
    return {
        "award_key": _award_key(rows[0]["award_id"]),
        **{column: rows[0][column] for column in ("year", "agency_id", "agency", "agency_type")},
        "unit": unit.name,
        "unit_kind": unit.unit_kind,
        "predicate": award.predicate or None,
        **{column: _first_told(order, [row[column] for row in rows]) for column, order in _TAKEN.items()},
        "method": best["method"],
        "score": best["score"],
        "award_ids": "|".join(str(row["award_id"]) for row in rows),
        "source_ids": "|".join(sources),
        "page_count": len(sources),
    }


def _award_key(award_id: object) -> str:
    """Make the identifier of an award from its first row's."""
    return f"w-{award_id}"


def _first_told(order: tuple[str, ...], told: list[str]) -> str:
    """Return the first value of an order that is told, or what is told if it is none of them."""
    return next((value for value in order if value in told), told[0])


def _matches(
    found: pd.DataFrame, against: pd.DataFrame, taken: pd.DataFrame, merged: Merged, register: Register
) -> pd.DataFrame:
    """Tell for every row how its agency was found and what became of it."""
    ids = taken["award_id"].tolist()
    keys: dict[str, str] = {}
    reasons = dict(zip(found["award_id"], against["reason"], strict=True))
    for award in merged.awards:
        first = ids[award.rows[0]]
        keys |= {ids[at]: _award_key(first) for at in award.rows}
        for at in award.rows[1:]:
            reasons[ids[at]] = f"tells {_award_key(first)} again: {merged.reasons[at]}"
    table = pd.concat([found, compare_with_collector(found, register)], axis=1)
    table["award_key"] = table["award_id"].map(keys)
    table["reason"] = table["award_id"].map(reasons).replace("", None)
    table["outcome"] = "accepted"
    table.loc[table["award_key"] != "w-" + table["award_id"].astype("str"), "outcome"] = "merged"
    table.loc[(against["step"] != "").to_numpy(), "outcome"] = "rejected"
    typed = {column: "str" for column in _MATCHES if column != "score"}
    return table[list(_MATCHES)].astype(typed)


def _rejected(rows: pd.DataFrame, matches: pd.DataFrame, against: pd.DataFrame) -> pd.DataFrame:
    """Return the rows set aside as they came, with what is known of their agency and the step that set them aside."""
    aside = (matches["outcome"] == "rejected").to_numpy()
    kept = rows.drop(columns=[column for column in ("agency_id", "candidates", "step", "reason") if column in rows])
    told = matches.assign(step=against["step"].to_numpy()).loc[aside, ["agency_id", "candidates", "step", "reason"]]
    told = told.reset_index(drop=True)
    return pd.concat([kept[aside].reset_index(drop=True), told], axis=1)


def _log(repairs: list[Repair], against: pd.DataFrame, merged: Merged) -> pd.DataFrame:
    """Write what each step did; what it accepts is what the next one gets."""
    total = left = len(against)
    lines = [(repair.name, total, total, 0, 0, repair.touched, repair.note) for repair in repairs]
    for step, note in _REJECTING.items():
        out = int((against["step"] == step).sum())
        lines.append((step, left, left - out, 0, out, out, note))
        left -= out
    for rule, before, after in merged.counts:
        lines.append((f"merge: {rule.name}", before, after, before - after, 0, before - after, rule.note))
    accepted = len(merged.awards)
    note = "rows in = awards accepted + rows merged into one of them + rows rejected"
    lines.append(("total", total, accepted, left - accepted, total - left, 0, note))
    return pd.DataFrame(lines, columns=["step", "rows_in", "accepted", "merged", "rejected", "touched", "note"])


def _check_sums(row_count: int, accepted: pd.DataFrame, matches: pd.DataFrame, log: pd.DataFrame) -> None:
    """Refuse a result in which a row went missing."""
    sums = log["accepted"] + log["merged"] + log["rejected"]
    total = log.iloc[-1]
    outcomes = matches["outcome"].value_counts()
    told = [int(outcomes.get(name, 0)) for name in ("accepted", "merged", "rejected")]
    steps = log.iloc[:-1]
    adds_up = (
        bool((log["rows_in"] == sums).all())
        and told == [int(total[name]) for name in ("accepted", "merged", "rejected")]
        and len(accepted) == told[0]
        and row_count == sum(told) == int(total["rows_in"])
        and (steps["rows_in"].iloc[1:].tolist() == steps["accepted"].iloc[:-1].tolist())
    )
    if not adds_up:
        raise EvidenceError(
            f"{row_count} rows went in, but {told[0]} accepted, {told[1]} merged and {told[2]} rejected "
            "came out; report this fault of clean_awards"
        )
