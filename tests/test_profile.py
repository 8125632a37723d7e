"""The profile of one agency: who can have one, what it counts, and that it never says more than is known."""

import itertools
import math
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from zi_analysis.errors import ParameterError, StudyRefusal
from zi_analysis.evidence.once import load_once
from zi_analysis.evidence.profile import Profile, award_series, profiled_agencies, read_profile
from zi_analysis.evidence.profiled import check_agency
from zi_analysis.evidence.tables import load_table
from zi_analysis.exhibits import profile_charts, profile_findings, profile_peers, profile_rates, profile_tables
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.refusal import Refusal, ask
from zi_analysis.reporting.parameters import check_parameters
from zi_analysis.study.profile_evidence import tell_silence
from zi_analysis.study.profile_peers import compare_peers
from zi_analysis.study.profile_rates import awards_per_year, list_rates
from zi_analysis.study.rate_intervals import yearly_interval

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "notebooks" / "09-agency-profile.ipynb"
YEARS = range(2012, 2026)
KINDS = {
    "a regency with a few": "35.20",
    "nothing known": "11.01",
    "a province": "35",
    "the capital": "31",
    "a withdrawn award": "34.71",
    "a ministry with many": "kemenkumham",
    "mostly its own track": "ma",
    "disputed counts": "polri",
    "split in 2024": "kemenimipas",
    "proposals, no awards": "33.17",
}


@pytest.fixture(params=KINDS.values(), ids=KINDS.keys())
def profile(request: pytest.FixtureRequest) -> Profile:
    return read_profile(request.param)


def parts_of(profile: Profile, edition: Edition) -> tuple:
    """What the notebook asks the study."""
    known = (profile.series, profile.agencies, profile.cells)
    return (
        ask(edition, compare_peers, *known, agency_id=profile.agency_id, years=edition.years),
        ask(edition, list_rates, profile.counts, profile.tries, years=edition.years),
        ask(edition, tell_silence, *known, agency_id=profile.agency_id, years=edition.years),
    )


def test_every_government_and_central_body_can_have_a_profile_and_no_other() -> None:
    register = load_table("agencies")
    rows = profiled_agencies(register)
    local = rows[rows["agency_type"] != "central"]
    assert len(local) == 546
    assert set(rows["agency_id"]) == set(register.loc[register["own_government"] == "yes", "agency_id"])
    assert local["province"].notna().all()
    assert rows.loc[rows["agency_type"] == "central", "province"].isna().all()
    assert rows["agency_id"].is_unique


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("35.2", "'35.20' (Kabupaten Magetan)"),
        ("3520", "did you mean '35.20' (Kabupaten Magetan)?"),
        ("Magetan", "did you mean '35.20' (Kabupaten Magetan)?"),
        ("Pemkab Magetan", "'35.20' (Kabupaten Magetan)"),
        ("Kemenkeu", "did you mean 'kemenkeu' (Kementerian Keuangan)?"),
        ("Departemen Keuangan", "did you mean 'kemenkeu' (Kementerian Keuangan)?"),
        ("Madiun", "'35.19' (Kabupaten Madiun) or '35.77' (Kota Madiun)"),
        ("", "such as '35.20' or 'kemenkeu'"),
        (" 35.20", "did you mean '35.20'"),
        ("../../etc/passwd", "is not in the register"),
        ("x" * 200, "is not in the register"),
    ],
)
def test_a_wrong_id_is_refused_with_the_closest_ones(wrong: str, told: str) -> None:
    with pytest.raises(ParameterError) as refusal:
        check_parameters(NOTEBOOK, {"agency_id": wrong})
    assert told in str(refusal.value)
    assert len(str(refusal.value)) < 400
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("unit", ["31.01", "31.71", "31.72", "31.73", "31.74", "31.75"])
def test_units_of_jakarta_point_to_the_province(unit: str) -> None:
    with pytest.raises(ParameterError, match=r"no government of its own; its work belongs to '31'"):
        check_parameters(NOTEBOOK, {"agency_id": unit})


@pytest.mark.parametrize("wrong", [35.2, 35, True, ["35.20"], None])
def test_an_id_without_quotes_is_refused_with_an_example(wrong: object) -> None:
    with pytest.raises(ParameterError, match=r"give a text in quotes, such as '35\.20'"):
        check_parameters(NOTEBOOK, {"agency_id": wrong})


