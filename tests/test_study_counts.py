"""Count models: recovery of known parameters, properties, refusals, and naive versions as oracles."""

import itertools
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

import zi_analysis.study.likelihood
import zi_analysis.study.overdispersion
from zi_analysis.errors import EvidenceError, ParameterError, StudyRefusal
from zi_analysis.study.counts import fit_counts
from zi_analysis.study.separation import find_separation

REFERENCE = Path(__file__).parent / "reference"
TYPES = ["central", "city", "province", "regency"]


def simulate(alpha=0.0, repeats=1, seed=3):
    """Cells of ten years, four types and two predicates, with known coefficients."""
    draw = np.random.default_rng(seed)
    keys = itertools.product(range(2014, 2024), TYPES, ["WBK", "WBBM"], range(repeats))
    cells = pd.DataFrame(keys, columns=["year", "agency_type", "predicate", "copy"])
    cells["units"] = draw.integers(20, 400, len(cells))
    effect = cells["agency_type"].map({"central": 0.0, "city": -0.6, "province": 0.3, "regency": -1.1})
    rate = np.exp(-2.5 + effect + 0.08 * (cells["year"] - 2019) + 0.5 * (cells["predicate"] == "WBK"))
    mean = (rate * cells["units"]).to_numpy()
    if alpha:
        mean = mean * draw.gamma(1 / alpha, alpha, len(mean))
    cells["awards"] = draw.poisson(mean)
    return cells


TRUTH = {
    "Intercept": -2.5,
    "agency_type[T.city]": -0.6,
    "agency_type[T.province]": 0.3,
    "agency_type[T.regency]": -1.1,
    "predicate[T.WBK]": 0.5,
    "year": 0.08,
}
FORMULA = "awards ~ agency_type + predicate + year"


def fit(cells, formula=FORMULA, exposure="units", **options):
    return fit_counts(cells, formula=formula, exposure=exposure, **options)


@pytest.mark.parametrize(("family", "alpha"), [("poisson", 0.0), ("nb2", 0.5)])
def test_known_parameters_are_recovered(family, alpha):
    found = fit(simulate(alpha, repeats=25), family=family)
    table = found.coefficients.set_index("term")
    assert found.reference == {"agency_type": "central", "predicate": "WBBM", "year": 2019}
    away = (table["estimate"] - pd.Series(TRUTH)) / table["std_error"]
    # six standard normal draws: the largest is above 3.2 once in 120 seeds, and this seed is fixed
    assert away.abs().max() < 3.2
    assert table["std_error"].max() < 0.06
    if family == "nb2":
        assert found.alpha == pytest.approx(0.5, rel=0.1)
    assert found.dispersion == pytest.approx(1, abs=0.1)


def test_intervals_cover_as_often_as_they_say():
    inside = []
    for seed in range(150):
        cells = simulate(repeats=1, seed=seed)
        table = fit(cells).coefficients.set_index("term")
        truth = np.exp(pd.Series(TRUTH))
        inside.append(((table["low"] <= truth) & (truth <= table["high"])).to_numpy())
    # 900 correlated yes or no at 95%: three standard errors of the share are about 0.03
    assert np.mean(inside) == pytest.approx(0.95, abs=0.03)


def test_ratio_and_interval_follow_from_estimate_and_error():
    table = fit(simulate()).coefficients
    np.testing.assert_allclose(table["rate_ratio"], np.exp(table["estimate"]))
    np.testing.assert_allclose(table["low"], np.exp(table["estimate"] - 1.959963984540054 * table["std_error"]))
    np.testing.assert_allclose(table["high"], np.exp(table["estimate"] + 1.959963984540054 * table["std_error"]))


def test_group_rates_are_the_ratios():
    cells = simulate()
    table = fit(cells, "awards ~ 0 + agency_type").coefficients
    sums = cells.groupby("agency_type")[["awards", "units"]].sum()
    np.testing.assert_allclose(table["rate_ratio"], sums["awards"] / sums["units"], rtol=1e-9)


