"""Shortened words, offices in the agency column, a short form inside a longer name, and hostile cells."""

import time

import pandas as pd
import pytest

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.matching import Match, match_agency
from zi_analysis.evidence.register import Register, load_register
from zi_analysis.evidence.resolve import resolve_agencies, resolve_distinct


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def found(register: Register, name: str, year: int | None = 2020) -> Match:
    return match_agency(name, "", year, register=register)


PLACES = {
    "18.02": ("Kab. Lampung Tgh", "Kab. Lampung Teng.", "Lampung Tgh"),
    "11.12": ("Kab. Aceh Brt Daya", "Pemkab Aceh Brt. Daya"),
    "11.16": ("Kab. Aceh Tmg",),
    "62.02": ("Kab. Kotawaringin Tmr",),
    "71.07": ("Kab. Minahasa Tgr", "Kab. Minahasa Tgra"),
    "21.72": ("Kota Tg. Pinang", "Kota Tjg Pinang", "Pemko Tj. Pinang"),
    "13.75": ("Kota Bt. Tinggi",),
    "12.76": ("Kota Tb. Tinggi",),
    "12.72": ("Kota P. Siantar", "Kota Pmt. Siantar"),
    "13.74": ("Kota Pd. Panjang",),
    "16.73": ("Kota Lb. Linggau",),
    "13.76": ("Kota Py. Kumbuh",),
    "62.10": ("Kab. Gn. Mas",),
    "15.72": ("Kota S. Penuh", "Kota Sei Penuh"),
    "16.03": ("Kab. Ma. Enim",),
    "82.08": ("Kab. P. Taliabu",),
    "74.72": ("Kota Bau2",),
    "74": ("Prov. Sul. Tgr.",),
    "52": ("Prov. Nusa Tgr. Barat",),
    "65.02": ("Kab. Malinau Kalimantan Timur",),
    "36.02": ("Kab. Lebak, Jawa Barat",),
    "91.06": ("Kab. Biak", "Pemkab Biak"),
    "53.14": ("Kab. Rote",),
    "13.09": ("Kab. Mentawai",),
    "82.07": ("Kab. Morotai",),
    "71.09": ("Kab. Kep. Sitaro",),
    "32.17": ("West Bandung Regency",),
    "36.74": ("City of South Tangerang",),
    "21.05": ("Anambas Islands Regency",),
}
# what the agency's few letters leave out is told by the unit beside them
SQUEEZED = {
    "33.74": ("Kota Smg", "RSUD K.R.M.T. Wongsonegoro Kota Semarang"),
    "53.06": ("Kab. Flotim", "RSUD Larantuka Kab. Flores Timur"),
    "73.18": ("Kab. Tator", "RSUD Lakipadada Kabupaten Tana Toraja"),
}
BEGIN_SEVERAL = (
    "Kab. Toraja",
    "Kab. Serdang",
    "Kab. Lima",
    "Kab. Batu",
    "Kota Tanjung",
    "Kab. Maluku Barat",
    "Kab. Gunung",
)
CENTRAL = {
    "kemendikbud": ("Kementerian Pend. dan Kebud.", "Kementerian Pend Kebudayaan"),
    "kemenhub": ("Kementerian Perhub.", "Politeknik Pelayaran Surabaya"),
    "kemen-esdm": ("Kementerian Energi dan SDM",),
    "kemenpppa": ("Kementerian Pemberdayaan Perempuan & PA",),
    "kemenko-perekonomian": ("Kementerian Koordinator Bid. Perekonomian",),
    "kemenko-pmk": ("Kementerian Koord. Bid. PMK",),
    "bmkg": ("Badan Met. Klim. dan Geofisika",),
    "komnasham": ("Komisi Nas. HAM",),
    "lan": ("Lembaga Adm. Negara",),
    "bpom": ("Balai Besar POM di Mataram", "Loka POM di Kota Tarakan"),
    "bnpp-sar": ("Kantor SAR Mataram", "Kantor Pencarian dan Pertolongan Ambon"),
    "kemenkeu": ("Kanwil DJKN Bali", "Kanwil DJBC Aceh"),
    "bnn": ("Batan Narkotika Nasional",),
    "bps": ("Bapan Pusat Statistik",),
    "wantannas": ("Sekretariat Jenderal Dean Ketahanan Nasional",),
    "bpkp": ("Batan Pengawasn Keuangan dan Pembangunan",),
}
OFFICES = {
    "35.79": ("Kecamatan Junrejo Kota Batu", "Kec. Bumiaji, Kota Batu"),
    "35.77": ("Kel. Kauman Kota Madiun",),
    "35.78": ("Satpol PP Kota Surabaya", "Bappenda Kota Surabaya"),
    "31": ("Sudin Kesehatan Jakarta Barat", "Kecamatan Menteng Jakarta Pusat"),
}
OPEN = (
    *("Kab. L. Barat", "Kab. Sum Barat", "Kab. Sum. Brt", "Kab. K. Barat", "Kab. Aceh T.", "Kab. Malang Tgh"),
    *("Kab. Kebumen Sel.", "Kab. A B", "Kota B", "Kab. Lebak, Jawa Timur", "Kab. Yahukimo Maluku"),
    *("Kementerian Pert.", "Kementerian Per", "Badan Peng. Keuangan", "Badan Nas. P."),
    *("Kecamatan Batu", "Kec. Bandung", "Kel. Magetan", "Lapan Ketahanan Nasional", "KPK Pusat Statistik"),
    *("Bank Jatim Kota Malang", "Badan X Kota Malang", "Universitas Negeri Malang"),
)


