"""Tables about a list of one's own: its account, what waits for a decision, its awards and which of them are new."""

import re

import numpy as np
import pandas as pd

from zi_analysis.evidence.awards import CleanedAwards
from zi_analysis.evidence.register import Register
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.tables import make_table
from zi_analysis.exhibits.words import is_missing, number

_COUNTS = ("rows_in", "accepted", "merged", "rejected")
_LONGEST = 80  # letters of a cell that a list wrote


def table_account(cleaned: CleanedAwards, edition: Edition, *, exhibit: str, file: str) -> Exhibit:
    """Show the steps of a cleaning that did something, and that rows in = accepted + merged + rejected.

    Parameters
    ----------
    cleaned : CleanedAwards
        From ``clean_awards``.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.
    file : str
        Name of the list, for the source line.

    Returns
    -------
    Exhibit
        Data: step, rows_in, accepted, merged, rejected, touched.
    """
    log = cleaned.log
    shown = log[(log[["merged", "rejected", "touched"]] > 0).any(axis=1) | (log["step"] == "total")]
    return make_table(
        shown.assign(step=[edition.say(f"step.{_slug(step)}") for step in shown["step"]]),
        edition,
        exhibit=exhibit,
        title=edition.say("title.cleaning", **{name: int(log.iloc[-1][name]) for name in _COUNTS}),
        source=edition.say("exhibit.own_list", file=file),
        headers={name: f"column.{name}" for name in ("step", *_COUNTS, "touched")},
        formats=dict.fromkeys((*_COUNTS, "touched"), "count"),
    )


def _slug(step: str) -> str:
    """Make a key of the name of a step."""
    return "_".join(re.findall("[a-z]+", step))


def table_to_decide(
    cleaned: CleanedAwards, register: Register, edition: Edition, *, exhibit: str, file: str, most: int = 15
) -> Exhibit:
    """Show what waits for a decision: what is written, why it was set aside, which bodies it may mean.

    Parameters
    ----------
    cleaned, edition, exhibit, file
        As in ``table_account``.
    register : Register
        For the names of the bodies.
    most : int
        Decisions shown, those that save most rows first.

    Returns
    -------
    Exhibit
        Data: as_written, unit, reason, candidates, rows.
    """
    decisions, rejected = cleaned.to_decide.head(most), cleaned.rejected
    by_place = rejected.set_index("award_id")
    first = rejected.drop_duplicates("reason").set_index("reason")
    told = [
        by_place.loc[row.award_id] if row.award_id in by_place.index else first.loc[row.problem]
        for row in decisions.itertuples()
    ]
    rows = pd.DataFrame(
        {
            "as_written": [cut_text(text) or edition.say("mark.empty") for text in decisions["as_written"]],
            "unit": [cut_text(row["unit_as_written"]) for row in told],
            "reason": [edition.say(f"lacks.{_slug(row['step'])}") for row in told],
            "candidates": [_name_bodies(text, register) for text in decisions["candidates"]],
            "rows": decisions["rows"].to_numpy(),
        }
    )
    return make_table(
        rows,
        edition,
        exhibit=exhibit,
        title=edition.say("title.to_decide", decisions=len(cleaned.to_decide), rejected=len(rejected)),
        source=edition.say("exhibit.own_list", file=file),
        headers={
            "as_written": "column.as_written",
            "unit": "column.unit",
            "reason": "column.reason",
            "candidates": "column.candidates",
            "rows": "column.rows",
        },
        formats={"rows": "count"},
    )


def cut_text(text: object) -> str:
    """Return a text that someone wrote on one line, not long.

    Examples
    --------
    >>> cut_text("RSUD\\n Kota Batu")
    'RSUD Kota Batu'
    """
    plain = "" if is_missing(text) else " ".join(str(text).split())
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"


def _name_bodies(ids: object, register: Register) -> str:
    """Name bodies with their ids."""
    bodies = [] if is_missing(ids) else [body for body in str(ids).split("|") if body]
    return "; ".join(f"{register.bodies[body].name} ({body})" for body in bodies)


def table_decided(before: CleanedAwards, after: CleanedAwards, edition: Edition, *, exhibit: str, file: str) -> Exhibit:
    """Show what hand decisions changed: rows by outcome, and awards, before and after.

    Parameters
    ----------
    before, after : CleanedAwards
        Of the same list, without and with the decisions.
    edition, exhibit, file
        As in ``table_account``.

    Returns
    -------
    Exhibit
        Data: outcome, before, after, change.
    """
    counts = pd.DataFrame(
        {"outcome": _COUNTS}
        | {
            name: [int(cleaned.log.iloc[-1][outcome]) for outcome in _COUNTS]
            for name, cleaned in (("before", before), ("after", after))
        }
    )
    counts["change"] = counts["after"] - counts["before"]
    saved = -int(counts.set_index("outcome").loc["rejected", "change"])
    return make_table(
        counts.assign(outcome=[edition.say(f"column.{outcome}") for outcome in counts["outcome"]]),
        edition,
        exhibit=exhibit,
        title=edition.say("title.decided", saved=saved, left=len(after.rejected)),
        source=edition.say("exhibit.own_list", file=file),
        headers={name: f"column.{name}" for name in ("outcome", "before", "after", "change")},
        formats=dict.fromkeys(("before", "after", "change"), "count"),
    )


