"""Spot checks: numbers drawn at random for a reader to look up on their pages."""

from typing import Any

import numpy as np
import pandas as pd

from zi_analysis.evidence.assemble import Evidence
from zi_analysis.evidence.trace import trace
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.tables import make_table
from zi_analysis.exhibits.words import number, spread


def table_spot_check(evidence: Evidence, edition: Edition, *, exhibit: str, seed: int, size: int = 6) -> Exhibit:
    """Draw settled counts of awards at random and show where each can be read.

    Parameters
    ----------
    evidence : Evidence
        From ``build_evidence``.
    edition : Edition
        Language and years.
    exhibit : str
        Number of the exhibit.
    seed : int
        Seed of the draw; the same seed draws the same counts.
    size : int
        How many, at most.

    Returns
    -------
    Exhibit
        Data: settled_id, said, value, rule, address.
    """
    settled = evidence.settlement.settled
    wanted = settled[
        settled["year"].isin(edition.years)
        & (settled["measure"] == "units_awarded")
        & (settled["basis"] == "yearly")
        & (settled["track"] == "national")
        & settled["value"].notna()
    ]
    drawn = _draw(wanted, seed=seed, size=size)
    addresses = evidence.sources.set_index("source_id")["url"]
    rows = pd.DataFrame(
        {
            "settled_id": drawn["settled_id"],
            "said": [_in_words(row, edition) for row in drawn.itertuples()],
            "rule": [edition.say(f"rule.{rule}") for rule in drawn["rule"]],
            "address": [addresses.get(_page_of(row, evidence.published)) for row in drawn.itertuples()],
        }
    )
    return make_table(
        rows,
        edition,
        exhibit=exhibit,
        title=edition.say("title.spot_check", size=len(rows)),
        source=edition.raw_source,
        headers={
            "settled_id": "column.identifier",
            "said": "column.line",
            "rule": "column.rule",
            "address": "column.address",
        },
    )


def _page_of(fact: Any, published: pd.DataFrame) -> str:
    """A page that tells the value used, not one of those that tell another."""
    mine = published[published["figure_id"].isin(fact.count_ids.split("|")) & (published["value"] == fact.value)]
    return str(mine["source_id"].iloc[0])


def table_cell_check(evidence: Evidence, edition: Edition, *, exhibit: str, seed: int, size: int = 6) -> Exhibit:
    """Draw bounded cells at random and show how many pages hold their bounds, and one of them.

    Parameters
    ----------
    evidence, edition, exhibit, seed, size
        As in ``table_spot_check``.

    Returns
    -------
    Exhibit
        Data: cell_id, said, bounds, pages, address.
    """
    cells = evidence.counted.cells
    wanted = cells[
        cells["year"].isin(edition.years)
        & cells["agency_type"].isin(list(edition.agency_types))
        & cells["status"].isin(["exact", "bounded"])
    ]
    drawn = _draw(wanted, seed=seed, size=size)
    pages = {name: trace(name, evidence=evidence).addresses() for name in drawn["cell_id"]}
    rows = drawn.assign(
        said=[_name_cell(row, edition) for row in drawn.itertuples()],
        bounds=[spread(row.lower, row.upper, edition.language) for row in drawn.itertuples()],
        pages=[len(pages[name]) for name in drawn["cell_id"]],
        address=[next(iter(pages[name]), None) for name in drawn["cell_id"]],
    )
    return make_table(
        rows,
        edition,
        exhibit=exhibit,
        title=edition.say("title.cell_check", size=len(rows)),
        source=edition.settled_source,
        headers={
            "cell_id": "column.identifier",
            "said": "column.line",
            "bounds": "column.bounds",
            "pages": "column.pages",
            "address": "column.address",
        },
        formats={"bounds": "words", "pages": "count"},
    )


def _draw(rows: pd.DataFrame, *, seed: int, size: int) -> pd.DataFrame:
    """Draw rows without replacement, in the order of the table."""
    places = np.random.default_rng(seed).choice(len(rows), size=min(size, len(rows)), replace=False)
    return rows.iloc[np.sort(places)]


def _name_cell(row: Any, edition: Edition) -> str:
    """Name a cell: year, agency type, predicate."""
    return f"{row.year}, {edition.say(f'type.{row.agency_type}')}, {edition.say(f'predicate.{row.predicate}')}"


def _in_words(row: Any, edition: Edition) -> str:
    """Name a settled count with its value."""
    body = row.agency if row.scope == "agency" else edition.say(f"type.{row.agency_type}")
    body = edition.say("type.national") if row.scope == "national" else body
    predicate = edition.say(f"predicate.{row.predicate}")
    return f"{row.year}, {body}: {number(row.value, edition.language)} ({predicate})"
