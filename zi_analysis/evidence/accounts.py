"""The account of a cleaning: what each step got, gave on, merged and set aside, and that it adds up."""

import pandas as pd

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence import aside
from zi_analysis.evidence.merging import Merged

_COLUMNS = ["step", "rows_in", "accepted", "merged", "rejected", "touched", "note"]
RAGGED = "cells under headers"
_RAGGED_NOTE = "rows with more cells than the header are set aside"
_OUTCOMES = ["accepted", "merged", "rejected"]


def account(
    repairs: tuple[tuple[str, int, str], ...], out: aside.Aside, merged: Merged, *, ragged: int | None = None
) -> pd.DataFrame:
    """Write what each step did; what it accepts is what the next one gets.

    Parameters
    ----------
    repairs : tuple
        Name, rows touched and note of each repair.
    out : Aside
        Rows set aside.
    merged : Merged
        Rows put together.
    ragged : int, optional
        Rows of files with more cells than the header, which cannot be read; for lists that were read from files.

    Returns
    -------
    pd.DataFrame
        Columns step, rows_in, accepted, merged, rejected, touched, note; the last row is the total.
    """
    total = left = len(out.step)
    lines = [] if ragged is None else [(RAGGED, total + ragged, total, 0, ragged, ragged, _RAGGED_NOTE)]
    lines += [(name, total, total, 0, 0, touched, note) for name, touched, note in repairs]
    for number, (step, note) in enumerate(aside.STEPS.items(), start=1):
        gone = int((out.step == number).sum())
        lines.append((step, left, left - gone, 0, gone, gone, note))
        left -= gone
    for name, note, before, after in merged.counts:
        lines.append((f"merge: {name}", before, after, before - after, 0, before - after, note))
    accepted = len(merged.predicate)
    note = "rows in = awards accepted + rows merged into one of them + rows rejected"
    started = total + (ragged or 0)
    lines.append(("total", started, accepted, left - accepted, started - left, 0, note))
    return pd.DataFrame(lines, columns=_COLUMNS)


def check_sums(
    row_count: int, accepted: pd.DataFrame, matches: pd.DataFrame, log: pd.DataFrame, *, ragged: int = 0
) -> None:
    """Refuse a result in which a row went missing.

    Parameters
    ----------
    row_count : int
        Rows that could be read.
    accepted, matches, log : pd.DataFrame
        As in `CleanedAwards`.
    ragged : int
        Rows that could not be read.

    Raises
    ------
    EvidenceError
        If the parts do not add up.
    """
    total, steps = log.iloc[-1], log.iloc[:-1]
    outcomes = matches["outcome"].value_counts()
    told = [int(outcomes.get(name, 0)) for name in _OUTCOMES]
    told[2] += ragged
    adds_up = (
        bool((log["rows_in"] == log[_OUTCOMES].sum(axis=1)).all())
        and told == [int(total[name]) for name in _OUTCOMES]
        and len(accepted) == told[0]
        and row_count + ragged == sum(told) == int(total["rows_in"])
        and (steps["rows_in"].iloc[1:].tolist() == steps["accepted"].iloc[:-1].tolist())
    )
    if not adds_up:
        raise EvidenceError(
            f"{row_count} rows went in, but {told[0]} accepted, {told[1]} merged and {told[2]} rejected "
            "came out; report this fault of clean_awards"
        )