def table_list_types(accepted: pd.DataFrame, edition: Edition, *, exhibit: str, file: str) -> Exhibit:
    """Count the awards of a list by year and agency type of the register.

    Parameters
    ----------
    accepted : DataFrame
        ``CleanedAwards.accepted``.
    edition : Edition
        Language, years, agency types, predicate, track (national_unclear keeps awards whose track no list tells).
    exhibit, file
        As in ``table_account``.

    Returns
    -------
    Exhibit
        Data: year, one column per agency type, all.
    """
    types = list(edition.agency_types)
    rows = choose_awards(accepted, edition)
    counts = pd.crosstab(rows["year"], rows["agency_type"]).reindex(columns=types, fill_value=0)
    counts = counts.assign(all=counts.sum(axis=1)).reset_index()
    return make_table(
        counts,
        edition,
        exhibit=exhibit,
        title=edition.say("title.list_types", awards=len(rows), agencies=rows["agency_id"].nunique()),
        source=edition.say("exhibit.own_list", file=file),
        headers={"year": "column.year"} | {name: f"type.{name}" for name in (*types, "all")},
        formats={"year": "year"} | dict.fromkeys((*types, "all"), "count"),
    )


def choose_awards(accepted: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """Keep the awards of an edition's years, agency types, predicate and track.

    Parameters
    ----------
    accepted : DataFrame
        ``CleanedAwards.accepted``.
    edition : Edition
        The selection.

    Returns
    -------
    DataFrame
        Those rows.

    Examples
    --------
    >>> choose_awards(cleaned.accepted, Edition("en", 2020, 2020))["year"].unique()  # doctest: +SKIP
    array([2020])
    """
    tracks = ("national",) if edition.track == "national" else ("national", "unclear")
    kept = accepted["year"].isin(edition.years) & accepted["agency_type"].isin(list(edition.agency_types))
    kept &= accepted["track"].isin(tracks)
    return accepted[kept & (accepted["predicate"].eq(edition.predicate) | (edition.predicate == "all"))]


def table_known(accepted: pd.DataFrame, edition: Edition, *, exhibit: str, file: str) -> Exhibit:
    """Show by year how many awards of a list the evidence knows already, and how many are new.

    Parameters
    ----------
    accepted : DataFrame
        ``CleanedAwards.accepted`` with known_award (from ``clean_awards(..., known=...)``).
    edition, exhibit, file
        As in ``table_list_types``.

    Returns
    -------
    Exhibit
        Data: year, awards, known, new.
    """
    rows = choose_awards(accepted, edition)
    told = rows.assign(
        awards=1, known=rows["known_award"].notna().astype(int), new=rows["known_award"].isna().astype(int)
    )
    counts = told.groupby("year")[["awards", "known", "new"]].sum().reset_index()
    return make_table(
        counts,
        edition,
        exhibit=exhibit,
        title=edition.say("title.known", known=int(counts["known"].sum()), new=int(counts["new"].sum())),
        source=edition.say("exhibit.own_list", file=file),
        headers={"year": "column.year", "awards": "column.awards", "known": "column.known", "new": "column.new"},
        formats={"year": "year"} | dict.fromkeys(("awards", "known", "new"), "count"),
    )


def table_drawn(
    accepted: pd.DataFrame, edition: Edition, *, exhibit: str, file: str, seed: int, size: int = 6
) -> Exhibit:
    """Draw awards of a list at random, with the place of their row, to compare with the list.

    Parameters
    ----------
    accepted : DataFrame
        ``CleanedAwards.accepted``.
    edition, exhibit, file
        As in ``table_list_types``.
    seed : int
        Seed of the draw; the same seed draws the same awards.
    size : int
        How many, at most.

    Returns
    -------
    Exhibit
        Data: place, year, agency, unit, predicate, how.
    """
    rows = choose_awards(accepted, edition)
    places = np.random.default_rng(seed).choice(len(rows), size=min(size, len(rows)), replace=False)
    drawn = rows.iloc[np.sort(places)]
    told = [
        f"{edition.say(f'method.{row.method}')} ({number(row.score, edition.language)})" for row in drawn.itertuples()
    ]
    return make_table(
        drawn.assign(place=drawn["award_ids"].str.partition("|")[0] if len(drawn) else "", how=told),
        edition,
        exhibit=exhibit,
        title=edition.say("title.drawn", size=len(drawn)),
        source=edition.say("exhibit.own_list", file=file),
        headers={
            "place": "column.place",
            "year": "column.year",
            "agency": "column.agency",
            "unit": "column.unit",
            "predicate": "column.predicate",
            "how": "column.method",
        },
        formats={"year": "year"},
    )
