"""Cells: exact, bounded, in sum, unknown; every kind of evidence tightens what it should and nothing else."""

import pandas as pd
import pytest

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.counts import CellTable, count_cells
from zi_analysis.evidence.lines import TYPES

YEAR = 2020
EXISTING = pd.DataFrame(
    [(YEAR, "central", 10), (YEAR, "province", 5), (YEAR, "regency", 20), (YEAR, "city", 8)],
    columns=["year", "agency_type", "agencies"],
).assign(most=lambda frame: frame["agencies"])
NO_SPLITS = pd.DataFrame(columns=["year", "agency_id", "predecessor"])
COLUMNS = [
    "settled_id",
    "year",
    "scope",
    "agency_type",
    "agency_id",
    "agency",
    "predicate",
    "measure",
    "basis",
]
COLUMNS += ["track", "coverage", "part", "value", "low", "high", "publishers"]


def _fact(
    value: int | None,
    agency_type: str = "all",
    predicate: str = "all",
    measure: str = "units_awarded",
    **changes,
):
    scope = "national" if agency_type == "all" else "agency_type"
    row = dict(year=YEAR, scope=scope, agency_type=agency_type, agency_id=None, agency=None, predicate=predicate)
    row |= dict(
        measure=measure,
        basis="yearly",
        track="national",
        coverage="whole",
        value=value,
        low=value,
        high=value,
    )
    row |= dict(publishers=1) | changes
    body = row["agency_id"] or agency_type
    row["settled_id"] = f"s-{YEAR}-{body}-{predicate}-{measure}-{row['track']}-{row['coverage']}"
    return row


def _agency(value: int | None, agency_id: str, agency_type: str = "central", predicate: str = "all", **changes):
    return _fact(value, agency_type, predicate, scope="agency", agency_id=agency_id, agency=agency_id, **changes)


def _award(agency_id: str, agency_type: str, predicate: str | None = "WBK", track: str = "national", count: int = 1):
    return [
        {
            "award_key": f"w-{agency_id}-{predicate}-{track}-{number}",
            "year": YEAR,
            "agency_id": agency_id,
            "agency_type": agency_type,
            "predicate": predicate,
            "track": track,
        }
        for number in range(count)
    ]


def _count(*facts: dict, awards: list[dict] = (), track: str = "national") -> CellTable:
    settled = pd.DataFrame(list(facts), columns=COLUMNS)
    settled = settled.astype(dict.fromkeys(["year", "value", "low", "high", "publishers"], "Int64"))
    named = pd.DataFrame(list(awards), columns=["award_key", "year", "agency_id", "agency_type", "predicate", "track"])
    return count_cells(settled, named.astype({"year": "Int64"}), existing=EXISTING, splits=NO_SPLITS, track=track)


def _cell(table: CellTable, agency_type: str, predicate: str = "all") -> tuple[int, int | None, str]:
    row = table.cells.set_index("cell_id").loc[f"c-{YEAR}-{agency_type}-{predicate}"]
    return int(row["lower"]), None if pd.isna(row["upper"]) else int(row["upper"]), row["status"]


def _exposure(table: CellTable, agency_type: str, measure: str) -> tuple[int, int | None, str]:
    row = table.exposures.set_index("exposure_id").loc[f"e-{YEAR}-{agency_type}-{measure}"]
    return int(row["lower"]), None if pd.isna(row["upper"]) else int(row["upper"]), row["status"]


def test_without_evidence_every_cell_is_unknown() -> None:
    table = _count()
    assert set(table.cells["status"]) == {"unknown"}
    assert len(table.cells) == 7 * 3
    assert table.cells["upper"].isna().all()


def test_a_national_total_is_known_only_in_sum() -> None:
    table = _count(_fact(10, predicate="WBK"), _fact(2, predicate="WBBM"))
    assert _cell(table, "all") == (12, 12, "exact")
    assert _cell(table, "city", "WBBM") == (0, 2, "sum")


def test_agencies_own_counts_and_names_bound_their_type_and_leave_the_rest_to_the_others() -> None:
    table = _count(_fact(10), _agency(6, "kemenkeu"), awards=_award("35.78", "city", count=2))
    assert _cell(table, "central") == (6, 8, "bounded")
    assert _cell(table, "city") == (2, 4, "bounded")
    assert _cell(table, "province") == (0, 2, "sum")


def test_names_of_a_counted_agency_are_not_added_to_its_count() -> None:
    table = _count(_fact(10), _agency(6, "kemenkeu"), awards=_award("kemenkeu", "central", count=4))
    assert _cell(table, "central")[0] == 6
    assert _cell(table, "central", "WBK")[0] == 4


def test_an_award_not_split_counts_in_all_but_for_neither_predicate() -> None:
    table = _count(awards=_award("35.78", "city", predicate=None))
    assert _cell(table, "city") == (1, None, "bounded")
    assert _cell(table, "city", "WBK")[0] == 0


def test_a_partial_count_is_only_a_lower_bound() -> None:
    table = _count(_fact(10), _agency(3, "ma", coverage="partial"))
    assert _cell(table, "central") == (3, 10, "bounded")


def test_a_disputed_count_enters_as_its_range() -> None:
    table = _count(_fact(70), _agency(None, "polri", low=59, high=61))
    assert _cell(table, "central") == (59, 70, "bounded")
    assert _cell(table, "local") == (0, 11, "sum")


def test_every_agency_awarded_has_at_least_one_unit() -> None:
    table = _count(_fact(60), _fact(30 - 12, "regency", measure="agencies_awarded"), _agency(40, "kemenkeu"))
    assert _cell(table, "regency")[:2] == (18, 20)
    assert _cell(table, "central") == (40, 42, "bounded")


