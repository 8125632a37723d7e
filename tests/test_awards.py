"""Award lists cleaned: what is accepted, merged, rejected, and that nothing gets lost."""

from itertools import count

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.awards import CleanedAwards, award_agreement, clean_awards
from zi_analysis.evidence.register import Register, load_register
from zi_analysis.evidence.tables import check_table, load_table


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


@pytest.fixture(scope="module")
def real(register: Register) -> CleanedAwards:
    return clean_awards(load_table("awards"), register=register)


def listed(*rows: tuple) -> pd.DataFrame:
    """Make an award list from (agency, unit, year, predicate) and an optional dictionary of other cells."""
    number = count(1)
    table = []
    for agency, unit, year, predicate, *more in rows:
        at = next(number)
        row = {"award_id": f"a{at:04}", "year": year, "agency_as_written": agency, "unit_as_written": unit}
        row |= {"predicate": predicate, "track": "national", "year_basis": "stated", "status": "held"}
        row |= {"list_complete": "unknown", "source_id": f"page-{at}"}
        table.append(row | (more[0] if more else {}))
    return pd.DataFrame(table)


def awards_of(register: Register, *rows: tuple) -> list[str]:
    return clean_awards(listed(*rows), register=register).accepted["award_ids"].tolist()


def test_the_real_list_gives_as_many_awards_as_counted_by_hand(real: CleanedAwards) -> None:
    assert real.log.iloc[-1][["rows_in", "accepted", "merged", "rejected"]].tolist() == [637, 435, 147, 55]


def test_the_real_list_agrees_with_the_collectors(real: CleanedAwards) -> None:
    agreement = award_agreement(real.matches).set_index("measure")
    assert agreement["compared"].min() > 600
    assert agreement["percent"].min() >= 98


def test_only_rows_without_a_year_are_rejected_or_open(real: CleanedAwards) -> None:
    assert real.rejected["year"].isna().all()
    open_rows = set(real.matches.loc[real.matches["method"] == "open", "award_id"])
    assert open_rows <= set(real.rejected["award_id"])


def test_merges_of_the_real_list_differ_from_the_collectors_only_in_split_predicates(
    real: CleanedAwards,
) -> None:
    raw = load_table("awards")[["award_id", "year", "agency", "unit", "predicate"]].fillna({"predicate": ""})
    rows = real.matches[["award_id", "award_key"]].merge(raw, on="award_id").dropna(subset=["award_key"])
    told = ["year", "agency", "unit", "predicate"]
    ours = rows.drop_duplicates(["award_key", *told])
    theirs = rows.drop_duplicates(told)
    assert len(ours) == len(theirs) == 448
    twice = ours[ours["award_key"].duplicated(keep=False)]
    assert twice["award_key"].value_counts().tolist() == [2] * 13
    assert (twice["predicate"] == "").sum() == 13
    assert len(twice.drop_duplicates(["award_key", "year", "agency", "unit"])) == 13


def test_frames_hold_their_declarations(real: CleanedAwards) -> None:
    check_table(real.accepted, "awards_clean")
    check_table(real.rejected, "award_rejects")
    check_table(real.log, "award_log")


def test_pages_of_one_award_are_kept(register: Register) -> None:
    accepted = clean_awards(
        listed(
            ("Polri", "Polres Gresik", 2016, "WBK", {"year_basis": "inferred", "track": "unclear"}),
            ("POLRI", "Gresik", 2016, "WBK", {"status": "revoked", "list_complete": "yes"}),
        ),
        register=register,
    ).accepted
    assert len(accepted) == 1
    award = accepted.iloc[0]
    told = award[["award_key", "agency_id", "unit", "unit_kind", "track", "status", "year_basis", "list_complete"]]
    assert told.tolist() == [
        "w-a0001",
        "polri",
        "Polres Gresik",
        "polres",
        "national",
        "revoked",
        "stated",
        "yes",
    ]
    assert award[["award_ids", "source_ids", "page_count"]].tolist() == ["a0001|a0002", "page-1|page-2", 2]


