"""Spellings that people write, and what must stay open: each by hand, none from a generator."""

import pytest

from zi_analysis.evidence.headwords import parted, set_heads_right
from zi_analysis.evidence.matching import Match, match_agency
from zi_analysis.evidence.register import Register, load_register
from zi_analysis.evidence.wordings import without_marks


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def found(register: Register, name: str, year: int | None = 2020, unit: str = "") -> Match:
    return match_agency(name, unit, year, register=register)


RIGHT = {
    "35.20": (
        *("Kab.Magetan", "KAB MAGETAN", "KabupatenMagetan", "Pemerintahan Kabupaten Magetan", "Pem. Kab. Magetan"),
        *(
            "Kabupatan Magetan",
            "Kabuapten Magetan",
            "Kbupaten Magetan",
            "Pemeritah Kabupaten Magetan",
            "Bupati Magetan",
        ),
        *("Magetan, Kab.", "Magetan (Kabupaten)", "Magetan Regency", "Regency of Magetan", "Inspektorat Kab. Magetan"),
        *("Pemerintah Daerah Kabupaten Magetan Provinsi Jawa Timur", "Jawa Timur - Kabupaten Magetan", "pemkabmagetan"),
        *(
            "Kab. Ma-\ngetan",
            "Kab. Magetan 1)",
            "12. Kab. Magetan",
            "a. Kab. Magetan",
            "Kab. Magetan**",
            "Kab. Maqetan",
        ),
        *(
            "Kab. Mag\u200betan",
            "Kabupaten\u00a0Magetan",
            "Kab.&nbsp;Magetan",
            "Kab. Magetann",
            "Kab. Mageatn",
            "Kab. Magtan",
        ),
        *("Sekretariat Daerah Kabupaten Magetan", "DPRD Kabupaten Magetan", "Kab. Dati II Magetan", "Magetan"),
        *("KABUPATEN MAGETAN, JAWA TIMUR", "Kab. Mageatn Prov. Jatim", "Pemkab  Magetan", "Kab. M4getan"),
    ),
    "35.77": ("Madiun (Kota)", "City of Madiun", "Madiun, Kota", "Walikota Madiun", "Wali Kota Madiun", "Kota  Madiun"),
    "35.78": (
        "K0ta Surabaya",
        "Kotamadya Surabaya",
        "Koat Surabaya",
        "Kota Soerabaja",
        "Pemko Surabaya",
        "KOTA SURABAYA 2",
    ),
    "35": (
        "Pem. Prov. Jatim",
        "Propinsi Jawa Timur",
        "East Java Province",
        "Gubernur Jawa Timur",
        "Provinis Jawa Timur",
    ),
    "34": ("D.I. Jogjakarta", "Pemda DIY", "Daerah Istimewa Jogjakarta", "Prov. DI Yogyakarta"),
    "31": ("Kab.  Kep. Seribu", "Kab. Adm. Kep. Seribu", "Pemprov DKI", "DKI", "Pemprov D.K.I. Jakarta"),
    "13.07": ("Kab. 50 Kota", "Kabupaten Lima Puluh Kota", "Lima Puluh Kota, Kabupaten", "Kab. Limapuluh Kota"),
    "63.02": ("Kota Baru", "Kabupaten Kotabaru", "Kab. Kota Baru"),
    "32.04": ("PemerintahKab. Bandung", "Pemkab.Bandung"),
    "ori": ("OmbudsmanRepublik Indonesia", "Ombudsman RI"),
    "bkn": ("Badan Kepegawaian Negara - BKN", "BKN RI"),
    "12.03": ("Tapsel", "Pemkab Tapsel"),
    "12.15": ("Kab. Pakpak Barat", "Kab. Pakpak Bharat"),
    "kemenag": (
        *("Kement. Agama", "Kementrian Agama", "Kemeterian Agama", "Departemen Agama", "Dep. Agama", "Menteri Agama"),
        *(
            "Kementerian Agama RI (Kemenag)",
            "Kementerian Agama 1)",
            "KementerianAgama",
            "Agama, Kementerian",
            "Kemenag RI",
        ),
        *("Kemenag - Kementerian Agama", "Kementerian Agama Republik Indonesia", "Kementerian Agma", "Setjen Kemenag"),
        *("Ministry of Religious Affairs", "Ministry of Religious Affairs of the Republic of Indonesia"),
    ),
    "kemenpupr": ("Kemen PUPR", "Kementerian PU-PR", "KEMENPUPR", "Kementrian Pekerjaan Umum & Perumahan Rakyat"),
    "kemenpanrb": ("KemenPAN-RB", "Kemen PAN RB", "Kementerian PAN & RB", "Kemenpan-RB", "Menpan RB"),
    "kejaksaan": ("Kejagung", "Kejaksaan Agung RI", "Attorney General's Office", "Kejaksaan Agug RI"),
    "ma": ("Mahkamah Agung R.I.", "Supreme Court", "Mahkamh Agung", "Mahkamah Agung Repubilk Indonesia"),
    "polri": ("Polri", "POLRI", "Kepolisian RI", "Kepolisian Negara Rl", "Indonesian National Police"),
    "bps": ("BPS Pusat", "BPS RI", "Statistics Indonesia", "Badan Pusat Statisitk", "Bdan Pusat Statistik"),
    "dpr": ("Setjen DPR RI", "Sekretariat Jenderal DPR"),
    "kemenkeu": ("Ministry of Finance", "Kementerian Keungan", "Kemenkeu.", "KEMENTERIAN KEUANGAN R.I."),
    "kppu": ("KPPU Pusat", "KPPU RI"),
    "kkp": ("Kementerian Kelautan Perikanan", "Kementerian Perikanan dan Kelautan"),
}


