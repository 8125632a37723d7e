"""Specification curves: the grid, its fits, its summaries, and the search for figures that change a finding."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zi_analysis.errors import StudyRefusal
from zi_analysis.evidence.assemble import Evidence
from zi_analysis.exhibits import specification_charts, specification_findings, specification_tables
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.specification_words import name_level
from zi_analysis.study.spec_checks import find_lone_points
from zi_analysis.study.spec_evidence import Figures, gather_figures, list_alternatives
from zi_analysis.study.spec_fits import fit_grid
from zi_analysis.study.spec_flips import find_reference, search_curves, search_flips
from zi_analysis.study.spec_grid import Grid, grid_predicates, grid_rules
from zi_analysis.study.spec_shuffle import shuffle_curve
from zi_analysis.study.spec_summary import compare_figures, compare_levels, summarise_curve
from zi_analysis.study.spec_types import TypeTables, grid_types, name_local
from zi_analysis.study.specifications import (
    Curve,
    check_sample,
    curve_predicates,
    curve_rules,
    draw_curve,
    refit_alone,
)

YEARS = range(2015, 2026)
TYPES = ["central", "province", "regency", "city"]


@pytest.fixture(scope="module")
def rules(evidence: Evidence) -> Curve:
    return curve_rules(evidence, years=YEARS, predicate="all")


@pytest.fixture(scope="module")
def predicates(evidence: Evidence) -> Curve:
    return curve_predicates(evidence, years=YEARS, predicate="all")


@pytest.fixture(scope="module")
def types(evidence: Evidence) -> Curve:
    """Without the recounts, which take long."""
    tables = {"settled": TypeTables(evidence.counted.cells, evidence.counted.exposures)}
    return draw_curve(grid_types(tables, types=TYPES, predicates=["all", "WBK", "WBBM"], years=YEARS))


def _figures(awards: list[float], *, first: int = 2018) -> Figures:
    """One series under all three predicates, known exactly."""
    years = np.arange(first, first + len(awards))
    counts = np.tile(np.array(awards), (3, 1, 3, 1))
    return Figures(years, ("settled",), counts, {"none": np.ones((1, len(awards)))})


def _plain(grid: Grid, **levels: str) -> int:
    same = np.logical_and.reduce([grid.choices[name] == level for name, level in levels.items()])
    return int(np.flatnonzero(same)[0])


@pytest.mark.parametrize("name", ["rules", "predicates", "types"])
def test_estimates_and_errors_are_those_of_fit_counts(name: str, request: pytest.FixtureRequest) -> None:
    """Seventeen of each grid, fifty-one in all; quasi errors are the model's times the dispersion."""
    curve = request.getfixturevalue(name)
    answered = np.flatnonzero((curve.fits["refusal"] == "").to_numpy())
    for place in np.random.default_rng(11).choice(answered, size=17, replace=False):
        told = curve.fits.iloc[place]
        alone = refit_alone(curve.grid, int(place))
        row = alone.coefficients.set_index("term").loc["compared"]
        error = row["std_error"] * (np.sqrt(max(alone.dispersion, 1.0)) if told["family"] == "quasi" else 1.0)
        assert told["estimate"] == pytest.approx(row["estimate"], rel=1e-8, abs=1e-8)
        assert told["std_error"] == pytest.approx(error, rel=1e-8)
        if told["family"] == "nb2":
            assert told["alpha"] == pytest.approx(alone.alpha, rel=1e-7)


def test_the_sample_check_sees_a_wrong_estimate(rules: Curve) -> None:
    assert check_sample(rules, seed=7, size=4).largest_difference < 1e-8
    wrong = Curve(rules.grid, rules.fits.assign(estimate=rules.fits["estimate"] + 1e-5), rules.summary)
    assert check_sample(wrong, seed=7, size=4).largest_difference > 1e-6


@pytest.mark.parametrize("reason", ["too_few", "repeated", "separated", "no_spread"])
def test_fit_counts_refuses_what_the_grid_refuses(reason: str, types: Curve) -> None:
    """The reason one_point is stricter than `fit_counts`."""
    for place in np.flatnonzero((types.fits["refusal"] == reason).to_numpy())[:3]:
        with pytest.raises(StudyRefusal):
            refit_alone(types.grid, int(place))


