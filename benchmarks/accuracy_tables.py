"""The tables of the accuracy benchmark."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
from accuracy_measures import Tally, tally_of

if TYPE_CHECKING:
    from accuracy import Accuracy

_SHOWN_SCORES = range(60, 101, 5)


def tables_text(accuracy: "Accuracy", *, halves: Sequence[str]) -> str:
    """Put the tables of the benchmark into plain text.

    Parameters
    ----------
    accuracy : Accuracy
        From `accuracy.measure`.
    halves : sequence of str
        Halves whose wrong and open rows are listed.

    Returns
    -------
    str
        Tables with a heading each.

    Examples
    --------
    >>> tables_text(measured, halves=["tuning"])  # doctest: +SKIP
    """
    parts = [
        ("Both halves", halves_table(accuracy)),
        ("By the way in which a spelling came about", kinds_table(accuracy)),
        (f"Tuning half, margin {accuracy.chosen.least_margin:g}", curve_table(accuracy)),
        *((f"Wrong and open, {half} half", confusions(accuracy, half)) for half in halves),
    ]
    chosen, used = accuracy.chosen, accuracy.used
    rule = (
        f"chosen: score {chosen.least_score:g}, margin {chosen.least_margin:g} (cost {chosen.tally.cost}); "
        f"the package uses score {used[0]:g}, margin {used[1]:g}"
    )
    return "\n\n".join([*(f"{title}\n{table.to_string(index=False)}" for title, table in parts), rule])


def halves_table(accuracy: "Accuracy") -> pd.DataFrame:
    """Set the package and the rival side by side on both halves.

    Parameters
    ----------
    accuracy : Accuracy
        From `accuracy.measure`.

    Returns
    -------
    pd.DataFrame
        One row per half and resolver: counts and shares.

    Examples
    --------
    >>> halves_table(measured).columns[0]  # doctest: +SKIP
    'half'
    """
    resolvers = {
        "zi_analysis": accuracy.halves,
        f"WRatio from {accuracy.rival_score:g} on": accuracy.rival,
        "WRatio, every name": accuracy.rival_always,
    }
    rows = []
    for half in ("tuning", "test"):
        for name, tallies in resolvers.items():
            rows.append({"half": half, "resolver": name, **_counts(tallies[half])})
    return pd.DataFrame(rows)


def _counts(tally: Tally) -> dict[str, object]:
    """Tell a tally as cells."""
    return {
        "resolvable": tally.resolvable,
        "right": tally.right,
        "open": tally.open,
        "wrong": tally.wrong,
        "right %": f"{tally.share('right'):.2f}",
        "wrong %": f"{tally.share('wrong'):.2f}",
        "unresolvable": tally.unresolvable,
        "matched": tally.matched,
    }


def kinds_table(accuracy: "Accuracy") -> pd.DataFrame:
    """Count outcomes by the way in which a spelling came about.

    Parameters
    ----------
    accuracy : Accuracy
        From `accuracy.measure`.

    Returns
    -------
    pd.DataFrame
        One row per made_by; rows, right or kept open, open, wrong or matched of each half.

    Examples
    --------
    >>> kinds_table(measured)["made_by"].is_unique  # doctest: +SKIP
    True
    """
    found = []
    for made_by, rows in accuracy.rows.groupby("made_by"):
        cells: dict[str, object] = {"made_by": made_by}
        for half in ("tuning", "test"):
            tally = tally_of(rows.loc[rows["half"].eq(half), "outcome"])
            cells[f"{half}: rows"] = tally.resolvable + tally.unresolvable
            cells[f"{half}: as it should be"] = tally.right + tally.kept_open
            cells[f"{half}: open"] = tally.open
            cells[f"{half}: wrong or matched"] = tally.wrong + tally.matched
        found.append(cells)
    return pd.DataFrame(found)


def curve_table(accuracy: "Accuracy") -> pd.DataFrame:
    """Tell the error curve at the chosen margin.

    Parameters
    ----------
    accuracy : Accuracy
        From `accuracy.measure`.

    Returns
    -------
    pd.DataFrame
        Every fifth least score and those around the chosen one.

    Examples
    --------
    >>> curve_table(measured)["cost"].min() >= 0  # doctest: +SKIP
    True
    """
    chosen = accuracy.chosen
    near = {chosen.least_score + step for step in range(-2, 3)}
    rows = [
        {
            "least score": f"{setting.least_score:g}{' (chosen)' if setting == chosen else ''}",
            **{name: f"{setting.tally.share(name):.2f}" for name in ("right", "open", "wrong")},
            "matched": setting.tally.matched,
            "cost": setting.tally.cost,
        }
        for setting in accuracy.settings
        if setting.least_margin == chosen.least_margin
        and (setting.least_score in _SHOWN_SCORES or setting.least_score in near)
    ]
    return pd.DataFrame(rows).rename(columns={name: f"{name} %" for name in ("right", "open", "wrong")})


def confusions(accuracy: "Accuracy", half: str) -> pd.DataFrame:
    """List the rows of a half that are not as they should be, the wrong ones first.

    Parameters
    ----------
    accuracy : Accuracy
        From `accuracy.measure`.
    half : str
        tuning or test.

    Returns
    -------
    pd.DataFrame
        outcome, spelling, unit, year, meant, given, made_by.

    Examples
    --------
    >>> confusions(measured, "tuning")["outcome"].isin(["wrong", "matched", "open"]).all()  # doctest: +SKIP
    True
    """
    order = {outcome: at for at, outcome in enumerate(("wrong", "matched", "open"))}
    rows = accuracy.rows[accuracy.rows["half"].eq(half) & accuracy.rows["outcome"].isin(order)]
    rows = rows.sort_values("outcome", key=lambda found: found.map(order), kind="stable")
    rows = rows.assign(spelling=rows["spelling"].map(visible))
    columns = ["outcome", "spelling", "unit", "year", "agency_id", "answer", "made_by"]
    return rows[columns].rename(columns={"agency_id": "meant", "answer": "given"})


def visible(text: str) -> str:
    """Show line breaks and unseen signs of a spelling.

    Parameters
    ----------
    text : str
        A spelling.

    Returns
    -------
    str
        The spelling on one line.

    Examples
    --------
    >>> visible("Ma-" + chr(10) + "getan")
    'Ma-\\\\ngetan'
    """
    return "".join(mark if mark.isprintable() else mark.encode("unicode_escape").decode() for mark in text)
