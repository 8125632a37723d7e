"""Rates: how many trials succeed, row by row with intervals and by binomial regression."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.genmod import families

from zi_analysis.errors import ParameterError, StudyRefusal
from zi_analysis.study.columns import check_table, read_counts
from zi_analysis.study.covariances import standard_errors
from zi_analysis.study.designs import build_design
from zi_analysis.study.formulas import Formula, closest, read_formula
from zi_analysis.study.likelihood import fit_glm, table_coefficients
from zi_analysis.study.rate_intervals import rate_intervals
from zi_analysis.study.separation import find_separation, refuse_separation

OVERDISPERSIONS = ("quasi", "none")


@dataclass(frozen=True, eq=False)
class RateFit:
    """Rates with intervals, and a fitted binomial model of them.

    Attributes
    ----------
    rates : DataFrame
        The other columns of the table, then successes, trials, rate, low, high, method; see `rate_intervals`.
    coefficients : DataFrame
        term, estimate, std_error, odds_ratio, low, high, p_value; low and high bound the odds ratio (95%).
    dispersion : float
        Pearson chi-squared over residual degrees of freedom, as it is, also below 1.
    reference : dict
        Factor -> level the others are compared with; ``"year"`` -> the centre when a calendar year was
        centred.
    converged : bool
        Always True: a fit that does not converge is refused.
    overdispersion : str
        As asked for.
    expected : DataFrame
        The rows used, under their index: observed, expected, pearson_residual (of successes).
    """

    rates: pd.DataFrame
    coefficients: pd.DataFrame
    dispersion: float
    reference: dict[str, str | int]
    converged: bool
    overdispersion: str
    expected: pd.DataFrame


def fit_rates(
    table: pd.DataFrame,
    *,
    successes: str,
    trials: str,
    formula: str = "1",
    overdispersion: str = "quasi",
    small: int = 10,
) -> RateFit:
    """Relate success rates to agency type, year or other columns.

    Parameters
    ----------
    table : DataFrame
        One row per group of trials; it is not changed.
    successes, trials : str
        Columns of whole counts: units awarded, units proposed.
    formula : str
        The right side alone, ``"C(agency_type) + year"``; see `read_formula` for what it may hold.
    overdispersion : {"quasi", "none"}
        quasi multiplies standard errors by the root of the dispersion and uses Student's t, as R's
        ``quasibinomial`` does. A dispersion below 1 counts as 1: R and McCullagh and Nelder (1989) set no
        such bound, but with the few rows of these tables a value below 1 is mostly chance, and would claim
        more than independent trials can give.
    small : int
        Passed to `rate_intervals`.

    Returns
    -------
    RateFit
        Rates with intervals, coefficients, dispersion.

    Raises
    ------
    EvidenceError
        If a used column misses a value, a count is negative or not whole, trials are zero or fewer than
        successes.
    ParameterError
        If overdispersion is not one of those named.
    StudyRefusal
        If the formula is not allowed, or the model has no finite, unique, converged answer. `rate_intervals`
        still gives the rates then.

    Notes
    -----
    McCullagh and Nelder (1989, section 4.5).

    Examples
    --------
    >>> table = pd.DataFrame({"kind": list("aabb"), "awarded": [9, 14, 40, 33], "proposed": [50, 60, 90, 80]})
    >>> fit = fit_rates(table, successes="awarded", trials="proposed", formula="C(kind)")
    >>> fit.coefficients["odds_ratio"].round(3).tolist(), fit.reference
    ([0.264, 2.847], {'kind': 'a'})
    """
    if overdispersion not in OVERDISPERSIONS:
        raise ParameterError(f"overdispersion is {overdispersion!r}; {closest(overdispersion, OVERDISPERSIONS)}")
    read = read_right_side(table, formula, successes, trials)
    rates = rate_intervals(table, successes=successes, trials=trials, small=small)
    check_table(table, list(read.columns))
    won, tried = read_counts(table, successes), read_counts(table, trials)
    design = build_design(table, read)
    found = find_separation(design.matrix, floor=won == 0, ceiling=won == tried)
    refuse_separation(design, found, response=successes, ceiling=won == tried)
    result = fit_glm(np.column_stack([won, tried - won]), design.matrix, family=families.Binomial())
    expected = _compare(won, tried, np.asarray(result.mu), table.index)
    dispersion = float((expected["pearson_residual"] ** 2).sum() / result.df_resid)
    errors = standard_errors(result, covariance="model")
    quasi = overdispersion == "quasi"
    return RateFit(
        rates=rates,
        coefficients=table_coefficients(
            result,
            errors=errors * np.sqrt(max(1.0, dispersion)) if quasi else errors,
            ratio="odds_ratio",
            degrees=result.df_resid if quasi else None,
        ),
        dispersion=dispersion,
        reference=design.reference,
        converged=bool(result.converged),
        overdispersion=overdispersion,
        expected=expected,
    )


def read_right_side(table: pd.DataFrame, formula: str, successes: str, trials: str) -> Formula:
    """Read the right side of a formula of rates.

    Parameters
    ----------
    table : DataFrame
        Whose columns the formula may name.
    formula : str
        The right side alone.
    successes, trials : str
        Columns that make the rate, and so cannot stand in the formula.

    Returns
    -------
    Formula

    Raises
    ------
    StudyRefusal
        If the formula has a left side, or names successes or trials.

    Examples
    --------
    >>> table = pd.DataFrame({"year": [2020], "awarded": [3], "proposed": [9]})
    >>> read_right_side(table, "year", "awarded", "proposed").columns
    ('year',)
    """
    read = read_formula(formula, columns=[str(name) for name in table.columns])
    if read.response is not None:
        raise StudyRefusal(f"formula {formula!r} names {read.response!r} on the left; give the right side alone")
    both = [name for name in (successes, trials) if name in read.columns]
    if both:
        raise StudyRefusal(f"column {both[0]!r} makes the rate, so it cannot explain it; leave it out of the formula")
    return read


def _compare(won: np.ndarray, tried: np.ndarray, shares: np.ndarray, index: pd.Index) -> pd.DataFrame:
    """Observed beside expected successes, and how many standard deviations lie between."""
    residuals = (won - tried * shares) / np.sqrt(tried * shares * (1 - shares))
    columns = {"observed": won.astype("int64"), "expected": tried * shares, "pearson_residual": residuals}
    return pd.DataFrame(columns, index=index)