def test_nb2_is_the_maximum_that_a_naive_search_finds():
    cells = simulate(0.4)
    found = fit(cells, family="nb2")
    matrix = np.column_stack(
        [
            np.ones(len(cells)),
            *(cells["agency_type"] == level for level in TYPES[1:]),
            cells["predicate"] == "WBK",
            cells["year"] - found.reference["year"],
        ]
    ).astype(float)

    def loss(values):
        mean = np.exp(matrix @ values[:-1]) * cells["units"]
        size = np.exp(-values[-1])
        return -stats.nbinom.logpmf(cells["awards"], size, size / (size + mean)).sum()

    naive = optimize.minimize(loss, np.r_[-2, np.zeros(6)], method="BFGS")
    assert found.log_likelihood >= -naive.fun - 1e-9
    assert found.log_likelihood == pytest.approx(-naive.fun, rel=1e-8)
    assert found.alpha == pytest.approx(np.exp(naive.x[-1]), rel=1e-3)
    np.testing.assert_allclose(found.coefficients["estimate"], naive.x[:-1], rtol=1e-3, atol=1e-4)


def test_nb2_is_found_where_reweighting_turns_in_circles():
    cells = pd.DataFrame(
        {
            "year": [2016, 2018, 2017, 2017, 2015, 2015],
            "kind": list("aaabba"),
            "units": [83, 129, 245, 208, 407, 491],
            "awards": [70, 21, 18, 13, 0, 1],
        }
    )
    found = fit(cells, "awards ~ C(kind) + year", "units", family="nb2")
    years = cells["year"].to_numpy() - found.reference["year"]
    matrix = np.column_stack([np.ones(6), cells["kind"] == "b", years]).astype(float)

    def loss(values):
        mean = np.exp(matrix @ values[:-1]) * cells["units"]
        size = np.exp(-values[-1])
        return -stats.nbinom.logpmf(cells["awards"], size, size / (size + mean)).sum()

    naive = optimize.minimize(loss, np.r_[found.coefficients["estimate"] + 0.3, 0.2], method="Nelder-Mead",
                              options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 5000})  # fmt: skip
    assert found.log_likelihood == pytest.approx(-naive.fun, rel=1e-8)
    assert found.alpha == pytest.approx(np.exp(naive.x[-1]), rel=1e-4)
    np.testing.assert_allclose(found.coefficients["estimate"], naive.x[:-1], rtol=1e-4)


def test_nb2_without_an_intercept_is_a_maximum_too():
    """With an intercept a part of the slope in alpha is zero, and an error in it would not be seen."""
    cells = simulate(0.4)
    found = fit(cells, "awards ~ 0 + I(units / 100)", None, family="nb2")
    mean, awards = found.expected["expected"].to_numpy(), cells["awards"].to_numpy()

    def likelihood(factor, alpha):
        return stats.nbinom.logpmf(awards, 1 / alpha, 1 / (1 + alpha * mean**factor)).sum()

    best = likelihood(1, found.alpha)
    assert found.log_likelihood == pytest.approx(best)
    for factor, ratio in itertools.product([0.999, 1, 1.001], [0.99, 1, 1.01]):
        assert likelihood(factor, found.alpha * ratio) <= best


def test_overdispersion_is_seen_and_nb2_or_robust_errors_answer_it():
    cells = simulate(0.6)
    poisson, robust, nb2 = fit(cells), fit(cells, covariance="HC1"), fit(cells, family="nb2")
    assert poisson.dispersion > 4
    assert poisson.dispersion_test.p_value < 0.001
    assert poisson.dispersion_test.alpha_hat == pytest.approx(0.6, abs=0.3)
    assert nb2.log_likelihood > poisson.log_likelihood + 50
    for other in (robust, nb2):
        assert other.coefficients["std_error"].mean() > 2 * poisson.coefficients["std_error"].mean()


def test_dispersion_test_is_one_sided():
    even = pd.DataFrame({"awards": [10, 10, 11, 9, 10, 10], "kind": list("aaabbb")})
    found = fit(even, "awards ~ kind", None)
    assert found.dispersion < 1
    assert found.dispersion_test.p_value > 0.5


