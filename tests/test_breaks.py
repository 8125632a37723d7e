"""Breaks of the yearly rate: against R, against slow versions, by simulation, and on bad input."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zi_analysis.errors import EvidenceError, ParameterError, StudyRefusal
from zi_analysis.study.batches import dispersions, draw_counts, fit_many
from zi_analysis.study.break_designs import choose_shape, design_break, select_series
from zi_analysis.study.break_permutation import arrange_years, least_p, level_statistics, permute_years
from zi_analysis.study.break_power import reject_shares, simulate_power
from zi_analysis.study.break_scan import scan_breaks, simulate_supremum
from zi_analysis.study.break_values import try_other_values, value_missing_years
from zi_analysis.study.breaks import fit_break
from zi_analysis.study.decompose import decompose_change
from zi_analysis.study.serial import correlate_years, newey_west_error

REFERENCE = Path(__file__).parent / "reference"
RELATIVE = 1e-7  # both sides iterate to the last digits; the largest difference seen is 2e-9
KNOWN = pd.read_csv(REFERENCE / "break_series.csv")
ANSWERS = pd.read_csv(REFERENCE / "breaks.csv")


def series_of(name):
    return KNOWN[KNOWN["series"] == name].drop(columns="series").reset_index(drop=True)


def answers_of(name, shape, first_after):
    rows = ANSWERS[(ANSWERS["series"] == name) & (ANSWERS["shape"] == shape) & (ANSWERS["first_after"] == first_after)]
    return rows.set_index("quantity")["value"]


def make_series(counts, *, exposure=1, first=2015):
    years = range(first, first + len(counts))
    return pd.DataFrame({"year": years, "award_count": counts, "exposure": exposure})


@pytest.mark.parametrize("first_after", [2019, 2020, 2021, 2022])
@pytest.mark.parametrize("shape", ["level", "trend", "segmented"])
@pytest.mark.parametrize("name", ["steps", "bare"])
def test_fits_are_those_of_r(name: str, shape: str, first_after: int) -> None:
    fit, theirs = fit_break(series_of(name), first_after=first_after, shape=shape), answers_of(name, shape, first_after)
    assert fit.dispersion > 1  # else R, which sets no bound, would differ
    for quantity in ("estimate", "std_error", "p_value"):
        np.testing.assert_allclose(fit.ratio[quantity], theirs[quantity], rtol=RELATIVE)
    ours = [fit.dispersion, fit.statistic, fit.p_value, newey_west_error(fit)]
    np.testing.assert_allclose(ours, theirs[["dispersion", "statistic", "p_break", "newey_west"]], rtol=RELATIVE)


@pytest.mark.parametrize("name", ["steps", "bare"])
def test_the_permutation_test_is_that_of_r(name: str) -> None:
    test, theirs = permute_years(series_of(name), seed=1), answers_of(name, "permutation", 2022)
    assert test.arrangements == theirs["arrangements"]
    assert test.exact
    assert test.p_value == pytest.approx(theirs["p_value"], abs=1e-12)


def test_statistics_in_bulk_are_those_of_one_fit_each() -> None:
    series = series_of("steps")
    counts, exposure = series["award_count"].to_numpy(float)[None], series["exposure"].to_numpy(float)
    for first_after in range(2017, 2024):
        mask = (series["year"] >= first_after).to_numpy()[None]
        fit = fit_break(series, first_after=first_after)
        assert level_statistics(counts, exposure, mask)[0, 0] == pytest.approx(fit.statistic, rel=1e-9)


@pytest.mark.parametrize("shape", ["level", "trend", "segmented"])
def test_batches_fit_what_one_fit_fits(shape: str) -> None:
    series = series_of("bare")
    matrix = design_break(series["year"].to_numpy(), 2022, shape).to_numpy()
    means = fit_many(series["award_count"].to_numpy(float)[None], matrix, offset=np.zeros(len(series)))
    fit = fit_break(series, shape=shape)
    np.testing.assert_allclose(means[0], fit.rows["expected"], rtol=1e-6)
    found = dispersions(fit.rows["observed"].to_numpy(float)[None], means, fit.degrees)[0]
    assert found == pytest.approx(fit.dispersion, rel=1e-6)


@pytest.mark.parametrize("dispersion", [1.0, 3.0, 9.0])
def test_drawn_counts_have_their_mean_and_scatter(dispersion: float) -> None:
    """The ratio of variance to mean of 20,000 draws has a standard error of about 1% of itself, plus skewness."""
    drawn = draw_counts(np.array([40.0]), dispersion=dispersion, replicates=20_000, random=np.random.default_rng(3))
    assert drawn.mean() == pytest.approx(40, abs=5 * np.sqrt(40 * dispersion / 20_000))
    assert drawn.var() / drawn.mean() == pytest.approx(dispersion, rel=0.06)


def test_a_known_change_is_found_again() -> None:
    """Intervals of drawn series hold the true ratio in about 95%, and their estimates lie around it."""
    random = np.random.default_rng(11)
    exposure = np.array([200, 250, 300, 260, 310, 280, 330, 300])
    late = np.arange(2016, 2024) >= 2022
    drawn = draw_counts(exposure * np.where(late, 0.2, 0.4), dispersion=3.0, replicates=100, random=random)
    held, estimates = [], []
    for counts in drawn:
        ratio = fit_break(make_series(counts.astype(int), exposure=exposure, first=2016)).ratio
        held.append(ratio["low"] < 0.5 < ratio["high"])
        estimates.append(ratio["estimate"])
    assert np.mean(held) > 0.95 - 3 * np.sqrt(0.95 * 0.05 / 100)
    assert np.mean(estimates) == pytest.approx(np.log(0.5), abs=4 * np.std(estimates) / np.sqrt(100))


def test_tests_keep_their_size_without_a_break() -> None:
    """Of 2,000 series without a break, the permutation test calls at most 5%, the F test near it."""
    random = np.random.default_rng(5)
    exposure = np.full(10, 300.0)
    drawn = draw_counts(exposure * 0.3, dispersion=8.0, replicates=2000, random=random)
    masks, exact = arrange_years(10, 3, seed=1)
    assert exact
    shares = reject_shares(drawn, exposure, masks)
    error = np.sqrt(0.05 * 0.95 / 2000)
    assert shares["permutation"] == pytest.approx(0.05, abs=4 * error)
    assert shares["model"] == pytest.approx(0.05, abs=4 * error)


def test_the_permutation_test_keeps_its_size_under_heavy_scatter() -> None:
    """Where the F test's law is far off, the orders of the years still give 5%."""
    random = np.random.default_rng(6)
    drawn = draw_counts(np.full(8, 20.0), dispersion=60.0, replicates=2000, random=random)
    masks, _ = arrange_years(8, 3, seed=1)
    share = reject_shares(drawn, np.ones(8), masks)["permutation"]
    # of 56 arrangements two make 3.6%; ties of drawn zeros take away from it
    assert 0.015 < share < 2 / 56 + 4 * np.sqrt(0.036 / 2000)