@pytest.mark.parametrize(
    ("agency_id", "name"),
    [(key, name) for group in (PLACES, CENTRAL, OFFICES) for key, names in group.items() for name in names],
)
def test_shortened_names_and_offices_are_found(register: Register, agency_id: str, name: str) -> None:
    assert found(register, name).agency_id == agency_id


@pytest.mark.parametrize("name", OPEN)
def test_what_fits_several_or_none_stays_open(register: Register, name: str) -> None:
    assert found(register, name).agency_id is None


def test_kantor_sar_belongs_to_the_agency_of_its_year(register: Register) -> None:
    assert [found(register, "Kantor SAR Ambon", year).agency_id for year in (2014, 2019)] == ["basarnas", "bnpp-sar"]


@pytest.mark.parametrize(
    "text", ["kabupaten" * 3400, "Kab. Magetan " * 30, "kotabatu" * 300, "Kab. Magetan" + " x" * 200]
)
def test_endless_names_stay_open_at_no_cost(register: Register, text: str) -> None:
    start = time.perf_counter()
    assert match_agency(text, "PA Pati", 2020, register=register).agency_id is None
    assert match_agency("Kota Batu", text, 2020, register=register).agency_id == "35.79"
    assert time.perf_counter() - start < 1


def test_joined_kind_words_end(register: Register) -> None:
    assert found(register, "kabupaten" * 33).agency_id is None


def test_garbage_is_cheap(register: Register) -> None:
    names = [f"{(at * 7919) % 99991:x} qz{at:x} xw{at * 31:x}" for at in range(2000)]
    start = time.perf_counter()
    answers = resolve_distinct(names, [""] * 2000, [2020] * 2000, register=register)
    assert time.perf_counter() - start < 5
    assert all(match.agency_id is None for match in answers)


def test_two_columns_of_one_name_are_refused(register: Register) -> None:
    frame = pd.DataFrame([["BPS", "BPK"]], columns=["who", "who"])
    with pytest.raises(EvidenceError, match='several columns "who"'):
        resolve_agencies(frame, name="who", register=register)


def test_cells_that_are_lists_are_text(register: Register) -> None:
    frame = pd.DataFrame({"who": [["BPS"], {"a": 1}, "BPS", None]})
    answers = resolve_agencies(frame, name="who", register=register)["agency_id"]
    assert answers.fillna("").tolist() == ["bps", "", "bps", ""]


@pytest.mark.parametrize(("body", "row"), SQUEEZED.items())
def test_a_unit_tells_what_few_letters_leave_out(register: Register, body: str, row: tuple[str, str]) -> None:
    assert match_agency(*row, 2020, register=register).agency_id == body
    assert match_agency(row[0], "", 2020, register=register).agency_id is None


def test_few_letters_of_another_place_stay_open(register: Register) -> None:
    assert match_agency("Kota Mdn", "RSUD Kota Semarang", 2020, register=register).agency_id is None


@pytest.mark.parametrize("name", BEGIN_SEVERAL)
def test_words_that_are_in_several_places_stay_open(register: Register, name: str) -> None:
    assert match_agency(name, "", 2020, register=register).agency_id is None
