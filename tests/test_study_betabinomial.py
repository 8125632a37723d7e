"""The beta-binomial: against R's lbeta and optim, scipy's law, simulated rows, and what it refuses."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import approx_fprime

from zi_analysis.errors import EvidenceError, StudyRefusal
from zi_analysis.study.betabinomial import fit_beta_binomial
from zi_analysis.study.betabinomial_likelihood import TrialSteps, log_likelihood

REFERENCE = Path(__file__).parent / "reference"
AWARDS = pd.DataFrame({"won": [19, 83, 205, 763, 558, 109], "tried": [223, 485, 910, 3691, 4402, 1390]})
CASES = {
    "budworm": ("dead", "moths", "sex"),
    "esoph": ("cases", "persons", "age"),
    "admissions": ("admitted", "applied", "sex"),
    "awards": ("won", "tried", "1"),
}


def _table(case: str) -> pd.DataFrame:
    return AWARDS if case == "awards" else pd.read_csv(REFERENCE / f"{case}.csv")


def _draw(seed: int, *, rows: int, trials: int, share: float, rho: float) -> pd.DataFrame:
    size = (1 - rho) / rho
    draw = stats.betabinom(trials, share * size, (1 - share) * size).rvs(rows, random_state=seed)
    return pd.DataFrame({"won": draw, "tried": trials})


@pytest.mark.parametrize("case", CASES)
def test_same_maximum_and_profile_as_r(case: str) -> None:
    """optim stops where a step gains less than 1e-15 of the value, which leaves places known to about 1e-7."""
    successes, trials, formula = CASES[case]
    fit = fit_beta_binomial(_table(case), successes=successes, trials=trials, formula=formula)
    theirs = pd.read_csv(REFERENCE / "rates.csv").query("case == @case").set_index("quantity")["value"]
    estimates = theirs[[name for name in theirs.index if name.startswith("estimate:")]]
    names = [re.sub(r"\[T\.(.*)\]", r"\1", term) for term in fit.coefficients["term"]]
    assert [f"estimate:{name.replace('Intercept', '(Intercept)')}" for name in names] == list(estimates.index)
    np.testing.assert_allclose(fit.coefficients["estimate"], estimates, rtol=1e-6)
    for quantity in ("rho", "rho_low", "rho_high"):
        assert getattr(fit, quantity) == pytest.approx(theirs[quantity], rel=2e-6)
    for quantity in ("log_likelihood", "binomial_log_likelihood"):
        assert getattr(fit, quantity) == pytest.approx(theirs[quantity], rel=1e-9)


counts = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=6)


@settings(max_examples=40, deadline=None)
@given(counts, st.floats(-3, 3), st.floats(0.001, 5))
def test_likelihood_is_scipys_and_its_slopes_are_its_differences(
    pairs: list[tuple[int, int]], logit: float, theta: float
) -> None:
    won, lost = np.array(pairs, dtype="float64").T
    steps, matrix = TrialSteps.of(won, won + lost), np.ones((len(won), 1))
    value, gradient, hessian = log_likelihood(steps, matrix, np.array([logit]), theta)
    share = 1 / (1 + np.exp(-logit))
    law = stats.betabinom(won + lost, share / theta, (1 - share) / theta)
    assert value == pytest.approx(law.logpmf(won).sum(), rel=1e-8, abs=1e-8)

    def along(place: np.ndarray) -> float:
        return log_likelihood(steps, matrix, place[:1], float(place[1]))[0]

    place = np.array([logit, theta])
    np.testing.assert_allclose(gradient, approx_fprime(place, along, 1e-7), rtol=2e-3, atol=2e-4 * (1 + won.sum()))
    bent = [
        approx_fprime(place, lambda at, i=i: log_likelihood(steps, matrix, at[:1], float(at[1]))[1][i], 1e-7)
        for i in (0, 1)
    ]
    assert np.allclose(hessian, bent, rtol=5e-3, atol=1e-3 * (1 + np.abs(hessian).max()))


def test_without_overdispersion_the_likelihood_is_the_binomial() -> None:
    steps = TrialSteps.of(np.array([3.0, 9]), np.array([10.0, 10]))
    value, *_ = log_likelihood(steps, np.ones((2, 1)), np.zeros(1), 0.0)
    assert value == pytest.approx(stats.binom(10, 0.5).logpmf([3, 9]).sum(), rel=1e-12)


def test_finds_what_data_were_drawn_from() -> None:
    """400 rows of 60 trials: the standard error of rho is about 0.007, of the logit about 0.04."""
    fit = fit_beta_binomial(_draw(3, rows=400, trials=60, share=0.3, rho=0.1), successes="won", trials="tried")
    assert fit.rho == pytest.approx(0.1, abs=0.025)
    assert fit.rho_low < 0.1 < fit.rho_high
    assert fit.coefficients["estimate"].item() == pytest.approx(np.log(0.3 / 0.7), abs=0.14)
    assert fit.coefficients["std_error"].item() == pytest.approx(0.04, abs=0.01)


def test_profile_ends_stand_where_the_likelihood_has_dropped_by_half_of_chi_squared() -> None:
    fit = fit_beta_binomial(AWARDS, successes="won", trials="tried")
    grid = np.linspace(-4, 0, 4001)
    for rho in (fit.rho_low, fit.rho_high):
        share = 1 / (1 + np.exp(-grid[:, None]))
        size = (1 - rho) / rho
        law = stats.betabinom(AWARDS["tried"].to_numpy(), share * size, (1 - share) * size)
        highest = law.logpmf(AWARDS["won"].to_numpy()).sum(axis=1).max()
        assert fit.log_likelihood - highest == pytest.approx(stats.chi2(1).ppf(0.95) / 2, abs=1e-4)


def test_residuals_carry_the_overdispersion() -> None:
    fit = fit_beta_binomial(AWARDS, successes="won", trials="tried")
    row = fit.expected.iloc[0]
    share = row["expected"] / 223
    spread = np.sqrt(223 * share * (1 - share) * (1 + 222 * fit.rho))
    assert row["pearson_residual"] == pytest.approx((19 - row["expected"]) / spread)


def test_order_of_rows_does_not_matter() -> None:
    fits = [fit_beta_binomial(table, successes="won", trials="tried") for table in (AWARDS, AWARDS.iloc[::-1])]
    assert fits[0].rho == pytest.approx(fits[1].rho, rel=1e-8)
    assert list(fits[1].expected.index) == [5, 4, 3, 2, 1, 0]


def test_equal_rates_are_refused() -> None:
    even = pd.DataFrame({"won": [10, 20, 30], "tried": [100, 200, 300]})
    with pytest.raises(StudyRefusal, match="no more than independent trials") as refused:
        fit_beta_binomial(even, successes="won", trials="tried")
    assert refused.value.key == "beta_none"


def test_rows_that_are_all_or_nothing_are_refused() -> None:
    extreme = pd.DataFrame({"won": [0, 50, 0, 50], "tried": [50, 50, 50, 50]})
    with pytest.raises(StudyRefusal, match="all-or-nothing") as refused:
        fit_beta_binomial(extreme, successes="won", trials="tried")
    assert refused.value.key == "beta_edge"


def test_too_few_rows_are_refused() -> None:
    with pytest.raises(StudyRefusal, match="2 rows cannot carry 1 terms"):
        fit_beta_binomial(AWARDS.head(2), successes="won", trials="tried")


def test_groups_without_success_are_refused() -> None:
    table = AWARDS.assign(kind=list("aaabbb")).assign(won=[19, 83, 205, 0, 0, 0])
    with pytest.raises(StudyRefusal):
        fit_beta_binomial(table, successes="won", trials="tried", formula="kind")


def test_more_successes_than_trials_name_the_row() -> None:
    with pytest.raises(EvidenceError, match="won is 900 of tried 485 at row 1"):
        fit_beta_binomial(AWARDS.assign(won=[19, 900, 205, 763, 558, 109]), successes="won", trials="tried")