def test_supremum_p_values_are_even_without_a_break() -> None:
    random = np.random.default_rng(8)
    drawn = draw_counts(np.full(9, 90.0), dispersion=5.0, replicates=16, random=random)
    p_values = [
        simulate_supremum(make_series(counts.astype(int), first=2016), seed=place, replicates=99).p_value
        for place, counts in enumerate(drawn)
    ]
    assert 0.3 < np.mean(p_values) < 0.7
    assert np.mean(np.array(p_values) <= 0.05) < 0.2


def test_the_scan_finds_the_break_that_is_there() -> None:
    series = make_series([100, 104, 98, 30, 28, 33, 31, 29, 30, 27], exposure=500)
    scan = scan_breaks(series)
    assert scan.largest["first_after"] == 2018
    assert scan.rank > 1
    supremum = simulate_supremum(series, seed=3, replicates=199)
    assert (supremum.first_after, supremum.p_value) == (2018, 1 / 200)


def test_the_scan_of_a_gap_names_each_split_once() -> None:
    series = make_series([20, 22, 25, 21, 9, 8, 10], first=2016).query("year != 2021")
    assert scan_breaks(series).breaks["first_after"].tolist() == [2017, 2018, 2019, 2020, 2022]


def test_power_grows_with_the_change_and_has_the_size_at_none() -> None:
    series = make_series([80, 35, 148, 102, 31, 165, 97, 60, 110, 26], exposure=400)
    power = simulate_power(series, seed=2, ratios=(0.1, 0.5, 1.0, 2.0), replicates=400)
    shares = power.curve.set_index("ratio")["model"]
    assert shares[0.1] > shares[0.5] > shares[1.0]
    assert shares[2.0] > shares[1.0]
    assert shares[1.0] < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 400)
    assert power.fall == 0.1
    assert power.rise is None
    with pytest.raises(ParameterError, match="rise"):
        simulate_power(series, seed=2, ratios=(2.0, 1.0))


