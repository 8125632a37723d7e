"""Controls and what they show: every change follows the data, in both languages; no widget where nobody moves one."""

import base64
import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import IPython
import IPython.display
import nbclient
import nbformat
import pandas as pd
import pytest

from zi_analysis.errors import StudyRefusal
from zi_analysis.evidence.assemble import Evidence
from zi_analysis.evidence.trace import trace
from zi_analysis.exhibits import controls, explore_html, explore_views
from zi_analysis.exhibits.controls import Controls
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.explore import explore, is_live
from zi_analysis.exhibits.words import spread
from zi_analysis.reporting.parameters import check_parameters
from zi_analysis.reporting.texts import read_assignments

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "02-awards-by-year-and-type.ipynb"
EDITION = Edition("en", 2019, 2021, exposure="agencies_existing")


@pytest.fixture
def panel(evidence: Evidence) -> Controls:
    """Controls as they come, of three years."""
    return Controls(EDITION, evidence)


def _count(evidence: Evidence, identifier: str, language: str = "en") -> str:
    """A count as a reader sees it, straight from the cells."""
    row = evidence.counted.cells.set_index("cell_id").loc[identifier]
    return spread(row["lower"], row["upper"], language)


def _lines(panel: Controls) -> list[list[str]]:
    """Cells of the table that is shown."""
    rows = re.findall(r"<tr>(.*?)</tr>", panel.table.value)
    return [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row) for row in rows]


def _title(view: object) -> str:
    """Title of the exhibit that a view shows."""
    return re.search(r"<h4>(.*?)</h4>", view.value)[1]


# --- choices -------------------------------------------------------------------------


def test_the_table_follows_predicate_and_years(panel: Controls, evidence: Evidence) -> None:
    panel.predicate.value = "WBK"
    panel.years.value = (2020, 2021)
    head, *lines = _lines(panel)
    assert head == ["year", "all", "central", "province", "regency", "city", "id"]
    for year, line in zip((2020, 2021), lines, strict=True):
        types = ("all", "central", "province", "regency", "city")
        counts = [_count(evidence, f"c-{year}-{name}-WBK") for name in types]
        assert line == [str(year), *counts, f"c-{year}-all-WBK"]


def test_the_chart_of_counts_follows_the_choice(panel: Controls) -> None:
    before = panel.counts.value
    panel.predicate.value = "WBBM"
    assert _title(panel.counts).startswith("WBBM awards")
    assert panel.counts.value.split("base64,")[1] != before.split("base64,")[1]
    assert re.search(r'alt="[^"]*2020: 82\b', panel.counts.value)


def test_a_type_left_out_is_nowhere(panel: Controls, evidence: Evidence) -> None:
    panel.types["city"].value = False
    head, *lines = _lines(panel)
    assert head == ["year", "central", "province", "regency", "id"]
    assert lines[0][-1] == "c-2019-central-all"
    assert "Panels for central, province and regency" in panel.counts.value
    assert "city" not in panel.counts.value + panel.rates.value
    assert "c-2019-city-all" not in [identifier for _, identifier in panel.number.options]


def test_the_rates_follow_the_exposure(panel: Controls, evidence: Evidence) -> None:
    assert "per 100 agencies existing" in _title(panel.rates)
    panel.exposure.value = "units_proposed"
    assert "per 100 units proposed" in _title(panel.rates)
    rows = explore_views.choose_rows(evidence, panel.edition).set_index("cell_id")
    assert rows.loc["c-2020-all-all", "rate_low"] == pytest.approx(100 * 763 / 3691)


def test_without_an_exposure_the_rates_say_so(panel: Controls) -> None:
    panel.exposure.value = "none"
    assert panel.rates.value == (
        '<blockquote role="status">Refused: no exposure is chosen; set exposure to one that the evidence holds'
        "</blockquote>"
    )
    assert "<table" in panel.table.value