def test_a_grid_has_a_thousand_specifications_and_no_two_alike(rules: Curve, predicates: Curve) -> None:
    for curve in (rules, predicates):
        grid = curve.grid
        assert grid.defensible.sum() > 1000
        models = grid.choices[["family", "time"]].apply(tuple, axis=1)
        numbers = [row.tobytes() for row in np.hstack([grid.counts, grid.exposures, grid.use])]
        assert len(set(zip(models, numbers, strict=True))) == len(grid.choices)
        assert grid.written == np.prod([len(options) for options in grid.levels.values()])


def test_answers_differ_really(rules: Curve) -> None:
    """Robust and quasi share an estimate, so at most two in three can differ."""
    answers = rules.fits[rules.fits["refusal"] == ""]
    assert answers["estimate"].round(9).nunique() > 1000


def test_a_step_of_poisson_is_the_ratio_of_means() -> None:
    grid = grid_rules(_figures([10.0, 14, 18, 6, 3, 9, 6]), predicates=["WBK"])
    fit = fit_grid(grid).iloc[_plain(grid, family="quasi", time="step", without="none", first="2018", last="2024")]
    assert fit["rate_ratio"] == pytest.approx((3 + 9 + 6) / 3 / ((10 + 14 + 18 + 6) / 4))


def test_wbbm_over_wbk_is_the_ratio_of_sums() -> None:
    counts = np.stack([np.array([10.0, 20, 30, 40]), np.array([1.0, 2, 6, 3]), np.array([11.0, 22, 36, 43])])
    figures = Figures(np.arange(2018, 2022), ("settled",), np.tile(counts, (3, 1, 1, 1)), {"none": np.ones((1, 4))})
    grid = grid_predicates(figures)
    fit = fit_grid(grid).iloc[_plain(grid, family="quasi", time="plain", without="2020")]
    assert fit["rate_ratio"] == pytest.approx((1 + 2 + 3) / (10 + 20 + 40))


def test_intervals_cover_a_known_ratio() -> None:
    """Poisson counts of rate 40 before and 20 after; 95% intervals of 200 series must hold 0.5 in most of them."""
    random = np.random.default_rng(5)
    drawn = np.hstack([random.poisson(40, (200, 6)), random.poisson(20, (200, 4))]).astype("float64")
    grid = grid_rules(_figures(drawn[0].tolist(), first=2016), predicates=["WBK"])
    one = grid.take(np.array([_plain(grid, family="quasi", time="step", without="none", first="2016", last="2025")]))
    size = len(drawn)
    many = replace(
        one,
        choices=one.choices.loc[[0] * size].reset_index(drop=True),
        counts=drawn,
        exposures=np.ones(drawn.shape),
        use=np.ones(drawn.shape, dtype=bool),
    )
    fits = fit_grid(many)
    covered = ((fits["low"] <= 0.5) & (fits["high"] >= 0.5)).mean()
    assert 0.92 <= covered <= 1.0  # quasi errors are never below the model's, so they cover a little more than 95%
    assert np.exp(fits["estimate"].mean()) == pytest.approx(0.5, rel=0.03)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 400), min_size=7, max_size=9), st.integers(2, 9))
def test_a_common_factor_of_the_exposure_moves_no_ratio(awards: list[int], factor: int) -> None:
    grid = grid_rules(_figures([float(count) for count in awards]), predicates=["WBK"])
    scaled = fit_grid(replace(grid, exposures=grid.exposures * factor))
    plain = fit_grid(grid)
    poisson = plain["family"] != "nb2"
    assert np.allclose(scaled["estimate"][poisson], plain["estimate"][poisson], atol=1e-8, equal_nan=True)


def test_points_that_are_not_used_have_no_say() -> None:
    grid = grid_rules(_figures([10.0, 14, 18, 6, 3, 9, 6]), predicates=["WBK"])
    changed = replace(grid, counts=np.where(grid.use, grid.counts, 999.0), exposures=np.where(grid.use, 1.0, 7.0))
    pd.testing.assert_frame_equal(fit_grid(grid), fit_grid(changed), atol=1e-9)


def test_why_a_specification_has_no_answer() -> None:
    grid = grid_rules(_figures([9.0, 9, 0, 0], first=2020), predicates=["WBK"])
    reasons = fit_grid(grid)["refusal"]
    assert reasons[_plain(grid, family="quasi", time="step", without="none", first="2020")] == "separated"
    assert reasons[_plain(grid, family="quasi", time="step_trend", without="2021", first="2020")] == "too_few"
    alone = grid_rules(_figures([9.0, 5, 4, 7], first=2019), predicates=["WBK"])
    reasons = fit_grid(alone)["refusal"]
    assert reasons[_plain(alone, family="robust", time="step", without="none", first="2019")] == "one_point"
    assert reasons[_plain(alone, family="quasi", time="step", without="none", first="2019")] == ""


