"""Delimited lists in all encodings and shapes; the fast way and the slow way give the same lines."""

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zi_analysis.errors import InputError, ParameterError
from zi_analysis.evidence.readers import read_list, read_table
from zi_analysis.evidence.readers.columns import CodedColumn, is_blank
from zi_analysis.evidence.readers.delimited import find_dialect, read_delimited
from zi_analysis.evidence.readers.encodings import decoded_lines
from zi_analysis.evidence.readers.fast_csv import read_regular
from zi_analysis.evidence.readers.headers import load_header_names
from zi_analysis.evidence.readers.records import records
from zi_analysis.evidence.readers.sheets import Sheet

NAMES = load_header_names()
LIST = "No;Instansi;Unit Kerja;Predikat;Tahun\n1;BPS;BPS Kota Batu;WBK;2023\n2;Kemenag;MAN “1” Kédiri;WBBM;2023\n"


def _write(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def _units(path: Path, **options: object) -> list[str]:
    return read_list(path, **options).rows["unit_as_written"].tolist()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1252", "utf-32"]
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_encodings_delimiters_and_line_ends(tmp_path: Path, encoding: str, delimiter: str, ends: str) -> None:
    text = LIST.replace(";", delimiter).replace("\n", ends)
    found = read_list(_write(tmp_path / "list.csv", text, encoding))
    assert found.rows["unit_as_written"].tolist() == ["BPS Kota Batu", "MAN “1” Kédiri"]
    assert found.rows["predicate"].tolist() == ["WBK", "WBBM"]
    assert found.rows["row"].tolist() == [2, 3]


def test_line_that_says_its_delimiter(tmp_path: Path) -> None:
    found = read_list(_write(tmp_path / "list.csv", "sep=|\nSatker|Tahun\nRSUD, Batu; Jatim|2020\n"))
    assert found.rows["unit_as_written"].tolist() == ["RSUD, Batu; Jatim"]
    assert found.lines["kind"].tolist() == ["title", "header"]


def test_quoted_line_breaks_and_quotes(tmp_path: Path) -> None:
    text = 'Satker,Keterangan\n"Dinas\nKesehatan","kata ""x"", ya"\nKPPN Kediri,\n'
    found = read_list(_write(tmp_path / "list.csv", text))
    assert found.rows["unit_as_written"].tolist() == ["Dinas\nKesehatan", "KPPN Kediri"]
    assert found.rows["note"].fillna("").tolist() == ['kata "x", ya', ""]
    assert found.rows["row"].tolist() == [2, 3]


def test_a_stray_quote_swallows_no_rows(tmp_path: Path) -> None:
    text = 'Instansi,Satker,Tahun\nBPS,"BPS Kota Batu,2020\nBPS,BPS Kota Blitar,2020\nBPS,BPS "Kota" Kediri,2021\n'
    found = read_list(_write(tmp_path / "list.csv", text))
    assert found.rows["unit_as_written"].tolist() == ['"BPS Kota Batu', "BPS Kota Blitar", 'BPS "Kota" Kediri']
    assert found.rows["year"].tolist() == ["2020", "2020", "2021"]


def test_a_quote_that_never_ends_costs_no_quadratic_time() -> None:
    lines = ['"a,b\n'] * 3_000
    assert len(list(records(iter(lines), ",", "list.csv"))) == 3_000


def test_cells_too_few_are_padded_and_too_many_are_told(tmp_path: Path) -> None:
    text = "Instansi,Satker,Tahun\nBPS,BPS Kota Batu\nBPS,Dinas A, B dan C,2020\nBPS,BPS Kota Blitar,2020,\n"
    found = read_list(_write(tmp_path / "list.csv", text))
    assert found.rows["unit_as_written"].tolist() == ["BPS Kota Batu", "BPS Kota Blitar"]
    assert found.lines.loc[found.lines["kind"] == "ragged", ["row", "text"]].to_numpy().tolist() == [
        [3, "BPS | Dinas A |  B dan C | 2020"]
    ]


def test_a_column_without_header_is_not_ragged(tmp_path: Path) -> None:
    text = "Satker,Tahun\nKPPN Kediri,2020,x\nKPPN Blitar,2020,y\n"
    found = read_list(_write(tmp_path / "list.csv", text))
    assert len(found.rows) == 2
    assert found.cells["column 3"].tolist() == ["x", "y"]


def test_nul_bytes_and_foreign_bytes(tmp_path: Path) -> None:
    content = "Satker,Tahun\nKPPN Kédiri,20".encode() + b"\x0020\nKPPN Caf\xe9,2021\n"
    found = read_list(_write(tmp_path / "list.csv", content))
    assert found.rows["unit_as_written"].tolist() == ["KPPN Kédiri", "KPPN Café"]
    assert found.rows["year"].tolist() == ["2020", "2021"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "holds no text"),
        (b" \n\n", "holds no text"),
        (b"\0" * 5000, "holds no text"),
        (b"Satker\n" + b"a" * (2 << 20), "more than 1,048,576 characters in line 2"),
        (b"Satker\n" + b"a" * 40_000, "40,000 characters in one cell .row 2, column 1"),
        (b"Satker\n" + b"a" * 200_000, "200,000 characters in one cell"),
        (b"Satker" + b",a" * 10_000, "10,001 cells in row 1"),
        (b'{"a": 1}', "is json"),
        (b'[{"a": 1}]', "is json"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "picture .png., no list; run OCR"),
        (b"MZ\x90\0" + b"\0" * 100, "a program"),
        (b"\x80\x04\x95", "pickle"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"<?xml version='1.0'?><a/>", "is xml"),
        (b"\x01\x02\x03\x04" * 100, "no text and no format known here, though its name ends in .csv"),
        (b"<?xml version='1.0'?><office:document><table:table></table:table></office:document>", "fods"),
        (b"A,B\n1,2\n", "no column of list.csv holds the unit"),
    ],
)
def test_what_cannot_be_read_says_why_in_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_list(_write(tmp_path / "list.csv", content))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) <= 400


