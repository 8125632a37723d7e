"""Repairs of award lists before they are read, each with what it touched, and reasons to set a row aside."""

import re
from dataclasses import dataclass

import pandas as pd

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.register import Register
from zi_analysis.evidence.text import normalise

_NEEDED = ("award_id", "year", "agency_as_written", "unit_as_written", "predicate", "source_id")
_DEFAULTS = {
    "track": "unclear",
    "year_basis": "unknown",
    "status": "held",
    "list_complete": "unknown",
    "agency": None,
    "agency_type": None,
}
_WRITTEN = ("agency_as_written", "unit_as_written", "predicate")
_SPACES = re.compile(r"[\s\u00a0\u200b\ufeff]+")
_PREDICATES = {
    "wbk": "WBK",
    "wilayah bebas korupsi": "WBK",
    "wilayah bebas dari korupsi": "WBK",
    "wilayah bebas dari korupsi wbk": "WBK",
    "wbbm": "WBBM",
    "wilayah birokrasi bersih dan melayani": "WBBM",
    "wilayah birokrasi bersih dan melayani wbbm": "WBBM",
    "wilayah birokrasi bersih melayani": "WBBM",
}


@dataclass(frozen=True)
class Repair:
    """Rows after a repair and what it did."""

    name: str
    rows: pd.DataFrame
    touched: int
    note: str


def add_missing_columns(rows: pd.DataFrame) -> pd.DataFrame:
    """Check an award list and fill in the columns that may be left out.

    Parameters
    ----------
    rows : pd.DataFrame
        As in `clean_awards`.

    Returns
    -------
    pd.DataFrame
        A copy with track, year_basis, status, list_complete, agency and agency_type.

    Raises
    ------
    EvidenceError
        If a needed column is missing, or an award_id is missing or double.

    Examples
    --------
    >>> row = {"award_id": "a1", "year": 2019, "agency_as_written": "BPS", "unit_as_written": "BPS Kota Batu"}
    >>> add_missing_columns(pd.DataFrame([row | {"predicate": "WBK", "source_id": "page"}]))["track"].tolist()
    ['unclear']
    """
    missing = [column for column in _NEEDED if column not in rows]
    if missing:
        raise EvidenceError(f"column {', '.join(missing)} of the award list is missing; it needs {', '.join(_NEEDED)}")
    for fault, bad in (("missing", rows["award_id"].isna()), ("there twice", rows["award_id"].duplicated())):
        if bad.any():
            at = int(bad.to_numpy().argmax())
            raise EvidenceError(
                f'award_id "{rows["award_id"].iloc[at]}" in row {at + 2} of the award list is {fault}; '
                "give each row its own"
            )
    full = rows.copy()
    for column, value in _DEFAULTS.items():
        filled = full[column] if column in full else pd.Series(None, index=full.index, dtype="str")
        full[column] = filled if value is None else filled.fillna(value)
    return full


def repair_spaces(rows: pd.DataFrame) -> Repair:
    """Even out spaces: pages bring line breaks, hard spaces and invisible marks into names.

    Parameters
    ----------
    rows : pd.DataFrame
        Columns agency_as_written, unit_as_written and predicate.

    Returns
    -------
    Repair
        Rows with single spaces in these columns, empty text as missing.

    Examples
    --------
    >>> row = {"agency_as_written": "Kota  Batu", "unit_as_written": "RSUD", "predicate": "WBK"}
    >>> repair_spaces(pd.DataFrame([row])).touched
    1
    """
    mended = rows.copy()
    changed = pd.Series(False, index=rows.index)
    for column in _WRITTEN:
        old = rows[column].astype("str")
        new = old.map(lambda text: _SPACES.sub(" ", text).strip(), na_action="ignore").astype("str")
        changed |= (new != old) & old.notna()
        mended[column] = new.where(new != "")
    note = "hard spaces, line breaks and double spaces became one space"
    return Repair("repair spaces", mended, int(changed.sum()), note)


def repair_predicate(rows: pd.DataFrame) -> Repair:
    """Bring predicates to WBK and WBBM: pages write them out or in small letters.

    Parameters
    ----------
    rows : pd.DataFrame
        Column predicate.

    Returns
    -------
    Repair
        Rows with WBK, WBBM, missing (not split), or the words as written where they mean neither.

    Examples
    --------
    >>> repair_predicate(pd.DataFrame({"predicate": ["wbk", None]})).rows["predicate"].tolist()
    ['WBK', nan]
    """
    old = rows["predicate"].astype("str")
    new = old.map(lambda text: _PREDICATES.get(normalise(text), text), na_action="ignore").astype("str")
    touched = int(((new != old) & old.notna()).sum())
    return Repair("repair predicate", rows.assign(predicate=new), touched, "predicates became WBK or WBBM")


def reasons_against(found: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Tell which rows cannot become an award, and why.

    Parameters
    ----------
    found : pd.DataFrame
        Repaired rows with their agency as `resolve_agencies` gives it.
    register : Register
        From `load_register`.

    Returns
    -------
    pd.DataFrame
        Columns step and reason, on the index of the rows; both empty text for a row that can.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> row = {"unit_as_written": "Polres Batu", "year": None, "predicate": "WBK", "agency_id": "polri"}
    >>> told = reasons_against(pd.DataFrame([row | {"source_id": "page"}]), load_register())
    >>> told["step"].tolist()
    ['year told']
    """
    predicates = found["predicate"].astype("str").fillna("")
    units = found["unit_as_written"].astype("str").fillna("")
    tests = {
        "unit named": units.map(normalise).astype("str") == "",
        "year told": found["year"].isna(),
        "predicate readable": ~predicates.isin(["", "WBK", "WBBM"]),
        "agency found": found["agency_id"].isna(),
    }
    told = pd.DataFrame({"step": "", "reason": ""}, index=found.index, dtype="str")
    for step, fails in tests.items():
        new = fails & (told["step"] == "")
        told.loc[new, "reason"] = [_reason(step, row, register) for row in found[new].to_dict("records")]
        told.loc[new, "step"] = step
    return told


def _reason(step: str, row: dict, register: Register) -> str:
    """Say what is missing and what to do."""
    if step == "unit named":
        return f"no unit is named; fill in unit_as_written from the page {row['source_id']}"
    if step == "year told":
        page = row["source_id"]
        return (
            f"no evaluation year is told; look for it beyond the page {page} and add a row with the year and its page"
        )
    if step == "predicate readable":
        return f'predicate "{row["predicate"]}" is neither WBK nor WBBM; correct it, or empty it if not split'
    told = row["agency_as_written"]
    about = f'unit "{row["unit_as_written"]}" without an agency' if pd.isna(told) else f'agency "{told}"'
    ids = [] if pd.isna(row["candidates"]) else row["candidates"].split("|")
    names = " or ".join(f"{register.bodies[body].name} ({body})" for body in ids)
    may = f"may mean {names}" if names else "fits no body of the register"
    return f"{about} {may}; decide it in data/decisions/agency_spellings.csv"
