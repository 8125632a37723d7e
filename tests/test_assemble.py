"""The assembled evidence: reproducible, adding up, and the numbers that anyone can check by hand."""

from pathlib import Path

import pandas as pd
import pytest

from zi_analysis.evidence.assemble import Evidence, build_evidence, clean_tables, write_clean
from zi_analysis.evidence.tables import load_table, read_declaration

ROOT = Path(__file__).parents[1]


def test_data_clean_is_reproduced_byte_for_byte(evidence: Evidence, project_copy: Path) -> None:
    for path in (project_copy / "data" / "clean").glob("*.csv"):
        path.unlink()
    written = write_clean(evidence, root=project_copy)
    published = sorted(path.name for path in (ROOT / "data" / "clean").glob("*.csv"))
    assert sorted(path.name for path in written) == published
    for path in written:
        assert path.read_bytes() == (ROOT / "data" / "clean" / path.name).read_bytes(), path.name


def test_every_clean_table_is_declared(evidence: Evidence) -> None:
    declared = {table["name"] for table in read_declaration(ROOT)["resources"] if table["path"].startswith("clean/")}
    assert declared == set(clean_tables(evidence))


def test_nothing_is_lost(evidence: Evidence) -> None:
    outcome = evidence.awards.matches["outcome"].value_counts()
    assert outcome.sum() == len(load_table("awards", root=ROOT))
    assert outcome["accepted"] == len(evidence.awards.accepted)
    assert outcome["rejected"] == len(evidence.awards.rejected)
    kept = evidence.awards.accepted["award_ids"].str.split("|").explode()
    assert kept.is_unique
    assert len(kept) == outcome["accepted"] + outcome["merged"]
    counts = evidence.settlement.settled["count_ids"].str.split("|").explode()
    assert counts.is_unique
    assert len(counts) + len(evidence.settlement.set_aside) == len(load_table("published_counts", root=ROOT))


@pytest.mark.parametrize(
    ("settled_id", "value"),
    [
        ("s-2020-national-all-units_awarded", 763),
        ("s-2022-national-all-units_awarded", 102),
        ("s-2024-national-WBK-units_awarded", 161),
        ("s-2024-national-WBBM-units_awarded", 70),
        ("s-2024-national-all-agencies_evaluated", 288),
        ("s-2021-national-all-units_proposed", 4402),
        ("s-2017-national-WBK-units_awarded", 77),
        ("s-2019-kemenkeu-all-units_awarded", 149),
    ],
)
def test_known_facts(evidence: Evidence, settled_id: str, value: int) -> None:
    assert evidence.settlement.settled.set_index("settled_id").loc[settled_id, "value"] == value


def test_bounds_hold_the_named_awards_and_the_settled_sums(evidence: Evidence) -> None:
    cells = evidence.counted.cells
    settled = evidence.settlement.settled.set_index("settled_id")["value"]
    bounded = cells["upper"].notna()
    assert (cells.loc[bounded, "lower"] <= cells.loc[bounded, "upper"]).all()
    assert (cells["named"] <= cells["lower"] + 1).all()  # a repaired contradiction may cost one
    for year in (2016, 2017, 2018, 2020, 2021, 2022, 2023, 2024):
        for predicate in ("WBK", "WBBM"):
            row = cells.set_index("cell_id").loc[f"c-{year}-all-{predicate}"]
            told = settled.get(f"s-{year}-national-{predicate}-units_awarded")
            if told is None:  # 2016: all less WBK
                told = settled[f"s-{year}-national-all-units_awarded"] - settled[f"s-{year}-national-WBK-units_awarded"]
            assert row["lower"] == row["upper"] == told


def test_agencies_awarded_in_2020_make_lower_bounds(evidence: Evidence) -> None:
    cells = evidence.counted.cells.set_index("cell_id")["lower"]
    assert cells["c-2020-city-all"] >= 9
    assert cells["c-2020-province-all"] >= 7
    assert cells["c-2020-regency-all"] >= 30
    assert cells["c-2024-local-all"] >= 64


def test_the_contradictions_that_the_pages_hold_are_told(evidence: Evidence) -> None:
    assert set(evidence.counted.contradictions["year"]) == {2018, 2019}


def test_every_agency_of_the_published_counts_is_in_the_register(evidence: Evidence) -> None:
    about = evidence.published[evidence.published["scope"] == "agency"]
    assert about["agency_id"].notna().all()
    kinds = evidence.register.agencies.set_index("agency_id")["agency_type"]
    assert (about["agency_id"].map(kinds) == about["agency_type"]).all()


def test_unknown_is_never_zero_in_the_panel(evidence: Evidence) -> None:
    panel = evidence.panel
    unknown = panel[panel["status"] == "unknown"]
    assert len(unknown) > 0
    assert unknown["lower"].isna().all()
    assert unknown["upper"].isna().all()
    zero = panel[(panel["upper"] == 0) & (panel["predicate"] == "all")]
    assert set(zero["panel_id"]) == {"p-2016-kemenkumham-all", "p-2016-14-all", "p-2023-64.71-all"}
    assert panel.loc[panel["status"] == "exact", "settled_ids"].notna().all()
    assert not panel.duplicated(["agency_id", "year", "predicate"]).any()


def test_one_changed_number_changes_what_it_should(evidence: Evidence, project_copy: Path) -> None:
    path = project_copy / "data" / "raw" / "published_counts.csv"
    text = path.read_text(encoding="utf-8")
    old = "f0332,2022,national,all,,WBK,units_awarded,93,"
    assert old in text
    path.write_text(text.replace(old, old.replace(",93,", ",92,")), encoding="utf-8")
    changed = build_evidence(project_copy)
    before = evidence.counted.cells.set_index("cell_id")
    after = changed.counted.cells.set_index("cell_id")
    different = before.index[(before["upper"] != after["upper"]) | (before["lower"] != after["lower"])]
    assert set(pd.Series(different).str.slice(2, 6)) == {"2022"}
    assert "c-2022-all-WBK" in different
    assert 2022 in set(changed.counted.contradictions["year"])


def test_summary_says_that_it_adds_up(evidence: Evidence) -> None:
    lines = evidence.summary_lines()
    numbers = [int(word) for word in lines[0].split() if word.isdigit()]
    assert numbers[0] == sum(numbers[1:])


def test_the_track_can_be_widened(evidence: Evidence) -> None:
    wide = build_evidence(ROOT, track="national_unclear")
    assert wide.counted.cells["named"].sum() > evidence.counted.cells["named"].sum()
