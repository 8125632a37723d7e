"""Exhibits: picture, data, words; hostile text stays text; findings follow the numbers."""

import base64
import io
from dataclasses import replace

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread

from zi_analysis.errors import StudyRefusal
from zi_analysis.evidence.assemble import Evidence
from zi_analysis.evidence.tables import load_table
from zi_analysis.exhibits import (
    count_charts,
    evidence_charts,
    evidence_tables,
    findings,
    model_charts,
    model_tables,
    rate_rows,
    spot_checks,
    tiles,
)
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import MIME, Exhibit
from zi_analysis.exhibits.findings import Findings
from zi_analysis.exhibits.refusal import Refusal, ask
from zi_analysis.exhibits.tables import make_table
from zi_analysis.study import compare, ends, series

EDITIONS = [
    Edition("en", 2012, 2025),
    Edition("id", 2016, 2024, predicate="WBK", agency_types=["central", "city"]),
]


@pytest.fixture(params=EDITIONS, ids=["en", "id"])
def edition(request: pytest.FixtureRequest) -> Edition:
    return request.param


def _check(exhibit: Exhibit, edition: Edition) -> pd.DataFrame:
    """Every exhibit has a picture, a title, an alt text, a source line and its data as csv."""
    assert exhibit.language == edition.language
    assert exhibit.title and exhibit.alt and exhibit.source
    assert "{" not in exhibit.title + exhibit.alt
    image = imread(io.BytesIO(exhibit.png))
    assert image.shape[1] > 500
    assert exhibit.png == exhibit.png
    data = pd.read_csv(io.StringIO(exhibit.csv), keep_default_na=False)
    assert list(data.columns) == list(exhibit.data.columns)
    assert len(data) == len(exhibit.data)
    return data


def test_evidence_exhibits(evidence: Evidence, edition: Edition) -> None:
    settlement, awards, cells = evidence.settlement, evidence.awards, evidence.counted.cells
    exhibits = [
        evidence_charts.chart_pages(evidence.published, evidence.award_rows, evidence.sources, edition, exhibit="1"),
        evidence_charts.chart_conflicts(settlement.conflicts, settlement.settled, edition, exhibit="2"),
        evidence_charts.chart_coverage(cells, edition, exhibit="3"),
        evidence_tables.table_settlement(settlement, edition, exhibit="4"),
        evidence_tables.table_cleaning(awards.log, findings.count_rows(evidence), edition, exhibit="5"),
        evidence_tables.table_rejects(awards.rejected, edition, exhibit="6"),
        evidence_tables.table_matching(awards.matches, edition, exhibit="7"),
        evidence_tables.table_contradictions(evidence.counted.contradictions, settlement.settled, edition, exhibit="8"),
        spot_checks.table_spot_check(evidence, edition, exhibit="9", seed=1),
        spot_checks.table_cell_check(evidence, edition, exhibit="10", seed=1),
    ]
    data = [_check(exhibit, edition) for exhibit in exhibits]
    assert data[0]["pages"].sum() > 100
    assert set(data[1]["year"]) <= set(edition.years)
    assert data[3]["facts"].sum() == settlement.settled["year"].isin(edition.years).sum()
    assert data[5]["rows"].sum() == len(awards.rejected)
    assert data[6]["rows"].sum() == len(awards.matches)


def test_count_exhibits(evidence: Evidence, edition: Edition) -> None:
    cells, exposures = evidence.counted.cells, evidence.counted.exposures
    rates = series.bounded_rates(cells, exposures, measure="agencies_existing")
    awards = _check(count_charts.chart_awards(cells, edition, exhibit="1"), edition)
    bounds = _check(count_charts.chart_bounds(rates, edition, exhibit="2", measure="agencies_existing"), edition)
    status = _check(tiles.chart_status(cells, edition, exhibit="3"), edition)
    exposed = replace(edition, exposure="agencies_evaluated")
    known = _check(tiles.chart_exposures(exposures, exposed, exhibit="4"), edition)
    named = _check(tiles.chart_type_coverage(cells, edition, exhibit="5"), edition)
    assert len(known) == len(edition.years) * (len(edition.agency_types) + 2)
    assert len(named) == len(edition.years) * len(edition.agency_types)
    with pytest.raises(StudyRefusal):
        tiles.chart_exposures(exposures, edition, exhibit="4")
    year = awards[(awards["year"] == 2020) & (awards["predicate"] == "WBK")]
    assert year[["lower", "upper"]].to_numpy().tolist() == [[681, 681]] or year["lower"].astype(int).tolist() == [681]
    assert set(bounds["agency_type"]) == set(edition.agency_types)
    assert len(status) == len(edition.years) * 2 * len(edition.agency_types)


def test_rate_and_model_exhibits(evidence: Evidence, edition: Edition) -> None:
    cells, exposures = evidence.counted.cells, evidence.counted.exposures
    choice = dict(groups=["all"], years=edition.years, exposure="units_proposed")
    counts = series.exact_counts(cells, exposures, predicates=["WBK", "WBBM"], **choice)
    whole = series.exact_counts(cells, exposures, predicates=["all"], **choice)
    comparison = compare.compare_families(counts)
    units = rate_rows.unit_rows(compare.rate_units(whole), edition)
    types = ["central", "province", "city"]
    found = ends.fit_bound_ends(
        cells, exposures, types=types, predicate="all", years=edition.years, exposure="agencies_existing"
    )
    title = rate_rows.title_units(units, edition)
    exhibits = [
        count_charts.chart_success(units, edition, exhibit="1", title=title),
        model_tables.table_counts(counts, edition, exhibit="2"),
        model_tables.table_families(comparison, edition, exhibit="3"),
        model_charts.chart_ratios(model_tables.end_rows(found, edition), edition, exhibit="5", title="t"),
        model_charts.chart_expected(
            model_tables.cell_labels(comparison.rows, edition), edition, exhibit="6", title="t"
        ),
        model_charts.chart_residuals(
            model_tables.cell_labels(comparison.residuals, edition), edition, exhibit="7", title="t"
        ),
    ]
    for exhibit in exhibits:
        _check(exhibit, edition)
    expected = {"en": "WBBM against WBK", "id": "WBBM terhadap WBK"}[edition.language]
    assert expected in exhibits[2].csv


