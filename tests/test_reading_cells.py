"""Years, predicates, broken text and cells of several units, as people write them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zi_analysis.evidence.predicates import read_predicate, read_status, read_track
from zi_analysis.evidence.register import Register, load_register
from zi_analysis.evidence.repairs import repair_text
from zi_analysis.evidence.splitting import split_units
from zi_analysis.evidence.years import read_year


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


@pytest.mark.parametrize(
    ("text", "year"),
    [
        *(
            ("2023", 2023),
            ("2023.0", 2023),
            ("2023,00", 2023),
            ("２０２３", 2023),
            (" 2023* ", 2023),
            ("Th. 2023", 2023),
        ),
        *(("TA 2023", 2023), ("T.A. 2023", 2023), ("Tahun Anggaran 2023", 2023), ("tahun2023", 2023)),
        *(("2023/2024", 2023), ("2023-2024", 2023), ("2023 / 24", 2023), ("2023 s.d. 2024", 2023)),
        *(("Desember 2023", 2023), ("5 Des 2023", 2023), ("05/12/2023", 2023), ("2023-12-05 00:00:00", 2023)),
        *(("SK 12 Tahun 2023", 2023), ("December 2023", 2023), ("2012", 2012), ("2023¹", 2023)),
    ],
)
def test_years_that_can_be_read(text: str, year: int) -> None:
    read = read_year(text, latest=2026)
    assert (read.year, read.fault) == (year, "")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        *(("", "no year is told"), ("20222", "is no year"), ("-2023", "is no year"), ("2023.5", "is no year")),
        *(("1e3", "is no year"), ("dua ribu", "is no year"), ("MMXXIII", "is no year"), ("45265", "is no year")),
        *(("2.023", "is no year"), ("'23", "is no year"), ("Desember", "is no year"), ("202³", "is no year")),
        *(("1899", "outside 2012"), ("2011", "outside 2012"), ("2031", "outside 2012")),
        *(("2019-2023", "several years"), ("2022, 2023", "several years"), ("2022 dan 2024", "several years")),
        *(("Januari 2024", "2023 or 2024"), ("2024-02-14", "2023 or 2024"), ("14/2/2024", "2023 or 2024")),
    ],
)
def test_years_that_stay_open_say_why(text: str, told: str) -> None:
    read = read_year(text, latest=2026)
    assert read.year is None
    assert told in read.fault


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_cells(text: str) -> None:
    assert (read_year(text, latest=2026).year is None) == bool(read_year(text, latest=2026).fault)
    read = read_predicate(text)
    assert set(read.predicates) <= {"WBK", "WBBM"}
    assert not (read.fault and read.predicates)
    assert repair_text(repair_text(text)) == repair_text(text)


@pytest.mark.parametrize(
    ("text", "predicates", "track"),
    [
        *(("WBK", ("WBK",), ""), ("wbk.", ("WBK",), ""), ("W.B.K", ("WBK",), ""), ("menuju WBK", ("WBK",), "")),
        *(("Wilayah Bebas dr Korupsi", ("WBK",), ""), ("PREDIKAT WILAYAH BEBAS DARI KORUPSI (WBK)", ("WBK",), "")),
        *(("Wilayah  Birokrasi Bersih & Melayani", ("WBBM",), ""), ("Birokrasi Bersih Melayani", ("WBBM",), "")),
        *(("WBK Mandiri", ("WBK",), "own"), ("WBBM nasional 2023", ("WBBM",), "national")),
        *(("WBK dari KemenPAN-RB", ("WBK",), "national"), ("Corruption-free area", ("WBK",), "")),
        *(("WBK & WBBM", ("WBK", "WBBM"), ""), ("WBK, WBBM", ("WBK", "WBBM"), "")),
        *(("WBK/WBBM", (), ""), ("WBK atau WBBM", (), ""), ("-", (), ""), ("", (), "")),
    ],
)
def test_predicates_that_can_be_read(text: str, predicates: tuple[str, ...], track: str) -> None:
    read = read_predicate(text)
    assert (read.predicates, read.fault, read.track) == (predicates, "", track)


@pytest.mark.parametrize("text", ["WKB", "Zona Integritas", "tidak WBK", "usulan WBBM", "belum WBK", "x", "1", "WBBK"])
def test_predicates_that_cannot_be_read_say_so(text: str) -> None:
    read = read_predicate(text)
    assert read.predicates == ()
    assert text in read.fault


def test_tracks_and_states() -> None:
    assert [read_track(text) for text in ("Nasional", "WBK mandiri", "", "TPN")] == [
        "national",
        "own",
        "unclear",
        "national",
    ]
    assert [read_status(text) for text in ("Dicabut 2022", "berlaku", "")] == ["revoked", "held", "held"]


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("Dinas\u00a0Kependudukan  Kota\u200b Batu", "Dinas Kependudukan Kota Batu"),
        ("Dinas Kependu-\n  dukan", "Dinas Kependudukan"),
        ("Kab. Toli-\nToli", "Kab. Toli- Toli"),
        ("Pemkot Madiun â€“ RSUD", "Pemkot Madiun – RSUD"),
        ("Rumah Sakit â€œHajiâ€\u009d", "Rumah Sakit “Haji”"),
        ("Kаbupaten Mаgetan", "Kabupaten Magetan"),
        ("Москва", "Москва"),
        ("\u202eKota\u202c \ufeffBatu\x00", "Kota Batu"),
        ("Ｋｏｔａ Batu", "Kota Batu"),
        ("RSUD A &amp; B", "RSUD A & B"),
        ("a\ud83d", "a\ufffd"),
        ("0\nÀ¢", "0 ˢ"),
        ("Kota" + "\u0301" * 500, "Kotá\u0301\u0301"),
    ],
)
def test_broken_text_is_mended(text: str, mended: str) -> None:
    assert repair_text(text) == mended


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("1. Puskesmas Mojo 2. Puskesmas Baru", ("Puskesmas Mojo", "Puskesmas Baru")),
        ("1) RSUD A\n2) Disdukcapil", ("RSUD A", "Disdukcapil")),
        ("- RSUD A\n- Puskesmas B", ("RSUD A", "Puskesmas B")),
        ("KPPN Batu; KPP Pratama Kediri", ("KPPN Batu", "KPP Pratama Kediri")),
        ("Polres Batu, Polres Madiun", ("Polres Batu", "Polres Madiun")),
    ],
)
def test_cells_of_several_units_are_split(register: Register, text: str, units: tuple[str, ...]) -> None:
    assert split_units(text, register) == units


@pytest.mark.parametrize(
    "text",
    [
        *("RSUD Haji\nDinas Kesehatan Provinsi Jatim", "RSUD Haji, Dinas Kesehatan Provinsi Jatim"),
        *(
            "Polres Batu, Polda Jatim",
            "Dinas Kependudukan dan\nPencatatan Sipil",
            "SMAN 1 Batu",
            "Lapas Kelas II.A Batu",
        ),
        *("KPP Pratama Batu, Kota Batu", "Puskesmas Mojo, Kec. Baru", "Kantor Pelayanan; Bagian Umum", "1. RSUD Haji"),
    ],
)
def test_cells_of_one_unit_stay_whole(register: Register, text: str) -> None:
    assert split_units(text, register) == (text,)


def test_every_unit_of_the_evidence_stays_whole(register: Register) -> None:
    from zi_analysis.evidence.tables import load_table

    units = load_table("awards")["unit_as_written"].dropna().unique()
    assert [unit for unit in units if len(split_units(unit, register)) > 1] == []