@pytest.mark.parametrize(("agency_id", "name"), [(body, name) for body, names in RIGHT.items() for name in names])
def test_spellings_of_a_body(register: Register, agency_id: str, name: str) -> None:
    assert found(register, name).agency_id == agency_id


OPEN_NAMES = (
    *(
        "Madiun",
        "Bandung",
        "Pemda Madiun",
        "Kabupaten/Kota Madiun",
        "Madiun, Jawa Timur",
        "Kab. Kutai",
        "Kabupaten Aceh",
    ),
    *("PT Pertamina (Persero)", "PT Pertamina", "Bank Jatim", "Universitas Indonesia", "Kota Jawa Timur", "Kota Bali"),
    *(
        "Kabupaten Wakanda",
        "Kota Kuala Lumpur",
        "Kementerian Kesehatan Malaysia",
        "Supreme Court of India",
        "Kab. Serdang",
    ),
    *("Pemerintah", "Instansi", "-", "n/a", "123", "Kabupaten", "Kementerian", "Jumlah", "Kabupaten Aceh Teng", "BPNX"),
    *(
        "Provinsi Kepulauan Nias",
        "Provinsi Papua Utara",
        "Kota Jember",
        "Kabupaten Salatiga",
        "Kab. Madiun, Jawa Barat",
    ),
    *("Kementerian Pertanahan", "Kementerian Koordinator", "Kementerian Agama dan Sosial", "Kementerian Penerangan"),
    *(
        "Penghargaan diserahkan oleh Menteri PANRB",
        "Kabupaten Magetan dan Kabupaten Ngawi",
        "Polri dan TNI",
        "Statistik",
    ),
    *("Kemenhup", "Kab. BDG", "Kementerian PAM", "Bappeda", "Komisi Informasi", "Pemkot Baru", "Lembaga Negara"),
)


@pytest.mark.parametrize("name", OPEN_NAMES)
def test_names_that_stay_open(register: Register, name: str) -> None:
    match = found(register, name)
    assert (match.agency_id, match.method, match.score) == (None, "open", 0.0)


@pytest.mark.parametrize(
    ("name", "candidates"),
    [
        ("Madiun, Jawa Timur", {"35.19", "35.77"}),
        ("Kab. Kutai", {"64.02", "64.07", "64.08"}),
        ("Kab. Mura", {"16.05", "62.12"}),
        ("Kota Jember", {"35.09"}),
    ],
)
def test_candidates_are_told(register: Register, name: str, candidates: set[str]) -> None:
    assert set(found(register, name).candidates) == candidates


