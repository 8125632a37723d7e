"""Headers, titles and odd lines: which words mean what."""

import doctest
from importlib import import_module
from pkgutil import iter_modules

import pytest

from zi_analysis.evidence import readers
from zi_analysis.evidence.readers.context import only_context, read_section, read_sheet_name, read_title
from zi_analysis.evidence.readers.headers import load_header_names
from zi_analysis.evidence.readers.kinds import line_kind, plain_texts
from zi_analysis.evidence.readers.layout import Wanted, assign_fields, find_layout, looks_like_header, make_layout
from zi_analysis.evidence.tables import load_table
from zi_analysis.evidence.text import normalise

NAMES = load_header_names()


def test_the_table_of_headers_is_large_and_clear() -> None:
    table = load_table("header_names")
    assert len(table) >= 120
    normal = table["header"].map(normalise)
    assert (normal != "").all()
    assert not (normal + "|" + table["field"]).duplicated().any()


@pytest.mark.parametrize(
    ("headers", "unit", "agency"),
    [
        (["No", "Nama Instansi", "Nama Unit Kerja", "Predikat"], 2, 1),
        (["NO.", "K/L/D", "SATKER", "WBK/WBBM", "THN."], 2, 1),
        (["Kementerian/Lembaga", "Unit Kerja\n(Satker)"], 1, 0),
        (["Provinsi", "Kab/Kota", "OPD"], 2, 1),
        (["Provinsi", "Kab/Kota", "Instansi", "OPD"], 3, 2),
        (["OPD", "Unit Kerja"], 1, None),
        (["agency_as_written", "agency", "unit", "unit_as_written"], 3, 0),
        (["Institution", "Work Unit", "Award", "Year"], 1, 0),
        (["Nama", "Instansi"], 0, 1),
        (["Istansi", "Satuan  Kerja*)"], 1, 0),
        (["Unit Kerja", "Unit Kerja"], 0, None),
        (["Instansi/Unit Kerja", "Kementerian"], 0, 1),
        (["Kota", "Dinas"], 1, 0),
    ],
)
def test_headers_people_write(headers: list[str], unit: int, agency: int | None) -> None:
    fields, _ = assign_fields(headers, NAMES, Wanted())
    assert fields["unit_as_written"] == unit
    assert fields.get("agency_as_written") == agency


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Predikat ZI", "predicate"),
        ("WBK", "wbk_mark"),
        ("T.A.", "year"),
        ("Tahun Penetapan", "year"),
        ("Ket.", "note"),
        ("region_hint", "region"),
        ("source_id", "source"),
        ("Provinsi", "region"),
        ("No. Urut", "number"),
    ],
)
def test_single_headers(header: str, field: str) -> None:
    assert NAMES.meanings(header)[0].field == field


@pytest.mark.parametrize("header", ["Tahap", "Status Kerja", "Kepuasan", "Nomor SK Kerja Sama", "x", "", "a" * 200])
def test_headers_that_nobody_knows(header: str) -> None:
    assert NAMES.meanings(header) == ()


def test_likeness_is_told() -> None:
    assert NAMES.meanings("Instansl")[0].how.startswith("likeness")


@pytest.mark.parametrize(
    "cells",
    [
        ["Kementerian Agama", "MAN 1", "WBK", "2023"],
        ["BPS", "BPS Kota Batu", "WBBM"],
        ["DAFTAR UNIT KERJA", "", ""],
        ["WBK", "WBBM"],
        ["", ""],
    ],
)
def test_rows_and_titles_are_no_headers(cells: list[str]) -> None:
    assert not looks_like_header(cells, NAMES)


def test_a_title_above_the_header_is_no_second_line() -> None:
    lines = [(0, ["Unit Kerja", "", ""]), (1, ["No", "Satker", "Tahun"])]
    layout = find_layout(lines, NAMES, Wanted())
    assert layout is not None
    assert layout.fields["unit_as_written"] in (0, 1)


