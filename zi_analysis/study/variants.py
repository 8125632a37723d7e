"""Variants of a table: one count model fitted to all of them at once."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.columns import read_counts, read_exposure
from zi_analysis.study.counts import CountFit, fit_counts
from zi_analysis.study.designs import build_design
from zi_analysis.study.formulas import read_formula
from zi_analysis.study.refits import Refits, refit_counts
from zi_analysis.study.refits_nb2 import refit_nb2


def fit_ratios(cells: pd.DataFrame, *, formula: str, exposure: str | None, family: str) -> pd.DataFrame:
    """Fit one table and keep its rate ratios.

    Parameters
    ----------
    cells : DataFrame
        The rows.
    formula, exposure, family
        As for ``fit_counts``; Poisson takes robust errors (HC1).

    Returns
    -------
    DataFrame
        term, rate_ratio, low, high; without the intercept.

    Raises
    ------
    StudyRefusal
        If ``fit_counts`` refuses.

    Examples
    --------
    >>> cells = pd.DataFrame({"awards": [10, 12, 30, 35], "kind": list("aabb")})
    >>> fit_ratios(cells, formula="awards ~ C(kind)", exposure=None, family="poisson")["rate_ratio"].round(3).tolist()
    [2.955]
    """
    errors = "HC1" if family == "poisson" else "model"
    fit: CountFit = fit_counts(cells, formula=formula, exposure=exposure, family=family, covariance=errors)
    rows = fit.coefficients[fit.coefficients["term"] != "Intercept"]
    return rows[["term", "rate_ratio", "low", "high"]].reset_index(drop=True)


def fit_variants(
    cells: pd.DataFrame, variants: Sequence[pd.DataFrame], *, formula: str, exposure: str | None, family: str
) -> list[pd.DataFrame | str]:
    """Fit variants of a table: some rows left out, or some counts and exposures replaced.

    Parameters
    ----------
    cells : DataFrame
        The whole table, with a unique index.
    variants : sequence of DataFrame
        Rows of it, under their index.
    formula, exposure, family
        As for `fit_ratios`. A calendar year is centred once, for the whole table.

    Returns
    -------
    list
        For each variant the table of `fit_ratios`, or the reason why there is none.

    Notes
    -----
    All variants are fitted side by side. One that has no answer there, such as one without a level of a factor, is
    fitted by itself.

    Examples
    --------
    >>> cells = pd.DataFrame({"awards": [10, 12, 30, 35, 9], "kind": list("aabba")})
    >>> without = [cells.drop(index=row) for row in (0, 2)]
    >>> found = fit_variants(cells, without, formula="awards ~ C(kind)", exposure=None, family="poisson")
    >>> [table["rate_ratio"].round(3).item() for table in found]
    [3.095, 3.387]
    """
    read = read_formula(formula, columns=[str(name) for name in cells.columns])
    if not variants or read.response is None:
        return []
    matrix = build_design(cells, read).matrix
    places = [cells.index.get_indexer(variant.index) for variant in variants]
    use = np.zeros((len(variants), len(cells)), dtype=bool)
    counts, exposures = np.zeros(use.shape), np.ones(use.shape)
    for row, (place, variant) in enumerate(zip(places, variants, strict=True)):
        use[row, place] = True
        counts[row, place] = read_counts(variant, read.response)
        if exposure is not None:
            exposures[row, place] = read_exposure(variant, exposure)
    refit = refit_nb2 if family == "nb2" else refit_counts
    found = refit(counts, matrix.to_numpy(), offset=np.log(exposures), use=use)
    return [
        _alone(variant, formula, exposure, family) if table is None else table
        for variant, table in zip(variants, _tables(found, matrix.columns, family), strict=True)
    ]


def _tables(found: Refits, terms: pd.Index, family: str) -> list[pd.DataFrame | None]:
    """Ratios of each refit; None where it has no answer, or none that NB2 differs from Poisson in."""
    errors = found.std_errors_hc1 if family == "poisson" else found.std_errors
    reach = stats.norm.ppf(0.975) * errors
    with np.errstate(over="ignore"):
        numbers = np.exp([found.coefficients, found.coefficients - reach, found.coefficients + reach])
    sound = found.converged & np.isfinite(errors).all(axis=1) & ((found.alpha > 0) | (family != "nb2"))
    kept = (terms != "Intercept").nonzero()[0]
    return [
        pd.DataFrame(
            {"term": terms[kept], **dict(zip(["rate_ratio", "low", "high"], numbers[:, place, kept], strict=True))}
        )
        if sound[place]
        else None
        for place in range(len(sound))
    ]


def _alone(cells: pd.DataFrame, formula: str, exposure: str | None, family: str) -> pd.DataFrame | str:
    """Fit one variant; a refusal is told."""
    try:
        return fit_ratios(cells, formula=formula, exposure=exposure, family=family)
    except StudyRefusal as refusal:
        return str(refusal)