# places whose names are a slip or two apart: each must be found as itself
NEIGHBOURS = (
    *("Kabupaten Bandung", "Kabupaten Badung", "Kabupaten Buton", "Kabupaten Buru", "Kabupaten Banyumas"),
    *("Kabupaten Banyuasin", "Kabupaten Lampung Barat", "Kabupaten Lampung Timur", "Kabupaten Maluku Tengah"),
    *("Kabupaten Maluku Tenggara", "Kabupaten Aceh Barat", "Kabupaten Aceh Barat Daya", "Kabupaten Sorong"),
    *("Kabupaten Sorong Selatan", "Kota Sorong", "Kabupaten Pasaman", "Kabupaten Pasaman Barat", "Kabupaten Nias"),
    *(
        "Kota Batu",
        "Kota Batam",
        "Kabupaten Barru",
        "Kabupaten Siak",
        "Kabupaten Solok",
        "Kota Solok",
        "Kota Gunungsitoli",
    ),
)


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_near_places_are_found_as_themselves(register: Register, name: str) -> None:
    body = register.bodies[str(found(register, name.upper()).agency_id)]
    assert body.name == name


def test_a_slip_has_its_likeness_as_score(register: Register) -> None:
    assert found(register, "Kabupaten Magetn").score == round(100 * 6 / 7, 1)
    assert found(register, "Kabupatn Magetan").method == "fuzzy"
    assert found(register, "Kab. Magetan").score == 95.0


def test_a_slip_between_two_names_is_left_to_the_reader(register: Register) -> None:
    assert set(found(register, "Kemenhup").candidates) >= {"kemenhub", "klhk"}
    assert set(found(register, "Kementerian Hukum dan HAM", 2025).candidates) == {"kemenkum", "kemenham", "kemenimipas"}


def test_the_unit_decides_a_shared_place_with_a_slip(register: Register) -> None:
    assert found(register, "Magelng", unit="RSUD Kota Magelang").agency_id == "33.71"
    assert found(register, "Kab. Magetn", unit="Polres Magetan").agency_id == "polri"
    assert found(register, "Kab. Magetan", unit="Kantor Pertanahan Magetan").agency_id == "kemen-atr-bpn"


@pytest.mark.parametrize(
    ("name", "year", "agency_id"),
    [
        ("Kemenristekdikti", 2016, "kemenristekdikti"),
        ("Kementrian Riset, Teknologi dan Dikti", 2016, "kemenristekdikti"),
        ("Kementerian Pariwsata", 2018, "kemenpar-2014"),
        ("Kementerian Pariwsata", 2025, "kemenpar-2024"),
        ("Ministry of Public Works", 2013, "kemenpu-2009"),
        ("Ministry of Public Works", 2025, "kemenpu-2024"),
        ("Kabupaten Toba Samosri", 2023, "12.12"),
        ("Kab. Paniai", None, "94.03"),
    ],
)
def test_worded_anew_names_hold_in_their_years(register: Register, name: str, year: int | None, agency_id: str) -> None:
    assert found(register, name, year).agency_id == agency_id


def test_a_real_word_is_no_slip_of_a_kind_word(register: Register) -> None:
    assert set_heads_right(("kementan",), register) == (("kementan",), 0)
    assert set_heads_right(("kabupaten", "kuta"), register)[0] == ("kabupaten", "kuta")
    assert parted(("kotabaru", "kotawaringin"), register) == ("kotabaru", "kotawaringin")


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("D.I. Yogyakarta", "D.I. Yogyakarta"),
        ("3.Kota Batu", "Kota Batu"),
        ("50 Kota", "Kota"),
        ("IV. Kota Batu [12]", "Kota Batu"),
        ("KP2MI", "KP2MI"),
        ("Kota Batu\u00b2", "Kota Batu"),
        ("PemerintahÂ\u00a0Kota Batu", "Pemerintah\u00a0Kota Batu"),
    ],
)
def test_marks_around_a_name_go(written: str, plain: str) -> None:
    assert without_marks(written) == plain
