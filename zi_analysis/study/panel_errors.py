"""Errors of a panel with few agencies: fits of many draws, clustered covariance, leave one agency out."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from zi_analysis.study.batches import fit_many
from zi_analysis.study.panel_rows import dummy_matrix, number_components


@dataclass(frozen=True, eq=False)
class YearEffects:
    """Year effects of several series of one panel.

    Attributes
    ----------
    estimates : ndarray
        Log rate ratio of each year to the reference (b x t).
    clustered : ndarray
        Standard errors clustered by agency, CRV1 (b x t).
    jackknife : ndarray
        Standard errors from leaving one agency out, CV3 (b x t); missing where a year hangs on one agency.
    """

    estimates: np.ndarray
    clustered: np.ndarray
    jackknife: np.ndarray


def other_years(rows: pd.DataFrame, *, reference: int) -> list[int]:
    """List the years of a panel but the reference.

    Parameters
    ----------
    rows : DataFrame
        year.
    reference : int
        Year that the others are compared with.

    Returns
    -------
    list of int

    Examples
    --------
    >>> other_years(pd.DataFrame({"year": [2021, 2020, 2021]}), reference=2020)
    [2021]
    """
    return sorted(int(year) for year in rows["year"].unique() if year != reference)


def fit_year_effects(rows: pd.DataFrame, counts: np.ndarray, *, reference: int) -> YearEffects:
    """Fit agency and year effects to each of several series over the same agency-years.

    Parameters
    ----------
    rows : DataFrame
        agency_id, year: one connected panel (n).
    counts : ndarray
        Award counts (b x n).
    reference : int
        Year that the others are compared with.

    Returns
    -------
    YearEffects

    Notes
    -----
    CRV1 has the factor G / (G - 1) * (n - 1) / (n - t - 1) of G agencies and t year effects; agency effects, which
    lie within clusters, count as one constant (as in fixest, Berge 2018). CV3 is the jackknife of MacKinnon, Nielsen
    and Webb (2023): the squared deviations of the G estimates without one agency, summed and times (G - 1) / G.

    Examples
    --------
    >>> rows = pd.DataFrame({"agency_id": list("aabb"), "year": [1, 2, 1, 2]})
    >>> effects = fit_year_effects(rows, np.array([[10.0, 20, 30, 60]]), reference=1)
    >>> np.exp(effects.estimates).round(6).tolist()
    [[2.0]]
    """
    years = other_years(rows, reference=reference)
    estimates, means = _estimate(rows, counts, reference)
    clustered = _cluster(rows, counts, means, reference)
    without = [_estimate_without(rows, counts, agency, reference, years) for agency in sorted(set(rows["agency_id"]))]
    moves = np.stack(without) - estimates
    jackknife = np.sqrt((len(without) - 1) / len(without) * (moves**2).sum(axis=0))
    return YearEffects(estimates, clustered, jackknife)


def _estimate(rows: pd.DataFrame, counts: np.ndarray, reference: int) -> tuple[np.ndarray, np.ndarray]:
    """Year effects (b x t) and fitted means (b x n)."""
    matrix = dummy_matrix(rows, reference=reference)
    means = fit_many(counts, matrix.to_numpy(), offset=np.zeros(len(rows)))
    coefficients = np.linalg.lstsq(matrix.to_numpy(), np.log(means).T, rcond=None)[0].T
    places = [matrix.columns.get_loc(str(year)) for year in other_years(rows, reference=reference)]
    return coefficients[:, places], means


def _cluster(rows: pd.DataFrame, counts: np.ndarray, means: np.ndarray, reference: int) -> np.ndarray:
    """CRV1 standard errors of the year effects."""
    matrix = dummy_matrix(rows, reference=reference).to_numpy()
    years = len(other_years(rows, reference=reference))
    cross = np.einsum("bn,nj,nk->bjk", means, matrix, matrix)
    bread = np.linalg.inv(cross + 1e-12 * np.eye(matrix.shape[1]))
    agencies = pd.factorize(rows["agency_id"])[0]
    member = np.eye(agencies.max() + 1)[agencies]
    scores = np.einsum("bn,nj,ng->bgj", counts - means, matrix, member)
    spread = np.einsum("bgj,bjk->bgk", scores, bread)[:, :, -years:]
    groups, size = member.shape[1], len(rows)
    factor = groups / (groups - 1) * (size - 1) / (size - years - 1)
    return np.asarray(np.sqrt(factor * (spread**2).sum(axis=1)))


def _estimate_without(
    rows: pd.DataFrame, counts: np.ndarray, agency: str, reference: int, years: list[int]
) -> np.ndarray:
    """Year effects without one agency (b x t); missing for years that then no chain joins to the reference."""
    found = np.full((len(counts), len(years)), np.nan)
    rest = (rows["agency_id"] != agency).to_numpy()
    left = rows[rest]
    if reference not in set(left["year"]):
        return found
    parts = number_components(left).to_numpy()
    joined = parts == parts[(left["year"] == reference).to_numpy()][0]
    chosen = left[joined]
    effects, _ = _estimate(chosen, counts[:, rest][:, joined], reference)
    for place, year in enumerate(other_years(chosen, reference=reference)):
        found[:, years.index(year)] = effects[:, place]
    return found
