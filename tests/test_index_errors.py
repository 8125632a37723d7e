"""Why a report failed, told in both languages; the errors are those that the workbook raises."""

import ast
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from test_many import QUIET, SMALL, project  # noqa: F401  project is a fixture
from test_reporting import code_cell, exhibit_output, made_notebook

from zi_analysis.reporting.grids import grid_of
from zi_analysis.reporting.index_entries import IndexEntry
from zi_analysis.reporting.index_errors import error_words, tell_error
from zi_analysis.reporting.index_page import index_html
from zi_analysis.reporting.kernels import ReportError
from zi_analysis.reporting.outputs import take_exhibits
from zi_analysis.reporting.printing import print_pdf
from zi_analysis.reporting.sweep import make_sweep

REPORTING = Path(__file__).parents[1] / "zi_analysis" / "reporting"
# where the code puts a message together: what is filled in, one message within another
JOINTS = re.compile(r"\{\w+\}|(?<= failed: )|(?= \(notebook left at )|(?:data|package code)(?= \()|datapackage\.json")
LEFT = " (notebook left at reports/x/en--failed/failed.ipynb)"


def index(*errors, language="en"):
    entries = [IndexEntry(f"r{place}", "", status="failed", error=error) for place, error in enumerate(errors)]
    options = {"made": "2026-11-24", "command": "zi sweep", "data_version": "abc", "version": "1"}
    return BeautifulSoup(index_html(entries, title="Reports", language=language, **options), "html.parser")


def test_pythons_own_words_stay_and_are_labelled():
    error = f"x: cell 3 failed: KeyError: 'a: b (c)'{LEFT}"
    for language, sentence, label in (
        ("en", "Cell 3 of the notebook failed.", "In the program's own words:"),
        ("id", "Sel 3 pada buku catatan gagal dijalankan.", "Pesan asli program, dalam bahasa Inggris:"),
    ):
        cause = index(error, language=language).select_one(".cause")
        assert cause.p.get_text() == sentence
        assert cause.select_one(".words").get_text() == f"{label} KeyError: 'a: b (c)'"
        assert cause.select_one("q")["lang"] == "en"
        assert "reports/x/en--failed/failed.ipynb" in cause.li.get_text()


def test_the_same_cause_is_told_once_although_the_notebooks_left_differ():
    errors = [f"x: cell 3 failed: KeyError: 'a' (notebook left at reports/{place})" for place in range(3)]
    page = index(*errors, "x: cell 4 failed: KeyError: 'a' (notebook left at reports/9)")
    assert [len(cause.find_all("li")) for cause in page.select(".cause")] == [3, 1]


def test_an_error_without_words_of_ours_is_said_to_be_that_and_quoted():
    told = tell_error("ZeroDivisionError: division by zero", "id")
    assert told.sentence == "Laporan terhenti karena kesalahan yang tidak dikenali buku kerja."
    assert told.words == "ZeroDivisionError: division by zero"
    assert index("").select_one(".cause p").get_text() == "The reason was not recorded."


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "{words.__class__}", "\u202e" * 20 + "x" * 9000, "{0}"]
)
def test_hostile_words_are_quoted_escaped_and_cut(hostile):
    page = index(f"x: cell 3 failed: {hostile}{LEFT}", language="id")
    assert len(page.select_one("q").get_text()) <= 500
    assert page.select("main script") == []
    assert "\u202e" not in page.get_text()


def strings_of_the_package():
    """Every text of the package's code, what is filled in left as a gap."""
    for path in REPORTING.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.JoinedStr):
                yield "".join(part.value if isinstance(part, ast.Constant) else "\0" for part in node.values)


@pytest.mark.parametrize("key", [key for key in error_words() if key != "other"])
def test_every_pattern_is_still_what_the_code_says(key):
    said = "\n".join(strings_of_the_package())
    pieces = [piece for piece in JOINTS.split(error_words()[key]["pattern"]) if len(piece) > 4]
    assert pieces
    assert [piece for piece in pieces if piece not in said] == []


def test_both_languages_fill_in_the_same_and_only_what_the_pattern_gives():
    for key, entry in error_words().items():
        assert set(entry) == {"pattern", "en", "id"}, key
        names, english, indonesian = (set(re.findall(r"\{(\w+)\}", entry[part])) for part in ("pattern", "en", "id"))
        assert english == indonesian, key
        assert english <= names, key
        assert names - english <= {"words", "place", "report", "page"}, key


@pytest.mark.parametrize(
    ("outputs", "key"),
    [
        ([exhibit_output(**{"image/png": "aGk="})] * 2, "exhibit_twice"),
        ([exhibit_output(number="a b", **{"image/png": "aGk="})], "exhibit_number"),
        ([exhibit_output(kind="song", **{"image/png": "aGk="})], "exhibit_kind"),
        ([exhibit_output()], "exhibit_part"),
    ],
)
def test_an_exhibit_that_is_not_whole_is_told_in_indonesian(outputs, key):
    with pytest.raises(ReportError) as caught:
        take_exhibits(made_notebook(code_cell(*outputs)))
    told = tell_error(f"x: {caught.value}{LEFT}", "id")
    assert told.words == ""
    assert told.sentence.startswith(error_words()[key]["id"].split("{")[0])
    assert "1" in told.sentence


def test_a_pdf_without_chromium_is_told_in_indonesian(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    with pytest.raises(ReportError) as caught:
        print_pdf(tmp_path / "index.html", tmp_path / "a.pdf")
    assert tell_error(str(caught.value), "id").sentence.startswith("Pdf tidak dibuat karena Chromium tidak ditemukan")


@pytest.mark.slow
def test_a_sweep_that_fails_tells_why_in_the_language_of_its_index(project):  # noqa: F811
    grid = grid_of({"grid": {"seed": [3, 4]}}, "grid.yml")
    batch = make_sweep(SMALL / "failing.ipynb", grid, languages=["en", "id"], root=project, options=QUIET)
    assert [one.status for one in batch.outcomes] == ["failed", "failed", "made", "made"]
    english, indonesian = (BeautifulSoup(Path(page).read_text(encoding="utf-8"), "html.parser") for page in batch.pages)
    assert english.select_one(".cause p").get_text() == "Cell 2 of the notebook failed."
    # a language that is not the notebook's own is a cell of its own, put in before
    assert indonesian.select_one(".cause p").get_text() == "Sel 3 pada buku catatan gagal dijalankan."
    assert "ZeroDivisionError: division by zero" in indonesian.select_one("q").get_text()
    assert (english.h1.get_text(), indonesian.h1.get_text()) == ("Reports of failing", "Laporan failing")