@pytest.mark.parametrize(
    ("title", "predicate", "year", "agency"),
    [
        ("DAFTAR UNIT KERJA PERAIH PREDIKAT WBK TAHUN 2023", "WBK", "2023", ""),
        ("Unit kerja pelayanan berpredikat Wilayah Birokrasi Bersih dan Melayani T.A. 2021", "WBBM", "2021", ""),
        ("PERAIH WBK DAN WBBM TAHUN 2020", "", "2020", ""),
        ("Sesuai Peraturan Menteri PANRB Nomor 90 Tahun 2021", "", "", ""),
        ("KEPUTUSAN MENTERI NOMOR 1234 TAHUN 2023 TENTANG UNIT KERJA WBK TAHUN 2022", "WBK", "2022", ""),
        ("Jakarta, 5 Januari 2024", "", "", ""),
        ("Daftar penerima WBK tahun 2019 s.d. 2023", "WBK", "", ""),
        ("Rekapitulasi WBK 2019-2023", "WBK", "", ""),
        ("Periode 2023/2024", "", "2023/2024", ""),
        ("PEMERINTAH KABUPATEN MAGETAN", "", "", "PEMERINTAH KABUPATEN MAGETAN"),
        ("KABUPATEN MAGETAN", "", "", "KABUPATEN MAGETAN"),
        ("Penerima WBK di lingkungan Kementerian Agama Tahun 2023", "WBK", "2023", "Kementerian Agama"),
        ("KEMENTERIAN PENDAYAGUNAAN APARATUR NEGARA DAN REFORMASI BIROKRASI", "", "", ""),
        ("Kantor Wilayah Kementerian Agama Provinsi Jawa Timur", "", "", ""),
        ("", "", "", ""),
    ],
)
def test_titles(title: str, predicate: str, year: str, agency: str) -> None:
    told = read_title(title)
    assert (told.predicate, told.year, told.agency) == (predicate, year, agency)


def test_a_list_of_proposals_says_so() -> None:
    assert read_title("Daftar unit kerja yang diusulkan menuju WBK 2023").status == "diusulkan"


def test_sheet_names_and_sections() -> None:
    assert (read_sheet_name("WBK 2023").predicate, read_sheet_name("WBK 2023").year) == ("WBK", "2023")
    assert read_sheet_name("Sheet1").year == ""
    assert read_section("A. Kementerian/Lembaga Badan Narkotika Nasional").predicate == ""
    assert read_section("III. Pemerintah Kota Batu").agency == "Pemerintah Kota Batu"


@pytest.mark.parametrize(
    "text", ["WBK", "A. PREDIKAT WBBM", "Tahun 2023", "Peraih WBK Tahun 2021", "wilayah bebas korupsi"]
)
def test_context_alone(text: str) -> None:
    assert only_context(text)


@pytest.mark.parametrize("text", ["RSUD 2023", "Kantor WBK", "2", "", "Kementerian Agama"])
def test_more_than_context(text: str) -> None:
    assert not only_context(text)


LAYOUT = make_layout(["No", "Instansi", "Satker", "Tahun"], NAMES, Wanted())


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["(1)", "(2)", "(3)", "(4)"], "numbering"),
        (["1", "2", "3", "4"], "numbering"),
        (["a", "b", "c", "d"], "numbering"),
        (["---", "---", "---", "---"], "numbering"),
        (["No", "Instansi", "Satker", "Tahun"], "repeated header"),
        (["NO.", "INSTANSI", "SATKER", ""], "repeated header"),
        (["", "Jumlah", "12", ""], "subtotal"),
        (["", "", "Jumlah WBK: 12", ""], "subtotal"),
        (["", "Sub Total", "", "1.234"], "subtotal"),
        (["Total", "", "", "3"], "subtotal"),
        (["", "", "Total Care Clinic", "2020"], "row"),
        (["", "BPS", "Total", "2020"], "row"),
        (["", "BPS", "Jumlah Penduduk Batu", "2020"], "row"),
        (["Keterangan: data sementara", "", "", ""], "footer"),
        (["", "Sumber:", "KemenPANRB", ""], "row"),
        (["*) dicabut", "", "", ""], "footer"),
        (["", "", "Sumber Rejeki", "2020"], "footer"),
        (["", "Kementerian Agama", "", ""], "section"),
        (["WBBM", "", "", ""], "section"),
        (["1", "BPS", "BPS Kota Batu", "2020"], "row"),
        (["", "", "BPS Kota Batu", ""], "row"),
        (["", "BPS", "", "2020"], "row"),
    ],
)
def test_kinds_of_lines(cells: list[str], kind: str) -> None:
    assert line_kind(cells, LAYOUT, NAMES) == kind


@pytest.mark.parametrize("text", ["12", "(1)", "Jumlah", "Total x", "Sumber: y", "Unit Kerja", "...", "Ket"])
def test_texts_that_need_a_second_look(text: str) -> None:
    assert plain_texts(["Dinas X", text], NAMES) == [True, False]


@pytest.mark.parametrize("text", ["RSUD Kota Batu", "MAN", "Unit Kerja Baru", "Kementerian Agama", "3 Puskesmas"])
def test_texts_that_are_units(text: str) -> None:
    assert plain_texts([text, "Jumlah"], NAMES) == [True, False]


@pytest.mark.parametrize("name", [module.name for module in iter_modules(readers.__path__)])
def test_examples_hold(name: str) -> None:
    result = doctest.testmod(import_module(f"zi_analysis.evidence.readers.{name}"))
    assert result.failed == 0
