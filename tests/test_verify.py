"""Verifying reports: planted changes are caught and their cause is named; hostile reports are refused in one line."""

import hashlib
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zi_analysis import verify_report
from zi_analysis.errors import ParameterError, ZiError
from zi_analysis.reporting import verify as verify_module
from zi_analysis.reporting.kernels import ReportError
from zi_analysis.reporting.outputs import EXHIBIT
from zi_analysis.reporting.printing import find_chromium
from zi_analysis.reporting.run import run_report
from zi_analysis.reporting.verify_compare import compare_tables, relative_difference
from zi_analysis.reporting.verify_exhibits import DIFFERENCE_COLUMNS, EXHIBIT_COLUMNS
from zi_analysis.reporting.verify_page import verify_page, write_verification
from zi_analysis.reporting.verify_rows import compare_rows
from zi_analysis.reporting.verify_words import Cause, Note, verify_words

TABLE = "year,predicate,awards,rate\n2018,WBK,5,0.25\n2018,WBBM,2,0.1\n2019,WBK,7,-0.5\n"
COUNTS = "figure_id,year,value\na1,2018,12\na2,2019,20\na3,2020,30\n"
PACKAGE = {"resources": [{"name": "counts", "path": "raw/counts.csv", "schema": {"primaryKey": "figure_id"}}]}
SOURCE = """
import csv, random
from IPython.display import display
random.seed(seed)
rows = [row for row in csv.DictReader(open("../data/raw/counts.csv").readlines()) if int(row["year"]) >= first_year]
table = "year,value\\n" + "".join(f"{row['year']},{row['value']}\\n" for row in rows)
drawn = f"draw,value\\n1,{random.random():.6f}\\n"
for number, text in (("1.1", table), ("1.2", drawn)):
    facts = {"number": number, "kind": "table", "title": "T", "alt": "", "source": "S", "csv": text}
    display({"application/vnd.zi.exhibit+json": facts, "text/html": f"<p>{text}</p>"}, raw=True)
"""


# --- small reports made by hand ------------------------------------------------------


def sha(content):
    return hashlib.sha256(content if isinstance(content, bytes) else content.encode()).hexdigest()


def made_report(folder, *tables, alt="A line", **changes):
    """A report whose exhibits are 1.1, 1.2 ... with these tables."""
    (folder / "exhibits").mkdir(parents=True)
    exhibits, outputs = [], []
    for place, table in enumerate(tables or (TABLE,), start=1):
        number = f"1.{place}"
        (folder / "exhibits" / f"{number}.csv").write_text(table)
        (folder / "exhibits" / f"{number}.png").write_bytes(b"picture")
        files = {f"exhibits/{number}.csv": sha(table), f"exhibits/{number}.png": sha(b"picture")}
        exhibits.append({"number": number, "kind": "chart", "title": "Awards", "source": "S", "files": files})
        outputs.append({"output_type": "display_data", "data": {EXHIBIT: {"number": number, "alt": alt}}})
    record = {
        "zi_report": 1,
        "data": {"version": "abc", "files": {"raw/counts.csv": sha(COUNTS)}},
        "packages": {"pandas": "3.1.1", "zi-analysis": "0.1.0"},
        "python": "3.11.7",
        "platform": "Linux x86_64 linux",
        "git": {"commit": "unknown", "dirty": "unknown"},
        "code": {"sha256": "a" * 64},
        "notebook": {"path": "notebooks/small.ipynb", "sha256": "b" * 64},
        "language": "en",
        "parameters": {"language": "en", "first_year": 2018, "seed": 7},
        "started": "2026-01-31T10:00:00+00:00",
        "command": "zi report small",
        "exhibits": exhibits,
    } | changes
    (folder / "run.json").write_text(json.dumps(record))
    (folder / "notebook.ipynb").write_text(json.dumps({"nbformat": 4, "cells": [{"outputs": outputs}]}))
    return folder


@pytest.fixture
def verify(tmp_path, monkeypatch):
    """Verify a hand-made report against another one made by the changes given; nothing is run."""
    monkeypatch.setattr(verify_module, "run_plan", lambda *_, **__: pytest.fail("a report was run"))

    def made(*tables, before=(TABLE,), tolerance=None, **changes):
        made_report(tmp_path / "old", *before)
        made_report(tmp_path / "new", *(tables or before), **changes)
        return verify_report(tmp_path / "old", against=tmp_path / "new", tolerance=tolerance)

    return made


def kinds(found):
    return [cause.kind for cause in found.causes]


# --- what differs --------------------------------------------------------------------


