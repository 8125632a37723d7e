"""The agency panel: known answers from R, recovery from simulation, refusals, bounds that hold the truth."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zi_analysis.errors import StudyRefusal
from zi_analysis.study import panel_bounds, panel_changes, panel_largest, panel_shares, panel_value
from zi_analysis.study.panel import PanelFit, find_bridges, fit_panel
from zi_analysis.study.panel_errors import fit_year_effects
from zi_analysis.study.panel_many import step_without_each
from zi_analysis.study.panel_rows import _separated, dummy_matrix, joined_years, number_components
from zi_analysis.study.separation import find_separation

REFERENCE = Path(__file__).parent / "reference"
YEARS = range(2018, 2023)


def make_panel(counts: dict[str, list[int | None]], *, first_year: int = 2018) -> pd.DataFrame:
    """Agency -> counts by year; None is unknown."""
    rows = [
        {
            "agency_id": name,
            "agency": name.upper(),
            "agency_type": "central",
            "year": first_year + place,
            "lower": value,
        }
        for name, values in counts.items()
        for place, value in enumerate(values)
    ]
    frame = pd.DataFrame(rows).astype({"lower": "Int64"})
    status = frame["lower"].isna().map({True: "unknown", False: "exact"})
    return frame.assign(upper=frame["lower"], status=status, predicate="all")


def fit(panel: pd.DataFrame, **options: object) -> PanelFit:
    return fit_panel(panel, predicate="all", years=range(2012, 2026), **options)


@pytest.fixture(scope="module")
def from_r() -> tuple[PanelFit, pd.DataFrame]:
    rows = pd.read_csv(REFERENCE / "panel_rows.csv")
    panel = rows.assign(agency=rows["agency_id"], agency_type="central", predicate="all", status="exact")
    panel = panel.assign(lower=rows["award_count"], upper=rows["award_count"])
    return fit(panel, reference=2020), pd.read_csv(REFERENCE / "panel_answers.csv")


@pytest.mark.parametrize("name", ["estimate", "std_error", "jackknife_error"])
def test_as_in_r(from_r: tuple[PanelFit, pd.DataFrame], name: str) -> None:
    """R's glm with dummies, sandwich::vcovCL, and a loop that leaves one agency out; both stop at 1e-12 or below."""
    found, answers = from_r
    ours = found.years.set_index("year").loc[answers["year"], name]
    assert ours.to_numpy(dtype="float64") == pytest.approx(answers[name].to_numpy(), rel=1e-6)


def test_dispersion_as_in_r(from_r: tuple[PanelFit, pd.DataFrame]) -> None:
    found, answers = from_r
    assert found.dispersion == pytest.approx(answers["dispersion"].iloc[0], rel=1e-6)
    assert found.n_cells == len(pd.read_csv(REFERENCE / "panel_rows.csv"))


def test_many_series_at_once_are_what_one_fit_gives(from_r: tuple[PanelFit, pd.DataFrame]) -> None:
    found, _ = from_r
    rows = found.cells[found.cells["used"] == "yes"]
    counts = rows["award_count"].to_numpy(dtype="float64")
    effects = fit_year_effects(rows, np.stack([counts, counts[::-1]]), reference=2020)
    table = found.years[found.years["year"] != 2020]
    assert effects.estimates[0] == pytest.approx(table["estimate"].to_numpy(), rel=1e-6)
    assert effects.clustered[0] == pytest.approx(table["std_error"].to_numpy(), rel=1e-6)


