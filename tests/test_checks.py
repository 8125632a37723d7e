"""Checks of count fits: rootogram, years and cells left out, and what a ratio can claim."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from zi_analysis.errors import StudyRefusal
from zi_analysis.exhibits.check_charts import chart_leave_out, chart_rootogram, table_influence
from zi_analysis.exhibits.check_findings import find_influence, find_ratios
from zi_analysis.exhibits.edition import Edition
from zi_analysis.study.checks import (
    LeftOut,
    hang_rootogram,
    judge_ratio,
    leave_cells_out,
    leave_years_out,
    rank_influence,
)
from zi_analysis.study.counts import fit_counts
from zi_analysis.study.variants import fit_ratios, fit_variants

FORMULA = "award_count ~ C(predicate, Treatment('WBK')) + year"
TERM = "C(predicate, Treatment('WBK'))[T.WBBM]"


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    """Eight years, both predicates; 2019 has far more WBBM than its expectation."""
    random = np.random.default_rng(11)
    rows = pd.DataFrame([(year, kind) for year in range(2015, 2023) for kind in ("WBK", "WBBM")])
    rows.columns = ["year", "predicate"]
    means = np.where(rows["predicate"] == "WBK", 60.0, 12.0)
    counts = random.poisson(means)
    counts[(rows["year"] == 2019) & (rows["predicate"] == "WBBM")] = 60
    ids = [f"c-{year}-all-{kind}" for year, kind in rows.itertuples(index=False)]
    return rows.assign(award_count=counts, exposure=100, agency_type="all", cell_id=ids)


@pytest.fixture(scope="module")
def left(cells: pd.DataFrame) -> LeftOut:
    return leave_years_out(cells, formula=FORMULA, exposure="exposure", family="nb2")


@pytest.fixture(scope="module")
def each(cells: pd.DataFrame) -> LeftOut:
    return leave_cells_out(cells, formula=FORMULA, exposure="exposure", family="poisson")


@pytest.mark.parametrize("family", ["poisson", "nb2"])
def test_a_rootogram_adds_up_to_the_cells_and_follows_the_law(cells: pd.DataFrame, family: str) -> None:
    fit = fit_counts(cells, formula=FORMULA, exposure="exposure", family=family)
    rows = hang_rootogram(fit)
    assert rows["observed"].sum() == len(cells)
    assert rows["expected"].sum() == pytest.approx(len(cells), abs=1e-9)
    means = fit.expected["expected"].to_numpy()
    law = stats.poisson(means) if fit.alpha is None else stats.nbinom(1 / fit.alpha, 1 / (1 + fit.alpha * means))
    first = rows.iloc[0]
    slowly = sum(law.pmf(count).sum() for count in range(int(first["low"]), int(first["high"]) + 1))
    assert first["expected"] == pytest.approx(slowly, rel=1e-9)
    assert rows["gap"].to_numpy() == pytest.approx(np.sqrt(rows["observed"]) - np.sqrt(rows["expected"]))


def test_a_fit_without_a_year_is_the_fit_of_the_other_rows(cells: pd.DataFrame, left: LeftOut) -> None:
    alone = fit_counts(cells[cells["year"] != 2017], formula=FORMULA, exposure="exposure", family="nb2")
    row = left.ratios[(left.ratios["left_out"] == 2017) & (left.ratios["term"] == TERM)].iloc[0]
    expected = alone.coefficients.set_index("term").loc[TERM]
    told = row[["rate_ratio", "low", "high"]].tolist()
    assert told == pytest.approx(expected[["rate_ratio", "low", "high"]].tolist(), rel=1e-6)
    assert set(left.ratios["left_out"]) | set(left.refused["left_out"]) == set(cells["year"])


def test_the_cell_that_was_planted_moves_most(each: LeftOut) -> None:
    ranked = rank_influence(each)
    first = ranked[ranked["term"] == TERM].iloc[0]
    assert first["left_out"] == "c-2019-all-WBBM"
    assert first["factor"] < 1
    assert first["factor"] == pytest.approx(first["without"] / first["rate_ratio"])
    assert ranked["moves"].is_monotonic_decreasing


def test_verdicts(left: LeftOut) -> None:
    assert judge_ratio(left, TERM) == ("holds", [])
    assert judge_ratio(left, "year")[0] == "unsaid"
    row = {"term": "year", "rate_ratio": 1.5, "low": 1.1, "high": 2.0}
    whole = pd.DataFrame([row])
    others = pd.DataFrame([row | {"left_out": 2019, "low": 0.9}, row | {"left_out": 2020}])
    refused = pd.DataFrame({"left_out": [2021], "reason": ["too few rows"]})
    assert judge_ratio(LeftOut(whole, others, refused), "year") == ("only_if", [2019, 2021])
    turned = others.assign(low=[0.2, 1.1], high=[0.8, 2.0])
    assert judge_ratio(LeftOut(whole, turned, refused.iloc[:0]), "year") == ("only_if", [2019])


def test_what_cannot_be_fitted_without_a_year_is_named(cells: pd.DataFrame) -> None:
    two_years = cells[cells["year"].isin([2015, 2016])]
    left = leave_years_out(two_years, formula=FORMULA, exposure="exposure", family="poisson")
    assert left.ratios.empty
    assert left.refused["left_out"].tolist() == [2015, 2016]
    with pytest.raises(StudyRefusal):
        leave_years_out(two_years.iloc[:2], formula=FORMULA, exposure="exposure", family="poisson")


@pytest.mark.parametrize("language", ["en", "id"])
def test_exhibits_and_findings_say_the_numbers(
    cells: pd.DataFrame, left: LeftOut, each: LeftOut, language: str
) -> None:
    edition = Edition(language, 2015, 2022)
    fit = fit_counts(cells, formula=FORMULA, exposure="exposure", family="nb2")
    chart, table = (
        chart_leave_out(left, fit, edition, exhibit="3.7"),
        table_influence(each, cells, fit, edition, exhibit="3.8"),
    )
    assert len(chart.data) == 2 * (1 + cells["year"].nunique())
    assert "2019 WBBM" in set(table.data["left_out"])
    assert chart_rootogram(fit, edition, exhibit="3.6").data["observed"].sum() == len(cells)
    said = find_ratios(left, fit, edition).sentences
    assert said[0].startswith({"en": "Holds: ", "id": "Berlaku: "}[language])
    assert said[1].startswith({"en": "Cannot be said: ", "id": "Tidak dapat dikatakan: "}[language])
    assert "2019 WBBM" in find_influence(each, cells, fit, edition).sentences[0]


def test_variants_without_a_level_or_without_overdispersion_are_fitted_by_themselves() -> None:
    cells = pd.DataFrame({"awards": [9, 6, 30, 33, 7, 41, 12], "kind": list("aabbabc")})
    fits = fit_variants(cells, [cells.iloc[:6], cells], formula="awards ~ C(kind)", exposure=None, family="poisson")
    assert isinstance(fits[0], pd.DataFrame)
    assert fits[0]["term"].tolist() == ["C(kind)[T.b]"]
    assert fits[0]["rate_ratio"].item() == pytest.approx((30 + 33 + 41) / (9 + 6 + 7), rel=1e-9)
    whole = fit_ratios(cells, formula="awards ~ C(kind)", exposure=None, family="poisson")
    pd.testing.assert_frame_equal(fits[1], whole, rtol=1e-8)
    level = cells.iloc[:6].assign(awards=[9, 8, 30, 31, 8, 31])
    (refused,) = fit_variants(level, [level], formula="awards ~ C(kind)", exposure=None, family="nb2")
    assert "not overdispersed" in str(refused)


def test_influence_is_refused_where_no_cell_can_be_left_out(cells: pd.DataFrame) -> None:
    few = cells.iloc[:4]
    left = leave_cells_out(few, formula=FORMULA, exposure="exposure", family="poisson")
    assert len(left.refused) == len(few)
    fit = fit_counts(few, formula=FORMULA, exposure="exposure")
    with pytest.raises(StudyRefusal) as refused:
        table_influence(left, few, fit, Edition("en", 2015, 2016), exhibit="3.8")
    assert refused.value.key == "no_influence"
