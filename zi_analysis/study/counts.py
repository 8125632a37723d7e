"""Counts: relate award counts to what is known of their cells, by Poisson, quasi-Poisson or NB2 regression."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLMResultsWrapper

from zi_analysis.errors import ParameterError, StudyRefusal
from zi_analysis.study.columns import check_table, read_counts, read_exposure
from zi_analysis.study.covariances import covariance_of_terms
from zi_analysis.study.designs import Design, build_design
from zi_analysis.study.formulas import closest, read_formula
from zi_analysis.study.likelihood import fit_glm, table_coefficients
from zi_analysis.study.overdispersion import DispersionTest, estimate_alpha, regress_dispersion
from zi_analysis.study.separation import find_separation, refuse_separation

FAMILIES = ("poisson", "quasipoisson", "nb2")
COVARIANCES = ("model", "HC1", "cluster")
INTERVALS = ("normal", "t")

_NO_REST = 1e-12


@dataclass(frozen=True, eq=False)
class CountFit:
    """A fitted count model and what a reader needs to trust it.

    Attributes
    ----------
    coefficients : DataFrame
        term, estimate, std_error, rate_ratio, low, high, p_value; low and high bound the rate ratio (95%).
    alpha : float or None
        Overdispersion of nb2, variance mu + alpha mu^2; None for the others.
    dispersion : float
        Pearson chi-squared over residual degrees of freedom; near 1 when the family's variance is right.
    dispersion_test : DispersionTest or None
        Test for overdispersion against the Poisson mean; None for nb2.
    reference : dict
        Factor -> level the others are compared with; ``"year"`` -> the centre when a calendar year was
        centred.
    converged : bool
        Always True: a fit that does not converge is refused.
    family, covariance : str
        As asked for.
    exposure : str or None
        Column that the counts are a rate of.
    n_cells : int
        Rows used.
    log_likelihood : float
        At the maximum, with all constants; nan for quasipoisson, which has no likelihood.
    expected : DataFrame
        The rows used, under their index: observed, expected, pearson_residual.
    covariance_matrix : DataFrame
        Covariance of the estimates, term by term, as asked for (k x k).
    residual_degrees : int
        Rows less terms.
    interval_degrees : float or None
        Degrees of freedom of Student's t behind intervals and p-values; None when they are normal.
    formula : str
        As asked for.
    rows : DataFrame
        The columns used, of the rows used.
    """

    coefficients: pd.DataFrame
    alpha: float | None
    dispersion: float
    dispersion_test: DispersionTest | None
    reference: dict[str, str | int]
    converged: bool
    family: str
    covariance: str
    exposure: str | None
    n_cells: int
    log_likelihood: float
    expected: pd.DataFrame
    covariance_matrix: pd.DataFrame
    residual_degrees: int
    interval_degrees: float | None
    formula: str
    rows: pd.DataFrame


def fit_counts(
    cells: pd.DataFrame,
    *,
    formula: str,
    exposure: str | None,
    family: str = "poisson",
    covariance: str = "model",
    cluster: str | None = None,
    interval: str | None = None,
) -> CountFit:
    """Relate counts of cells to agency type, year or other columns.

    Parameters
    ----------
    cells : DataFrame
        One row per cell; it is not changed.
    formula : str
        ``"awards ~ C(agency_type) + year"``; see `read_formula` for what it may hold.
    exposure : str or None
        Column that the counts are a rate of (agencies, units proposed); None, said aloud, for bare counts.
    family : {"poisson", "quasipoisson", "nb2"}
        quasipoisson has the estimates of poisson and its variance times the dispersion, which is taken as it
        is, below 1 too; nb2 is the negative binomial with variance mu + alpha mu^2, alpha estimated.
    covariance : {"model", "HC1", "cluster"}
        Standard errors that trust the family's variance, that are robust to it, or that also allow rows of
        one cluster to depend on each other. nb2 takes alpha as known, as ``MASS::glm.nb`` does.
    cluster : str, optional
        Column of clusters, with ``covariance="cluster"`` only.
    interval : {"normal", "t"}, optional
        Law behind intervals and p-values: normal, or Student's t with the residual degrees of freedom (clusters
        less one when clustered). When left out, t for quasipoisson without robust errors, as R has it, and normal
        for the others.

    Returns
    -------
    CountFit
        Coefficients, dispersion, diagnostics, observed and expected counts.

    Raises
    ------
    EvidenceError
        If a used column is missing a value, a count is negative or not whole, an exposure is not above zero.
    ParameterError
        If family, covariance or interval is not one of those named.
    StudyRefusal
        If the formula is not allowed, or the model has no finite, unique, converged answer: too few rows,
        repeated terms, separation, fewer than two clusters, nb2 without overdispersion, quasipoisson without
        rest.

    Notes
    -----
    McCullagh and Nelder (1989); Wedderburn (1974) for quasipoisson; Cameron and Trivedi (1990) for the test;
    HC1 and clustered covariance as ``vcovHC`` and ``vcovCL`` with ``type="HC1"`` of R's sandwich (Zeileis 2006;
    Zeileis, Koell and Graham 2020).

    Examples
    --------
    >>> cells = pd.DataFrame({"awards": [10, 12, 30, 35], "kind": list("aabb"), "units": [5, 5, 10, 10]})
    >>> fit = fit_counts(cells, formula="awards ~ C(kind)", exposure="units")
    >>> fit.coefficients["rate_ratio"].round(3).tolist(), fit.reference
    ([2.2, 1.477], {'kind': 'a'})
    """
    _check_choices(family, covariance, interval, cluster, cells)
    read = read_formula(formula, columns=[str(name) for name in cells.columns])
    if read.response is None:
        raise StudyRefusal(f"formula {formula!r} names no count; write 'awards ~ {formula.strip(' ~')}'")
    used = [read.response, *read.columns, *(name for name in (exposure, cluster) if name is not None)]
    used = list(dict.fromkeys(used))
    check_table(cells, used)
    counts = read_counts(cells, read.response)
    offset = None if exposure is None else np.log(read_exposure(cells, exposure))
    groups = None if cluster is None else _number_clusters(cells, cluster)
    design = build_design(cells, read)
    refuse_separation(design, find_separation(design.matrix, floor=counts == 0), response=read.response)
    alpha, result = _maximise(counts, design, offset, family)
    expected = _compare(counts, np.asarray(result.fittedvalues), alpha, cells.index)
    dispersion = float((expected["pearson_residual"] ** 2).sum() / result.df_resid)
    scale = _scale(dispersion, family)
    matrix = covariance_of_terms(result, covariance=covariance, groups=groups, scale=scale)
    degrees = _degrees(interval, family, covariance, int(result.df_resid), groups)
    errors = np.sqrt(np.diag(matrix))
    return CountFit(
        coefficients=table_coefficients(result, errors=errors, ratio="rate_ratio", degrees=degrees),
        alpha=alpha,
        dispersion=dispersion,
        dispersion_test=None if alpha is not None else regress_dispersion(counts, result.fittedvalues),
        reference=design.reference,
        converged=bool(result.converged),
        family=family,
        covariance=covariance,
        exposure=exposure,
        n_cells=len(counts),
        log_likelihood=float("nan") if family == "quasipoisson" else _log_likelihood(expected, alpha),
        expected=expected,
        covariance_matrix=pd.DataFrame(matrix, index=design.matrix.columns, columns=design.matrix.columns),
        residual_degrees=int(result.df_resid),
        interval_degrees=degrees,
        formula=formula,
        rows=cells[used].copy(),
    )


def _check_choices(
    family: str, covariance: str, interval: str | None, cluster: str | None, cells: pd.DataFrame
) -> None:
    """Refuse a family, covariance, interval or cluster that cannot be."""
    asked: list[tuple[str, str, tuple[str, ...]]] = [("family", family, FAMILIES)]
    asked += [("covariance", covariance, COVARIANCES)]
    asked += [] if interval is None else [("interval", interval, INTERVALS)]
    for name, value, choices in asked:
        if value not in choices:
            raise ParameterError(f"{name} is {value!r}; {closest(value, choices)}")
    if covariance == "cluster" and cluster is None:
        raise StudyRefusal(f"clustered standard errors need a column; {closest('cluster', cells.columns)}")
    if covariance != "cluster" and cluster is not None:
        raise StudyRefusal(f'cluster={cluster!r} has no use with covariance={covariance!r}; say covariance="cluster"')


def _scale(dispersion: float, family: str) -> float:
    """What the Poisson variance is multiplied with."""
    if family != "quasipoisson":
        return 1.0
    if dispersion < _NO_REST:
        raise StudyRefusal(
            'the terms fit the counts without rest, so quasipoisson has no dispersion; use family="poisson"',
            key="no_rest",
        )
    return dispersion


def _degrees(
    interval: str | None, family: str, covariance: str, residual: int, groups: np.ndarray | None
) -> float | None:
    """Degrees of freedom of Student's t, None for the normal law."""
    law = interval or ("t" if family == "quasipoisson" and covariance == "model" else "normal")
    if law == "normal":
        return None
    return float(residual if groups is None else groups.max())


