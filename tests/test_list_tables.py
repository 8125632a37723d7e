"""Exhibits about a list of one's own and about how right the matching is; the example they are shown on."""

import importlib.util
import io
import re
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from zi_analysis.evidence.awards import CleanedAwards, clean_awards
from zi_analysis.evidence.fixes import Fix
from zi_analysis.evidence.register import Register, load_register
from zi_analysis.evidence.resolve import resolve_agencies
from zi_analysis.evidence.tables import load_table
from zi_analysis.exhibits import list_tables, spelling_charts, spelling_rows, spelling_tables
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "data" / "examples" / "zi-jawa-timur.xlsx"
EDITIONS = [Edition("en", 2012, 2025, track="national_unclear"), Edition("id", 2012, 2025, track="national_unclear")]


@pytest.fixture(params=EDITIONS, ids=["en", "id"])
def edition(request: pytest.FixtureRequest) -> Edition:
    return request.param


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


@pytest.fixture(scope="module")
def known() -> pd.DataFrame:
    return load_table("awards_clean")


@pytest.fixture(scope="module")
def cleaned(register: Register, known: pd.DataFrame) -> CleanedAwards:
    return clean_awards(EXAMPLE, register=register, known=known)


@pytest.fixture(scope="module")
def decided(register: Register, known: pd.DataFrame) -> CleanedAwards:
    fix = Fix(2, "", "Madiun", "agency_id", "35.19")
    return clean_awards(EXAMPLE, register=register, known=known, fixes=[fix])


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    about = importlib.util.spec_from_file_location("make_example", EXAMPLE.with_name("make_example.py"))
    module = importlib.util.module_from_spec(about)
    about.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def labelled() -> pd.DataFrame:
    """Spellings by hand: two right, one open, two wrong (one of them must stay open)."""
    return pd.DataFrame(
        [
            ["Kabupaten Magetan", None, 2020, "35.20", "test", "exact"],
            ["Kabupaten Magetaan", None, 2020, "35.20", "test", "slip"],
            ["Entah apa", None, 2020, "bps", "test", "slip"],
            ["Kota Madiun", None, 2020, "35.19", "tuning", "region"],
            ["BPS", None, 2020, None, "tuning", "foreign"],
            ["Madiun", None, 2020, None, "tuning", "bare_place"],
        ],
        columns=["spelling", "unit", "year", "agency_id", "half", "made_by"],
    ).astype({"year": "Int64", "unit": "str", "agency_id": "str"})


def data_of(exhibit: Exhibit, edition: Edition) -> pd.DataFrame:
    assert exhibit.language == edition.language
    assert exhibit.title and exhibit.alt and exhibit.source
    assert "{" not in exhibit.title + exhibit.alt + exhibit.source
    assert exhibit.png.startswith(b"\x89PNG")
    return pd.read_csv(io.StringIO(exhibit.csv), keep_default_na=False)


def test_the_example_is_made_from_the_evidence(maker: ModuleType) -> None:
    assert maker.make_example(ROOT) == EXAMPLE.read_bytes()
    assert EXAMPLE.stat().st_size < 30_000


def test_the_example_holds_real_awards_only(maker: ModuleType, decided: CleanedAwards, known: pd.DataFrame) -> None:
    """Every accepted award is the one that its award_ids tell; what is not accepted has no year in the evidence."""
    raw = load_table("awards").set_index("award_id")
    used = [award for lines in maker.SHEETS.values() for line in lines for award in line.award_ids]
    keys = {award for told in known["award_ids"] for award in told.split("|")}
    assert [award for award in used if award not in keys] == ["a0563"]
    assert pd.isna(raw.loc["a0563", "year"])
    assert decided.accepted["known_award"].notna().all()
    told = {
        award
        for key in decided.accepted["known_award"]
        for award in known.set_index("award_key").loc[key, "award_ids"].split("|")
    }
    assert set(used) - {"a0563"} <= told


def test_the_readme_of_the_example_names_every_changed_spelling(maker: ModuleType) -> None:
    readme = " ".join(EXAMPLE.with_name("README.md").read_text(encoding="utf-8").split())
    lines = [line for lines in maker.SHEETS.values() for line in lines]
    written = {text for line in lines for text in (line.agency, line.predicate, line.year) if text}
    assert not [text for text in written if text not in readme]


def test_account(cleaned: CleanedAwards, edition: Edition) -> None:
    data = data_of(list_tables.table_account(cleaned, edition, exhibit="1", file="list.xlsx"), edition)
    assert data.iloc[-1][["rows_in", "accepted", "merged", "rejected"]].tolist() == [32, 29, 1, 2]
    assert (data["rows_in"] == data["accepted"] + data["merged"] + data["rejected"]).all()
    assert len(data) < len(cleaned.log)


def test_to_decide(cleaned: CleanedAwards, register: Register, edition: Edition) -> None:
    exhibit = list_tables.table_to_decide(cleaned, register, edition, exhibit="1", file="list.xlsx")
    data = data_of(exhibit, edition)
    assert data["candidates"].tolist() == ["", "Kabupaten Madiun (35.19); Kota Madiun (35.77)"]
    assert data["rows"].sum() == len(cleaned.rejected) == 2