MERGED = [
    (
        "class",
        ("Kemenkumham", "Lapas Klas II A Cibinong", 2018, "WBK"),
        ("Kemenkumham", "Lapas Cibinong", 2018, "WBK"),
    ),
    (
        "kind of place",
        ("Kejaksaan", "Kejari Badung", 2018, "WBK"),
        ("Kejaksaan", "Kejari Kab. Badung", 2018, "WBK"),
    ),
    ("place alone", ("BPN", "Kantah Dumai", 2018, "WBK"), ("ATR/BPN", "Dumai", 2018, "WBK")),
    ("not split", ("Polri", "Polres Batu Polda Jatim", 2018, None), ("Polri", "Polres Batu", 2018, "WBK")),
    (
        "near name",
        ("Kemendikbud", "Museum Benteng Vrederburg", 2020, "WBK"),
        ("Kemendikbud", "Museum Benteng Vredeburg", 2020, "WBK"),
    ),
    (
        "track open",
        ("MA", "PA Pati", 2025, "WBK", {"track": "own"}),
        ("MA", "PA Pati", 2025, "WBK", {"track": "unclear"}),
    ),
]


@pytest.mark.parametrize(("step", "first", "second"), MERGED)
def test_rules_of_merging(register: Register, step: str, first: tuple, second: tuple) -> None:
    for rows in ((first, second), (second, first)):
        cleaned = clean_awards(listed(*rows), register=register)
        assert cleaned.accepted["award_ids"].tolist() == ["a0001|a0002"]
        assert cleaned.log.set_index("step").loc[f"merge: {step}", "merged"] == 1
        assert cleaned.matches["reason"].iloc[1].startswith("tells w-a0001 again: ")


APART = [
    [("Polri", "Polres Gresik", 2016, "WBK"), ("Polri", "Polres Gresik", 2017, "WBK")],
    [("Polri", "Polres Gresik", 2017, "WBK"), ("Polri", "Polres Gresik", 2017, "WBBM")],
    [("Polri", "Polres Malang", 2018, "WBK"), ("Polri", "Polres Magelang", 2018, "WBK")],
    [("MA", "PA Pati", 2025, "WBK", {"track": "own"}), ("MA", "PA Pati", 2025, "WBK")],
    [
        ("Kemenkumham", "Lapas Kelas I Malang", 2018, "WBK"),
        ("Kemenkumham", "Lapas Kelas IIA Malang", 2018, "WBK"),
    ],
    [("Kejaksaan", "Kejari Madiun", 2018, "WBK"), ("Kejaksaan", "Kejari Kota Madiun", 2018, "WBK")],
    [
        ("Kemendikbud", "PPPPTK Bidang Matematika", 2020, None),
        ("Kemendikbud", "PPPPTK Bidang Pertanian", 2020, None),
    ],
    [("Kota Batu", "Puskesmas Batu 1", 2020, "WBK"), ("Kota Batu", "Puskesmas Batu 2", 2020, "WBK")],
    [("Kota Batu", "Disdukcapil", 2020, "WBK"), ("Kota Malang", "Disdukcapil", 2020, "WBK")],
]


@pytest.mark.parametrize("rows", APART)
def test_other_awards_stay_apart(register: Register, rows: list[tuple]) -> None:
    assert sorted(awards_of(register, *rows)) == ["a0001", "a0002"]


def test_a_place_with_two_resorts_stays_apart(register: Register) -> None:
    rows = [("Polri", unit, 2018, "WBK") for unit in ("Polres Malang", "Polres Malang Kota", "Malang")]
    assert len(awards_of(register, *rows)) == 3


def test_an_unsplit_row_beside_both_predicates_stays(register: Register) -> None:
    rows = [("Polri", "Polres Batu", 2018, predicate) for predicate in ("WBK", "WBBM", None)]
    assert len(awards_of(register, *rows)) == 3


@pytest.mark.parametrize(
    ("row", "step", "told"),
    [
        (("Polri", "Polres Batu", None, "WBK"), "year told", "no evaluation year"),
        (("Polri", "Polres Batu", "20x9", "WBK"), "year told", '"20x9" is no year'),
        (("Polri", None, 2018, "WBK"), "unit named", "no unit is named"),
        (("Polri", " - ", 2018, "WBK"), "unit named", "no unit is named"),
        (("Polri", "Polres Batu", 2018, "WKB"), "predicate readable", 'predicate "WKB"'),
        (
            ("Madiun", "Disdukcapil", 2018, "WBK"),
            "agency found",
            r"Kabupaten Madiun \(35.19\) or Kota Madiun \(35.77\)",
        ),
        ((None, "RSUD Wonosari", 2018, "WBK"), "agency found", 'unit "RSUD Wonosari" without an agency'),
    ],
)
def test_rows_set_aside_say_why(register: Register, row: tuple, step: str, told: str) -> None:
    cleaned = clean_awards(listed(row), register=register)
    assert cleaned.accepted.empty
    assert cleaned.log.set_index("step").loc[step, "rejected"] == 1
    assert cleaned.rejected["reason"].str.contains(told).all()
    assert cleaned.matches["outcome"].tolist() == ["rejected"]