def test_findings_follow_the_numbers(evidence: Evidence) -> None:
    edition = EDITIONS[0]
    said = repr(findings.find_counts(evidence.counted, edition))
    assert "763" in said
    assert "102" in said
    cells = evidence.counted.cells
    changed = cells.assign(
        lower=cells["lower"].mask(cells["cell_id"] == "c-2020-all-all", 999),
        upper=cells["upper"].mask(cells["cell_id"] == "c-2020-all-all", 999),
    )
    said = repr(findings.find_counts(replace(evidence.counted, cells=changed), edition))
    assert "999" in said
    assert "763" not in said


def test_findings_exist_in_both_languages(evidence: Evidence, edition: Edition) -> None:
    said = repr(findings.find_evidence(evidence, edition))
    assert ("Tak ada baris" in said) == (edition.language == "id")


def test_findings_without_anything_say_so() -> None:
    empty = Edition("en", 2012, 2013)
    assert "nothing to report" in repr(findings.make_findings([], empty))


def test_words_from_data_are_no_markup() -> None:
    hostile = Findings(("<script>alert(1)</script> [x](javascript:alert) *b*",))
    shown = hostile._repr_markdown_()
    assert "<script>" not in shown
    assert "[x](" not in shown


def test_a_table_escapes_hostile_text_and_keeps_it_in_the_csv() -> None:
    frame = pd.DataFrame({"rule": ["<script>alert(1)</script>", "=HYPERLINK(1)"], "facts": [1, None]})
    table = make_table(
        frame,
        EDITIONS[0],
        exhibit="1",
        title="<b>",
        source="s",
        headers={"rule": "column.rule", "facts": "column.facts"},
        formats={"facts": "count"},
    )
    assert "<script>" not in table.html
    assert "&lt;script&gt;" in table.html
    assert '<td class="number">–</td>' in table.html
    _check(table, EDITIONS[0])


def test_an_exhibit_travels_with_its_data() -> None:
    figure = Figure()
    data = pd.DataFrame({"year": [2020], "rate": [1 / 3]})
    exhibit = Exhibit("2.1", "chart", "Title", "Alt", "Source", data, figure, "en")
    bundle = exhibit.bundle()
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert bundle[MIME]["csv"] == "year,rate\n2020,0.333333\n"
    assert "text/html" not in bundle


def test_a_refusal_is_shown_and_passed_on() -> None:
    edition = EDITIONS[1]
    refusal = ask(
        edition,
        compare.rate_units,
        pd.DataFrame({"used": ["no"], "year": 1, "agency_type": "", "predicate": "", "award_count": 1, "exposure": 1}),
    )
    assert isinstance(refusal, Refusal)
    assert refusal.sentence.startswith("Ditolak: tidak ada tahun dengan angka pasti")
    assert ask(edition, rate_rows.unit_rows, refusal, edition) is refusal
    assert ask(edition, len, "abc") == 3


def test_awards_not_split_are_drawn_as_such(evidence: Evidence) -> None:
    """2025: one total for both predicates; the bar must be as high as the total, whatever is known of its parts."""
    exhibit = count_charts.chart_awards(evidence.counted.cells, EDITIONS[0], exhibit="1")
    tops = [
        patch.get_y() + patch.get_height()
        for patch in exhibit.figure.axes[0].patches
        if round(patch.get_x() + 0.35) == 2025
    ]
    assert max(tops) == pytest.approx(133)


def test_only_addresses_of_pages_become_links() -> None:
    rows = pd.DataFrame({"address": ['https://a.id/x?y=1&z="2"', "javascript:alert(1)", "https://a b"]})
    table = make_table(rows, EDITIONS[0], exhibit="1", title="t", source="s", headers={"address": "column.address"})
    assert table.html.count("<a href=") == 1
    assert 'href="https://a.id/x?y=1&amp;z=&quot;2&quot;"' in table.html


def test_draws_depend_on_the_seed_alone(evidence: Evidence) -> None:
    draws = [spot_checks.table_spot_check(evidence, EDITIONS[0], exhibit="1", seed=seed).csv for seed in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2]


def test_the_page_of_a_spot_check_tells_the_value_used(evidence: Evidence) -> None:
    """Of every settled count with losing values the page shown is one that tells the winner."""
    settled = evidence.settlement.settled
    disputed = settled[settled["values_not_used"].notna() & settled["value"].notna()]
    assert len(disputed) > 5
    told = evidence.published.set_index("figure_id")
    for fact in disputed.itertuples():
        page = spot_checks._page_of(fact, evidence.published)
        rows = told.loc[fact.count_ids.split("|")]
        assert fact.value in set(rows.loc[rows["source_id"] == page, "value"])


def test_withdrawals_are_counted_once_each_and_told_once_a_page(evidence: Evidence) -> None:
    table = evidence_tables.table_revocations(
        load_table("revocations"), evidence.awards.accepted, EDITIONS[0], exhibit="1"
    )
    assert len(table.data) == 6
    assert table.title.startswith("5 withdrawn predicates are told, in 6 statements")
