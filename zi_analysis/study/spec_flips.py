"""Flips: the smallest change of one figure that would change what a specification says of a finding."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.spec_fits import fit_grid
from zi_analysis.study.spec_grid import Grid
from zi_analysis.study.specifications import Curve

_REACH, _RUNGS = 10.0, 81  # figures are changed by up to this factor, first in this many steps
_MOST_AWARDS = 3000  # an unknown count is tried up to here, far above any year's
_START = {"family": "quasi", "figures": "settled", "outcome": "agencies", "unknown": "left_out"}


@dataclass(frozen=True, eq=False)
class FlipSearch:
    """What would change the answer of one specification.

    Attributes
    ----------
    choices : dict
        Choice -> level of the specification.
    rate_ratio, low, high : float
        Its answer.
    rows : DataFrame
        year, group, kind (count, exposure, or unknown: a count that no page tells), value (of an unknown count: what is
        known to be awarded at the least), side_at (nearest value at which the estimate crosses the claim), side_change
        (share of the value; none of an unknown count), clear_at (nearest value at which the interval begins or ceases
        to lie below the claim), clear_change; missing where no value within a factor of ten does it. Sorted by the
        smallest change.
    """

    choices: dict[str, str]
    rate_ratio: float
    low: float
    high: float
    rows: pd.DataFrame


def search_flips(grid: Grid, *, place: int) -> FlipSearch:
    """Change one figure of a specification at a time until the finding changes.

    Parameters
    ----------
    grid : Grid
        Specifications of a finding.
    place : int
        Place of the specification; not nb2.

    Returns
    -------
    FlipSearch

    Raises
    ------
    StudyRefusal
        If the specification has no answer.

    Examples
    --------
    >>> from zi_analysis.study.spec_evidence import Figures
    >>> from zi_analysis.study.spec_grid import grid_rules
    >>> awards = np.tile(np.array([4.0, 8, 8, 2, 4]), (3, 1, 3, 1))
    >>> figures = Figures(np.arange(2019, 2024), ("settled",), awards, {"none": np.ones((1, 5))})
    >>> found = search_flips(grid_rules(figures, predicates=["all"]), place=0)
    >>> found.rows.set_index("year").loc[2022, "side_at"]
    np.int64(10)
    """
    base = grid.take(np.array([place]))
    fit = fit_grid(base).iloc[0]
    if fit["refusal"]:
        raise StudyRefusal("the specification chosen has no answer", key="spec_no_reference")
    now = (bool(fit["rate_ratio"] < grid.claim), bool(fit["high"] < grid.claim))
    rows = _search(base, _list_figures(base), now)
    with_unknown, added = _add_unknown(grid, place)
    if added is not None:
        rows += _search(with_unknown, [(added, "unknown")], now)
    frame = pd.DataFrame(rows).astype({"side_at": "Int64", "clear_at": "Int64", "value": "int64"})
    smallest = frame[["side_change", "clear_change"]].abs().min(axis=1)
    frame = frame.iloc[np.argsort(smallest.fillna(np.inf).to_numpy(), kind="stable")].reset_index(drop=True)
    choices = {str(name): str(level) for name, level in base.choices.iloc[0].items()}
    return FlipSearch(choices, float(fit["rate_ratio"]), float(fit["low"]), float(fit["high"]), frame)


def _search(grid: Grid, figures: list[tuple[int, str]], now: tuple[bool, bool]) -> list[dict[str, object]]:
    """Try values on a ladder, then every whole value between two rungs where an answer changes."""
    coarse = _answers(grid, [(point, kind, _ladder(grid, point, kind)) for point, kind in figures])
    refined = [(point, kind, _between(rows)) for (point, kind), rows in zip(figures, coarse, strict=True)]
    fine = _answers(grid, refined)
    both = [np.concatenate(pair, axis=1) for pair in zip(coarse, fine, strict=True)]
    return [_flip_row(grid, point, kind, answers, now) for (point, kind), answers in zip(figures, both, strict=True)]


def _list_figures(grid: Grid) -> list[tuple[int, str]]:
    """Every count used and, when it is a figure of a page, every exposure once."""
    points = [int(point) for point in np.flatnonzero(grid.use[0])]
    told = grid.choices["exposure"].iloc[0] not in ("none", "agencies_existing")
    exposures = [point for point in points if told and point == _sharing(grid, point)[0]]
    return [(point, "count") for point in points] + [(point, "exposure") for point in exposures]


def _sharing(grid: Grid, point: int) -> np.ndarray:
    """Points that have their exposure from the same figure: both predicates of a year."""
    if grid.finding != "predicates":
        return np.array([point])
    return np.flatnonzero(grid.use[0] & (grid.points["year"] == grid.points["year"].iloc[point]).to_numpy())


def _add_unknown(grid: Grid, place: int) -> tuple[Grid, int | None]:
    """The specification with one count more, that no page tells, at what is known to be awarded at the least."""
    if "unknown" not in grid.choices:
        return grid, None
    twins = grid.twins("unknown", level="as_named", base="left_out")
    same = twins[twins[:, 1] == place, 0]
    if not len(same):
        return grid, None
    found = grid.take(same[:1])
    added = np.flatnonzero(found.use[0] & ~grid.use[place])
    return found, int(added[0]) if len(added) == 1 else None


def _value(grid: Grid, point: int, kind: str) -> float:
    """The value of a point."""
    return float((grid.exposures if kind == "exposure" else grid.counts)[0, point])


def _ladder(grid: Grid, point: int, kind: str) -> np.ndarray:
    """Whole values from a tenth to ten times the figure, and small counts one by one."""
    value = _value(grid, point, kind)
    if kind == "unknown":
        return np.unique(np.round(np.geomspace(max(value, 1), _MOST_AWARDS, _RUNGS)))
    steps = np.exp(np.linspace(-np.log(_REACH), np.log(_REACH), _RUNGS))
    small = np.arange(0 if kind == "count" else 1, 31)
    values = np.unique(np.round(np.concatenate([max(value, 1) * steps, small])))
    return values[values >= (0 if kind == "count" else 1)]


def _answers(grid: Grid, tried: list[tuple[int, str, np.ndarray]]) -> list[np.ndarray]:
    """For each figure, value, side and clearness of every value tried (3 x values)."""
    sizes = [len(values) for _, _, values in tried]
    total = sum(sizes)
    if not total:
        return [np.empty((3, 0)) for _ in tried]
    counts, exposures, use = (np.repeat(array, total, axis=0) for array in (grid.counts, grid.exposures, grid.use))
    first = 0
    for point, kind, values in tried:
        block = slice(first, first + len(values))
        if kind == "exposure":
            exposures[block, _sharing(grid, point)] = values[:, None]
        else:
            counts[block, point] = values
        first += len(values)
    choices = pd.DataFrame({name: np.repeat(grid.choices[name].to_numpy(), total) for name in grid.choices})
    fits = fit_grid(replace(grid, choices=choices, counts=counts, exposures=exposures, use=use))
    answered = (fits["refusal"] == "").to_numpy()
    side, clear = (np.where(answered, fits[name] < grid.claim, np.nan) for name in ("rate_ratio", "high"))
    table = np.stack([np.concatenate([values for _, _, values in tried]), side, clear])
    return np.split(table, np.cumsum(sizes)[:-1], axis=1)


def _between(answers: np.ndarray) -> np.ndarray:
    """Whole values between neighbours on the ladder where an answer changes."""
    values = answers[0]
    gaps = [np.empty(0)]
    for row in answers[1:]:
        for place in np.flatnonzero(row[:-1] != row[1:]):
            gaps.append(np.arange(values[place] + 1, values[place + 1]))
    return np.unique(np.concatenate(gaps))


def _flip_row(grid: Grid, point: int, kind: str, answers: np.ndarray, now: tuple[bool, bool]) -> dict[str, object]:
    """Say at which value of a point the finding would change side or clearness."""
    value = _value(grid, point, kind)
    about = grid.points.iloc[point]
    group = "all" if len(_sharing(grid, point)) > 1 and kind == "exposure" else str(about["group"])
    row: dict[str, object] = {"year": int(about["year"]), "group": group, "kind": kind, "value": value}
    for name, told, before in (("side", answers[1], now[0]), ("clear", answers[2], now[1])):
        other = answers[0][~np.isnan(told) & (told != before)]
        at = other[np.argmin(np.abs(other - value))] if len(other) else np.nan
        row[f"{name}_at"] = at
        row[f"{name}_change"] = (at - value) / value if value and kind != "unknown" else np.nan
    return row


def find_reference(grid: Grid, fits: pd.DataFrame, **levels: str) -> int:
    """Find the specification that a reader would start from: the first that answers with these levels.

    Parameters
    ----------
    grid : Grid
        Specifications of a finding.
    fits : DataFrame
        From ``fit_grid``.
    **levels : str
        Choice -> level asked for; choices that the grid does not have are passed over.

    Returns
    -------
    int
        Its place.

    Raises
    ------
    StudyRefusal
        If none of them answers.
    """
    same = (fits["refusal"] == "") & fits["defensible"]
    for name, level in levels.items():
        if name in grid.choices:
            same &= grid.choices[name] == level
    if not same.any():
        raise StudyRefusal("the specification chosen has no answer", key="spec_no_reference")
    return int(np.flatnonzero(same)[0])


def search_exposures(grid: Grid, fits: pd.DataFrame, **levels: str) -> pd.DataFrame:
    """Search for flips once for each exposure that answers.

    Parameters
    ----------
    grid : Grid
        Specifications of a finding.
    fits : DataFrame
        From ``fit_grid``.
    **levels : str
        Choice -> level of the specifications that are searched.

    Returns
    -------
    DataFrame
        exposure, rate_ratio, low, high, then the rows of ``FlipSearch``, sorted by the smallest change.

    Raises
    ------
    StudyRefusal
        If no exposure answers.
    """
    found = []
    for exposure in grid.choices["exposure"].unique():
        try:
            place = find_reference(grid, fits, exposure=str(exposure), **levels)
        except StudyRefusal:
            continue
        search = search_flips(grid, place=place)
        answer = {"rate_ratio": search.rate_ratio, "low": search.low, "high": search.high}
        found.append(search.rows.assign(exposure=str(exposure), **answer))
    if not found:
        raise StudyRefusal("the specification chosen has no answer", key="spec_no_reference")
    rows = pd.concat(found, ignore_index=True)
    smallest = rows[["side_change", "clear_change"]].abs().min(axis=1).fillna(np.inf)
    columns = ["exposure", "rate_ratio", "low", "high", *found[0].columns[:-4]]
    return rows.iloc[np.argsort(smallest.to_numpy(), kind="stable")][columns].reset_index(drop=True)


def search_curves(curves: Sequence[Curve], *, predicate: str) -> dict[str, pd.DataFrame]:
    """Search for flips in every finding: settled figures, quasi-Poisson, the longest series, once for each exposure.

    Parameters
    ----------
    curves : sequence of Curve
        Findings with their answers.
    predicate : str
        WBK, WBBM or all.

    Returns
    -------
    dict of str to DataFrame
        Finding -> rows of ``search_exposures``; findings without a specification to start from are left out.

    Raises
    ------
    StudyRefusal
        If no finding has one.
    """
    found = {}
    for curve in curves:
        try:
            found[curve.grid.finding] = search_exposures(curve.grid, curve.fits, predicate=predicate, **_START)
        except StudyRefusal:
            continue
    if not found:
        raise StudyRefusal("the specification chosen has no answer", key="spec_no_reference")
    return found