def test_the_register_asked_is_that_of_the_notebooks_own_project(tmp_path: Path) -> None:
    for part in ("data/register", "data/clean", "data/raw"):
        shutil.copytree(ROOT / part, tmp_path / part)
    shutil.copy(ROOT / "data" / "datapackage.json", tmp_path / "data")
    (tmp_path / "notebooks").mkdir()
    copied = shutil.copy(NOTEBOOK, tmp_path / "notebooks")
    assert check_parameters(copied, {"agency_id": "35.20"})["agency_id"] == "35.20"
    for name in ("agencies", "agency_names"):
        table = tmp_path / "data" / "register" / f"{name}.csv"
        text = table.read_text(encoding="utf-8").replace("\n35.20,", "\n35.99,").replace(",35.20,,35,", ",35.99,,35,")
        table.write_text(text, encoding="utf-8")
    assert check_agency("35.99", root=tmp_path) == "35.99"
    with pytest.raises(ParameterError, match=r"'35\.20' is not in the register"):
        check_parameters(copied, {"agency_id": "35.20"})


def test_a_table_read_once_is_not_changed_by_its_readers() -> None:
    first = load_once("agency_panel")
    first["lower"] = 99
    first.loc[first.index[0], "status"] = "exact"
    pd.testing.assert_frame_equal(load_once("agency_panel"), load_table("agency_panel"))


def test_the_series_of_all_agencies_says_what_the_panel_says_and_unknown_elsewhere() -> None:
    panel = load_table("agency_panel").query("predicate == 'all'")
    series = award_series()
    agencies = profiled_agencies(load_table("agencies"))
    keys = ["agency_id", "year"]
    joined = series.merge(panel, on=keys, how="left", suffixes=("", "_panel"), indicator=True)
    told = joined["_merge"] == "both"
    assert not series.duplicated(keys).any()
    assert set(series["agency_id"]) <= set(agencies["agency_id"])
    assert int(told.sum()) == len(panel)
    assert joined.loc[told, "lower"].equals(joined.loc[told, "lower_panel"])
    assert (joined.loc[told, "status"] == joined.loc[told, "status_panel"]).all()
    assert (joined.loc[~told, "status"] == "unknown").all()
    assert joined.loc[~told, ["lower", "upper"]].isna().all(axis=None)
    assert (series["upper"] >= series["lower"]).fillna(value=True).all()
    assert set(series.loc[series["agency_id"] == "kemenimipas", "year"]) == {2024, 2025}


def test_a_profile_holds_all_rows_of_its_agency(profile: Profile) -> None:
    awards, settled = load_table("awards_clean"), load_table("settled_counts")
    own = awards[awards["agency_id"] == profile.agency_id]
    assert sorted(profile.awards["award_key"]) == sorted(own["award_key"])
    assert profile.awards["address"].str.startswith("http").all() or profile.awards.empty
    tried = settled[(settled["agency_id"] == profile.agency_id) & settled["measure"].isin(["units_proposed"])]
    assert set(profile.tries["settled_id"]) & set(tried["settled_id"]) <= set(tried["settled_id"])
    assert (profile.tries["value"] >= 0).all()
    years = profile.counts["year"]
    assert len(profile.counts) == 3 * years.nunique()


def test_own_and_unclear_proposals_never_make_a_rate() -> None:
    settled = load_table("settled_counts").set_index("settled_id")
    for agency in ("ma", "kemenag", "kemenkumham", "35.71"):
        kept = settled.loc[read_profile(agency).tries["settled_id"]]
        assert (kept["track"] == "national").all()
        assert (kept["coverage"] == "whole").all()


@pytest.mark.parametrize("language", ["en", "id"])
def test_every_exhibit_is_made_or_refused_in_words(profile: Profile, language: str) -> None:
    edition = Edition(language, 2012, 2025)
    peers, rates, silence = parts_of(profile, edition)
    made = [
        profile_tables.table_agency(profile, edition, exhibit="9.1"),
        ask(edition, profile_tables.table_awards, profile, edition, exhibit="9.2"),
        ask(edition, profile_charts.chart_counts, profile, edition, exhibit="9.3"),
        ask(edition, profile_peers.table_peers, peers, profile, edition, exhibit="9.4"),
        ask(edition, profile_rates.table_rates, rates, profile.agency["agency"], edition, exhibit="9.5"),
        ask(edition, profile_peers.table_silence, silence, profile, edition, exhibit="9.6"),
    ]
    for exhibit in made:
        if isinstance(exhibit, Refusal):
            assert exhibit.sentence.startswith({"en": "Refused: ", "id": "Ditolak: "}[language])
        else:
            assert "nan" not in exhibit.title.lower().split()
            assert "<NA>" not in exhibit.title + exhibit.alt + (exhibit.html or "")
    found = profile_findings.find_profile(profile, peers, rates, silence, edition)
    openings = {"en": ("Holds", "Cannot be said"), "id": ("Berlaku", "Tidak dapat dikatakan")}[language]
    assert all(sentence.startswith(openings) for sentence in found.sentences)
    assert not [sentence for sentence in found.sentences if "<NA>" in sentence or "{" in sentence]


