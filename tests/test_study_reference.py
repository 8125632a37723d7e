"""Fits against R: glm, MASS::glm.nb and sandwich on data sets that ship with R (tests/reference)."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.counts import fit_counts
from zi_analysis.study.rates import fit_rates, rate_intervals

REFERENCE = Path(__file__).parent / "reference"

# Both sides iterate to the last digits and the files keep 15. The largest difference seen is 8e-10, in the
# errors of R's glm, which takes its weights from the last step but one.
# A p-value multiplies it by z squared, here up to 1800.
RELATIVE = 1e-8
RELATIVE_TAIL = 2e-6

COUNT_CASES = {
    "quine_poisson": ("days ~ origin + sex + age + learner", None, "group"),
    "quine_nb2": ("days ~ origin + sex + age + learner", None, "group"),
    "warpbreaks_poisson": ("breaks ~ wool * tension", None, "loom"),
    "warpbreaks_nb2": ("breaks ~ wool * tension", None, "loom"),
    "insurance_poisson": ("claims ~ C(district) + group + age", "holders", ["group", "age"]),
    "insurance_nb2": ("claims ~ C(district) + group", "holders", ["group", "age"]),
    "ships_poisson": ("incidents ~ type + C(built) + C(period)", "service", "built"),
}
RATE_CASES = {
    "esoph": ("cases", "persons", "age + alcohol + tobacco"),
    "budworm": ("dead", "moths", "sex + dose"),
    "admissions": ("admitted", "applied", "sex + department"),
}


def load(name):
    return pd.read_csv(REFERENCE / f"{name}.csv", keep_default_na=False)


def r_name(term):
    """Write our term as R does: origin[T.N] is originN."""
    return re.sub(r"(?:C\()?(\w+)\)?\[T\.([^\]]*)\]", r"\1\2", term).replace("Intercept", "(Intercept)")


def assert_same_coefficients(ours, case, covariance):
    theirs = load("coefficients").query("case == @case and covariance == @covariance").set_index("term")
    ours = ours.set_index(ours["term"].map(r_name))
    assert set(ours.index) == set(theirs.index)
    theirs = theirs.loc[ours.index]
    np.testing.assert_allclose(ours["estimate"], theirs["estimate"], rtol=RELATIVE)
    np.testing.assert_allclose(ours["std_error"], theirs["std_error"], rtol=RELATIVE)
    np.testing.assert_allclose(ours["p_value"], theirs["p_value"], rtol=RELATIVE_TAIL)


def summary(case):
    return load("summaries").query("case == @case").set_index("quantity")["value"]


def fit_case(case, covariance="model"):
    formula, exposure, cluster = COUNT_CASES[case]
    cells = load(case.split("_")[0])
    if isinstance(cluster, list):
        cells["cluster"] = cells[cluster].agg(" ".join, axis=1)
        cluster = "cluster"
    return fit_counts(
        cells,
        formula=formula,
        exposure=exposure,
        family=case.split("_")[1],
        covariance=covariance,
        cluster=cluster if covariance == "cluster" else None,
    )


@pytest.mark.parametrize("covariance", ["model", "HC1", "cluster"])
@pytest.mark.parametrize("case", COUNT_CASES)
def test_count_coefficients_equal_r(case, covariance):
    assert_same_coefficients(fit_case(case, covariance).coefficients, case, covariance)


@pytest.mark.parametrize("case", COUNT_CASES)
def test_count_diagnostics_equal_r(case):
    fit, values = fit_case(case), summary(case)
    assert fit.n_cells == values["rows"]
    assert fit.log_likelihood == pytest.approx(values["log_likelihood"], rel=RELATIVE)
    assert fit.dispersion == pytest.approx(values["dispersion"], rel=RELATIVE)
    if fit.family == "nb2":
        assert fit.dispersion_test is None
        assert fit.alpha == pytest.approx(values["alpha"], rel=RELATIVE)
    else:
        assert fit.alpha is None
        assert fit.dispersion_test.statistic == pytest.approx(values["test_statistic"], rel=RELATIVE)
        assert fit.dispersion_test.p_value == pytest.approx(values["test_p_value"], rel=RELATIVE_TAIL)
        assert fit.dispersion_test.alpha_hat == pytest.approx(values["test_alpha"], rel=RELATIVE)


@pytest.mark.parametrize("overdispersion", ["none", "quasi"])
@pytest.mark.parametrize("case", ["esoph", "admissions"])
def test_rate_coefficients_equal_r(case, overdispersion):
    successes, trials, formula = RATE_CASES[case]
    fit = fit_rates(load(case), successes=successes, trials=trials, formula=formula, overdispersion=overdispersion)
    assert_same_coefficients(fit.coefficients, case, overdispersion)
    assert fit.dispersion == pytest.approx(summary(case)["dispersion"], rel=RELATIVE)


def test_dispersion_below_one_counts_as_one():
    successes, trials, formula = RATE_CASES["budworm"]
    table = load("budworm")
    quasi = fit_rates(table, successes=successes, trials=trials, formula=formula)
    plain = fit_rates(table, successes=successes, trials=trials, formula=formula, overdispersion="none")
    assert_same_coefficients(plain.coefficients, "budworm", "none")
    assert quasi.dispersion == pytest.approx(summary("budworm")["dispersion"], rel=RELATIVE)
    assert quasi.dispersion < 1
    pd.testing.assert_series_equal(quasi.coefficients["std_error"], plain.coefficients["std_error"])
    assert (quasi.coefficients["high"] > plain.coefficients["high"]).all()


def test_rate_intervals_equal_r():
    theirs = load("intervals")
    pair = theirs[["successes", "trials"]].rename(columns={"successes": "won", "trials": "tried"})
    for small, kind in ((0, "wilson"), (10_000, "exact")):
        ours = rate_intervals(pair, successes="won", trials="tried", small=small)
        assert (ours["method"] == kind).all()
        # R finds the exact bounds by inverting the beta distribution too; zero needs an absolute tolerance
        np.testing.assert_allclose(ours["low"], theirs[f"{kind}_low"], rtol=RELATIVE, atol=1e-12)
        np.testing.assert_allclose(ours["high"], theirs[f"{kind}_high"], rtol=RELATIVE)


def test_ships_leave_nothing_for_nb2_to_estimate():
    formula, exposure, _ = COUNT_CASES["ships_poisson"]
    with pytest.raises(StudyRefusal, match="not overdispersed"):
        fit_counts(load("ships"), formula=formula, exposure=exposure, family="nb2")


def test_reference_files_have_their_script_and_card():
    assert (REFERENCE / "make_reference.R").exists()
    card = (REFERENCE / "README.md").read_text(encoding="utf-8")
    for file in REFERENCE.glob("*.csv"):
        assert file.name in card
