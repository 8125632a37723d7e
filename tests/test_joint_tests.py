"""Joint tests: against R, against enumeration of what they mean, by simulation, and their refusals."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.counts import fit_counts
from zi_analysis.study.joint_tests import likelihood_ratio_test, rebuild_design, wald_test

REFERENCE = Path(__file__).parent / "reference"

# case: data, formula, formula of the smaller model, column tested, exposure, cluster
CASES = {
    "warpbreaks": ("warpbreaks", "breaks ~ wool * tension", "breaks ~ wool + tension", "tension", None, "loom"),
    "quine": ("quine", "days ~ origin * sex + age + learner", "days ~ origin + sex + learner", "age", None, "group"),
    "insurance": ("insurance", "claims ~ C(district) + group", "claims ~ C(district)", "group", "holders", "age"),
    "ships": (
        "ships",
        "incidents ~ type + C(built) + C(period)",
        "incidents ~ type + C(period)",
        "built",
        "service",
        "built",
    ),
    "interactions": (
        "drawn_interactions",
        "awards ~ C(agency_type) * year + predicate",
        "awards ~ agency_type + year + predicate",
        "agency_type",
        "units",
        "year",
    ),
    "predicates": (
        "drawn_interactions",
        "awards ~ C(agency_type) + C(predicate) + C(agency_type):C(predicate) + year",
        "awards ~ agency_type + predicate",
        "predicate",
        "units",
        "year",
    ),
    "rules": (
        "drawn_interactions",
        "awards ~ C(rules) + agency_type",
        "awards ~ agency_type",
        "rules",
        "units",
        "year",
    ),
    "yearly": (
        "drawn_interactions",
        "awards ~ C(year) + agency_type",
        "awards ~ agency_type",
        "year",
        "units",
        "place",
    ),
    "levels": (
        "drawn_levels",
        "awards ~ region + kind + score",
        "awards ~ region + score",
        "kind",
        "agencies",
        "region",
    ),
    "tiny": ("drawn_tiny", "awards ~ kind + score", "awards ~ score", "kind", "units", "place"),
}
ANSWERS = pd.read_csv(REFERENCE / "count_tests.csv", keep_default_na=False)
# robust errors of quasipoisson are those of poisson
ANSWERS = ANSWERS.query("family != 'quasipoisson' or covariance == 'model'")


@cache
def fit_case(case, family, covariance="model", interval=None, *, small=False):
    data, formula, smaller, _, exposure, cluster = CASES[case]
    return fit_counts(
        pd.read_csv(REFERENCE / f"{data}.csv", keep_default_na=False),
        formula=smaller if small else formula,
        exposure=exposure,
        family=family,
        covariance=covariance,
        cluster=cluster if covariance == "cluster" else None,
        interval=interval,
    )


def assert_same(ours, theirs):
    assert (ours.law, ours.degrees) == (theirs.law, theirs.degrees)
    # a difference of likelihoods of a thousand keeps twelve digits of one, a tail multiplies it
    assert ours.statistic == pytest.approx(theirs.statistic, rel=2e-7)
    assert ours.p_value == pytest.approx(theirs.p_value, rel=2e-5)


@pytest.mark.parametrize("answer", list(ANSWERS.query("test == 'likelihood'").itertuples()), ids=str)
def test_likelihood_ratios_equal_r(answer):
    fits = [fit_case(answer.case, answer.family, small=small) for small in (False, True)]
    assert_same(likelihood_ratio_test(*fits), answer)


@pytest.mark.parametrize("answer", list(ANSWERS.query("test == 'wald'").itertuples()), ids=str)
def test_wald_tests_equal_r(answer):
    law = {"chi2": "normal", "F": "t"}[answer.law]
    fit = fit_case(answer.case, answer.family, answer.covariance, law)
    assert_same(wald_test(fit, CASES[answer.case][3]), answer)


def cells_of(seed, *, slope=0.0, alpha=0.0):
    """Ninety cells of three kinds and a number that matters when the slope is not zero."""
    draw = np.random.default_rng(seed)
    cells = pd.DataFrame({"kind": np.tile(list("abc"), 30), "score": draw.normal(size=90)})
    mean = np.exp(1.5 + slope * cells["score"].to_numpy())
    noise = draw.gamma(1 / alpha, alpha, 90) if alpha else 1.0
    return cells.assign(awards=draw.poisson(mean * noise), units=draw.integers(1, 5, 90))


def fit(cells, right_side, **options):
    options = {"exposure": None} | options
    return fit_counts(cells, formula=f"awards ~ {right_side}", **options)


def test_p_values_are_even_under_no_difference():
    """F answers overdispersion, chi-squared with the errors of poisson does not."""
    found = {"ratio": [], "wald": [], "quasi": [], "trusting": []}
    for seed in range(25):
        even, uneven = fit(cells_of(seed), "kind"), cells_of(seed + 1000, alpha=0.5)
        pair = [fit(uneven, side, family="quasipoisson") for side in ("kind", "1")]
        found["ratio"].append(likelihood_ratio_test(even, fit(cells_of(seed), "1")).p_value)
        found["wald"].append(wald_test(even, "kind").p_value)
        found["quasi"].append(likelihood_ratio_test(*pair).p_value)
        found["trusting"].append(wald_test(fit(uneven, "kind"), "kind").p_value)
    # the mean of 25 even draws has an error of 0.058; three of them
    for name in ("ratio", "wald", "quasi"):
        assert np.mean(found[name]) == pytest.approx(0.5, abs=0.174)
    assert np.mean(found["trusting"]) < 0.3


def test_likelihood_ratio_and_wald_see_a_slope():
    cells = cells_of(1, slope=0.4)
    full = fit(cells, "kind + score")
    assert likelihood_ratio_test(full, fit(cells, "kind")).p_value < 0.001
    assert wald_test(full, "score").p_value < 0.001
    assert wald_test(full, "kind").p_value > 0.001


def test_one_term_gives_the_square_of_its_z_or_t():
    cells = cells_of(2, slope=0.2)
    for options in ({}, {"family": "quasipoisson"}, {"covariance": "HC1", "interval": "t"}):
        found = fit(cells, "kind + score", **options)
        row = found.coefficients.set_index("term").loc["score"]
        test = wald_test(found, ["score"])
        assert test.statistic == pytest.approx((row["estimate"] / row["std_error"]) ** 2)
        assert test.p_value == pytest.approx(row["p_value"])


@settings(max_examples=10, deadline=None)
@given(st.sampled_from("abc"), st.integers(0, 50))
def test_the_reference_level_does_not_matter(level, seed):
    cells = cells_of(seed, slope=0.3)
    plain, other = fit(cells, "kind * score"), fit(cells, f"C(kind, Treatment('{level}')) * score")
    for columns in ("kind", "kind:score"):
        ours, theirs = wald_test(plain, columns), wald_test(other, columns)
        assert ours.statistic == pytest.approx(theirs.statistic, rel=1e-6)
        assert len(ours.terms) == {"kind": 4, "kind:score": 2}[columns]


def test_the_likelihood_ratio_is_a_difference_of_deviances():
    cells = cells_of(4)
    full, small = fit(cells, "kind", exposure="units"), fit(cells, "1", exposure="units")
    log_ratio = np.log(full.expected["expected"] / small.expected["expected"])
    by_hand = 2 * (cells["awards"] * log_ratio - full.expected["expected"] + small.expected["expected"]).sum()
    test = likelihood_ratio_test(full, small)
    assert test.statistic == pytest.approx(by_hand)
    assert test.p_value == pytest.approx(stats.chi2.sf(by_hand, 2))
    assert test.terms == ("kind[T.b]", "kind[T.c]")


def test_other_words_for_the_same_terms_are_nested():
    cells = cells_of(5).assign(late=lambda c: (c["kind"] == "c").astype(int))
    assert likelihood_ratio_test(fit(cells, "C(kind)"), fit(cells, "late")).degrees == 1


def test_a_quoted_level_is_no_column():
    cells = cells_of(6).assign(kind=lambda c: c["kind"].replace("a", "score"))
    found = fit(cells, "C(kind, Treatment('score')) + score")
    assert wald_test(found, "score").terms == ("score",)


def test_the_design_is_rebuilt_as_it_was():
    cells = cells_of(7).astype({"kind": "category"})
    found = fit(cells[cells["kind"] != "b"], "kind + score", exposure="units")
    design, _ = rebuild_design(found)
    means = np.exp(design.matrix @ found.coefficients["estimate"].to_numpy()) * found.rows["units"]
    np.testing.assert_allclose(means, found.expected["expected"])


# refusals


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"family": "nb2"}, "differ in family"),
        ({"exposure": "units"}, "differ in exposure"),
    ],
)
def test_fits_of_another_kind_are_not_compared(change, words):
    cells = cells_of(8, alpha=0.5)
    with pytest.raises(StudyRefusal, match=words) as refused:
        likelihood_ratio_test(fit(cells, "kind"), fit(cells, "1", **change))
    assert refused.value.key == "not_comparable"


def test_fits_of_other_rows_are_not_compared():
    cells = cells_of(9)
    with pytest.raises(StudyRefusal, match="differ in rows"):
        likelihood_ratio_test(fit(cells, "kind"), fit(cells.iloc[1:], "1"))
    twice = cells.assign(units=cells["units"] * 2)
    with pytest.raises(StudyRefusal, match="differ in exposure"):
        likelihood_ratio_test(fit(cells, "kind", exposure="units"), fit(twice, "1", exposure="units"))


@pytest.mark.parametrize("pair", [("kind", "score"), ("1", "kind"), ("kind", "kind"), ("C(kind)", "kind")])
def test_models_that_are_not_parts_are_refused(pair):
    cells = cells_of(10)
    with pytest.raises(StudyRefusal, match="is not a part of") as refused:
        likelihood_ratio_test(fit(cells, pair[0]), fit(cells, pair[1]))
    assert refused.value.key == "not_nested"


def test_robust_errors_have_no_likelihood_ratio():
    cells = cells_of(11)
    with pytest.raises(StudyRefusal, match="use wald_test") as refused:
        likelihood_ratio_test(fit(cells, "kind", covariance="HC1"), fit(cells, "1", covariance="HC1"))
    assert refused.value.key == "robust_likelihood"


@pytest.mark.parametrize("terms", ["kinds", "kind:score", ["kind[T.a]"], []])
def test_terms_that_are_not_there_are_named(terms):
    with pytest.raises(StudyRefusal, match="no term of the model is") as refused:
        wald_test(fit(cells_of(12), "kind + score"), terms)
    assert refused.value.key == "no_such_term"


def test_few_clusters_leave_few_directions():
    cells = cells_of(13).assign(place=np.repeat(list("xy"), 45))
    found = fit(cells, "kind + score", covariance="cluster", cluster="place")
    with pytest.raises(StudyRefusal, match="1 directions for 2 terms") as refused:
        wald_test(found, "kind")
    assert vars(refused.value)["values"] == {"rank": 1, "terms": 2}
