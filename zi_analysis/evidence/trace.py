"""Trace a number back to the pages it was read on."""

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from zi_analysis.errors import ParameterError
from zi_analysis.evidence.assemble import Evidence, build_evidence


@dataclass(frozen=True)
class Trace:
    """A number, what it was made from, and so on down to the addresses of pages."""

    identifier: str
    text: str
    parts: tuple["Trace", ...] = ()
    address: str | None = None

    def addresses(self) -> tuple[str, ...]:
        """Addresses of all pages below, each once, in order."""
        found = [self.address] if self.address else []
        found += [address for part in self.parts for address in part.addresses()]
        return tuple(dict.fromkeys(found))

    def __str__(self) -> str:
        """Print as an indented tree."""
        return "\n".join(self._lines("", ""))

    def _lines(self, first: str, rest: str) -> Iterator[str]:
        """Write this step and those behind it as lines of a tree."""
        label = f"{self.identifier}: " if self.identifier else ""
        yield f"{first}{label}{self.text}"
        for position, part in enumerate(self.parts):
            last = position == len(self.parts) - 1
            yield from part._lines(rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "))


def trace(identifier: str, *, evidence: Evidence | None = None, root: Path | str | None = None) -> Trace:
    """Say where a settled count, cell, exposure, panel entry, award, published count or source comes from.

    Parameters
    ----------
    identifier : str
        An id of the evidence: ``s-2020-national-all-units_awarded``, ``c-2020-central-WBK``,
        ``e-2024-city-agencies_evaluated``, ``p-2020-kemenkeu-all``, ``w-a0005``, ``f0190``, ``a0005`` or a
        source_id.
    evidence : Evidence, optional
        Already assembled evidence; assembled anew from the project's data when left out.
    root : path, optional
        A folder inside the project.

    Returns
    -------
    Trace
        A tree; ``str()`` prints it, ``.addresses()`` lists the pages.

    Raises
    ------
    ParameterError
        If no such id is in the evidence; the message names the closest ones.

    Examples
    --------
    >>> "https" in str(trace("f0190"))
    True
    """
    return _Tracer(build_evidence(root) if evidence is None else evidence).trace(identifier.strip())


class _Tracer:
    """Looks ids up in assembled evidence; each kind of id has a method of its own."""

    def __init__(self, evidence: Evidence) -> None:
        self.tables: dict[str, tuple[pd.DataFrame, Callable[[str, pd.Series], Trace]]] = {
            "figure_id": (evidence.published, self._published),
            "settled_id": (evidence.settlement.settled, self._settled),
            "award_id": (_with_words(evidence), self._award_row),
            "award_key": (evidence.awards.accepted, self._award),
            "cell_id": (evidence.counted.cells, self._bounded),
            "exposure_id": (evidence.counted.exposures, self._bounded),
            "panel_id": (evidence.panel, self._panel),
            "source_id": (evidence.sources, self._source),
        }
        self.readings = evidence.readings.groupby("row_id")
        self.tables = {key: (frame.set_index(key), tell) for key, (frame, tell) in self.tables.items()}
        self.bounds = evidence.counted.evidence
        self.contradictions = evidence.counted.contradictions
        self.existing = "count of the register's bodies that exist at the end of the year (data/register/agencies.csv)"

    def trace(self, identifier: str) -> Trace:
        """Follow an id, whichever table it is of."""
        for frame, tell in self.tables.values():
            if identifier in frame.index:
                return tell(identifier, frame.loc[identifier])
        known = [str(name) for frame, _ in self.tables.values() for name in frame.index]
        near = difflib.get_close_matches(identifier, known, n=3, cutoff=0.5)
        hint = (
            f"; closest: {', '.join(near)}"
            if near
            else "; ids look like s-2020-national-all-units_awarded, c-2020-central-WBK, f0190"
        )
        raise ParameterError(f"no {identifier!r} in the evidence{hint}")

    def _source(self, identifier: str, row: pd.Series) -> Trace:
        """Tell a source with its address."""
        address = None if pd.isna(row["url"]) else str(row["url"])
        published = "" if pd.isna(row["published"]) else f", {row['published']}"
        shown = address or f"no address; {row['title_or_subject']}"
        return Trace(identifier, f"{row['publisher']}{published}: {shown}", address=address)

    def _published(self, identifier: str, row: pd.Series) -> Trace:
        """Tell a published count; behind it stands its source."""
        body = row["agency"] if not pd.isna(row["agency"]) else row["agency_type"]
        words = (
            f"{row['value']} {row['measure']} {row['predicate']}, {body}, {row['year']}, {row['basis']}, {row['track']}"
        )
        note = "" if pd.isna(row["note"]) else f" ({row['note']})"
        return Trace(identifier, words + note + self._reading(identifier), (self.trace(row["source_id"]),))

    def _reading(self, identifier: str) -> str:
        """How a decision reads a row of the raw tables."""
        if identifier not in self.readings.groups:
            return ""
        told = self.readings.get_group(identifier).itertuples()
        words = (f"{row.column} = {'open' if pd.isna(row.value) else row.value} ({row.reason})" for row in told)
        return f"; read as {'; '.join(words)}"

    def _settled(self, identifier: str, row: pd.Series) -> Trace:
        """Tell a settled count; behind it stand the published ones."""
        value = f"disputed, {row['low']} to {row['high']}" if pd.isna(row["value"]) else str(row["value"])
        spread = "" if row["low"] == row["high"] or pd.isna(row["value"]) else f" (told: {row['low']} to {row['high']})"
        body = row["agency"] if not pd.isna(row["agency"]) else row["agency_type"]
        fact = f"{value}{spread} {row['measure']} {row['predicate']}, {body}, {row['year']}"
        return Trace(identifier, f"{fact}; rule {row['rule']}: {row['reason']}", self._all(row["count_ids"]))

    def _award_row(self, identifier: str, row: pd.Series) -> Trace:
        """Tell a row of an award list; behind it stands its source."""
        agency = "agency open" if pd.isna(row["agency"]) else f"{row['agency']} by {row['method']} ({row['score']:.0f})"
        reason = "" if pd.isna(row["reason"]) else f": {row['reason']}"
        columns = ("unit_as_written", "agency_as_written", "predicate", "year")
        unit, body, predicate, year = ("not told" if pd.isna(row[column]) else row[column] for column in columns)
        text = f"{unit} ({body}), {predicate} {year}; {row['outcome']}{reason}; {agency}{self._reading(identifier)}"
        return Trace(identifier, text, (self.trace(row["source_id"]),))

    def _award(self, identifier: str, row: pd.Series) -> Trace:
        """Tell an award; behind it stand the rows that tell it."""
        predicate = "WBK or WBBM" if pd.isna(row["predicate"]) else row["predicate"]
        text = f"{row['unit']} ({row['agency']}), {predicate} {row['year']}, {row['track']}, {row['status']}"
        return Trace(identifier, text, self._all(row["award_ids"]))

    def _panel(self, identifier: str, row: pd.Series) -> Trace:
        """Tell an agency's count; behind it stand settled counts and awards."""
        shown = {"exact": f"{row['lower']}", "at_least": f"at least {row['lower']}", "unknown": "unknown"}[
            row["status"]
        ]
        text = f"{shown} {row['predicate']}, {row['agency']}, {row['year']}"
        return Trace(identifier, text, self._all(row["settled_ids"]) + self._all(row["award_keys"]))

    def _bounded(self, identifier: str, row: pd.Series) -> Trace:
        """Tell a cell or an exposure; behind it stand the lines that hold its bounds."""
        upper = "no upper bound" if pd.isna(row["upper"]) else row["upper"]
        shown = f"{row['lower']}" if row["status"] == "exact" else f"{row['lower']} to {upper}"
        what = "units awarded" if "predicate" in row.index else row["measure"]
        if what == "agencies_existing":
            return Trace(identifier, f"{shown} {what}, {row['status']}", (Trace("", self.existing),))
        sides = tuple(self._side(identifier, side) for side in ("lower", "upper"))
        warning = self._warning(int(row["year"]))
        return Trace(identifier, f"{shown} {what}, {row['status']}{warning}", sides)

    def _side(self, identifier: str, side: str) -> Trace:
        """Tell what holds one bound."""
        held = self.bounds[(self.bounds["id"] == identifier) & (self.bounds["side"] == side)]
        lines = tuple(self._line(line) for _, line in held.iterrows())
        return Trace(
            "",
            f"{side} bound held by",
            lines or (Trace("", "nothing (a count is not negative)" if side == "lower" else "nothing"),),
        )

    def _line(self, line: pd.Series) -> Trace:
        """Tell a line, or its only evidence where the two are the same."""
        parts = self._all(line["evidence"])
        if len(parts) == 1 and parts[0].identifier == line["line"]:
            return parts[0]
        return Trace("", line["text"], parts)

    def _warning(self, year: int) -> str:
        """Say that a year's evidence contradicts itself, if it does."""
        involved = self.contradictions[self.contradictions["year"] == year]
        if involved.empty:
            return ""
        return f"; the evidence of {year} contradicts itself in {len(involved)} lines (data/clean/contradictions.csv)"

    def _all(self, identifiers: object) -> tuple[Trace, ...]:
        """Follow every id of a list."""
        if pd.isna(identifiers) or not identifiers:
            return ()
        return tuple(self.trace(identifier) for identifier in str(identifiers).split("|"))


def _with_words(evidence: Evidence) -> pd.DataFrame:
    """Matches of award rows with the page's own words."""
    words = ["award_id", "year", "unit_as_written", "agency_as_written", "predicate", "source_id"]
    return evidence.awards.matches.merge(evidence.award_rows[words], on="award_id", validate="1:1")
