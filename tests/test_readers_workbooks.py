"""Workbooks as people send them: titles, merged cells, a sheet per year, two-line headers, dates, damage."""

import datetime
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from zi_analysis.errors import InputError
from zi_analysis.evidence.readers import read_list
from zi_analysis.evidence.readers.cell_values import cell_text

UNIT, AGENCY = "unit_as_written", "agency_as_written"


def _book(path: Path, sheets: dict[str, list[list[object]]], merged: dict[str, list[str]] | None = None) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for area in (merged or {}).get(name, []):
            sheet.merge_cells(area)
    book.save(path)
    return path


def _ods(path: Path, rows: list[list[str]]) -> Path:
    document = OpenDocumentSpreadsheet()
    table = Table(name="Daftar")
    for row in rows:
        line = TableRow()
        for text in row:
            cell = TableCell(valuetype="string") if text else TableCell()
            if text:
                cell.addElement(P(text=text))
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(path))
    return path


def test_titles_numbering_subtotals_and_signature_are_no_rows(tmp_path: Path) -> None:
    path = _book(
        tmp_path / "annex.xlsx",
        {
            "Sheet1": [
                ["LAMPIRAN"],
                ["DAFTAR UNIT KERJA PERAIH PREDIKAT WBK TAHUN 2023"],
                [],
                ["No", "Kementerian/Lembaga", "Unit Kerja", "Keterangan"],
                ["(1)", "(2)", "(3)", "(4)"],
                [1, "Kementerian Agama", "MAN 1 Kota Madiun", None],
                [2, "BPS", "BPS Kota Batu", "baru"],
                [None, "Jumlah", 2, None],
                ["No", "Kementerian/Lembaga", "Unit Kerja", "Keterangan"],
                [3, "Polri", "Polres Gresik", None],
                [None, "TOTAL", 3],
                [],
                ["Keterangan: data sementara"],
                [None, None, None, "Jakarta, 12 Desember 2023"],
                [None, None, None, "Deputi Bidang Reformasi Birokrasi"],
            ]
        },
    )
    found = read_list(path)
    assert found.name == "annex.xlsx"
    assert found.rows[UNIT].tolist() == ["MAN 1 Kota Madiun", "BPS Kota Batu", "Polres Gresik"]
    assert found.rows[AGENCY].tolist() == ["Kementerian Agama", "BPS", "Polri"]
    assert found.rows["predicate"].tolist() == ["WBK"] * 3
    assert found.rows["year"].tolist() == ["2023"] * 3
    assert found.rows["row"].tolist() == [6, 7, 10]
    assert found.rows["sheet"].astype("str").tolist() == ["Sheet1"] * 3
    assert found.rows["note"].tolist()[1] == "baru"
    kinds = dict(zip(found.lines["row"], found.lines["kind"], strict=True))
    assert kinds == {
        **{1: "title", 2: "title", 4: "header", 5: "numbering", 8: "subtotal", 9: "repeated header"},
        **{11: "subtotal", 13: "footer", 14: "footer", 15: "footer"},
    }
    told = found.columns.set_index("field")
    assert told.loc["year", "how"] == told.loc["predicate", "how"] == "title"
    assert told.loc[UNIT, "position"] == 3
    assert found.cells["Kementerian/Lembaga"].tolist() == ["Kementerian Agama", "BPS", "Polri"]


def test_merged_agency_and_year_go_down(tmp_path: Path) -> None:
    path = _book(
        tmp_path / "merged.xlsx",
        {
            "Daftar": [
                ["Instansi", "Unit Kerja", "Predikat", "Tahun"],
                ["Kementerian Agama", "MAN 1 Kota Madiun", "WBK", 2023],
                [None, "MAN 2 Kota Madiun", "WBBM", None],
                [None, "MTsN 3 Malang", "WBK", None],
                ["BPS", "BPS Kota Batu", "WBK", None],
            ]
        },
        {"Daftar": ["A2:A4", "D2:D5"]},
    )
    found = read_list(path)
    assert found.rows[AGENCY].tolist() == ["Kementerian Agama"] * 3 + ["BPS"]
    assert found.rows["year"].tolist() == ["2023"] * 4
    assert found.cells["Instansi"].isna().tolist() == [False, True, True, False]
    assert "merged cells" in found.columns.set_index("field").loc[AGENCY, "how"]


