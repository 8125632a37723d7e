"""What the quality page shows of the rows: problems, and accepted rows worth a look, each list cut to size."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from zi_analysis.evidence.accounts import RAGGED
from zi_analysis.evidence.awards import CleanedAwards
from zi_analysis.evidence.coding import code_column
from zi_analysis.evidence.fixes import whole_row

MOST_DECISIONS = 10  # of one step
MOST_EXAMPLES = 20  # of one kind of accepted rows
_PART = r"(?:#\d+|#WBK|#WBBM)+$"  # what is put behind the place of a row that became several
_PLAIN_YEAR = re.compile(r"\s*\d{4}(?:[.,]0+)?\s*")
_DECIDED = {
    "unit named": "unit_as_written",
    "year told": "year",
    "predicate readable": "predicate",
    "agency found": "agency_id",
}
_FAILING = {"year told": "year", "predicate readable": "predicate", "agency found": "agency_as_written"}
_SLIP = "differs by a slip"


@dataclass(frozen=True)
class Problem:
    """Rows that one step set aside, and the decisions that would save most of them."""

    step: str
    rows: int
    decisions: pd.DataFrame  # place, as_written, beside, rows, candidates, problem; those that save most first
    more: int  # decisions not shown
    decided: bool  # whether to_decide.csv asks for them


@dataclass(frozen=True)
class Look:
    """Accepted rows of one kind that a person should look at."""

    kind: str  # fuzzy, split, year, predicate or merge
    rows: int
    examples: pd.DataFrame  # place, as_written, taken_as, rows
    more: int  # examples not shown


def list_problems(cleaned: CleanedAwards) -> list[Problem]:
    """List what rows were set aside for, the step that lost most first.

    Parameters
    ----------
    cleaned : CleanedAwards
        From `clean_awards`.

    Returns
    -------
    list of Problem
        Empty when no row was rejected.

    Examples
    --------
    >>> list_problems(clean_awards("list.xlsx"))  # doctest: +SKIP
    """
    lost = cleaned.log[(cleaned.log["rejected"] > 0) & (cleaned.log["step"] != "total")]
    lost = lost.sort_values("rejected", ascending=False, kind="stable")
    return [_problem(cleaned, str(step), int(rows)) for step, rows in zip(lost["step"], lost["rejected"], strict=True)]


def _problem(cleaned: CleanedAwards, step: str, rows: int) -> Problem:
    """Take the decisions of one step that would save most rows."""
    asides = cleaned.rejected[cleaned.rejected["step"] == step]
    asked = cleaned.to_decide
    if step in _DECIDED and len(asked):
        asked = asked[asked["column"] == _DECIDED[step]]
        worst = asked.head(MOST_DECISIONS)[["award_id", "problem", "rows"]]
        return Problem(step, rows, _tell(asides, worst, step), len(asked) - len(worst), True)
    key = "award_id" if step == RAGGED else "reason"
    counts = asides[key].value_counts(sort=True).rename_axis("key").reset_index(name="rows")
    worst = counts.head(MOST_DECISIONS)
    named = worst.rename(columns={"key": "award_id" if step == RAGGED else "problem"})
    shown = _tell(asides, named.reindex(columns=["award_id", "problem", "rows"]), step)
    return Problem(step, rows, shown, len(counts) - len(worst), False)


def _tell(asides: pd.DataFrame, worst: pd.DataFrame, step: str) -> pd.DataFrame:
    """Put the first row that each decision concerns beside it."""
    alone = worst["award_id"].notna()
    wanted = set(worst.loc[alone, "award_id"])
    whole = asides["award_id"].map(whole_row)  # a decision is on a row, of which parts were set aside
    by_place = asides[asides["award_id"].isin(wanted) | whole.isin(wanted)].assign(whole=whole)
    by_reason = asides[asides["reason"].isin(worst.loc[~alone, "problem"])].drop_duplicates("reason")
    places = dict(zip(by_place["whole"], by_place.index, strict=True))
    places |= dict(zip(by_place["award_id"], by_place.index, strict=True))
    reasons = dict(zip(by_reason["reason"], by_reason.index, strict=True))
    at = [places.get(row.award_id, reasons.get(row.problem)) for row in worst.itertuples()]
    first = asides.loc[at]
    as_written, beside = _subject(first, step)
    return pd.DataFrame(
        {
            "place": first["award_id"].astype("str").to_numpy(),
            "as_written": as_written.to_numpy(),
            "beside": beside.to_numpy(),
            "rows": worst["rows"].to_numpy(),
            "candidates": first["candidates"].astype("str").fillna("").to_numpy(),
            "problem": first["reason"].astype("str").to_numpy(),
        }
    )


def _subject(rows: pd.DataFrame, step: str) -> tuple[pd.Series, pd.Series]:
    """Return what is written where a row fails, and what its row tells beside it."""
    names = ("agency_as_written", "unit_as_written", "year", "predicate")
    cells = {name: rows[name].astype("str").fillna("") for name in names}
    if step == RAGGED:
        return rows["original"].astype("str").fillna(""), pd.Series("", index=rows.index)
    failing = _FAILING.get(step, "unit_as_written")
    others = [cells[name] for name in ("unit_as_written", "agency_as_written") if name != failing]
    beside = others[0].str.cat(others[1:], sep=", ").str.strip(", ")
    return cells[failing], beside


def list_looks(cleaned: CleanedAwards) -> list[Look]:
    """List kinds of accepted rows that are worth a look, the least sure first.

    Parameters
    ----------
    cleaned : CleanedAwards
        From `clean_awards`.

    Returns
    -------
    list of Look
        Kinds without a row are left out.

    Examples
    --------
    >>> list_looks(clean_awards("list.xlsx"))  # doctest: +SKIP
    """
    looks = [_fuzzy(cleaned), _near(cleaned), _split(cleaned), _years(cleaned), _not_split(cleaned)]
    return [look for look in looks if look.rows]


def _look(kind: str, rows: int, examples: pd.DataFrame) -> Look:
    """Cut the examples to size."""
    shown = examples.head(MOST_EXAMPLES).reset_index(drop=True)
    return Look(kind, rows, shown, len(examples) - len(shown))


def _told(cleaned: CleanedAwards, rows: pd.Series, column: str) -> pd.Series:
    """Return what is written in some rows, empty where the cleaning does not keep it."""
    written = getattr(cleaned, "written", None)
    where = cleaned.matches.index[rows]
    if written is None or column not in written:
        return pd.Series("", index=where, dtype="str")
    return written[column].iloc[where].astype("str").fillna("").set_axis(where)


def _fuzzy(cleaned: CleanedAwards) -> Look:
    """Rows whose agency was found by likeness, each spelling once."""
    rows = (cleaned.matches["method"] == "fuzzy") & (cleaned.matches["outcome"] != "rejected")
    found = cleaned.matches.loc[rows, ["award_id", "agency_id", "agency", "score"]].astype(
        {"agency_id": "str", "agency": "str"}
    )
    found = found.assign(as_written=_told(cleaned, rows, "agency_as_written"), rows=1)
    grouped = found.groupby(["as_written", "agency_id", "score"], sort=False, dropna=False)
    each = grouped.agg(place=("award_id", "first"), agency=("agency", "first"), rows=("rows", "sum")).reset_index()
    each["taken_as"] = each["agency"] + " (" + each["agency_id"] + ")"
    return _look("fuzzy", int(rows.sum()), each.sort_values(["score", "place"], ignore_index=True))


def _near(cleaned: CleanedAwards) -> Look:
    """Rows merged into an award whose unit's name differs by a slip."""
    matches = cleaned.matches
    if not _touched(cleaned, "merge: near name"):
        return _look("merge", 0, pd.DataFrame())
    rows = matches["reason"].str.contains(_SLIP, regex=False).fillna(False).astype(bool)
    rows &= matches["outcome"] == "merged"
    found = matches.loc[rows, ["award_id", "award_key"]].astype("str").rename(columns={"award_id": "place"})
    found["as_written"] = _told(cleaned, rows, "unit_as_written")
    return _look("merge", len(found), found.assign(taken_as=_units(cleaned, found["award_key"]), rows=1))


