"""The register: bodies in time, names in time, and the resolution of agencies as written."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence import resolve
from zi_analysis.evidence.matching import Match, match_agency
from zi_analysis.evidence.namereading import NameReading
from zi_analysis.evidence.register import Register, agency_words, load_register
from zi_analysis.evidence.resolve import resolve_agencies


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def found(register: Register, name: str, year: int | None = 2020, unit: str = "") -> Match:
    return match_agency(name, unit, year, register=register)


def test_counts_of_bodies_are_those_of_the_code_decree(register: Register) -> None:
    local = register.agencies[register.agencies["agency_type"] != "central"]
    assert local["agency_type"].value_counts().to_dict() == {"regency": 416, "city": 98, "province": 38}
    assert (local["own_government"] == "no").sum() == 6
    assert register.agencies["agency_id"].is_unique
    assert register.agencies["code_before_2022"].notna().sum() == 26


def test_links_between_bodies_lead_to_bodies(register: Register) -> None:
    for body in register.bodies.values():
        assert set(body.predecessors + body.successors) <= set(register.bodies)
        assert body.province_id is None or body.province_id in register.bodies


def test_every_body_is_found_by_its_own_name(register: Register) -> None:
    for body in register.bodies.values():
        year = min(body.valid_to or 2025, 2025)
        match = found(register, body.name, year if (body.valid_from or 0) <= year else None)
        told = {match.agency_id, *match.candidates}
        assert body.agency_id in told or "31" in told or body.successors, body.name


@pytest.mark.parametrize(("year", "provinces"), [(2012, 34), (2021, 34), (2022, 38), (2025, 38)])
def test_bodies_of_a_year(register: Register, year: int, provinces: int) -> None:
    bodies = register.agencies_in(year)
    assert (bodies["agency_type"] == "province").sum() == provinces
    assert (bodies["own_government"] == "yes").all()


def test_a_body_that_ends_in_a_year_is_gone_at_its_end(register: Register) -> None:
    assert "kemenkumham" in set(register.agencies_in(2023)["agency_id"])
    late = set(register.agencies_in(2024)["agency_id"])
    assert "kemenkumham" not in late
    assert {"kemenkum", "kemenham", "kemenimipas"} <= late


@pytest.mark.parametrize("name", ["Magelang", "Madiun", "Malang", "Bandung", "Pemerintah Madiun", "Gorontalo", "Jambi"])
def test_a_place_that_several_governments_bear_stays_open(register: Register, name: str) -> None:
    match = found(register, name)
    assert (match.agency_id, match.method, match.score) == (None, "open", 0.0)
    assert len(match.candidates) >= 2


def test_the_rows_own_words_decide_a_shared_place(register: Register) -> None:
    assert found(register, "Bandung", unit="DPMPTSP Kota Bandung").agency_id == "32.73"
    assert found(register, "Bandung", unit="Puskesmas Ciparay, Kabupaten Bandung").agency_id == "32.04"
    assert found(register, "Bandung", unit="Puskesmas Ciparay").agency_id is None


@pytest.mark.parametrize(
    ("name", "year", "agency_id", "method"),
    [
        ("Kota Madiun", 2020, "35.77", "exact"),
        ("Pemerintah Kota Madiun", 2020, "35.77", "exact"),
        ("PEMERINTAH  KOTA\u00a0MADIUN", 2020, "35.77", "exact"),
        ("Pemkot Madiun", 2020, "35.77", "alias"),
        ("Kab. Madiun", 2020, "35.19", "alias"),
        ("Pemkab Badung", 2020, "51.03", "alias"),
        ("Pemerintah Kota Solo", 2017, "33.72", "alias"),
        ("Pemprov Jatim", 2019, "35", "alias"),
        ("DKI Jakarta", 2021, "31", "alias"),
        ("Pemda DIY", 2021, "34", "alias"),
        ("Magetan", 2024, "35.20", "rule"),
        ("North Kalimantan Provincial Government", 2020, "65", "rule"),
        ("Surakarta City Government", 2020, "33.72", "rule"),
        ("Pemerintah Kabupaten atau Pemkab Kudus", 2017, "33.19", "rule"),
        ("Pemerintah Kabupaten (Pemkab) Wonogiri", 2017, "33.12", "exact"),
        ("Badan Narkotika Nasional (BNN)", 2020, "bnn", "exact"),
        ("Agraria dan Tata Ruang/Kepala Badan Pertanahan Nasional (ATR/BPN)", 2025, "kemen-atr-bpn", "rule"),
        ("Kementerian Pertanian RI", 2020, "kementan", "alias"),
        ("Ditjen Pemasyarakatan Kemenkumham", 2018, "kemenkumham", "rule"),
        ("Direktorat Jenderal Perhubungan Udara", 2020, "kemenhub", "rule"),
        ("Badan Pendapatan Daerah (Bapenda) Jatim", 2021, "35", "rule"),
        ("Polda NTB", 2021, "polri", "rule"),
        ("Pengadilan Negeri Surabaya", 2019, "ma", "rule"),
        ("Kedutaan Besar Republik Indonesia", 2018, "kemlu", "rule"),
        ("Kanwil DJP Jawa Timur", 2020, "kemenkeu", "rule"),
        ("Dinas Kominfo Kota Batu", 2020, "35.79", "rule"),
        ("Kabupaten Purbalinga", 2020, "33.03", "fuzzy"),
    ],
)
def test_ways_to_a_body(register: Register, name: str, year: int, agency_id: str, method: str) -> None:
    match = found(register, name, year)
    assert (match.agency_id, match.method) == (agency_id, method)


@pytest.mark.parametrize(
    ("name", "year", "agency_id"),
    [
        ("Kabupaten Toba Samosir", 2018, "12.12"),
        ("Kabupaten Toba Samosir", 2023, "12.12"),
        ("Kabupaten Mamuju Utara", 2020, "76.01"),
        ("Kabupaten Paniai", 2020, "94.03"),
        ("Kemendikbud", 2020, "kemendikbud"),
        ("Kemendikbud", 2022, "kemendikbudristek"),
        ("Kemendikbudristek", 2022, "kemendikbudristek"),
        ("Kementerian Hukum dan HAM", 2024, "kemenkumham"),
        ("Kementerian Hukum", 2024, "kemenkum"),
        ("Kementerian Pariwisata", 2018, "kemenpar-2014"),
        ("Kementerian Pariwisata", 2025, "kemenpar-2024"),
        ("Kemenparekraf", 2012, "kemenparekraf-2011"),
        ("Kemenparekraf", 2022, "kemenparekraf-2019"),
        ("BKKBN", 2023, "bkkbn"),
        ("BKKBN", 2025, "kemendukbangga"),
    ],
)
def test_names_hold_in_their_years(register: Register, name: str, year: int, agency_id: str) -> None:
    assert found(register, name, year).agency_id == agency_id


def test_two_bodies_share_bpn_and_bnpp(register: Register) -> None:
    assert set(found(register, "BPN", 2022).candidates) == {"kemen-atr-bpn", "bapanas"}
    assert found(register, "BPN", 2018).agency_id == "kemen-atr-bpn"
    assert found(register, "BPN", 2022, unit="Kantah Kudus").agency_id == "kemen-atr-bpn"
    assert found(register, "BPN (Badan Pangan Nasional)", 2022).agency_id == "bapanas"
    assert set(found(register, "BNPP", 2020).candidates) == {"bnpp-sar", "bnpp-perbatasan"}
    assert found(register, "Basarnas", 2020).agency_id == "bnpp-sar"


@pytest.mark.parametrize("year", [2020, None])
def test_kabupaten_surabaya_is_left_open(register: Register, year: int | None) -> None:
    assert set(found(register, "Kabupaten Surabaya", year).candidates) == {"35.25", "35.78"}


def test_a_name_split_among_followers_needs_the_unit(register: Register) -> None:
    assert set(found(register, "Kemenkumham", 2025).candidates) == {"kemenkum", "kemenham", "kemenimipas"}
    assert found(register, "Kemenkumham", 2025, unit="Lapas Kelas I Malang").agency_id == "kemenimipas"


@pytest.mark.parametrize("name", ["Kota Jakarta Selatan", "Pemkot Jakarta Selatan", "Jakarta Selatan"])
def test_administrative_units_of_jakarta_stand_for_the_province(register: Register, name: str) -> None:
    assert found(register, name).agency_id == "31"


@pytest.mark.parametrize(
    ("unit", "year", "agency_id"),
    [
        ("PA Pati", 2020, "ma"),
        ("Polrestabes Surabaya", 2018, "polri"),
        ("Kejari Haltim", 2025, "kejaksaan"),
        ("Lapas Kelas IIB Pati", 2023, "kemenkumham"),
        ("Lapas Kelas IIB Pati", 2024, "kemenimipas"),
        ("KJRI Kota Kinabalu", 2019, "kemlu"),
        ("KPPN Kupang", 2019, "kemenkeu"),
        ("Kantor Pengawas dan Pelayanan Bea dan Cukai Tipe Madya Pabean A Pasuruan", 2016, "kemenkeu"),
        ("BKKBN Jabar", 2020, "bkkbn"),
        ("Lembaga Pengelola Dana Pendidikan Kementerian Keuangan", 2016, "kemenkeu"),
        ("Dinas Kesehatan Kota Bandung", 2020, "32.73"),
        ("RSUD Wonosari", 2020, None),
        ("Balai Bahasa Provinsi Jawa Tengah", 2020, None),
        ("Dinas Kesehatan Bandung", 2020, None),
    ],
)
def test_units_without_an_agency(register: Register, unit: str, year: int, agency_id: str | None) -> None:
    assert found(register, "", year, unit).agency_id == agency_id


def test_a_police_resort_in_a_regency_is_the_police(register: Register) -> None:
    assert found(register, "Kabupaten Gresik", unit="Polres Gresik").agency_id == "polri"
    assert found(register, "Kabupaten Gresik", unit="Kecamatan Gresik").agency_id == "35.25"


@pytest.mark.parametrize(
    "name",
    ["Kabupaten Banjarbaru", "Kabupaten Lamijungan", "Kementerian Pertanahan", "Ministry of X", "RSUD bin Ali"],
)
def test_doubtful_names_are_not_matched(register: Register, name: str) -> None:
    match = found(register, name)
    assert match.agency_id is None
    assert match.method == "open"


def test_a_hand_decision_goes_before_the_rules(register: Register) -> None:
    assert found(register, "", 2015, "RSUD Dr Karyadi, Semarang").agency_id == "kemenkes"


def test_the_frame_keeps_rows_order_index_and_columns(register: Register) -> None:
    frame = pd.DataFrame({"a": ["Madiun", None, "BPS"], "y": ["2020", None, 2020.0], "z": [1, 2, 3]}, index=[7, 7, 1])
    before = frame.copy(deep=True)
    out = resolve_agencies(frame, name="a", year="y", register=register)
    pd.testing.assert_frame_equal(frame, before)
    assert out.index.tolist() == [7, 7, 1]
    assert out["z"].tolist() == [1, 2, 3]
    assert out["method"].tolist() == ["open", "open", "alias"]
    assert out["candidates"].tolist()[0] == "35.19|35.77"
    assert out["score"].dtype == "float64"


def test_an_empty_frame_gets_the_columns(register: Register) -> None:
    out = resolve_agencies(pd.DataFrame({"a": pd.Series([], dtype="str")}), name="a", register=register)
    assert out.columns.tolist() == ["a", *resolve.MATCH_COLUMNS]


def test_work_follows_distinct_spellings(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    monkeypatch.setattr(resolve, "NameReading", lambda name, _: calls.append(name) or NameReading(name, register))
    frame = pd.DataFrame({"a": ["BPS", "BPK"] * 500, "y": [2020] * 1000})
    resolve_agencies(frame, name="a", year="y", register=register)
    assert calls == ["BPS", "BPK"]


@pytest.mark.parametrize(("column", "year", "told"), [("b", "y", 'column "b"'), ("a", "a", 'year "BPS" at row 0')])
def test_faults_of_the_frame_are_named(register: Register, column: str, year: str, told: str) -> None:
    frame = pd.DataFrame({"a": ["BPS"], "y": [2020]})
    with pytest.raises(EvidenceError, match=told):
        resolve_agencies(frame, name=column, year=year, register=register)


PIECES = st.sampled_from(
    [
        "Kota",
        "Kabupaten",
        "Madiun",
        "Pemkab",
        "(",
        ")",
        "atau",
        "BPN",
        "Polres",
        "RSUD",
        "Kementerian",
        "Agama",
        "/",
        "-",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.one_of(st.none(), st.text(), st.lists(PIECES).map(" ".join)),
            st.one_of(st.none(), st.text(), st.lists(PIECES).map(" ".join)),
            st.one_of(st.none(), st.integers(1900, 2100)),
        ),
        max_size=5,
    )
)
def test_any_text_gets_an_answer_in_place(register: Register, rows: list[tuple]) -> None:
    frame = pd.DataFrame(rows, columns=["a", "u", "y"]).astype({"a": "str", "u": "str", "y": "Int64"})
    out = resolve_agencies(frame, name="a", unit="u", year="y", register=register)
    pd.testing.assert_frame_equal(out[["a", "u", "y"]], frame)
    assert (out["agency_id"].isna() == (out["method"] == "open")).all()
    assert out["candidates"][out["agency_id"].notna()].isna().all()


def test_words_lose_government_and_nation(register: Register) -> None:
    assert agency_words("Pemerintah Daerah Istimewa Yogyakarta", register)[-1] == "yogyakarta"
    assert agency_words("Kejaksaan RI", register) == ("kejaksaan",)