def test_two_equal_reports_are_equal(verify):
    found = verify()
    assert (found.status, len(found.differences), found.causes) == ("equal", 0, ())
    assert re.fullmatch(r"small \(en\): equal - every cell of 1 exhibit \([0-9.]+ s\)", found.line("en"))
    assert re.fullmatch(r"small \(en\): sama - setiap sel dari 1 peraga \([0-9,]+ dtk\)", found.line("id"))
    assert found.exhibits.to_dict("records") == [
        {"number": "1.1", "title": "Awards", "status": "equal", "differences": 0, "largest_relative_difference": 0.0}
    ]
    assert found.exhibits.dtypes.astype(str).to_dict() == EXHIBIT_COLUMNS
    assert found.differences.dtypes.astype(str).to_dict() == DIFFERENCE_COLUMNS


def test_one_value_is_named_with_its_row_key_and_column(verify):
    found = verify(TABLE.replace("2018,WBBM,2,", "2018,WBBM,3,"), TABLE, before=(TABLE, TABLE))
    assert found.status == "different"
    assert found.exhibits["status"].tolist() == ["different", "equal"]
    row = found.differences.iloc[0]
    assert (row["exhibit"], row["kind"], row["row"], row["column"]) == ("1.1", "value", 2, "awards")
    assert (row["key"], row["published"], row["again"]) == ("year=2018, predicate=WBBM", "2", "3")
    assert kinds(found) == ["unknown"]
    assert "1 difference in 1 of 2 exhibits; first: exhibit 1.1, row 2 (year=2018, predicate=WBBM), awards: 2 → 3" in (
        found.line("en")
    )
    assert "something random is not seeded" in found.line("en")
    assert "ada yang acak tanpa benih" in found.line("id")


def test_a_rounded_value_is_within_the_tolerance_and_told(verify):
    nearly = TABLE.replace("0.25", "0.2500001").replace("-0.5", "-0.50")
    found = verify(nearly)
    assert (found.status, found.exhibits["status"][0], found.exhibits["differences"][0]) == (
        "within tolerance",
        "within tolerance",
        0,
    )
    assert found.exhibits["largest_relative_difference"][0] == pytest.approx(4e-7, rel=1e-3)
    assert found.differences["kind"].tolist() == ["near"], "-0.50 is -0.5"
    assert "1 cell of 1 exhibit differ by at most 1e-6" in found.line("en")


def test_the_tolerance_decides(verify):
    assert verify(TABLE.replace("0.25", "0.2500001"), tolerance=1e-8).status == "different"


@pytest.mark.parametrize("tolerance", [-1, 1, float("nan"), float("inf"), True, "0.1"])
def test_a_tolerance_that_is_none_is_refused(tmp_path, tolerance):
    with pytest.raises(ParameterError, match="give a number from 0 to below 1"):
        verify_report(tmp_path, tolerance=tolerance)


@pytest.mark.parametrize(
    ("published", "again"),
    [
        ("1000000", "1000001"),
        ("0.10-0.20", "0.10-0.2000000001"),
        ("007", "7"),
        ("1e999", "1e998"),
        ("", "0"),
        ("0", ""),
    ],
)
def test_whole_numbers_codes_texts_and_gaps_have_no_tolerance(published, again):
    assert relative_difference(published, again) is None
    found = compare_tables(f"k,v\na,{published}\n", f"k,v\na,{again}\n", tolerance=0.5)
    assert [one.kind for one in found] == ["value"]


def test_noise_around_zero_is_zero():
    assert relative_difference("1.3e-17", "-4.0e-18") == 0.0
    assert relative_difference("0.0", "0.001") == 1.0


def test_rows_in_another_order_are_said_to_be_that(verify):
    first, *rows = TABLE.splitlines(keepends=True)
    found = verify(first + "".join(reversed(rows)))
    assert found.status == "different"
    assert found.differences["kind"].tolist() == ["row order"]
    assert "same rows, other order" in found.line("en")
    assert "baris sama, urutan lain" in found.line("id")


def test_another_order_and_another_value_are_two_things(verify):
    first, *rows = TABLE.replace("0.25", "0.9").splitlines(keepends=True)
    found = verify(first + "".join(reversed(rows)))
    assert found.differences["kind"].tolist() == ["rows moved", "value"]


def test_rows_that_are_gone_or_new_do_not_shift_the_others(verify):
    found = verify("year,predicate,awards,rate\n2017,WBK,1,0.5\n2018,WBBM,2,0.1\n2019,WBK,7,-0.5\n2020,WBK,1,0.5\n")
    told = found.differences[["kind", "row", "key"]].to_numpy().tolist()
    assert told == [
        ["row missing", 1, "year=2018, predicate=WBK"],
        ["row extra", 1, "year=2017, predicate=WBK"],
        ["row extra", 4, "year=2020, predicate=WBK"],
    ]


def test_a_changed_key_is_one_value_and_not_two_rows():
    found = compare_tables("year,awards\n2018,5\n2019,6\n", "year,awards\n2017,5\n2019,6\n", tolerance=1e-6)
    assert [(one.kind, one.column, one.published, one.again) for one in found] == [("value", "year", "2018", "2017")]