def test_an_agency_without_evidence_is_told_plainly_and_without_a_number() -> None:
    profile, edition = read_profile("11.01"), Edition("en", 2012, 2025)
    peers, rates, silence = parts_of(profile, edition)
    assert isinstance(ask(edition, profile_tables.table_awards, profile, edition, exhibit="9.2"), Refusal)
    assert isinstance(rates, Refusal)
    first = profile_findings.find_profile(profile, peers, rates, silence, edition).sentences[0]
    assert first.startswith("Cannot be said: whether any unit of Kabupaten Aceh Selatan was awarded")
    assert peers["least"].tolist() == [0, 0]
    assert (peers["rank_low"] == 1).all()
    assert (peers["rank_high"] == peers["agencies"]).all()


def test_years_without_the_agency_are_said_not_counted() -> None:
    profile, edition = read_profile("kemenimipas"), Edition("id", 2012, 2020)
    peers, rates, silence = parts_of(profile, edition)
    assert isinstance(peers, Refusal)
    assert isinstance(ask(edition, profile_charts.chart_counts, profile, edition, exhibit="9.3"), Refusal)
    (said,) = profile_findings.find_profile(profile, peers, rates, silence, edition).sentences
    assert "tidak ada pada tahun-tahun yang dipilih" in said


def test_withdrawn_awards_are_told_in_the_table_and_the_findings() -> None:
    profile, edition = read_profile("34.71"), Edition("en", 2012, 2025)
    table = profile_tables.table_awards(profile, edition, exhibit="9.2").data
    assert table.loc[table["award_key"] == "w-a0001", "status"].tolist() == ["withdrawn"]
    sentences = profile_findings.find_profile(profile, *parts_of(profile, edition), edition).sentences
    assert any(
        "withdrawn from Dinas Penanaman Modal" in sentence and "2022-06-14" in sentence for sentence in sentences
    )


def test_zero_told_is_zero_and_nothing_told_is_not() -> None:
    profile = read_profile("kemenkumham")
    chart = profile_charts.chart_counts(profile, Edition("en", 2012, 2025), exhibit="9.3")
    assert "2016 0;" in chart.alt
    assert "2017 ?;" in chart.alt
    assert "2018 10;" in chart.alt
    assert "2015 ≥1;" in chart.alt


def test_rates_have_the_interval_of_clopper_and_pearson() -> None:
    profile = read_profile("kemenkumham")
    rates = list_rates(profile.counts, profile.tries, years=YEARS)
    exact = rates[rates["state"] == "exact"]
    for row in exact.itertuples():
        ends = stats.binomtest(int(row.lower), int(row.tried)).proportion_ci(method="exact")
        assert (row.low, row.high) == pytest.approx((ends.low, ends.high), abs=1e-9)
    pooled = exact[exact["year"].isna()]
    yearly = exact[exact["year"].notna()]
    assert pooled[["lower", "tried"]].iloc[0].tolist() == yearly[["lower", "tried"]].sum().tolist()


def counted(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["year", "predicate", "lower", "upper", "status"]).astype(
        {"lower": "Int64", "upper": "Int64"}
    )


def tried(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["year", "predicate", "value"]).assign(measure="units_proposed")


def test_rates_of_bounded_unknown_and_contradicting_counts_claim_no_more_than_is_known() -> None:
    counts = counted(
        (2017, "WBK", 2, 2, "exact"),
        (2018, "WBK", 3, None, "at_least"),
        (2019, "WBK", 3, 5, "at_least"),
        (2020, "WBK", None, None, "unknown"),
        (2021, "WBK", 9, 9, "exact"),
    )
    rates = list_rates(counts, tried(*((year, "WBK", 8) for year in range(2017, 2023))), years=range(2017, 2023))
    rates = rates.set_index("year")
    assert rates["state"].tolist() == ["exact", "at_least", "at_least", "unknown", "contradicted", "unknown"]
    assert rates["rate"].notna().tolist() == [True, False, False, False, False, False]
    assert rates.loc[2018, "low"] == 3 / 8
    assert math.isnan(rates.loc[2018, "high"])
    assert rates.loc[2019, ["low", "high"]].tolist() == [3 / 8, 5 / 8]
    assert rates.loc[[2020, 2021, 2022], ["low", "high"]].isna().all(axis=None)


