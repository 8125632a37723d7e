"""Everything known, assembled: raw tables, register and decisions in, settled and counted evidence out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from zi_analysis.evidence.awards import CleanedAwards, clean_awards
from zi_analysis.evidence.counts import FIRST_YEAR, LAST_YEAR, CellTable, count_cells, count_existing, list_splits
from zi_analysis.evidence.panel import build_panel
from zi_analysis.evidence.register import Register, load_register
from zi_analysis.evidence.settle import Settlement, identify_agencies, settle_counts
from zi_analysis.evidence.tables import load_table, write_table
from zi_analysis.paths import project_root


@dataclass(frozen=True)
class Evidence:
    """All that the workbook knows, each step's result with what it was made from."""

    root: Path
    register: Register
    sources: pd.DataFrame
    published: pd.DataFrame  # published_counts with the agency's register id
    readings: pd.DataFrame  # how rows are read where their notes say more than their columns
    award_rows: pd.DataFrame  # awards as collected
    awards: CleanedAwards
    settlement: Settlement
    counted: CellTable
    panel: pd.DataFrame

    def summary_lines(self) -> list[str]:
        """Say in a few lines what came in, what was made of it and that nothing was lost."""
        rows_in, accepted = len(self.awards.matches), len(self.awards.accepted)
        rejected = len(self.awards.rejected)
        cells = self.counted.cells
        states = cells.loc[cells["level"] == "cell", "status"].value_counts()
        rules = self.settlement.settled["rule"].value_counts()
        return [
            f"award rows: {rows_in} in = {accepted} accepted + {rows_in - accepted - rejected} merged"
            f" + {rejected} rejected",
            f"published counts: {len(self.published)} in = {len(self.published) - len(self.settlement.set_aside)} used"
            f" + {len(self.settlement.set_aside)} set aside; {len(self.settlement.settled)} facts settled,"
            f" {rules.get('disputed', 0)} of them disputed; {len(self.readings)} readings of single rows applied",
            "cells: " + ", ".join(f"{states.get(name, 0)} {name}" for name in ("exact", "bounded", "sum", "unknown")),
            f"contradictions between lines of evidence: {len(self.counted.contradictions)} lines involved",
        ]


def build_evidence(root: Path | str | None = None, *, track: str = "national") -> Evidence:
    """Load, clean, settle and count all evidence of the project.

    Parameters
    ----------
    root : path, optional
        A folder inside the project; found from the working folder when left out.
    track : {"national", "national_unclear"}
        Which awards the cells and the panel count.

    Returns
    -------
    Evidence
        Frozen; every frame is made anew from ``data/raw``, ``data/register`` and ``data/decisions``.

    Examples
    --------
    >>> build_evidence().counted.track
    'national'
    """
    root = project_root(root)
    register = load_register(root)
    sources = load_table("sources", root=root)
    published = identify_agencies(load_table("published_counts", root=root), register=register)
    award_rows = load_table("awards", root=root)
    readings = load_table("readings", root=root)
    awards = clean_awards(award_rows, register=register, readings=readings)
    settlement = settle_counts(
        published,
        sources=sources,
        decisions=load_table("count_decisions", root=root),
        families=load_table("publisher_families", root=root),
        readings=readings,
    )
    existing, splits = count_existing(register), list_splits(register)
    counted = count_cells(settlement.settled, awards.accepted, existing=existing, splits=splits, track=track)
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    panel = build_panel(settlement.settled, awards.accepted, register.agencies, years=years, track=track)
    return Evidence(root, register, sources, published, readings, award_rows, awards, settlement, counted, panel)


def clean_tables(evidence: Evidence) -> Mapping[str, pd.DataFrame]:
    """Name the tables of ``data/clean`` and their frames."""
    return {
        "awards_clean": evidence.awards.accepted,
        "award_rejects": evidence.awards.rejected,
        "award_matches": evidence.awards.matches,
        "award_log": evidence.awards.log,
        "settled_counts": evidence.settlement.settled,
        "conflicts": evidence.settlement.conflicts,
        "counts_set_aside": evidence.settlement.set_aside,
        "cells": evidence.counted.cells,
        "exposures": evidence.counted.exposures,
        "cell_evidence": evidence.counted.evidence,
        "contradictions": evidence.counted.contradictions,
        "agency_panel": evidence.panel,
    }


def write_clean(evidence: Evidence, *, root: Path | str | None = None) -> list[Path]:
    """Write ``data/clean``: the same evidence gives the same bytes.

    Parameters
    ----------
    evidence : Evidence
        From ``build_evidence``.
    root : path, optional
        The project to write into; that of the evidence when left out.

    Returns
    -------
    list of Path
        The files written.
    """
    target = evidence.root if root is None else project_root(root)
    return [write_table(frame, name, root=target) for name, frame in clean_tables(evidence).items()]