def test_the_smallest_change_that_is_seen_is_named() -> None:
    quiet = make_series([80, 82, 78, 81, 79, 80, 83, 60, 61, 59], exposure=400)
    power = simulate_power(quiet, seed=2, ratios=(0.1, 0.5, 0.99, 1.0, 2.0, 5.0), replicates=200)
    assert (power.fall, power.rise, power.fall_permutation, power.rise_permutation) == (0.5, 2.0, 0.5, 2.0)


def test_one_year_after_can_never_reach_five_percent() -> None:
    series = make_series([400, 420, 390, 410, 405, 3], first=2017)
    test = permute_years(series, seed=1)
    assert test.p_value == test.least_p == pytest.approx(1 / 6)
    assert simulate_power(series, seed=1, ratios=(0.01, 1.0), replicates=50).fall_permutation is None


@given(points=st.integers(3, 9), after=st.integers(1, 4))
@settings(max_examples=30, deadline=None)
def test_arrangements_are_all_choices_and_the_true_one_is_first(points: int, after: int) -> None:
    after = min(after, points - 1)
    masks, exact = arrange_years(points, after, seed=1)
    chosen = {tuple(np.flatnonzero(mask)) for mask in masks}
    assert exact
    assert chosen == set(combinations(range(points), after))
    assert len(masks) == len(chosen)
    assert np.flatnonzero(masks[0]).tolist() == list(range(points - after, points))
    assert least_p(points, after) == (2 if 2 * after == points else 1) / len(masks)


@given(
    counts=st.lists(st.integers(1, 400), min_size=5, max_size=9),
    exposure=st.integers(1, 50),
    shift=st.integers(-3, 3),
)
@settings(max_examples=12, deadline=None)
def test_the_ratio_ignores_the_unit_of_the_exposure_and_the_calendar(
    counts: list[int], exposure: int, shift: int
) -> None:
    first = 2024 - len(counts)
    series = make_series(counts, first=first)
    plain = fit_break(series, first_after=2022).ratio["estimate"]
    moved = series.assign(exposure=exposure, year=series["year"] + shift)
    assert fit_break(moved, first_after=2022 + shift).ratio["estimate"] == pytest.approx(plain, abs=1e-8)


@given(
    awards=st.lists(st.integers(1, 300), min_size=4, max_size=8),
    more=st.lists(st.integers(0, 900), min_size=8, max_size=8),
)
@settings(max_examples=12, deadline=None)
def test_proposals_times_success_are_awards(awards: list[int], more: list[int]) -> None:
    proposals = [won + rest for won, rest in zip(awards, more, strict=False)]
    series = make_series(awards, exposure=proposals, first=2024 - len(awards))
    parts = decompose_change(series).parts
    wide = parts.pivot(index="before", columns="part", values="log_change")
    np.testing.assert_allclose(wide["proposals"] + wide["success"], wide["awards"], atol=1e-12)