def test_rates_need_tries_and_yearly_numbers_need_whole_counts() -> None:
    counts = counted((2018, "all", 3, None, "at_least"))
    with pytest.raises(StudyRefusal) as refused:
        list_rates(counts, tried((2018, "all", 0)), years=YEARS)
    assert refused.value.key == "profile_no_tries"
    with pytest.raises(StudyRefusal) as refused:
        awards_per_year(counts, years=YEARS)
    assert refused.value.key == "profile_no_whole"


@pytest.mark.parametrize(("total", "years"), [(0, 1), (1, 3), (12, 4), (589, 4)])
def test_yearly_intervals_are_those_of_garwood(total: int, years: int) -> None:
    low = stats.chi2.ppf(0.025, 2 * total) / 2 if total else 0.0
    high = stats.chi2.ppf(0.975, 2 * total + 2) / 2
    assert yearly_interval(total, years) == pytest.approx((total / years, low / years, high / years), rel=1e-9)
    with pytest.raises(ParameterError):
        yearly_interval(total, 0)


def small_world(least: list[int], whole: list[bool], spare: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Provinces a, b ... with least awards in one year, some with whole counts, and a total above their sum."""
    ids = list("abcdef"[: len(least)])
    agencies = pd.DataFrame(
        {"agency_id": ids, "agency": ids, "agency_type": "province", "kind": "province", "province_id": ids}
    ).assign(valid_from=pd.NA, valid_to=pd.NA)
    upper = [count if told else pd.NA for count, told in zip(least, whole, strict=True)]
    series = pd.DataFrame({"agency_id": ids, "year": 2020, "lower": least, "upper": upper})
    cells = pd.DataFrame({"year": [2020], "agency_type": "province", "upper": [sum(least) + spare]})
    return series, agencies, cells


def every_rank(least: list[int], whole: list[bool], spare: int) -> set[int]:
    """Ranks of the first agency over every way to hand out the spare awards: slow and sure."""
    ranks = set()
    rooms = [range(1) if told else range(spare + 1) for told in whole]
    for further in itertools.product(*rooms):
        if sum(further) <= spare:
            totals = np.array(least) + np.array(further)
            ranks.add(1 + int((totals[1:] > totals[0]).sum()))
    return ranks


@pytest.mark.parametrize("spare", [0, 1, 2, 4])
@pytest.mark.parametrize("least", [[0, 0, 0], [2, 0, 1, 3], [1, 4, 4], [5, 1, 0, 2], [0, 2, 1]])
def test_possible_ranks_are_those_of_every_way_to_hand_out_the_awards(least: list[int], spare: int) -> None:
    for whole in itertools.product([False, True], repeat=len(least)):
        series, agencies, cells = small_world(least, list(whole), spare)
        found = compare_peers(series, agencies, cells, agency_id="a", years=range(2020, 2021)).iloc[0]
        ranks = every_rank(least, list(whole), spare)
        assert (found["rank_low"], found["rank_high"]) == (min(ranks), max(ranks)), (least, whole, spare)


def test_without_a_bounded_total_no_rank_is_given() -> None:
    series, agencies, cells = small_world([1, 2], [False, False], 3)
    found = compare_peers(series, agencies, cells.assign(upper=pd.NA), agency_id="a", years=range(2020, 2021))
    assert found["rank_low"].isna().all()
    assert found["ranked"].tolist()[0] == ()


def test_what_no_page_ties_adds_up_for_every_type() -> None:
    for agency in ("35.20", "34.71", "35", "kemenkeu"):
        profile = read_profile(agency)
        rows = tell_silence(profile.series, profile.agencies, profile.cells, agency_id=agency, years=YEARS)
        bounded = rows[rows["upper"].notna()]
        assert rows["year"].tolist() == list(YEARS)
        assert (bounded["tied"] + bounded["open_high"] == bounded["upper"]).all()
        assert (rows["named"] <= rows["tied"]).all()
        assert (rows["own"].fillna(0) <= rows["tied"]).all()


@pytest.mark.parametrize("language", ["en", "id"])
def test_data_from_pages_is_escaped(language: str) -> None:
    profile, hostile = read_profile("35.20"), "<script>alert(1)</script>"
    awards = profile.awards.assign(unit=hostile, address=f"javascript:{hostile}")
    changed = Profile(**{**profile.__dict__, "awards": awards})
    table = profile_tables.table_awards(changed, Edition(language, 2012, 2025), exhibit="9.2")
    assert "<script" not in (table.html or "")
    assert "href" not in (table.html or "")


def test_numbers_are_written_as_the_language_does() -> None:
    profile = read_profile("kemenkumham")
    rates = list_rates(profile.counts, profile.tries, years=YEARS)
    for language, text in (("en", "16.0%"), ("id", "16,0%")):
        table = profile_rates.table_rates(rates, "x", Edition(language, 2012, 2025), exhibit="9.5")
        assert text in (table.html or "")