def _number_clusters(cells: pd.DataFrame, cluster: str) -> np.ndarray:
    """Number the clusters; one alone is refused."""
    numbers, names = pd.factorize(cells[cluster])
    if len(names) < 2:
        raise StudyRefusal(f"column {cluster!r} holds one cluster ({names[0]}); at least two are needed")
    return numbers


def _maximise(
    counts: np.ndarray, design: Design, offset: np.ndarray | None, family: str
) -> tuple[float | None, GLMResultsWrapper]:
    """The overdispersion (None but for nb2) and the fit."""
    result = fit_glm(counts, design.matrix, family=families.Poisson(), offset=offset)
    if family != "nb2":
        return None, result
    return estimate_alpha(counts, design.matrix, offset=offset, start=np.asarray(result.params))


def _compare(counts: np.ndarray, means: np.ndarray, alpha: float | None, index: pd.Index) -> pd.DataFrame:
    """Observed beside expected, and how many standard deviations lie between."""
    residuals = (counts - means) / np.sqrt(means + (alpha or 0.0) * means**2)
    columns = {"observed": counts.astype("int64"), "expected": means, "pearson_residual": residuals}
    return pd.DataFrame(columns, index=index)


def _log_likelihood(expected: pd.DataFrame, alpha: float | None) -> float:
    """With all constants, so that families can be compared."""
    observed, means = expected["observed"].to_numpy(), expected["expected"].to_numpy()
    if alpha is None:
        return float(stats.poisson.logpmf(observed, means).sum())
    return float(stats.nbinom.logpmf(observed, 1 / alpha, 1 / (1 + alpha * means)).sum())