def test_a_list_whose_first_letters_are_those_of_a_picture(tmp_path: Path) -> None:
    assert len(_units(_write(tmp_path / "list.csv", "BMKG Satker,Satker\nx,Stasiun Geofisika\n"))) == 1


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        read_list(tmp_path)
    with pytest.raises(InputError, match="is not there"):
        read_list(tmp_path / "none.csv")
    with pytest.raises(InputError, match="device or pipe"):
        read_list("/dev/zero")
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    with pytest.raises(InputError, match="cannot be opened"):
        read_list(tmp_path / "loop.csv")
    with pytest.raises(InputError, match="cannot be opened"):
        read_list("a\0b.csv")


def test_missing_unit_tells_headers_and_the_way_out(tmp_path: Path) -> None:
    path = _write(tmp_path / "list.csv", "No,Kementerian,Nama Lokus,Predikat\n1,BPS,BPS Batu,WBK\n")
    with pytest.raises(InputError) as caught:
        read_list(path)
    told = str(caught.value)
    assert "found: No, Kementerian, Nama Lokus, Predikat" in told
    assert 'closest: "Nama Lokus"' in told
    assert "--columns unit=3,agency=2" in told
    assert _units(path, columns={"unit": "3"}) == ["BPS Batu"]
    assert _units(path, columns={"unit": "nama lokus"}) == ["BPS Batu"]


def test_columns_by_position_without_any_header(tmp_path: Path) -> None:
    path = _write(tmp_path / "list.csv", "BPS,BPS Kota Batu,2020\nBPS,BPS Kota Blitar,2021\n")
    found = read_list(path, columns={"unit": 2, "agency": 1, "year": 3}, predicate="WBK")
    assert found.rows["unit_as_written"].tolist() == ["BPS Kota Batu", "BPS Kota Blitar"]
    assert found.rows["year"].tolist() == ["2020", "2021"]
    assert found.rows["predicate"].tolist() == ["WBK", "WBK"]
    assert found.columns.set_index("field").loc["predicate", "how"] == "option"


