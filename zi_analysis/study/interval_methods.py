"""The same rate ratios with intervals of several kinds, and joint tests of what a model's terms say together."""

import re

import numpy as np
import pandas as pd
from scipy import stats

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.counts import CountFit, fit_counts
from zi_analysis.study.designs import build_design
from zi_analysis.study.formulas import read_formula
from zi_analysis.study.joint_tests import JointTest, likelihood_ratio_test, wald_test
from zi_analysis.study.refits_bootstrap import bootstrap_intervals
from zi_analysis.study.refits_errors import jackknife_errors

# method -> how fit_counts is asked
METHODS: dict[str, dict[str, str]] = {
    "poisson": {"family": "poisson"},
    "robust": {"family": "poisson", "covariance": "HC1"},
    "quasi": {"family": "quasipoisson"},
    "nb2": {"family": "nb2"},
    "nb2_t": {"family": "nb2", "interval": "t"},
}
_NUMBERS = ["term", "rate_ratio", "low", "high"]


def compare_intervals(
    cells: pd.DataFrame, *, formula: str, exposure: str | None, seed: int, replicates: int = 999
) -> pd.DataFrame:
    """Give each rate ratio the intervals of several methods.

    Parameters
    ----------
    cells : DataFrame
        The rows to fit.
    formula, exposure
        As for ``fit_counts``.
    seed : int
        Seed of the bootstrap.
    replicates : int
        Data sets drawn for the bootstrap.

    Returns
    -------
    DataFrame
        method (poisson, robust, quasi, nb2, nb2_t, bootstrap, jackknife), term, rate_ratio, low, high, refusal (why a
        method has no answer; its numbers and term are missing then).

    Raises
    ------
    StudyRefusal
        If no method has an answer.

    Examples
    --------
    >>> cells = pd.DataFrame({"awards": [9, 4, 30, 61, 7, 41, 12, 22], "kind": list("aabbabab")})
    >>> found = compare_intervals(cells, formula="awards ~ C(kind)", exposure=None, seed=1, replicates=199)
    >>> found["method"].tolist()
    ['poisson', 'robust', 'quasi', 'nb2', 'nb2_t', 'bootstrap']

    With a column year, the jackknife of years (Student's t with years less one) is the last method; where years share
    shocks it covers best.
    """
    found, fits = [], {}
    for method, options in METHODS.items():
        try:
            fits[method] = fit_counts(cells, formula=formula, exposure=exposure, **options)
            found.append(_ratios(fits[method].coefficients).assign(method=method, refusal=None))
        except StudyRefusal as reason:
            found.append(pd.DataFrame([{"method": method, "refusal": str(reason)}]))
    if not fits:
        raise StudyRefusal(found[0]["refusal"].iloc[0])
    try:
        drawn = bootstrap_intervals(
            next(fits[name] for name in ("nb2", "quasi", "poisson", *fits) if name in fits),
            cells,
            formula=formula,
            exposure=exposure,
            replicates=replicates,
            seed=seed,
        )
        found.append(_ratios(drawn).assign(method="bootstrap", refusal=None))
    except StudyRefusal as reason:
        found.append(pd.DataFrame([{"method": "bootstrap", "refusal": str(reason)}]))
    if "year" in cells and "poisson" in fits:
        found.append(_leave_years(fits["poisson"], cells, formula=formula, exposure=exposure))
    columns = ["method", *_NUMBERS, "refusal"]
    return pd.concat([rows.reindex(columns=columns).astype(object) for rows in found], ignore_index=True).astype(
        dict.fromkeys(_NUMBERS[1:], "float64")
    )


def _leave_years(fit: CountFit, cells: pd.DataFrame, *, formula: str, exposure: str | None) -> pd.DataFrame:
    """Intervals by leaving one year out at a time (CV3), Student's t with the years less one."""
    years = cells["year"].to_numpy()
    matrix = build_design(cells, read_formula(formula, columns=[str(name) for name in cells.columns])).matrix
    offset = None if exposure is None else np.log(cells[exposure].to_numpy(dtype="float64"))
    observed = fit.expected["observed"].to_numpy(dtype="float64")[None, :]
    try:
        errors = jackknife_errors(observed, matrix.to_numpy(), groups=years, offset=offset)[0]
    except StudyRefusal as reason:
        return pd.DataFrame([{"method": "jackknife", "refusal": str(reason)}])
    if not np.isfinite(errors).all():
        refusal = "without one of the years the model has no answer"
        return pd.DataFrame([{"method": "jackknife", "refusal": refusal}])
    reach = stats.t.ppf(0.975, len(np.unique(years)) - 1) * errors
    estimate = fit.coefficients["estimate"].to_numpy()
    bounds = {"low": np.exp(estimate - reach), "high": np.exp(estimate + reach)}
    return _ratios(fit.coefficients.assign(**bounds)).assign(method="jackknife", refusal=None)


