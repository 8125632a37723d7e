"""Hand decisions, regions and awards known already."""

from pathlib import Path

import pandas as pd
import pytest

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.awards import CleanedAwards, clean_awards
from zi_analysis.evidence.fixes import Fix, read_fixes
from zi_analysis.evidence.known import link_known
from zi_analysis.evidence.register import Register, load_register
from zi_analysis.evidence.tables import load_table


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


HEADER = "No,Instansi,Unit Kerja,Predikat,Tahun,Provinsi\n"


def cleaned(folder: Path, *lines: str, fixes: tuple[Fix, ...] = (), **options: object) -> CleanedAwards:
    path = folder / "list.csv"
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    return clean_awards(path, fixes=fixes, **options)  # type: ignore[arg-type]


def decisions(folder: Path, text: str) -> Path:
    path = folder / "decisions.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_list_is_cleaned_and_every_row_has_its_place(tmp_path: Path) -> None:
    result = cleaned(
        tmp_path,
        "1,Pemkot Madiun,RSUD Kota Madiun,wbk.,TA 2022,",
        "2,Polri,Polres Batu,WBBM,2022/2023,",
        "3,Polri,POLRES  BATU,WBBM,2022,",
        "4,Madiun,Disdukcapil,WBK,2022,",
    )
    assert result.log.iloc[-1][["rows_in", "accepted", "merged", "rejected"]].tolist() == [4, 2, 1, 1]
    told = result.accepted[["agency_id", "unit_kind", "predicate", "year", "award_ids", "source_ids"]]
    assert told.to_numpy().tolist() == [
        ["35.77", "rsud", "WBK", 2022, "list.csv!2", "list.csv"],
        ["polri", "polres", "WBBM", 2022, "list.csv!3|list.csv!4", "list.csv"],
    ]
    rejected = result.rejected.iloc[0]
    assert (rejected["file"], rejected["row"], rejected["candidates"]) == ("list.csv", 5, "35.19|35.77")
    assert '"Instansi": "Madiun"' in rejected["original"]
    assert result.to_decide[["award_id", "as_written", "column"]].to_numpy().tolist() == [
        ["list.csv!5", "Madiun", "agency_id"]
    ]


def test_the_first_row_of_a_list_begins_the_award(tmp_path: Path) -> None:
    result = cleaned(tmp_path, *(f"{number},Polri,Polres Batu,WBK,2022," for number in range(1, 12)))
    assert result.accepted["award_key"].tolist() == ["w-list.csv!2"]
    assert result.accepted["award_ids"].tolist() == ["|".join(f"list.csv!{row}" for row in range(2, 13))]


def test_decisions_on_a_row_and_on_a_spelling_are_applied(tmp_path: Path, register: Register) -> None:
    rows = [
        *("1,Madiun,Disdukcapil,WBK,2022,", "2,Madiun,RSUD,WBK,2022,", "3,Polri,Polres Batu,WKB,2022,"),
        *("4,Polri,Polres Ngawi,WKB,2022,", "5,Kemlux,Biro Umum,WBK,2022,", "6,Polri,Polres Kediri,WBK,,"),
    ]
    open_ones = cleaned(tmp_path, *rows)
    assert open_ones.accepted.empty
    wanted = open_ones.to_decide.set_index("problem")
    assert wanted["rows"].tolist() == [2, 1, 1, 1, 1]
    values = {"Madiun": "35.77", "WKB": "WBK", "Kemlux": "kemlu", "Polri": "2021", "": "2021"}
    told = open_ones.to_decide
    filled = told.assign(value=[values.get(text, "2021") for text in told["as_written"].fillna("")])
    filled.to_csv(tmp_path / "decided.csv", index=False)
    fixes = read_fixes(tmp_path / "decided.csv", register)
    result = cleaned(tmp_path, *rows, fixes=fixes)
    assert result.rejected.empty
    assert sorted(result.accepted["agency_id"]) == ["35.77", "35.77", "kemlu", "polri", "polri", "polri"]
    note = result.log.set_index("step").loc["hand decisions"]
    assert note["touched"] == 6
    assert note["note"] == "5 of 5 decisions were applied"


def test_a_decision_on_a_part_of_a_row_is_one_on_the_row(tmp_path: Path, register: Register) -> None:
    row = '1,Madiun,"1. Dinas Kesehatan 2. Puskesmas Mojo",WBK dan WBBM,2022,'
    told = cleaned(tmp_path, row).to_decide
    assert told["award_id"].tolist() == ["list.csv!2"]
    told.assign(value="35.77").to_csv(tmp_path / "decided.csv", index=False)
    result = cleaned(tmp_path, row, fixes=read_fixes(tmp_path / "decided.csv", register))
    assert result.accepted["agency_id"].tolist() == ["35.77"] * 4
    part = Fix(2, "list.csv!2#1#WBK", "", "agency_id", "35.77")
    assert len(cleaned(tmp_path, row, fixes=(part,)).accepted) == 4


