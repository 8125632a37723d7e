"""Names brought to one form."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.register import load_register
from zi_analysis.evidence.text import (
    Abbreviations,
    normalise,
    read_abbreviations,
    readings,
    spell_out,
    spell_out_agency,
    spell_out_unit,
    tokens,
)


@pytest.fixture(scope="module")
def short_forms() -> Abbreviations:
    return load_register().short_forms


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("  Kota\u00a0Madiun ", "kota madiun"),
        ("DPM-PTSP", "dpm ptsp"),
        ("DPM\u2013PTSP", "dpm ptsp"),
        ("Kab. Toli-Toli", "kab toli toli"),
        ("RSUD K.R.M.T. Wongsonegoro", "rsud krmt wongsonegoro"),
        ("dr. R. Soetrasno", "dr r soetrasno"),
        ("D.I. Yogyakarta", "di yogyakarta"),
        ("Mahkamah Syar'iyah", "mahkamah syariyah"),
        ("Perindustrian & Perdagangan", "perindustrian dan perdagangan"),
        ("ATR/BPN", "atr bpn"),
        ("\uff26\uff55\uff4c\uff4c width", "full width"),
        ("Caf\u00e9", "cafe"),
        ("...", ""),
        ("", ""),
    ],
)
def test_marks_case_and_spaces_do_not_count(written: str, normal: str) -> None:
    assert normalise(written) == normal


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert once == " ".join(once.split())


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_case_and_outer_marks_never_matter(text: str) -> None:
    assert normalise(text.upper()) == normalise(text.lower()) == normalise(f" ({text}). ")


@pytest.mark.parametrize(
    ("written", "full"),
    [
        ("Pemkab Wonogiri", "Pemerintah Kabupaten Wonogiri"),
        ("Pemda Prov. Jabar", "Pemerintah Provinsi Jawa Barat"),
        ("Pemprov NTB", "Pemerintah Provinsi Nusa Tenggara Barat"),
        ("Kementrian Kesehatan", "Kementerian Kesehatan"),
    ],
)
def test_short_forms_of_agencies_are_spelled_out(written: str, full: str, short_forms: Abbreviations) -> None:
    assert spell_out_agency(written, short_forms) == full


@pytest.mark.parametrize(
    ("written", "full"),
    [
        ("PA Pati", "Pengadilan Agama Pati"),
        ("PT TUN Makassar", "Pengadilan Tinggi Tata Usaha Negara Makassar"),
        ("Rutan Klas I Cirebon", "Rumah Tahanan Negara Kelas I Cirebon"),
        ("Rumah Tahanan Negara Kelas I Depok", "Rumah Tahanan Negara Kelas I Depok"),
        ("pusdiklat_kemensetneg", "Pusat Pendidikan dan Pelatihan kemensetneg"),
        ("Dinas PMPTSP", "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu"),
    ],
)
def test_short_forms_of_units_are_spelled_out(written: str, full: str, short_forms: Abbreviations) -> None:
    assert spell_out_unit(written, short_forms) == full


def test_first_words_count_only_first(short_forms: Abbreviations) -> None:
    assert spell_out_unit("Klinik PA", short_forms) == "Klinik PA"


def test_commas_stay_after_a_short_form() -> None:
    assert spell_out("Kab. Toba, Jatim", {("kab",): "Kabupaten", ("toba",): "Toba Baru"}) == (
        "Kabupaten Toba Baru, Jatim"
    )


@given(st.text())
def test_spelling_out_keeps_other_words(text: str) -> None:
    assert tokens(spell_out(text, {})) == tokens(text.replace("_", " "))


def test_an_unknown_scope_is_refused() -> None:
    table = pd.DataFrame({"short": ["X"], "expansion": ["Y"], "scope": ["everywhere"]})
    with pytest.raises(EvidenceError, match='scope "everywhere" at abbreviations row 2'):
        read_abbreviations(table)


def test_readings_take_parentheses_and_alternatives_apart() -> None:
    assert readings("Pemerintah Kabupaten (Pemkab) Wonogiri") == ("Pemerintah Kabupaten Wonogiri", "Pemkab")
    assert readings("Pemerintah Kabupaten atau Pemkab Kudus")[-1] == "Pemkab Kudus"
    assert readings("()") == ()