def test_the_decomposition_says_what_hand_counting_says() -> None:
    series = make_series([30, 40, 44, 9], exposure=[100, 210, 190, 90], first=2019)
    found = decompose_change(series)
    first = found.parts[found.parts["before"] == "2019, 2020, 2021"].set_index("part")
    assert first.loc["awards", "ratio"] == pytest.approx(9 / (114 / 3))
    assert first.loc["proposals", "ratio"] == pytest.approx(90 / (500 / 3))
    assert first.loc["success", "ratio"] == pytest.approx((9 / 90) / (114 / 500))
    fit = fit_break(series)
    assert first.loc["success", ["low", "high"]].tolist() == pytest.approx(fit.ratio[["low", "high"]].tolist())
    shares = first["share"]
    assert shares["proposals"] + shares["success"] == pytest.approx(1)
    single = found.parts[found.parts["before"] == "2021"].set_index("part")
    assert single["low"].isna().tolist() == [True, True, False]
    opposite = decompose_change(make_series([30, 40, 9], exposure=[50, 60, 90], first=2020)).parts
    assert opposite["share"].isna().all()


def test_neighbours_that_resemble_each_other_widen_the_interval() -> None:
    waves = make_series([60, 58, 61, 20, 22, 21, 62, 40, 41, 42], exposure=100)
    fit = fit_break(waves)
    found = correlate_years(fit, seed=4)
    assert found.correlation > 0.2
    assert found.effective_years == pytest.approx(10 * (1 - found.correlation) / (1 + found.correlation))
    assert found.low < fit.ratio["low"]
    assert found.high > fit.ratio["high"]
    zigzag = correlate_years(fit_break(make_series([60, 20, 61, 22, 58, 21, 62, 40, 20, 41])), seed=4)
    assert zigzag.correlation < 0
    assert zigzag.effective_years == 10


def test_neighbours_across_a_gap_are_none() -> None:
    gap = make_series([60, 20, 61, 22, 58, 21, 62, 40, 20, 41]).query("year in (2015, 2017, 2019, 2021, 2022, 2024)")
    with pytest.raises(StudyRefusal, match="1 pairs") as refused:
        correlate_years(fit_break(gap), seed=1)
    assert refused.value.key == "break_no_pairs"


def make_cells(counts, *, proposals=None, first=2017):
    """Cells and exposures of the national series; None is unknown."""
    years = list(range(first, first + len(counts)))
    cells = pd.DataFrame({"cell_id": [f"c{year}" for year in years], "year": years, "agency_type": "all"})
    cells = cells.assign(predicate="all", lower=pd.array([one or 0 for one in counts], dtype="Int64"))
    cells = cells.assign(upper=pd.array(counts, dtype="Int64"))
    proposals = proposals or [None] * len(years)
    exposures = pd.DataFrame({"year": years, "agency_type": "all", "measure": "units_proposed"})
    values = pd.array(proposals, dtype="Int64")
    status = ["unknown" if one is None else "exact" for one in proposals]
    return cells, exposures.assign(lower=values, upper=values, status=status)


def test_the_series_leaves_out_what_is_not_exact() -> None:
    cells, exposures = make_cells([10, None, 12, 14, 9, 5], proposals=[50, 60, None, 70, 66, 40])
    options = {"predicate": "all", "years": range(2017, 2023)}
    assert select_series(cells, exposures, exposure="none", **options)["year"].tolist() == [
        2017,
        2019,
        2020,
        2021,
        2022,
    ]
    rates = select_series(cells, exposures, exposure="units_proposed", **options)
    assert rates["year"].tolist() == [2017, 2020, 2021, 2022]
    assert rates["exposure"].tolist() == [50, 70, 66, 40]


