"""The teaching case: its figures against a plain count of the raw rows, and that it says no more than is known."""

import csv
import io
import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from scipy import stats

from zi_analysis.errors import ParameterError, StudyRefusal
from zi_analysis.evidence.assemble import Evidence
from zi_analysis.evidence.case import Case, list_stocks, read_case
from zi_analysis.evidence.case_figures import list_figures
from zi_analysis.evidence.stored import read_evidence
from zi_analysis.evidence.trace import trace
from zi_analysis.exhibits import (
    case_answers,
    case_findings,
    case_national,
    case_peers,
    case_readers,
    case_story,
    case_timeline,
    case_trace,
    case_units,
)
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.refusal import Refusal, ask
from zi_analysis.reporting.parameters import check_parameters
from zi_analysis.study import case_counts
from zi_analysis.study.case_before import count_open, won_before_by_rule
from zi_analysis.study.case_national import last_unit_rate, list_national, rate_agencies
from zi_analysis.study.case_peers import compare_groups

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "notebooks" / "10-case-magetan.ipynb"
DECADE = range(2014, 2025)
ALONE = "magetan-kominfo-2024-12"  # the source without address that most of the country's numbers rest on
OTHERS = {
    "nothing known": ("11.01", 2024, "id"),
    "a city": ("35.73", 2019, "en"),
    "a province": ("35", 2019, "id"),
    "a withdrawn award": ("34.71", 2014, "en"),
    "a ministry counted but not named": ("kemenkumham", 2020, "en"),
    "no year before": ("kemenkeu", 2012, "id"),
}