def test_header_over_two_lines_with_marks(tmp_path: Path) -> None:
    path = _book(
        tmp_path / "marks.xlsx",
        {
            "2022": [
                ["No", "Nama Instansi", "Nama Satker", "Predikat", None, "Tahun"],
                [None, None, None, "WBK", "WBBM", None],
                [1, "Mahkamah Agung", "PN Batam", "v", None, 2022],
                [2, "Mahkamah Agung", "PA Pati", None, "√", 2022],
                [3, "Mahkamah Agung", "PTUN Medan", "x", "x", 2022],
                [4, "Mahkamah Agung", "PN Malang", "-", "-", 2022],
            ]
        },
        {"2022": ["A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:F2"]},
    )
    found = read_list(path)
    assert found.rows["predicate"].fillna("").tolist() == ["WBK", "WBBM", "WBK, WBBM", ""]
    assert found.rows[UNIT].tolist() == ["PN Batam", "PA Pati", "PTUN Medan", "PN Malang"]
    assert found.lines["kind"].tolist() == ["header", "header"]


def test_sheet_names_tell_year_and_predicate(tmp_path: Path) -> None:
    path = _book(
        tmp_path / "years.xlsx",
        {
            "Petunjuk": [["Buku ini memuat daftar unit"], ["diisi oleh tim"]],
            "WBK 2021": [["Satker", "Instansi"], ["KPPN Kediri", "Kemenkeu"]],
            "WBBM 2022": [["Instansi", "Satker"], ["Kemenkumham", "Lapas Porong"]],
        },
    )
    found = read_list(path)
    assert found.rows[[AGENCY, UNIT, "predicate", "year"]].to_numpy().tolist() == [
        ["Kemenkeu", "KPPN Kediri", "WBK", "2021"],
        ["Kemenkumham", "Lapas Porong", "WBBM", "2022"],
    ]
    assert found.rows["sheet"].astype("str").tolist() == ["WBK 2021", "WBBM 2022"]
    assert found.lines["kind"].tolist() == ["no list", "no list", "header", "header"]
    assert set(found.columns["how"]) == {"header", "sheet name", "no list"}


def test_title_and_sheet_name_that_differ_tell_nothing(tmp_path: Path) -> None:
    path = _book(tmp_path / "stale.xlsx", {"2023": [["DAFTAR WBK TAHUN 2022"], ["Satker"], ["KPPN Kediri"]]})
    found = read_list(path)
    assert found.rows["year"].isna().all()
    assert found.rows["predicate"].tolist() == ["WBK"]
    assert "they differ: title 2022, sheet name 2023" in found.columns.set_index("field").loc["year", "how"]


def test_hidden_sheets_are_told_but_not_read(tmp_path: Path) -> None:
    path = _book(tmp_path / "hidden.xlsx", {"A": [["Satker"], ["KPPN Kediri"]], "B": [["Satker"], ["KPPN Blitar"]]})
    book = openpyxl.load_workbook(path)
    book["B"].sheet_state = "hidden"
    book.save(path)
    found = read_list(path)
    assert found.rows[UNIT].tolist() == ["KPPN Kediri"]
    assert found.lines.loc[found.lines["sheet"] == "B", "kind"].tolist() == ["hidden sheet"] * 2


def test_only_hidden_sheet_is_read(tmp_path: Path) -> None:
    path = _book(tmp_path / "hidden.xlsx", {"A": [["petunjuk"]], "B": [["Satker"], ["KPPN Blitar"]]})
    book = openpyxl.load_workbook(path)
    book["B"].sheet_state = "veryHidden"
    book.save(path)
    assert read_list(path).rows[UNIT].tolist() == ["KPPN Blitar"]