def test_columns_that_are_gone_new_or_moved(verify):
    lines = [row.split(",") for row in TABLE.split()]
    found = verify(
        "".join(f"{year},{rate},{predicate},x\n" for year, predicate, _, rate in lines).replace(",x", ",new")
    )
    assert found.differences[["kind", "column"]].to_numpy().tolist() == [
        ["column missing", "awards"],
        ["column extra", "new"],
        ["column order", ""],
    ]


def test_an_exhibit_that_is_missing_and_one_that_is_extra(verify, tmp_path):
    found = verify(TABLE, before=(TABLE, TABLE))
    assert found.exhibits["status"].tolist() == ["equal", "missing"]
    assert found.status == "different"
    turned = verify_report(tmp_path / "new", against=tmp_path / "old")
    assert turned.exhibits["status"].tolist() == ["equal", "extra"]
    assert "exhibit 1.2: exhibit only in the rerun" in turned.line("en")


def test_titles_sources_and_text_alternatives_count(verify, tmp_path):
    assert verify(alt="Another line").differences["kind"].tolist() == ["alt"]
    record = json.loads((tmp_path / "new" / "run.json").read_text())
    record["exhibits"][0] |= {"title": "Awards fell", "source": "elsewhere"}
    (tmp_path / "new" / "run.json").write_text(json.dumps(record))
    found = verify_report(tmp_path / "old", against=tmp_path / "new")
    assert found.differences["kind"].tolist() == ["title", "alt", "source"]


def test_a_picture_drawn_otherwise_is_a_note(verify, tmp_path):
    verify()
    record = json.loads((tmp_path / "new" / "run.json").read_text())
    (tmp_path / "new" / "exhibits" / "1.1.png").write_bytes(b"other fonts")
    record["exhibits"][0]["files"]["exhibits/1.1.png"] = sha(b"other fonts")
    (tmp_path / "new" / "run.json").write_text(json.dumps(record))
    found = verify_report(tmp_path / "old", against=tmp_path / "new")
    assert found.status == "equal"
    assert [note.kind for note in found.notes] == ["picture", "notebook"]
    assert "exhibits/1.1.png is not the same to the byte" in found.notes[0].en


# --- why -----------------------------------------------------------------------------

CHANGED = TABLE.replace("2018,WBBM,2,", "2018,WBBM,3,")


@pytest.mark.parametrize(
    ("changes", "kind", "told"),
    [
        ({"parameters": {"first_year": 2019, "seed": 7}}, "parameter", "first_year differs: 2018 → 2019"),
        ({"parameters": {"first_year": 2018, "seed": 8}}, "seed", "random draws differ: 7 → 8"),
        ({"packages": {"pandas": "3.0.0", "zi-analysis": "0.1.0"}}, "packages", "differ: pandas 3.1.1 → 3.0.0"),
        ({"python": "3.13.1"}, "python", "3.11.7 → 3.13.1"),
        ({"platform": "Darwin arm64"}, "platform", "→ Darwin arm64"),
        ({"language": "id"}, "language", "en → id"),
        (
            {"notebook": {"path": "notebooks/small.ipynb", "sha256": "c" * 64}},
            "notebook",
            "notebooks/small.ipynb changed",
        ),
        ({"notebook": {"path": "notebooks/other.ipynb", "sha256": "c" * 64}}, "notebook", "different notebooks"),
        ({"data": {"files": {"raw/counts.csv": "d" * 64}}}, "data", "data/raw/counts.csv changed (the version"),
        ({"data": {"files": {}}}, "data", "data/raw/counts.csv is gone"),
        ({"code": {"sha256": "e" * 64}}, "code", "the code of zi_analysis/ changed"),
        ({"code": None, "git": {"commit": "f" * 40, "dirty": False}}, "code", "unknown → ffffffffffff"),
        ({"code": None, "git": {"commit": "unknown", "dirty": True}}, "code", "were not committed"),
    ],
)
def test_the_cause_is_named(verify, changes, kind, told):
    changes.setdefault("parameters", {"language": changes.get("language", "en"), "first_year": 2018, "seed": 7})
    changes["parameters"].setdefault("language", "en")
    found = verify(CHANGED, **changes)
    assert found.status == "different"
    assert kinds(found) == [kind]
    assert told in found.causes[0].en
    assert found.causes[0].id != found.causes[0].en
    assert told in found.line("en")


def test_what_changed_without_effect_is_still_told(verify):
    found = verify(packages={"pandas": "3.0.0", "zi-analysis": "0.1.0"})
    assert (found.status, kinds(found)) == ("equal", ["packages"])
    assert "What changed without changing an exhibit" in verify_page(found, "en")


