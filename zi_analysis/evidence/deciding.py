"""What a person gets back of the rows set aside: the rows as their file has them, and the decisions to make."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from zi_analysis.evidence import aside
from zi_analysis.evidence.accounts import RAGGED
from zi_analysis.evidence.coding import combine, take_text
from zi_analysis.evidence.fixes import Fix, whole_row
from zi_analysis.evidence.lists import ListRows
from zi_analysis.evidence.written import ReadRows

_DECIDED = {
    "unit named": "unit_as_written",
    "year told": "year",
    "predicate readable": "predicate",
    "agency found": "agency_id",
}
_TO_DECIDE = ["award_id", "as_written", "column", "value", "reason", "rows", "candidates", "problem"]
_AS_WRITTEN = ("agency_as_written", "unit_as_written", "year", "predicate")


def reject_rows(lists: ListRows, read: ReadRows, matches: pd.DataFrame, out: aside.Aside) -> pd.DataFrame:
    """Return the rows set aside with their place, the reason, and the original row.

    Parameters
    ----------
    lists : ListRows
        The lists.
    read : ReadRows
        Their rows, read.
    matches : pd.DataFrame
        As in `CleanedAwards`.
    out : Aside
        Rows set aside.

    Returns
    -------
    pd.DataFrame
        Columns award_id, file, sheet, row, step, reason, agency_id, candidates, the columns read as written, and
        original (the cells of the row under the file's own headers, as json).
    """
    at = np.flatnonzero(out.step)
    rows = read.written.row[at]
    told = matches[["award_id", "agency_id", "candidates", "reason"]].iloc[at].reset_index(drop=True)
    places = lists.rows[["file", "sheet", "row"]].iloc[rows].reset_index(drop=True)
    written = lists.rows[list(_AS_WRITTEN)].iloc[rows].reset_index(drop=True).astype("str")
    return pd.DataFrame(
        {
            "award_id": told["award_id"],
            "file": places["file"].astype("str"),
            "sheet": places["sheet"].astype("str"),
            "row": places["row"],
            "step": take_text(aside.NAMES, out.step[at]),
            "reason": told["reason"],
            "agency_id": told["agency_id"],
            "candidates": told["candidates"],
            **{column: written[column] for column in _AS_WRITTEN},
            "original": pd.array(lists.originals(rows), dtype="str"),
        }
    )


def reject_ragged(lines: pd.DataFrame) -> pd.DataFrame:
    """Return lines with more cells than the header as rows set aside.

    Parameters
    ----------
    lines : pd.DataFrame
        Lines of kind ragged: file, sheet, row, text.

    Returns
    -------
    pd.DataFrame
        As `reject_rows`; original holds the text of the line.

    Examples
    --------
    >>> line = {"file": ["list.csv"], "sheet": [""], "row": [7], "kind": ["ragged"], "text": ["a | b"]}
    >>> reject_ragged(pd.DataFrame(line))["step"].tolist()
    ['cells under headers']
    """
    empty = pd.array([None] * len(lines), dtype="str")
    sheet = lines["sheet"].astype("str").fillna("")
    ids = [
        f"{file}!{sheet}!{row}" if sheet else f"{file}!{row}"
        for file, sheet, row in zip(lines["file"], sheet, lines["row"], strict=True)
    ]
    reason = (
        "the row has more cells than the header; put quotes round cells that hold the separator, or name the columns"
    )
    return pd.DataFrame(
        {
            "award_id": pd.array(ids, dtype="str"),
            "file": lines["file"].to_numpy(dtype=object),
            "sheet": sheet.to_numpy(dtype=object),
            "row": lines["row"].to_numpy(dtype="int64"),
            "step": RAGGED,
            "reason": reason,
            "agency_id": empty,
            "candidates": empty,
            **dict.fromkeys(_AS_WRITTEN, empty),
            "original": lines["text"].to_numpy(dtype=object),
        }
    ).astype(dict.fromkeys(("file", "sheet", "step", "reason", "original"), "str"))


def keep_decisions(fixes: Sequence[Fix], still_open: pd.DataFrame) -> pd.DataFrame:
    """Put the decisions made before those still to make, so that one file holds them all for the next run.

    Parameters
    ----------
    fixes : sequence of Fix
        Decisions made.
    still_open : pd.DataFrame
        From `list_decisions`.

    Returns
    -------
    pd.DataFrame
        The same columns.

    Examples
    --------
    >>> keep_decisions([Fix(2, "", "Kemlux", "agency_id", "kemlu")], pd.DataFrame(columns=["value"]))["value"].tolist()
    ['kemlu']
    """
    if not fixes:
        return still_open
    made = pd.DataFrame([[fix.award_id, fix.as_written, fix.column, fix.value, fix.reason] for fix in fixes])
    made = made.set_axis(_TO_DECIDE[:5], axis=1).reindex(columns=_TO_DECIDE)
    text = {column: "str" for column in _TO_DECIDE if column != "rows"}
    joined = pd.concat([made.astype(object), still_open.astype(object)], ignore_index=True)
    return joined.reindex(columns=_TO_DECIDE).astype(text | {"rows": "Int64"})


def list_decisions(read: ReadRows, out: aside.Aside, matches: pd.DataFrame) -> pd.DataFrame:
    """List the decisions that would save rows set aside, those that save most first.

    A spelling that means the same everywhere is decided once; a row that tells nothing, or an agency that may be
    one of several, is decided row by row.

    Parameters
    ----------
    read : ReadRows
        Rows, read.
    out : Aside
        Rows set aside.
    matches : pd.DataFrame
        As in `CleanedAwards`.

    Returns
    -------
    pd.DataFrame
        Columns award_id (empty for a spelling), as_written, column, value (to be filled in), reason (to be filled
        in), rows (how many it saves), candidates, problem.
    """
    at = np.flatnonzero(out.step)
    if not len(at):
        return pd.DataFrame(columns=_TO_DECIDE)
    step = out.step[at].astype(np.int64)
    written = read.written
    either = np.where(written.agency.codes[at] >= 0, written.agency.codes[at], -2 - written.unit.codes[at])
    subject = np.select(
        [step == number for number in range(1, len(aside.NAMES))],
        [np.full(len(at), -1), written.year.codes[at], written.predicate.codes[at], either],
    )
    several = matches["candidates"].iloc[at].astype("str").fillna("").str.contains("|", regex=False).to_numpy()
    alone = (step == 1) | ((step == 2) & (subject < 0)) | ((step == 4) & several)
    apart = np.where(alone, written.row[at] + 1, 0)
    which, first = combine(step, subject - subject.min(), apart)
    row = at[first]
    agencies, units = written.agency.texts(row), written.unit.texts(row)
    as_written = {
        1: agencies,
        2: written.year.texts(row),
        3: written.predicate.texts(row),
        4: [agency or unit for agency, unit in zip(agencies, units, strict=True)],
    }
    steps = out.step[row].tolist()
    places = matches["award_id"].iloc[row].tolist()
    told = pd.DataFrame(
        {
            "award_id": [whole_row(place) if one else None for place, one in zip(places, alone[first], strict=True)],
            "as_written": [as_written[number][place] for place, number in enumerate(steps)],
            "column": [_DECIDED[aside.NAMES[number]] for number in steps],
            "value": "",
            "reason": "",
            "rows": np.bincount(which),
            "candidates": matches["candidates"].iloc[row].to_numpy(dtype=object),
            "problem": matches["reason"].iloc[row].to_numpy(dtype=object),
        }
    )
    text = {column: "str" for column in _TO_DECIDE if column != "rows"}
    return told.astype(text).sort_values("rows", ascending=False, kind="stable", ignore_index=True)