def test_a_lone_point_is_one_without_which_a_term_cannot_be_told() -> None:
    """The slow way: leave out each point and look at the rank."""
    random = np.random.default_rng(2)
    design = np.column_stack([np.ones(8), np.arange(8) >= 5, np.arange(8.0)])
    use = random.random((40, 8)) < 0.7
    for used, lone in zip(use, find_lone_points(design, use), strict=True):
        places = np.flatnonzero(used)
        if np.linalg.matrix_rank(design[places]) == 3:
            ranks = [np.linalg.matrix_rank(design[np.setdiff1d(places, [place])]) for place in places]
            assert lone == (min(ranks) < 3)


def test_counts_without_extra_scatter_refuse_nb2() -> None:
    grid = grid_rules(_figures([9.0, 9, 9, 9, 4, 4, 4]), predicates=["WBK"])
    fits = fit_grid(grid)
    assert set(fits.loc[fits["family"] == "nb2", "refusal"]) <= {"no_spread", "too_few", "repeated"}


def test_both_predicates_sum_to_the_total_under_every_set_of_figures(evidence: Evidence) -> None:
    alternatives = list_alternatives(evidence.settlement.conflicts, evidence.settlement.settled, years=YEARS)
    figures = gather_figures(
        evidence.counted.cells, evidence.counted.exposures, alternatives, years=YEARS, measures=["none"]
    )
    both = figures.awards[0, :, 0] + figures.awards[0, :, 1]
    known = ~np.isnan(both)
    assert np.array_equal(both[known], figures.awards[0, :, 2][known])
    assert {"2017-WBK-71", "2018-WBBM-8", "2019-WBK-472", "lowest", "highest"} <= set(figures.variants)
    lowest = figures.awards[0, figures.variants.index("lowest"), 0]
    settled = figures.awards[0, 0, 0]
    assert (lowest <= settled)[~np.isnan(settled)].all()


def test_a_replaced_exposure_moves_only_itself(evidence: Evidence) -> None:
    alternatives = list_alternatives(evidence.settlement.conflicts, evidence.settlement.settled, years=YEARS)
    measures = ["units_proposed", "agencies_existing"]
    figures = gather_figures(
        evidence.counted.cells, evidence.counted.exposures, alternatives, years=YEARS, measures=measures
    )
    place = figures.variants.index("2021-units_proposed-4042")
    moved = figures.exposures["units_proposed"][place] != figures.exposures["units_proposed"][0]
    known = ~np.isnan(figures.exposures["units_proposed"][0])
    assert figures.years[moved & known].tolist() == [2021]
    assert np.array_equal(figures.exposures["agencies_existing"][place], figures.exposures["agencies_existing"][0])
    assert np.array_equal(figures.awards[0, place], figures.awards[0, 0], equal_nan=True)


def test_verdicts() -> None:
    base = pd.DataFrame({"family": ["robust", "robust", "nb2", "nb2"], "refusal": "", "defensible": True})
    told = {"finding": "rules", "claim": 1.0, "written": 4}

    def judged(ratios: list[float], highs: list[float]) -> tuple[str, object]:
        fits = base.assign(rate_ratio=ratios, estimate=np.log(ratios), low=0.1, high=highs)
        summary = summarise_curve(fits, **told)
        return summary.verdict, summary.condition

    assert judged([0.5, 0.6, 0.7, 0.8], [0.8, 0.9, 0.9, 1.2]) == ("holds", None)
    assert judged([0.5, 0.6, 1.3, 0.8], [0.8, 0.9, 2.0, 1.2]) == ("only_if", ("family", ("robust",)))
    assert judged([0.5, 0.6, 0.7, 1.3], [0.8, 0.9, 0.9, 2.0]) == ("only_if", ("family", ("robust",)))
    assert judged([0.5, 1.6, 1.3, 0.8], [0.8, 2.9, 2.0, 1.2]) == ("unsaid", None)
    with pytest.raises(StudyRefusal):
        summarise_curve(
            base.assign(refusal="too_few", rate_ratio=np.nan, estimate=np.nan, low=np.nan, high=1.0), **told
        )


