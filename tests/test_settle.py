"""Settling: every rule, their order, and that nothing is lost."""

import itertools

import pandas as pd
import pytest

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.settle import settle_counts

SOURCES = pd.DataFrame(
    [
        ("panrb", "Kementerian PANRB", "ministry"),
        ("bpk-riau", "BPK Perwakilan Riau", "agency"),
        ("bpk-jateng", "BPK Perwakilan Jawa Tengah", "agency"),
        ("solo", "Dispendukcapil Kota Surakarta", "local_government"),
        ("news-a", "News A", "news"),
        ("news-b", "News B", "news"),
        ("news-c", "News C", "news"),
    ],
    columns=["source_id", "publisher", "publisher_kind"],
)
FAMILIES = pd.DataFrame(
    [("BPK Perwakilan Riau", "BPK"), ("BPK Perwakilan Jawa Tengah", "BPK")], columns=["publisher", "family"]
)
NO_READINGS = pd.DataFrame(columns=["table", "row_id", "column", "value", "reason"])
NO_DECISIONS = pd.DataFrame(columns=["settled_id", "value", "reason"])
WBK = "s-2017-national-WBK-units_awarded"
_ids = itertools.count(1)


def _told(value: int, source: str, **changes: object) -> dict[str, object]:
    """One published count; a national yearly WBK count of 2017 unless changed."""
    row = {
        "figure_id": f"f{next(_ids):04d}",
        "year": 2017,
        "scope": "national",
        "agency_type": "all",
        "agency": None,
        "agency_id": None,
        "predicate": "WBK",
        "measure": "units_awarded",
        "value": value,
        "basis": "yearly",
        "track": "national",
        "coverage": "whole",
        "derived": "no",
        "source_id": source,
        "note": None,
    }
    return row | changes


def _settle(*rows: dict[str, object], decisions: pd.DataFrame = NO_DECISIONS):
    frame = pd.DataFrame(list(rows)).astype({"year": "Int64", "value": "Int64"})
    return settle_counts(frame, sources=SOURCES, decisions=decisions, families=FAMILIES, readings=NO_READINGS)


def _fact(settlement, settled_id: str = WBK) -> pd.Series:
    return settlement.settled.set_index("settled_id").loc[settled_id]


def test_one_page_settles_a_fact_alone() -> None:
    fact = _fact(_settle(_told(77, "news-a")))
    assert (fact["value"], fact["rule"], fact["publishers"]) == (77, "single", 1)


def test_pages_of_one_family_count_once() -> None:
    assert _fact(_settle(_told(77, "bpk-riau"), _told(77, "bpk-jateng")))["rule"] == "single"
    assert _fact(_settle(_told(77, "bpk-riau"), _told(77, "news-a")))["rule"] == "agreed"


def test_the_awarding_ministry_comes_before_any_number_of_others() -> None:
    fact = _fact(_settle(_told(76, "panrb"), _told(77, "bpk-riau"), _told(77, "solo"), _told(77, "news-a")))
    assert (fact["value"], fact["rule"], fact["low"], fact["high"]) == (76, "publisher_tier", 76, 77)
    assert "77" in fact["values_not_used"]


def test_a_public_body_comes_before_news() -> None:
    fact = _fact(_settle(_told(76, "solo"), _told(71, "news-a"), _told(71, "news-b"), _told(71, "news-c")))
    assert (fact["value"], fact["rule"]) == (76, "publisher_tier")


def test_more_independent_publishers_decide_within_a_tier() -> None:
    rows = (_told(77, "bpk-riau"), _told(77, "solo"), _told(76, "bpk-jateng"), _told(71, "news-a"))
    fact = _fact(_settle(*rows))
    assert (fact["value"], fact["rule"]) == (77, "publishers")


def test_a_tie_stays_disputed_with_its_range() -> None:
    settlement = _settle(_told(59, "news-a"), _told(61, "news-b"))
    fact = _fact(settlement)
    assert pd.isna(fact["value"])
    assert (fact["rule"], fact["low"], fact["high"]) == ("disputed", 59, 61)
    assert settlement.conflicts["chosen"].tolist() == ["no", "no"]


def test_arithmetic_decides_before_publishers() -> None:
    rows = [_told(200, "news-a"), _told(5, "news-a", predicate="WBBM"), _told(205, "news-a", predicate="all")]
    rows += [_told(8, "solo", predicate="WBBM")]
    fact = _fact(_settle(*rows), "s-2017-national-WBBM-units_awarded")
    assert (fact["value"], fact["rule"]) == (5, "arithmetic")


def test_two_disputed_facts_settle_each_other_when_one_combination_fits() -> None:
    rows = [_told(9, "bpk-riau"), _told(12, "news-a"), _told(3, "bpk-riau", predicate="WBBM")]
    rows += [_told(12, "bpk-riau", predicate="all"), _told(20, "news-b", predicate="all")]
    settlement = _settle(*rows)
    assert _fact(settlement)["value"] == 9
    assert _fact(settlement, "s-2017-national-all-units_awarded")["value"] == 12


def test_a_part_cannot_exceed_its_whole() -> None:
    rows = [_told(63, "solo"), _told(62, "news-a"), _told(62, "news-b", predicate="all")]
    fact = _fact(_settle(*rows))
    assert (fact["value"], fact["rule"]) == (62, "arithmetic")