def test_rates_of_what_no_page_tells_are_refused(evidence: Evidence) -> None:
    counted = evidence.counted
    hidden = counted.exposures.assign(status="unknown")
    silent = replace(evidence, counted=replace(counted, exposures=hidden))
    with pytest.raises(StudyRefusal) as refusal:
        explore_views.chart_rates(silent, EDITION, exhibit="0.3")
    assert refusal.value.key == "explore_rates"
    shown = Controls(EDITION, silent).rates.value
    assert "put beside its agencies existing" in shown


def test_another_track_is_counted_once(panel: Controls, evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def count(root: Path, *, track: str) -> Evidence:
        asked.append((root, track))
        return evidence

    monkeypatch.setattr(controls, "build_evidence", count)
    for track in ("national_unclear", "national", "national_unclear"):
        panel.track.value = track
    assert asked == [(evidence.root, "national_unclear")]
    assert "national and unclear track" in panel.counts.value
    assert panel.note.value == ""


# --- nothing to show -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "no page read tells of awards"), ("id", "tidak ada halaman terbaca yang menyebut penerima")],
)
def test_a_choice_that_holds_nothing_is_refused_in_words(panel: Controls, language: str, words: str) -> None:
    panel.language.value = language
    panel.years.value = (2012, 2013)
    assert words in panel.counts.value
    assert "2012" in panel.counts.value
    views = (panel.table, panel.rates, panel.command, panel.download, panel.pages)
    assert [view.value for view in views] == [""] * 5
    panel.years.value = (2019, 2021)
    assert "763" in panel.table.value
    assert panel.number.value


def test_no_agency_type_is_refused_in_words(panel: Controls) -> None:
    for box in panel.types.values():
        box.value = False
    assert "tick at least one" in panel.counts.value
    assert panel.command.value == ""


# --- languages -----------------------------------------------------------------------


def test_a_new_language_names_the_controls_too(panel: Controls, monkeypatch: pytest.MonkeyPatch) -> None:
    panel.exposure.value, panel.predicate.value = "units_proposed", "WBK"
    chosen = panel.edition
    drawn = []
    draw = panel._redraw
    monkeypatch.setattr(panel, "_redraw", lambda: (drawn.append(1), draw()))
    panel.language.value = "id"
    assert drawn == [1]
    assert panel.edition == replace(chosen, language="id")
    assert (panel.years.description, panel.types["regency"].description) == ("Tahun evaluasi", "kabupaten")
    assert [label.value for label in panel.labels.values()] == ["Bahasa", "Predikat", "Jenis instansi"]
    assert dict(panel.exposure.options)["per 100 unit diusulkan"] == "units_proposed"
    assert dict(panel.track.options)["nasional"] == "national"
    assert _lines(panel)[0][:3] == ["tahun", "semua", "pusat"]
    shown = panel.counts.value + panel.rates.value + panel.command.value + panel.download.value + panel.pages.value
    text = re.sub(r"<pre>.*?</pre>|<li>.*?</li>|base64,[^\"]*|<[a-z/][^>]*>", " ", shown)
    assert not re.search(r"\b(the|awards|years|agencies|Source|copy)\b", text), text


# --- command, csv, pages -------------------------------------------------------------


@pytest.mark.parametrize(
    "choice",
    [
        Edition("en", 2012, 2025),
        Edition("id", 2016, 2016, "WBBM", ("city", "central"), "national_unclear", "units_proposed"),
    ],
    ids=["everything", "a part"],
)
def test_the_command_is_accepted_and_means_the_choice(choice: Edition) -> None:
    program, verb, notebook, flag, language, *rest = explore_views.report_command(choice, notebook="02").split(" ")
    assert (program, verb, notebook, flag, language) == ("zi", "report", "02", "--language", choice.language)
    assert rest[::2] == ["-p"] * 6
    given = check_parameters(NOTEBOOK, read_assignments(NOTEBOOK, rest[1::2]) | {"language": language})
    assert given.pop("seed") == 7
    types = given.pop("agency_types")
    assert sorted(types) == sorted(choice.agency_types)
    assert Edition(**given, agency_types=choice.agency_types) == choice


