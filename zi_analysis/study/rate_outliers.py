"""Outlying rates: each year's rate beside what the other years would let one expect."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.betabinomial import fit_beta_binomial
from zi_analysis.study.rates import fit_rates

_LEVEL = 0.05
_NO_SPREAD = 1e-9  # logits; years that differ by less are alike
FEWEST_OTHERS = 3


@dataclass(frozen=True)
class LeftOut:
    """What the other rows let one expect of a rate that was left out."""

    rate: float  # observed
    expected: float
    low: float  # 95% prediction, rows differing as the others do
    high: float
    chance_low: float  # 95% prediction as if all rows had one rate
    chance_high: float
    p_value: float  # two-sided, of the wide prediction
    others: int

    @property
    def outside(self) -> bool:
        """Whether the rate, half a success and half a failure added, lies outside the wide prediction."""
        return self.p_value < _LEVEL


def predict_left_out(rates: pd.DataFrame, *, year: int) -> LeftOut:
    """Predict the rate of a year from the rates of the other years.

    Parameters
    ----------
    rates : DataFrame
        year, successes, trials; one row a year.
    year : int
        The year left out.

    Returns
    -------
    LeftOut

    Raises
    ------
    StudyRefusal
        If the year is not among the rates, or fewer than three others are.

    Notes
    -----
    The logits of the yearly rates are taken as draws from one normal law, whose mean and variance the other years
    tell; a new draw lies within Student's t times s times the root of 1 + 1/k of their mean. Half a success and half
    a failure are added before the logit (Anscombe 1956), so that it is finite. The logic of a prediction beside an
    interval for the mean is that of Higgins, Thompson and Spiegelhalter (2009). The narrow prediction is binomial, at
    the others' common rate: what one would expect if years differed by chance alone.

    Examples
    --------
    >>> rates = pd.DataFrame({"year": range(2016, 2021), "successes": [20, 25, 30, 22, 80], "trials": 100})
    >>> predict_left_out(rates, year=2020).outside
    True
    """
    chosen = rates["year"] == year
    if chosen.sum() != 1:
        raise StudyRefusal(f"{year} has no exact rate", key="rate_no_year", year=year)
    others, row = rates[~chosen], rates[chosen].iloc[0]
    if len(others) < FEWEST_OTHERS:
        message = f"{len(others)} other years have an exact rate; a prediction needs {FEWEST_OTHERS}"
        raise StudyRefusal(message, key="rate_few_years", others=len(others), needed=FEWEST_OTHERS)
    logits = _logits(others["successes"], others["trials"])
    spread = float(logits.std(ddof=1) * np.sqrt(1 + 1 / len(others)))
    law = stats.t(len(others) - 1)
    middle, reach = float(logits.mean()), law.ppf(0.975) * spread
    trials = int(row["trials"])
    chance = stats.binom(trials, others["successes"].sum() / others["trials"].sum())
    distance = abs(float(_logits(row["successes"], trials)) - middle)
    return LeftOut(
        rate=float(row["successes"] / trials),
        expected=float(expit(middle)),
        low=float(expit(middle - reach)),
        high=float(expit(middle + reach)),
        chance_low=float(chance.ppf(0.025) / trials),
        chance_high=float(chance.ppf(0.975) / trials),
        p_value=float(2 * law.sf(distance / spread)) if spread > _NO_SPREAD else float(distance <= _NO_SPREAD),
        others=len(others),
    )


def _logits(successes: pd.Series | float, trials: pd.Series | float) -> np.ndarray:
    """Logits with half a success added, so that none is infinite."""
    won, tried = np.asarray(successes, dtype="float64"), np.asarray(trials, dtype="float64")
    return np.log((won + 0.5) / (tried - won + 0.5))


def predict_each_year(rates: pd.DataFrame) -> pd.DataFrame:
    """Leave each year out in turn.

    Parameters
    ----------
    rates : DataFrame
        year, successes, trials.

    Returns
    -------
    DataFrame
        year, rate, expected, low, high, chance_low, chance_high, p_value, outside, outside_chance.

    Raises
    ------
    StudyRefusal
        As ``predict_left_out``.

    Examples
    --------
    >>> rates = pd.DataFrame({"year": range(2016, 2020), "successes": [20, 25, 30, 22], "trials": 100})
    >>> predict_each_year(rates)["outside"].tolist()
    [False, False, False, False]
    """
    rows = []
    for year in sorted(int(year) for year in rates["year"]):
        found = predict_left_out(rates, year=year)
        inside = found.chance_low <= found.rate <= found.chance_high
        rows.append({"year": year, **vars(found), "outside": found.outside, "outside_chance": not inside})
    return pd.DataFrame(rows).drop(columns="others")


def compare_scatter(rates: pd.DataFrame) -> pd.DataFrame:
    """Fit one common rate under three ideas of how years scatter around it.

    Parameters
    ----------
    rates : DataFrame
        successes, trials.

    Returns
    -------
    DataFrame
        model (binomial | quasi | beta), rate, low, high (95%, of the common rate), scatter (Pearson dispersion, or
        rho), scatter_low, scatter_high (of rho), log_likelihood (missing for quasi), p_value (of no more scatter than
        chance).

    Raises
    ------
    StudyRefusal
        If there are fewer than three rows, or the rows scatter by no more than chance.

    Examples
    --------
    >>> rates = pd.DataFrame({"successes": [19, 83, 205, 763], "trials": [223, 485, 910, 3691]})
    >>> compare_scatter(rates)["model"].tolist()
    ['binomial', 'quasi', 'beta']
    """
    table = rates[["successes", "trials"]].astype("int64").reset_index(drop=True)
    beta = fit_beta_binomial(table, successes="successes", trials="trials")
    plain, quasi = (
        fit_rates(table, successes="successes", trials="trials", overdispersion=kind) for kind in ("none", "quasi")
    )
    excess = float(stats.chi2(len(table) - 1).sf(plain.dispersion * (len(table) - 1)))
    nothing = {"scatter_low": np.nan, "scatter_high": np.nan}
    rows = [
        {"model": "binomial", **_common(plain.coefficients), "scatter": 1.0, **nothing}
        | {"log_likelihood": beta.binomial_log_likelihood, "p_value": np.nan},
        {"model": "quasi", **_common(quasi.coefficients), "scatter": quasi.dispersion, **nothing}
        | {"log_likelihood": np.nan, "p_value": excess},
        {"model": "beta", **_common(beta.coefficients), "scatter": beta.rho, "scatter_low": beta.rho_low}
        | {"scatter_high": beta.rho_high, "log_likelihood": beta.log_likelihood, "p_value": beta.p_value},
    ]
    return pd.DataFrame(rows)


def _common(coefficients: pd.DataFrame) -> dict[str, float]:
    """The rate all years share, with its interval."""
    odds = coefficients.loc[0, ["odds_ratio", "low", "high"]].astype("float64")
    return dict(zip(("rate", "low", "high"), (odds / (1 + odds)).tolist(), strict=True))
