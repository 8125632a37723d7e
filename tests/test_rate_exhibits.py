"""Exhibits and findings on success rates: what is told changes with the numbers, in both languages."""

import numpy as np
import pandas as pd
import pytest

from zi_analysis.exhibits import rate_charts, rate_findings, rate_gains, rate_labels, rate_listings
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.refusal import Refusal, ask
from zi_analysis.study import rate_outliers, rate_tables, rate_values

ENGLISH = Edition("en", 2019, 2023)
SERIES = pd.DataFrame({"year": range(2019, 2024), "successes": [20, 25, 30, 22, 26], "trials": 100})
OUTLYING = SERIES.assign(successes=[20, 90, 30, 22, 26])
NONE_DISPUTED = pd.DataFrame(
    columns=["year", "scope", "measure", "predicate", "basis", "track", "coverage", "value", "low", "high"]
)


def _disputed(**changes: object) -> pd.DataFrame:
    row = {"year": 2020, "scope": "national", "measure": "units_proposed", "predicate": "all", "basis": "yearly"}
    return pd.DataFrame(
        [{**row, "track": "national", "coverage": "whole", "value": 100, "low": 100, "high": 100, **changes}]
    )


def _outlier(rates: pd.DataFrame, settled: pd.DataFrame, language: str = "en") -> tuple[str, ...]:
    found = rate_outliers.predict_left_out(rates, year=2020)
    tried = rate_values.try_disputed(rates, settled, predicate="all", year=2020)
    edition = Edition(language, 2019, 2023)
    return rate_findings.find_outlier(found, tried, rates, edition, year=2020).sentences


def _rates(state: str) -> pd.DataFrame:
    """Rates of 2020 to 2021 of units proposed and evaluated, all exact or all bounded."""
    rows = pd.DataFrame({"year": [2020, 2021] * 2, "agency_type": "all", "counted": "units_awarded"})
    rows = rows.assign(measure=["units_proposed"] * 2 + ["units_evaluated"] * 2, awarded_low=[20.0, 30, 20, 30])
    rows = rows.assign(awarded_high=rows["awarded_low"], trials_low=[100.0, 120, 50, 60])
    rows = rows.assign(trials_high=rows["trials_low"] + (0 if state == "exact" else 100))
    low, high = rows["awarded_low"] / rows["trials_high"], rows["awarded_high"] / rows["trials_low"]
    return rows.assign(rate_low=low, rate_high=high, state=state, missing=pd.Series([None] * 4, dtype="str"))


def test_an_ordinary_year_is_no_outlier_whatever_is_settled() -> None:
    (first,) = _outlier(SERIES, NONE_DISPUTED)
    assert first.startswith("Holds: 2020 is no outlier: 25.0% lies within")


def test_an_outlier_is_told_as_one() -> None:
    (first,) = _outlier(OUTLYING, NONE_DISPUTED)
    assert first.startswith("Holds: 2020 is an outlier: 90.0% lies outside")


@pytest.mark.parametrize(("language", "opening"), [("en", "Holds only if"), ("id", "Berlaku hanya jika")])
def test_an_answer_that_hangs_on_a_disputed_figure_says_so(language: str, opening: str) -> None:
    first, *_ = _outlier(OUTLYING, _disputed(high=400), language)
    assert first.startswith(opening)
    first, *_ = _outlier(SERIES, _disputed(low=26), language)
    assert first.startswith(opening)


def test_many_proposals_are_told_only_where_they_are_many() -> None:
    *_, last = _outlier(SERIES.assign(trials=[100, 400, 100, 100, 100]), NONE_DISPUTED)
    assert "400 units, 4.00 times" in last
    assert len(_outlier(SERIES.assign(trials=[100, 90, 100, 100, 100]), NONE_DISPUTED)) == 1


def test_scatter_is_claimed_only_when_it_is_sure() -> None:
    sure = rate_outliers.compare_scatter(SERIES.assign(successes=[5, 40, 70, 22, 90]))
    weak = rate_outliers.compare_scatter(SERIES.assign(successes=[17, 27, 32, 22, 26]))
    assert rate_findings.find_scatter(sure, ENGLISH).sentences[0].startswith("Holds: years differ")
    assert rate_findings.find_scatter(weak, ENGLISH).sentences[0].startswith("Cannot be said: whether")


@pytest.mark.parametrize(
    ("high", "verdict"), [([0.8, 0.9], "Holds"), ([0.8, 1.2], "Cannot be said")], ids=["clear", "not clear"]
)
def test_types_differ_only_where_every_interval_leaves_one_out(high: list[float], verdict: str) -> None:
    compared = pd.DataFrame({"year": [2020, 2024], "measure": "agencies_proposing", "ratio": [0.4, 0.6]})
    found = rate_findings.find_types(compared.assign(low=[0.2, 0.3], high=high), ENGLISH)
    assert found.sentences[0].startswith(verdict)
    assert "0.40 to 0.60" in found.sentences[0]


def test_types_over_agencies_existing_are_no_success() -> None:
    compared = pd.DataFrame({"year": [2020], "measure": "agencies_existing", "ratio": 0.4, "low": 0.2, "high": 0.5})
    assert "0.40" not in rate_findings.find_types(compared, ENGLISH).sentences[0]