def test_expected_keeps_rows_and_their_index():
    cells = simulate().set_index(pd.Index([f"cell-{i}" for i in range(80)]))
    found = fit(cells)
    assert list(found.expected.columns) == ["observed", "expected", "pearson_residual"]
    assert found.expected.index.equals(cells.index)
    assert found.n_cells == 80
    assert (found.expected["observed"] == cells["awards"]).all()
    # the score equations of a poisson model with an intercept
    assert found.expected["expected"].sum() == pytest.approx(cells["awards"].sum())
    assert found.dispersion == pytest.approx((found.expected["pearson_residual"] ** 2).sum() / (80 - 6))


def test_result_says_what_was_asked():
    found = fit(simulate(0.4), family="nb2", covariance="cluster", cluster="year")
    assert (found.family, found.covariance, found.exposure) == ("nb2", "cluster", "units")
    assert found.converged is True
    with pytest.raises(AttributeError):
        found.alpha = 0.0


def test_naive_cluster_sums_give_the_clustered_errors():
    cells = simulate(0.4)
    found = fit(cells, covariance="cluster", cluster="year")
    mean = found.expected["expected"].to_numpy()
    matrix = np.column_stack(
        [np.ones(80), *(cells["agency_type"] == level for level in TYPES[1:]), cells["predicate"] == "WBK"]
    ).astype(float)
    matrix = np.column_stack([matrix, cells["year"] - 2019])
    bread = np.linalg.inv(sum(m * np.outer(x, x) for m, x in zip(mean, matrix, strict=True)))
    meat = np.zeros((6, 6))
    for year in cells["year"].unique():
        inside = (cells["year"] == year).to_numpy()
        score = ((cells["awards"] - mean).to_numpy()[inside, None] * matrix[inside]).sum(axis=0)
        meat += np.outer(score, score)
    errors = np.sqrt(np.diag(bread @ meat @ bread) * 10 / 9 * 79 / 74)
    np.testing.assert_allclose(found.coefficients["std_error"], errors, rtol=1e-7)


# families and laws against R and pyfixest (make_count_models.R, make_pyfixest_counts.py)

ANSWERS = pd.read_csv(REFERENCE / "count_terms.csv", keep_default_na=False)
PYFIXEST = pd.read_csv(REFERENCE / "pyfixest_counts.csv", keep_default_na=False)
MATRICES = pd.read_csv(REFERENCE / "count_matrices.csv", keep_default_na=False)


def r_names(terms):
    """Our terms as R names them: origin[T.N] is originN."""
    plain = terms.str.replace(r"(?:C\()?(\w+)\)?\[T\.([^\]]*)\]", r"\1\2", regex=True)
    return plain.replace("Intercept", "(Intercept)")


def assert_terms(ours, theirs, pairs):
    theirs = theirs.set_index("term")
    assert set(ours.index) == set(theirs.index)
    for (mine, other), tolerance in pairs.items():
        np.testing.assert_allclose(ours[mine], theirs.loc[ours.index, other], rtol=tolerance, atol=1e-300)


# data, formula, exposure, cluster
CASES = {
    "warpbreaks": ("warpbreaks", "breaks ~ wool * tension", None, "loom"),
    "quine": ("quine", "days ~ origin * sex + age + learner", None, "group"),
    "insurance": ("insurance", "claims ~ C(district) + group", "holders", "age"),
    "ships": ("ships", "incidents ~ type + C(built) + C(period)", "service", "built"),
    "interactions": ("drawn_interactions", "awards ~ C(agency_type) * year + predicate", "units", "year"),
    "predicates": ("drawn_interactions", "awards ~ agency_type * predicate + year", "units", "year"),
    "rules": ("drawn_interactions", "awards ~ C(rules) + agency_type", "units", "year"),
    "yearly": ("drawn_interactions", "awards ~ C(year) + agency_type", "units", "place"),
    "levels": ("drawn_levels", "awards ~ region + kind + score", "agencies", "region"),
    "tiny": ("drawn_tiny", "awards ~ kind + score", "units", "place"),
}