@pytest.mark.parametrize("name", ["exhibits/1.1.csv", "exhibits/1.1.png", "exhibits/9.9.csv"])
def test_a_file_edited_after_the_run_is_named(verify, tmp_path, name):
    verify()
    (tmp_path / "old" / name).write_text(CHANGED)
    found = verify_report(tmp_path / "old", against=tmp_path / "new")
    assert kinds(found) == ["edited"]
    assert found.causes[0].en.startswith(f"edited after the run: {name} in ")
    assert found.status == ("edited" if "9.9" in name else "different")


def told_files(folder):
    """Give a hand-made report a page and a pdf, with their checksums in its record."""
    (folder / "index.html").write_text("<p>Awards rose</p>")
    (folder / "report.pdf").write_bytes(b"%PDF-1.7")
    record = json.loads((folder / "run.json").read_text())
    names = ("index.html", "notebook.ipynb", "report.pdf")
    record["files"] = {name: sha((folder / name).read_bytes()) for name in names}
    (folder / "run.json").write_text(json.dumps(record))


@pytest.mark.parametrize("name", ["index.html", "report.pdf", "notebook.ipynb"])
@pytest.mark.parametrize("side", ["old", "new"])
def test_a_page_a_pdf_or_a_notebook_edited_by_hand_is_named(verify, tmp_path, name, side):
    verify()
    told_files(tmp_path / side)
    assert verify_report(tmp_path / "old", against=tmp_path / "new").status == "equal"
    path = tmp_path / side / name
    path.write_bytes(path.read_bytes() + b" ")
    found = verify_report(tmp_path / "old", against=tmp_path / "new")
    assert (found.status, found.holds, kinds(found)) == ("edited", False, ["edited"])
    assert f"edited after the run: {name} in " in found.line("en")
    assert f"disunting setelah dijalankan: {name} di " in found.line("id")
    assert "The report was changed after its run" in verify_page(found, "en")
    path.unlink()
    found = verify_report(tmp_path / "old", against=tmp_path / "new")
    assert (found.status, kinds(found)) == ("edited", ["lost"])
    assert f"missing since the run: {name} of " in found.line("en")


def test_a_pdf_that_no_run_printed_is_named(verify, tmp_path):
    verify()
    told_files(tmp_path / "old")
    record = json.loads((tmp_path / "old" / "run.json").read_text())
    del record["files"]["report.pdf"]
    (tmp_path / "old" / "run.json").write_text(json.dumps(record))
    found = verify_report(tmp_path / "old", against=tmp_path / "new")
    assert "edited after the run: report.pdf in " in found.line("en")


def test_a_record_of_a_time_without_checksums_of_the_page_is_no_fault(verify, tmp_path):
    verify()
    told_files(tmp_path / "new")
    for name in ("index.html", "report.pdf"):
        (tmp_path / "old" / name).write_text("whatever")
    found = verify_report(tmp_path / "old", against=tmp_path / "new")
    assert (found.status, found.causes) == ("equal", ())


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (None, "something other than checksums"),
        ({"index.html": 3}, "something other than checksums"),
        ({"../../etc/passwd": "0" * 64}, "is no file of a report"),
        ({"index.html": "0" * 63}, "checksum of index.html is not one"),
    ],
)
def test_a_record_whose_files_no_run_wrote_is_refused(tmp_path, files, told):
    folder = made_report(tmp_path / "old", TABLE, files=files)
    with pytest.raises(ReportError, match=told):
        verify_report(folder, against=folder)


def test_an_exhibits_file_that_is_lost_is_a_difference(verify, tmp_path):
    verify()
    (tmp_path / "old" / "exhibits" / "1.1.csv").unlink()
    found = verify_report(tmp_path / "old", against=tmp_path / "new")
    assert found.differences[["kind", "column"]].to_numpy().tolist() == [["file", "exhibits/1.1.csv"]]


def test_changed_code_is_named_by_file_where_git_knows_both_commits(tmp_path):
    root = tmp_path / "project"
    (root / "data").mkdir(parents=True)
    (root / "zi_analysis").mkdir()
    (root / "data" / "datapackage.json").write_text("{}")
    commits = []
    for text in ("a = 1", "a = 2"):
        (root / "zi_analysis" / "rates.py").write_text(text)
        commits.append(commit(root))
    old, new = ({"commit": name, "dirty": False} for name in commits)
    made_report(tmp_path / "old", TABLE, git=old, code=None)
    made_report(tmp_path / "new", CHANGED, git=new, code={"sha256": "e" * 64})
    found = verify_report(tmp_path / "old", against=tmp_path / "new", root=root)
    assert [cause.en for cause in found.causes] == ["the code changed: zi_analysis/rates.py"]


