"""Value of information: which count, if it were published, would narrow a rate ratio most."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.coarsened import Maximum, find_maximum
from zi_analysis.study.coarsened_known import weigh_known
from zi_analysis.study.coarsened_surface import Top
from zi_analysis.study.formulas import closest

_STEP = 1e-4
_COLUMNS = [
    "kind",
    "name",
    "lower",
    "upper",
    "expected",
    "low",
    "high",
    "narrowing",
    "refit",
    "refit_low",
    "refit_high",
]


def value_of_cells(
    cells: pd.DataFrame,
    sums: pd.DataFrame | None,
    *,
    formula: str,
    exposure: str | None,
    term: str,
    family: str = "poisson",
    leave_out: Sequence[str] = (),
    shown: int = 8,
    refits: int = 2,
) -> pd.DataFrame:
    """Rank cells and sums that are not exact by how much the interval of one term would narrow were they published.

    All are ranked under the fitted model by the information that the count would add; the first few are then
    supposed to be published at their expected count and at both ends of their interval, and the model is refitted.

    Parameters
    ----------
    cells, sums, formula, exposure, family, leave_out
        As in ``fit_coarsened``.
    term : str
        Term of interest, as in ``CoarsenedFit.coefficients``.
    shown : int
        How many are returned.
    refits : int
        How many of them are refitted, three times each.

    Returns
    -------
    DataFrame
        kind (cell or sum), name (label of the cell or name of the sum), lower, upper (as known, tightened),
        expected, low, high (given all that is known), narrowing (share by which the standard error of the log
        ratio would fall, under the fitted model), refit, refit_low, refit_high (the same after a refit with the
        count at its expectation and at the ends; negative where the interval would widen, missing where no fit).

    Raises
    ------
    StudyRefusal
        If the term is not in the model, not identified, or every count is exact.

    Notes
    -----
    An exact count adds the information that its variance, given all else that is known, hides (Louis 1982); the
    counts are taken as jointly normal given what is known, for the ranking only. Raiffa and Schlaifer (1961) on
    the value of information before it is bought.

    Examples
    --------
    >>> cells = pd.DataFrame({"kind": list("ababab"), "year": [2019, 2019, 2020, 2020, 2021, 2021],
    ...                       "lower": [10, 20, 0, 12, 6, 0], "upper": [10, 20, 30, 26, 6, 90]})
    >>> value_of_cells(cells, None, formula="C(kind)", exposure=None, term="C(kind)[T.b]")["name"].tolist()
    [2, 5, 3]
    """
    found = find_maximum(cells, sums, formula=formula, exposure=exposure, family=family, leave_out=leave_out)
    names = found.design.matrix.columns.tolist()
    if term not in names:
        raise StudyRefusal(f"term {term!r} is not in the model; {closest(term, names)}")
    place = names.index(term)
    before = _error(found.information, place)
    if not np.isfinite(before):
        raise StudyRefusal(f"term {term} is not identified, so no interval can narrow", key="no_interval")
    ranked = _rank(cells, found, place, before)
    if ranked.empty:
        raise StudyRefusal("every count is exact; there is nothing to publish", key="all_exact")
    first = ranked.sort_values("narrowing", ascending=False, kind="stable").head(shown).reset_index(drop=True)
    options = {"formula": formula, "exposure": exposure, "family": family}
    used = None if sums is None else sums.drop(index=_left_out(sums, leave_out))
    for column, at in (("refit", "expected"), ("refit_low", "low"), ("refit_high", "high")):
        first[column] = [
            _narrow_by(cells, used, row, row[at], found.top, place, before, options) if rank < refits else np.nan
            for rank, row in enumerate(first.to_dict("records"))
        ]
    return first[_COLUMNS].rename_axis(None)


def _left_out(sums: pd.DataFrame, leave_out: Sequence[str]) -> list:
    """Index labels of the sums left out."""
    return sums.index[sums["name"].isin(list(leave_out))].tolist() if leave_out and "name" in sums else []


def _error(information: np.ndarray, place: int) -> float:
    """Standard error of a parameter; infinite when the information is not positive."""
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    if values.min() <= 1e-9:
        return float("inf")
    return float(np.sqrt((vectors[place] ** 2 / values).sum()) / scale[place])


def _rank(cells: pd.DataFrame, found: Maximum, place: int, before: float) -> pd.DataFrame:
    """Every cell and sum that is not exact, with what it would add."""
    log_mean, alpha = found.surface.split(found.top.place)
    mean = np.exp(log_mean)
    weighed = found.surface.weigh(found.top.place)
    grown = 1 + alpha * mean
    expected = mean + weighed.by_log_mean * grown
    covariance = _covariance(found, log_mean, alpha)
    known, table = found.surface.known, found.table
    wanted = [("cell", cells.index[cell], np.eye(len(cells))[cell]) for cell in range(len(cells))]
    for name, members in zip(table.names, table.members, strict=True):
        wanted.append(("sum", name, np.isin(np.arange(len(cells)), members).astype("float64")))
    rows = []
    for kind, name, weights in wanted:
        joint = covariance @ weights
        variance = float(weights @ joint)
        if variance < 1e-6:
            continue
        added = np.zeros(len(found.information))
        added[: found.surface.matrix.shape[1]] = found.surface.matrix.T @ (joint / grown) / np.sqrt(variance)
        after = _error(found.information + np.outer(added, added), place)
        centre, reach = float(weights @ expected), 1.96 * np.sqrt(variance)
        inside = weights > 0
        least, most = known.table.lower[inside].sum(), known.table.upper[inside].sum()
        if kind == "sum":
            number = table.names.index(name)
            least, most = max(least, table.least[number]), min(most, table.most[number])
        ends = np.clip(np.round([centre, centre - reach, centre + reach]), least, most)
        rows.append((kind, name, least, most, *ends, 1 - after / before))
    columns = ["kind", "name", "lower", "upper", "expected", "low", "high", "narrowing"]
    return pd.DataFrame(rows, columns=columns)


def _covariance(found: Maximum, log_mean: np.ndarray, alpha: float) -> np.ndarray:
    """Covariance of the counts given what is known, by differences; cells of different groups are moved together."""
    known, mean = found.surface.known, np.exp(log_mean)
    home = np.arange(len(mean))
    for plan in known.plans:
        home[list(plan.cells)] = plan.cells[0]
    turn = pd.Series(home).groupby(home).cumcount().to_numpy()
    made = np.zeros((len(mean), len(mean)))
    for number in range(turn.max() + 1):
        moved = np.where(turn == number, _STEP, 0.0)
        ends = [_means(found, log_mean + sign * moved, alpha) for sign in (1, -1)]
        slope = (ends[0] - ends[1]) / (2 * _STEP)
        for cell in np.flatnonzero(turn == number):
            same = home == home[cell]
            made[same, cell] = slope[same] * (1 + alpha * mean[cell])
    return (made + made.T) / 2


def _means(found: Maximum, log_mean: np.ndarray, alpha: float) -> np.ndarray:
    """Expected counts of the cells, given all that is known."""
    mean = np.exp(log_mean)
    return mean + weigh_known(found.surface.known, log_mean, alpha).by_log_mean * (1 + alpha * mean)


def _narrow_by(
    cells: pd.DataFrame,
    sums: pd.DataFrame | None,
    row: dict,
    count: float,
    near: Top,
    place: int,
    before: float,
    options: dict,
) -> float:
    """Share by which the standard error falls when a count is published."""
    if row["kind"] == "cell":
        here = cells.index == row["name"]
        cells = cells.assign(lower=cells["lower"].mask(here, int(count)), upper=cells["upper"].mask(here, int(count)))
    elif sums is not None:
        names = sums["name"] if "name" in sums else pd.Series(sums.index, index=sums.index)
        here = (names == row["name"]).to_numpy()
        sums = sums.assign(lower=sums["lower"].mask(here, int(count)), upper=sums["upper"].mask(here, int(count)))
    try:
        after = find_maximum(cells, sums, near=near, **options)
    except StudyRefusal:
        return float("nan")
    return 1 - _error(after.information, place) / before