@cache
def fit_case(case, family, covariance, law):
    data, formula, exposure, cluster = CASES[case]
    cells = pd.read_csv(REFERENCE / f"{data}.csv", keep_default_na=False)
    used = {"cluster": cluster} if covariance == "cluster" else {}
    return fit(cells, formula, exposure, family=family, covariance=covariance, interval=law, **used)


@pytest.mark.parametrize(("case", "family", "covariance"), ANSWERS.groupby(["case", "family", "covariance"]).groups)
def test_estimates_errors_and_both_laws_equal_r(case, family, covariance):
    theirs = ANSWERS.query("case == @case and family == @family and covariance == @covariance")
    for law, names in (
        ("normal", {"p_normal": "p_value"}),
        ("t", {"p_t": "p_value", "low_t": "low", "high_t": "high"}),
    ):
        ours = fit_case(case, family, covariance, law).coefficients
        same = dict.fromkeys([("estimate", "estimate"), ("std_error", "std_error")], 1e-8)
        # a tail multiplies the difference by z squared, a bound by the size of its logarithm
        same |= {(mine, other): 1e-5 if mine == "p_value" else 1e-7 for other, mine in names.items()}
        assert_terms(ours.set_index(r_names(ours["term"])), theirs, same)


@pytest.mark.parametrize(("case", "covariance"), PYFIXEST.groupby(["case", "covariance"]).groups)
def test_poisson_equals_pyfixest(case, covariance):
    theirs = PYFIXEST.query("case == @case and covariance == @covariance")
    ours = fit_case(case, "poisson", covariance, None).coefficients
    theirs = theirs.assign(term=r_names(theirs["term"]))
    same = {("estimate", "estimate"): 1e-8, ("std_error", "std_error"): 1e-8}
    assert_terms(ours.set_index(r_names(ours["term"])), theirs, same)


@pytest.mark.parametrize(("family", "covariance"), MATRICES.groupby(["family", "covariance"]).groups)
def test_covariance_matrix_equals_r(family, covariance):
    theirs = MATRICES.query("family == @family and covariance == @covariance").pivot(
        index="row", columns="column", values="value"
    )
    ours = fit_case("warpbreaks", family, covariance, None).covariance_matrix
    names = r_names(ours.columns.to_series())
    # entries that are zero in truth come out as noise on both sides
    spread = np.sqrt(np.outer(np.diag(ours), np.diag(ours)))
    away = (ours.to_numpy() - theirs.loc[names, names].to_numpy()) / spread
    assert np.abs(away).max() < 1e-8


def test_quasipoisson_is_poisson_with_wider_errors():
    cells = simulate(0.5)
    poisson, quasi = fit(cells), fit(cells, family="quasipoisson")
    assert quasi.dispersion == poisson.dispersion > 2
    np.testing.assert_array_equal(quasi.coefficients["estimate"], poisson.coefficients["estimate"])
    np.testing.assert_allclose(
        quasi.coefficients["std_error"], np.sqrt(poisson.dispersion) * poisson.coefficients["std_error"]
    )
    robust, plain = (fit(cells, family=x, covariance="HC1") for x in ("quasipoisson", "poisson"))
    pd.testing.assert_frame_equal(robust.coefficients, plain.coefficients)
    assert np.isnan(quasi.log_likelihood)
    assert (quasi.alpha, quasi.dispersion_test) == (None, poisson.dispersion_test)


def test_student_has_the_degrees_of_rows_or_of_clusters():
    cells = simulate(0.5)
    assert fit(cells).interval_degrees is None
    assert fit(cells, interval="t").interval_degrees == 80 - 6 == fit(cells).residual_degrees
    assert fit(cells, family="quasipoisson").interval_degrees == 74
    assert fit(cells, family="quasipoisson", interval="normal").interval_degrees is None
    clustered = fit(cells, covariance="cluster", cluster="year", interval="t")
    assert clustered.interval_degrees == 9
    row = clustered.coefficients.iloc[1]
    reach = stats.t.ppf(0.975, 9) * row["std_error"]
    assert np.log([row["low"], row["high"]]) == pytest.approx([row["estimate"] - reach, row["estimate"] + reach])
    with pytest.raises(ParameterError, match=r"interval is 'T'"):
        fit(cells, interval="T")


