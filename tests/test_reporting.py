"""Reports from notebook to page: what is kept, what is refused, what survives a failure."""

import base64
import hashlib
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import zlib
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from zi_analysis.errors import ParameterError
from zi_analysis.reporting import run as run_module
from zi_analysis.reporting.batch import ReportJob, plan_batch, run_batch
from zi_analysis.reporting.folders import check_target, clean_half_made, new_folder, report_folder
from zi_analysis.reporting.imports import quick_imports
from zi_analysis.reporting.kernels import ReportError, kernel_environment
from zi_analysis.reporting.outputs import EXHIBIT, normalise, strip_png, take_exhibits
from zi_analysis.reporting.pages import page_html, page_words
from zi_analysis.reporting.plan import plan_report, planned_cells
from zi_analysis.reporting.record import data_checksums, data_version, git_state
from zi_analysis.reporting.run import run_report

SMALL = Path(__file__).parent / "notebooks_small"
TABLE = "year,awards\n2020,3\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    (root / "data" / "raw").mkdir(parents=True)
    (root / "data" / "datapackage.json").write_text("{}")
    (root / "data" / "raw" / "counts.csv").write_text(TABLE)
    shutil.copytree(SMALL, root / "notebooks")
    return root


@pytest.fixture(scope="module")
def english(project):
    return run_report("awards", parameters={"first_year": 2018}, root=project)


def png(*extra: tuple[bytes, bytes]) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    added = b"".join(chunk(kind, data) for kind, data in extra)
    pixels = chunk(b"IDAT", zlib.compress(b"\x00\x80"))
    return b"\x89PNG\r\n\x1a\n" + header + added + pixels + chunk(b"IEND", b"")


def exhibit_output(number="1.1", kind="chart", csv=TABLE, **data):
    facts = {"number": number, "kind": kind, "title": "T", "alt": 'a "<b>"', "source": "S", "csv": csv}
    return {"output_type": "display_data", "metadata": {}, "data": {EXHIBIT: facts, **data}}


def made_notebook(*cells):
    with quick_imports():
        import nbformat

    node = nbformat.v4.new_notebook()
    node.cells = [nbformat.from_dict(cell) for cell in cells]
    return node


def code_cell(*outputs, source="1", tags=()):
    return {
        "cell_type": "code",
        "id": f"c{zlib.crc32(source.encode())}-{len(outputs)}",
        "execution_count": 1,
        "metadata": {"tags": list(tags)},
        "source": source,
        "outputs": list(outputs),
    }


def prose(text):
    return {"cell_type": "markdown", "id": f"p{zlib.crc32(text.encode())}", "metadata": {}, "source": text}


def record_for(**changes):
    return {
        "language": "en",
        "notebook": {"path": "notebooks/x.ipynb"},
        "started": "2026-01-31T10:00:00+00:00",
        "data": {"version": "abc"},
        "packages": {"zi-analysis": "1"},
        "parameters": {},
        "changed": {},
        "git": {"commit": "unknown", "dirty": "unknown"},
        "python": "3.11",
        "command": "zi report x",
    } | changes


