"""Which rates can be formed, years predicted from the others, and what single figures are worth."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from zi_analysis.errors import StudyRefusal
from zi_analysis.evidence.assemble import Evidence
from zi_analysis.study import rate_outliers, rate_tables, rate_values

SERIES = pd.DataFrame(
    {
        "year": [2016, 2017, 2018, 2020, 2021, 2023],
        "successes": [19, 83, 205, 763, 558, 109],
        "trials": [223, 485, 910, 3691, 4402, 1390],
    }
)


def _cells(**bounds: tuple[int | None, int | None]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """National cells and exposures of 2020 with the bounds given by measure."""
    rows = [
        {"year": 2020, "agency_type": "all", "measure": name, "lower": low, "upper": high}
        for name, (low, high) in bounds.items()
    ]
    table = pd.DataFrame(rows).astype({"lower": "Int64", "upper": "Int64"})
    cells = table[table["measure"] == "units_awarded"].assign(predicate="all").drop(columns="measure")
    return cells, table[table["measure"] != "units_awarded"]


def _proposed(**bounds: tuple[int | None, int | None]) -> pd.Series:
    rates = rate_tables.list_rates(*_cells(**bounds), groups=["all"], years=[2020])
    return rates[rates["measure"] == "units_proposed"].iloc[0]


@pytest.mark.parametrize(
    ("awarded", "proposed", "low", "high", "state", "missing"),
    [
        ((3, 3), (9, 9), 1 / 3, 1 / 3, "exact", None),
        ((3, 4), (8, 12), 3 / 12, 4 / 8, "bounded", "both"),
        ((3, 3), (8, None), 0, 3 / 8, "bounded", "exposure"),
        ((3, None), (8, 8), 3 / 8, 1, "bounded", "count"),
        ((3, 3), (3, None), 0, 1, "none", "exposure"),
        ((0, None), (None, None), 0, 1, "none", "both"),
        ((0, 0), (0, 0), 0, 1, "none", None),
    ],
)
def test_a_rate_is_as_sure_as_both_its_numbers(
    awarded: tuple, proposed: tuple, low: float, high: float, state: str, missing: str | None
) -> None:
    row = _proposed(units_awarded=awarded, units_proposed=proposed)
    assert (row["rate_low"], row["rate_high"]) == pytest.approx((low, high))
    assert row["state"] == state
    assert (None if pd.isna(row["missing"]) else row["missing"]) == missing


def test_a_rate_above_one_is_refused_and_its_lines_named() -> None:
    with pytest.raises(StudyRefusal, match="units_awarded 2020 all of units_proposed") as refused:
        _proposed(units_awarded=(10, 10), units_proposed=(4, 9))
    assert refused.value.key == "rate_above_one"


def test_bounds_that_allow_one_are_no_contradiction() -> None:
    assert _proposed(units_awarded=(5, 12), units_proposed=(4, 9))["rate_high"] == 1


def test_a_predicate_is_counted_alone_and_proposals_are_not(evidence: Evidence) -> None:
    counted = evidence.counted
    for predicate, awarded in (("all", 763), ("WBK", 681), ("WBBM", 82)):
        rates = rate_tables.list_rates(
            counted.cells, counted.exposures, groups=["all"], years=[2020], predicate=predicate
        )
        units = rate_tables.exact_rates(rates, measures=["units_proposed"], groups=["all"])
        agencies = rate_tables.exact_rates(rates, measures=["agencies_proposing"], groups=["all"])
        assert units[["successes", "trials"]].to_numpy().tolist() == [[awarded, 3691]]
        assert agencies[["successes", "trials"]].to_numpy().tolist() == [[98, 251]]


def test_every_exact_rate_of_the_evidence_lies_within_one(evidence: Evidence) -> None:
    counted = evidence.counted
    groups = ["all", "central", "local", "province", "regency", "city", "regency_city"]
    rates = rate_tables.list_rates(counted.cells, counted.exposures, groups=groups, years=range(2012, 2026))
    assert len(rates) == 4 * len(groups) * 14
    assert (rates["rate_low"] <= rates["rate_high"]).all()
    exact = rates[rates["state"] == "exact"]
    assert len(exact) > 10
    assert exact["rate_low"].tolist() == pytest.approx(exact["rate_high"].tolist())


def test_no_exact_rate_is_refused() -> None:
    rates = rate_tables.list_rates(
        *_cells(units_awarded=(3, None), units_proposed=(9, 9)), groups=["all"], years=[2020]
    )
    with pytest.raises(StudyRefusal, match="no year has an exact rate of units_proposed"):
        rate_tables.exact_rates(rates, measures=["units_proposed"], groups=["all"])


def test_shares_of_a_predicate_need_both_counts() -> None:
    cells = pd.DataFrame(
        {
            "year": [2020, 2020, 2021, 2021],
            "agency_type": "all",
            "predicate": ["WBBM", "all"] * 2,
            "lower": [82, 763, 72, 500],
            "upper": [82, 763, 72, 558],
        }
    )
    assert rate_tables.share_of_predicate(cells, predicate="WBBM", years=[2020, 2021])["year"].tolist() == [2020]
    with pytest.raises(StudyRefusal, match="no year has exact counts by predicate"):
        rate_tables.share_of_predicate(cells, predicate="WBBM", years=[2021])


def test_prediction_is_students_interval_of_a_new_draw() -> None:
    """By hand: mean and spread of the other logits, with half a success and half a failure added."""
    found = rate_outliers.predict_left_out(SERIES, year=2020)
    others = SERIES[SERIES["year"] != 2020]
    logits = np.log((others["successes"] + 0.5) / (others["trials"] - others["successes"] + 0.5))
    reach = stats.t.ppf(0.975, 4) * logits.std() * np.sqrt(6 / 5)
    ends = 1 / (1 + np.exp(-(logits.mean() + np.array([-reach, reach]))))
    assert (found.low, found.high) == pytest.approx(tuple(ends))
    assert found.rate == pytest.approx(763 / 3691)
    common = others["successes"].sum() / others["trials"].sum()
    assert found.chance_low == pytest.approx(stats.binom.ppf(0.025, 3691, common) / 3691)
    assert not found.outside
    assert found.rate > found.chance_high


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 200), min_size=4, max_size=7), st.integers(0, 6))
def test_a_year_is_outside_exactly_when_its_p_value_is_below_five_in_a_hundred(won: list[int], place: int) -> None:
    rates = pd.DataFrame({"year": range(len(won)), "successes": won, "trials": 200})
    found = rate_outliers.predict_left_out(rates, year=place % len(won))
    assert 0 <= found.low <= found.expected <= found.high <= 1
    compared = (won[place % len(won)] + 0.5) / 201  # as the others are, half a success and half a failure added
    edge = min(abs(compared - found.low), abs(compared - found.high)) < 1e-9
    assert edge or found.outside == (not found.low <= compared <= found.high)
    assert found.outside == (found.p_value < 0.05)


def test_a_plain_outlier_is_found() -> None:
    rates = SERIES.assign(successes=[25, 54, 100, 2700, 480, 155])
    predicted = rate_outliers.predict_each_year(rates)
    assert predicted.loc[predicted["outside"], "year"].tolist() == [2020]


def test_predictions_need_the_year_and_three_others() -> None:
    with pytest.raises(StudyRefusal, match="2019 has no exact rate"):
        rate_outliers.predict_left_out(SERIES, year=2019)
    with pytest.raises(StudyRefusal, match="2 other years"):
        rate_outliers.predict_left_out(SERIES.head(3), year=2017)


def test_models_of_scatter_agree_with_their_fits() -> None:
    compared = rate_outliers.compare_scatter(SERIES).set_index("model")
    pooled = SERIES["successes"].sum() / SERIES["trials"].sum()
    assert compared.loc["binomial", "rate"] == pytest.approx(pooled)
    assert compared.loc["quasi", "rate"] == pytest.approx(pooled)
    expected = SERIES["trials"] * pooled
    chi_squared = ((SERIES["successes"] - expected) ** 2 / (expected * (1 - pooled))).sum()
    assert compared.loc["quasi", "scatter"] == pytest.approx(chi_squared / 5)
    assert compared.loc["quasi", "p_value"] == pytest.approx(stats.chi2(5).sf(chi_squared))
    widths = compared["high"] - compared["low"]
    assert widths["binomial"] < widths["quasi"]
    assert widths["binomial"] < widths["beta"]


def _settled(**changes: object) -> pd.DataFrame:
    row = {"year": 2017, "scope": "national", "measure": "units_proposed", "predicate": "all", "basis": "yearly"}
    row |= {"track": "national", "coverage": "whole", "value": 485, "low": 483, "high": 485}
    return pd.DataFrame([{**row, **changes}])


def test_a_disputed_figure_is_replaced_and_the_year_predicted_again() -> None:
    tried = rate_values.try_disputed(SERIES, _settled(low=100, value=485), predicate="all", year=2020)
    assert tried.loc[0, ["used", "other"]].tolist() == [485, 100]
    assert tried.loc[0, "rate_other"] == pytest.approx(83 / 100)
    changed = rate_outliers.predict_left_out(SERIES.assign(trials=[223, 100, 910, 3691, 4402, 1390]), year=2020)
    assert tried.loc[0, "high"] == pytest.approx(changed.high)
    assert len(tried) == 2
    assert pd.isna(tried.loc[1, "year"])


def test_combinations_tell_how_many_make_an_outlier() -> None:
    even = SERIES.assign(successes=[22, 49, 91, 369, 440, 139])
    both = pd.concat([_settled(year=2020, value=3691, low=400, high=3700), _settled(low=480)])
    tried = rate_values.try_disputed(even, both, predicate="all", year=2020)
    assert tried["outside"].tolist() == pytest.approx([1, 0, 0, 1 / 3])  # one of three values, with either of two


def test_a_value_that_makes_a_rate_above_one_is_left_out() -> None:
    tried = rate_values.try_disputed(SERIES, _settled(low=82), predicate="all", year=2020)
    assert len(tried) == 1


@pytest.mark.parametrize(
    "changes",
    [{"scope": "agency"}, {"basis": "cumulative"}, {"track": "own"}, {"coverage": "partial"}, {"year": 2014}],
)
def test_figures_of_something_else_are_left_alone(changes: dict) -> None:
    tried = rate_values.try_disputed(SERIES, _settled(**changes), predicate="all", year=2020)
    assert len(tried) == 1
    assert tried["outside"].tolist() == [0.0]


def test_parts_stand_for_a_total_only_when_no_total_is_told() -> None:
    part = _settled(measure="units_awarded", predicate="WBK", value=77, low=71, high=77)
    total = _settled(measure="units_awarded", value=83, low=83, high=83)
    alone = rate_values.try_disputed(SERIES, part, predicate="all", year=2020)
    assert alone.loc[0, "rate_other"] == pytest.approx(77 / 485)  # 83 less the 6 by which the part falls
    assert len(rate_values.try_disputed(SERIES, pd.concat([part, total]), predicate="all", year=2020)) == 1
    assert len(rate_values.try_disputed(SERIES, part, predicate="WBBM", year=2020)) == 1


def test_a_missing_year_is_worth_what_a_simulation_by_hand_says(evidence: Evidence) -> None:
    counted = evidence.counted
    options = {"predicate": "all", "years": range(2015, 2026), "year": 2020}
    valued = rate_values.value_missing(SERIES, counted.cells, counted.exposures, **options, seed=1)
    assert set(valued["year"]) == {2015, 2019, 2022, 2024, 2025}
    assert valued["narrowing"].is_monotonic_decreasing
    row = valued.set_index("year").loc[2015]
    now = rate_outliers.predict_left_out(SERIES, year=2020)
    assert row["width_now"] == pytest.approx(now.high - now.low)
    logits = np.log((SERIES["successes"] + 0.5) / (SERIES["trials"] - SERIES["successes"] + 0.5))
    drawn = logits.mean() + logits.std() * np.sqrt(7 / 6) * stats.t(5).rvs(150, random_state=2)
    widths = []
    for rate in 1 / (1 + np.exp(-drawn)):
        more = pd.DataFrame({"year": [2015], "successes": [rate * 1e7], "trials": [1e7]})
        then = rate_outliers.predict_left_out(pd.concat([SERIES, more]), year=2020)
        widths.append(then.high - then.low)
    assert row["width_then"] == pytest.approx(float(np.median(widths)), rel=0.08)  # two sets of draws


def test_nothing_missing_is_refused(evidence: Evidence) -> None:
    counted = evidence.counted
    with pytest.raises(StudyRefusal, match="every year"):
        rate_values.value_missing(
            SERIES, counted.cells, counted.exposures, predicate="all", years=[2016, 2017, 2018], year=2020, seed=1
        )