def test_quasipoisson_needs_a_rest():
    with pytest.raises(StudyRefusal, match="without rest") as refused:
        fit(pd.DataFrame({"awards": [4, 4, 4]}), "awards ~ 1", None, family="quasipoisson")
    assert refused.value.key == "no_rest"


def test_a_fit_keeps_the_rows_it_used():
    cells = simulate().assign(note="x")
    found = fit(cells)
    assert set(found.rows) == {"awards", "agency_type", "predicate", "year", "units"}
    assert found.formula == FORMULA
    assert list(found.covariance_matrix.columns) == found.coefficients["term"].tolist()


# properties


@settings(max_examples=12, deadline=None)
@given(st.floats(1e-4, 1e6), st.sampled_from(["poisson", "nb2"]))
def test_scaling_the_exposure_moves_only_the_intercept(factor, family):
    cells = simulate(0.4)
    before = fit(cells, family=family)
    after = fit(cells.assign(units=cells["units"] * factor), family=family)
    change = (after.coefficients["estimate"] - before.coefficients["estimate"]).to_numpy()
    np.testing.assert_allclose(change, [-np.log(factor), 0, 0, 0, 0, 0], atol=1e-8)
    np.testing.assert_allclose(after.coefficients["std_error"], before.coefficients["std_error"], rtol=1e-7)
    assert after.log_likelihood == pytest.approx(before.log_likelihood, rel=1e-10)


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(80)), st.sampled_from(["poisson", "nb2"]), st.sampled_from(["HC1", "cluster"]))
def test_row_order_does_not_matter(order, family, covariance):
    cells = simulate(0.4)
    options = {"family": family, "covariance": covariance}
    options |= {"cluster": "year"} if covariance == "cluster" else {}
    before, after = fit(cells, **options), fit(cells.iloc[order], **options)
    pd.testing.assert_frame_equal(before.coefficients, after.coefficients, rtol=1e-7)
    pd.testing.assert_frame_equal(before.expected.iloc[order], after.expected, rtol=1e-8)


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from([FORMULA, "awards ~ C(year)", "awards ~ I(year >= 2021) + np.log(units)", "awards ~ nothing"]),
    st.sampled_from(["Int64", "int64", "float64"]),
)
def test_the_input_is_never_changed(formula, dtype):
    cells = simulate(0.4).astype({"year": dtype, "awards": dtype})
    before = cells.copy(deep=True)
    try:
        fit(cells, formula, family="nb2", covariance="HC1")
    except StudyRefusal:
        assert "nothing" in formula
    pd.testing.assert_frame_equal(cells, before)


@settings(max_examples=12, deadline=None)
@given(st.integers(-900, 5000), st.sampled_from(["poisson", "nb2"]))
def test_moving_the_calendar_moves_only_the_centre(shift, family):
    cells = simulate(0.4)
    before = fit(cells, family=family)
    after = fit(cells.assign(year=cells["year"] + shift), family=family)
    pd.testing.assert_frame_equal(before.coefficients, after.coefficients, rtol=1e-7)
    assert after.reference["year"] == before.reference["year"] + shift


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(TYPES))
def test_reference_level_changes_nothing_but_the_comparison(level):
    cells = simulate()
    before = fit(cells)
    after = fit(cells, f"awards ~ C(agency_type, Treatment('{level}')) + predicate + year")
    assert after.reference["agency_type"] == level
    np.testing.assert_allclose(before.expected["expected"], after.expected["expected"], rtol=1e-8)


def test_uncentred_years_fit_the_same():
    """A year left uncentred inside I(...) is badly scaled, and must fit the same all the same."""
    cells = simulate()
    inside, centred = fit(cells, "awards ~ agency_type + I(year)"), fit(cells, "awards ~ agency_type + year")
    np.testing.assert_allclose(inside.expected["expected"], centred.expected["expected"], rtol=1e-6)


