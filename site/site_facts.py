"""Numbers that the site's own pages tell, counted in the data when the site is made."""

import csv
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from babel.numbers import format_decimal

from zi_analysis.exhibits.words import say
from zi_analysis.reporting.record import data_checksums, data_version

LANGUAGES = ("en", "id")


@dataclass(frozen=True)
class Conflict:
    """A national count that pages tell with more than one value."""

    settled_id: str
    year: str
    what: str  # measure and predicate in words
    basis: str  # yearly or cumulative
    values: str  # all that were told, smallest first
    chosen: str  # empty when the count stays disputed
    rule: str


def count_facts(root: Path, *, language: str) -> dict[str, str]:
    """Count what the evidence holds.

    Parameters
    ----------
    root : Path
        Project root.
    language : {"en", "id"}
        In which numbers are written.

    Returns
    -------
    dict
        Name of a fact, as the pages use it, to its number in the reader's way of writing.

    Examples
    --------
    >>> from zi_analysis.paths import project_root
    >>> sorted(count_facts(project_root(), language="id"))[:2]
    ['agencies', 'award_statements']
    """
    data = root / "data"
    sources = _rows(data / "raw/sources.csv")
    statements = _rows(data / "raw/published_counts.csv")
    conflicts = _rows(data / "clean/conflicts.csv")
    cells = Counter(row["status"] for row in _rows(data / "clean/cells.csv") if row["level"] == "cell")
    counts = {
        "sources": len(sources),
        "sources_without_address": sum(not row["url"] for row in sources),
        "sources_without_date": sum(not row["published"] for row in sources),
        "statements": len(statements),
        "award_statements": len(_rows(data / "raw/awards.csv")),
        "awards": len(_rows(data / "clean/awards.csv")),
        "rejects": len(_rows(data / "clean/award_rejects.csv")),
        "settled": len(_rows(data / "clean/settled_counts.csv")),
        "told_differently": len({row["settled_id"] for row in conflicts}),
        "agencies": len(_rows(data / "register/agencies.csv")),
        "cells": cells.total(),
        **{f"cells_{status}": cells[status] for status in ("exact", "bounded", "sum", "unknown")},
    }
    years = sorted(int(row["year"]) for row in statements if row["year"])
    facts = {name: format_decimal(count, locale=language) for name, count in counts.items()}
    return facts | {"first_year": str(years[0]), "last_year": str(years[-1])}


def national_conflicts(root: Path, *, language: str) -> list[Conflict]:
    """List the national counts that pages tell differently, and which value is used.

    Parameters
    ----------
    root : Path
        Project root.
    language : {"en", "id"}
        Of the words and numbers.

    Returns
    -------
    list of Conflict
        By year, then by id.
    """
    settled = {row["settled_id"]: row for row in _rows(root / "data/clean/settled_counts.csv")}
    told: dict[str, list[dict[str, str]]] = {}
    for row in _rows(root / "data/clean/conflicts.csv"):
        told.setdefault(row["settled_id"], []).append(row)
    found = [
        _tell_conflict(settled[settled_id], rows, language)
        for settled_id, rows in told.items()
        if settled[settled_id]["scope"] == "national"
    ]
    return sorted(found, key=lambda conflict: (conflict.year, conflict.settled_id))


def versions(root: Path) -> dict[str, str]:
    """Return the version of the workbook and the short name of the state of its data.

    Parameters
    ----------
    root : Path
        Project root.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {"version": project["version"], "data_version": data_version(data_checksums(root))}


def _tell_conflict(fact: dict[str, str], rows: list[dict[str, str]], language: str) -> Conflict:
    """Put one fact and the values told for it into words."""
    values = sorted({float(row["value"]) for row in rows})
    chosen = [float(row["value"]) for row in rows if row["chosen"] == "yes"]
    predicate = say(f"predicate.{fact['predicate']}", language)
    return Conflict(
        settled_id=fact["settled_id"],
        year=fact["year"],
        what=f"{say('measure.' + fact['measure'], language)}, {predicate}",
        basis=fact["basis"],
        values="; ".join(format_decimal(value, locale=language) for value in values),
        chosen=format_decimal(chosen[0], locale=language) if chosen else "",
        rule=say(f"rule.{rows[0]['rule']}", language),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    """Read a table as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