def commit(root):
    def git(*words):
        command = ["git", "-C", str(root), "-c", "user.name=t", "-c", "user.email=t@t", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    if not (root / ".git").exists():
        git("init", "-q")
    git("add", "-A")
    git("commit", "-q", "-m", "x", "--no-gpg-sign")
    return git("rev-parse", "HEAD")


def test_rows_are_named_up_to_twenty_and_the_rest_counted(tmp_path):
    root = tmp_path / "project"
    (root / "data" / "raw").mkdir(parents=True)
    (root / "data" / "datapackage.json").write_text(json.dumps(PACKAGE))
    old = "figure_id,value\n" + "".join(f"r{place:03},1\n" for place in range(1300))
    new = old.replace(",1\n", ",2\n").replace("r000,2\n", "") + "z1,5\n"
    (root / "data" / "raw" / "counts.csv").write_text(old)
    commit(root)
    (root / "data" / "raw" / "counts.csv").write_text(new)
    made_report(tmp_path / "old", TABLE, data={"files": {"raw/counts.csv": sha(old)}})
    made_report(tmp_path / "new", CHANGED, data={"files": {"raw/counts.csv": sha(new)}})
    told = verify_report(tmp_path / "old", against=tmp_path / "new", root=root).causes[0]
    assert told.en.startswith("data/raw/counts.csv changed (table counts): 1,299 rows changed: r001 (value: 1 → 2), ")
    assert "r020 (value: 1 → 2) and 1,279 more; 1 row added: z1; 1 row removed: r000" in told.en
    assert "1.299 baris berubah" in told.id
    assert "dan 1.279 lainnya; 1 baris ditambahkan: z1" in told.id


def test_rows_without_a_declared_key_are_compared_whole(tmp_path):
    told = compare_rows("x.csv", b"a,b\n1,2\n1,2\n", b"a,b\n1,2\n1,3\n", root=tmp_path)
    assert (told.added, told.removed, told.changed) == (("1, 3",), ("1, 2, #2",), ())
    assert compare_rows("x.csv", b"\xff\xfe\xff", b"a\n", root=tmp_path) is None


# --- with a kernel: the published report is run again --------------------------------


def write_notebook(root, source=SOURCE, name="small"):
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "# Small"},
        {
            "cell_type": "code",
            "metadata": {"tags": ["parameters"]},
            "source": 'language = "en"\nfirst_year = 2018\nseed = 7',
            "outputs": [],
            "execution_count": None,
        },
        {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None},
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    (root / "notebooks" / f"{name}.ipynb").write_text(
        json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": cells})
    )


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A project under git with one published report."""
    root = tmp_path_factory.mktemp("project")
    (root / "data" / "raw").mkdir(parents=True)
    (root / "notebooks").mkdir()
    (root / "data" / "datapackage.json").write_text(json.dumps(PACKAGE))
    (root / "data" / "raw" / "counts.csv").write_text(COUNTS)
    write_notebook(root)
    commit(root)
    run_report("small", root=root, parameters={"first_year": 2019})
    return root / "reports" / "small" / "en--first_year=2019"


@pytest.mark.slow
def test_a_rerun_is_equal_and_leaves_nothing(published, tmp_path, monkeypatch):
    root = published.parents[2]
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and ".git" not in path.parts}
    counted = []
    found = verify_report(published, root=root, on_cell=lambda: counted.append(1))
    assert (found.status, found.causes, len(counted)) == ("equal", (), 3)
    assert [note.en for note in found.notes] == ["the executed notebook is the same to the byte"]
    assert before == {path: path.read_bytes() for path in before}
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("zi-verify-")]


@pytest.mark.slow
def test_a_run_notes_what_it_wrote_and_an_edited_page_is_caught(published, tmp_path):
    record = json.loads((published / "run.json").read_text())
    assert set(record["files"]) == {"index.html", "notebook.ipynb"}
    for name, checksum in record["files"].items():
        assert sha((published / name).read_bytes()) == checksum
    crate = json.loads((published / "ro-crate-metadata.json").read_text())
    listed = {entity["@id"]: entity.get("sha256") for entity in crate["@graph"]}
    assert record["files"].items() <= listed.items()
    shutil.copytree(published, tmp_path / "edited")
    page = tmp_path / "edited" / "index.html"
    page.write_text(page.read_text().replace("Small", "Smaller"))
    found = verify_report(tmp_path / "edited", root=published.parents[2])
    assert (found.status, kinds(found)) == ("edited", ["edited"])
    assert "index.html in " in found.causes[0].en


@pytest.mark.slow
@pytest.mark.skipif(find_chromium() is None, reason="there is no Chromium")
def test_an_edited_pdf_is_caught(published, tmp_path):
    run = run_report("small", root=published.parents[2], output=tmp_path / "printed", pdf=True)
    pdf = run.folder / "report.pdf"
    assert run.record["files"]["report.pdf"] == sha(pdf.read_bytes())
    assert verify_report(run.folder, root=published.parents[2]).status == "equal"
    pdf.write_bytes(pdf.read_bytes().replace(b"%PDF-1.4", b"%PDF-1.5"))
    assert kinds(verify_report(run.folder, root=published.parents[2])) == ["edited"]


@pytest.mark.slow
def test_one_figure_in_the_data_is_caught_and_its_row_named(published):
    root = published.parents[2]
    table = root / "data" / "raw" / "counts.csv"
    try:
        table.write_text(COUNTS.replace("a3,2020,30", "a3,2020,31"))
        found = verify_report(published, root=root)
    finally:
        table.write_text(COUNTS)
    assert found.exhibits["status"].tolist() == ["different", "equal"]
    assert found.differences[["key", "column", "published", "again"]].to_numpy().tolist() == [
        ["year=2020", "value", "30", "31"]
    ]
    assert [cause.en for cause in found.causes] == [
        "data/raw/counts.csv changed (table counts): 1 row changed: a3 (value: 30 → 31)"
    ]


@pytest.mark.slow
def test_a_changed_notebook_is_caught_and_named(published):
    root = published.parents[2]
    try:
        write_notebook(root, SOURCE.replace("random.random()", "2 * random.random()"))
        found = verify_report(published, root=root)
    finally:
        write_notebook(root)
    assert found.exhibits["status"].tolist() == ["equal", "different"]
    assert [cause.en for cause in found.causes] == ["the source of notebooks/small.ipynb changed"]


@pytest.mark.slow
def test_a_seed_that_was_recorded_otherwise_is_caught(published, tmp_path):
    other = run_report(
        "small", root=published.parents[2], parameters={"first_year": 2019, "seed": 8}, output=tmp_path / "r"
    )
    found = verify_report(published, against=other.folder, root=published.parents[2])
    assert (found.exhibits["status"].tolist(), kinds(found)) == (["equal", "different"], ["seed"])


@pytest.mark.slow
def test_a_report_that_fails_now_says_so_in_one_line(published):
    root = published.parents[2]
    try:
        write_notebook(root, "1 / 0")
        with pytest.raises(ReportError) as failure:
            verify_report(published, root=root)
    finally:
        write_notebook(root)
    message = str(failure.value)
    assert message == f"{published} cannot be made again: small: cell 3 failed: ZeroDivisionError: division by zero"


# --- hostile reports -----------------------------------------------------------------


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A project with one notebook; running anything fails the test."""
    monkeypatch.setattr(verify_module, "run_plan", lambda *_, **__: pytest.fail("a report was run"))
    root = tmp_path / "project"
    (root / "data").mkdir(parents=True)
    (root / "notebooks").mkdir()
    (root / "data" / "datapackage.json").write_text("{}")
    write_notebook(root)
    (tmp_path / "evil.ipynb").write_text((root / "notebooks" / "small.ipynb").read_text())
    return root