def test_the_value_of_a_year_is_what_knowing_it_brings() -> None:
    """The width foretold for a year with a known count is that of the fit once its exposure is known."""
    counts, proposals = [40, 44, 52, 39, 45, 20, 24], [100, 110, 120, 105, 108, 90, 100]
    hidden = [*proposals[:5], None, proposals[6]]
    cells, exposures = make_cells(counts, proposals=hidden)
    options = {"predicate": "all", "years": range(2017, 2024), "exposure": "units_proposed"}
    value = value_missing_years(cells, exposures, **options).iloc[0]
    assert (value["year"], value["missing"]) == (2022, "exposure")
    assert (value["least_p_now"], value["least_p_then"]) == (pytest.approx(1 / 6), pytest.approx(1 / 21))
    full = fit_break(select_series(*make_cells(counts, proposals=proposals), **options))
    # dispersions are below 1 here, so both take 1 and nothing but the new row differs
    assert full.dispersion < 1
    assert value["width_then"] == pytest.approx(full.ratio["high"] / full.ratio["low"], rel=1e-9)
    assert value["width_now"] > value["width_then"]


def test_every_year_known_leaves_nothing_to_value() -> None:
    cells, exposures = make_cells([10, 12, 14, 9, 5, 6])
    with pytest.raises(StudyRefusal) as refused:
        value_missing_years(cells, exposures, predicate="all", years=range(2017, 2023), exposure="none")
    assert refused.value.key == "break_all_known"


def test_other_values_refit_the_break() -> None:
    series = make_series([90, 85, 40], exposure=[200, 210, 150], first=2020)
    names = ["year", "scope", "predicate", "measure", "basis", "coverage", "low", "high"]
    told = [
        (2021, "national", "all", "units_proposed", "yearly", "whole", 210, 250),
        (2021, "national", "WBK", "units_awarded", "yearly", "whole", 70, 80),
        (2021, "agency", "all", "units_awarded", "yearly", "whole", 1, 2),
        (2020, "national", "all", "units_awarded", "cumulative", "whole", 90, 99),
    ]
    found = try_other_values(series, pd.DataFrame(told, columns=names), predicate="all", exposure="units_proposed")
    assert found[["year", "value_used", "other_value"]].to_numpy().tolist() == [[2021, 210, 250]]
    changed = fit_break(series.assign(exposure=[200, 250, 150]))
    assert found["ratio_other"].iloc[0] == pytest.approx(changed.ratio["rate_ratio"])


@pytest.mark.parametrize(
    ("counts", "first_after", "shape", "key"),
    [
        ([5, 6, 7, 8], 2030, "level", "one_side"),
        ([5, 6, 7, 8], 2015, "level", "one_side"),
        ([5, 6, 7, 0], 2018, "level", "break_zero_side"),
        ([5, 6], 2016, "level", "break_too_few"),
        ([5, 6, 7, 8, 9], 2018, "segmented", "break_too_few"),
        ([5, 6, 7, 8, 9], 2017, "trend", "break_too_few"),
    ],
)
def test_what_cannot_be_told_is_refused(counts: list[int], first_after: int, shape: str, key: str) -> None:
    with pytest.raises(StudyRefusal) as refused:
        fit_break(make_series(counts), first_after=first_after, shape=shape)
    assert refused.value.key == key


def test_bad_input_is_named() -> None:
    series = make_series([5, 6, 7, 8])
    with pytest.raises(EvidenceError, match="award_count"):
        fit_break(series.assign(award_count=[5, 6, -1, 8]), first_after=2017)
    with pytest.raises(EvidenceError, match="exposure"):
        fit_break(series.assign(exposure=[1, 0, 1, 1]), first_after=2017)
    with pytest.raises(ParameterError, match="segmentd"):
        fit_break(series, first_after=2017, shape="segmentd")
    with pytest.raises(StudyRefusal) as refused:
        scan_breaks(make_series([0, 6, 8]), first_after=2017)
    assert refused.value.key == "break_no_placebo"


def test_slopes_need_three_points_on_each_side() -> None:
    assert choose_shape(make_series([5, 6, 7, 8, 9], first=2019)) == "level"
    assert choose_shape(make_series([5, 6, 7, 8, 9, 9], first=2019)) == "segmented"


def test_inputs_are_not_changed() -> None:
    series = series_of("steps")
    before = series.copy()
    scan_breaks(series)
    permute_years(series, seed=1)
    decompose_change(series)
    simulate_power(series, seed=1, ratios=(0.5, 1.0), replicates=20)
    pd.testing.assert_frame_equal(series, before)
