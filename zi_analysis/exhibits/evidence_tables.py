"""Tables about the evidence: settling, cleaning, matching, contradictions."""

import re
from typing import Any

import pandas as pd

from zi_analysis.evidence.settle import RULES, Settlement
from zi_analysis.evidence.stocks import compare_stocks
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.tables import make_table
from zi_analysis.exhibits.words import listing, percent


def table_settlement(settlement: Settlement, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show how many facts each rule settled, and how many of them were told with several values.

    Parameters
    ----------
    settlement : Settlement
        From ``settle_counts``.
    edition : Edition
        Language and years.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: rule, facts, disagree.
    """
    facts = settlement.settled[settlement.settled["year"].isin(edition.years)]
    several = set(settlement.conflicts["settled_id"])
    rows = pd.DataFrame(
        {
            "rule": [edition.say(f"rule.{rule}") for rule in RULES],
            "facts": [int((facts["rule"] == rule).sum()) for rule in RULES],
            "disagree": [int(((facts["rule"] == rule) & facts["settled_id"].isin(several)).sum()) for rule in RULES],
        }
    )
    pages = int(facts["count_ids"].str.count(r"\|").add(1).sum())
    return make_table(
        rows,
        edition,
        exhibit=exhibit,
        title=edition.say("title.settlement", settled=len(facts), pages=pages),
        source=edition.raw_source,
        headers={"rule": "column.rule", "facts": "column.facts", "disagree": "column.disagree"},
        formats={"facts": "count", "disagree": "count"},
    )


def table_cleaning(log: pd.DataFrame, totals: dict[str, int], edition: Edition, *, exhibit: str) -> Exhibit:
    """Show the cleaning log of the award rows, which adds up.

    Parameters
    ----------
    log : DataFrame
        ``CleanedAwards.log``: step, rows_in, accepted, merged, rejected, note.
    totals : dict
        rows_in, accepted, merged, rejected.
    edition, exhibit
        As in ``table_settlement``.

    Returns
    -------
    Exhibit
        Data: the log.
    """
    counts = ("rows_in", "accepted", "merged", "rejected")
    headers = {name: f"column.{name}" for name in ("step", *counts)}
    return make_table(
        log.assign(step=[_say_step(step, edition) for step in log["step"]]),
        edition,
        exhibit=exhibit,
        title=edition.say("title.cleaning", **totals),
        source=edition.say("exhibit.all_evidence"),
        headers=headers,
        formats=dict.fromkeys(counts, "count"),
    )


def table_rejects(rejected: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show why rows were rejected, how many for each reason, and one of them."""
    grouped = rejected.groupby("step", sort=True)
    rows = pd.DataFrame(
        {
            "reason": [edition.say(f"reject.{_slug(step)}") for step, _ in grouped],
            "rows": [len(group) for _, group in grouped],
            "example": [_name_row(group.iloc[0]) for _, group in grouped],
        }
    )
    return make_table(
        rows,
        edition,
        exhibit=exhibit,
        title=edition.say("title.rejects", rejected=len(rejected)),
        source=edition.say("exhibit.all_evidence"),
        headers={"reason": "column.reason", "rows": "column.rows", "example": "column.example"},
        formats={"rows": "count"},
    )


def _say_step(step: str, edition: Edition) -> str:
    """Word a step of the cleaning log."""
    return edition.say(f"step.{_slug(step)}")


def _slug(step: str) -> str:
    """Name of a step of the log as a key of the catalogue."""
    return "_".join(re.findall(r"[a-z]+", step))


def _name_row(row: pd.Series) -> str:
    """Name a row of an award list as it was written."""
    words = [row["award_id"], row["unit_as_written"], row["agency_as_written"]]
    return ", ".join(str(word) for word in words if not pd.isna(word))


def table_matching(matches: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show how rows found their agency, and how often the collectors' own columns say the same.

    Parameters
    ----------
    matches : DataFrame
        ``CleanedAwards.matches``.
    edition, exhibit
        As in ``table_settlement``.

    Returns
    -------
    Exhibit
        Data: method, rows, checked, agree_agency, agree_type (shares of one).
    """
    found = matches[matches["method"] != "open"]
    rows = pd.DataFrame([_method_row(name, matches, edition) for name in ("exact", "alias", "rule", "fuzzy", "open")])
    same = _share(found["agrees_agency"])
    title = edition.say(
        "title.matching",
        share=percent(len(found) / len(matches), edition.language),
        agree=percent(same, edition.language),
    )
    return make_table(
        rows,
        edition,
        exhibit=exhibit,
        title=title,
        source=edition.say("exhibit.all_evidence"),
        headers={
            "method": "column.method",
            "rows": "column.rows",
            "checked": "column.checked",
            "agree_agency": "column.agree_agency",
            "agree_type": "column.agree_type",
        },
        formats={"rows": "count", "checked": "count", "agree_agency": "percent", "agree_type": "percent"},
    )


def _method_row(method: str, matches: pd.DataFrame, edition: Edition) -> dict[str, object]:
    """Make the row of a matching method: how often it was used, and how often a check agreed."""
    rows = matches[matches["method"] == method]
    return {
        "method": edition.say(f"method.{method}"),
        "rows": len(rows),
        "checked": int(rows["agrees_agency"].isin(["yes", "no"]).sum()),
        "agree_agency": _share(rows["agrees_agency"]),
        "agree_type": _share(rows["agrees_type"]),
    }


def _share(answers: pd.Series) -> float | None:
    """Share of yes among the rows that could be compared."""
    checked = answers[answers.isin(["yes", "no"])]
    return None if checked.empty else float((checked == "yes").mean())


def table_contradictions(
    contradictions: pd.DataFrame, settled: pd.DataFrame, edition: Edition, *, exhibit: str
) -> Exhibit:
    """Show the lines of evidence that contradict each other and how far each may be off.

    Parameters
    ----------
    contradictions : DataFrame
        From ``count_cells``.
    settled : DataFrame
        ``Settlement.settled``, for the words and values of the lines.
    edition, exhibit
        As in ``table_settlement``.

    Returns
    -------
    Exhibit
        Data: year, said, value, publishers, gives_most.
    """
    rows = contradictions[contradictions["year"].isin(edition.years)]
    years = listing([str(year) for year in dict.fromkeys(rows["year"])], edition.language)
    key = "title.contradictions" if len(rows) else "title.no_contradictions"
    facts = settled.set_index("settled_id")
    told = rows.assign(
        said=[_line_words(row, facts, edition) for row in rows.itertuples()],
        value=[facts["value"].get(line) for line in rows["line"]],
    )
    return make_table(
        told,
        edition,
        exhibit=exhibit,
        title=edition.say(key, years=years),
        source=edition.settled_source,
        headers={
            "year": "column.year",
            "said": "column.line",
            "value": "column.count",
            "publishers": "column.publishers",
            "gives_most": "column.gives",
        },
        formats={"year": "year", "value": "count", "publishers": "count", "gives_most": "count"},
    )


def _line_words(row: Any, facts: pd.DataFrame, edition: Edition) -> str:
    """Name a settled count in the reader's words; named awards keep the text of the line."""
    if row.line not in facts.index:
        return str(row.text)
    fact = facts.loc[row.line]
    body = fact["agency"] if fact["scope"] == "agency" else edition.say(f"type.{fact['agency_type']}")
    body = edition.say("type.national") if fact["scope"] == "national" else body
    return f"{edition.say('measure.' + fact['measure'])} ({edition.say('predicate.' + fact['predicate'])}), {body}"


def table_stocks(settled: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show whether the stocks of titles grow by the awards of the years between.

    Parameters
    ----------
    settled : DataFrame
        ``Settlement.settled``.
    edition, exhibit
        As in ``table_settlement``.

    Returns
    -------
    Exhibit
        Data: predicate, period, stock_before, stock_after, grown, awarded, gap.
    """
    rows = compare_stocks(settled)
    gaps = int(rows["gap"].fillna(0).ne(0).sum())
    period = [f"{row.from_year}, {row.to_year}" for row in rows.itertuples()]
    predicates = [edition.say(f"predicate.{name}") for name in rows["predicate"]]
    return make_table(
        rows.assign(period=period, predicate=predicates),
        edition,
        exhibit=exhibit,
        title=edition.say("title.stocks", gaps=gaps, pairs=len(rows)),
        source=edition.say("exhibit.settled"),
        headers={
            "predicate": "column.predicate",
            "period": "column.period",
            "grown": "column.grown",
            "awarded": "column.between",
            "gap": "column.gap",
        },
        formats=dict.fromkeys(("grown", "awarded", "gap"), "count"),
    )


def table_revocations(revocations: pd.DataFrame, awards: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show the predicates told as withdrawn, and how many awards are the agencies' own.

    Parameters
    ----------
    revocations : DataFrame
        Raw table ``revocations``.
    awards : DataFrame
        ``CleanedAwards.accepted``.
    edition, exhibit
        As in ``table_settlement``.

    Returns
    -------
    Exhibit
        Data: unit, agency, predicate, award_year, revoked_on.
    """
    own = int((awards["track"] == "own").sum())
    predicates = len(revocations.drop_duplicates(["unit", "agency"]))  # one is told by two pages
    return make_table(
        revocations,
        edition,
        exhibit=exhibit,
        title=edition.say("title.revocations", told=predicates, statements=len(revocations), own=own),
        source=edition.say("exhibit.all_evidence"),
        headers={
            "unit": "column.unit",
            "agency": "column.agency",
            "predicate": "column.predicate",
            "award_year": "column.year",
            "revoked_on": "column.revoked_on",
        },
        formats={"award_year": "year", "revoked_on": "words"},
    )
