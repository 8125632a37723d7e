"""Count cells: year x agency type x predicate, each exact, bounded or known only in sum."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import pandas as pd

from zi_analysis.evidence.bounds import Bound, Programme
from zi_analysis.evidence.lines import AGENCY_STAGES, GROUPS, PREDICATES, TYPES, UNIT_STAGES, Bodies, YearLines
from zi_analysis.evidence.register import Register, load_register
from zi_analysis.evidence.tracks import select_track

FIRST_YEAR, LAST_YEAR = 2012, 2025  # evaluation years of the evidence
EXPOSURES = ("agencies_existing", *AGENCY_STAGES, *UNIT_STAGES[1:])


@dataclass(frozen=True)
class CellTable:
    """Bounded counts of every cell and margin, their exposures, and where each bound comes from."""

    cells: (
        pd.DataFrame
    )  # cell_id, year, agency_type, predicate, level, lower, upper, status, named, coverage_low, coverage_high
    exposures: pd.DataFrame  # exposure_id, year, agency_type, measure, level, lower, upper, status
    evidence: pd.DataFrame  # id, side (lower | upper), line, text, evidence: the lines that hold each bound
    contradictions: pd.DataFrame  # year, line, text, publishers, gives_least, gives_most, evidence
    track: str


def count_cells(
    settled: pd.DataFrame,
    awards: pd.DataFrame,
    *,
    existing: pd.DataFrame | None = None,
    splits: pd.DataFrame | None = None,
    track: str = "national",
) -> CellTable:
    """Bound the number of awards in every cell as tightly as all evidence together allows.

    One linear programme a year holds the settled yearly sums, the agencies' own published counts, the named awards, the
    numbers of agencies awarded (each has at least one unit) and the order of the stages (awarded <= evaluated <=
    proposed; agencies <= those that existed in the year). Each cell is the smallest and largest value the programme
    allows. Where lines contradict each other the bounds hold over all smallest repairs, and the lines are listed.
    In a year in which a body was split, its count and those of the bodies that came out of it may be of the same units:
    together they are at least the larger and at most the sum. Stocks (cumulative counts) are not used.

    Parameters
    ----------
    settled : DataFrame
        ``Settlement.settled``.
    awards : DataFrame
        ``CleanedAwards.accepted``.
    existing : DataFrame, optional
        year, agency_type, agencies (bodies at the start of the year), most (bodies at any time of it); these years
        are counted. Taken from the project's register when left out.
    splits : DataFrame, optional
        year, agency_id, predecessor: bodies that came out of another in that year. Taken from the project's register
        when left out.
    track : {"national", "national_unclear"}
        As in ``select_track``: awards of the national team only, or with those whose track no page tells.

    Returns
    -------
    CellTable
        ``cells`` has level "cell" (four types x WBK, WBBM) and "margin" (sums over types or predicates). Status:
        exact (lower = upper), bounded (some evidence is about the very cell), sum (only sums above it are known),
        unknown (nothing bounds it). An empty upper means that nothing bounds it from above.

    Raises
    ------
    EvidenceError
        If the track is not one of the two.

    Examples
    --------
    >>> from zi_analysis.evidence.assemble import build_evidence
    >>> cells = build_evidence().counted.cells.set_index("cell_id")
    >>> int(cells.loc["c-2020-all-all", "lower"])
    763
    """
    settled, awards = select_track(settled, awards, track)
    if existing is None or splits is None:
        register = load_register()
        existing = count_existing(register) if existing is None else existing
        splits = list_splits(register) if splits is None else splits
    start = existing.pivot(index="year", columns="agency_type", values="agencies")
    most = existing.pivot(index="year", columns="agency_type", values="most")
    years = []
    for year in start.index:
        of_year = splits[splits["year"] == year]
        bodies = Bodies(most.loc[year].to_dict(), dict(zip(of_year["agency_id"], of_year["predecessor"], strict=True)))
        lines = YearLines(settled[settled["year"] == year], awards[awards["year"] == year], bodies)
        years.append(_count_year(int(year), lines, start.loc[year].to_dict()))
    frames = [pd.DataFrame([row for year in years for row in year[part]]) for part in range(4)]
    cells, exposures, evidence, contradictions = frames
    return CellTable(_typed(cells), _typed(exposures), evidence, _contradiction_frame(contradictions), track=track)


def count_existing(register: Register) -> pd.DataFrame:
    """Count the bodies of each year, by agency type.

    Parameters
    ----------
    register : Register
        From ``load_register``.

    Returns
    -------
    DataFrame
        year, agency_type, agencies (at the start of the year, the bodies that can propose), most (at any time of the
        year). A body of unknown founding year counts as older than the period.
    """
    rows = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        start, end = (register.agencies_in(at) for at in (year - 1, year))
        ever = pd.concat([start, end]).drop_duplicates("agency_id")
        for name in TYPES:
            counts = [int((bodies["agency_type"] == name).sum()) for bodies in (start, ever)]
            rows.append({"year": year, "agency_type": name, "agencies": counts[0], "most": counts[1]})
    return pd.DataFrame(rows)


def list_splits(register: Register) -> pd.DataFrame:
    """List the bodies that came out of another body, with the year.

    Parameters
    ----------
    register : Register
        From ``load_register``.

    Returns
    -------
    DataFrame
        year, agency_id, predecessor; only where the predecessor ended in that year, so that both may be told of.
    """
    agencies = register.agencies.dropna(subset=["predecessors", "valid_from"])
    rows = agencies.assign(predecessor=agencies["predecessors"].str.split("|")).explode("predecessor")
    ended = register.agencies.set_index("agency_id")["valid_to"]
    same = rows["predecessor"].map(ended) == rows["valid_from"]
    columns = {"valid_from": "year", "agency_id": "agency_id", "predecessor": "predecessor"}
    return rows[same.fillna(value=False)][list(columns)].rename(columns=columns).reset_index(drop=True)


def _count_year(
    year: int, lines: YearLines, start: Mapping[str, int]
) -> tuple[list[dict], list[dict], list[dict], list[dict]]:
    """Cells, exposures, evidence and contradictions of one year."""
    programme = Programme(lines.build())
    cell_targets = {
        f"c-{year}-{group}-{predicate}": lines.weigh("units_awarded", group, predicate)
        for group, predicate in product(GROUPS, PREDICATES)
    }
    exposure_targets = {
        f"e-{year}-{group}-{measure}": lines.weigh(measure, group) for group, measure in product(GROUPS, EXPOSURES[1:])
    }
    targets = cell_targets | exposure_targets
    bounds = programme.bound(targets)
    states = {name: _status(bounds[name], _has_own_line(programme, target)) for name, target in targets.items()}
    cells = [_cell(name, bounds[name], states[name], lines.awards) for name in cell_targets]
    existing_rows = [_existing_row(year, group, start) for group in GROUPS]
    exposures = [_exposure(name, bounds[name], states[name], programme) for name in exposure_targets]
    evidence = [row for name, bound in bounds.items() for row in _evidence_rows(name, bound, programme)]
    return cells, existing_rows + exposures, evidence, _contradictions(year, programme)


def _has_own_line(programme: Programme, target: Mapping[str, float]) -> bool:
    """Whether some page or name speaks of nothing but counts of this cell."""
    return any(set(line.weights) <= set(target) for line in programme.lines if not line.hard)


def _cell(identifier: str, bound: Bound, status: str, awards: pd.DataFrame) -> dict:
    """Make the row of a cell: its bounds, its status, and how many of its awards are known by name."""
    _, year, group, predicate = identifier.split("-")
    inside = awards[awards["agency_type"].isin(GROUPS[group])]
    named = inside if predicate == "all" else inside[inside["predicate"] == predicate]
    count = len(named)
    return {
        "cell_id": identifier,
        "year": int(year),
        "agency_type": group,
        "predicate": predicate,
        "level": "cell" if group in TYPES and predicate != "all" else "margin",
        "lower": bound.lower,
        "upper": bound.upper,
        "status": status,
        "named": count,
        "coverage_low": round(count / bound.upper, 4) if bound.upper else None,
        "coverage_high": round(count / bound.lower, 4) if bound.lower else None,
    }


def _status(bound: Bound, own_line: bool) -> str:
    """Say how a cell is known; it is bounded, not only summed, where a line of its own tells it."""
    if bound.upper is not None and bound.lower == bound.upper:
        return "exact"
    if bound.upper is None and bound.lower == 0:
        return "unknown"
    return "bounded" if own_line else "sum"


def _existing_row(year: int, group: str, existing: Mapping[str, int]) -> dict:
    """Make the exposure row of agencies that exist, which the register tells exactly."""
    count = sum(int(existing[agency_type]) for agency_type in GROUPS[group])
    return _exposure_row(year, group, "agencies_existing", count, count, "exact")


def _exposure(identifier: str, bound: Bound, status: str, programme: Programme) -> dict:
    """A bound that only the number of existing agencies makes is no knowledge: shown as unknown."""
    _, year, group, measure = identifier.split("-")
    known = bound.lower > 0 or any(not line.hard for line in _named_lines(programme, bound.upper_lines))
    return _exposure_row(int(year), group, measure, bound.lower, bound.upper, status if known else "unknown")


def _exposure_row(year: int, group: str, measure: str, lower: int, upper: int | None, status: str) -> dict:
    """Make a row of the exposures table."""
    return {
        "exposure_id": f"e-{year}-{group}-{measure}",
        "year": year,
        "agency_type": group,
        "measure": measure,
        "level": "cell" if group in TYPES else "margin",
        "lower": lower,
        "upper": upper,
        "status": status,
    }


def _named_lines(programme: Programme, names: tuple[str, ...]) -> list:
    """Find lines by their ids."""
    by_name = {line.line_id: line for line in programme.lines}
    return [by_name[name] for name in names]


def _evidence_rows(identifier: str, bound: Bound, programme: Programme) -> list[dict]:
    """List the lines that hold each side of a bound, with the counts and awards behind them."""
    sides = (("lower", bound.lower_lines), ("upper", bound.upper_lines))
    return [
        {
            "id": identifier,
            "side": side,
            "line": line.line_id,
            "text": line.text,
            "evidence": "|".join(line.evidence) or None,
        }
        for side, names in sides
        for line in _named_lines(programme, names)
    ]


def _contradictions(year: int, programme: Programme) -> list[dict]:
    """List the lines that had to give way in a year."""
    return [
        {
            "year": year,
            "line": repair.line.line_id,
            "text": repair.line.text,
            "publishers": int(repair.line.cost),
            "gives_least": repair.least,
            "gives_most": repair.most,
            "evidence": "|".join(repair.line.evidence),
        }
        for repair in programme.repairs()
    ]


def _contradiction_frame(found: pd.DataFrame) -> pd.DataFrame:
    """Give the table its columns, also when nothing contradicts."""
    columns = ["year", "line", "text", "publishers", "gives_least", "gives_most", "evidence"]
    return found.reindex(columns=columns)


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Give whole numbers and shares types that may be missing."""
    whole = [column for column in ("year", "lower", "upper", "named") if column in frame]
    shares = [column for column in ("coverage_low", "coverage_high") if column in frame]
    return frame.astype(dict.fromkeys(whole, "Int64") | dict.fromkeys(shares, "float64"))