def test_awarded_agencies_beyond_those_listed_need_units_of_their_own() -> None:
    facts = [
        _fact(60),
        _fact(5, "central", measure="agencies_awarded"),
        _agency(40, "kemenkeu"),
        _agency(0, "ma"),
    ]
    assert _cell(_count(*facts), "central")[0] == 40 + 4


def test_no_more_units_are_awarded_than_proposed_and_no_more_agencies_than_exist() -> None:
    table = _count(_fact(60), _fact(7, "province", measure="units_proposed"), _fact(40, measure="agencies_proposing"))
    assert _cell(table, "province") == (0, 7, "sum")
    assert _exposure(table, "central", "agencies_proposing")[1] == 10
    assert _exposure(table, "regency", "agencies_proposing") == (40 - 10 - 5 - 8, 20, "sum")


def test_a_bound_that_only_the_number_of_agencies_makes_is_unknown() -> None:
    assert _exposure(_count(_fact(60)), "central", "agencies_evaluated")[2] == "unknown"
    assert _exposure(_count(), "city", "agencies_existing") == (8, 8, "exact")


def test_own_and_unclear_tracks_stay_out_unless_asked_for() -> None:
    awards = _award("ma", "central", track="own") + _award("ma", "central", track="unclear")
    assert _cell(_count(awards=awards), "central")[0] == 0
    assert _cell(_count(awards=awards, track="national_unclear"), "central")[0] == 1
    with pytest.raises(EvidenceError, match="track 'own' is not known; choose national or national_unclear"):
        _count(track="own")


def test_cumulative_counts_are_no_counts_of_the_year() -> None:
    assert _cell(_count(_fact(99, basis="cumulative")), "all") == (0, None, "unknown")


def test_a_contradiction_is_told_and_the_bounds_allow_every_smallest_repair() -> None:
    facts = [_fact(473, predicate="WBK"), _fact(34, predicate="WBBM"), _fact(506, publishers=4)]
    table = _count(*facts)
    assert _cell(table, "all") == (506, 506, "exact")
    assert _cell(table, "all", "WBK") == (472, 473, "bounded")
    assert set(table.contradictions["text"]) == {"units_awarded all WBK: 473", "units_awarded all WBBM: 34"}


def test_bounds_of_a_margin_hold_the_sum_of_its_cells() -> None:
    table = _count(_fact(10), _agency(6, "kemenkeu"), awards=_award("35.78", "city", count=2))
    for group in ("lower", "upper"):
        cells = table.cells[table.cells["level"] == "cell"]
        total = cells.loc[cells["predicate"] == "WBK", group].sum()
        margin = table.cells.set_index("cell_id").loc[f"c-{YEAR}-all-WBK", group]
        assert (total <= margin) if group == "lower" else (total >= margin)
    assert set(TYPES) <= set(table.cells["agency_type"])


def test_named_awards_and_coverage_stand_beside_the_bounds() -> None:
    table = _count(_fact(10, predicate="WBK"), awards=_award("35.78", "city", count=2))
    row = table.cells.set_index("cell_id").loc[f"c-{YEAR}-all-WBK"]
    assert (row["named"], row["coverage_low"], row["coverage_high"]) == (2, 0.2, 0.2)


def test_every_bound_names_the_evidence_that_holds_it() -> None:
    table = _count(_fact(10), _agency(6, "kemenkeu"))
    held = table.evidence[(table.evidence["id"] == f"c-{YEAR}-city-all") & (table.evidence["side"] == "upper")]
    evidence = set(held["evidence"].dropna())
    assert evidence == {
        f"s-{YEAR}-all-all-units_awarded-national-whole",
        f"s-{YEAR}-kemenkeu-all-units_awarded-national-whole",
    }


def test_a_split_body_and_its_follower_may_hold_the_same_awards() -> None:
    """Together at least the larger count and at most the sum: 9 of the old body and 8 of the new are 9 to 17."""
    facts = [_fact(30), _agency(9, "old"), _agency(8, "new")]
    settled = pd.DataFrame(facts, columns=COLUMNS).astype(
        dict.fromkeys(["year", "value", "low", "high", "publishers"], "Int64")
    )
    awards = pd.DataFrame(columns=["award_key", "year", "agency_id", "agency_type", "predicate", "track"])
    splits = pd.DataFrame([(YEAR, "new", "old")], columns=["year", "agency_id", "predecessor"])
    apart = count_cells(settled, awards, existing=EXISTING, splits=NO_SPLITS)
    joint = count_cells(settled, awards, existing=EXISTING, splits=splits)
    assert _cell(apart, "central")[0] == 17
    assert _cell(joint, "central")[0] == 9
    assert _cell(joint, "local")[1] == 21


def test_an_unclear_count_never_contradicts_the_national_one() -> None:
    facts = [_agency(5, "ma"), _agency(14, "ma", track="unclear"), _agency(7, "bps", track="unclear")]
    table = _count(*facts, track="national_unclear")
    assert table.contradictions.empty
    assert _cell(table, "central") == (12, None, "bounded")


def test_a_partial_count_does_not_bound_its_agency_from_above() -> None:
    """Seven awards of the agency are named; a part of three must not contradict them."""
    table = _count(_agency(3, "ma", coverage="partial"), awards=_award("ma", "central", count=7))
    assert table.contradictions.empty
    assert _cell(table, "central")[0] == 7


def test_an_unclear_count_is_only_a_lower_bound() -> None:
    facts = [_agency(3, "bps", track="unclear")]
    table = _count(*facts, awards=_award("bps", "central", count=7), track="national_unclear")
    assert table.contradictions.empty
    assert _cell(table, "central")[0] == 7