def test_shares_count_defensible_answers_only(rules: Curve) -> None:
    fits = rules.fits[rules.fits["defensible"] & (rules.fits["refusal"] == "")]
    assert rules.summary.answered == len(fits)
    assert rules.summary.on_side == pytest.approx((fits["rate_ratio"] < 1).mean())
    assert rules.summary.clear == pytest.approx((fits["high"] < 1).mean())
    assert rules.summary.refusals["specifications"].sum() == rules.summary.defensible - rules.summary.answered
    assert set(fits["unknown"]) == {"left_out"}


def test_a_choice_that_does_nothing_carries_no_variance() -> None:
    kind, idle = np.tile([0, 1], 198), np.repeat([0, 1, 2], 132)  # every level with every other equally often
    estimate = -1.0 + 0.8 * kind + np.random.default_rng(3).normal(0, 0.3, 396)
    fits = pd.DataFrame({"kind": kind.astype(str), "idle": idle.astype(str), "estimate": estimate})
    fits = fits.assign(rate_ratio=np.exp(estimate), low=0.0, high=0.9, refusal="", defensible=True)
    choices = summarise_curve(fits, finding="rules", claim=1.0, written=396).choices.set_index("choice")
    assert choices.loc["kind", "variance_share"] == pytest.approx(
        0.16 / (0.16 + 0.09), abs=0.08
    )  # of the law drawn from
    assert choices.loc["kind", "factor"] == pytest.approx(np.exp(0.8), rel=0.1)
    assert choices.loc["idle", "variance_share"] < 0.02


def test_twins_differ_in_one_choice_only(rules: Curve) -> None:
    pairs = rules.grid.twins("figures", level="2017-WBK-71", base="settled")
    assert len(pairs) > 50
    first, second = (rules.grid.counts[pairs[:, side]] for side in (0, 1))
    moved = (first != second) & rules.grid.use[pairs[:, 0]]
    assert set(np.flatnonzero(moved.any(axis=0))) == {2}  # 2017
    assert np.array_equal(rules.grid.use[pairs[:, 0]], rules.grid.use[pairs[:, 1]])
    models = rules.grid.choices[["family", "time"]]
    assert models.iloc[pairs[:, 0]].reset_index(drop=True).equals(models.iloc[pairs[:, 1]].reset_index(drop=True))


def test_pairs_are_compared_as_they_stand(rules: Curve) -> None:
    row = compare_figures(rules.grid, rules.fits).set_index("level").loc["2018-WBBM-8"]
    pairs = rules.grid.twins("figures", level="2018-WBBM-8", base="settled")
    estimates = rules.fits["estimate"].to_numpy()[pairs]
    kept = ~np.isnan(estimates).any(axis=1) & rules.fits["defensible"].to_numpy()[pairs].all(axis=1)
    assert row["pairs"] == kept.sum()
    assert row["largest"] == pytest.approx(np.exp(np.abs(np.diff(estimates[kept], axis=1)).max()))


def test_filling_with_zero_lowers_the_years_after(rules: Curve) -> None:
    habits = compare_levels(rules.grid, rules.fits, choice="unknown", base="left_out").set_index("level")
    assert habits.loc["as_zero", "shift"] < 1
    assert habits.loc["as_zero", "pairs"] > 100


def test_flips_are_the_nearest_values_that_change_the_answer() -> None:
    """The slow way: every whole value, one by one."""
    grid = grid_rules(_figures([100.0, 140, 180, 60, 30, 90, 60]), predicates=["WBK"])
    place = _plain(grid, family="quasi", time="step", without="none", first="2018", last="2024")
    found = search_flips(grid, place=place).rows
    one = grid.take(np.array([place]))
    now = fit_grid(one).iloc[0]
    for row in found.itertuples():
        values = np.arange(10 * row.value + 1)
        counts = np.repeat(one.counts, len(values), axis=0)
        counts[:, row.year - 2018] = values
        alike = {"exposures": np.ones(counts.shape), "use": np.ones(counts.shape, dtype=bool)}
        choices = one.choices.loc[[0] * len(values)].reset_index(drop=True)
        fits = fit_grid(replace(one, counts=counts, choices=choices, **alike))
        for name, told in (("rate_ratio", row.side_at), ("high", row.clear_at)):
            other = values[((fits[name] < 1) != (now[name] < 1)) & (fits["refusal"] == "")]
            assert (None if pd.isna(told) else told) == min(other, key=lambda at: abs(at - row.value), default=None)