def test_known_ratios_come_back_from_simulated_panels() -> None:
    """Twelve agencies, scatter beyond Poisson, a third of the cells unknown: four hundred draws centre on the truth.

    The tolerance is four standard errors of the mean of the draws, and a hundredth for the bias of order one over size.
    """
    random = np.random.default_rng(3)
    size, shape = np.linspace(5, 120, 12), np.array([0.4, 0.7, 1.0, 0.6, 0.2])
    told = np.argwhere(random.random((12, 5)) < 0.67)
    rows = pd.DataFrame({"agency_id": [f"a{name:02d}" for name in told[:, 0]], "year": 2018 + told[:, 1]})
    means = size[told[:, 0]] * shape[told[:, 1]]
    draws = random.poisson(means * random.gamma(8.0, 0.125, size=(400, len(rows)))).astype("float64")
    assert set(number_components(rows)) == {0}
    effects = fit_year_effects(rows, draws, reference=2020)
    gaps = np.abs(effects.estimates.mean(axis=0) - np.log(shape[[0, 1, 3, 4]]))
    spread = effects.estimates.std(axis=0)
    assert (gaps < 4 * spread / np.sqrt(400) + 0.01).all()
    # the jackknife is a little wider than the spread of the draws, as it should be with few agencies
    assert effects.jackknife.mean(axis=0) / spread == pytest.approx(1.1, abs=0.25)


def test_unknown_is_never_zero() -> None:
    whole = make_panel({"a": [4, 8, None], "b": [10, 20, 5], "c": [3, 6, None]})
    zero = whole.assign(lower=whole["lower"].fillna(0), upper=whole["upper"].fillna(0), status="exact")
    kept, filled = (fit(frame, reference=2018).years.set_index("year")["rate_ratio"] for frame in (whole, zero))
    assert kept[2019] == pytest.approx(2.0)
    assert kept[2020] == pytest.approx(0.5)
    assert filled[2020] < 0.4


def test_a_lower_bound_is_not_a_count() -> None:
    panel = make_panel({"a": [4, 8], "b": [10, 20], "c": [3, 6], "d": [90, 1]})
    loose = panel.assign(status=panel["status"].mask((panel["agency_id"] == "d") & (panel["year"] == 2019), "at_least"))
    found = fit(loose, reference=2018)
    assert found.years["rate_ratio"].iloc[1] == pytest.approx(2.0)
    assert set(found.cells.loc[found.cells["agency_id"] == "d", "reason"]) == {"single", "at_least"}


def test_years_without_a_chain_are_named_and_not_compared() -> None:
    panel = make_panel(
        {"a": [4, 8, None, None], "b": [9, 11, None, None], "c": [3, 6, None, None], "d": [None, None, 5, 7]}
    )
    found = fit(panel)
    assert found.unlinked_years == (2020, 2021)
    assert set(found.years["year"]) == {2018, 2019}
    assert set(found.cells.loc[found.cells["agency_id"] == "d", "reason"].dropna()) == {"unknown", "unconnected"}


def test_a_year_that_hangs_on_one_agency_has_no_interval() -> None:
    found = fit(make_panel({"a": [4, 8, None], "b": [9, 11, None], "c": [3, 6, None], "d": [5, 7, 2]}), reference=2019)
    table = found.years.set_index("year")
    assert table.loc[2020, "hangs_on"] == "D"
    assert table.loc[2020, ["low", "high", "jackknife_low", "std_error"]].isna().all()
    assert table.loc[2020, "rate_ratio"] == pytest.approx(2 / 7 * table["rate_ratio"][2019] * 1.0, rel=0.35)
    assert table.loc[2018, ["low", "high", "jackknife_low"]].notna().all()


def test_a_year_that_only_one_agency_keeps_from_zero_hangs_on_it() -> None:
    rows = pd.DataFrame({"agency_id": list("aabbcc"), "agency": list("AABBCC"), "year": [2020, 2021] * 3})
    rows = rows.assign(award_count=[5, 3, 6, 0, 7, 0])
    assert find_bridges(rows, reference=2020) == {2021: "A"}
    assert joined_years(rows[rows["agency_id"] != "a"], reference=2020) == {2020}


def test_separated_zeros_are_named() -> None:
    found = fit(make_panel({"a": [0, 4, 8], "b": [None, 9, 11], "c": [None, 3, 6], "d": [0, 5, 7]}))
    assert found.separated == ("A 2018", "D 2018")
    assert set(found.years["year"]) == {2019, 2020}