def test_repairs_count_the_rows_they_touch(register: Register) -> None:
    cleaned = clean_awards(
        listed(("Kota\u00a0Batu", "RSUD", 2018, "wbk"), ("Kota Batu", "Disdukcapil", 2018, "WBK")),
        register=register,
    )
    touched = cleaned.log.set_index("step")["touched"]
    assert touched[["repair text", "repair predicate"]].tolist() == [1, 1]
    assert cleaned.accepted["predicate"].tolist() == ["WBK", "WBK"]


def test_the_collectors_columns_never_decide(register: Register) -> None:
    rows = load_table("awards").head(60)
    other = rows.assign(agency="Kementerian Agama", agency_type="central", unit="x", region_hint="y")
    ours, theirs = (clean_awards(table, register=register) for table in (rows, other))
    pd.testing.assert_frame_equal(ours.accepted, theirs.accepted)
    assert (theirs.matches["agrees_agency"] == "no").any()


def test_the_order_of_rows_does_not_matter(register: Register, real: CleanedAwards) -> None:
    shuffled = load_table("awards").sample(frac=1, random_state=7)
    pd.testing.assert_frame_equal(clean_awards(shuffled, register=register).accepted, real.accepted)


def test_the_input_is_left_alone(register: Register) -> None:
    rows = listed(("Polri", "Polres  Batu", 2018, "wbk"))
    before = rows.copy(deep=True)
    clean_awards(rows, register=register)
    pd.testing.assert_frame_equal(rows, before)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda rows: rows.drop(columns="predicate"), "column predicate of the award list is missing"),
        (lambda rows: pd.concat([rows, rows]), 'award_id "a0001" in row 3 .* is there twice'),
        (lambda rows: rows.assign(award_id=None), "in row 2 .* is missing"),
    ],
)
def test_lists_that_cannot_be_read_are_refused(register: Register, change: object, told: str) -> None:
    with pytest.raises(EvidenceError, match=told):
        clean_awards(change(listed(("Polri", "Polres Batu", 2018, "WBK"))), register=register)  # type: ignore[operator]


def test_an_empty_list_is_no_fault(register: Register) -> None:
    cleaned = clean_awards(listed(("Polri", "Polres Batu", 2018, "WBK")).head(0), register=register)
    assert cleaned.accepted.empty
    assert cleaned.log.iloc[-1]["rows_in"] == 0


ROW = st.tuples(
    st.sampled_from(["Polri", "Kemenkumham", "Kota Batu", "Madiun", "BPN", None, "???"]),
    st.sampled_from(
        [
            "Polres Batu",
            "Batu",
            "Lapas Batu",
            "Lapas Kelas I Batu",
            "Disdukcapil",
            "Polres Batu Kota",
            "",
            None,
        ]
    ),
    st.sampled_from([2018, 2019, None]),
    st.sampled_from(["WBK", "WBBM", None, "wbk", "?"]),
    st.fixed_dictionaries({"track": st.sampled_from(["national", "own", "unclear"])}),
)


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(ROW, min_size=1, max_size=12), seed=st.randoms(use_true_random=False))
def test_every_row_is_accounted_for_in_any_order(register: Register, rows: list[tuple], seed: object) -> None:
    table = listed(*rows)
    cleaned = clean_awards(table, register=register)
    assert cleaned.matches["award_id"].tolist() == table["award_id"].tolist()
    told = "|".join(cleaned.accepted["award_ids"]).split("|") if len(cleaned.accepted) else []
    assert sorted(told + cleaned.rejected["award_id"].tolist()) == table["award_id"].tolist()
    shuffled = list(range(len(table)))
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    again = clean_awards(table.iloc[shuffled], register=register)
    pd.testing.assert_frame_equal(again.accepted, cleaned.accepted)
