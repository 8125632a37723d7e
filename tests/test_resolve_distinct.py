"""Many questions at once: the same answers as one by one, in any order, with work that follows distinct spellings."""

import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zi_analysis.evidence import resolve
from zi_analysis.evidence.matching import match_agency
from zi_analysis.evidence.namereading import UnitReading
from zi_analysis.evidence.register import Register, load_register
from zi_analysis.evidence.resolve import resolve_agencies, resolve_codes, resolve_distinct

NAMES = (
    *("Kota Madiun", "Madiun", "Pemkab Magetn", "Kabupaten Toba Samosir", "Kab. Kutai", "Kabuapten Paser", "", "-"),
    *("Kementerian Riset dan Teknologi", "Kemenkumham", "BKKBN", "BPN", "Kemenpar", "Kementrian Agma", "Dep. Agama"),
    *("Ditjen Pemasyarakatan", "Polda NTB", "Badan Pangan Nasional", "Kota Jakarta Selatan", "PT Pertamina (Persero)"),
    *("Kabupaten Paniai", "Jawa Timur - Kab. Madiun", "Ministry of Tourism", "Kemendikbud", "Kabupaten Surabaya"),
)
UNITS = (
    *("", "RSUD Kota Madiun", "Polres Madiun", "Lapas Kelas I Malang", "Kantah Kudus", "Dinas Kesehatan Bandung"),
    *("Fakultas Teknik", "Kantor Imigrasi Kelas I", "PA Pati", "Karantina Pertanian Surabaya", "BBIHPMM", "??"),
)
YEARS = st.one_of(st.none(), st.integers(1995, 2030))


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


@st.composite
def slipped(draw: st.DrawFn) -> str:
    """A name with a few letters changed."""
    name = draw(st.sampled_from(NAMES))
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(name)))
        name = name[:at] + draw(st.sampled_from(["", "a", "n", " ", ".", "\u00a0", "(", ")"])) + name[at + 1 :]
    return name


@settings(max_examples=200, deadline=None)
@given(asked=st.lists(st.tuples(slipped(), st.sampled_from(UNITS), YEARS), max_size=25))
def test_many_at_once_are_answered_as_one_by_one(register: Register, asked: list[tuple]) -> None:
    columns = [list(column) for column in zip(*asked, strict=True)] or [[], [], []]
    together = resolve_distinct(*columns, register=register)
    assert together == [match_agency(*one, register=register) for one in asked]


def test_every_name_unit_and_year_together(register: Register) -> None:
    asked = [(name, unit, year) for name in NAMES for unit in UNITS for year in (None, *range(2007, 2027))]
    random.Random(4).shuffle(asked)
    together = resolve_distinct(*map(list, zip(*asked, strict=True)), register=register)
    assert together == [match_agency(*one, register=register) for one in asked]


@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_columns_of_any_dtype_are_read_alike(register: Register, dtype: str) -> None:
    rows = pd.DataFrame({"a": ["Madiun", None, "BPS", "Madiun"], "u": ["PN Madiun", "PA Pati", None, None]})
    plain = resolve_agencies(rows, name="a", unit="u", register=register)
    out = resolve_agencies(rows.astype(dtype), name="a", unit="u", register=register)
    pd.testing.assert_frame_equal(out[list(resolve.MATCH_COLUMNS)], plain[list(resolve.MATCH_COLUMNS)])
    assert {str(out[column].dtype) for column in resolve.MATCH_COLUMNS} == {"str", "float64"}
    assert plain["agency_id"].fillna("").tolist() == ["ma", "ma", "bps", ""]


def test_codes_point_from_rows_to_matches(register: Register) -> None:
    rows = pd.DataFrame({"a": ["BPS", "Kota Batu", "BPS", " BPS "], "y": [2020, 2020, 2020, 2021]})
    found = resolve_codes(rows, name="a", year="y", register=register)
    assert found.codes.dtype == np.int64
    assert [found.matches[code].agency_id for code in found.codes] == ["bps", "35.79", "bps", "bps"]
    assert len(found.matches) == 3


def test_units_are_read_once_each(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    monkeypatch.setattr(resolve, "UnitReading", lambda unit, _: calls.append(unit) or UnitReading(unit, register))
    rows = pd.DataFrame({"a": ["Madiun", "Bandung", "Malang"] * 50, "u": ["PN Madiun", "RSUD"] * 75})
    resolve_agencies(rows, name="a", unit="u", register=register)
    assert sorted(calls) == ["PN Madiun", "RSUD"]


def test_a_wrong_year_is_named_with_its_first_row(register: Register) -> None:
    rows = pd.DataFrame({"a": ["BPS"] * 4, "y": ["2020", "2021", "20x2", "20x2"]})
    with pytest.raises(resolve.EvidenceError, match='year "20x2" at row 2, column y'):
        resolve_agencies(rows, name="a", year="y", register=register)


def test_a_gigantic_cell_costs_no_time_and_matches_nothing(register: Register) -> None:
    for text in (" " * 10**6 + "*", "(" * 10**5, "kabupaten " * 10**5, "1. " * 10**5, "a" * 10**6):
        assert match_agency(text, "", 2020, register=register).agency_id is None