def test_nothing_to_decide_is_an_empty_table(cleaned: CleanedAwards, register: Register, edition: Edition) -> None:
    calm = replace(cleaned, to_decide=cleaned.to_decide.iloc[:0], rejected=cleaned.rejected.iloc[:0])
    exhibit = list_tables.table_to_decide(calm, register, edition, exhibit="1", file="list.xlsx")
    assert exhibit.data.empty


def test_before_and_after(cleaned: CleanedAwards, decided: CleanedAwards, edition: Edition) -> None:
    exhibit = list_tables.table_decided(cleaned, decided, edition, exhibit="1", file="list.xlsx")
    assert data_of(exhibit, edition)["change"].tolist() == [0, 1, 0, -1]


def test_types_and_years_count_the_awards(decided: CleanedAwards, edition: Edition) -> None:
    data = data_of(list_tables.table_list_types(decided.accepted, edition, exhibit="1", file="l"), edition)
    assert data["all"].sum() == len(decided.accepted) == 30
    # counted by hand in the sheets
    assert data.set_index("year").loc[2021, ["central", "province", "regency", "city"]].tolist() == [4, 1, 3, 0]
    narrow = replace(edition, first_year=2021, last_year=2022, predicate="WBBM", agency_types=["regency"])
    exhibit = list_tables.table_list_types(decided.accepted, narrow, exhibit="1", file="l")
    assert exhibit.data.to_numpy().tolist() == [[2021, 2, 2]]


def test_own_awards_are_left_out_and_unclear_ones_by_choice(decided: CleanedAwards) -> None:
    tracks = ["own", "unclear", "national"] + ["own"] * (len(decided.accepted) - 3)
    told = decided.accepted.assign(track=tracks)
    assert len(list_tables.choose_awards(told, EDITIONS[0])) == 2
    assert len(list_tables.choose_awards(told, replace(EDITIONS[0], track="national"))) == 1


def test_known_and_new(decided: CleanedAwards, edition: Edition) -> None:
    first = decided.accepted.index[0]
    told = decided.accepted.assign(known_award=decided.accepted["known_award"].mask(decided.accepted.index == first))
    data = data_of(list_tables.table_known(told, edition, exhibit="1", file="l"), edition)
    assert data[["awards", "known", "new"]].sum().tolist() == [30, 29, 1]


def test_the_draw_is_repeated_by_its_seed(decided: CleanedAwards, edition: Edition) -> None:
    draws = [
        data_of(list_tables.table_drawn(decided.accepted, edition, exhibit="1", file="l", seed=seed), edition)
        for seed in (7, 7, 8)
    ]
    assert draws[0].equals(draws[1])
    assert not draws[0].equals(draws[2])
    assert draws[0]["place"].str.fullmatch(r"zi-jawa-timur\.xlsx!.+!\d+(#\d+)?").all()


def test_scores_by_hand(labelled: pd.DataFrame, register: Register) -> None:
    scored = spelling_rows.score_spellings(labelled, register)
    assert scored["outcome"].tolist() == ["right", "right", "open", "wrong", "wrong", "right"]
    assert len(scored) == len(labelled)


def test_right_open_and_wrong(labelled: pd.DataFrame, register: Register, edition: Edition) -> None:
    scored = spelling_rows.score_spellings(labelled, register)
    data = data_of(spelling_tables.table_right(scored, edition, exhibit="1"), edition)
    assert data[["spellings", "right", "wrong"]].to_numpy().tolist() == [[1, 0, 1], [2, 1, 1], [3, 2, 0], [0, 0, 0]]
    assert data["spellings"].sum() == len(labelled)


def test_confusions_come_before_what_stays_open(labelled: pd.DataFrame, register: Register, edition: Edition) -> None:
    scored = spelling_rows.score_spellings(labelled, register)
    data = data_of(spelling_tables.table_confusions(scored, register, edition, exhibit="1"), edition)
    assert data["spelling"].tolist() == ["Kota Madiun", "BPS", "Entah apa"]
    assert data.loc[0, ["truth", "found"]].tolist() == ["Kabupaten Madiun", "Kota Madiun"]


def test_the_curve_equals_resolving_everything_anew(register: Register) -> None:
    labelled = load_table("labelled_spellings").iloc[::9].reset_index(drop=True)
    curve = spelling_rows.trace_curve(labelled, register, scores=[60, 88, 97])
    means = labelled["agency_id"].notna()
    for score in (60, 88, 97):
        asked = labelled.drop(columns="agency_id")
        found = resolve_agencies(
            asked, name="spelling", unit="unit", year="year", register=register, least_score=score
        )["agency_id"]
        for half in ("tuning", "test"):
            rows = means & (labelled["half"] == half)
            told = curve[(curve["least_score"] == score) & (curve["half"] == half)].iloc[0]
            assert told["open"] == pytest.approx(found[rows].isna().mean())
            assert told["right"] == pytest.approx((found[rows] == labelled["agency_id"][rows]).mean())
            assert told["matched"] == (~means & (labelled["half"] == half) & found.notna()).sum()
    assert curve["open"].iloc[-1] > curve["open"].iloc[1]


def test_the_curve_is_drawn(labelled: pd.DataFrame, register: Register, edition: Edition) -> None:
    curve = spelling_rows.trace_curve(labelled, register, scores=[70, 99])
    exhibit = spelling_charts.chart_curve(curve, edition, exhibit="1", least_score=70)
    assert len(data_of(exhibit, edition)) == 4
    assert re.search(r"\b70\b", exhibit.title)