# separation


def naive_separation(matrix, zero):
    """Is there a direction that lowers a zero row and leaves the others where they are?"""
    result = optimize.linprog(
        matrix[zero].sum(axis=0),
        A_ub=matrix[zero],
        b_ub=np.zeros(zero.sum()),
        A_eq=matrix[~zero],
        b_eq=np.zeros((~zero).sum()),
        bounds=[(-1, 1)] * matrix.shape[1],
    )
    return result.fun < -1e-7


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(-2, 2), st.integers(0, 2)), min_size=6, max_size=14))
def test_separation_agrees_with_a_plain_linear_programme(rows):
    kind, slope, counts = np.array(rows).T
    matrix = np.column_stack([np.ones(len(rows)), kind == 1, kind == 2, slope]).astype(float)
    if np.linalg.matrix_rank(matrix) < 4:
        return
    zero = counts == 0
    found = find_separation(pd.DataFrame(matrix, columns=list("abcd")), floor=zero)
    assert (found is not None) == naive_separation(matrix, zero)
    if found is not None:
        assert zero[found.rows].all()


def test_level_of_zeros_is_named():
    cells = simulate()
    cells.loc[cells["agency_type"] == "city", "awards"] = 0
    with pytest.raises(StudyRefusal, match=r"awards is zero in every row where agency_type is 'city'"):
        fit(cells)
    with pytest.raises(StudyRefusal, match="'city'"):
        fit(cells, "awards ~ C(agency_type, Treatment('city')) + year", family="nb2")


def test_year_of_zeros_is_named_as_a_number():
    cells = simulate()
    cells.loc[cells["year"] == 2016, "awards"] = 0
    with pytest.raises(StudyRefusal, match=r"where year is 2016,"):
        fit(cells, "awards ~ C(year)")
    # as a straight line the same zeros are no separation
    assert fit(cells, "awards ~ year").converged


def test_separation_across_terms_names_rows_and_terms():
    cells = pd.DataFrame(
        {
            "awards": [3, 4, 5, 2, 0, 6, 2, 4],
            "kind": list("aabbaabb"),
            "place": list("xyxyxyxy"),
            "before": [0, 0, 0, 0, 1, 0, 0, 0],
        }
    )
    with pytest.raises(StudyRefusal, match=r"zero at row 4, and the terms before tell"):
        fit(cells, "awards ~ kind + before", None)


def test_all_zeros_are_refused():
    with pytest.raises(StudyRefusal, match="awards is zero in every row"):
        fit(simulate().assign(awards=0))


def test_zero_cells_that_do_not_separate_are_fitted():
    cells = simulate()
    cells.loc[(cells["agency_type"] == "city") & (cells["predicate"] == "WBK"), "awards"] = 0
    assert fit(cells).converged
    with pytest.raises(StudyRefusal, match="tell these rows apart"):
        fit(cells, "awards ~ agency_type * predicate")


# other refusals


def test_missing_values_name_column_and_rows():
    cells = simulate().astype({"awards": "Int64"})
    cells.loc[[4, 9], "awards"] = pd.NA
    with pytest.raises(EvidenceError, match=r"'awards' is missing at rows 4, 9"):
        fit(cells)
    with pytest.raises(EvidenceError, match=r"'predicate' is missing at row 2"):
        fit(simulate().assign(predicate=lambda c: c["predicate"].where(c.index != 2)))
    with pytest.raises(EvidenceError, match=r"'units' is missing at rows 0, 1, 2, 3, 4 and 75 more"):
        fit(simulate().assign(units=np.nan))
    with pytest.raises(EvidenceError, match=r"'place' is missing at row 7"):
        cells = simulate().assign(place=lambda c: c["year"].where(c.index != 7))
        fit(cells, covariance="cluster", cluster="place")


def test_missing_values_elsewhere_do_not_matter():
    assert fit(simulate().assign(note=np.nan)).n_cells == 80