def refused(folder, root):
    with pytest.raises(ZiError) as failure:
        verify_report(folder, root=root)
    message = str(failure.value)
    assert message.isprintable()
    assert len(message) < 600
    return message


@pytest.mark.parametrize(
    "path",
    [
        "../evil.ipynb",
        "notebooks/../../evil.ipynb",
        "/etc/passwd",
        "notebooks/linked.ipynb",
        "reports/x/notebook.ipynb",
        "notebooks",
        "notebooks/small.py",
        "notebooks/a\x00.ipynb",
        "notebooks\\..\\..\\evil.ipynb",
        "\x1b[31mnotebooks/x.ipynb",
        "",
    ],
)
def test_a_notebook_outside_the_project_is_never_run(home, tmp_path, path):
    (home / "notebooks" / "linked.ipynb").symlink_to(tmp_path / "evil.ipynb")
    folder = made_report(tmp_path / "r", notebook={"path": path, "sha256": "b" * 64})
    assert "not one below notebooks/ of this project" in refused(folder, home)


def test_a_report_does_not_choose_the_project(home, tmp_path, monkeypatch):
    theirs = tmp_path / "theirs"
    (theirs / "data").mkdir(parents=True)
    (theirs / "notebooks").mkdir()
    (theirs / "data" / "datapackage.json").write_text("{}")
    write_notebook(theirs, "open('/tmp/owned', 'w')", name="theirs")
    folder = made_report(
        theirs / "reports" / "theirs" / "en", notebook={"path": "notebooks/theirs.ipynb", "sha256": "b" * 64}
    )
    monkeypatch.setenv("ZI_HOME", str(home))
    assert "the project has no notebooks/theirs.ipynb any more" in refused(folder, None)


@pytest.mark.parametrize(
    "parameters",
    [
        {"first_year": "__import__('os').system('true')"},
        {"first_year; import os": 1},
        {"first_year": 10**30},
        {"first_year": {"a": 1}},
        {"seed": None},
        {"language": "en\nimport os"},
        {"unknown": 1},
        {"x" * 100_000: 1},
        {"seed": list(range(100_000))},
        {"seed\x1b[31m": 1},
    ],
)
def test_parameters_are_checked_as_a_users_are(home, tmp_path, parameters):
    refused(made_report(tmp_path / "r", parameters=parameters), home)


