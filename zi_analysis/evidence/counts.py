"""Count cells: year x agency type x predicate, each exact, bounded or known only in sum."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import pandas as pd

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.bounds import Bound, Programme
from zi_analysis.evidence.lines import AGENCY_STAGES, GROUPS, PREDICATES, TYPES, UNIT_STAGES, YearLines
from zi_analysis.evidence.register import Register, load_register

FIRST_YEAR, LAST_YEAR = 2012, 2025  # evaluation years of the evidence
TRACKS = {"national": ("national",), "national_unclear": ("national", "unclear")}
EXPOSURES = ("agencies_existing", *AGENCY_STAGES, *UNIT_STAGES[1:])


@dataclass(frozen=True)
class CellTable:
    """Bounded counts of every cell and margin, their exposures, and where each bound comes from."""

    cells: pd.DataFrame  # cell_id, year, agency_type, predicate, level, lower, upper, status, named, coverage
    exposures: pd.DataFrame  # exposure_id, year, agency_type, measure, level, lower, upper, status
    evidence: pd.DataFrame  # id, side (lower | upper), line, text, evidence: the lines that hold each bound
    contradictions: pd.DataFrame  # year, line, text, publishers, gives_least, gives_most, evidence
    track: str


def count_cells(
    settled: pd.DataFrame,
    awards: pd.DataFrame,
    *,
    existing: pd.DataFrame | None = None,
    track: str = "national",
) -> CellTable:
    """Bound the number of awards in every cell as tightly as all evidence together allows.

    One linear programme a year holds the settled sums, the agencies' own published counts, the named awards, the
    numbers of agencies awarded (each has at least one unit) and the order of the stages (awarded <= evaluated <=
    proposed; agencies <= agencies existing). Each cell is the smallest and largest value the programme allows.
    Where lines contradict each other the bounds hold over all smallest repairs, and the lines are listed.

    Parameters
    ----------
    settled : DataFrame
        ``Settlement.settled``.
    awards : DataFrame
        ``CleanedAwards.accepted``.
    existing : DataFrame, optional
        year, agency_type, agencies: bodies that exist at the end of the year, which are the years counted. Taken
        from the project's register when left out.
    track : {"national", "national_unclear"}
        Awards of the national team only, or with those whose track no page tells. An agency's own awards never count.

    Returns
    -------
    CellTable
        ``cells`` has level "cell" (four types x WBK, WBBM) and "margin" (sums over types or predicates). Status:
        exact (lower = upper), bounded (some evidence is about the cell itself), sum (only a total above it is
        known), unknown (nothing bounds it). An empty upper means that nothing bounds it from above.

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
    if track not in TRACKS:
        raise EvidenceError(f"track {track!r} is not known; choose {' or '.join(TRACKS)}")
    existing = count_existing(load_register()) if existing is None else existing
    settled = settled[settled["track"].isin(TRACKS[track])]
    awards = awards[awards["track"].isin(TRACKS[track])]
    by_year = existing.pivot(index="year", columns="agency_type", values="agencies")
    years = [
        _count_year(
            int(year),
            settled[settled["year"] == year],
            awards[awards["year"] == year],
            by_year.loc[year].to_dict(),
        )
        for year in by_year.index
    ]
    frames = [pd.DataFrame([row for year in years for row in year[part]]) for part in range(4)]
    cells, exposures, evidence, contradictions = frames
    return CellTable(_typed(cells), _typed(exposures), evidence, _contradiction_frame(contradictions), track=track)


def count_existing(register: Register) -> pd.DataFrame:
    """Count the bodies that exist at the end of each year, by agency type.

    Parameters
    ----------
    register : Register
        From ``load_register``.

    Returns
    -------
    DataFrame
        year, agency_type, agencies. A body of unknown founding year counts as older than the period.
    """
    rows = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        counts = register.agencies_in(year)["agency_type"].value_counts()
        rows += [{"year": year, "agency_type": name, "agencies": int(counts.get(name, 0))} for name in TYPES]
    return pd.DataFrame(rows)


def _count_year(
    year: int, settled: pd.DataFrame, awards: pd.DataFrame, existing: Mapping[str, int]
) -> tuple[list[dict], list[dict], list[dict], list[dict]]:
    """Cells, exposures, evidence and contradictions of one year."""
    lines = YearLines(settled, awards, existing)
    programme = Programme(lines.build())
    cell_targets = {
        f"c-{year}-{group}-{predicate}": lines.weigh("units_awarded", group, predicate)
        for group, predicate in product(GROUPS, PREDICATES)
    }
    exposure_targets = {
        f"e-{year}-{group}-{measure}": lines.weigh(measure, group) for group, measure in product(GROUPS, EXPOSURES[1:])
    }
    bounds = programme.bound(cell_targets | exposure_targets)
    cells = [_cell(identifier, bounds[identifier], awards) for identifier in cell_targets]
    existing_rows = [_existing_row(year, group, existing) for group in GROUPS]
    exposures = [_exposure(identifier, bounds[identifier], programme) for identifier in exposure_targets]
    evidence = [row for identifier, bound in bounds.items() for row in _evidence_rows(identifier, bound, programme)]
    return cells, existing_rows + exposures, evidence, _contradictions(year, programme)


def _cell(identifier: str, bound: Bound, awards: pd.DataFrame) -> dict:
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
        "status": _status(bound),
        "named": count,
        "coverage_low": round(count / bound.upper, 4) if bound.upper else None,
        "coverage_high": round(count / bound.lower, 4) if bound.lower else None,
    }


def _status(bound: Bound) -> str:
    if bound.upper is not None and bound.lower == bound.upper:
        return "exact"
    if bound.lower > 0:
        return "bounded"
    return "unknown" if bound.upper is None else "sum"


def _existing_row(year: int, group: str, existing: Mapping[str, int]) -> dict:
    count = sum(int(existing[agency_type]) for agency_type in GROUPS[group])
    return _exposure_row(year, group, "agencies_existing", count, count, "exact")


def _exposure(identifier: str, bound: Bound, programme: Programme) -> dict:
    """A bound that only the number of existing agencies makes is no knowledge: shown as unknown."""
    _, year, group, measure = identifier.split("-")
    known = bound.lower > 0 or any(not line.hard for line in _named_lines(programme, bound.upper_lines))
    status = _status(bound) if known else "unknown"
    return _exposure_row(int(year), group, measure, bound.lower, bound.upper, status)


def _exposure_row(year: int, group: str, measure: str, lower: int, upper: int | None, status: str) -> dict:
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
    by_name = {line.line_id: line for line in programme.lines}
    return [by_name[name] for name in names]


def _evidence_rows(identifier: str, bound: Bound, programme: Programme) -> list[dict]:
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
    columns = ["year", "line", "text", "publishers", "gives_least", "gives_most", "evidence"]
    return found.reindex(columns=columns)


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    whole = [column for column in ("year", "lower", "upper", "named") if column in frame]
    shares = [column for column in ("coverage_low", "coverage_high") if column in frame]
    return frame.astype(dict.fromkeys(whole, "Int64") | dict.fromkeys(shares, "float64"))
