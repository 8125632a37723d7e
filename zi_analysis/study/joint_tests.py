"""Joint tests: whether several terms of a count fit are needed together, by likelihood ratio or by Wald."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.columns import name_terms
from zi_analysis.study.counts import CountFit
from zi_analysis.study.designs import Design, build_design, columns_of_terms
from zi_analysis.study.formulas import Formula, closest, read_formula

_PART_TOLERANCE = 1e-7
_RANK_TOLERANCE = 1e-10


@dataclass(frozen=True)
class JointTest:
    """A test of several terms at once.

    Attributes
    ----------
    statistic : float
        Chi-squared, or F when `denominator_degrees` is a number.
    degrees : int
        Terms tested.
    denominator_degrees : float or None
        Second degrees of freedom of F; None for chi-squared.
    p_value : float
        Probability of a statistic as large when the terms are all zero.
    law : str
        ``"chi2"`` or ``"F"``.
    terms : tuple of str
        The terms that are zero under the hypothesis.
    """

    statistic: float
    degrees: int
    denominator_degrees: float | None
    p_value: float
    law: str
    terms: tuple[str, ...]


def likelihood_ratio_test(full: CountFit, reduced: CountFit) -> JointTest:
    """Test the terms that a fit has and a smaller one has not.

    Parameters
    ----------
    full, reduced : CountFit
        Fits of the same family to the same rows with the same exposure and errors of the model; the terms of
        `reduced` are terms of `full`, or sums of them.

    Returns
    -------
    JointTest
        Twice the difference of the log-likelihoods against chi-squared; for quasipoisson the difference of the
        deviances over the dispersion of `full` and the number of terms, against F. Its terms are those of
        `full` that `reduced` does not name.

    Raises
    ------
    StudyRefusal
        If the fits are of different rows, counts, exposures or families, are not nested, or have robust errors,
        for which the likelihood is not the measure.

    Notes
    -----
    McCullagh and Nelder (1989); F for quasi-likelihood as ``anova(test="F")`` of R. Under nb2 each fit has its own
    alpha, as in ``anova`` of MASS (Venables and Ripley 2002, section 7.4).

    Examples
    --------
    >>> import pandas as pd
    >>> from zi_analysis.study.counts import fit_counts
    >>> cells = pd.DataFrame({"awards": [10, 12, 30, 35], "kind": list("aabb")})
    >>> full, reduced = (fit_counts(cells, formula=f"awards ~ {x}", exposure=None) for x in ("C(kind)", "1"))
    >>> test = likelihood_ratio_test(full, reduced)
    >>> round(test.statistic, 3), test.degrees, test.terms
    (22.216, 1, ('C(kind)[T.b]',))
    """
    _check_comparable(full, reduced)
    _check_nested(full, reduced)
    degrees = reduced.residual_degrees - full.residual_degrees
    kept = set(reduced.coefficients["term"])
    terms = tuple(term for term in full.coefficients["term"] if term not in kept)
    twice = 2 * (_poisson_or_nb2(full) - _poisson_or_nb2(reduced))
    if full.family == "quasipoisson":
        return _against_f(twice / degrees / full.dispersion, degrees, full.residual_degrees, terms)
    return _against_chi2(twice, degrees, terms)


def wald_test(fit: CountFit, terms: str | Sequence[str]) -> JointTest:
    """Test several terms of one fit with its own covariance.

    Parameters
    ----------
    fit : CountFit
        A fit with any covariance.
    terms : str or sequence of str
        A column (``"agency_type"``: every term in which it stands, interactions too, so that the answer does not
        depend on reference levels), columns joined by ``:`` (their interactions only), or a list of terms as
        the coefficients name them.

    Returns
    -------
    JointTest
        Chi-squared when the intervals of the fit are normal; F with the degrees of freedom of its t otherwise.

    Raises
    ------
    StudyRefusal
        If no term matches, or the covariance has fewer directions than there are terms to test, as with few
        clusters.

    Notes
    -----
    Wald (1943). With few clusters the test rejects too often even against F (Cameron, Gelbach and Miller 2008).

    Examples
    --------
    >>> import pandas as pd
    >>> from zi_analysis.study.counts import fit_counts
    >>> cells = pd.DataFrame({"awards": [10, 12, 30, 35, 8, 9], "kind": list("aabbcc")})
    >>> test = wald_test(fit_counts(cells, formula="awards ~ C(kind)", exposure=None), "kind")
    >>> round(test.statistic, 3), test.degrees, test.law
    (35.488, 2, 'chi2')
    """
    chosen = _terms_of_columns(fit, terms) if isinstance(terms, str) else list(terms)
    known = fit.coefficients["term"].tolist()
    absent = [term for term in chosen if term not in known]
    if absent or not chosen:
        wanted = absent[0] if absent else terms
        raise StudyRefusal(f"no term of the model is {wanted!r}; {closest(wanted, known)}", key="no_such_term")
    chosen = list(dict.fromkeys(chosen))
    statistic = _quadratic_form(fit, chosen)
    if fit.interval_degrees is None:
        return _against_chi2(statistic, len(chosen), tuple(chosen))
    return _against_f(statistic / len(chosen), len(chosen), fit.interval_degrees, tuple(chosen))


def rebuild_design(fit: CountFit) -> tuple[Design, Formula]:
    """Build the design of a fit again from the rows it keeps.

    Parameters
    ----------
    fit : CountFit
        Any fit.

    Returns
    -------
    design : Design
        Matrix in the order of the coefficients.
    formula : Formula
        The formula, read.

    Examples
    --------
    >>> import pandas as pd
    >>> from zi_analysis.study.counts import fit_counts
    >>> cells = pd.DataFrame({"awards": [10, 12, 30, 35], "kind": list("aabb")})
    >>> rebuild_design(fit_counts(cells, formula="awards ~ C(kind)", exposure=None))[0].matrix.shape
    (4, 2)
    """
    formula = read_formula(fit.formula, columns=[str(name) for name in fit.rows.columns])
    return build_design(fit.rows, formula), formula


def _check_comparable(full: CountFit, reduced: CountFit) -> None:
    """Refuse two fits that are not of the same rows and kind."""
    differ = [name for name in ("family", "exposure") if getattr(full, name) != getattr(reduced, name)]
    if not full.expected["observed"].equals(reduced.expected["observed"]):
        differ.append("rows")
    elif full.exposure and not differ and not full.rows[full.exposure].equals(reduced.rows[reduced.exposure]):
        differ.append("exposure")
    if differ:
        message = f"the two fits differ in {name_terms(differ)}; fit both to the same rows in the same way"
        raise StudyRefusal(message, key="not_comparable")
    for fit in (full, reduced):
        if fit.covariance != "model":
            message = f'a likelihood ratio has no use for covariance="{fit.covariance}"; use wald_test'
            raise StudyRefusal(message, key="robust_likelihood")


def _check_nested(full: CountFit, reduced: CountFit) -> None:
    """Each column of the smaller matrix must be a sum of columns of the larger."""
    large, small = (rebuild_design(fit)[0].matrix.to_numpy() for fit in (full, reduced))
    basis = np.linalg.qr(large / np.linalg.norm(large, axis=0))[0]
    rest = np.linalg.norm(small - basis @ (basis.T @ small), axis=0)
    if large.shape[1] <= small.shape[1] or (rest > _PART_TOLERANCE * np.linalg.norm(small, axis=0)).any():
        message = f"formula {reduced.formula!r} is not a part of {full.formula!r}; leave terms out of the larger one"
        raise StudyRefusal(message, key="not_nested")


def _poisson_or_nb2(fit: CountFit) -> float:
    """The log-likelihood; for quasipoisson that of Poisson, whose differences are those of the deviance."""
    if fit.family != "quasipoisson":
        return fit.log_likelihood
    return float(stats.poisson.logpmf(fit.expected["observed"], fit.expected["expected"]).sum())


def _terms_of_columns(fit: CountFit, columns: str) -> list[str]:
    """Name the terms made of some columns."""
    wanted = {name.strip() for name in columns.split(":")}
    inside = columns_of_terms(*rebuild_design(fit))
    return [term for term, held in zip(fit.coefficients["term"], inside, strict=True) if wanted <= held]


def _quadratic_form(fit: CountFit, terms: list[str]) -> float:
    """The estimates measured by their covariance, each term first divided by its error."""
    rows = fit.coefficients.set_index("term").loc[terms]
    errors = rows["std_error"].to_numpy()
    correlation = fit.covariance_matrix.loc[terms, terms].to_numpy() / np.outer(errors, errors)
    sizes = np.linalg.eigvalsh(correlation)
    rank = int((sizes > _RANK_TOLERANCE * sizes.max()).sum())
    if rank < len(terms):
        message = f"the covariance has {rank} directions for {len(terms)} terms; use more clusters or fewer terms"
        raise StudyRefusal(message, key="few_directions", rank=rank, terms=len(terms))
    away = rows["estimate"].to_numpy() / errors
    return float(away @ np.linalg.solve(correlation, away))


def _against_chi2(statistic: float, degrees: int, terms: tuple[str, ...]) -> JointTest:
    """Read a statistic against chi2."""
    return JointTest(statistic, degrees, None, float(stats.chi2.sf(statistic, degrees)), "chi2", terms)


def _against_f(statistic: float, degrees: int, denominator: float, terms: tuple[str, ...]) -> JointTest:
    """Read a statistic against F."""
    p_value = float(stats.f.sf(statistic, degrees, denominator))
    return JointTest(statistic, degrees, denominator, p_value, "F", terms)