def test_values_are_text_as_a_reader_sees_them(tmp_path: Path) -> None:
    path = _book(
        tmp_path / "values.xlsx",
        {
            "S": [
                ["Unit", "Tahun", "Keterangan"],
                ["KPPN Kediri", 2023.0, '=HYPERLINK("http://example.org","x")'],
                ["KPPN Blitar", datetime.date(2023, 12, 6), True],
                ["KPPN Madiun", datetime.datetime(2023, 12, 6, 10, 30), 12.5],
            ]
        },
    )
    found = read_list(path)
    assert found.rows["year"].tolist() == ["2023", "2023-12-06", "2023-12-06 10:30:00"]
    # a formula that was never calculated has no stored value
    assert found.rows["note"].fillna("").tolist() == ["", "TRUE", "12.5"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e20, "1e+20"),
        (-3.0, "-3"),
        (0.1, "0.1"),
        (datetime.time(10, 30), "10:30:00"),
        (datetime.timedelta(hours=2), "2:00:00"),
        (7, "7"),
    ],
)
def test_values_that_are_rare(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_xls_with_merged_agency(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("WBBM 2019")
    for at, header in enumerate(["No", "K/L/D", "Unit Kerja"]):
        sheet.write(1, at + 1, header)
    sheet.write_merge(2, 3, 2, 2, "Kejaksaan Agung")
    for at, unit in enumerate(["Kejari Sleman", "Kejari Bantul"]):
        sheet.write(2 + at, 1, at + 1)
        sheet.write(2 + at, 3, unit)
    book.save(str(tmp_path / "old.xls"))
    found = read_list(tmp_path / "old.xls")
    assert found.rows[[AGENCY, UNIT, "year", "predicate"]].to_numpy().tolist() == [
        ["Kejaksaan Agung", "Kejari Sleman", "2019", "WBBM"],
        ["Kejaksaan Agung", "Kejari Bantul", "2019", "WBBM"],
    ]
    assert found.rows["row"].tolist() == [3, 4]


def test_ods_groups_go_down(tmp_path: Path) -> None:
    path = _ods(
        tmp_path / "groups.ods",
        [
            ["DAFTAR PERAIH WBK TAHUN 2020"],
            ["No", "Instansi", "Satuan Kerja"],
            ["1", "Kementerian Keuangan", "KPP Pratama Batu"],
            ["2", "", "KPPN Malang"],
            ["3", "", "KPPN Blitar"],
            ["4", "BPS", "BPS Kota Batu"],
            ["5", "", "BPS Kota Blitar"],
        ],
    )
    found = read_list(path)
    assert found.rows[AGENCY].tolist() == ["Kementerian Keuangan"] * 3 + ["BPS"] * 2
    assert "filled down in groups" in found.columns.set_index("field").loc[AGENCY, "how"]
    assert found.rows["year"].tolist() == ["2020"] * 5


def test_an_empty_agency_in_an_ungrouped_list_stays_empty(tmp_path: Path) -> None:
    rows = [["Instansi", "Satker"], ["BPS", "BPS Kota Batu"], ["BPS", "BPS Kota Blitar"], [None, "PN Batam"]]
    found = read_list(_book(tmp_path / "open.xlsx", {"S": rows}))
    assert found.rows[AGENCY].isna().tolist() == [False, False, True]


def test_sections_between_rows_tell_body_and_predicate(tmp_path: Path) -> None:
    rows = [
        ["No", "Satuan Kerja", "Tahun"],
        ["A. WBK"],
        ["I.", "Kementerian Agama"],
        [1, "MAN 1 Kota Madiun", 2021],
        ["II.", "Badan Pusat Statistik"],
        [2, "BPS Kota Batu", 2021],
        ["B. WBBM"],
        [3, "BPS Kota Blitar", 2021],
    ]
    found = read_list(_book(tmp_path / "sections.xlsx", {"S": rows}))
    assert found.rows[[UNIT, AGENCY, "predicate"]].to_numpy().tolist() == [
        ["MAN 1 Kota Madiun", "Kementerian Agama", "WBK"],
        ["BPS Kota Batu", "Badan Pusat Statistik", "WBK"],
        ["BPS Kota Blitar", "Badan Pusat Statistik", "WBBM"],
    ]
    assert found.lines["kind"].tolist() == ["header", "section", "section", "section", "section"]


def test_a_body_on_its_own_line_above_its_units(tmp_path: Path) -> None:
    rows = [
        ["No", "Kementerian/Lembaga", "Unit Kerja", "Predikat"],
        [1, "Kementerian Agama"],
        [None, None, "MAN 1 Kota Madiun", "WBK"],
        [None, None, "MAN 2 Kota Madiun", "WBBM"],
        [2, "BPS"],
        [None, None, "BPS Kota Batu", "WBK"],
    ]
    found = read_list(_book(tmp_path / "own_line.xlsx", {"S": rows}))
    assert found.rows[AGENCY].tolist() == ["Kementerian Agama", "Kementerian Agama", "BPS"]
    assert found.lines["kind"].tolist() == ["header", "section", "section"]


def test_two_lists_in_one_sheet(tmp_path: Path) -> None:
    rows = [
        ["DAFTAR WBK TAHUN 2021"],
        ["No", "Instansi", "Satker"],
        [1, "BPS", "BPS Kota Batu"],
        [],
        ["DAFTAR WBBM TAHUN 2022"],
        ["No", "Satker", "Instansi", "Provinsi"],
        [1, "PN Batam", "Mahkamah Agung", "Kepri"],
    ]
    found = read_list(_book(tmp_path / "two.xlsx", {"S": rows}))
    assert found.rows[[AGENCY, UNIT, "predicate", "year"]].to_numpy().tolist() == [
        ["BPS", "BPS Kota Batu", "WBK", "2021"],
        ["Mahkamah Agung", "PN Batam", "WBBM", "2022"],
    ]
    assert found.rows["region"].fillna("").tolist() == ["", "Kepri"]
    assert found.lines["kind"].tolist() == ["title", "header", "title", "header"]


def test_body_in_the_title_of_a_province(tmp_path: Path) -> None:
    rows = [["PEMERINTAH KABUPATEN MAGETAN"], ["Daftar unit peraih WBK 2022"], ["No", "OPD"], [1, "Disdukcapil"]]
    found = read_list(_book(tmp_path / "magetan.xlsx", {"Sheet1": rows}))
    assert found.rows[[AGENCY, UNIT, "predicate", "year"]].to_numpy().tolist() == [
        ["PEMERINTAH KABUPATEN MAGETAN", "Disdukcapil", "WBK", "2022"]
    ]


def test_columns_far_right_and_far_down(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row, cells in enumerate([["Satker", "Tahun"], ["KPPN Kediri", 2020]]):
        for column, value in enumerate(cells):
            book.active.cell(40 + row, 5 + column).value = value
    book.save(tmp_path / "far.xlsx")
    found = read_list(tmp_path / "far.xlsx")
    assert found.rows["row"].tolist() == [41]
    assert found.columns.loc[found.columns["field"] == UNIT, "position"].tolist() == [5]


def test_failed_formulas_are_text(tmp_path: Path) -> None:
    rows = [["Satker", "Instansi", "Predikat"], ["#REF!", "#N/A", "WBK"], ["KPPN Kediri", "Kemenkeu", "WBK"]]
    found = read_list(_book(tmp_path / "errors.xlsx", {"A": [["x"]], "B": [*rows, ["#NAME?", "#DIV/0!"]]}))
    assert found.rows[UNIT].tolist() == ["#REF!", "KPPN Kediri", "#NAME?"]
    assert found.rows[AGENCY].tolist() == ["#N/A", "Kemenkeu", "#DIV/0!"]


def test_lists_side_by_side(tmp_path: Path) -> None:
    rows = [
        ["DAFTAR WBK TAHUN 2021"],
        ["No", "Satker", None, "No", "Satker"],
        [1, "KPPN Kediri", None, 3, "KPPN Madiun"],
        [2, "KPPN Blitar"],
    ]
    found = read_list(_book(tmp_path / "beside.xlsx", {"S": rows}))
    assert found.rows[UNIT].tolist() == ["KPPN Kediri", "KPPN Blitar", "KPPN Madiun"]
    assert found.rows["year"].tolist() == ["2021"] * 3
    assert found.rows["sheet"].astype("str").tolist() == ["S", "S", "S, columns 4-5"]
    assert found.columns.loc[found.columns["field"] == UNIT, "position"].tolist() == [2, 5]


def _zip(path: Path, parts: dict[str, bytes], *, packed: bool = True) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def _with_sheet(path: Path, change: tuple[bytes, bytes]) -> Path:
    """An xlsx whose sheet is changed after it was written."""
    _book(path, {"S": [["Satker", "Tahun"], ["KPPN Kediri", 2020]]})
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert change[0] in parts[sheet]
    parts[sheet] = parts[sheet].replace(*change)
    return _zip(path, parts)


def test_a_small_sheet_that_claims_a_million_columns_and_rows(tmp_path: Path) -> None:
    change = (b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    with pytest.raises(InputError, match=r"spans .* cells with hardly anything"):
        read_list(_with_sheet(tmp_path / "claim.xlsx", change))


@pytest.mark.parametrize("place", ["A5821942", "ZZZZ1", "A99999999", "XFE1"])
def test_cells_that_no_sheet_has(tmp_path: Path, place: str) -> None:
    change = (b"</sheetData>", f'<row r="3"><c r="{place}"><v>1</v></c></row></sheetData>'.encode())
    with pytest.raises(InputError, match="names cells that no sheet has"):
        read_list(_with_sheet(tmp_path / "outside.xlsx", change))


def test_a_row_that_hides_how_far_down_its_cell_is(tmp_path: Path) -> None:
    change = (b"</sheetData>", b'<row r="3"><c r="Z999999"><v>1</v></c></row></sheetData>')
    with pytest.raises(InputError, match=r"spans .* cells"):
        read_list(_with_sheet(tmp_path / "hidden.xlsx", change))


def test_cells_with_only_a_format_far_away_do_no_harm(tmp_path: Path) -> None:
    change = (b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>')
    assert len(read_list(_with_sheet(tmp_path / "format.xlsx", change)).rows) == 1


def test_entities_are_refused(tmp_path: Path) -> None:
    change = (b"<worksheet", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet')
    with pytest.raises(InputError, match="declares entities"):
        read_list(_with_sheet(tmp_path / "entity.xlsx", change))
    ods = _ods(tmp_path / "list.ods", [["Satker"], ["KPPN Kediri"]])
    with zipfile.ZipFile(ods) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    parts["content.xml"] = parts["content.xml"].replace(
        b"<office:document-content", b'<!DOCTYPE x [<!ENTITY a "b">]><office:document-content', 1
    )
    with pytest.raises(InputError, match="declares entities"):
        read_list(_zip(ods, parts))


def test_ods_that_repeats_a_filled_row_a_million_times(tmp_path: Path) -> None:
    ods = _ods(tmp_path / "list.ods", [["Satker"], ["KPPN Kediri"]])
    with zipfile.ZipFile(ods) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    assert parts["content.xml"].count(b"<table:table-row>") == 2
    cells = b'<table:table-cell table:number-columns-repeated="500" '
    wide = parts["content.xml"].replace(b"<table:table-cell ", cells)
    parts["content.xml"] = wide.replace(b"<table:table-row>", b'<table:table-row table:number-rows-repeated="1000000">')
    with pytest.raises(InputError, match=r"spans .* cells"):
        read_list(_zip(ods, parts))


def test_protected_ods_is_named(tmp_path: Path) -> None:
    manifest = b"<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    parts = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"\xff\xfe\x01"}
    with pytest.raises(InputError, match="protected by a password"):
        read_list(_zip(tmp_path / "locked.ods", parts | {"META-INF/manifest.xml": manifest}))


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="XFD1048576" x="/>"><v>1</v></c>',
        b'<c x=">" r="XFD1048576"><v>1</v></c>',
        b"<c x='/>' r = 'XFD1048576'><v>1</v></c>",
        b'<x:c r="xfd1048576"><x:v>1</x:v></x:c>',
    ],
)
def test_a_far_cell_cannot_hide(tmp_path: Path, cell: bytes) -> None:
    change = (b"</sheetData>", b'<row r="3">' + cell + b"</row></sheetData>")
    with pytest.raises(InputError, match=r"spans .* cells"):
        read_list(_with_sheet(tmp_path / "hidden.xlsx", change))


def test_a_sheet_formatted_to_its_last_row_is_read(tmp_path: Path) -> None:
    rows = b"".join(
        b'<row r="%d"><c r="A%d" s="0"/><c r="ZZ%d" s="0"></c></row>' % (n, n, n) for n in range(3, 200_000)
    )
    found = read_list(_with_sheet(tmp_path / "formatted.xlsx", (b"</sheetData>", rows + b"</sheetData>")))
    assert len(found.rows) == 1


def test_open_tags_without_end_cost_no_quadratic_time(tmp_path: Path) -> None:
    change = (b"</sheetData>", b"<c <row " * 200_000 + b"</sheetData>")
    with pytest.raises(InputError):
        read_list(_with_sheet(tmp_path / "open.xlsx", change))


def test_zip_bomb_is_not_opened(tmp_path: Path) -> None:
    path = _zip(tmp_path / "bomb.xlsx", {"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b" " * (60 << 20)})
    with pytest.raises(InputError, match=r"unpacks from .* to .* bytes"):
        read_list(path)


def test_part_that_is_larger_than_it_says(tmp_path: Path) -> None:
    path = _book(tmp_path / "liar.xlsx", {"S": [["Satker"], ["KPPN Kediri"]]})
    content = bytearray(path.read_bytes())
    at = content.find(b"PK\x01\x02")
    while content[at + 46 : at + 46 + 13] != b"xl/worksheets":
        at = content.find(b"PK\x01\x02", at + 4)
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(InputError, match="holds more than it declares"):
        read_list(path)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"word/document.xml": b"<a/>"}, "text document"),
        ({"ppt/presentation.xml": b"<a/>"}, "presentation"),
        ({"xl/workbook.bin": b"a"}, "xlsb"),
        ({"readme.txt": b"hello"}, "archive .zip., no list; unpack"),
        ({"xl/worksheets/sheet1.xml": b"<a/>"}, "without its table of contents"),
        ({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}, "text document"),
        ({"xl/workbook.xml": b"<workbook/>"}, "damaged"),
    ],
)
def test_other_archives_are_named(tmp_path: Path, parts: dict[str, bytes], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_list(_zip(tmp_path / "list.xlsx", parts))


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_cut_workbooks_are_named(tmp_path: Path, share: float) -> None:
    path = _book(tmp_path / "cut.xlsx", {"S": [["Satker"], ["KPPN Kediri"]]})
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(InputError, match=r"cut\.xlsx is damaged or cut"):
        read_list(path)


def test_protected_workbook_is_named(tmp_path: Path) -> None:
    from msoffcrypto.format.ooxml import OOXMLFile

    plain = _book(tmp_path / "plain.xlsx", {"S": [["Satker"], ["KPPN Kediri"]]})
    locked = io.BytesIO()
    with plain.open("rb") as handle:
        OOXMLFile(handle).encrypt("rahasia", locked)
    (tmp_path / "locked.xlsx").write_bytes(locked.getvalue())
    with pytest.raises(InputError, match="protected by a password; remove it"):
        read_list(tmp_path / "locked.xlsx")


def test_an_old_workbook_that_fills_the_memory_is_stopped(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("S").write(0, 0, "Satker")
    book.save(str(tmp_path / "old.xls"))
    content = bytearray((tmp_path / "old.xls").read_bytes())
    # the first table of sectors leads every sector back to the first one
    table = 512 * (1 + int.from_bytes(content[76:80], "little"))
    content[table : table + 512] = (0).to_bytes(4, "little") * 128
    (tmp_path / "loop.xls").write_bytes(content)
    with pytest.raises(InputError, match=r"loop\.xls is damaged"):
        read_list(tmp_path / "loop.xls")