@pytest.mark.parametrize(
    ("counts", "key"),
    [
        ({"a": [4, 8], "b": [3, 1]}, "panel_too_few"),
        ({"a": [4, None], "b": [None, 1], "c": [2, None]}, "panel_too_few"),
        ({"a": [None, None]}, "panel_too_few"),
        ({"a": [0, 0], "b": [0, 0], "c": [0, 0]}, "panel_too_few"),
    ],
)
def test_refusals(counts: dict, key: str) -> None:
    with pytest.raises(StudyRefusal) as refusal:
        fit(make_panel(counts))
    assert refusal.value.key == key


def test_a_reference_outside_the_panel_is_refused() -> None:
    with pytest.raises(StudyRefusal, match="2031") as refusal:
        fit(make_panel({"a": [4, 8], "b": [3, 1], "c": [3, 2]}), reference=2031)
    assert refusal.value.key == "panel_reference"


def test_no_warning_leaks_and_the_panel_stays_as_it_was() -> None:
    panel = make_panel({"a": [4, 8], "b": [3, 1], "c": [3, 2]})
    before = panel.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit(panel)
    pd.testing.assert_frame_equal(panel, before)


def test_importing_the_study_does_not_import_pyfixest() -> None:
    import subprocess
    import sys

    code = "import sys, zi_analysis.study.panel; print('pyfixest' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(2018, 2022)), min_size=1, max_size=15, unique=True))
@settings(max_examples=40, deadline=None)
def test_parts_are_what_a_walk_finds(pairs: list[tuple[str, int]]) -> None:
    rows = pd.DataFrame(pairs, columns=["agency_id", "year"])
    parts = number_components(rows).to_numpy()
    for start in range(len(pairs)):
        reached, before = {start}, set()
        while reached != before:
            before = set(reached)
            reached = {one for one, pair in enumerate(pairs) for seen in before if set(pair) & set(pairs[seen])}
        assert reached == {one for one in range(len(pairs)) if parts[one] == parts[start]}


@given(st.lists(st.tuples(*[st.integers(0, 30)] * 6), min_size=1, max_size=1), st.sets(st.integers(0, 5)))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bounds_of_shares_hold_the_truth(rows: list[tuple[int, ...]], hidden: set[int]) -> None:
    """Whatever counts are hidden, the true share of a family and of the largest two lies within the bounds."""
    truth = dict(zip("abcdef", rows[0], strict=True))
    total = sum(truth.values()) + 1
    told = {name: [None if place in hidden else count] for place, (name, count) in enumerate(truth.items())}
    panel = make_panel(told, first_year=2020)
    cells = pd.DataFrame({"year": [2020], "predicate": "all", "agency_type": "all", "lower": total, "upper": total})
    agencies = pd.DataFrame({"agency_id": list("abcdef"), "valid_from": None, "valid_to": None})
    options = {"predicate": "all", "years": [2020]}
    families = {"first": ["a", "b"], "last": ["f"]}
    shares = panel_shares.share_families(panel, cells, agencies, families=families, **options).set_index("family")
    for family, names in {**families, "together": ["a", "b", "f"]}.items():
        share = sum(truth[name] for name in names) / total
        assert shares.loc[family, "share_low"] - 1e-12 <= share <= shares.loc[family, "share_high"] + 1e-12
    largest = panel_largest.share_largest(panel, cells, size=2, **options).iloc[0]
    share = sum(sorted(truth.values())[-2:]) / total
    assert largest["share_low"] - 1e-12 <= share <= largest["share_high"] + 1e-12


def test_an_existing_agency_without_a_row_is_unknown() -> None:
    panel = make_panel({"a": [10]}, first_year=2020)
    cells = pd.DataFrame({"year": [2020], "predicate": "all", "agency_type": "all", "lower": 40, "upper": 40})
    for valid_from, high in ((2019, 1.0), (2021, 0.25)):
        agencies = pd.DataFrame({"agency_id": ["a", "b"], "valid_from": [None, valid_from], "valid_to": None})
        shares = panel_shares.share_families(
            panel, cells, agencies, predicate="all", years=[2020], families={"ours": ["a", "b"]}
        )
        assert shares["share_high"].iloc[0] == high


