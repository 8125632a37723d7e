"""Tables are taken only in their declared form; each planted fault is told in one line with its place."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.csvtext import frame_text, text_frame, typed_frame
from zi_analysis.evidence.faults import number_faults
from zi_analysis.evidence.tables import check_table, load_table, read_declaration, table_path, write_table
from zi_analysis.paths import data_folder

TABLES = [table["name"] for table in read_declaration()["resources"]]
URL_OF_ROW_2 = load_table("sources").loc[0, "url"]
DTYPES = {"string": "str", "integer": "Int64", "number": "float64"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what was collected and decided, which a test may spoil."""
    shutil.copytree(data_folder(), tmp_path / "data", ignore=shutil.ignore_patterns("clean"))
    return tmp_path


@pytest.fixture(scope="module")
def whole_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of all data, in which tables are written again as they were."""
    root = tmp_path_factory.mktemp("whole")
    shutil.copytree(data_folder(), root / "data")
    return root


def read_rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def write_rows(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def plant(root: Path, name: str, row: int, column: str, value: str) -> None:
    """Put a value into one cell; the header is row 1."""
    path = table_path(name, root)
    rows = read_rows(path)
    rows[row - 1][rows[0].index(column)] = value
    write_rows(path, rows)


def redeclare(root: Path, name: str, **changes: object) -> None:
    """Change the declaration of one table."""
    path = root / "data" / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    next(table for table in descriptor["resources"] if table["name"] == name).update(changes)
    path.write_text(json.dumps(descriptor), encoding="utf-8")


def error_of(root: Path, name: str) -> str:
    """The one-line error of loading a table."""
    with pytest.raises(EvidenceError) as caught:
        load_table(name, root=root)
    message = str(caught.value)
    assert "\n" not in message
    assert str(root) not in message
    return message


@pytest.mark.parametrize("name", TABLES)
def test_every_declared_table_loads_with_its_types(name: str) -> None:
    frame = load_table(name)
    table = next(table for table in read_declaration()["resources"] if table["name"] == name)
    declared = {field["name"]: DTYPES[field["type"]] for field in table["schema"]["fields"]}
    assert {column: str(dtype) for column, dtype in frame.dtypes.items()} == declared
    assert len(frame) == len(read_rows(table_path(name))) - 1


def test_cells_keep_their_words(project: Path) -> None:
    plant(project, "awards", 2, "note", "NA")
    plant(project, "awards", 3, "note", "007")
    awards = load_table("awards", root=project)
    assert awards.loc[:1, "note"].tolist() == ["NA", "007"]
    assert "11.01" in load_table("agencies")["agency_id"].tolist()
    assert awards["year"].isna().sum() > 0
    assert awards["predicate"].isna().sum() > 0
    assert not (awards["predicate"] == "").any()


@pytest.mark.parametrize(
    ("name", "row", "column", "value", "told"),
    [
        ("awards", 12, "predicate", "WKB", "allowed: WBK, WBBM; closest: WBK"),
        (
            "published_counts",
            5,
            "scope",
            "National",
            "allowed: national, agency_type, agency; closest: national",
        ),
        ("published_counts", 7, "value", "12,5", "allowed: whole number, 0 or more"),
        ("published_counts", 7, "value", "1.234", "allowed: whole number, 0 or more"),
        ("published_counts", 7, "value", "-3", "allowed: whole number, 0 or more"),
        ("awards", 9, "year", "dua ribu", "allowed: whole number, 2012 to 2026"),
        ("awards", 9, "year", "1999", "allowed: whole number, 2012 to 2026"),
        ("awards", 9, "year", "2031", "allowed: whole number, 2012 to 2026"),
        ("awards", 9, "year", " 2018", "allowed: whole number, 2012 to 2026"),
        ("awards", 9, "year", "2_018", "allowed: whole number, 2012 to 2026"),
        ("awards", 4, "unit", "", "is empty but required"),
        ("awards", 4, "award_id", "x1", "allowed: text like a0001"),
        ("awards", 4, "award_id", "a0001", "repeats row 2"),
        ("awards", 4, "source_id", "republika-2022-07-08-b", "is not in sources.source_id"),
        ("sources", 3, "url", URL_OF_ROW_2, "repeats row 2; it must stand once in this column"),
        ("sources", 3, "url", "menpan.go.id", "allowed: text like https://"),
        ("agencies", 3, "province_id", "1l", "is not in agencies.agency_id"),
        ("agencies", 3, "predecessors", "11.05|11.99", "is not in agencies.agency_id"),
    ],
)
def test_a_planted_value_is_told_with_its_place(
    project: Path, name: str, row: int, column: str, value: str, told: str
) -> None:
    plant(project, name, row, column, value)
    message = error_of(project, name)
    shown = value.split("|")[-1]
    shown = shown if len(shown) <= 60 else shown[:57] + "..."
    path = next(table["path"] for table in read_declaration()["resources"] if table["name"] == name)
    assert f'value "{shown}" at data/{path} row {row}, column {column} ' in message
    assert told in message
    assert "more faults" not in message


def test_a_lost_key_offers_the_closest(project: Path) -> None:
    plant(project, "awards", 4, "source_id", "republika-2022-07-08-b")
    assert error_of(project, "awards").endswith("closest: republika-2022-07-08-a")


def test_the_first_fault_is_told_and_the_others_counted(project: Path) -> None:
    plant(project, "awards", 20, "track", "nasional")
    plant(project, "awards", 8, "status", "gone")
    plant(project, "awards", 30, "year", "20I8")
    message = error_of(project, "awards")
    assert message.startswith('value "gone" at data/raw/awards.csv row 8, column status ')
    assert message.endswith("(2 more faults in this file)")


def test_the_first_row_is_told_whatever_its_fault(project: Path) -> None:
    plant(project, "agencies", 20, "province_id", "99")
    plant(project, "agencies", 10, "predecessors", "99")
    assert "row 10, column predecessors" in error_of(project, "agencies")


def test_a_cell_over_several_lines_counts_as_one_row(project: Path) -> None:
    plant(project, "awards", 5, "note", "first line\nsecond line")
    plant(project, "awards", 9, "track", "nasional")
    assert "row 9, column track" in error_of(project, "awards")


def test_a_long_value_with_line_ends_stays_one_line(project: Path) -> None:
    plant(project, "awards", 9, "track", "a\n" * 200)
    assert len(error_of(project, "awards")) < 300


def test_a_missing_column_is_told(project: Path) -> None:
    path = table_path("awards", project)
    write_rows(path, [row[:1] + row[2:] for row in read_rows(path)])
    assert error_of(project, "awards") == (
        'value "" at data/raw/awards.csv row 1, column year is missing; add it to the header'
    )


def test_an_undeclared_column_is_told(project: Path) -> None:
    path = table_path("awards", project)
    rows = read_rows(path)
    write_rows(path, [[*rows[0], "yeer"], *([*row, "2018"] for row in rows[1:])])
    message = error_of(project, "awards")
    assert 'value "yeer" at data/raw/awards.csv row 1, column yeer is not declared; closest: year' in message


def test_columns_out_of_order_are_told(project: Path) -> None:
    path = table_path("awards", project)
    write_rows(path, [[row[1], row[0], *row[2:]] for row in read_rows(path)])
    assert 'value "year" at data/raw/awards.csv row 1, column 1 is out of order' in error_of(project, "awards")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (b",", b";", "cells separated by semicolons; save the file with commas"),
        (b"award_id", b"\xef\xbb\xbfaward_id", "byte-order mark; save the file as UTF-8 without one"),
    ],
)
def test_what_a_spreadsheet_does_is_named(project: Path, before: bytes, after: bytes, told: str) -> None:
    path = table_path("awards", project)
    header, rest = path.read_bytes().split(b"\n", 1)
    path.write_bytes(header.replace(before, after) + b"\n" + rest)
    assert told in error_of(project, "awards")


def test_bytes_that_are_no_utf8_are_told_with_their_cell(project: Path) -> None:
    plant(project, "awards", 6, "unit", "Caf@ Pelayanan")
    path = table_path("awards", project)
    path.write_bytes(path.read_bytes().replace(b"Caf@", b"Caf\xe9"))
    message = error_of(project, "awards")
    assert "at data/raw/awards.csv row 6, column unit is not UTF-8" in message
    assert "Pelayanan" in message


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("a9998,2018", "row 639, column 3 has 2 cells, the header 15; quote a cell that holds a comma"),
        ("a9998" + "," * 15, "row 639, column 16 has 16 cells, the header 15"),
        ("", "row 639, column 1 has 0 cells, the header 15; "),
        ('a9998,"2018', "data/raw/awards.csv: quotes do not match from row 639 on"),
    ],
)
def test_a_spoiled_row_is_told(project: Path, line: str, told: str) -> None:
    path = table_path("awards", project)
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    assert told in error_of(project, "awards")


def test_a_missing_file_is_told(project: Path) -> None:
    table_path("revocations", project).unlink()
    assert error_of(project, "revocations") == (
        'data/raw/revocations.csv of table "revocations" is not there; make it or restore it'
    )


def test_a_missing_target_of_keys_is_told(project: Path) -> None:
    table_path("sources", project).unlink()
    assert 'data/raw/sources.csv of table "sources", to which keys point' in error_of(project, "awards")


def test_an_empty_file_is_told(project: Path) -> None:
    table_path("awards", project).write_bytes(b"")
    assert "at data/raw/awards.csv row 1" in error_of(project, "awards")


def test_an_unknown_name_offers_the_closest() -> None:
    with pytest.raises(EvidenceError, match=r'table "award" is not declared .*closest: awards'):
        load_table("award")
    with pytest.raises(EvidenceError, match="declared: published_counts, awards"):
        load_table("../../secret")


@pytest.mark.parametrize(
    "path",
    [
        "../outside.csv",
        "/outside.csv",
        "raw/../../outside.csv",
        "https://example.org/a.csv",
        "C:\\a.csv",
        "raw\\..\\a.csv",
        "datapackage.json",
        "",
        None,
        ["raw/awards.csv"],
    ],
)
def test_no_declared_path_leads_out_of_data(project: Path, path: object) -> None:
    (project / "outside.csv").write_text("award_id\n", encoding="utf-8")
    redeclare(project, "awards", path=path)
    assert "is refused; give a relative path of a csv inside data/" in error_of(project, "awards")
    with pytest.raises(EvidenceError, match="is refused"):
        write_table(pd.DataFrame(), "awards", root=project)


def test_no_absolute_path_is_taken_even_inside_data(project: Path) -> None:
    redeclare(project, "awards", path=table_path("awards", project).as_posix())
    with pytest.raises(EvidenceError, match="is refused"):
        load_table("awards", root=project)


def test_no_link_leads_out_of_data(project: Path) -> None:
    outside = project / "outside.csv"
    shutil.move(table_path("awards", project), outside)
    (project / "data" / "raw" / "awards.csv").symlink_to(outside)
    assert "is refused" in error_of(project, "awards")


def test_a_spoiled_declaration_is_told(project: Path) -> None:
    declaration = project / "data" / "datapackage.json"
    declaration.write_text('{"resources": [}', encoding="utf-8")
    assert "data/datapackage.json cannot be read as JSON" in error_of(project, "awards")
    declaration.write_text("[]", encoding="utf-8")
    assert 'data/datapackage.json holds no list "resources"' in error_of(project, "awards")


def test_numbers_are_taken_only_when_plain() -> None:
    schema = {"fields": [{"name": "share", "type": "number"}]}
    odd = ["nan", "inf", " 1", "1 ", "1_0", "+1", "1,5", ".5"]
    frame = pd.DataFrame({"share": [*odd, "", "1", "-0.25", "1e-05"]}, dtype="str")
    assert [fault.value for fault in number_faults(frame, schema)] == odd


@pytest.mark.parametrize("name", [name for name in TABLES if "raw" not in table_path(name).parts])
def test_writing_what_was_loaded_gives_the_same_bytes(whole_project: Path, name: str) -> None:
    loaded = load_table(name, root=whole_project)
    before = table_path(name, whole_project).read_bytes()
    path = write_table(loaded, name, root=whole_project)
    assert path.read_bytes() == frame_text(loaded).encode("utf-8")
    pd.testing.assert_frame_equal(load_table(name, root=whole_project), loaded)
    assert path.parent.name != "clean" or path.read_bytes() == before


def test_a_written_file_has_the_declared_form(project: Path) -> None:
    names = load_table("agency_names", root=project)
    backwards = names.iloc[::-1, ::-1].assign(valid_from=lambda frame: frame["valid_from"].astype("float64"))
    content = write_table(backwards, "agency_names", root=project).read_bytes()
    assert content.startswith(b"agency_id,name,name_kind,valid_from,valid_to,source\n")
    assert b"\r" not in content
    assert b".0," not in content
    pd.testing.assert_frame_equal(load_table("agency_names", root=project), names.iloc[::-1].reset_index(drop=True))
    assert sorted(path.name for path in (project / "data" / "register").iterdir()) == sorted(
        path.name for path in (data_folder() / "register").iterdir()
    )


def test_a_fault_is_refused_before_anything_is_written(project: Path) -> None:
    names = load_table("agency_names", root=project)
    before = table_path("agency_names", project).read_bytes()
    spoiled = names.assign(name_kind=names["name_kind"].mask(names.index == 4, "nickname"))
    with pytest.raises(EvidenceError, match=r'"nickname" at data/register/agency_names.csv row 6, column name_kind'):
        write_table(spoiled, "agency_names", root=project)
    for frame in (names.drop(columns="source"), names.assign(extra=1), pd.concat([names, names])):
        with pytest.raises(EvidenceError, match=r"data/register/agency_names\.csv row"):
            write_table(frame, "agency_names", root=project)
    assert table_path("agency_names", project).read_bytes() == before


def test_raw_tables_are_never_written(project: Path) -> None:
    with pytest.raises(EvidenceError, match="lies in data/raw, which is kept as collected"):
        write_table(load_table("awards", root=project), "awards", root=project)


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("two\rlines", "holds a carriage return"),
        (["11"], "is no text or number"),
        (pd.Timestamp(0), "is no text"),
    ],
)
def test_a_cell_without_plain_form_is_refused(project: Path, cell: object, told: str) -> None:
    names = load_table("agency_names", root=project).head(2).astype(object)
    names["source"] = pd.Series([names.loc[0, "source"], cell], dtype=object)
    with pytest.raises(EvidenceError, match=f"data/register/agency_names.csv: .* row 3, column source {told}"):
        write_table(names, "agency_names", root=project)


def test_checking_changes_no_input() -> None:
    awards = load_table("awards")
    before = awards.copy()
    check_table(awards, "awards")
    pd.testing.assert_frame_equal(awards, before)
    with pytest.raises(EvidenceError, match=r'"WKB" at data/raw/awards.csv row 2, column predicate'):
        check_table(awards.assign(predicate="WKB"), "awards")


plain_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            plain_text,
            st.one_of(st.none(), st.integers(-(10**12), 10**12)),
            st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)),
        )
    )
)
def test_any_frame_comes_back_as_written(rows: list[tuple[str, int | None, float | None]]) -> None:
    schema = {
        "fields": [
            {"name": "t", "type": "string"},
            {"name": "i", "type": "integer"},
            {"name": "n", "type": "number"},
        ]
    }
    texts, integers, numbers = ([row[at] for row in rows] for at in range(3))
    frame = pd.DataFrame(
        {
            "t": pd.Series([text or None for text in texts], dtype="str"),
            "i": pd.Series(integers, dtype="Int64"),
            "n": pd.Series(numbers, dtype="float64"),
        }
    )
    text = frame_text(frame)
    pd.testing.assert_frame_equal(typed_frame(text_frame(text), schema), frame, check_exact=True)
    assert frame_text(typed_frame(text_frame(text), schema)) == text
    assert number_faults(text_frame(text), schema) == []


def test_importing_reads_and_loads_nothing_heavy() -> None:
    code = "import sys, zi_analysis.evidence.tables; sys.exit('frictionless' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_frictionless_itself_accepts_the_package() -> None:
    from frictionless import Package

    report = Package(str(data_folder() / "datapackage.json")).validate()
    assert report.flatten(["name", "rowNumber", "fieldName", "message"]) == []