def test_a_header_that_nobody_knows_is_no_row(tmp_path: Path) -> None:
    path = _write(tmp_path / "list.csv", "a,b,c\nBPS,BPS Kota Batu,2020\nBPS,BPS Kota Blitar,2021\n")
    found = read_list(path, columns={"unit": "2", "year": "3"})
    assert found.rows["unit_as_written"].tolist() == ["BPS Kota Batu", "BPS Kota Blitar"]
    assert found.lines["kind"].tolist() == ["header"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"units": "1"}, "is no field"),
        ({"unit": "0"}, "is no position"),
        ({"unit": "-1"}, "is no position"),
        ({"unit": ""}, "is no position"),
        ({"unit": "9"}, "beyond the 2 columns"),
        ({"unit": "Satkr"}, 'header "Satkr" for unit_as_written is not in list.csv; closest: "Satker"'),
        ({"agency": "Lembaga"}, 'header "Lembaga" for agency_as_written is not in list.csv'),
        ({"unit": "1", "unit_as_written": "2"}, "named twice"),
    ],
)
def test_columns_named_wrongly(tmp_path: Path, columns: dict[str, str], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        read_list(_write(tmp_path / "list.csv", "Satker,Tahun\nKPPN,2020\n"), columns=columns)


def test_the_project_s_own_list_is_read_as_it_stands() -> None:
    from zi_analysis.evidence.tables import load_table
    from zi_analysis.paths import data_folder

    own = load_table("awards")
    found = read_list(data_folder() / "raw" / "awards.csv")
    for column in ("agency_as_written", "unit_as_written", "predicate", "track", "status", "note"):
        pd.testing.assert_series_equal(found.rows[column], own[column])
    assert found.rows["source"].tolist() == own["source_id"].tolist()
    assert found.rows["region"].fillna("").tolist() == own["region_hint"].fillna("").tolist()
    assert found.cells["award_id"].tolist() == own["award_id"].tolist()
    assert found.columns.set_index("header").loc[["agency", "unit"], "field"].tolist() == ["", ""]


def test_table_keeps_every_row_and_every_column(tmp_path: Path) -> None:
    text = "a,b,b,\n1,x,y,z\n,,,\nJumlah,2,,\n1,x,y,z,more\n"
    found = read_table(_write(tmp_path / "table.csv", text))
    assert found.columns.tolist() == ["a", "b", "b (column 3)", "column 4", "column 5"]
    assert found["a"].tolist() == ["1", "Jumlah", "1"]
    assert found["column 5"].fillna("").tolist() == ["", "", "more"]


def test_table_takes_its_first_line_for_the_header_unless_it_is_a_title(tmp_path: Path) -> None:
    text = "award_id,as_written,column,value\n1,WKB,predicate,WBK\n"
    assert read_table(_write(tmp_path / "a.csv", text)).columns[0] == "award_id"
    titled = "Daftar kota,,\n\nkode,nama,tahun\n1,Batu,2020\n"
    assert read_table(_write(tmp_path / "b.csv", titled)).columns.tolist() == ["kode", "nama", "tahun"]


def _lines(sheet: Sheet) -> list[tuple[int, list[str]]]:
    """Numbered lines with content, cells to the last filled one."""
    found = []
    for number, (_, cells) in zip(sheet.numbers.tolist(), sheet.many(np.arange(sheet.height)), strict=True):
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            found.append((number, cells))
    return found


CELLS = st.text(alphabet=st.sampled_from(list('ab ,;"\n\r\té\u00a0\u200b0')), max_size=6)
GRIDS = st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=12)


@settings(max_examples=120, deadline=None)
@given(
    raw=st.text(alphabet=st.sampled_from(list('ab,,,"\n\n\n\r é')), max_size=60),
    block=st.sampled_from([16, 64, 4096]),
    width=st.integers(1, 4),
)
def test_fast_way_gives_the_lines_of_the_slow_way_on_any_text(
    tmp_path_factory, raw: str, block: int, width: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(raw.encode())
    fast = read_regular(path, "any.csv", "utf-8", ",", [["x"] * width], block=block) if raw else None
    if fast is None:
        return
    slow = _slow(path)
    assert _lines(fast) == _lines(slow)


@settings(max_examples=80, deadline=None)
@given(
    grid=GRIDS.map(lambda rows: [row[:2] for row in rows]), quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
)
def test_fast_way_gives_the_lines_of_the_slow_way_on_tables(tmp_path_factory, grid, quoting) -> None:
    path = tmp_path_factory.getbasetemp() / "grid.csv"
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=quoting, lineterminator="\n").writerows(grid)
    path.write_bytes(buffer.getvalue().encode())
    fast = read_regular(path, "grid.csv", "utf-8", ",", [["x", "y"]], block=256)
    breaks = any(mark in cell for row in grid for cell in row for mark in "\r\n")
    if not breaks and all(len(",".join(row)) < 100 for row in grid):
        assert fast is not None
    if fast is not None:
        assert _lines(fast) == _lines(_slow(path))