@pytest.mark.parametrize(("value", "row"), [(-1.0, 5), (2.5, 6), (np.inf, 7)])
def test_counts_that_are_none_name_the_row(value, row):
    cells = simulate().astype({"awards": float})
    cells.loc[row, "awards"] = value
    with pytest.raises(EvidenceError, match=rf"awards is {value} at row {row}; a count must be a whole number"):
        fit(cells)


@pytest.mark.parametrize("value", [0, -3, np.inf])
def test_exposure_must_be_above_zero(value):
    cells = simulate().astype({"units": float})
    cells.loc[8, "units"] = value
    with pytest.raises(EvidenceError, match=r"units is .* at row 8; an exposure must be above zero"):
        fit(cells)


def test_text_and_truth_are_no_counts():
    with pytest.raises(EvidenceError, match="'awards' holds"):
        fit(simulate().astype({"awards": "str"}))
    with pytest.raises(EvidenceError, match="'awards' holds"):
        fit(simulate().assign(awards=True))


def test_columns_that_are_not_there():
    with pytest.raises(StudyRefusal, match=r"'yaer'.*closest: year"):
        fit(simulate(), "awards ~ yaer")
    with pytest.raises(EvidenceError, match=r"'unit' is not in the table; closest: units"):
        fit(simulate(), exposure="unit")
    with pytest.raises(EvidenceError, match="'units' is in the table 2 times"):
        fit(pd.concat([simulate(), simulate()[["units"]]], axis=1))
    with pytest.raises(StudyRefusal, match="names no count"):
        fit(simulate(), "year")
    with pytest.raises(EvidenceError, match="no rows"):
        fit(simulate().iloc[:0])


def test_exposure_must_be_said():
    with pytest.raises(TypeError, match="exposure"):
        fit_counts(simulate(), formula=FORMULA)
    assert fit(simulate(), exposure=None).exposure is None


def test_unknown_choices_name_the_closest():
    with pytest.raises(ParameterError, match=r"family is 'possion'; closest: poisson"):
        fit(simulate(), family="possion")
    with pytest.raises(ParameterError, match=r"covariance is 'HC3'; closest: HC1"):
        fit(simulate(), covariance="HC3")


def test_clusters_must_be_named_used_and_several():
    with pytest.raises(StudyRefusal, match="need a column"):
        fit(simulate(), covariance="cluster")
    with pytest.raises(StudyRefusal, match="has no use"):
        fit(simulate(), cluster="year")
    with pytest.raises(StudyRefusal, match=r"'copy' holds one cluster \(0\)"):
        fit(simulate(), covariance="cluster", cluster="copy")


def test_clusters_fitted_without_rest_are_refused():
    with pytest.raises(StudyRefusal, match=r"standard error of Intercept, agency_type\[T.city\].* is zero"):
        fit(simulate(), "awards ~ agency_type", covariance="cluster", cluster="agency_type")


def test_nb2_without_overdispersion_points_to_poisson():
    with pytest.raises(StudyRefusal, match=r'not overdispersed.*family="poisson"'):
        fit(pd.DataFrame({"awards": [10, 10, 11, 9, 10, 10]}), "awards ~ 1", None, family="nb2")


def test_nb2_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(zi_analysis.study.overdispersion, "_LARGEST_ALPHA", 1e-3)
    with pytest.raises(StudyRefusal, match="grows for ever"):
        fit(simulate(0.4), family="nb2")


def test_no_convergence_is_refused(monkeypatch):
    monkeypatch.setattr(zi_analysis.study.likelihood, "_STEPS", 2)
    with pytest.raises(StudyRefusal, match="did not converge in 2 steps"):
        fit(simulate())


def test_equal_counts_fit_without_rest_and_without_warning():
    found = fit(pd.DataFrame({"awards": [4, 4, 4]}), "awards ~ 1", None)
    assert found.coefficients["rate_ratio"].tolist() == pytest.approx([4])
    assert found.dispersion == pytest.approx(0, abs=1e-12)


def test_large_counts_and_exposures_do_not_overflow():
    cells = simulate().assign(units=lambda c: c["units"] * 1e9)
    assert fit(cells.assign(awards=cells["awards"] * 100_000)).converged