class Loads(HTMLParser):
    """Collects what a browser would load or run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.scripts = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        self.scripts += tag == "script" or any(name.startswith("on") for name in facts)
        wanted = [facts.get("src"), facts.get("srcset"), facts.get("data"), facts.get("poster")]
        wanted += [facts.get("href")] if tag == "link" else []
        self.loads += [address for address in wanted if address and not address.startswith("data:")]


# --- the whole way, with a kernel ----------------------------------------------------


@pytest.mark.slow
def test_a_report_keeps_page_notebook_exhibits_and_record(project, english):
    assert english.folder == project / "reports" / "awards" / "en--first_year=2018"
    names = sorted(path.relative_to(english.folder).as_posix() for path in english.folder.rglob("*.*"))
    assert names == [
        "exhibits/1.1.csv",
        "exhibits/1.1.png",
        "exhibits/1.2.csv",
        "exhibits/1.2.html",
        "index.html",
        "notebook.ipynb",
        "ro-crate-metadata.json",
        "run.json",
    ]
    drawn = pd.read_csv(english.folder / "exhibits" / "1.1.csv")
    assert drawn.iloc[0].to_dict() == {"year": 2018, "awards": 77}
    assert len(drawn) == 8


@pytest.mark.slow
def test_the_numbers_on_the_page_are_those_of_the_csv(english):
    page = english.html.read_text()
    table = page[page.index('class="exhibit table"') :]
    shown = [int(number) for number in re.findall(r"<td>(\d+)</td>", table)]
    assert shown == pd.read_csv(english.folder / "exhibits" / "1.2.csv").to_numpy().ravel().tolist()
    picture = base64.b64decode(re.search(r"base64,([^\"]+)", page)[1])
    assert picture == (english.folder / "exhibits" / "1.1.png").read_bytes()


@pytest.mark.slow
def test_the_page_is_in_one_language_with_nothing_loaded(english):
    page = english.html.read_text()
    assert '<html lang="en">' in page
    assert "How awards grow" in page
    assert "Awards grow by ten a year" in page
    assert "Bagaimana" not in page
    assert "Parameters</h2>" not in page, "a heading over nothing is dropped"
    browser = Loads(page)
    assert browser.loads == []
    assert browser.scripts == 0
    assert '<a href="https://example.org/numbers">' in page, "links to sources stay"


@pytest.mark.slow
def test_the_other_language_is_its_own_report(project):
    run = run_report("awards", language="id", root=project)
    page = run.html.read_text()
    assert run.folder == project / "reports" / "awards" / "id"
    assert '<html lang="id">' in page
    assert "Predikat naik sepuluh per tahun" in page
    assert "How awards grow" not in page
    assert page_words("id")["contents"] in page


@pytest.mark.slow
def test_the_record_tells_what_a_rerun_needs(project, english):
    record = json.loads((english.folder / "run.json").read_text())
    assert record == english.record
    assert record["parameters"]["first_year"] == 2018
    assert record["changed"] == {"first_year": 2018}
    assert record["command"] == "zi report awards --language en -p first_year=2018"
    assert record["data"]["files"]["raw/counts.csv"] == hashlib.sha256(TABLE.encode()).hexdigest()
    assert record["packages"]["pandas"] == pd.__version__
    assert [cell["cell"] for cell in record["cells"]] == [1, 2, 3, 4, 5, 6, 7]
    for exhibit in record["exhibits"]:
        for name, checksum in exhibit["files"].items():
            assert hashlib.sha256((english.folder / name).read_bytes()).hexdigest() == checksum
    assert str(project) not in json.dumps(record)


@pytest.mark.slow
def test_the_same_run_twice_is_the_same_to_the_byte(project, english, tmp_path):
    again = run_report("awards", parameters={"first_year": 2018}, root=project, output=tmp_path / "again")
    for name in ["notebook.ipynb", *(f"exhibits/{file.name}" for file in english.exhibits)]:
        assert (again.folder / name).read_bytes() == (english.folder / name).read_bytes(), name


@pytest.mark.slow
def test_a_failed_cell_is_named_and_the_last_good_report_stays(project, tmp_path):
    good = run_report("refusing", parameters={"how": "nothing"}, root=project, output=tmp_path / "r")
    before = good.html.read_bytes()
    with pytest.raises(ReportError) as failure:
        run_report("refusing", parameters={"how": "refuse"}, root=project, output=tmp_path / "r")
    message = str(failure.value)
    assert message.startswith("refusing: cell 3 failed: city has no awards in 2016; pool it with regency (")
    failed = tmp_path / "r--failed" / "failed.ipynb"
    assert str(failed) in message
    assert "StudyRefusal" in failed.read_text()
    assert good.html.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    run_report("refusing", parameters={"how": "nothing"}, root=project, output=tmp_path / "r")
    assert not failed.exists(), "a later good run clears the failed one"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("exit", "cell 4 failed: SystemExit: 0"),
        ("die", "cell 4 failed: the kernel died"),
        ("warn", "cell 4 failed: FutureWarning: this will change"),
    ],
)
def test_a_notebook_that_ends_early_is_never_a_report(project, tmp_path, how, told):
    with pytest.raises(ReportError, match=told):
        run_report("refusing", parameters={"how": how}, root=project, output=tmp_path / "r")
    assert not (tmp_path / "r").exists()


@pytest.mark.slow
def test_an_interrupted_run_leaves_the_last_good_report(project, tmp_path):
    good = run_report("own", root=project, output=tmp_path / "r")
    before = {path.name: path.read_bytes() for path in good.folder.iterdir() if path.is_file()}

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_report("own", parameters={"draws": 3}, root=project, output=tmp_path / "r", on_cell=interrupt)
    assert {path.name: path.read_bytes() for path in good.folder.iterdir() if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


@pytest.mark.slow
def test_a_batch_finishes_the_others_when_one_fails(project):
    here = Path.cwd()
    jobs = [ReportJob("failing"), ReportJob("own"), ReportJob("own", parameters={"draws": 3})]
    failed, *made = run_batch(jobs, workers=2, root=project, progress=False)
    assert failed.run is None
    assert "failing: cell 2 failed: ZeroDivisionError: division by zero" in str(failed.error)
    assert [result.run.folder.name for result in made] == ["en", "en--draws=3"]
    assert [result.error for result in made] == [None, None]
    assert Path.cwd() == here


@pytest.mark.slow
def test_every_planned_cell_is_counted(project, tmp_path):
    counted = []
    plan = plan_report("own", parameters={"draws": 3}, root=project, output=tmp_path / "r")
    run_module.run_plan(plan, on_cell=lambda: counted.append(1))
    assert len(counted) == planned_cells(plan) == 3


# --- before a kernel starts ----------------------------------------------------------


@pytest.fixture
def no_kernel(monkeypatch):
    def refuse(*_, **__):
        pytest.fail("a kernel was started")

    monkeypatch.setattr(run_module, "execute", refuse)


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize(
    "asked",
    [
        {"parameters": {"first_year": 1999}},
        {"parameters": {"first_yaer": 2018}},
        {"parameters": {"language": "id"}, "language": "en"},
        {"language": "de"},
    ],
)
def test_a_bad_parameter_starts_no_kernel(project, asked):
    with pytest.raises(ParameterError):
        run_report("awards", root=project, **asked)


@pytest.mark.usefixtures("no_kernel")
def test_one_bad_job_starts_no_kernel_for_any(project):
    with pytest.raises(ParameterError, match="out of range"):
        run_batch([ReportJob("own"), ReportJob("awards", parameters={"seed": -1})], root=project)
    with pytest.raises(ParameterError, match="two reports would be written"):
        plan_batch([ReportJob("own"), ReportJob("own")], root=project)
    with pytest.raises(ParameterError, match="workers = 0"):
        run_batch([], workers=0)


@pytest.mark.usefixtures("no_kernel")
def test_a_folder_that_is_not_this_report_is_never_replaced(project, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ReportError, match="is not a report"):
        run_report("own", root=project, output=tmp_path)
    with pytest.raises(ReportError, match="is a file"):
        run_report("own", root=project, output=tmp_path / "thesis.txt")
    (tmp_path / "run.json").write_text('{"zi_report": 1, "notebook": {"path": "notebooks/own.ipynb"}}')
    with pytest.raises(ReportError, match=r"holds thesis\.txt"):
        run_report("own", root=project, output=tmp_path)
    (tmp_path / "thesis.txt").unlink()
    with pytest.raises(ReportError, match=r"report of notebooks/own\.ipynb, not of notebooks/awards\.ipynb"):
        run_report("awards", root=project, output=tmp_path)
    check_target(tmp_path, "notebooks/own.ipynb")


def test_a_default_given_again_is_still_the_default_run(project):
    plan = plan_report("awards", parameters={"first_year": 2016, "language": "en"}, root=project)
    assert plan.folder.name == "en"
    assert plan.changed == {}


# --- folders -------------------------------------------------------------------------


def folder_name(**changed):
    return report_folder(Path("x.ipynb"), root=Path(), language="en", changed=changed).name


def test_folders_tell_their_parameters_apart():
    assert folder_name() == "en"
    name = folder_name(last_year=2020, agency_types=["city", "regency"], verbose=True)
    assert name == "en--agency_types=city+regency--last_year=2020--verbose=true"
    assert folder_name(title="a/b") != folder_name(title="a:b")
    assert re.fullmatch(r"[A-Za-z0-9._+=-]+", folder_name(title="../../etc é"))
    long = [folder_name(title="x" * 199 + end) for end in "ab"]
    assert long[0] != long[1]
    assert len(long[0]) < 130


def test_a_block_that_fails_leaves_the_target(tmp_path):
    target = tmp_path / "en"
    with new_folder(target) as folder:
        (folder / "index.html").write_text("first")
    for error in (ValueError, KeyboardInterrupt):
        with pytest.raises(error), new_folder(target) as folder:
            (folder / "index.html").write_text("half")
            raise error
    assert (target / "index.html").read_text() == "first"
    with new_folder(target) as folder:
        (folder / "index.html").write_text("second")
    assert (target / "index.html").read_text() == "second"
    assert [path.name for path in tmp_path.iterdir()] == ["en"]


def test_what_dead_runs_left_is_cleaned_and_what_they_set_aside_comes_back(tmp_path):
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    dead, alive = child.pid, os.getpid()
    for name in (
        f".en.tmp-{dead}-new-0123abcd",
        f".en.tmp-{alive}-new-0123abcd",
        f".id.tmp-{dead}-old-0123abcd",
    ):
        (tmp_path / name).mkdir()
    clean_half_made(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f".en.tmp-{alive}-new-0123abcd", "id"]


# --- outputs -------------------------------------------------------------------------


def test_pictures_lose_what_names_program_and_time():
    marked = png((b"tEXt", b"Software\x00x"), (b"tIME", b"1234567"))
    assert strip_png(marked) == png()
    assert strip_png(png()) == png()


def test_run_times_and_random_ids_are_taken_out():
    injected = code_cell(tags=["injected-parameters"])
    injected["metadata"]["papermill"] = {"duration": 1.0}
    node = made_notebook(injected, code_cell(tags=["papermill-error-cell-tag"]))
    node.metadata["papermill"] = {"start_time": "now"}
    plain = normalise(node)
    assert plain["metadata"] == {}
    (cell,) = plain["cells"]
    assert cell["id"] == "injected-parameters"
    assert "papermill" not in cell["metadata"]
    assert "papermill" in node["cells"][0]["metadata"], "the input stays as it was"


@pytest.mark.parametrize(
    ("outputs", "told"),
    [
        ([exhibit_output()], "exhibit 1.1 comes without image/png"),
        ([exhibit_output(kind="table")], "exhibit 1.1 comes without text/html"),
        ([exhibit_output(csv="", **{"image/png": "AA=="})], "exhibit 1.1 comes without csv"),
        ([exhibit_output(kind="map")], "is of kind 'map'"),
        ([exhibit_output(number="../x")], "is not one"),
        ([exhibit_output(**{"image/png": "AA=="})] * 2, "shows exhibit 1.1 again"),
    ],
)
def test_an_exhibit_that_is_not_whole_is_refused(outputs, told):
    with pytest.raises(ReportError, match=told):
        take_exhibits(made_notebook(code_cell(*outputs)))


# --- the page ------------------------------------------------------------------------


def test_every_value_on_the_page_is_escaped():
    evil = "<script>alert(1)</script>"
    record = record_for(parameters={"title": evil}, changed={"title": evil}, command=evil)
    output = exhibit_output(**{"image/png": base64.b64encode(png()).decode()})
    page = page_html(made_notebook(code_cell(output)), record=record, defaults={"title": "<i>"})
    assert Loads(page).scripts == 0
    assert "&lt;script&gt;" in page
    assert "<i>" not in page
    assert "alt='a \"&lt;b&gt;\"'" in page or 'alt="a &#34;&lt;b&gt;&#34;"' in page


def test_scripts_and_links_to_elsewhere_in_outputs_are_dropped():
    html = '<script src="https://x.org/a.js"></script><link href="https://x.org/a.css"><p>kept</p>'
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": html}}
    page = page_html(made_notebook(code_cell(output)), record=record_for(), defaults={})
    assert "kept" in page
    assert Loads(page).loads == []
    assert Loads(page).scripts == 0


def test_headings_make_a_list_with_anchors_of_their_own():
    node = made_notebook(
        prose("# Title\n\nWords."), prose("## Findings\n\none"), prose("## Findings\n\ntwo"), prose("## Bare")
    )
    page = page_html(node, record=record_for(), defaults={})
    assert re.findall(r'<a href="#([^"]+)">Findings', page) == ["findings", "findings-2"]
    assert page.count("<h1>") == 1
    assert "Bare" not in page


def test_dates_and_words_are_in_the_readers_language():
    node = made_notebook(prose("# A"))
    assert "31 January 2026" in page_html(node, record=record_for(), defaults={})
    page = page_html(node, record=record_for(language="id"), defaults={})
    assert "31 Januari 2026" in page
    assert set(page_words("en")) == set(page_words("id"))


def test_standard_error_does_not_reach_the_page():
    stream = {"output_type": "stream", "name": "stderr", "text": "a warning at a path"}
    page = page_html(made_notebook(code_cell(stream)), record=record_for(), defaults={})
    assert "a warning" not in page


# --- the record ----------------------------------------------------------------------


def test_the_data_version_follows_every_table(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text("x\n")
    before = data_version(data_checksums(tmp_path))
    (tmp_path / "data" / "a.csv").write_text("y\n")
    assert data_version(data_checksums(tmp_path)) != before


def test_git_tells_commit_and_changes_apart_from_reports(tmp_path):
    def git(*words):
        options = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *options, "-C", str(tmp_path), *words], check=True, capture_output=True)

    assert git_state(tmp_path) == {"commit": "unknown", "dirty": "unknown"}
    git("init")
    (tmp_path / "a.txt").write_text("a")
    git("add", ".")
    git("commit", "-m", "first")
    assert git_state(tmp_path)["dirty"] is False
    assert re.fullmatch("[0-9a-f]{40}", git_state(tmp_path)["commit"])
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "new.txt").write_text("b")
    assert git_state(tmp_path)["dirty"] is False
    (tmp_path / "a.txt").write_text("changed")
    assert git_state(tmp_path)["dirty"] is True


def test_kernels_make_a_future_warning_an_error(monkeypatch):
    monkeypatch.setenv("PYTHONWARNINGS", "default")
    monkeypatch.setenv("MPLBACKEND", "agg")
    environment = kernel_environment(Path("here"))
    assert environment["PYTHONWARNINGS"] == "default,error::FutureWarning"
    assert environment["ZI_HOME"] == "here"
    assert "MPLBACKEND" not in environment