def _split(cleaned: CleanedAwards) -> Look:
    """Rows that became several, with the units taken from them."""
    if not _touched(cleaned, "split cells") + _touched(cleaned, "split predicates"):
        return _look("split", 0, pd.DataFrame())
    rows = cleaned.matches["award_id"].str.contains(r"#(?:\d+|WBK|WBBM)$")
    found = cleaned.matches.loc[rows, ["award_id", "award_key"]].astype("str")
    units = _told(cleaned, rows, "unit_as_written")
    side = found["award_id"].str.extract(r"#(WBK|WBBM)$", expand=False)
    units = units.where(units != "", _units(cleaned, found["award_key"]))
    found["taken_as"] = units.str.cat((" (" + side + ")").fillna(""))
    found["place"] = found["award_id"].str.replace(_PART, "", regex=True)
    grouped = found.groupby("place", sort=False)["taken_as"]
    each = grouped.agg(lambda told: "; ".join(dict.fromkeys(told))).reset_index()
    return _look("split", len(each), each.assign(as_written="", rows=grouped.size().to_numpy()))


def _years(cleaned: CleanedAwards) -> Look:
    """Rows whose year was read out of more than a year, each writing once."""
    rows = cleaned.matches["award_key"].notna() & _is_derived(cleaned)
    found = cleaned.matches.loc[rows, ["award_id", "award_key"]].astype("str")
    found = found.assign(as_written=_told(cleaned, rows, "year"), rows=1)
    grouped = found.groupby("as_written", sort=False)
    each = grouped.agg(place=("award_id", "first"), key=("award_key", "first"), rows=("rows", "sum")).reset_index()
    years = cleaned.accepted.set_index("award_key")["year"]
    each["taken_as"] = each["key"].map(years).astype("str")
    return _look("year", _touched(cleaned, "read year"), each.sort_values("rows", ascending=False, kind="stable"))


def _is_derived(cleaned: CleanedAwards) -> np.ndarray:
    """Tell which rows write more than a plain year."""
    written = getattr(cleaned, "written", None)
    if written is None or "year" not in written or not _touched(cleaned, "read year"):
        return np.zeros(len(cleaned.matches), dtype=bool)
    coded = code_column(written["year"])
    return coded.mapped([not _PLAIN_YEAR.fullmatch(text) for text in coded.distinct], missing=0).astype(bool)


def _not_split(cleaned: CleanedAwards) -> Look:
    """Awards whose predicate no row tells."""
    found = cleaned.accepted.loc[cleaned.accepted["predicate"].isna(), ["award_key", "unit", "agency", "award_ids"]]
    place = found["award_ids"].str.partition("|")[0] if len(found) else found["award_ids"]
    return _look("predicate", len(found), found.assign(place=place, as_written=found["unit"], taken_as="", rows=1))


def _touched(cleaned: CleanedAwards, step: str) -> int:
    """Return how many rows a step touched."""
    return int(cleaned.log.loc[cleaned.log["step"] == step, "touched"].sum())


def _units(cleaned: CleanedAwards, keys: pd.Series) -> pd.Series:
    """Return the unit of each award, empty for a row that tells none."""
    return keys.map(cleaned.accepted.set_index("award_key")["unit"]).astype("str").fillna("")
