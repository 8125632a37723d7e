"""Frames for the models: what enters, what stays out and why; the ends of bounds; comparisons."""

import numpy as np
import pandas as pd
import pytest

from zi_analysis.errors import StudyRefusal
from zi_analysis.evidence.tables import load_table
from zi_analysis.study import compare, series, simulate
from zi_analysis.study.counts import fit_counts
from zi_analysis.study.ends import fit_bound_ends


def _cells(rows: list[tuple]) -> pd.DataFrame:
    """year, agency_type, predicate, lower, upper."""
    frame = pd.DataFrame(rows, columns=["year", "agency_type", "predicate", "lower", "upper"])
    ids = [f"c-{row.year}-{row.agency_type}-{row.predicate}" for row in frame.itertuples()]
    return frame.assign(cell_id=ids).astype(dict.fromkeys(["year", "lower", "upper"], "Int64"))


def _exposures(rows: list[tuple]) -> pd.DataFrame:
    """year, agency_type, measure, lower, upper, status."""
    columns = ["year", "agency_type", "measure", "lower", "upper", "status"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(["year", "lower", "upper"], "Int64"))


CELLS = _cells([(2018, "all", "WBK", 200, 200), (2019, "all", "WBK", 472, 473), (2020, "all", "WBK", 681, 681)])
PROPOSED = _exposures(
    [
        (2018, "all", "units_proposed", 910, 910, "exact"),
        (2019, "all", "units_proposed", 900, 1200, "bounded"),
        (2020, "all", "units_proposed", 0, None, "unknown"),
    ]
)
CHOICE = dict(groups=["all"], predicates=["WBK"], years=range(2018, 2021))


def test_only_exact_counts_with_exact_exposure_enter() -> None:
    counts = series.exact_counts(CELLS, PROPOSED, exposure="units_proposed", **CHOICE).set_index("year")
    assert counts["used"].tolist() == ["yes", "no", "no"]
    assert counts["reason"].tolist()[1:] == ["count", "exposure"]
    assert counts.loc[2018, ["award_count", "exposure"]].tolist() == [200, 910]
    assert counts.loc[2020, "award_count"] == 681
    assert pd.isna(counts.loc[2019, "award_count"])


def test_without_exposure_each_count_stands_for_itself() -> None:
    counts = series.exact_counts(CELLS, PROPOSED, exposure="none", **CHOICE)
    assert counts["used"].tolist() == ["yes", "no", "yes"]
    assert counts["exposure"].tolist() == [1, 1, 1]


def test_an_exact_count_with_a_bounded_exposure_stays_out() -> None:
    exposures = PROPOSED.assign(upper=PROPOSED["upper"].mask(PROPOSED["year"] == 2018, 990))
    counts = series.exact_counts(CELLS, exposures, exposure="units_proposed", **CHOICE).set_index("year")
    assert counts.loc[2018, ["used", "reason"]].tolist() == ["no", "exposure"]


def test_counts_without_exposure_are_no_rates_of_a_hundred() -> None:
    rates = series.bounded_rates(CELLS, PROPOSED, measure="none").set_index("year")
    assert rates.loc[2018, ["rate_low", "rate_high"]].tolist() == [200, 200]


def test_an_unknown_exposure_is_refused() -> None:
    with pytest.raises(StudyRefusal, match="'population' is not known; choose one of agencies_existing"):
        series.exact_counts(CELLS, PROPOSED, exposure="population", **CHOICE)


def test_rates_are_bounded_by_the_opposite_ends() -> None:
    rates = series.bounded_rates(CELLS, PROPOSED, measure="units_proposed").set_index("year")
    assert rates.loc[2019, "rate_low"] == pytest.approx(100 * 472 / 1200)
    assert rates.loc[2019, "rate_high"] == pytest.approx(100 * 473 / 900)
    assert rates.loc[2020, ["rate_low", "rate_high"]].isna().all()


def test_the_break_is_the_year_that_the_decisions_name() -> None:
    rules = load_table("rules_in_force").set_index("rules")
    assert rules.loc["90/2021", "first_year"] == series.FIRST_YEAR_UNDER_RULES_OF_2021