@pytest.mark.parametrize(
    "changes",
    [
        {"zi_report": 2},
        {"language": "\x1b]0;owned\x07"},
        {"language": None},
        {"exhibits": {}},
        {"exhibits": [{"number": "../x", "title": "", "source": "", "files": {}}]},
        {"exhibits": [{"number": "1.1", "title": "", "source": "", "files": {"../../etc/passwd": "a" * 64}}]},
        {"exhibits": [{"number": "1.1", "title": "", "source": "", "files": {"exhibits/1.1.csv": "short"}}]},
        {"exhibits": [{"number": "1.1", "title": 1, "source": "", "files": {}}]},
        {"exhibits": [{"number": "1.1", "title": "", "source": "", "files": {}}] * 2},
        {"exhibits": ["1.1"]},
        {"data": {"files": {"x": 1}}},
        {"data": []},
        {"packages": {"pandas": ["3"]}},
        {"git": "abc"},
        {"notebook": {"sha256": "b"}},
        {"parameters": [["seed", 1]]},
    ],
)
def test_a_record_no_run_wrote_is_refused(home, tmp_path, changes):
    assert "fetch the report again" in refused(made_report(tmp_path / "r", **changes), home)


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 100_000, '{"a": ' * 100_000, "[]", "null", '{"zi_report": ' + "9" * 5000 + "}", "\ufeff"]
)
def test_broken_json_is_refused(home, tmp_path, text):
    folder = made_report(tmp_path / "r")
    (folder / "run.json").write_text(text)
    refused(folder, home)
    (folder / "run.json").write_bytes(b"\xff\xfe\x00" + text.encode())
    refused(folder, home)


def test_a_huge_record_is_refused_unread(home, tmp_path):
    folder = made_report(tmp_path / "r")
    with (folder / "run.json").open("wb") as file:
        file.truncate(5_000_000_000)
    assert "is larger than 4 MB" in refused(folder, home)


def test_what_is_no_report_is_refused(home, tmp_path):
    assert "is not a report" in refused(tmp_path, home)
    assert "is not a report" in refused(tmp_path / "missing", home)


def test_a_linked_exhibit_is_not_followed(verify, tmp_path):
    verify()
    (tmp_path / "secret").write_text(TABLE)
    place = tmp_path / "old" / "exhibits" / "1.1.csv"
    place.unlink()
    place.symlink_to(tmp_path / "secret")
    found = verify_report(tmp_path / "old", against=tmp_path / "new")
    assert found.differences["kind"].tolist() == ["file"]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'a,b\n"open', b"a\n" + b"x" * 200_000 + b"\n"])
def test_a_csv_that_does_not_read_is_named(verify, tmp_path, content):
    verify()
    (tmp_path / "new" / "exhibits" / "1.1.csv").write_bytes(content)
    with pytest.raises(ReportError, match=r"1\.1\.csv is not a csv that a report wrote"):
        verify_report(tmp_path / "old", against=tmp_path / "new")


@pytest.mark.parametrize("text", ["[", '{"cells": 1}', '{"cells": [1, {"outputs": [1, {"data": 1}]}]}', "[" * 100_000])
def test_a_broken_notebook_is_noted(verify, tmp_path, text):
    verify()
    (tmp_path / "old" / "notebook.ipynb").write_text(text)
    found = verify_report(tmp_path / "old", against=tmp_path / "new")
    assert (found.status, found.notes[-1].kind) == ("equal", "notebook")


def test_a_commit_that_is_an_option_never_reaches_git(verify, monkeypatch):
    asked = []
    monkeypatch.setattr("subprocess.run", lambda command, **_: asked.append(command) or pytest.fail("asked"))
    found = verify(CHANGED, code=None, git={"commit": "--output=/tmp/owned", "dirty": False})
    assert asked == []
    assert kinds(found) == ["unknown"]


# --- the page ------------------------------------------------------------------------


