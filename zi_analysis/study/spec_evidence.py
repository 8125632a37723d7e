"""Figures of a specification grid: the known counts as settled, and with each disputed one replaced."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from zi_analysis.errors import StudyRefusal

PREDICATES = ("WBK", "WBBM", "all")
UNKNOWNS = ("left_out", "as_zero", "as_named")
SETTLED, LOWEST, HIGHEST = "settled", "lowest", "highest"
_FACT = ["settled_id", "scope", "predicate", "measure", "basis", "track", "coverage"]


@dataclass(frozen=True, eq=False)
class Figures:
    """National counts and exposures by year, once for each set of figures an analyst could take.

    Attributes
    ----------
    years : ndarray of int
        Evaluation years (n).
    variants : tuple of str
        ``settled``, one for each value told but not used (``2017-WBK-71``), ``lowest`` and ``highest``.
    awards : ndarray
        Units awarded, unknown treatment x variant x predicate x year (U x V x 3 x n); missing where not known.
    exposures : dict of str to ndarray
        Measure -> variant x year (V x n); missing where not exact.
    """

    years: np.ndarray
    variants: tuple[str, ...]
    awards: np.ndarray
    exposures: dict[str, np.ndarray]


def list_alternatives(conflicts: pd.DataFrame, settled: pd.DataFrame, *, years: Sequence[int]) -> pd.DataFrame:
    """List the values told for national facts that were not used.

    Parameters
    ----------
    conflicts, settled : DataFrame
        Of a ``Settlement``.
    years : sequence of int
        Evaluation years.

    Returns
    -------
    DataFrame
        year, measure, predicate, value, publishers: yearly national counts of the whole country.

    Examples
    --------
    >>> from zi_analysis.evidence.settle import settle_counts
    >>> from zi_analysis.evidence.tables import load_table
    >>> found = settle_counts(load_table("published_counts"))
    >>> list_alternatives(found.conflicts, found.settled, years=[2017])["value"].tolist()
    [71, 76, 483]
    """
    told = conflicts.merge(settled[_FACT], on="settled_id", validate="m:1")
    national = (told["scope"] == "national") & (told["track"] == "national") & (told["basis"] == "yearly")
    kept = told[national & (told["coverage"] == "whole") & (told["chosen"] == "no") & told["year"].isin(list(years))]
    columns = ["year", "measure", "predicate", "value", "publishers"]
    rows = kept.assign(awarded=kept["measure"] == "units_awarded")
    rows = rows.sort_values(["awarded", "year", "predicate", "value"], ascending=[False, True, True, True])
    return rows[columns].reset_index(drop=True)


def gather_figures(
    cells: pd.DataFrame,
    exposures: pd.DataFrame,
    alternatives: pd.DataFrame,
    *,
    years: Sequence[int],
    measures: Sequence[str],
) -> Figures:
    """Gather national counts and exposures under every set of figures.

    A count known only between two bounds is left out, as the models of counts do; its two ends are alternatives, with
    the other predicate moved so that both still sum to the total. Where one predicate is replaced by another value
    told, the total moves with it.

    Parameters
    ----------
    cells, exposures : DataFrame
        From ``count_cells``.
    alternatives : DataFrame
        From ``list_alternatives``.
    years : sequence of int
        Evaluation years.
    measures : sequence of str
        Exposures, ``none`` among them or not.

    Returns
    -------
    Figures

    Raises
    ------
    StudyRefusal
        If no national count of these years is exact.
    """
    span = np.array(sorted(years))
    lower, upper = (_national(cells, span, side) for side in ("lower", "upper"))
    exact = np.where(lower == upper, lower, np.nan)
    if np.isnan(exact).all():
        raise StudyRefusal("no national count of these years is exact", key="spec_no_counts")
    known = {name: _exposure(exposures, name, span) for name in measures}
    changes = [*_ends(span, lower, upper), *_told(span, alternatives, exact, known)]
    sets = [(SETTLED, []), *((name, [change]) for name, change in changes), *_extremes(changes, exact, known)]
    awards = np.stack([_replace(exact, changed) for _, changed in sets])
    unknown = np.isnan(awards) & np.isnan(upper)
    filled = [awards, np.where(unknown, 0.0, awards), np.where(unknown, lower, awards)]
    levels = {
        name: np.stack([_replace_exposure(values, changed, name) for _, changed in sets])
        for name, values in known.items()
    }
    return Figures(span, tuple(name for name, _ in sets), np.stack(filled), levels)


@dataclass(frozen=True)
class _Change:
    """One figure replaced: place of the year, measure, predicate and value."""

    place: int
    measure: str
    predicate: str
    value: float
    keeps_total: bool = False


def _national(cells: pd.DataFrame, years: np.ndarray, side: str) -> np.ndarray:
    """Bounds of the national counts, predicate x year."""
    whole = cells[cells["agency_type"] == "all"]
    wide = whole.pivot(index="predicate", columns="year", values=side).astype("Float64")
    return wide.reindex(index=list(PREDICATES), columns=list(years)).to_numpy(dtype="float64", na_value=np.nan)


def _exposure(exposures: pd.DataFrame, measure: str, years: np.ndarray) -> np.ndarray:
    """The exact exposures of the years; missing where not known."""
    if measure == "none":
        return np.ones(len(years))
    rows = exposures[(exposures["agency_type"] == "all") & (exposures["measure"] == measure)]
    exact = rows[rows["status"] == "exact"].set_index("year")["lower"].astype("Float64")
    return exact.reindex(list(years)).to_numpy(dtype="float64", na_value=np.nan)


def _ends(years: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> list[tuple[str, _Change]]:
    """Both ends of a WBK count that is bounded while the total is exact."""
    bounded = (lower[0] < upper[0]) & (lower[2] == upper[2])
    return [
        (f"{years[place]}-WBK-{int(value)}", _Change(int(place), "units_awarded", "WBK", float(value), True))
        for place in np.flatnonzero(bounded)
        for value in (lower[0, place], upper[0, place])
    ]


def _told(
    years: np.ndarray, alternatives: pd.DataFrame, exact: np.ndarray, known: Mapping[str, np.ndarray]
) -> list[tuple[str, _Change]]:
    """Values told but not used, of figures that the models use."""
    found = []
    for row in alternatives.itertuples():
        place = int(np.flatnonzero(years == row.year)[0])
        awarded = row.measure == "units_awarded"
        used = exact[PREDICATES.index(str(row.predicate))] if awarded else known.get(str(row.measure))
        if used is not None and not np.isnan(used[place]):
            name = row.predicate if awarded else row.measure
            change = _Change(place, str(row.measure), str(row.predicate), float(row.value))
            found.append((f"{row.year}-{name}-{row.value}", change))
    return found


def _extremes(
    changes: Sequence[tuple[str, _Change]], exact: np.ndarray, known: Mapping[str, np.ndarray]
) -> list[tuple[str, list[_Change]]]:
    """All disputed figures at their lowest, and all at their highest value (only when there are several)."""
    facts: dict[tuple, list[_Change]] = {}
    for _, change in changes:
        facts.setdefault((change.place, change.measure, change.predicate), []).append(change)
    if len(facts) < 2:
        return []
    sets = []
    for name, sign in ((LOWEST, 1), (HIGHEST, -1)):
        best = [min(options, key=lambda change: sign * change.value) for options in facts.values()]
        moved = [change for change in best if not sign * change.value > sign * _settled(change, exact, known)]
        sets.append((name, moved))
    return sets


def _settled(change: _Change, exact: np.ndarray, known: Mapping[str, np.ndarray]) -> float:
    """The value used of a figure; missing where it is left out, and then no value is above it."""
    values = known[change.measure] if change.measure in known else exact[PREDICATES.index(change.predicate)]
    return float(values[change.place])


def _replace(awards: np.ndarray, changes: Sequence[_Change]) -> np.ndarray:
    """Counts with figures replaced, WBK + WBBM = all kept true."""
    replaced = awards.copy()
    for change in changes:
        if change.measure != "units_awarded":
            continue
        position = PREDICATES.index(change.predicate)
        before = replaced[position, change.place]
        replaced[position, change.place] = change.value
        if change.keeps_total:
            replaced[1 - position, change.place] = replaced[2, change.place] - change.value
        elif position < 2:
            replaced[2, change.place] += change.value - before
    return replaced


def _replace_exposure(values: np.ndarray, changes: Sequence[_Change], measure: str) -> np.ndarray:
    """Put the other published exposures in."""
    replaced = values.copy()
    for change in changes:
        if change.measure == measure:
            replaced[change.place] = change.value
    return replaced
