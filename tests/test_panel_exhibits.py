"""Exhibits and findings of the agency panel: verdicts, ranges, both languages, refusals passed on."""

import pandas as pd
import pytest

from zi_analysis.exhibits import panel_charts, panel_findings, panel_tables
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.refusal import Refusal, ask
from zi_analysis.study import panel_bounds, panel_value
from zi_analysis.study.panel import PanelFit, fit_panel

COUNTS = {"a": [40, 60, 12, None], "b": [20, 30, None, None], "c": [4, 6, None, 9], "d": [9, 5, None, None]}
YEARS = range(2019, 2023)


def make_panel(counts: dict[str, list[int | None]]) -> pd.DataFrame:
    rows = [
        {"agency_id": name, "agency": f"Kementerian {name}", "year": 2019 + place, "lower": value}
        for name, values in counts.items()
        for place, value in enumerate(values)
    ]
    frame = pd.DataFrame(rows).astype({"lower": "Int64"}).assign(agency_type="central", predicate="all")
    return frame.assign(upper=frame["lower"], status=frame["lower"].isna().map({True: "unknown", False: "exact"}))


@pytest.fixture(scope="module")
def fit() -> PanelFit:
    return fit_panel(make_panel(COUNTS), predicate="all", years=YEARS, reference=2020)


@pytest.fixture(scope="module")
def bounds(fit: PanelFit) -> pd.DataFrame:
    totals = {
        "year": list(YEARS),
        "lower": [80, 101, 12, 9],
        "upper": [90, 110, 40, None],
        "published": [73, 101, 12, 9],
    }
    return panel_bounds.bound_ratios(fit, pd.DataFrame(totals).astype("Int64"))


@pytest.mark.parametrize(
    ("low", "high", "worst_low", "worst_high", "verdict"),
    [
        (0.4, 0.8, 0.3, 0.9, "holds"),
        (0.4, 1.8, 0.3, 0.9, "holds"),
        (0.4, 0.8, 0.3, 1.9, "only_if"),
        (0.4, 0.8, float("nan"), float("nan"), "only_if"),
        (1.2, 1.8, 0.3, 0.9, "unsaid"),
        (0.4, 1.8, 0.3, 1.9, "unsaid"),
        (1.4, 1.8, 1.1, 1.9, "holds"),
    ],
)
def test_verdicts_follow_interval_and_worst_case(
    low: float, high: float, worst_low: float, worst_high: float, verdict: str
) -> None:
    row = {"low": low, "high": high, "worst_low": worst_low, "worst_high": worst_high}
    assert panel_findings.judge_year(row) == verdict


def test_years_are_told_with_what_can_be_said(fit: PanelFit, bounds: pd.DataFrame) -> None:
    said = panel_findings.find_years(fit, bounds, Edition("en", 2019, 2022)).sentences
    assert said[0].startswith("Holds: in 2019") or "in 2019" in said[0]
    assert any(sentence.startswith("Holds: the total of these types in 2021 was 0.11–0.40") for sentence in said)
    assert any(sentence.startswith("Cannot be said: how the agencies of 2021 and 2022") for sentence in said)
    assert any("Kementerian a and Kementerian c" in sentence for sentence in said)


def test_unlinked_years_are_told() -> None:
    counts = {**COUNTS, "c": [4, 6, None, None], "e": [None, None, None, 7]}
    fit = fit_panel(make_panel(counts), predicate="all", years=YEARS, reference=2020)
    totals = pd.DataFrame({"year": [2019, 2020], "lower": [80, 101], "upper": [90, 110], "published": [73, 101]})
    bounds = panel_bounds.bound_ratios(fit, totals)
    said = panel_findings.find_years(fit, bounds, Edition("id", 2019, 2022)).sentences
    assert said[-1].startswith("Tidak dapat dikatakan: perbandingan 2022 dengan 2020")


@pytest.mark.parametrize("language", ["en", "id"])
def test_charts_and_tables_carry_their_data(fit: PanelFit, bounds: pd.DataFrame, language: str) -> None:
    edition = Edition(language, 2019, 2022)
    tiles = panel_charts.chart_agency_years(fit.cells, edition, exhibit="7.2")
    assert (tiles.data["used"] == "yes").sum() == fit.n_cells
    assert str(fit.n_cells) in tiles.title
    years = panel_charts.chart_years(fit, edition, exhibit="7.3")
    assert years.data["rate_ratio"].tolist() == fit.years["rate_ratio"].tolist()
    drawn = panel_charts.chart_bounds(bounds, fit, edition, exhibit="7.4")
    pd.testing.assert_frame_equal(drawn.data, bounds)
    values = panel_tables.table_values(panel_value.value_cells(fit), fit, edition, exhibit="7.7")
    assert len(values.data) == min(12, int((fit.cells["status"] == "unknown").sum()))
    for exhibit in (tiles, years, drawn, values):
        assert exhibit.png.startswith(b"\x89PNG")
        assert "nan" not in exhibit.title + exhibit.alt


def test_rise_and_fall_are_told_and_judged() -> None:
    rows = {"family": ["finance", "together"] * 2, "first_year": [2015, 2015, 2020, 2020]}
    rows |= {"last_year": [2020, 2020, 2022, 2022], "total_low": [50, 50, -40, -40], "total_high": [50, 50, -40, -40]}
    changes = pd.DataFrame(rows).assign(part_low=[0.2, 0.6, -0.1, 0.2], part_high=[0.3, 0.95, 0.4, 0.9])
    rise, fall = panel_findings.find_ministries(changes, Edition("en", 2015, 2022)).sentences
    assert rise.startswith("Holds: finance, courts, police and law together made 60–95% of the rise")
    assert fall.startswith("Cannot be said:")
    assert "alone -10% to 40%" in fall


def test_ranges_read_as_one_number_when_they_are() -> None:
    assert panel_tables.range_percent(0.571, 0.574, "id") == "57%"
    assert panel_tables.range_percent(0.571, float("nan"), "en") == "unknown"
    assert panel_tables.range_signed(-0.1, 0.2, "en") == "-10% to 20%"


def test_no_whole_count_is_refused_in_words() -> None:
    panel = make_panel({"a": [None, None, None, None]})
    edition = Edition("id", 2019, 2022)
    cells = panel.assign(used="no", reason="unknown")
    shown = ask(edition, panel_charts.chart_agency_years, cells, edition, exhibit="7.2")
    assert isinstance(shown, Refusal)
    assert "angka utuh" in shown.sentence
