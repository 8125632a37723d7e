"""Intervals of several methods, joint tests and expected rates of the national series, as notebook 03 shows them."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from zi_analysis.errors import StudyRefusal
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.interval_tables import chart_intervals, table_rates, table_tests
from zi_analysis.study.counts import fit_counts
from zi_analysis.study.interval_methods import METHODS, compare_intervals, try_terms

FORMULA = "award_count ~ C(predicate, Treatment('WBK')) + year"


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    years, kinds = np.repeat(np.arange(2016, 2023), 2), ["WBK", "WBBM"] * 7
    counts = [17, 2, 77, 6, 200, 5, 473, 33, 681, 82, 486, 72, 95, 7]
    return pd.DataFrame({"year": years, "predicate": kinds, "award_count": counts, "units": 1000})


@pytest.fixture(scope="module")
def intervals(cells: pd.DataFrame) -> pd.DataFrame:
    return compare_intervals(cells, formula=FORMULA, exposure="units", seed=3, replicates=199)


@pytest.fixture(scope="module")
def tests(cells: pd.DataFrame) -> pd.DataFrame:
    return try_terms(cells, formula=FORMULA, exposure="units")


def test_every_method_gives_every_ratio_and_they_agree_with_single_fits(
    cells: pd.DataFrame, intervals: pd.DataFrame
) -> None:
    assert intervals.groupby("method").size().to_dict() == dict.fromkeys([*METHODS, "bootstrap", "jackknife"], 2)
    for method, options in METHODS.items():
        fit = fit_counts(cells, formula=FORMULA, exposure="units", **options)
        rows = intervals[intervals["method"] == method].set_index("term")
        expected = fit.coefficients.set_index("term").loc[rows.index, ["rate_ratio", "low", "high"]]
        assert rows[["rate_ratio", "low", "high"]].to_numpy() == pytest.approx(expected.to_numpy())


def test_methods_that_distrust_poisson_are_wider(intervals: pd.DataFrame) -> None:
    lengths = np.log(intervals["high"] / intervals["low"]).groupby(intervals["method"]).min()
    assert (lengths.drop("poisson") > lengths["poisson"]).all()
    assert lengths["nb2_t"] > lengths["nb2"]


def test_the_jackknife_of_years_is_made_of_the_fits_without_each_year(
    cells: pd.DataFrame, intervals: pd.DataFrame
) -> None:
    """The same by single fits: squares of what each year moves, summed, times (G - 1) / G."""
    years = cells["year"].unique()
    ask = {"formula": FORMULA, "exposure": "units"}
    whole = fit_counts(cells, **ask).coefficients.set_index("term")["estimate"]
    moved = []
    for year in years:
        part = fit_counts(cells[cells["year"] != year], **ask)
        moved.append(part.coefficients.set_index("term")["estimate"] - whole)
    error = np.sqrt((pd.DataFrame(moved) ** 2).sum() * (len(years) - 1) / len(years))
    row = intervals[(intervals["method"] == "jackknife") & (intervals["term"] == "year")].iloc[0]
    reach = stats.t.ppf(0.975, len(years) - 1) * error["year"]
    assert np.log(row["high"]) - np.log(row["rate_ratio"]) == pytest.approx(reach, rel=1e-6)


def test_a_method_that_refuses_is_told_and_the_others_answer(cells: pd.DataFrame) -> None:
    regular = cells.assign(award_count=[100, 10] * 7)
    found = compare_intervals(regular, formula=FORMULA, exposure="units", seed=3, replicates=199)
    refused = found[found["refusal"].notna()]
    assert {"nb2", "nb2_t"} <= set(refused["method"])
    assert refused["term"].isna().all()
    assert "poisson" in set(found.loc[found["term"].notna(), "method"])


def test_joint_tests_equal_those_made_by_hand(cells: pd.DataFrame, tests: pd.DataFrame) -> None:
    tests = tests.set_index(["tested", "test"])
    full = fit_counts(cells, formula=FORMULA, exposure="units", family="nb2")
    less = fit_counts(cells, formula="award_count ~ year", exposure="units", family="nb2")
    twice = 2 * (full.log_likelihood - less.log_likelihood)
    row = tests.loc[("predicate", "lr_nb2")]
    assert (row["statistic"], row["p_value"]) == pytest.approx((twice, stats.chi2.sf(twice, 1)))
    robust = fit_counts(cells, formula=FORMULA, exposure="units", covariance="HC1").coefficients.set_index("term")
    assert tests.loc[("year", "wald_hc1"), "statistic"] == pytest.approx(
        (robust.loc["year", "estimate"] / robust.loc["year", "std_error"]) ** 2
    )
    assert tests.loc[("years_beyond_line", "f_quasi"), ["degrees", "denominator_degrees"]].tolist() == [5, 6]
    assert tests.loc[("all", "f_quasi"), "degrees"] == 2


def test_a_model_without_terms_has_nothing_to_test(cells: pd.DataFrame) -> None:
    with pytest.raises(StudyRefusal, match="no terms"):
        try_terms(cells, formula="award_count ~ 1", exposure="units")


@pytest.mark.parametrize("language", ["en", "id"])
def test_exhibits_hold_the_numbers(
    cells: pd.DataFrame, intervals: pd.DataFrame, tests: pd.DataFrame, language: str
) -> None:
    edition = Edition(language, 2016, 2022, exposure="units_proposed")
    fit = fit_counts(cells, formula=FORMULA, exposure="units", family="nb2")
    chart = chart_intervals(intervals, fit, edition, exhibit="3.3")
    assert len(chart.data) == len(intervals)
    assert table_tests(tests, edition, exhibit="3.4").data["p_value"].notna().all()
    refused = tests.assign(p_value=[np.nan, *tests["p_value"][1:]])
    assert {"en": "refused", "id": "ditolak"}[language] in table_tests(refused, edition, exhibit="3.4").html
    rates = table_rates(fit, cells, edition, exhibit="3.5").data.set_index("what")["value"]
    first = fit.expected["expected"][cells["predicate"] == "WBK"]
    assert rates.iloc[1] == pytest.approx(100 * float(np.exp(np.log(first / 1000).mean())), rel=1e-5)
    assert rates.iloc[2] == pytest.approx(rates.iloc[0] - rates.iloc[1], abs=1e-5)
    assert rates.iloc[3] == pytest.approx(rates.iloc[0] / rates.iloc[1], abs=1e-5)
