"""Merging by numbers against the rules written plainly, on the real list and on made ones."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.slow_merging import merge_plainly
from zi_analysis.evidence.coding import combine
from zi_analysis.evidence.merging import NATIONAL, OWN, STEPS, UNCLEAR, Told, merge_rows
from zi_analysis.evidence.register import Register, load_register
from zi_analysis.evidence.tables import load_table
from zi_analysis.evidence.units import read_unit

TRACKS = {"national": NATIONAL, "own": OWN, "unclear": UNCLEAR}
PREDICATES = ["", "WBK", "WBBM"]
UNITS = {
    "polri": ["Polres Gresik", "Gresik", "Polresta Gresik", "Polres Madiun Kota", "Polres Madiun", "Satlantas Gresik"],
    "kemenimipas": [
        *("Lapas Kelas IIA Cibinong", "Lapas Cibinong", "Lapas Kelas IIB Cibinong", "Lapas Pemuda Tangerang"),
        *("Lapas Pemuda Tangeranq", "Rutan Cibinong", "Cibinong"),
    ],
    "35.20": ["Disdukcapil", "Dinas Kependudukan dan Pencatatan Sipil Kabupaten Magetan", "RSUD dr. Sayidiman"],
    "bps": ["BPS Kabupaten Magetan", "BPS Magetan", "Magetan", "BPS Kota Madiun", "BPS Madiun", "BPS Provinsi Bali"],
    "35": ["RSUD Haji Sukarno", "RSUD Haji Sukarmo", "RSUD Haji Sukarnno", "UPT Samsat Magetan", "UPT Samsat Magettan"],
}


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def both_ways(rows: pd.DataFrame, register: Register) -> None:
    """Merge both ways and compare groups, rules and predicates."""
    units = [read_unit(unit, body, register) for unit, body in zip(rows["unit"], rows["agency_id"], strict=True)]
    plain, reasons, predicates = merge_plainly(rows, units, register)
    which, first = combine(pd.factorize(rows["unit"])[0], pd.factorize(rows["agency_id"])[0])
    told = Told(
        agency=pd.factorize(rows["agency_id"])[0],
        year=rows["year"].to_numpy(dtype=np.int64),
        predicate=rows["predicate"].fillna("").map(PREDICATES.index).to_numpy(dtype=np.int64),
        track=rows["track"].map(TRACKS).to_numpy(dtype=np.int64),
        unit=which,
        units=tuple(units[at] for at in first),
        owners=tuple(rows["agency_id"].iloc[first]),
    )
    merged = merge_rows(told, register)
    assert [np.flatnonzero(merged.award == award).tolist() for award in range(len(merged.predicate))] == plain
    assert {row: STEPS[rule].note for row, rule in enumerate(merged.rule) if rule >= 0} == reasons
    assert [PREDICATES[number] for number in merged.predicate] == predicates
    assert [before for _, _, before, _ in merged.counts[1:]] == [after for *_, after in merged.counts[:-1]]


def test_the_real_awards_merge_as_the_plain_rules_say(register: Register) -> None:
    written = load_table("awards")[["award_id", "unit_as_written", "track", "predicate"]]
    cleaned = load_table("award_matches")[["award_id", "agency_id", "outcome"]].query("outcome != 'rejected'")
    years = load_table("awards")[["award_id", "year"]]
    rows = cleaned.merge(written, on="award_id").merge(years, on="award_id").rename(columns={"unit_as_written": "unit"})
    assert len(rows) > 500
    both_ways(rows, register)


ROW = st.sampled_from(sorted(UNITS)).flatmap(
    lambda body: st.tuples(
        st.just(body),
        st.sampled_from(UNITS[body]),
        st.sampled_from([2021, 2022]),
        st.sampled_from(PREDICATES),
        st.sampled_from(sorted(TRACKS)),
    )
)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(ROW, min_size=1, max_size=14))
def test_made_lists_merge_as_the_plain_rules_say(register: Register, rows: list[tuple]) -> None:
    both_ways(pd.DataFrame(rows, columns=["agency_id", "unit", "year", "predicate", "track"]), register)
