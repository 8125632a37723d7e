"""Units: kinds, owners, and one form of their names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zi_analysis.evidence.register import Register, load_register
from zi_analysis.evidence.unitkinds import unit_kinds, unit_owners
from zi_analysis.evidence.units import read_unit, unit_kind
from zi_analysis.evidence.unitwords import drop_above, drop_repeats_in_parentheses, split_grade


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


@pytest.mark.parametrize(
    ("unit", "kind"),
    [
        ("Disdukcapil", "disdukcapil"),
        ("Dinas Kependudukan Catatan Sipil", "disdukcapil"),
        ("DPM-PTSP", "dpmptsp"),
        ("RSUD Pasar Minggu, Dinas Kesehatan Provinsi DKI Jakarta", "rsud"),
        ("RSUP Dr. Kariadi", "rsup"),
        ("Rumah Sakit Bhayangkara Palangkaraya", "police_hospital"),
        ("UPT Puskesmas Cilawu", "puskesmas"),
        ("Puskesmas Sumbersari, Kecamatan Saradan", "puskesmas"),
        ("Kecamatan Panggul", "kecamatan"),
        ("Kepolisian Resor Kota Besar (Polrestabes) Surabaya", "polres"),
        ("Ditlantas Polda Jatim", "polda"),
        ("PTA Medan", "high_religious_court"),
        ("PT TUN Makassar", "high_administrative_court"),
        ("Pengadilan Tinggi Makassar", "high_court"),
        ("Kejati Banten", "kejati"),
        ("Rutan Klas I Cirebon", "rutan"),
        ("Kanwil Ditjen Perbendaharaan (DJPb) Provinsi Maluku Utara", "djpb_office"),
        ("Kantah Banjarbaru", "land_office"),
        ("BPS Kota Madiun (Provinsi Jawa Timur)", "bps_office"),
        ("Kementerian Agama Kabupaten Bantul", "kemenag_office"),
        ("KJRI Osaka", "consulate"),
        ("UPT PPD Samsat Nganjuk", "samsat"),
        ("Fakultas Teknik (UGM)", "faculty"),
        ("UPT Pengawasan dan Sertifikasi Hasil Pertanian Dinas Pertanian dan Ketahanan Pangan", "upt"),
        ("Dinas Kearsipan dan Perpustakaan (Dinarpus)", "dinas"),
        ("Gresik", "other"),
    ],
)
def test_kinds_show_in_the_name(register: Register, unit: str, kind: str) -> None:
    assert unit_kind(unit, register) == kind


def test_kinds_are_complete_and_distinct(register: Register) -> None:
    kinds = unit_kinds(register)
    assert len({kind.unit_kind for kind in kinds}) == len(kinds)
    assert {kind.level for kind in kinds} == {"central", "local", "any"}
    assert set(register.unit_owners["unit_kind"]) <= {kind.unit_kind for kind in kinds}
    assert kinds[-1].unit_kind == "other"


def test_every_kind_of_word_list_finds_its_kind_or_an_earlier_one(register: Register) -> None:
    order = [kind.unit_kind for kind in unit_kinds(register)]
    for at, kind in enumerate(unit_kinds(register)):
        for words, following in kind.words:
            told = unit_kind(" ".join((*words, *following)), register)
            assert order.index(told) <= at, words


@pytest.mark.parametrize(
    ("kind", "year", "owners"),
    [
        ("polres", 2018, ("polri",)),
        ("kanim", 2023, ("kemenkumham",)),
        ("kanim", 2024, ("kemenimipas",)),
        ("faculty", 2018, ("kemenristekdikti",)),
        ("faculty", 2020, ("kemendikbud",)),
        ("puskesmas", 2020, ()),
        ("lapas", None, ("kemenkumham", "kemenimipas")),
    ],
)
def test_owners_hold_at_the_end_of_the_year(
    register: Register, kind: str, year: int | None, owners: tuple[str, ...]
) -> None:
    assert unit_owners(kind, year, register) == owners


SAME = [
    ("polri", "Kepolisian Resor (Polres) Penajam Paser Utara (PPU)", "Polres Penajam Paser Utara"),
    ("polri", "Polres Mojokerto Kabupaten Polda Jatim", "Polres Mojokerto"),
    ("polri", "Polresta Balikpapan", "Polres Balikpapan"),
    ("ma", "PNi Bangli", "Pengadilan Negeri Bangli"),
    ("ma", "Dirjen Badilag", "Direktorat Jenderal Badan Peradilan Agama"),
    ("kemenag", "MAN IC Cendekia Serpong", "Madrasah Aliyah Negeri (MAN) Insan Cendekia (IC) Serpong"),
    ("kemendikbud", "PPPTK Bidang Matematika", "PPPPTK Bidang Matematika"),
    ("bpom", "BPOM di Gorontalo", "Balai Pengawasan Obat dan Makanan (BPOM) di Gorontalo"),
    ("bkkbn", "BKKBN Jabar", "Kantor Perwakilan BKKBN dari Provinsi Jawa Barat"),
    ("bpk", "AKN III", "Auditorat Utama Keuangan Negara (AKN) III"),
    ("kemenhub", "Otoritas Bandara Balikpapan", "Otoritas Bandar Udara (OBU) Wilayah VII"),
    ("kemenhub", "Otoritas Pelabuhan Utama Tanjung Priok", "Kantor Otoritas Pelabuhan Utama Tanjung Priok"),
    (
        "35",
        "UPT PPD Sasmast Jombang",
        "UPT Pengelolaan Pendapatan Daerah Jombang Badan Pendapatan Daerah Prov. Jatim",
    ),
    ("31", "SMK Negeri 57 Jakarta", "SMK Negeri 57 Dinas Pendidikan Provinsi DKI Jakarta"),
    (
        "31",
        "UP PKB Pulo Gadung",
        "Unit Pengelola Pengujian Kendaraan Bermotor Pulogadung Dinas Perhubungan DKI Jakarta",
    ),
    (
        "33.72",
        "Dinas Kependudukan dan Catatan Sipil",
        "Dinas Kependudukan dan Pencatatan Sipil Kota Surakarta",
    ),
    (
        "65",
        "DPMPTSP",
        "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu (DPMPTSP) of North Kalimantan Province",
    ),
    ("33.17", "RSUD dr. R. Soetrasno", "RSUD dr. R. Soetrasno Rembang"),
    ("34.02", "Puskesmas Banguntapan 3", "UPTD Puskesmas Banguntapan III"),
    ("34.71", "Dinas Perizinan", "Dinas Penanaman Modal dan Perizinan Kota Yogyakarta"),
]


@pytest.mark.parametrize(("agency_id", "first", "second"), SAME)
def test_spellings_of_one_unit_have_one_key(register: Register, agency_id: str, first: str, second: str) -> None:
    one, other = read_unit(first, agency_id, register), read_unit(second, agency_id, register)
    assert one.key == other.key
    assert one.unit_kind == other.unit_kind


APART = [
    ("polri", "Polres Malang", "Polres Malang Kota"),
    ("polri", "Polres Malang", "Polres Magelang"),
    ("kejaksaan", "Kejaksaan Negeri Kota Madiun", "Kejaksaan Negeri Kabupaten Madiun"),
    ("kemenag", "Kementerian Agama Kabupaten Magelang", "Kementerian Agama Kota Magelang"),
    ("kemenkumham", "Lapas Perempuan Klas II A Malang", "Lapas Klas I Malang"),
    ("ma", "Pengadilan Tinggi Makassar", "Pengadilan Tinggi Agama Makassar"),
    ("kemenhub", "Distrik Navigasi Belawan", "Otoritas Pelabuhan Utama Belawan"),
    ("kemlu", "KBRI Seoul", "KJRI Seoul"),
    ("33.75", "Kecamatan Pekalongan Utara", "Kecamatan Pekalongan Selatan"),
    ("bpk", "Auditorat Utama Keuangan Negara III", "Auditorat Utama Keuangan Negara IV"),
    ("35", "RSUD Haji Provinsi Jawa Timur", "RSUD Dr. Soedono Madiun"),
]


@pytest.mark.parametrize(("agency_id", "first", "second"), APART)
def test_other_units_keep_other_keys(register: Register, agency_id: str, first: str, second: str) -> None:
    assert read_unit(first, agency_id, register).key != read_unit(second, agency_id, register).key


@pytest.mark.parametrize(
    ("agency_id", "written", "name"),
    [
        ("polri", "Polrestabes Surabaya Polda Jatim", "Polrestabes Surabaya"),
        ("35.20", "Disdukcapil Magetan", "Dinas Kependudukan dan Pencatatan Sipil"),
        ("35.15", "Rumah Sakit Umum Daerah (RSUD) Sidoarjo", "RSUD Sidoarjo"),
        ("kemlu", "Kedutaan Besar Republik Indonesia (KBRI) Singapura", "KBRI Singapura"),
        ("ma", "PA Pati", "Pengadilan Agama Pati"),
        ("polri", "Gresik", "Gresik"),
    ],
)
def test_names_to_read(register: Register, agency_id: str, written: str, name: str) -> None:
    assert read_unit(written, agency_id, register).name == name


def test_parentheses_that_tell_more_are_kept(register: Register) -> None:
    forms = register.short_forms
    assert drop_repeats_in_parentheses("Fakultas Keperawatan (USU)", forms) == "Fakultas Keperawatan USU"
    assert drop_repeats_in_parentheses("POLITEKNIK Negeri Batam (Polibatam)", forms) == "POLITEKNIK Negeri Batam"
    assert drop_repeats_in_parentheses("BPS Kota Madiun (Provinsi Jawa Timur)", forms) == "BPS Kota Madiun"


def test_classes_are_parted_from_names() -> None:
    assert split_grade(("lapas", "kelas", "iia", "magelang")) == (("lapas", "magelang"), "2a")
    assert split_grade(("kantor", "imigrasi", "kelas", "ii", "non", "tpi", "blitar"))[1] == "2"
    assert split_grade(("lapas", "kelas", "metro")) == (("lapas", "metro"), "")


def test_an_office_is_not_cut_at_its_own_name() -> None:
    assert drop_above("Dinas Kesehatan Kota Batu") == "Dinas Kesehatan Kota Batu"


@settings(max_examples=150, deadline=None)
@given(st.text(), st.sampled_from([None, "polri", "35", "35.78", "kemenag"]))
def test_any_text_is_read(register: Register, text: str, agency_id: str | None) -> None:
    unit = read_unit(text, agency_id, register)
    assert unit == read_unit(text, agency_id, register)
    assert unit.unit_kind in set(register.unit_kinds["unit_kind"])