def test_the_chart_of_years_draws_intervals_where_exact_and_bounds_where_not() -> None:
    edition = Edition("id", 2020, 2021)
    rows = rate_charts.year_rows(_rates("exact"), edition)
    assert rows["rate"].tolist() == pytest.approx([0.2, 0.25, 0.4, 0.5])
    assert (rows["low"] < rows["rate"]).all()
    assert "20,0% (2020)" in rate_charts.chart_years(rows, edition, exhibit="1.1").title
    bounds = rate_charts.year_rows(_rates("bounded"), edition)
    assert bounds["rate"].isna().all()
    assert bounds["low"].tolist() == pytest.approx([0.1, 30 / 220, 20 / 150, 30 / 160], abs=1e-6)
    assert rate_charts.chart_years(bounds, edition, exhibit="1.1").title.startswith("Tidak ada tahun")


def test_the_chart_of_predictions_says_what_it_shows() -> None:
    titles = [
        rate_charts.chart_left_out(rate_outliers.predict_each_year(rates), ENGLISH, exhibit="1.1", year=year).title
        for rates, year in ((SERIES, 2020), (OUTLYING, 2020), (OUTLYING, 2050))
    ]
    assert "inside" in titles[0]
    assert "outside" in titles[1]
    assert titles[2].startswith("1 of 5 yearly rates")


def test_the_table_of_rates_joins_types_without_an_exact_year() -> None:
    kinds = [_rates("exact"), *(_rates("bounded").assign(agency_type=name) for name in ("regency", "city"))]
    data = rate_listings.table_formed(pd.concat(kinds, ignore_index=True), ENGLISH, exhibit="1.1").data
    assert data["agency_type"].tolist() == ["all", "regency and city"] * 2
    assert data["exact"].tolist() == ["2020, 2021", "–"] * 2
    assert data["bounded"].tolist() == ["–", "2020, 2021"] * 2


def test_predicates_stand_beside_all_proposals() -> None:
    shares = pd.DataFrame({"year": [2020, 2022], "successes": [5, 2], "trials": [20, 9]}).assign(
        rate=[0.25, 2 / 9], low=0.1, high=0.4
    )
    rows = rate_listings.predicate_rows(shares, _rates("exact"))
    assert rows["wbk"].tolist() == [15, 7]
    assert rows.loc[0, ["wbk_share", "wbbm_share"]].tolist() == pytest.approx([0.15, 0.05])
    assert rows.loc[1, ["trials", "wbk_share"]].isna().all()


def test_disputed_figures_are_titled_by_what_they_do() -> None:
    titles = []
    for settled in (NONE_DISPUTED, _disputed(low=26)):
        tried = rate_values.try_disputed(SERIES, settled, predicate="all", year=2020)
        titles.append(rate_gains.table_disputed(tried, ENGLISH, exhibit="1.1", year=2020).title)
    assert titles[0].endswith("2020 is no outlier")
    assert titles[1].startswith("2020 is an outlier with 50%")


def test_missing_years_are_told_as_alike_only_when_they_are() -> None:
    tried = rate_values.try_disputed(SERIES, NONE_DISPUTED, predicate="all", year=2020)
    valued = pd.DataFrame({"year": [2015, 2016], "missing": ["count", "both"], "width_now": 0.4})
    alike = valued.assign(width_then=0.3, narrowing=[0.25, 0.24])
    unlike = valued.assign(width_then=0.3, narrowing=[0.25, 0.05])
    said = [rate_gains.find_value(rows, tried, ENGLISH, year=2020).sentences for rows in (alike, unlike)]
    assert [len(sentences) for sentences in said] == [2, 1]
    assert "number awarded, 2015" in said[0][0]


def test_refusals_tell_years_and_lines_in_the_readers_language() -> None:
    edition = Edition("id", 2019, 2023)
    answer = ask(edition, rate_outliers.predict_left_out, SERIES, year=2016)
    assert isinstance(answer, Refusal)
    assert "tahun 2016 tidak memiliki tingkat pasti" in answer.sentence
    cells = pd.DataFrame({"year": [2020], "agency_type": "all", "predicate": "all", "lower": 9, "upper": 9})
    exposures = pd.DataFrame({"year": [2020], "agency_type": "all", "measure": "units_proposed"})
    exposures = exposures.assign(lower=3, upper=3)
    answer = ask(edition, rate_tables.list_rates, cells, exposures, groups=["all"], years=[2020])
    assert "units_awarded 2020 all of units_proposed" in answer.sentence


@pytest.mark.parametrize(
    ("years", "written"),
    [([2016], "2016"), ([2017, 2016], "2016, 2017"), ([2020, 2018, 2019, 2023], "2018–2020, 2023")],
)
def test_years_are_written_in_runs(years: list[int], written: str) -> None:
    assert rate_labels.year_list(np.array(years)) == written


@pytest.mark.parametrize(
    ("agencies", "begins"),
    [
        ([0.4, 0.5], "Agencies succeed more often"),
        ([0.1, 0.5], "Units and agencies side by side: 50.0% of agencies against 20.0% of units in 2021"),
        ([np.nan, np.nan], "Units and agencies side by side: in no year"),
    ],
)
def test_units_beside_agencies_are_titled_by_what_the_exact_years_say(agencies: list[float], begins: str) -> None:
    rows = [
        {"year": year, "measure": measure, "state": "exact", "rate_low": rate}
        for measure, rates in (("units_proposed", [0.2, 0.2]), ("agencies_proposing", agencies))
        for year, rate in zip((2020, 2021), rates, strict=True)
    ]
    assert rate_listings._title_side(pd.DataFrame(rows), Edition("en", 2020, 2021)).startswith(begins)
