"""Findings on breaks: what each verdict rests on."""

import pandas as pd
import pytest

from zi_analysis.exhibits.break_charts import chart_scan
from zi_analysis.exhibits.break_findings import find_change, find_orders, find_parts, find_power, find_timing
from zi_analysis.exhibits.break_gains import find_value, table_values
from zi_analysis.exhibits.break_series import chart_series
from zi_analysis.exhibits.edition import Edition
from zi_analysis.study.break_permutation import permute_years
from zi_analysis.study.break_power import simulate_power
from zi_analysis.study.break_scan import scan_breaks
from zi_analysis.study.breaks import fit_break
from zi_analysis.study.decompose import decompose_change

ENGLISH = Edition("en", 2015, 2024, exposure="units_proposed")
INDONESIAN = Edition("id", 2015, 2024, exposure="units_proposed")
FALL = pd.DataFrame({"year": range(2015, 2025), "award_count": [40, 44, 39, 42, 45, 41, 43, 9, 8, 10], "exposure": 100})


def compared(*ratios):
    """Rows of models with ratio and interval; the shape of each is given."""
    rows = [{"shape": shape, "rate_ratio": ratio, "low": low, "high": high} for shape, ratio, low, high in ratios]
    return pd.DataFrame(rows).assign(predicate="all", exposure="none")


@pytest.mark.parametrize(
    ("models", "beginnings"),
    [
        ([("level", 0.5, 0.4, 0.6), ("trend", 0.3, 0.2, 0.4)], ["Holds: under the rules of 2021 awards are fewer"]),
        ([("level", 2.0, 1.4, 2.6)], ["Holds: under the rules of 2021 awards are more"]),
        ([("level", 0.5, 0.2, 1.1), ("trend", 0.3, 0.2, 1.4)], ["Cannot be said: whether the rate of awards changed"]),
        (
            [("level", 0.5, 0.2, 1.1), ("trend", 0.3, 0.2, 0.4)],
            ["Holds only if the trend of the years before", "Cannot be said: whether the rate of awards changed"],
        ),
        (
            [("level", 0.5, 0.2, 0.9), ("trend", 0.3, 0.2, 1.4)],
            ["Holds only if the model is one of these", "Cannot be said: whether the rate of awards changed"],
        ),
        ([("level", 0.5, 0.2, 0.9), ("trend", 3.0, 2.0, 4.0)], ["Cannot be said: whether the rate of awards rose or"]),
    ],
)
def test_the_verdict_follows_the_intervals(models: list[tuple], beginnings: list[str]) -> None:
    sentences = find_change(compared(*models), ENGLISH).sentences
    assert len(sentences) == len(beginnings)
    for sentence, beginning in zip(sentences, beginnings, strict=True):
        assert sentence.startswith(beginning)


def test_a_break_holds_only_when_it_is_the_strongest_and_no_chance() -> None:
    fits = {"none": (fit_break(FALL), scan_breaks(FALL))}
    row = {"predicate": "all", "exposure": "none", "shape": "level", "strongest": 2022}
    said = {p: find_timing(fits, pd.DataFrame([{**row, "p_supremum": p}]), ENGLISH).sentences[0] for p in (0.01, 0.2)}
    assert said[0.01].startswith("Holds: the strongest break is the one at the rules")
    assert said[0.2].startswith("Cannot be said: that the change came when the rules did")


def test_the_orders_of_the_years_decide_their_verdict() -> None:
    assert (
        find_orders(permute_years(FALL, seed=1), ENGLISH).sentences[0].startswith("Holds: the years after stand apart")
    )
    flat = FALL.assign(award_count=[40, 44, 39, 42, 45, 41, 43, 42, 40, 44])
    assert find_orders(permute_years(flat, seed=1), ENGLISH).sentences[0].startswith("Cannot be said: whether")


def test_parts_name_the_years_they_compare() -> None:
    series = FALL.assign(exposure=[100, 110, 120, 100, 130, 140, 150, 60, 70, 80])
    first, last = find_parts(decompose_change(series), ENGLISH).sentences
    assert first.startswith("Holds only if 2022, 2023, 2024 is compared with 2015, 2016")
    assert last.startswith("Holds only if 2022, 2023, 2024 is compared with 2021:")


def test_a_power_that_sees_nothing_says_so() -> None:
    wild = FALL.assign(award_count=[1, 90, 3, 60, 2, 80, 4, 50, 1, 70], exposure=1)
    power = simulate_power(wild, seed=1, ratios=(0.8, 1.0, 1.2), replicates=50)
    assert "none of those tried" in find_power(power, ENGLISH).sentences[0]


def test_exhibits_name_what_is_unknown_and_keep_their_language() -> None:
    rows = pd.DataFrame({"year": [2020, 2021, 2022], "award_count": pd.array([5, None, 7], dtype="Int64")})
    rows = rows.assign(units_proposed=pd.array([50, 60, None], dtype="Int64"), success=[0.1, None, None])
    shown = chart_series(rows, INDONESIAN, exhibit="6.1")
    assert "2021: tidak diketahui" in shown.alt
    scan = chart_scan({"none": (fit_break(FALL), scan_breaks(FALL))}, INDONESIAN, exhibit="6.5")
    assert scan.title.endswith("angka polos 1/7")


def test_the_missing_figure_that_helps_most_comes_first() -> None:
    values = pd.DataFrame(
        {
            "year": [2024, 2022],
            "missing": ["exposure", "both"],
            "width_now": 16.0,
            "width_then": [5.0, 7.0],
            "narrowing": [0.4, 0.3],
            "least_p_now": 1 / 6,
            "least_p_then": 1 / 21,
        }
    )
    nothing = pd.DataFrame(columns=["year", "measure", "value_used", "other_value", "ratio_used", "ratio_other"])
    (sentence,) = find_value(values, nothing, ENGLISH).sentences
    assert "units proposed in 2024" in sentence
    assert "16.00 times" in sentence
    table = table_values(values, nothing, INDONESIAN, exhibit="6.10")
    assert table.title.endswith("unit diusulkan tahun 2024")
    assert list(table.data["figure"]) == ["unit diusulkan tahun 2024", "jumlah predikat dan unit diusulkan tahun 2022"]
