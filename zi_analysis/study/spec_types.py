"""Specification grid of agency types: units and agencies awarded, as settled and counted again with other figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.evidence.assemble import Evidence
from zi_analysis.evidence.counts import count_cells, count_existing, list_splits
from zi_analysis.evidence.tracks import TRACKS
from zi_analysis.study.spec_evidence import PREDICATES, SETTLED
from zi_analysis.study.spec_grid import (
    FAMILIES,
    Grid,
    build_matrices,
    combine_levels,
    keep_different,
    select_years,
    year_levels,
)

OUTCOMES = ("units_least", "units_most", "agencies", "units_middle", "units_named")
MEASURES = ("agencies_existing", "agencies_evaluated", "agencies_proposing", "units_proposed")
_GROUPS = {("city", "province", "regency"): "local", ("city", "regency"): "regency_city"}


@dataclass(frozen=True, eq=False)
class TypeTables:
    """Cells and exposures under one set of figures, as of ``count_cells``."""

    cells: pd.DataFrame
    exposures: pd.DataFrame


def recount_types(evidence: Evidence, *, years: Sequence[int]) -> dict[str, TypeTables]:
    """Count the cells again with the other track, and with each disputed count of an agency at its other values.

    Only the years that change are counted. A disputed count of a year whose lines of evidence contradict each other is
    left as settled: the search for the smallest repair takes too long to be run for every value.

    Parameters
    ----------
    evidence : Evidence
        From ``build_evidence``.
    years : sequence of int
        Evaluation years.

    Returns
    -------
    dict of str to TypeTables
        ``settled``, ``track-national_unclear`` (or ``track-national`` when the evidence counts the unclear track) and
        one for each value not used, such as ``2021-ma-all-47``.
    """
    settled, track = evidence.settlement.settled, evidence.counted.track
    bodies = (count_existing(evidence.register), list_splits(evidence.register))
    tables = {SETTLED: TypeTables(evidence.counted.cells, evidence.counted.exposures)}
    other = next(name for name in TRACKS if name != track)
    if unclear := sorted(_unclear_years(evidence) & set(years)):
        tables[f"track-{other}"] = _recount(evidence, settled, bodies, years=unclear, track=other)
    tangled = set(evidence.counted.contradictions["year"])
    told = evidence.settlement.conflicts.merge(
        settled[["settled_id", "scope", "agency_id", "predicate", "measure", "basis", "track", "coverage"]],
        on="settled_id",
        validate="m:1",
    )
    kept = (told["scope"] == "agency") & (told["measure"] == "units_awarded") & (told["basis"] == "yearly")
    kept &= (told["coverage"] == "whole") & (told["track"] == "national") & (told["chosen"] == "no")
    for row in told[kept & told["year"].isin(list(set(years) - tangled))].itertuples():
        changed = settled.assign(value=settled["value"].mask(settled["settled_id"] == row.settled_id, row.value))
        name = f"{row.year}-{row.agency_id}-{row.predicate}-{row.value}"
        tables[name] = _recount(evidence, changed, bodies, years=[int(str(row.year))], track=track)
    return tables


def grid_types(
    tables: Mapping[str, TypeTables],
    *,
    types: Sequence[str],
    predicates: Sequence[str],
    years: Sequence[int],
    claim: float = 1.0,
) -> Grid:
    """Lay out the specifications of "local governments win less often, per agency, than central ones".

    Parameters
    ----------
    tables : mapping
        Set of figures -> its tables, from ``recount_types``.
    types : sequence of str
        ``central`` and the local types that are compared with it.
    predicates : sequence of str
        Counts to look at, each by itself: WBK, WBBM, all.
    years : sequence of int
        Evaluation years.
    claim : float
        Rate ratio (local against central) that the finding claims to be below.

    Returns
    -------
    Grid
        ``outcome`` is the count taken: units at the end of their bounds that is least or most for the local types,
        agencies awarded, or the bad habits of the middle of the bounds and of the units found by name.

    Raises
    ------
    StudyRefusal
        If central is not among the types, or no local type or an odd pair of them is.
    """
    span = np.array(sorted(years))
    group = name_local(types)
    awards = np.stack([_outcomes(table, group, span) for table in tables.values()])
    exposed = np.stack([_exposures(table, group, span) for table in tables.values()])
    levels = {
        "outcome": list(OUTCOMES),
        "exposure": list(MEASURES),
        "figures": list(tables),
        "predicate": list(predicates),
        **year_levels(span, known=~np.isnan(awards[0, 0]).any(axis=1).all(axis=0)),
        "family": list(FAMILIES),
        "time": ["plain", "trend", "rules"],
    }
    places = combine_levels(levels)
    chosen = np.array([PREDICATES.index(name) for name in predicates])[places["predicate"]]
    points = pd.DataFrame({"year": np.tile(span, 2), "group": np.repeat(["central", group], len(span))})
    return keep_different(
        ("types", claim, group),
        levels,
        places,
        points=points,
        awards=_join(awards[places["figures"], places["outcome"], chosen]),
        exposed=_join(exposed[places["figures"], places["exposure"]]),
        used=np.tile(select_years(span, levels, places), 2),
        matrices=build_matrices(points, {"plain": [], "trend": ["year"], "rules": ["after"]}, group=group),
    )


def name_local(types: Sequence[str]) -> str:
    """Name the local types that are compared with central agencies.

    Parameters
    ----------
    types : sequence of str
        Agency types.

    Returns
    -------
    str
        ``local``, ``regency_city`` or a single type.

    Raises
    ------
    StudyRefusal
        If central or every local type is missing, or the local types have no sum in the evidence.

    Examples
    --------
    >>> name_local(["central", "city", "regency"])
    'regency_city'
    """
    local = tuple(sorted(set(types) - {"central"}))
    if "central" not in types or not local:
        message = f"compare central with at least one other type; got {', '.join(types)}"
        raise StudyRefusal(message, key="types", type="central", types=tuple(types))
    if len(local) > 1 and local not in _GROUPS:
        message = f"the evidence has no sum of {', '.join(local)}; compare one of them, or all local types"
        raise StudyRefusal(message, key="spec_no_sum", types=local)
    return local[0] if len(local) == 1 else _GROUPS[local]


def _unclear_years(evidence: Evidence) -> set[int]:
    """Years with units awarded or names of unclear track, in which the total is known."""
    settled, named = evidence.settlement.settled, evidence.awards.accepted
    cells = evidence.counted.cells
    bounded = set(cells.loc[(cells["agency_type"] == "all") & cells["upper"].notna(), "year"])
    about = (settled["track"] == "unclear") & (settled["measure"] == "units_awarded") & (settled["basis"] == "yearly")
    return (set(settled.loc[about, "year"]) | set(named.loc[named["track"] == "unclear", "year"])) & bounded


def _recount(
    evidence: Evidence,
    settled: pd.DataFrame,
    bodies: tuple[pd.DataFrame, pd.DataFrame],
    *,
    years: Sequence[int],
    track: str,
) -> TypeTables:
    """Count some years again and put them in the place of those that were counted."""
    existing, splits = bodies
    counted_years = existing[existing["year"].isin(list(years))]
    again = count_cells(settled, evidence.awards.accepted, existing=counted_years, splits=splits, track=track)
    frames = []
    for before, after in ((evidence.counted.cells, again.cells), (evidence.counted.exposures, again.exposures)):
        frames.append(pd.concat([before[~before["year"].isin(list(years))], after], ignore_index=True))
    return TypeTables(*frames)


def _wide(frame: pd.DataFrame, years: np.ndarray, side: str) -> np.ndarray:
    """One column of a frame with one row a year, in the order of the years; missing where unknown."""
    column = frame.set_index("year")[side].astype("Float64").reindex(list(years))
    return column.to_numpy(dtype="float64", na_value=np.nan)


def _outcomes(table: TypeTables, group: str, years: np.ndarray) -> np.ndarray:
    """Counts of central and local bodies: outcome x predicate x 2 x year."""
    agencies = np.stack([_exact(table.exposures, name, "agencies_awarded", years) for name in ("central", group)])
    found = []
    for predicate in PREDICATES:
        cells = table.cells[table.cells["predicate"] == predicate]
        rows = [cells[cells["agency_type"] == name] for name in ("central", group)]
        low, high, named = (np.stack([_wide(one, years, side) for one in rows]) for side in ("lower", "upper", "named"))
        middle = np.floor((low + high) / 2)
        named = np.where(named.sum(axis=0) > 0, named, np.nan)
        found.append([np.stack([high[0], low[1]]), np.stack([low[0], high[1]]), agencies, middle, named])
    return np.array(found).transpose(1, 0, 2, 3)


def _exposures(table: TypeTables, group: str, years: np.ndarray) -> np.ndarray:
    """Exact exposures of central and local bodies: measure x 2 x year."""
    return np.array([[_exact(table.exposures, name, of, years) for name in ("central", group)] for of in MEASURES])


def _exact(exposures: pd.DataFrame, group: str, measure: str, years: np.ndarray) -> np.ndarray:
    """The exact exposures of a group by year."""
    rows = exposures[(exposures["agency_type"] == group) & (exposures["measure"] == measure)]
    return _wide(rows[rows["status"] == "exact"], years, "lower")


def _join(pairs: np.ndarray) -> np.ndarray:
    """Central and local side by side, in years in which both are known."""
    both = np.where(np.isnan(pairs).any(axis=1, keepdims=True), np.nan, pairs)
    return both.reshape(len(pairs), -1)