def test_types_sum_to_the_whole() -> None:
    kinds = dict(scope="agency_type", predicate="all")
    rows = [
        _told(175, "news-a", agency_type="central", **kinds),
        _told(18, "news-a", agency_type="province", **kinds),
    ]
    rows += [
        _told(30, "news-a", agency_type="regency_city", **kinds),
        _told(31, "news-b", agency_type="regency_city", **kinds),
    ]
    rows += [_told(223, "news-a", predicate="all")]
    fact = _fact(_settle(*rows), "s-2017-regency_city-all-units_awarded")
    assert (fact["value"], fact["rule"]) == (30, "arithmetic")


def test_the_largest_count_of_a_part_is_kept_as_lower_bound() -> None:
    fact = _fact(
        _settle(_told(5, "news-a", coverage="partial"), _told(4, "news-b", coverage="partial")),
        WBK + "-partial",
    )
    assert (fact["value"], fact["rule"]) == (5, "part")


def test_a_decision_comes_first_and_keeps_its_reason() -> None:
    decisions = pd.DataFrame([(WBK, 71, "read again")], columns=["settled_id", "value", "reason"])
    fact = _fact(_settle(_told(76, "panrb"), _told(71, "news-a"), decisions=decisions))
    assert (fact["value"], fact["rule"], fact["reason"]) == (71, "decision", "read again")


@pytest.mark.parametrize(
    ("settled_id", "value", "message"),
    [(WBK, 99, "which no page tells; choose one of 71, 76"), ("s-1999-nothing", 1, "which no row")],
)
def test_a_decision_cannot_invent(settled_id: str, value: int, message: str) -> None:
    decisions = pd.DataFrame([(settled_id, value, "why")], columns=["settled_id", "value", "reason"])
    with pytest.raises(EvidenceError, match=message):
        _settle(_told(76, "news-a"), _told(71, "news-b"), decisions=decisions)


def test_facts_are_kept_apart_by_every_part_of_their_key() -> None:
    rows = [_told(1, "news-a"), _told(2, "news-a", track="own"), _told(3, "news-a", basis="cumulative")]
    rows += [_told(4, "news-a", year=2018), _told(5, "news-a", measure="units_proposed")]
    rows += [
        _told(
            6,
            "news-a",
            scope="agency",
            agency="Badan Pusat Statistik",
            agency_id="bps",
            agency_type="central",
        )
    ]
    settlement = _settle(*rows)
    assert sorted(settlement.settled["value"]) == [1, 2, 3, 4, 5, 6]
    assert settlement.settled["settled_id"].is_unique


def test_rows_without_year_or_agency_are_set_aside_and_the_log_adds_up() -> None:
    rows = [_told(1, "news-a"), _told(2, "news-a", year=None), _told(3, "news-a", scope="agency", agency="X")]
    settlement = _settle(*rows)
    steps = settlement.log.set_index("step")["rows"]
    assert steps["published counts in"] == steps["used in a settled fact"] + steps["set aside"] == 3
    assert settlement.set_aside["reason"].tolist() == [
        "the page tells no year",
        "the agency is not in the register",
    ]


def test_the_order_of_rows_does_not_matter() -> None:
    rows = [_told(77, "bpk-riau"), _told(77, "solo"), _told(76, "bpk-jateng"), _told(71, "news-a")]
    first, second = _settle(*rows), _settle(*reversed(rows))
    pd.testing.assert_frame_equal(first.settled, second.settled)
    pd.testing.assert_frame_equal(first.conflicts, second.conflicts)


def test_values_that_arithmetic_excludes_are_not_chosen_by_publishers() -> None:
    """WBK 9 or 12 fit (WBBM 3, all 12 or 15); 20 does not, though the ministry itself tells it."""
    rows = [_told(9, "solo"), _told(12, "bpk-riau"), _told(20, "panrb"), _told(3, "news-a", predicate="WBBM")]
    rows += [_told(12, "news-a", predicate="all"), _told(15, "news-b", predicate="all")]
    fact = _fact(_settle(*rows))
    assert fact["rule"] == "disputed"
    assert "20" in fact["values_not_used"]


def test_a_decision_narrows_the_related_facts() -> None:
    rows = [_told(9, "news-a"), _told(12, "news-b"), _told(3, "news-a", predicate="WBBM")]
    rows += [_told(12, "news-a", predicate="all"), _told(15, "news-b", predicate="all")]
    decisions = pd.DataFrame([(WBK, 12, "read again")], columns=["settled_id", "value", "reason"])
    fact = _fact(_settle(*rows, decisions=decisions), "s-2017-national-all-units_awarded")
    assert (fact["value"], fact["rule"]) == (15, "arithmetic")
    assert fact["reason"].startswith("12 + 3 = 15")


def test_parts_that_are_all_told_must_reach_the_whole() -> None:
    """200 + 3 stays below 205: only 5 fits, though 3 would not exceed the whole."""
    rows = [_told(200, "news-a"), _told(205, "news-a", predicate="all")]
    rows += [_told(5, "news-a", predicate="WBBM"), _told(3, "solo", predicate="WBBM")]
    fact = _fact(_settle(*rows), "s-2017-national-WBBM-units_awarded")
    assert (fact["value"], fact["rule"]) == (5, "arithmetic")