@pytest.fixture
def typed_cells() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two types over five years; the count of cities lies between a tenth and a half of the central one."""
    rows, exposures = [], []
    for year in range(2016, 2021):
        base = 10 * (year - 2014)
        rows += [(year, "central", "all", 2 * base, 2 * base + 4), (year, "city", "all", base, base + 4)]
        exposures += [(year, "central", "agencies_existing", 10, 10, "exact")]
        exposures += [(year, "city", "agencies_existing", 10, 10, "exact")]
    return _cells(rows), _exposures(exposures)


def test_the_ends_hold_the_ratio_at_both_ends(typed_cells: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    cells, exposures = typed_cells
    ends = fit_bound_ends(
        cells,
        exposures,
        types=["central", "city"],
        predicate="all",
        years=range(2016, 2021),
        exposure="agencies_existing",
    )
    row = ends.ratios.iloc[0]
    lower, upper = (cells.groupby("agency_type")[side].sum() for side in ("lower", "upper"))
    assert row["least"] == pytest.approx(lower["city"] / upper["central"], rel=0.03)
    assert row["most"] == pytest.approx(upper["city"] / lower["central"], rel=0.03)
    assert row["least_low"] < row["least"] < row["most"] < row["most_high"]
    assert ends.left_out.empty


def test_a_year_without_upper_bound_is_left_out_by_name(
    typed_cells: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    cells, exposures = typed_cells
    cells = cells.assign(upper=cells["upper"].mask((cells["year"] == 2016) & (cells["agency_type"] == "city")))
    ends = fit_bound_ends(
        cells,
        exposures,
        types=["central", "city"],
        predicate="all",
        years=range(2016, 2021),
        exposure="agencies_existing",
    )
    assert set(ends.left_out["year"]) == {2016}
    assert set(ends.rows["year"]) == {2017, 2018, 2019, 2020}


@pytest.mark.parametrize("types", [["central"], ["city", "province"]])
def test_the_ends_need_the_reference_and_another_type(types: list[str], typed_cells: tuple) -> None:
    cells, exposures = typed_cells
    with pytest.raises(StudyRefusal, match="compare central with at least one other type"):
        fit_bound_ends(cells, exposures, types=types, predicate="all", years=[2016], exposure="agencies_existing")


def _series(counts: list[int]) -> pd.DataFrame:
    years = list(range(2014, 2014 + len(counts) // 2)) * 2
    predicates = ["WBK"] * (len(counts) // 2) + ["WBBM"] * (len(counts) // 2)
    frame = pd.DataFrame({"year": years, "predicate": predicates, "award_count": counts, "exposure": 1})
    return frame.assign(cell_id=frame.index.astype(str), agency_type="all", used="yes", reason=None)


def test_overdispersed_counts_get_both_families_and_wider_errors() -> None:
    comparison = compare.compare_families(_series([12, 17, 77, 200, 473, 681, 1, 2, 6, 5, 34, 82]))
    assert comparison.formula == "award_count ~ C(predicate, Treatment('WBK')) + year"
    assert comparison.poisson.dispersion > 4
    assert comparison.nb2 is not None
    assert comparison.nb2.log_likelihood > comparison.poisson.log_likelihood
    errors = [fit.coefficients["std_error"].iloc[1] for fit in (comparison.poisson, comparison.robust)]
    assert errors[1] > errors[0]
    assert list(comparison.rows.columns[-3:]) == ["observed", "poisson", "nb2"]


def test_counts_that_poisson_fits_let_nb2_refuse_in_words() -> None:
    comparison = compare.compare_families(_series([10, 11, 9, 10, 10, 11, 5, 5, 6, 5, 5, 4]))
    assert comparison.nb2 is None
    assert "not overdispersed" in str(comparison.refusal)
    assert "nb2" not in comparison.rows


def test_the_formula_holds_only_what_varies() -> None:
    assert compare.choose_formula(_series([10, 11, 9, 10]).query("predicate == 'WBK'")) == "award_count ~ year"
    alone = _series([10, 11]).query("predicate == 'WBK'")
    assert compare.choose_formula(alone) == "award_count ~ 1"


def test_exposures_are_compared_or_refused_by_name() -> None:
    cells = _cells(
        [
            (year, "all", "WBK", count, count)
            for year, count in zip(range(2018, 2024), (200, 400, 600, 500, 100, 90), strict=True)
        ]
    )
    exposures = _exposures([(year, "all", "agencies_existing", 600, 600, "exact") for year in range(2018, 2024)])
    compared = compare.compare_exposures(cells, exposures, groups=["all"], predicates=["WBK"], years=range(2018, 2024))
    rows = compared.set_index("exposure")
    assert rows.loc["agencies_existing", "rate_ratio"] == pytest.approx((190 / 2) / (1700 / 4))
    assert rows.loc["none", "rate_ratio"] == pytest.approx((190 / 2) / (1700 / 4))
    assert rows.loc["units_proposed", "refusal"] == "no years on both sides of the rules of 2021"


def test_agencies_awarded_need_exact_numbers_of_all_groups() -> None:
    exposures = _exposures(
        [
            (2020, "central", "agencies_awarded", 52, 52, "exact"),
            (2020, "local", "agencies_awarded", 46, 46, "exact"),
            (2020, "central", "agencies_proposing", 70, 70, "exact"),
            (2020, "local", "agencies_proposing", 181, 181, "exact"),
            (2021, "central", "agencies_awarded", 40, 40, "exact"),
            (2021, "central", "agencies_proposing", 72, 72, "exact"),
        ]
    )
    rows = compare.count_agencies(
        exposures, groups=["central", "local"], years=[2020, 2021], measure="agencies_proposing"
    )
    assert rows.to_dict("list") == {
        "year": [2020, 2020],
        "agency_type": ["central", "local"],
        "agencies_awarded": [52, 46],
        "agencies": [70, 181],
    }
    rates = compare.rate_agencies(exposures, groups=["central", "local"], years=[2020])
    assert rates["rate"].tolist() == pytest.approx([52 / 70, 46 / 181])
    with pytest.raises(StudyRefusal, match="no year has exact numbers"):
        compare.rate_agencies(exposures, groups=["central", "city"], years=[2020])


def test_units_rate_needs_exact_counts() -> None:
    counts = series.exact_counts(CELLS, PROPOSED, exposure="units_proposed", **CHOICE)
    assert compare.rate_units(counts)["rate"].tolist() == pytest.approx([200 / 910])
    with pytest.raises(StudyRefusal, match="no year has an exact count"):
        compare.rate_units(counts[counts["used"] == "no"])


def test_simulated_dispersion_tells_overdispersed_from_poisson_counts() -> None:
    random = np.random.default_rng(3)
    frame = pd.DataFrame({"x": np.tile([0.0, 1.0], 12)})
    for draw, small in ((random.poisson(20, 24), False), (random.negative_binomial(2, 0.1, 24), True)):
        counts = frame.assign(awards=draw)
        fit = fit_counts(counts, formula="awards ~ x", exposure=None)
        result = simulate.simulate_dispersion(counts, fit, formula="awards ~ x", exposure=None, seed=1, replicates=39)
        again = simulate.simulate_dispersion(counts, fit, formula="awards ~ x", exposure=None, seed=1, replicates=39)
        assert (result.p_value < 0.05) == small
        np.testing.assert_array_equal(result.draws, again.draws)
        above = int((result.draws >= result.observed).sum())
        assert result.p_value == (above + 1) / 40  # the observed data set counts as one draw


def test_a_common_rate_is_the_pooled_one_and_its_dispersion_sees_the_difference() -> None:
    rates = pd.DataFrame({"successes": [52, 46, 38, 64], "trials": [70, 181, 67, 221]})
    common = compare.fit_common_rate(rates)
    odds = np.exp(common.coefficients["estimate"].iloc[0])
    assert odds / (1 + odds) == pytest.approx(200 / 539)
    assert common.dispersion > 5


def test_types_are_compared_year_by_year() -> None:
    exposures = _exposures(
        [
            (2020, "central", "agencies_awarded", 52, 52, "exact"),
            (2020, "local", "agencies_awarded", 46, 46, "exact"),
            (2020, "central", "agencies_existing", 87, 87, "exact"),
            (2020, "local", "agencies_existing", 542, 542, "exact"),
        ]
    )
    (row,) = compare.compare_types(exposures, years=[2020]).to_dict("records")
    assert row["ratio"] == pytest.approx((46 / 542) / (52 / 87))
    error = np.sqrt(1 / 46 - 1 / 542 + 1 / 52 - 1 / 87)  # Katz and others (1978)
    assert [row["low"], row["high"]] == pytest.approx(
        [row["ratio"] * np.exp(sign * 1.959964 * error) for sign in (-1, 1)]
    )
    with pytest.raises(StudyRefusal):
        compare.compare_types(exposures, years=[2021])


def test_an_interval_needs_two_years_on_each_side() -> None:
    cells = _cells(
        [(year, "all", "WBK", count, count) for year, count in ((2020, 600), (2021, 500), (2022, 100), (2023, 90))]
    )
    exposures = _exposures([(year, "all", "units_proposed", 3000, 3000, "exact") for year in (2020, 2021, 2022)])
    choice = dict(groups=["all"], predicates=["WBK"], years=range(2020, 2024))
    rows = compare.compare_exposures(cells, exposures, **choice).set_index("exposure")
    assert pd.isna(rows.loc["units_proposed", "low"])
    assert rows.loc["units_proposed", "rate_ratio"] == pytest.approx(100 / 550)
    assert rows.loc["none", "low"] < rows.loc["none", "rate_ratio"] < rows.loc["none", "high"]
    assert rows.loc["units_proposed", "years_after"] == "2022"


def test_the_interval_is_students_with_years_less_two() -> None:
    """One row a year: errors clustered by year are HC1 errors, widened by t with two degrees of freedom."""
    counts = {2020: 600, 2021: 500, 2022: 100, 2023: 90}
    cells = _cells([(year, "all", "WBK", count, count) for year, count in counts.items()])
    choice = dict(groups=["all"], predicates=["WBK"], years=range(2020, 2024))
    row = compare.compare_exposures(cells, _exposures([]), **choice).set_index("exposure").loc["none"]
    frame = pd.DataFrame({"n": list(counts.values()), "late": ["a", "a", "b", "b"], "year": list(counts)})
    fit = fit_counts(frame, formula="n ~ late", exposure=None, covariance="cluster", cluster="year")
    estimate, error = fit.coefficients[["estimate", "std_error"]].iloc[1]
    assert row["high"] == pytest.approx(np.exp(estimate + 4.302653 * error), rel=1e-6)  # t(0.975, 2) from tables