def raw(name: str) -> list[dict[str, str]]:
    """Rows of a raw table as they lie in the file."""
    with (ROOT / "data" / "raw" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def told(year: int, agency_type: str, measure: str, predicate: str = "all") -> set[int]:
    """Every value that a page tells for a national number of a year, counted plainly."""
    return {
        int(row["value"])
        for row in raw("published_counts")
        if row["year"] == str(year)
        and row["scope"] == ("national" if agency_type == "all" else "agency_type")
        and (row["agency_type"], row["measure"], row["predicate"]) == (agency_type, measure, predicate)
        and (row["basis"], row["track"], row["coverage"]) == ("yearly", "national", "whole")
    }


@pytest.fixture(scope="module")
def magetan() -> Case:
    return read_case("35.20", case_year=2024, years=DECADE)


@pytest.fixture(scope="module")
def figures(magetan: Case) -> pd.DataFrame:
    return list_figures(magetan)


def exact_value(national: pd.DataFrame, agency_type: str, measure: str, predicate: str = "all") -> int | None:
    row = case_story.value_of(national, measure, agency_type, predicate=predicate)
    return None if row is None or row["status"] != "exact" else int(row["lower"])


# ---- the national count ----


@pytest.mark.parametrize("agency_type", ["all", "central", "province", "regency", "city"])
def test_agencies_evaluated_are_those_a_page_tells(magetan: Case, agency_type: str) -> None:
    national = case_counts.count_country(magetan, year=2024)
    assert {exact_value(national, agency_type, "agencies_evaluated")} == told(2024, agency_type, "agencies_evaluated")


@pytest.mark.parametrize("predicate", ["all", "WBK", "WBBM"])
def test_units_awarded_are_those_a_page_tells(magetan: Case, predicate: str) -> None:
    national = case_counts.count_country(magetan, year=2024)
    value = exact_value(national, "all", "units_awarded", predicate)
    assert {value} == told(2024, "all", "units_awarded", predicate)


def test_the_country_of_2024_adds_up(magetan: Case) -> None:
    national = case_counts.count_country(magetan, year=2024)
    evaluated = {name: exact_value(national, name, "agencies_evaluated") for name in case_national_groups()}
    assert evaluated["all"] == evaluated["central"] + evaluated["local"]
    assert evaluated["local"] == evaluated["province"] + evaluated["regency"] + evaluated["city"]
    for kind in ("central", "local"):
        assert {exact_value(national, kind, "agencies_awarded")} == told(2024, kind, "agencies_awarded")
    units = [exact_value(national, "all", "units_awarded", name) for name in ("all", "WBK", "WBBM")]
    assert units[0] == units[1] + units[2]
    before = case_counts.count_country(magetan, year=2023)
    assert {exact_value(before, "all", "agencies_evaluated")} == told(2023, "all", "agencies_evaluated")
    assert len(told(2023, "all", "agencies_evaluated")) == 1


def case_national_groups() -> list[str]:
    return ["all", "central", "local", "province", "regency", "city"]


def test_what_no_page_tells_is_never_shown_as_exact(magetan: Case) -> None:
    national = case_counts.count_country(magetan, year=2024)
    for kind in ("province", "regency", "city"):
        assert not told(2024, kind, "agencies_awarded")
        assert exact_value(national, kind, "agencies_awarded") is None
        assert exact_value(national, kind, "units_awarded") is None


def test_the_table_marks_exact_bounded_and_summed_numbers_apart(magetan: Case) -> None:
    national, before = (case_counts.count_country(magetan, year=year) for year in (2024, 2023))
    table = case_national.table_national(national, before, Edition("en", 2014, 2024), exhibit="10.3")
    for row in table.data.itertuples():
        text = case_national.say_bounds(row, Edition("en", 2014, 2024))
        assert f">{text}<" in table.html
        assert text.startswith("(") == (row.status == "sum" and pd.notna(row.upper))
        assert ("–" in text) == (row.status in ("bounded", "sum"))
    assert len(table.data) == 6 * 6 + 6


def test_a_year_outside_the_evidence_has_no_row(magetan: Case) -> None:
    assert case_counts.count_country(magetan, year=1999).empty


# ---- shares and rates ----


def test_exact_shares_have_the_interval_of_clopper_and_pearson(magetan: Case) -> None:
    shares = case_counts.share_agencies(magetan)
    exact = shares[shares["state"] == "exact"]
    assert exact["agency_type"].tolist() == ["all", "central", "local"]
    for row in exact.itertuples():
        ends = stats.binomtest(int(row.awarded_low), int(row.trials_low)).proportion_ci(method="exact")
        assert (row.low, row.high) == pytest.approx((ends.low, ends.high), abs=1e-9)


def test_bounded_shares_have_bounds_and_no_rate(magetan: Case) -> None:
    shares = case_counts.share_agencies(magetan).set_index("agency_type")
    regency = shares.loc["regency"]
    assert regency["state"] == "bounded"
    assert np.isnan(regency["rate"])
    assert regency["low"] == pytest.approx(regency["awarded_low"] / regency["trials_high"])
    assert regency["high"] == pytest.approx(regency["awarded_high"] / regency["trials_low"])
    assert shares.loc["province", "state"] == "none"


def test_more_agencies_awarded_than_evaluated_is_refused() -> None:
    cells = pd.DataFrame({"year": [2024], "agency_type": "all", "predicate": "all", "lower": [1], "upper": [1]})
    values = {"measure": ["agencies_awarded", "agencies_evaluated"], "lower": [9, 5], "upper": [9, 5]}
    with pytest.raises(StudyRefusal, match="more awarded than"):
        rate_agencies(cells, pd.DataFrame({"year": 2024, "agency_type": "city", **values}), year=2024)


def test_the_last_whole_rate_of_units_is_that_of_the_raw_rows(magetan: Case) -> None:
    counted = magetan.evidence.counted
    last = last_unit_rate(counted.cells, counted.exposures, years=DECADE)
    year = int(last["year"])
    assert {int(last["trials"])} == told(year, "all", "units_evaluated")
    assert {int(last["successes"])} == told(year, "all", "units_awarded")
    assert not any(told(later, "all", "units_evaluated") for later in range(year + 1, 2025))
    assert last_unit_rate(counted.cells, counted.exposures, years=range(2012, 2013)) is None


# ---- the units, and those before them ----


def test_the_units_by_name_are_those_of_the_raw_rows(magetan: Case) -> None:
    named = {
        (row["year"], row["unit"], row["predicate"])
        for row in raw("awards")
        if row["agency"] == "Pemerintah Kabupaten Magetan" and row["track"] == "national"
    }
    shown = case_units.table_units(magetan, Edition("en", 2014, 2024), exhibit="10.1").data
    by_name = shown[shown["identifier"].str.startswith("w-")]
    assert set(zip(by_name["when"], by_name["what"], by_name["predicate"], strict=True)) == named


def test_the_stock_is_that_of_the_raw_rows(magetan: Case) -> None:
    (row,) = [
        row
        for row in raw("published_counts")
        if row["agency"] == "Pemerintah Kabupaten Magetan" and row["basis"] == "cumulative"
    ]
    assert (int(magetan.stock["held"]), int(magetan.stock["year"])) == (int(row["value"]), int(row["year"]))
    assert read_case("35.20", case_year=2023, years=range(2014, 2024)).stock is None


def test_a_stock_of_both_predicates_is_not_added_to_that_of_one() -> None:
    about = {"scope": "agency", "agency_id": "x", "measure": "units_awarded", "basis": "cumulative"}
    about |= {"track": "national", "coverage": "whole", "part": pd.NA}
    rows = [(2020, "all", 5), (2020, "WBK", 4), (2021, "WBK", 4), (2021, "WBBM", 2), (2026, "all", 99)]
    settled = pd.DataFrame(rows, columns=["year", "predicate", "value"]).assign(**about, settled_id=list("abcde"))
    stocks = list_stocks(settled, last_year=2025)
    assert stocks[["year", "held", "settled_ids"]].to_numpy().tolist() == [[2020, 5, "a"], [2021, 6, "c|d"]]
    for column, other in (("track", "own"), ("coverage", "partial"), ("basis", "yearly"), ("part", "first")):
        assert list_stocks(settled.assign(**{column: other}), last_year=2025).empty


@pytest.mark.parametrize("counts_own_year", [True, False])
def test_open_units_are_bounded_by_both_readings_of_a_stock(counts_own_year: bool) -> None:
    """Ten units, some named, some of the stock's year: whichever reading is true, the range holds it."""
    for year_of, named in itertools.product(
        itertools.product([2020, 2021], repeat=4), itertools.product([0, 1], repeat=4)
    ):
        units = pd.DataFrame({"year": year_of, "unit": list("abcd"), "named": named})
        stock = units[units["year"] <= (2021 if counts_own_year else 2020)]
        awards = units[units["named"] == 1]
        left = count_open(awards, held=len(stock), year=2021)
        truly = int((stock["named"] == 0).sum())
        assert left.open_low <= truly <= left.open_high


def test_a_wbbm_without_an_earlier_wbk_tells_of_one_more_award() -> None:
    awards = pd.DataFrame(
        [(2018, "a", "WBK"), (2020, "a", "WBBM"), (2020, "b", "WBBM"), (2020, "c", "WBK"), (2020, "c", "WBBM")],
        columns=["year", "unit", "predicate"],
    )
    assert won_before_by_rule(awards)["unit"].tolist() == ["b", "c"]
    assert won_before_by_rule(awards[:0]).empty


def test_a_count_without_names_is_told_as_a_count_and_not_as_silence() -> None:
    case, edition = read_case("kemenkumham", case_year=2020, years=DECADE), Edition("en", 2014, 2024)
    assert case.count["status"] == "exact"
    assert case.awards.query("year == 2020").empty
    count = str(int(case.count["lower"]))
    table = case_units.table_units(case, edition, exhibit="10.1")
    assert table.data.loc[table.data["when"] == "2020", "count"].tolist() == [count]
    story = case_story.tell_story(case, *both_years(case), list_figures(case), edition)
    assert count in story.sentences[0]
    assert "silence" not in story.sentences[0]


def both_years(case: Case) -> tuple[pd.DataFrame, pd.DataFrame]:
    year = case.case_year
    return case_counts.count_country(case, year=year), case_counts.count_country(case, year=year - 1)


# ---- peers ----


def test_groups_count_the_agencies_that_the_panel_knows(magetan: Case) -> None:
    with (ROOT / "data" / "clean" / "agency_panel.csv").open(encoding="utf-8", newline="") as lines:
        panel = [row for row in csv.DictReader(lines) if row["predicate"] == "all" and row["lower"] not in ("", "0")]
    with (ROOT / "data" / "register" / "agencies.csv").open(encoding="utf-8", newline="") as lines:
        register = {row["agency_id"]: row for row in csv.DictReader(lines)}
    for years in (DECADE, range(2024, 2025)):
        known = {row["agency_id"] for row in panel if int(row["year"]) in years}
        wanted = {
            "type": {one for one in known if register[one]["agency_type"] == "regency"},
            "same_type": {one for one in known if register[one]["agency_type"] == "regency" and one[:3] == "35."},
            "province": {one for one in known if one[:3] == "35."},
        }
        groups = case_counts.place_agency(magetan, years=years).set_index("group")
        assert groups.index.tolist() == list(wanted)
        assert {name: int(groups.loc[name, "known"]) for name in wanted} == {n: len(ids) for n, ids in wanted.items()}
        assert (groups["rank_low"] <= groups["rank_high"]).all()


def two_provinces(least: list[int], spare: int) -> tuple:
    """Regencies a, b of one province and c, d of another, with least awards in one year and a total above."""
    ids = list("abcd")[: len(least)]
    agencies = pd.DataFrame({"agency_id": ids, "agency": ids, "agency_type": "regency", "kind": "regency"})
    agencies = agencies.assign(province_id=["1", "1", "2", "2"][: len(least)], valid_from=pd.NA, valid_to=pd.NA)
    series = pd.DataFrame({"agency_id": ids, "year": 2020, "lower": least, "upper": pd.NA})
    series = series.assign(status="at_least").astype({"lower": "Int64", "upper": "Int64"})
    cells = pd.DataFrame({"year": [2020], "agency_type": "regency", "upper": [sum(least) + spare]}).astype(
        {"upper": "Int64"}
    )
    known = sum(count > 0 for count in least)
    exposures = pd.DataFrame(
        {"year": [2020], "agency_type": "regency", "measure": "agencies_awarded", "upper": [known + min(spare, 1)]}
    )
    return series, agencies, cells, exposures, pd.DataFrame({"agency_id": ["b"], "year": [2019], "held": [1]})


@pytest.mark.parametrize("spare", [0, 1, 3])
@pytest.mark.parametrize("least", [[0, 0, 0, 0], [2, 0, 1, 3], [1, 2, 4, 0], [3, 1, 0, 5]])
def test_ranks_in_the_province_are_those_of_every_way_to_hand_out_the_awards(least: list[int], spare: int) -> None:
    ranks = set()
    for further in itertools.product(range(spare + 1), repeat=4):
        if sum(further) <= spare:
            totals = np.array(least) + np.array(further)
            ranks.add(1 + int(totals[1] > totals[0]))
    groups = compare_groups(*two_provinces(least, spare), agency_id="a", years=range(2020, 2021)).set_index("group")
    found = groups.loc["same_type"]
    assert (found["rank_low"], found["rank_high"]) == (min(ranks), max(ranks))


@pytest.mark.parametrize("least", [[0, 0, 0, 0], [2, 0, 1, 3], [0, 2, 4, 0]])
def test_shares_hold_every_way_to_hand_out_the_agencies_awarded(least: list[int]) -> None:
    parts = two_provinces(least, 3)
    most = int(parts[3]["upper"].iloc[0])
    groups = compare_groups(*parts, agency_id="a", years=range(2020, 2021)).set_index("group")
    for name, size in (("type", 4), ("same_type", 2)):
        shares = []
        for awarded in itertools.product([False, True], repeat=4):
            fits = all(got or not count for got, count in zip(awarded, least, strict=True)) and sum(awarded) <= most
            if fits:
                shares.append(sum(awarded[:size]) / size)
        found = groups.loc[name, ["share_low", "share_high"]].astype(float).tolist()
        assert found == [min(shares), max(shares)]
    assert groups.loc["type", "by_stock"] == (0 if least[1] else 1)


def test_over_several_years_no_share_has_an_upper_end(magetan: Case) -> None:
    assert (case_counts.place_agency(magetan, years=range(2023, 2025))["share_high"] == 1).all()
    assert case_counts.place_agency(magetan, years=range(2023, 2024)).loc[0, "share_high"] < 1
    assert case_counts.place_agency(magetan, years=range(2024, 2025)).loc[0, "share_high"] < 1


def test_the_size_of_an_agency_is_said_to_be_unknown(magetan: Case) -> None:
    groups = [case_counts.place_agency(magetan, years=years) for years in (DECADE, range(2024, 2025))]
    table = case_peers.table_groups(*groups, magetan, Edition("en", 2014, 2024), exhibit="10.6")
    assert "no table of the evidence has a size" in table.html
    register = set(magetan.profile.agencies.columns)
    assert not register & {"population", "units", "size"}, "a size is there: compare the agency with its size class"


def test_words_beside_the_bars_stay_on_the_picture() -> None:
    case, edition = read_case("kemenkeu", case_year=2019, years=DECADE), Edition("id", 2014, 2024)
    chart = case_peers.chart_peers(case_counts.know_peers(case), case, edition, exhibit="10.5")
    with Image.open(io.BytesIO(chart.png)) as picture:
        edge = np.asarray(picture.convert("L"))[:, -3:]
    assert (edge > 250).all()


def test_every_peer_is_in_the_data_of_the_chart(magetan: Case) -> None:
    peers = case_counts.know_peers(magetan)
    chart = case_peers.chart_peers(peers, magetan, Edition("en", 2014, 2024), exhibit="10.5")
    assert len(chart.data) == 38
    assert chart.data.loc[chart.data["own"], "agency"].tolist() == ["Kabupaten Magetan"]
    silent = int(((chart.data["least"] == 0) & ~(chart.data["held"] > 0).fillna(value=False)).sum())
    assert f"of {silent} nothing is told" in chart.title


# ---- where figures are from ----


def test_stored_evidence_traces_as_assembled_evidence_does(evidence: Evidence, figures: pd.DataFrame) -> None:
    stored = read_evidence(ROOT)
    for identifier in [*figures["identifier"], *evidence.readings["row_id"].unique()]:
        assert str(trace(identifier, evidence=stored)) == str(trace(identifier, evidence=evidence))


def test_figures_rest_on_the_sources_of_their_raw_rows(figures: pd.DataFrame) -> None:
    settled = figures[figures["identifier"].str.startswith("s-") & (figures["about"] == "country")]
    assert len(settled) >= 10
    for row in settled.itertuples():
        scope = "national" if row.agency_type == "all" else "agency_type"
        wanted = {
            one["source_id"]
            for one in raw("published_counts")
            if (one["year"], one["scope"], one["agency_type"]) == (str(row.year), scope, row.agency_type)
            and (one["measure"], one["predicate"], one["coverage"]) == (row.measure, row.predicate, "whole")
            and (one["basis"], one["track"]) == ("yearly", "national")
        }
        assert set(row.sources.split("|")) == wanted
        assert row.pages == len(wanted)


@pytest.mark.parametrize(
    ("column", "other"),
    [("coverage", "partial"), ("track", "own"), ("basis", "cumulative"), ("part", "first"), ("value", pd.NA)],
)
def test_a_figure_is_never_traced_to_a_count_of_something_else(magetan: Case, column: str, other: object) -> None:
    settlement = magetan.evidence.settlement
    rows = settlement.settled
    twin = rows[rows["settled_id"] == "s-2024-national-all-units_awarded"].assign(settled_id="twin", **{column: other})
    settled = pd.concat([rows, twin.astype(rows.dtypes)], ignore_index=True)
    changed = replace(magetan.evidence, settlement=replace(settlement, settled=settled))
    found = list_figures(replace(magetan, evidence=changed))
    assert "twin" not in set(found["identifier"])
    assert "s-2024-national-all-units_awarded" in set(found["identifier"])


def test_figures_that_rest_on_the_source_without_address_are_said_to(figures: pd.DataFrame) -> None:
    (source,) = [row for row in raw("sources") if row["source_id"] == ALONE]
    assert source["url"] == ""
    alone = case_trace.rests_alone(figures)
    assert (alone == (figures["sources"] == ALONE)).all()
    assert set(figures.loc[alone, "publisher"]) == {source["publisher"]}
    units = figures.set_index("identifier").loc["s-2024-national-all-units_awarded"]
    assert (units["pages"], units["with_address"]) == (2, 1)
    assert figures.loc[alone & (figures["year"] == 2023), "measure"].tolist() == ["agencies_evaluated"]


def test_findings_that_rest_on_one_source_are_conditional(magetan: Case, figures: pd.DataFrame) -> None:
    edition = Edition("en", 2014, 2024)
    parts = (case_counts.place_agency(magetan, years=range(2024, 2025)), case_counts.share_agencies(magetan))
    found = case_findings.find_case(magetan, *parts, *both_years(magetan), figures, edition).sentences
    condition = [sentence for sentence in found if sentence.startswith("Holds only if")]
    assert "Dinas Kominfo Kabupaten Magetan is right" in condition[0]
    assert len(condition) == 3
    sound = figures.assign(with_address=figures["pages"])
    found = case_findings.find_case(magetan, *parts, *both_years(magetan), sound, edition).sentences
    assert not [sentence for sentence in found if "only if" in sentence]


# ---- every case ----


def every_exhibit(case: Case, edition: Edition) -> tuple[list[Exhibit | Refusal], list[str]]:
    """What the notebook shows."""
    national, before = both_years(case)
    shares, known = case_counts.share_agencies(case), list_figures(case)
    decade, year = (
        case_counts.place_agency(case, years=years) for years in (case.years, range(case.case_year, case.case_year + 1))
    )
    answers = {
        "head": case_answers.answer_head(case, year, shares, national, before, edition),
        "servant": case_answers.answer_servant(case, edition),
        "citizen": case_answers.answer_citizen(case, edition),
    }
    made = [
        ask(edition, case_units.table_units, case, edition, exhibit="10.1"),
        case_timeline.chart_decade(case, edition, exhibit="10.2"),
        case_national.table_national(national, before, edition, exhibit="10.3"),
        case_national.chart_shares(shares, case.case_year, edition, exhibit="10.4"),
        case_peers.chart_peers(case_counts.know_peers(case), case, edition, exhibit="10.5"),
        case_peers.table_groups(decade, year, case, edition, exhibit="10.6"),
        *(
            case_readers.table_answers(said, reader, case, edition, exhibit=f"10.{number}")
            for number, (reader, said) in enumerate(answers.items(), start=7)
        ),
        ask(edition, case_trace.table_trace, known, case, edition, exhibit="10.10"),
    ]
    story = case_story.tell_story(case, national, before, known, edition).sentences
    found = case_findings.find_case(case, year, shares, national, before, known, edition).sentences
    return made, [*story, *found]


@pytest.mark.parametrize(("agency_id", "case_year", "language"), OTHERS.values(), ids=OTHERS.keys())
def test_every_exhibit_is_made_or_refused_in_words(agency_id: str, case_year: int, language: str) -> None:
    case = read_case(agency_id, case_year=case_year, years=range(2012, 2026))
    made, said = every_exhibit(case, Edition(language, 2012, 2025))
    for exhibit in made:
        if isinstance(exhibit, Refusal):
            assert exhibit.sentence.startswith({"en": "Refused: ", "id": "Ditolak: "}[language])
            continue
        text = exhibit.title + exhibit.alt + (exhibit.html or "")
        assert "<NA>" not in text
        assert ">nan<" not in text
        assert "{" not in text
        assert exhibit.csv.count("\n") > 1
    assert not [sentence for sentence in said if "<NA>" in sentence or "{" in sentence or "None" in sentence]


def test_the_decade_marks_silence_and_does_not_draw_it_as_zero(magetan: Case) -> None:
    rows = case_timeline.decade_rows(magetan).set_index("year")
    assert rows.index.tolist() == list(DECADE)
    assert (rows.loc[:2023, "agency_status"] == "unknown").all()
    assert rows.loc[:2023, "agency_lower"].isna().all()
    assert rows["held"].dropna().to_dict() == {2024: 8}
    with (ROOT / "data" / "decisions" / "rules_in_force.csv").open(encoding="utf-8", newline="") as lines:
        rules = [(int(row["first_year"]), int(row["last_year"]), row["rules"]) for row in csv.DictReader(lines)]
    for year in DECADE:
        assert [name for first, last, name in rules if first <= year <= last] == [rows.loc[year, "rules"]]
    chart = case_timeline.chart_decade(magetan, Edition("en", 2014, 2024), exhibit="10.2")
    assert "2023 (rules 90/2021) country 109, agency ?;" in chart.alt


@pytest.mark.parametrize("language", ["en", "id"])
def test_each_reader_is_told_what_counts_cannot_say(magetan: Case, language: str) -> None:
    made, _ = every_exhibit(magetan, Edition(language, 2014, 2024))
    for table in made[6:9]:
        assert len(table.data) == 3
        assert table.data["cannot"].str.len().gt(20).all()
    assert made[6].data["state"].tolist() == ["part", "none", "part"]


def test_numbers_are_written_as_the_language_does(magetan: Case) -> None:
    for language, text in (("en", "1,095"), ("id", "1.095")):
        made, _ = every_exhibit(magetan, Edition(language, 2014, 2024))
        assert text in made[7].html
        assert text in made[9].html


@pytest.mark.parametrize("language", ["en", "id"])
def test_names_from_pages_are_escaped(magetan: Case, language: str) -> None:
    hostile = "<script>alert(1)</script>"
    profile = replace(magetan.profile, awards=magetan.profile.awards.assign(unit=hostile))
    made, _ = every_exhibit(replace(magetan, profile=profile), Edition(language, 2014, 2024))
    assert not [exhibit.number for exhibit in made if "<script" in (exhibit.html or "")]
    case = replace(magetan, profile=profile)
    story = case_story.tell_story(case, *both_years(case), list_figures(case), Edition(language, 2014, 2024))
    assert "\\<script\\>" in story._repr_markdown_()
    assert "<script" not in story._repr_markdown_().replace("\\<", "")


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_case_outside_its_years_is_refused_in_one_line(language: str) -> None:
    edition = Edition(language, 2014, 2020)
    case = ask(edition, read_case, "35.20", case_year=2024, years=edition.years)
    assert isinstance(case, Refusal)
    assert "2024" in case.sentence
    assert "2014" in case.sentence
    assert "\n" not in case.sentence
    assert ask(edition, case_units.table_units, case, edition, exhibit="10.1") is case


def test_a_case_before_its_agency_is_refused_by_name() -> None:
    with pytest.raises(StudyRefusal, match="Imigrasi dan Pemasyarakatan did not exist in 2020") as refused:
        read_case("kemenimipas", case_year=2020, years=DECADE)
    assert refused.value.key == "case_not_there"


@pytest.mark.parametrize("wrong", ["35.2", "Magetan", "31.71"])
def test_a_wrong_id_is_refused_before_a_kernel_starts(wrong: str) -> None:
    with pytest.raises(ParameterError) as refused:
        check_parameters(NOTEBOOK, {"agency_id": wrong})
    assert "\n" not in str(refused.value)


def test_the_listed_national_numbers_are_in_the_order_of_the_table(magetan: Case) -> None:
    counted = magetan.evidence.counted
    rows = list_national(counted.cells, counted.exposures, year=2024)
    assert rows["agency_type"].drop_duplicates().tolist() == case_national_groups()
    assert rows["identifier"].is_unique
