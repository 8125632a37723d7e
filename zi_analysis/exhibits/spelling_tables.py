"""Tables about how right the matching is: counts on spellings whose truth is known, and the list of confusions."""

from typing import Any

import pandas as pd

from zi_analysis.evidence.register import Register
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.list_tables import cut_text
from zi_analysis.exhibits.spelling_rows import HALVES
from zi_analysis.exhibits.tables import make_table
from zi_analysis.exhibits.words import is_missing, percent


def table_right(scored: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show how many labelled spellings are right, open and wrong, in both halves.

    Parameters
    ----------
    scored : DataFrame
        From ``score_spellings``.
    edition, exhibit
        As in ``table_account``.

    Returns
    -------
    Exhibit
        Data: half, means, spellings, right, open, wrong, right_share, wrong_share.
    """
    means = scored["agency_id"].fillna("") != ""
    rows = pd.DataFrame(
        [
            _right_row(half, key, scored[(scored["half"] == half) & (means == (key == "body"))], edition)
            for half in HALVES
            for key in ("body", "open")
        ]
    )
    test = scored[(scored["half"] == "test") & means]["outcome"]
    shares = {name: percent((test == name).mean(), edition.language) for name in ("right", "wrong")}
    return make_table(
        rows,
        edition,
        exhibit=exhibit,
        title=edition.say("title.right", **shares),
        source=edition.say("exhibit.labelled"),
        headers={name: f"column.{name}" for name in ("half", "means", "spellings", "right", "open", "wrong")}
        | {"right_share": "column.right_share", "wrong_share": "column.wrong_share"},
        formats=dict.fromkeys(("spellings", "right", "open", "wrong"), "count")
        | dict.fromkeys(("right_share", "wrong_share"), "percent"),
    )


def _right_row(half: str, key: str, scored: pd.DataFrame, edition: Edition) -> dict[str, Any]:
    """Count the outcomes of one half; what must stay open and does is right."""
    outcomes = scored["outcome"]
    counts = {name: int((outcomes == name).sum()) for name in ("right", "open", "wrong")}
    return {
        "half": edition.say(f"half.{half}"),
        "means": edition.say(f"means.{key}"),
        "spellings": len(scored),
        **counts,
        "open": counts["open"] if key == "body" else None,
        **{f"{name}_share": counts[name] / len(scored) if len(scored) else None for name in ("right", "wrong")},
    }


def table_confusions(
    scored: pd.DataFrame, register: Register, edition: Edition, *, exhibit: str, most: int = 20
) -> Exhibit:
    """List labelled spellings that got a wrong body, then one left open of each way in which spellings were made.

    Parameters
    ----------
    scored : DataFrame
        From ``score_spellings``.
    register : Register
        For the names of the bodies.
    edition, exhibit
        As in ``table_right``.
    most : int
        Spellings shown; of those left open the ways with most of them first.

    Returns
    -------
    Exhibit
        Data: spelling, year, truth, found, method, alike (how many of that way have that outcome), half.
    """
    wrong, left = scored[scored["outcome"] == "wrong"], scored[scored["outcome"] == "open"]
    shown = pd.concat([wrong.assign(alike=1), _one_of_each(left)]).head(most)
    rows = shown.assign(
        spelling=[_write(row) for row in shown.itertuples()],
        truth=[_name(body, register, edition) for body in shown["agency_id"]],
        found=[_name(body, register, edition) for body in shown["found_id"]],
        method=[edition.say(f"method.{method}") for method in shown["method"]],
        half=[edition.say(f"half.{half}") for half in shown["half"]],
    )
    names = ("year", "truth", "found", "method", "alike", "half")
    return make_table(
        rows,
        edition,
        exhibit=exhibit,
        title=edition.say("title.confusions", wrong=len(wrong), open=len(left), spellings=len(scored)),
        source=edition.say("exhibit.labelled"),
        headers={"spelling": "column.as_written"} | {name: f"column.{name}" for name in names},
        formats={"year": "year", "alike": "count"},
    )


def _one_of_each(rows: pd.DataFrame) -> pd.DataFrame:
    """Take the first spelling of each way in which they were made, the most frequent way first."""
    ordered = rows.sort_values(["made_by", "spelling", "unit", "year"], kind="stable")
    alike = ordered["made_by"].map(ordered["made_by"].value_counts())
    first = ordered.assign(alike=alike).drop_duplicates("made_by")
    return first.sort_values(["alike", "made_by"], ascending=[False, True], kind="stable")


def _write(row: Any) -> str:
    """Write a spelling with its unit."""
    return cut_text(", ".join(str(text) for text in (row.spelling, row.unit) if not is_missing(text)))


def _name(body: object, register: Register, edition: Edition) -> str:
    """Name a body; none is open."""
    return edition.say("column.open") if is_missing(body) or body == "" else register.bodies[str(body)].name