def _ratios(coefficients: pd.DataFrame) -> pd.DataFrame:
    """Take the ratios, without the intercept."""
    return coefficients.loc[coefficients["term"] != "Intercept", _NUMBERS]


def try_terms(cells: pd.DataFrame, *, formula: str, exposure: str | None) -> pd.DataFrame:
    """Test each factor of a count model, all terms together, and whether the years follow a straight line.

    Parameters
    ----------
    cells, formula, exposure
        As in `compare_intervals`.

    Returns
    -------
    DataFrame
        tested (a column of the formula, "all", "years_beyond_line"), test (wald_hc1, lr_nb2, f_quasi),
        statistic, degrees, denominator_degrees, p_value, refusal.

    Raises
    ------
    StudyRefusal
        If the formula has no terms to test.
    """
    left, right = (part.strip() for part in formula.split("~"))
    terms = [term.strip() for term in _split_sum(right)]
    if terms == ["1"]:
        raise StudyRefusal("the model has no terms to test", key="no_terms")
    rows = []
    for term in terms:
        reduced = " + ".join(other for other in terms if other != term) or "1"
        rows += _tests(cells, _column(term), (formula, f"{left} ~ {reduced}"), exposure)
    if len(terms) > 1:
        rows += _tests(cells, "all", (formula, f"{left} ~ 1"), exposure)
    if "year" in terms:
        factor = " + ".join("C(year)" if term == "year" else term for term in terms)
        rows.append(_row("years_beyond_line", "f_quasi", _likelihood(cells, (f"{left} ~ {factor}", formula), exposure)))
    return pd.DataFrame(rows)


def _split_sum(right: str) -> list[str]:
    """Split a sum at its outer plus signs."""
    return re.split(r"\s\+\s(?![^(]*\))", right)


def _column(term: str) -> str:
    """Name the column of a term."""
    found = re.match(r"C\((\w+)", term)
    return found[1] if found else term


def _tests(cells: pd.DataFrame, tested: str, formulas: tuple[str, str], exposure: str | None) -> list[dict]:
    """Test one column, or all, in three ways."""
    return [
        _row(tested, "wald_hc1", _wald(cells, tested, formulas[0], exposure)),
        _row(tested, "lr_nb2", _likelihood(cells, formulas, exposure, family="nb2")),
        _row(tested, "f_quasi", _likelihood(cells, formulas, exposure)),
    ]


def _wald(cells: pd.DataFrame, tested: str, formula: str, exposure: str | None) -> JointTest | str:
    """Test by Wald with robust errors; a refusal is told."""
    try:
        fit = fit_counts(cells, formula=formula, exposure=exposure, covariance="HC1")
        return wald_test(fit, _slopes(fit) if tested == "all" else tested)
    except StudyRefusal as reason:
        return str(reason)


def _slopes(fit: CountFit) -> list[str]:
    """Name every term but the intercept."""
    return [term for term in fit.coefficients["term"] if term != "Intercept"]


def _likelihood(
    cells: pd.DataFrame, formulas: tuple[str, str], exposure: str | None, *, family: str = "quasipoisson"
) -> JointTest | str:
    """Test by the ratio of likelihoods; a refusal is told."""
    try:
        full, reduced = (fit_counts(cells, formula=text, exposure=exposure, family=family) for text in formulas)
        return likelihood_ratio_test(full, reduced)
    except StudyRefusal as reason:
        return str(reason)


def _row(tested: str, test: str, answer: JointTest | str) -> dict[str, object]:
    """Make the row of a test."""
    if isinstance(answer, str):
        return {"tested": tested, "test": test, "refusal": answer}
    return {
        "tested": tested,
        "test": test,
        "statistic": answer.statistic,
        "degrees": answer.degrees,
        "denominator_degrees": answer.denominator_degrees,
        "p_value": answer.p_value,
        "refusal": None,
    }
