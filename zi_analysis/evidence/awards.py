"""Award lists as written, cleaned: each award once, every page kept, every row left out with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from zi_analysis.evidence import aside
from zi_analysis.evidence.accounts import account, check_sums
from zi_analysis.evidence.agreement import award_agreement
from zi_analysis.evidence.coding import MISSING, combine, take_text
from zi_analysis.evidence.deciding import list_decisions, reject_ragged, reject_rows
from zi_analysis.evidence.fates import Found, tell_fates
from zi_analysis.evidence.fixes import Fix, apply_fixes
from zi_analysis.evidence.known import link_known
from zi_analysis.evidence.lists import read_lists
from zi_analysis.evidence.matching import Match
from zi_analysis.evidence.merging import Told, merge_rows
from zi_analysis.evidence.readings import apply_readings
from zi_analysis.evidence.regions import decide_by_region
from zi_analysis.evidence.register import Register, load_register
from zi_analysis.evidence.resolve import resolve_distinct
from zi_analysis.evidence.telling import Taken, tell_awards
from zi_analysis.evidence.units import read_unit
from zi_analysis.evidence.written import PREDICATES, ReadRows, code_rows, read_rows

__all__ = ["CleanedAwards", "award_agreement", "clean_awards"]

_SPELLINGS = "data/decisions/agency_spellings.csv"
_TO_DECIDE = "to_decide.csv and clean again with --fix"
_DECIDED_POINTS = 95.0  # as a decided spelling


@dataclass(frozen=True)
class CleanedAwards:
    """Awards told once each, and what became of every row."""

    accepted: pd.DataFrame  # one row per award: table awards_clean
    rejected: pd.DataFrame  # rows left out, as written, with agency_id, candidates, step and reason
    matches: pd.DataFrame  # one row per row: how its agency was found, what became of it
    log: pd.DataFrame  # step, rows_in, accepted, merged, rejected, touched, note
    lines: pd.DataFrame = field(default_factory=pd.DataFrame)  # lines of files that are no rows, with their kind
    columns: pd.DataFrame = field(default_factory=pd.DataFrame)  # which column of a file was read as what, and how
    written: pd.DataFrame = field(default_factory=pd.DataFrame)  # per row: agency, unit and year as written, mended
    to_decide: pd.DataFrame = field(default_factory=pd.DataFrame)  # one row per decision that would save rows


def clean_awards(
    source: pd.DataFrame | Path | str | Sequence[Path | str],
    *,
    register: Register | None = None,
    readings: pd.DataFrame | None = None,
    columns: Mapping[str, str] | None = None,
    year: str | None = None,
    predicate: str | None = None,
    fixes: Sequence[Fix] = (),
    known: pd.DataFrame | None = None,
) -> CleanedAwards:
    """Make one row per award from rows that tell awards, page by page.

    Text, predicates and years are mended and read, cells that hold several units or both predicates are split;
    rows without unit, year, readable predicate or one agency are set
    aside with a reason; rows that tell one award are put together (see `merge_rows`). Where pages differ,
    national goes before an open track, revoked before held, a stated year before an inferred one. Agencies
    are read from the words as written only; the collectors' own columns agency and agency_type are a check.

    Parameters
    ----------
    source : pd.DataFrame, path, or sequence of paths
        Files are read by `read_lists`, their columns found by their headers. A frame has the columns award_id
        (unique), year, agency_as_written, unit_as_written, predicate, source_id; optional track (unclear if left
        out), year_basis (unknown), status (held), list_complete (unknown), agency, agency_type. Other columns are
        kept in ``rejected``. A missing predicate means that the page does not split it.
    register : Register, optional
        Loaded from the project when left out.
    columns : mapping, optional
        For files: field to position (from 1) or header, where the headers do not tell.
    year, predicate : str, optional
        For files: taken for lists that tell none.
    fixes : sequence of Fix, optional
        Hand decisions from `read_fixes`, for files.
    known : pd.DataFrame, optional
        Awards known already, as ``load_table("awards_clean")``: an award that is among them gets their key in
        ``known_award`` and their sources beside its own.
    readings : pd.DataFrame, optional
        ``readings`` of the project's own list: how a row is read where its note says more than its columns.

    Returns
    -------
    CleanedAwards
        Frames as declared for awards_clean, award_rejects, award_matches and award_log. The order of the
        input rows does not matter for ``accepted``; ``matches`` and ``rejected`` keep it.

    Raises
    ------
    EvidenceError
        If a file cannot be read as a list, a column is missing, an award_id is missing or double, or the log does
        not add up.
    ParameterError
        If a file is named twice or an option does not fit.

    Examples
    --------
    >>> from zi_analysis.evidence.tables import load_table
    >>> cleaned = clean_awards(load_table("awards"))
    >>> int(cleaned.log.iloc[-1]["rows_in"]) == len(cleaned.matches)
    True
    """
    register = load_register() if register is None else register
    if isinstance(source, pd.DataFrame):
        rows = source if readings is None else _read_rows(source, readings)
        cleaned = _clean(rows, register, fixes=fixes, decide_in=_SPELLINGS)
        rejected = _rejected(source, cleaned.read, cleaned.matches, cleaned.out)
        accepted = _with_known(cleaned.accepted, known, register)
        return CleanedAwards(accepted, rejected, cleaned.matches, cleaned.log, written=_written(cleaned.read))
    paths = [source] if isinstance(source, Path | str) else source
    lists = read_lists(paths, columns=columns, year=year, predicate=predicate)
    ragged = lists.lines[lists.lines["kind"] == "ragged"]
    cleaned = _clean(lists.rows, register, fixes=fixes, decide_in=_TO_DECIDE, ragged=len(ragged))
    return CleanedAwards(
        accepted=_with_known(cleaned.accepted, known, register),
        rejected=pd.concat(
            [reject_rows(lists, cleaned.read, cleaned.matches, cleaned.out), reject_ragged(ragged)], ignore_index=True
        ),
        matches=cleaned.matches,
        log=cleaned.log,
        lines=lists.lines,
        columns=lists.columns,
        written=_written(cleaned.read),
        to_decide=list_decisions(cleaned.read, cleaned.out, cleaned.matches),
    )


@dataclass(frozen=True, eq=False)
class _Cleaned:
    """What a cleaning made, and the rows it worked on."""

    accepted: pd.DataFrame
    matches: pd.DataFrame
    log: pd.DataFrame
    read: ReadRows
    out: aside.Aside


def _clean(
    rows: pd.DataFrame, register: Register, *, fixes: Sequence[Fix], decide_in: str, ragged: int | None = None
) -> _Cleaned:
    """Read, resolve, set aside, merge, and account for every row."""
    written, decided, met = apply_fixes(code_rows(rows, named_by_place=ragged is not None), rows["award_id"], fixes)
    read = read_rows(written, register)
    found = _decide(_find_agencies(read, register), decided, read)
    out = aside.set_aside(read, found.match, found.matches, register, decide_in=decide_in)
    ids = _row_ids(rows["award_id"], read)
    taken = _take(read, found, out, ids, register, in_order=ragged is not None)
    merged = merge_rows(taken.told, register)
    accepted = tell_awards(taken, merged, register)
    steps = (*((met,) if fixes else ()), *read.steps)
    log = account(steps, out, merged, ragged=ragged)
    matches = tell_fates(rows, read, found, out, ids, taken, merged, register, compact=ragged is not None)
    check_sums(len(read.year), accepted, matches, log, ragged=ragged or 0)
    return _Cleaned(accepted, matches, log, read, out)


def _written(read: ReadRows) -> pd.DataFrame:
    """Return what the rows say of agency, unit and year, each distinct text once."""
    written = read.written
    columns = {"agency_as_written": written.agency, "unit_as_written": written.unit, "year": written.year}
    return pd.DataFrame(
        {name: pd.Categorical.from_codes(coded.codes, coded.distinct) for name, coded in columns.items()}
    )


def _with_known(accepted: pd.DataFrame, known: pd.DataFrame | None, register: Register) -> pd.DataFrame:
    """Link awards to those known already, when asked to."""
    return accepted if known is None else link_known(accepted, known, register)


def _read_rows(rows: pd.DataFrame, readings: pd.DataFrame) -> pd.DataFrame:
    """Apply the readings of the award list; no column is added."""
    return apply_readings(rows, readings, table="awards", key="award_id")[list(rows.columns)]


def _find_agencies(read: ReadRows, register: Register) -> Found:
    """Resolve each distinct agency, unit and year once; where they stay open, let the region decide."""
    written = read.written
    which, first = combine(written.agency.codes, written.unit.codes, read.year)
    names, units = written.agency.texts(first), written.unit.texts(first)
    years = [int(value) if value else None for value in read.year[first]]
    found = Found(which, resolve_distinct(names, units, years, register=register))
    return _ask_regions(found, read, register) if written.region.distinct else found


def _ask_regions(found: Found, read: ReadRows, register: Register) -> Found:
    """Let the regions of rows whose agency is open decide."""
    written = read.written
    is_open = np.array([match.agency_id is None for match in found.matches], dtype=bool)
    rows = np.flatnonzero(is_open[found.match] & (written.region.codes != MISSING))
    if not len(rows):
        return found
    which, first = combine(found.match[rows], written.region.codes[rows], read.year[rows])
    at = rows[first]
    years = [int(value) if value else None for value in read.year[at]]
    regions = resolve_distinct(written.region.texts(at), [""] * len(at), years, register=register)
    told = zip(found.match[at], regions, written.agency.texts(at), written.unit.texts(at), strict=True)
    decided = [
        decide_by_region(found.matches[match], region, unit, named=bool(name), register=register)
        for match, region, name, unit in told
    ]
    moved = found.match.copy()
    moved[rows] = len(found.matches) + which
    return Found(moved, [*found.matches, *decided])


def _decide(found: Found, decided: Mapping[int, str], read: ReadRows) -> Found:
    """Put the bodies decided by hand in the place of those found."""
    if not decided:
        return found
    bodies = list(dict.fromkeys(decided.values()))
    numbers = {row: len(found.matches) + bodies.index(body) for row, body in decided.items()}
    moved = np.array(
        [numbers.get(int(row), match) for row, match in zip(read.written.row, found.match, strict=True)], dtype=np.int64
    )
    return Found(moved, [*found.matches, *(Match(body, "alias", _DECIDED_POINTS) for body in bodies)])


def _row_ids(award_id: pd.Series, read: ReadRows) -> pd.Series:
    """Name each row; the parts of a split one are numbered."""
    written = read.written
    ids = award_id.astype("str").iloc[written.row].reset_index(drop=True)
    if written.part.any():
        ids = ids.where(written.part == 0, ids + "#" + pd.Series(written.part).astype("str"))
    if written.side.any():
        ids = ids.where(written.side == 0, ids + "#" + pd.Series(take_text(PREDICATES, written.side)))
    return ids


def _take(
    read: ReadRows, found: Found, out: aside.Aside, ids: pd.Series, register: Register, *, in_order: bool
) -> Taken:
    """Take the rows that go on, with their units read: as they stand in their files, or by their ids."""
    rows = np.flatnonzero(out.step == 0)
    if not (in_order or ids.is_monotonic_increasing):
        rows = rows[np.argsort(ids.to_numpy(dtype=object)[rows], kind="stable")]
    bodies = [match.agency_id for match in found.matches]
    agencies = tuple(dict.fromkeys(body for body in bodies if body is not None))
    places = {body: at for at, body in enumerate(agencies)}
    codes = np.array([MISSING if body is None else places[body] for body in bodies], dtype=np.int64)
    agency = codes[found.match[rows]] if len(rows) else rows
    written = read.written
    which, first = combine(written.unit.codes[rows], agency)
    texts, owners = written.unit.codes[rows][first], tuple(agencies[at] for at in agency[first])
    units = tuple(
        read_unit(written.unit.distinct[text], owner, register) for text, owner in zip(texts, owners, strict=True)
    )
    told = Told(agency, read.year[rows], read.predicate[rows], read.track[rows], which, units, owners)
    return Taken(rows, told, agencies, read, found.match[rows], found.matches, ids.iloc[rows].reset_index(drop=True))


def _rejected(rows: pd.DataFrame, read: ReadRows, matches: pd.DataFrame, out: aside.Aside) -> pd.DataFrame:
    """Return the rows set aside as they came, with what is known of their agency and the step that set them aside."""
    at = np.flatnonzero(out.step)
    kept = rows.drop(columns=[column for column in ("agency_id", "candidates", "step", "reason") if column in rows])
    kept = kept.iloc[read.written.row[at]].reset_index(drop=True)
    told = matches[["agency_id", "candidates", "reason"]].iloc[at].reset_index(drop=True)
    told.insert(2, "step", take_text(aside.NAMES, out.step[at]))
    return pd.concat([kept, told], axis=1)