def test_a_change_whose_sign_is_open_has_no_parts() -> None:
    shares = pd.DataFrame({"year": [2018, 2019], "family": "a", "lower": [1, 2], "upper": [1, 2]})
    shares = shares.assign(total_lower=[10, 9], total_upper=[12, 11])
    part = panel_changes.share_change(shares, first_year=2018, last_year=2019).iloc[0]
    assert pd.isna(part["part_low"])
    assert pd.isna(part["part_high"])


@pytest.mark.parametrize(
    "cells", [[], [{"year": 2020, "lower": 3, "upper": None}], [{"year": 2020, "lower": 0, "upper": 0}]]
)
def test_shares_without_a_total_are_refused(cells: list[dict]) -> None:
    frame = pd.DataFrame(cells, columns=["year", "lower", "upper"]).assign(agency_type="all", predicate="all")
    panel, agencies = make_panel({"a": [3]}), pd.DataFrame({"agency_id": [], "valid_from": [], "valid_to": []})
    with pytest.raises(StudyRefusal) as refusal:
        panel_shares.share_families(panel, frame, agencies, predicate="all", years=[2020])
    assert refusal.value.key == "panel_no_total"
    with pytest.raises(StudyRefusal):
        panel_largest.share_largest(panel, frame, predicate="all", years=[2020])


@given(st.lists(st.integers(1, 40), min_size=10, max_size=10))
@settings(max_examples=6, deadline=None)
def test_worst_case_bounds_hold_the_ratio_of_all_agencies(counts: list[int]) -> None:
    """Five agencies, two of them silent: the true ratio of the totals lies within the worst-case bounds."""
    whole = make_panel({name: counts[2 * place : 2 * place + 2] for place, name in enumerate("abcde")})
    totals = whole.groupby("year")["lower"].sum().astype("int64")
    told = whole[whole["agency_id"].isin(["a", "b", "c"])]
    types = [
        {"year": year, "agency_type": name, "lower": 0 if name != "all" else total, "upper": total}
        for year, total in totals.items()
        for name in ("all", "central", "province", "regency", "city")
    ]
    cells = pd.DataFrame(types).assign(predicate="all")
    found = fit(told, reference=2018)
    bounds = panel_bounds.bound_totals(told, cells, predicate="all", years=YEARS, agency_types=["central"])
    row = panel_bounds.bound_ratios(found, bounds).iloc[0]
    assert row["worst_low"] - 1e-12 <= totals[2019] / totals[2018] <= row["worst_high"] + 1e-12
    assert row["worst_low"] <= min(row["all_zero"], row["at_most"])
    assert row["worst_high"] >= max(row["all_zero"], row["at_most"])


def test_no_upper_bound_of_the_reference_is_refused() -> None:
    found = fit(make_panel({"a": [4, 8], "b": [3, 1], "c": [3, 2]}), reference=2018)
    totals = pd.DataFrame({"year": [2018, 2019], "lower": [10, 11], "upper": [pd.NA, 20], "published": [10, 11]})
    with pytest.raises(StudyRefusal) as refusal:
        panel_bounds.bound_ratios(found, totals.astype("Int64"))
    assert refusal.value.key == "panel_no_bound"