def test_the_csv_holds_the_counts_that_are_shown(panel: Controls, evidence: Evidence) -> None:
    panel.types["central"].value = False
    packed = re.search(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"', panel.download.value)[1]
    rows = list(csv.DictReader(io.StringIO(base64.b64decode(packed).decode())))
    types = ("province", "regency", "city")
    assert [row["cell_id"] for row in rows] == [f"c-{year}-{name}-all" for year in (2019, 2020, 2021) for name in types]
    cells = evidence.counted.cells.set_index("cell_id")
    assert [int(row["upper"]) for row in rows] == [cells.loc[row["cell_id"], "upper"] for row in rows]
    assert 'download="zi-2019-2021-all.csv"' in panel.download.value
    assert "these 9 numbers" in panel.download.value


def test_a_number_is_followed_to_its_pages(panel: Controls, evidence: Evidence) -> None:
    assert panel.number.value == "c-2021-all-all"
    panel.number.value = "c-2020-all-all"
    addresses = trace("c-2020-all-all", evidence=evidence).addresses()
    assert f"2020, all: 763. Pages behind it: {len(addresses)}." in panel.pages.value
    assert re.findall(r'href="([^"]+)"', panel.pages.value) == [address.replace("&", "&amp;") for address in addresses]
    assert "zi trace c-2020-all-all" in panel.pages.value
    panel.predicate.value = "WBK"
    assert panel.number.value == "c-2021-all-WBK"


def test_addresses_are_escaped_and_only_those_of_the_web_are_links(evidence: Evidence) -> None:
    urls = ['https://x.example/"><script>alert(1)</script>', "javascript:alert(1)"]
    wanted = [urls[place % 2] for place in range(len(evidence.sources))]
    hostile = replace(evidence, sources=evidence.sources.assign(url=pd.Series(wanted, dtype="str")))
    shown = explore_html.show_pages("c-2020-all-all", hostile, EDITION)
    assert "<script" not in shown
    assert 'href="javascript' not in shown
    assert "javascript:alert(1)" in shown


def test_the_data_of_the_table_can_be_traced(evidence: Evidence) -> None:
    table = explore_views.table_counts(evidence, EDITION, exhibit="0.2")
    assert len(table.data) == 15
    assert set(table.data["cell_id"]) <= set(evidence.counted.cells["cell_id"])
    assert table.kind == "table"
    assert "Of 15 counts" in table.title


# --- where nobody moves them ---------------------------------------------------------


@pytest.mark.parametrize(
    ("shell", "live"),
    [
        (None, False),
        (SimpleNamespace(), False),
        (SimpleNamespace(parent_header={}), False),
        (SimpleNamespace(parent_header={"metadata": {"other": 1}}), False),
        (SimpleNamespace(parent_header={"metadata": {"cellId": "a"}}), True),
    ],
    ids=["no shell", "terminal", "no request", "papermill", "editor"],
)
def test_only_a_cell_that_an_editor_sent_is_live(shell: object, live: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    assert is_live() is live


@pytest.mark.parametrize(("language", "words"), [("en", "The controls appear"), ("id", "Pengendali muncul")])
def test_where_nobody_moves_them_a_sentence_stands(
    language: str, words: str, evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = []
    monkeypatch.setattr(IPython.display, "display", shown.append)
    explore(replace(EDITION, language=language), evidence)
    (sentence,) = shown
    assert sentence.data.startswith(words)


def test_an_editor_that_is_not_recognised_can_be_told(evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = []
    monkeypatch.setattr(IPython.display, "display", shown.append)
    explore(EDITION, evidence, live=True)
    (box,) = shown
    assert "zi-explore" in box._dom_classes


@pytest.mark.slow
def test_a_notebook_that_runs_by_itself_keeps_no_widget_and_is_the_same_twice() -> None:
    notebooks = Path(__file__).parents[1] / "notebooks"
    runs = []
    for _ in range(2):
        notebook = nbformat.read(notebooks / "00-explore.ipynb", as_version=4)
        nbclient.NotebookClient(notebook, resources={"metadata": {"path": notebooks}}, record_timing=False).execute()
        runs.append(json.dumps(notebook, sort_keys=True))
    assert runs[0] == runs[1]
    assert "vnd.jupyter.widget" not in runs[0]
    assert "The controls appear where" in runs[0]