class Seen(HTMLParser):
    """Collects tags, attributes and words of a page."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.words = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data


HOSTILE = "<script>alert(1)</script>\u202e\x1b[31m"


@pytest.fixture
def hostile(verify, tmp_path):
    verify(CHANGED.replace("WBBM", "=cmd|1").replace("WBK", HOSTILE.replace("\x1b", "")), before=(TABLE, TABLE))
    for side in ("old", "new"):
        record = json.loads((tmp_path / side / "run.json").read_text())
        record["exhibits"][0]["title"] = HOSTILE + side
        record["packages"][HOSTILE] = side
        record["command"] = HOSTILE
        record["started"] = HOSTILE
        (tmp_path / side / "run.json").write_text(json.dumps(record))
    return verify_report(tmp_path / "old", against=tmp_path / "new")


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_page_holds_nothing_hostile_and_loads_nothing(hostile, language):
    seen = Seen(verify_page(hostile, language))
    assert ("html", {"lang": language}) in seen.tags
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in seen.tags}
    assert not [name for _, attrs in seen.tags for name in attrs if name.startswith("on") or name in ("src", "style")]
    assert "<script>alert(1)</script>" in seen.words
    assert "\x1b" not in seen.words
    assert "\u202e" not in seen.words
    assert any(attrs.get("http-equiv") == "Content-Security-Policy" for _, attrs in seen.tags)


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_line_is_one_line_without_controls(hostile, language):
    line = hostile.line(language)
    assert line.isprintable()


def test_the_page_speaks_the_readers_language(verify):
    found = verify(CHANGED)
    english, indonesian = (Seen(verify_page(found, language)).words for language in ("en", "id"))
    assert "The report is different: 1 difference in 1 of 1 exhibit." in english
    assert "Laporan ini berbeda: 1 perbedaan pada 1 dari 1 peraga." in indonesian
    assert "31 January 2026" in english
    assert "31 Januari 2026" in indonesian
    with pytest.raises(ParameterError, match="allowed: en, id"):
        verify_page(found, "de")


def test_all_words_are_in_both_languages_with_the_same_places():
    for key, words in verify_words().items():
        assert set(words) == {"en", "id"}, key
        places = [set(re.findall(r"{(\w+)}", words[language])) for language in ("en", "id")]
        assert places[0] == places[1], key


def test_long_lists_are_cut_on_the_page_and_whole_in_the_csv(verify, tmp_path):
    rows = [f"{place},{place}" for place in range(1500)]
    table, other = ("k,v\n" + "".join(f"{row}{end}\n" for row in rows) for end in ("", "9"))
    found = verify(other, before=(table,))
    page, written = write_verification(found, tmp_path / "out", "id")
    assert page.read_text().count("nilai lain") == 200
    assert "dan 1.300 lainnya, semuanya dalam differences.csv" in page.read_text()
    assert len(pd.read_csv(written)) == 1500


def test_the_written_table_has_no_formula_but_keeps_numbers(hostile, tmp_path):
    written = write_verification(hostile, tmp_path / "out", "en")[1]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["differences.csv", "verify.html"]
    frame = pd.read_csv(written, dtype=str, keep_default_na=False)
    assert "'=cmd|1" in set(frame["again"])
    assert not frame["again"].str.startswith("=").any()
    table, other = "k,v\na,-0.5\n", "k,v\na,-0.6\n"
    numbers = verify_report(made_report(tmp_path / "n1", table), against=made_report(tmp_path / "n2", other))
    told = pd.read_csv(write_verification(numbers, tmp_path / "out2", "en")[1], dtype=str)
    assert told[["published", "again"]].to_numpy().tolist() == [["-0.5", "-0.6"]]


def test_a_reports_folder_is_no_place_for_the_page(verify, tmp_path):
    found = verify()
    with pytest.raises(ReportError, match="a report's own folder"):
        write_verification(found, tmp_path / "old", "en")
    with pytest.raises(ReportError, match="is a file"):
        write_verification(found, tmp_path / "old" / "run.json", "en")


def test_told_things_are_frozen():
    for told in (Cause("a", "b", "c"), Note("a", "b", "c")):
        with pytest.raises(AttributeError):
            told.kind = "x"


# --- properties ----------------------------------------------------------------------

cells = st.one_of(st.integers(-3, 3).map(str), st.sampled_from(["", "a", "b", "0.5", "0.50", "1.0", "x,y"]))
tables = st.lists(st.tuples(cells, cells, cells), max_size=6)


def written(rows):
    return pd.DataFrame(rows, columns=["k", "m", "v"]).to_csv(index=False)


@given(tables)
def test_a_table_is_equal_to_itself(rows):
    assert compare_tables(written(rows), written(rows), tolerance=0.0) == ()


@given(tables, tables)
def test_unlike_tables_are_told_and_like_ones_are_not(rows, other):
    def plain(cell):
        return float(cell) if re.fullmatch(r"-?[0-9.]+", cell) and "." in cell else cell

    def alike(one, another):
        numbers = isinstance(plain(one), float) or isinstance(plain(another), float)
        if one == another:
            return True
        return (
            numbers
            and one not in ("", "a", "b", "x,y")
            and another not in ("", "a", "b", "x,y")
            and (float(one) == float(another))
        )

    same = len(rows) == len(other) and all(
        alike(one, another)
        for row, line in zip(rows, other, strict=True)
        for one, another in zip(row, line, strict=True)
    )
    assert (compare_tables(written(rows), written(other), tolerance=0.0) == ()) == same


@given(tables, st.randoms(use_true_random=False))
def test_shuffled_rows_are_only_another_order(rows, chance):
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert {one.kind for one in compare_tables(written(rows), written(shuffled), tolerance=0.0)} <= {
        "row order",
        "value",
    }
