"""Refits: equal to one fit after the other, refused where that is refused, and intervals that hold the truth."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from zi_analysis.errors import ParameterError, StudyRefusal
from zi_analysis.exhibits.words import say
from zi_analysis.study import refits
from zi_analysis.study.counts import fit_counts
from zi_analysis.study.refits import Refits, climb, read_sets, refit_counts
from zi_analysis.study.refits_bootstrap import bootstrap_intervals, draw_from
from zi_analysis.study.refits_errors import cluster_errors, jackknife_errors
from zi_analysis.study.refits_nb2 import refit_nb2
from zi_analysis.study.triangles import factorise, invert, pair_products, solve

FORMULA = "awards ~ kind + year"
TERMS = 4


def rows() -> pd.DataFrame:
    """Three kinds of agency in six years."""
    table = pd.DataFrame(itertools.product(["a", "b", "c"], range(-3, 3)), columns=["kind", "year"])
    return table.assign(units=np.linspace(20, 90, len(table)).round())


def design() -> tuple[np.ndarray, np.ndarray]:
    table = rows()
    kinds = [(table["kind"] == kind).astype(float) for kind in ("b", "c")]
    return np.column_stack([np.ones(len(table)), *kinds, table["year"]]), np.log(table["units"].to_numpy())


def draw(replicates: int, *, level: float = -1.0, alpha: float = 0.0, seed: int = 5) -> np.ndarray:
    matrix, offset = design()
    random = np.random.default_rng(seed)
    means = np.broadcast_to(np.exp(matrix @ [level, -0.7, 0.4, 0.1] + offset), (replicates, len(matrix)))
    if alpha:
        means = random.gamma(1 / alpha, alpha * means)
    return random.poisson(means).astype("float64")


def one(counts: np.ndarray, used: np.ndarray | None = None, **options):
    table = rows().assign(awards=counts.astype("int64"))
    return fit_counts(table if used is None else table[used], formula=FORMULA, exposure="units", **options)


def test_poisson_refits_equal_one_fit_after_the_other():
    matrix, offset = design()
    counts = draw(10)
    found = refit_counts(counts, matrix, offset=offset)
    assert found.converged.all()
    for place, drawn in enumerate(counts):
        plain, robust = one(drawn), one(drawn, covariance="HC1")
        np.testing.assert_allclose(found.coefficients[place], plain.coefficients["estimate"], rtol=0, atol=1e-8)
        np.testing.assert_allclose(found.std_errors[place], plain.coefficients["std_error"], rtol=1e-8)
        np.testing.assert_allclose(found.std_errors_hc1[place], robust.coefficients["std_error"], rtol=1e-8)
        assert found.log_likelihood[place] == pytest.approx(plain.log_likelihood, rel=1e-10)
        assert found.dispersion[place] == pytest.approx(plain.dispersion, rel=1e-8)
        np.testing.assert_allclose(found.means[place], plain.expected["expected"], rtol=1e-8)


def test_rows_left_out_are_as_if_they_were_not_there():
    matrix, offset = design()
    counts = draw(12)
    use = np.random.default_rng(2).random(counts.shape) < 0.8
    found = refit_counts(np.where(use, counts, np.nan), matrix, offset=np.where(use, offset, -np.inf), use=use)
    for place, drawn in enumerate(counts):
        alone = one(drawn, use[place], covariance="HC1")
        np.testing.assert_allclose(found.coefficients[place], alone.coefficients["estimate"], rtol=0, atol=1e-8)
        np.testing.assert_allclose(found.std_errors_hc1[place], alone.coefficients["std_error"], rtol=1e-8)
        assert found.log_likelihood[place] == pytest.approx(alone.log_likelihood, rel=1e-10)


def test_nb2_refits_equal_one_fit_after_the_other():
    matrix, offset = design()
    counts = draw(8, alpha=0.4)
    found = refit_nb2(counts, matrix, offset=offset)
    assert found.converged.all()
    compared = 0
    for place, drawn in enumerate(counts):
        try:
            single = one(drawn, family="nb2")
        except StudyRefusal:
            assert found.alpha[place] == 0
            continue
        compared += 1
        np.testing.assert_allclose(found.coefficients[place], single.coefficients["estimate"], rtol=0, atol=1e-6)
        np.testing.assert_allclose(found.std_errors[place], single.coefficients["std_error"], rtol=1e-6)
        assert found.alpha[place] == pytest.approx(single.alpha, rel=1e-6)
        assert found.log_likelihood[place] == pytest.approx(single.log_likelihood, rel=1e-10)
        assert found.dispersion[place] == pytest.approx(single.dispersion, rel=1e-6)
    assert compared > 4


def test_counts_without_excess_scatter_get_the_poisson_fit():
    matrix, offset = design()
    even = np.round(np.exp(matrix @ [1.0, -0.7, 0.4, 0.1] + offset))[None]
    with pytest.raises(StudyRefusal, match="not overdispersed"):
        one(even[0], family="nb2")
    found, poisson = refit_nb2(even, matrix, offset=offset), refit_counts(even, matrix, offset=offset)
    assert found.converged.all()
    assert found.alpha.tolist() == [0.0]
    np.testing.assert_allclose(found.coefficients, poisson.coefficients, atol=1e-9)


def test_known_alpha_is_held():
    matrix, offset = design()
    counts = draw(6, alpha=0.4)
    estimated = refit_nb2(counts, matrix, offset=offset)
    held = refit_counts(counts, matrix, offset=offset, alpha=estimated.alpha)
    np.testing.assert_allclose(held.coefficients, estimated.coefficients, atol=1e-8)
    larger = refit_counts(counts, matrix, offset=offset, alpha=estimated.alpha + 0.3)
    assert (larger.log_likelihood < held.log_likelihood).all()
    assert (larger.std_errors > held.std_errors).all()


def test_what_has_no_answer_holds_no_number():
    """Few counts: some data sets have a kind without awards, some a harder separation; each is as `fit_counts` says."""
    matrix, offset = design()
    counts = draw(60, level=-5.2)
    found = refit_counts(counts, matrix, offset=offset)
    refused = []
    for drawn in counts:
        try:
            one(drawn)
            refused.append(False)
        except StudyRefusal:
            refused.append(True)
    assert 8 < sum(refused) < 52
    assert found.converged.tolist() == [not no for no in refused]
    assert set(found.reason[refused]) == {"separated"}
    for name in ("coefficients", "std_errors", "std_errors_hc1", "means", "log_likelihood", "dispersion", "alpha"):
        assert np.isnan(getattr(found, name)[refused]).all(), name
        assert np.isfinite(getattr(found, name)[found.converged]).all(), name


def test_too_few_rows_and_repeated_terms_are_named():
    matrix, offset = design()
    use = np.zeros((3, len(matrix)), dtype=bool)
    use[0, :TERMS] = use[1, :12] = use[2] = True
    found = refit_counts(draw(3), matrix, offset=offset, use=use)
    assert found.reason.tolist() == ["too_few", "repeated", ""]  # the first 12 rows hold no kind c
    assert refit_counts(draw(1), np.column_stack([matrix, matrix[:, 1] * 2])).reason.tolist() == ["repeated"]


def test_a_search_that_does_not_end_is_flagged(monkeypatch):
    matrix, offset = design()
    monkeypatch.setattr(refits, "_STEPS", 2)
    monkeypatch.setattr(refits, "_SHARES", (1.0,))
    found = refit_counts(draw(2), matrix, offset=offset)
    assert found.reason.tolist() == ["no_answer"] * 2
    assert np.isnan(found.coefficients).all()


def test_shorter_steps_come_to_the_same_place(monkeypatch):
    matrix, offset = design()
    sets = read_sets(draw(8, alpha=0.4), matrix, offset=offset, use=None, alpha=0.4)
    full = climb(sets)[0]
    monkeypatch.setattr(refits, "_SHARES", (0.5,))
    shorter, converged = climb(sets)
    assert converged.all()
    np.testing.assert_allclose(shorter, full, atol=1e-8)


def test_an_nb2_refit_is_the_maximum_that_a_naive_search_finds():
    matrix, offset = design()
    counts = draw(1, alpha=0.5, seed=9)
    found = refit_nb2(counts, matrix, offset=offset)

    def loss(values: np.ndarray) -> float:
        sets = read_sets(counts, matrix, offset=offset, use=None, alpha=np.exp(values[-1]))
        return -refits._log_likelihood(sets, np.exp(matrix @ values[:-1] + offset)[None])[0]

    naive = optimize.minimize(loss, np.r_[found.coefficients[0] * 0.8, np.log(0.2)], method="BFGS")
    assert found.log_likelihood[0] >= -naive.fun - 1e-9
    assert found.log_likelihood[0] == pytest.approx(-naive.fun, abs=1e-7)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.floats(0.2, 5))
def test_the_unit_of_the_exposure_moves_only_the_intercept(seed: int, times: float):
    matrix, offset = design()
    counts = draw(3, seed=seed)
    first = refit_counts(counts, matrix, offset=offset)
    second = refit_counts(counts, matrix, offset=offset + np.log(times))
    np.testing.assert_allclose(second.coefficients[:, 1:], first.coefficients[:, 1:], atol=1e-8)
    np.testing.assert_allclose(second.coefficients[:, 0], first.coefficients[:, 0] - np.log(times), atol=1e-8)


@settings(deadline=None, max_examples=25)
@given(st.permutations(range(6)))
def test_the_order_of_data_sets_does_not_matter(order: list[int]):
    matrix, offset = design()
    counts = draw(6, level=-4.5)
    first, second = (refit_counts(part, matrix, offset=offset) for part in (counts, counts[order]))
    np.testing.assert_allclose(second.coefficients, first.coefficients[order], atol=1e-9)
    assert second.reason.tolist() == first.reason[order].tolist()


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 7), st.integers(0, 1000))
def test_triangles_solve_as_lapack_does(terms: int, seed: int):
    random = np.random.default_rng(seed)
    matrix, weights = random.normal(size=(terms + 6, terms)), random.uniform(0.5, 2, (3, terms + 6))
    full = np.einsum("bn,nj,nk->bjk", weights, matrix, matrix)
    factor = factorise(pair_products(matrix) @ weights.T)
    right = random.normal(size=(terms, 3))
    np.testing.assert_allclose(solve(factor, right).T, np.linalg.solve(full, right.T[..., None])[..., 0], rtol=1e-6)
    np.testing.assert_allclose(invert(factor) @ full, np.broadcast_to(np.eye(terms), full.shape), atol=1e-8)


@pytest.mark.parametrize(
    "options",
    [
        {"counts": -draw(2)},
        {"counts": np.full((2, 18), np.nan)},
        {"counts": draw(2)[0]},
        {"counts": draw(2)[:, :5]},
        {"offset": np.full(18, -np.inf)},
        {"offset": np.zeros(4)},
        {"use": np.ones((3, 18), dtype=bool)},
        {"alpha": -0.1},
        {"alpha": np.ones(3)},
    ],
)
def test_bad_input_is_named(options: dict):
    given_options = {"counts": draw(2), "matrix": design()[0]} | options
    with pytest.raises(ParameterError):
        refit_counts(given_options.pop("counts"), given_options.pop("matrix"), **given_options)


QUESTION = {"formula": FORMULA, "exposure": "units"}


def test_bootstrap_of_large_counts_agrees_with_the_model():
    """With expected counts in the hundreds the normal interval is right, and the drawn one must be the same."""
    cells = rows().assign(awards=draw(1, level=2.5)[0].astype("int64"))
    fit = fit_counts(cells, **QUESTION)
    table = bootstrap_intervals(fit, cells, **QUESTION, replicates=4000, seed=3)
    # a bound drawn 4,000 times has an error of about 0.05 standard errors: five of them
    for bound in ("low", "high"):
        for name in (bound, f"percentile_{bound}"):
            away = (np.log(table[name]) - np.log(fit.coefficients[bound])) / fit.coefficients["std_error"]
            assert away.abs().max() < 0.25, name
    assert table["replicates"].eq(4000).all()


def test_bootstrap_of_nb2_is_wider_than_the_normal_interval():
    """Eighteen cells: an interval that takes alpha as known is too short, and the drawn one says so."""
    cells = rows().assign(awards=draw(1, alpha=0.6, seed=21)[0].astype("int64"))
    fit = fit_counts(cells, **QUESTION, family="nb2")
    table = bootstrap_intervals(fit, cells, **QUESTION, replicates=1000, seed=1)
    length, usual = (np.log(bounds["high"]) - np.log(bounds["low"]) for bounds in (table, fit.coefficients))
    # the t distribution with 14 degrees of freedom is 9% wider than the normal
    assert (length / usual).between(1.05, 1.6).all()


def test_bootstrap_of_quasi_poisson_is_as_long_as_student_says():
    cells = rows().assign(awards=draw(1, level=1.0, alpha=0.1, seed=22)[0].astype("int64"))
    fit = fit_counts(cells, **QUESTION, family="quasipoisson")
    assert fit.dispersion > 2
    table = bootstrap_intervals(fit, cells, **QUESTION, replicates=2000, seed=1)
    length, usual = (np.log(bounds["high"]) - np.log(bounds["low"]) for bounds in (table, fit.coefficients))
    # Student's t is right for normal counts; these have a long tail, and 2,000 draws leave 5% of noise
    assert (length / usual).between(0.85, 1.25).all()


def test_bootstrap_is_seeded_and_refuses_what_it_cannot_bound():
    cells = rows().assign(awards=draw(1)[0].astype("int64"))
    fit = fit_counts(cells, **QUESTION)
    first, same, other = (bootstrap_intervals(fit, cells, **QUESTION, replicates=100, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, same)
    assert not first["low"].equals(other["low"])
    with pytest.raises(ParameterError, match="at least 100"):
        bootstrap_intervals(fit, cells, **QUESTION, replicates=99, seed=1)
    robust = fit_counts(cells, **QUESTION, covariance="HC1")
    with pytest.raises(StudyRefusal) as refusal:
        bootstrap_intervals(robust, cells, **QUESTION, replicates=100, seed=1)
    assert "HC1" in say(f"refusal.{refusal.value.key}", "id", **refusal.value.values)


def test_bootstrap_refuses_when_too_many_draws_have_no_answer():
    cells = rows().assign(awards=0)
    cells.loc[[0, 7, 13, 17], "awards"] = 1
    fit = fit_counts(cells, **QUESTION)
    with pytest.raises(StudyRefusal) as refusal:
        bootstrap_intervals(fit, cells, **QUESTION, replicates=100, seed=1)
    assert refusal.value.key == "bootstrap_lost"
    assert "100" in say("refusal.bootstrap_lost", "id", **refusal.value.values)


@pytest.mark.parametrize("groups", [np.arange(18) % 6, np.arange(18) // 6])
def test_clustered_errors_equal_one_fit_after_the_other(groups: np.ndarray):
    matrix, offset = design()
    counts = draw(5, alpha=0.3)
    found = cluster_errors(counts, matrix, refit_counts(counts, matrix, offset=offset), groups=groups)
    for place, drawn in enumerate(counts):
        cells = rows().assign(awards=drawn.astype("int64"), group=groups)
        single = fit_counts(cells, **QUESTION, covariance="cluster", cluster="group")
        np.testing.assert_allclose(found[place], single.coefficients["std_error"], rtol=1e-7)


def test_jackknife_errors_are_those_of_fits_without_a_group():
    matrix, offset = design()
    counts, groups = draw(2, alpha=0.3), np.arange(18) % 6
    found = jackknife_errors(counts, matrix, groups=groups, offset=offset)
    for place, drawn in enumerate(counts):
        without = [one(drawn, groups != group).coefficients["estimate"].to_numpy() for group in range(6)]
        whole = one(drawn).coefficients["estimate"].to_numpy()
        # leaving out a year may move the centre of the calendar, so the intercept is not compared
        expected = np.sqrt(5 / 6 * ((np.array(without) - whole) ** 2).sum(axis=0))
        np.testing.assert_allclose(found[place, 1:], expected[1:], rtol=1e-6)
    holes = jackknife_errors(np.eye(18)[:1] * 9 + 0.0, matrix, groups=groups, offset=offset)
    assert np.isnan(holes).all()


def test_draws_have_the_mean_and_the_variance_of_the_fit():
    fit = one(draw(1, alpha=0.4)[0], family="nb2")
    drawn = draw_from(fit, replicates=20_000, random=np.random.default_rng(4))
    means = fit.expected["expected"].to_numpy()
    np.testing.assert_allclose(drawn.mean(axis=0), means, rtol=0.05)
    np.testing.assert_allclose(drawn.var(axis=0), means + fit.alpha * means**2, rtol=0.15)


def test_a_result_is_frozen():
    found = refit_counts(np.ones((1, 3)), np.ones((3, 1)))
    assert isinstance(found, Refits)
    with pytest.raises(AttributeError):
        found.alpha = None