def test_decisions_that_meet_no_row_are_told(tmp_path: Path, register: Register) -> None:
    path = decisions(tmp_path, "as_written,column,value\nKemlux,agency_id,kemlu\n")
    result = cleaned(tmp_path, "1,Polri,Polres Batu,WBK,2022,", fixes=read_fixes(path, register))
    assert (
        'no row of the lists is meant by row 2 ("Kemlux")' in result.log.set_index("step").loc["hand decisions", "note"]
    )


def test_a_decision_mended_by_a_spreadsheet_still_reads(tmp_path: Path, register: Register) -> None:
    path = decisions(tmp_path, "award_id;as_written;column;value\n;'=Kemlux;agency_id;kemlu\n;;;\n")
    assert read_fixes(path, register) == (Fix(2, "", "=Kemlux", "agency_id", "kemlu"),)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("as_written,value\nx,y\n", "decisions need column, value"),
        ("as_written,column,value\nx,agency,y\n", 'column "agency" at decisions.csv, row 2 is unknown'),
        ("as_written,column,value\n,year,2020\n", "row 2 names neither a row"),
        ("as_written,column,value\nx,agency_id,polry\n", r'"polry" at decisions.csv, row 2 is not .* polri'),
        ("as_written,column,value\nx,year,2020\nX,year,2021\n", 'rows 2 and 3 .* "2020" and as "2021"'),
    ],
)
def test_decisions_that_cannot_be_applied_are_refused(tmp_path: Path, register: Register, text: str, told: str) -> None:
    with pytest.raises(EvidenceError, match=told):
        read_fixes(decisions(tmp_path, text), register)


def test_a_region_decides_between_candidates(tmp_path: Path) -> None:
    result = cleaned(
        tmp_path,
        "1,Madiun,Disdukcapil,WBK,2022,Kota Madiun",
        "2,,Disdukcapil,WBK,2022,Kabupaten Ngawi",
        "3,Madiun,Disdukcapil,WBK,2021,Jawa Timur",
        "4,Bank Batu,Disdukcapil,WBK,2021,Kota Batu",
    )
    assert result.accepted["agency_id"].tolist() == ["35.21", "35.77"]
    assert result.accepted["method"].tolist() == ["rule", "rule"]
    assert result.rejected["row"].tolist() == [4, 5]


def test_awards_known_already_are_linked_and_keep_both_sources(tmp_path: Path) -> None:
    known = load_table("awards_clean")
    seen = known[(known["unit"] == "Polres Gresik") & (known["year"] == 2016)].iloc[0]
    result = cleaned(
        tmp_path,
        "1,Polri,Gresik,WBK,2016,",
        "2,Polri,Polres Batu,WBK,2016,",
        "3,Polri,Polres Gresik,WBK,2015,",
        known=known,
    )
    told = result.accepted.set_index("award_ids")
    assert told.loc["list.csv!2", "known_award"] == seen["award_key"]
    assert told.loc["list.csv!2", "source_ids"] == f"list.csv|{seen['source_ids']}"
    assert told.loc["list.csv!2", "page_count"] == 1 + seen["page_count"]
    assert told.loc[["list.csv!3", "list.csv!4"], "known_award"].isna().all()


def test_each_award_of_the_evidence_is_known_to_be_itself(register: Register) -> None:
    known = load_table("awards_clean")
    linked = link_known(known, known, register)
    assert (linked["known_award"] == known["award_key"]).all()
    pd.testing.assert_series_equal(linked["source_ids"], known["source_ids"])


def test_a_row_with_both_predicates_or_several_units_becomes_several(tmp_path: Path) -> None:
    result = cleaned(tmp_path, '1,Polri,"1. Polres Batu\n2. Polres Ngawi",WBK dan WBBM,2022,')
    assert set(result.accepted["award_ids"]) == {
        *("list.csv!2#1#WBK", "list.csv!2#1#WBBM", "list.csv!2#2#WBK", "list.csv!2#2#WBBM"),
    }
    assert result.log.set_index("step").loc[["split cells", "split predicates"], "touched"].tolist() == [1, 2]
    assert set(zip(result.accepted["unit"], result.accepted["predicate"], strict=True)) == {
        (unit, predicate) for unit in ("Polres Batu", "Polres Ngawi") for predicate in ("WBK", "WBBM")
    }