def test_an_unknown_count_is_searched_from_what_is_known(evidence: Evidence, rules: Curve) -> None:
    rows = search_curves([rules], predicate="all")["rules"]
    unknown = rows[(rows["kind"] == "unknown") & (rows["exposure"] == "agencies_existing")].iloc[0]
    cells = evidence.counted.cells.set_index("cell_id")
    assert unknown["value"] == cells.loc["c-2025-all-all", "lower"]
    assert unknown["side_at"] > unknown["value"]


def test_a_reference_without_answer_is_refused(rules: Curve) -> None:
    with pytest.raises(StudyRefusal, match="no answer"):
        find_reference(rules.grid, rules.fits, exposure="no such exposure")
    refused = int(np.flatnonzero((rules.fits["refusal"] != "").to_numpy())[0])
    with pytest.raises(StudyRefusal, match="no answer"):
        search_flips(rules.grid, place=refused)


def test_shuffles_tell_a_difference_from_none() -> None:
    """WBBM a tenth of WBK in every year is seen; counts alike in both are not."""
    years = np.arange(2015, 2025)
    wbk = np.random.default_rng(8).poisson(60, len(years)).astype("float64")
    for wbbm, small in ((np.round(wbk / 10), True), (wbk[::-1].copy(), False)):
        awards = np.tile(np.stack([wbk, wbbm, wbk + wbbm]), (3, 1, 1, 1))
        curve = draw_curve(grid_predicates(Figures(years, ("settled",), awards, {"none": np.ones((1, len(years)))})))
        shuffled = shuffle_curve(curve.grid, curve.fits, seed=1, specifications=20)
        assert (shuffled.p_value < 0.05) is small
        again = shuffle_curve(curve.grid, curve.fits, seed=1, specifications=20)
        assert np.array_equal(shuffled.shuffled, again.shuffled)


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"years": range(2012, 2014), "predicate": "all"}, "spec_no_counts"),
        ({"years": range(2015, 2019), "predicate": "all"}, "one_side"),
        ({"years": [2024], "predicate": "all"}, "one_side"),
    ],
)
def test_rules_refuse_by_name(evidence: Evidence, given: dict, key: str) -> None:
    with pytest.raises(StudyRefusal) as refused:
        curve_rules(evidence, **given)
    assert refused.value.key == key


def test_other_refusals_by_name(evidence: Evidence) -> None:
    with pytest.raises(StudyRefusal) as refused:
        curve_predicates(evidence, years=YEARS, predicate="WBBM")
    assert refused.value.key == "spec_one_predicate"
    for types, key in ((["province"], "types"), (["central", "province", "city"], "spec_no_sum")):
        with pytest.raises(StudyRefusal) as refused:
            name_local(types)
        assert refused.value.key == key


@pytest.mark.parametrize("language", ["en", "id"])
def test_exhibits_in_both_languages(language: str, rules: Curve, predicates: Curve, types: Curve) -> None:
    edition = Edition(language, 2015, 2025)
    curves = [rules, predicates, types]
    chart = specification_charts.chart_curve(predicates, edition, exhibit="8.4")
    assert len(chart.data) == predicates.summary.answered
    assert chart.data["rate_ratio"].is_monotonic_increasing
    flips = search_curves([types], predicate="all")
    for exhibit in (
        specification_charts.chart_moves(curves, edition, exhibit="8.6"),
        specification_tables.table_choices(curves, edition, exhibit="8.1"),
        specification_tables.table_specifications(curves, edition, exhibit="8.2"),
        specification_tables.table_figures([rules], edition, exhibit="8.7"),
        specification_tables.table_flips(flips, edition, exhibit="8.8"),
        specification_tables.table_habits(curves, edition, exhibit="8.9"),
    ):
        assert exhibit.title
        assert len(exhibit.data)
    told = specification_findings.find_curves(curves, edition)
    assert len(told.sentences) == 3
    assert told.sentences[1].startswith({"en": "Holds: ", "id": "Berlaku: "}[language])


def test_figures_are_named_in_words() -> None:
    english = Edition("en", 2015, 2025)
    assert name_level("figures", "2021-units_proposed-4042", english) == "2021 units proposed = 4,042"
    assert name_level("figures", "2021-ma-all-47", english) == "2021 MA = 47"
    assert name_level("figures", "track-national_unclear", Edition("id", 2015, 2025)) == "dengan jalur tak jelas"
    assert name_level("without", "none", english) == "none"