def test_coverage_is_repeatable_and_the_jackknife_is_the_wider() -> None:
    random = np.random.default_rng(5)
    counts = random.poisson(np.outer([60, 30, 20, 10, 8, 6], [0.5, 1, 0.7]))
    found = fit(make_panel({name: row.tolist() for name, row in zip("abcdef", counts, strict=True)}))
    first, again, other = (panel_value.simulate_coverage(found, seed=seed, replicates=80) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert first.jackknife > first.clustered
    assert first.jackknife > 0.85


def test_coverage_without_an_interval_is_refused() -> None:
    found = fit(make_panel({"a": [4, 5, None, None], "b": [None, 6, 7, None], "c": [None, 2, None, 5]}))
    assert found.years.loc[found.years["year"] != found.reference, "hangs_on"].notna().all()
    with pytest.raises(StudyRefusal) as refusal:
        panel_value.simulate_coverage(found, seed=1)
    assert refusal.value.key == "panel_no_interval"


def test_a_linking_count_ranks_first_and_a_larger_agency_narrows_more() -> None:
    counts = {"a": [40, 60, None], "b": [20, 30, None], "c": [4, 6, None], "d": [None, 7, 3], "e": [80, None, None]}
    ranked = panel_value.value_cells(fit(make_panel({**counts, "f": [10, 20, None]}), reference=2019))
    assert not ranked["linked"].any()
    narrowing = ranked[ranked["year"] == 2020].set_index("agency")["narrowing"]
    assert narrowing["A"] > narrowing["B"] > narrowing["C"] > 0
    apart = {"a": [40, 60, None], "b": [20, 30, None], "c": [4, 6, None], "d": [None, None, 3]}
    first = panel_value.value_cells(fit(make_panel(apart), reference=2019)).iloc[0]
    assert (first["agency"], first["linked"]) == ("A", 1)


@given(st.lists(st.lists(st.booleans(), min_size=5, max_size=5), min_size=2, max_size=3))
@settings(max_examples=4, deadline=None)
def test_years_joined_are_those_that_a_new_look_at_the_panel_joins(told: list[list[bool]]) -> None:
    """The quick rule against the parts of the panel with the agency-year added."""
    core = {name: [5, 7, None, None, None] for name in "abc"}
    more = {name: [4 if one else None for one in row] for name, row in zip("def", told, strict=False)}
    found = fit(make_panel({**core, **more}))
    exact = found.cells[found.cells["status"] == "exact"][["agency_id", "year"]]
    now = _years_with(exact, found.reference)
    for row in panel_value.value_cells(found).itertuples():
        added = pd.concat(
            [exact, pd.DataFrame([{"agency_id": row.agency.lower(), "year": row.year}])], ignore_index=True
        )
        assert set(row.years_joined) == _years_with(added, found.reference) - now


def _years_with(rows: pd.DataFrame, reference: int) -> set[int]:
    parts = number_components(rows.reset_index(drop=True)).to_numpy()
    years = rows["year"].to_numpy()
    return set(years[parts == parts[years == reference][0]].tolist())


def test_when_all_is_known_nothing_is_to_value() -> None:
    with pytest.raises(StudyRefusal) as refusal:
        panel_value.value_cells(fit(make_panel({"a": [4, 8], "b": [3, 1], "c": [3, 2]})))
    assert refusal.value.key == "panel_all_known"


@pytest.mark.parametrize("seed", range(40))
def test_separated_zeros_are_those_of_the_linear_programme(seed: int) -> None:
    """The graph's answer against the general search, part by part, on small panels with many zeros."""
    random = np.random.default_rng(seed)
    rows = pd.DataFrame(
        [(agency, year) for agency in "abcdef" for year in range(2018, 2023) if random.random() < 0.6],
        columns=["agency_id", "year"],
    )
    rows = rows.assign(lower=random.poisson(random.choice([0.3, 0.8, 1.5]), len(rows)))
    slowly = pd.Series(data=False, index=rows.index)
    for _, part in rows.groupby(number_components(rows)):
        matrix = dummy_matrix(part, reference=int(part["year"].min()))
        found = find_separation(matrix, floor=part["lower"].to_numpy() == 0)
        if found is not None:
            slowly[part.index] = found.rows
    assert _separated(rows).tolist() == slowly.tolist()


def test_leaving_an_agency_out_by_one_step_is_close_to_the_fit_without_it() -> None:
    random = np.random.default_rng(5)
    rows = pd.DataFrame(
        [(f"a{number:03d}", year) for number in range(60) for year in range(2018, 2023) if random.random() < 0.8],
        columns=["agency_id", "year"],
    )
    level = random.normal(2.0, 0.5, 60)[pd.factorize(rows["agency_id"])[0]]
    counts = random.poisson(np.exp(level + 0.1 * (rows["year"] - 2020))).astype("float64")
    moves = step_without_each(rows, counts, reference=2020)
    errors = np.sqrt((len(moves) - 1) / len(moves) * (moves**2).sum(axis=0))
    whole = fit_year_effects(rows, counts[None], reference=2020)
    assert errors == pytest.approx(whole.jackknife[0], rel=5e-3)