def _slow(path: Path) -> Sheet:
    from zi_analysis.evidence.readers.sheets import TextColumns

    columns = TextColumns("any.csv")
    with path.open("rb") as handle:
        lines = decoded_lines(handle, "utf-8", "any.csv")
        columns.add(enumerate(records(lines, ",", "any.csv"), start=1))
    return columns.sheet("", delimited=True)


def test_fast_way_is_taken_for_a_large_list_and_gives_equal_frames(tmp_path: Path) -> None:
    rows = [f"{at},Kemenag,MAN {at % 70} Kota Batu,WBK,{2010 + at % 9}, \n" for at in range(60_000)]
    path = _write(tmp_path / "large.csv", "No,Instansi,Satker,Predikat,Tahun,Ket\n" + "".join(rows))
    fast = read_delimited(path, "large.csv", NAMES, fast=True)
    slow = read_delimited(path, "large.csv", NAMES, fast=False)
    assert read_regular(path, "large.csv", "utf-8", ",", [["x"] * 6] * 60) is not None
    for one, other in zip(fast.columns, slow.columns, strict=True):
        pd.testing.assert_series_equal(one.series().astype("str"), other.series().astype("str"))
    assert isinstance(fast.columns[1], CodedColumn)
    found = read_list(path)
    assert len(found.rows) == 60_000
    assert found.rows["row"].iloc[-1] == 60_001
    assert found.rows["note"].isna().all()


def test_a_number_of_lines_in_a_large_list_are_no_rows(tmp_path: Path) -> None:
    rows = [f"{at},Kemenag,MAN {at} Kota Batu,2020\n" for at in range(60_000)]
    rows[30_000] = ",,Jumlah,30000\n"
    rows[40_000] = "No,Instansi,Satker,Tahun\n"
    rows[50_000] = ",,,\n"
    path = _write(tmp_path / "large.csv", "No,Instansi,Satker,Tahun\n" + "".join(rows))
    found = read_list(path)
    assert len(found.rows) == 59_997
    assert found.lines[["row", "kind"]].to_numpy().tolist() == [
        [1, "header"],
        [30_002, "subtotal"],
        [40_002, "repeated header"],
    ]


HEADERS = ["Unit Kerja", "Instansi", "Tahun", "Predikat"]
FIRST_WORDS = ["", "", "RSUD Batu", "BPS", "2020", "WBK", "WBBM", "Jumlah", "Total", "3", "(1)", "(2)", "Unit Kerja"]
MORE_WORDS = ["Sumber: x", "A.", "Kementerian Agama", "Jakarta, 12 Desember 2023", "Tahun", "-", "Total Care", "1", "2"]
WORDS = st.sampled_from([*FIRST_WORDS, *MORE_WORDS, "Instansi"])


@settings(max_examples=120, deadline=None)
@given(
    above=st.lists(st.lists(WORDS, max_size=3), max_size=3),
    below=st.lists(st.lists(WORDS, max_size=5), max_size=14),
    headers=st.permutations(HEADERS),
)
def test_every_line_with_content_is_a_row_or_a_line_once(tmp_path_factory, above, below, headers) -> None:
    path = tmp_path_factory.getbasetemp() / "lines.csv"
    sure = dict(zip(HEADERS, ["RSUD Kota Batu", "BPS", "2020", "WBK"], strict=True))
    grid = [*above, list(headers), *below[:6], [sure[header] for header in headers], *below[6:]]
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows(grid)
    found = read_list(path)
    told = [number for number, cells in enumerate(grid, start=1) if any(not is_blank(cell) for cell in cells)]
    assert sorted([*found.rows["row"], *found.lines["row"]]) == told
    assert len(found.cells) == len(found.rows)
    for row, cells in zip(found.rows["row"], found.cells.to_numpy().tolist(), strict=True):
        kept = [cell for cell in cells if isinstance(cell, str)]
        assert sorted(kept) == sorted(cell for cell in grid[row - 1] if cell)


def test_dialect_follows_known_headers() -> None:
    text = b"Unit Kerja;Tahun, bulan\nRSUD, Batu;2023, 1\n"
    assert find_dialect(text, NAMES, whole=True).delimiter == ";"
