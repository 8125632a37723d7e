"""Batches: checked first, unchanged ones passed over, failures told, killed ones going on, one at a time."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from zi_analysis.errors import ParameterError, ZiError
from zi_analysis.reporting import many
from zi_analysis.reporting.grids import grid_of, read_grid
from zi_analysis.reporting.homes import at_home, fetch_data
from zi_analysis.reporting.kernels import ReportError
from zi_analysis.reporting.lock import only_batch
from zi_analysis.reporting.many import run_many
from zi_analysis.reporting.plan import plan_report
from zi_analysis.reporting.record import base_record, report_address
from zi_analysis.reporting.run import RunOptions, report_inputs
from zi_analysis.reporting.stores import Store
from zi_analysis.reporting.sweep import make_sweep, plan_sweep
from zi_analysis.reporting.tasks import BatchOptions, Outcome, Task, summary_lines
from zi_analysis.reporting.unchanged import sift_unchanged
from zi_analysis.reporting.worker import make_one

SMALL = Path(__file__).parent / "notebooks_small"
QUIET = BatchOptions(progress=False)
pytestmark = pytest.mark.xdist_group("many")


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "project"
    (root / "data" / "raw").mkdir(parents=True)
    (root / "data" / "datapackage.json").write_text("{}")
    (root / "data" / "raw" / "counts.csv").write_text("year,awards\n2020,3\n")
    shutil.copytree(SMALL, root / "notebooks")
    return root


def tasks_of(root, notebook="awards", years=(2015, 2016, 2017)):
    return [Task(plan_report(notebook, parameters={"first_year": year}, root=root), str(year)) for year in years]


def state(folder):
    """Every file's bytes; of a run record and the crate what no clock writes."""
    kept = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name in (".zi-lock", "ro-crate-metadata.json"):
            continue
        content = path.read_bytes()
        if path.name == "run.json":
            record = json.loads(content)
            for clock in ("started", "finished", "seconds"):
                record.pop(clock)
            for cell in record["cells"]:
                cell.pop("seconds")
            content = json.dumps(record, sort_keys=True).encode()
        kept[path.relative_to(folder).as_posix()] = content
    return kept


def test_a_batch_is_made_then_passed_over_then_made_again_where_something_changed(project):
    store = Store(str(project / "reports" / "batch"))
    assert [one.status for one in run_many(tasks_of(project), store, options=QUIET)] == ["made"] * 3
    assert [one.status for one in run_many(tasks_of(project), store, options=QUIET)] == ["unchanged"] * 3
    (project / "reports" / "batch" / "2016" / "index.html").unlink()
    assert [one.status for one in run_many(tasks_of(project), store, options=QUIET)] == [
        "unchanged",
        "made",
        "unchanged",
    ]
    (project / "data" / "raw" / "counts.csv").write_text("year,awards\n2020,4\n")
    assert [one.status for one in run_many(tasks_of(project), store, options=QUIET)] == ["made"] * 3
    forced = BatchOptions(progress=False, force=True, fork=False)
    assert [one.status for one in run_many(tasks_of(project, years=(2015,)), store, options=forced)] == ["made"]


def test_a_failing_report_does_not_keep_the_others_from_being_made(project):
    tasks = [*tasks_of(project, years=(2015,)), Task(plan_report("failing", root=project), "bad")]
    good, bad = run_many(tasks, Store(str(project / "reports" / "mixed")), options=QUIET)
    assert (good.status, bad.status) == ("made", "failed")
    assert "cell" in bad.error
    assert "\n" not in bad.error
    lines = summary_lines([good, bad], seconds=1.0)
    assert lines == ["1 made, 0 unchanged, 1 failed in 1.0 s", f"bad: {bad.error}"]


def test_forked_and_plain_reports_are_the_same_bytes(project):
    for name, fork in (("forked", True), ("plain", False)):
        options = BatchOptions(progress=False, fork=fork)
        run_many(tasks_of(project), Store(str(project / "reports" / name)), options=options)
    forked, plain = (state(project / "reports" / name) for name in ("forked", "plain"))
    assert forked.keys() == plain.keys()
    assert [name for name in forked if forked[name] != plain[name]] == []


def test_two_batches_in_one_folder_do_not_meet(project):
    folder = project / "reports" / "held"
    with only_batch(folder), pytest.raises(ReportError, match=rf"process {os.getpid()}, since .*another --output"):
        run_many(tasks_of(project), Store(str(folder)), options=QUIET)
    assert [path.name for path in folder.iterdir()] == [".zi-lock"]
    assert run_many(tasks_of(project, years=(2015,)), Store(str(folder)), options=QUIET)[0].status == "made"


BATCH = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_many import tasks_of, QUIET
from zi_analysis.reporting.many import run_many
from zi_analysis.reporting.stores import Store
root = Path({root!r})
run_many(tasks_of(root, years=range(2013, 2021)), Store(str(root / "reports" / {name!r})), options=QUIET)
"""


def _start(project, name):
    program = BATCH.format(tests=str(Path(__file__).parent), root=str(project), name=name)
    return subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.DEVNULL)


def test_a_batch_killed_at_any_moment_goes_on_to_the_same_bytes(project):
    began = time.monotonic()
    assert _start(project, "whole").wait(120) == 0
    whole = time.monotonic() - began
    moments = random.Random(5)
    kills = int(os.environ.get("ZI_KILLS", "4"))
    for _ in range(kills):
        process = _start(project, "killed")
        time.sleep(moments.uniform(0.2, 1.0) * whole)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert _start(project, "killed").wait(120) == 0
    whole_state, killed_state = (state(project / "reports" / name) for name in ("whole", "killed"))
    assert killed_state.keys() == whole_state.keys()
    assert [name for name in whole_state if whole_state[name] != killed_state[name]] == []


def test_a_worker_that_dies_costs_a_new_try_and_then_a_line(project, monkeypatch):
    monkeypatch.setattr(many, "make_one", _die_once)
    _die_once.marks = project / "marks"
    (project / "marks").mkdir()
    outcomes = run_many(
        tasks_of(project), Store(str(project / "reports" / "dying")), options=BatchOptions(1, progress=False)
    )
    assert [one.status for one in outcomes] == ["made", "failed", "made"]
    assert "its worker died" in outcomes[1].error


def _die_once(task, store, run, data=None):
    """The report of 2016 kills its worker every time, that of 2017 once."""
    mark = Path(task.plan.root) / "marks" / task.name
    if task.name == "2016" or (task.name == "2017" and not mark.exists()):
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return Outcome(task.name, "made")


def test_a_worker_with_other_data_or_code_refuses(project):
    (task,) = tasks_of(project, years=(2015,))
    base = {"data": {"version": "other"}, "code": {"sha256": "x"}}
    outcome = make_one(task, Store(str(project / "out")), RunOptions(base=base))
    assert outcome.status == "failed"
    assert "other data" in outcome.error


def test_results_go_to_any_address_and_are_found_there_again(project):
    store = Store("memory://zi-results/batch")
    store.check()
    (task,) = tasks_of(project, years=(2015,))
    base = base_record(project)
    run = RunOptions(base=base, tidy=False)
    assert make_one(task, store, run).status == "made"
    record = store.read_record("2015")
    assert record["address"] == report_address(base, report_inputs(task.plan))
    assert store.read_record("2016") is None
    system, place = store._system()
    assert system.cat_file(f"{place}/2015/index.html").startswith(b"<!DOCTYPE html>")
    assert sift_unchanged([task], store, base, BatchOptions())[1] == ["2015"]


@pytest.mark.parametrize("address", ["nonsense://x/y", "s3://"])
def test_an_address_that_cannot_be_used_is_refused_first(address):
    with pytest.raises(ParameterError, match="cannot be used"):
        Store(address).check()


def test_data_come_from_an_address(project):
    import fsspec

    system, place = fsspec.core.url_to_fs("memory://zi-data/data")
    for path in (project / "data").rglob("*"):
        if path.is_file():
            system.pipe_file(f"{place}/{path.relative_to(project / 'data').as_posix()}", path.read_bytes())
    root = fetch_data("memory://zi-data/data")
    assert (root / "data" / "raw" / "counts.csv").read_text() == (project / "data" / "raw" / "counts.csv").read_text()
    (task,) = tasks_of(project, years=(2015,))
    assert at_home(task.plan, "memory://zi-data/data").root == root
    with pytest.raises(ParameterError, match=r"holds no datapackage.json"):
        fetch_data("memory://zi-nothing/data")


def test_a_worker_without_the_notebook_says_so(project, monkeypatch):
    (task,) = tasks_of(project, years=(2015,))
    (project / "notebooks" / "awards.ipynb").unlink()
    with pytest.raises(ZiError, match=r"worker has no notebooks/awards.ipynb"):
        at_home(task.plan, None)


# --- grids ---------------------------------------------------------------------------


def grid_file(tmp_path, text):
    path = tmp_path / "grid.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_grid_is_every_combination_and_the_runs_written_out(tmp_path):
    text = "grid:\n  first_year: [2015, 2016]\n  predicate: [WBK, all]\nruns:\n  - {first_year: 2018}\n"
    grid = read_grid(grid_file(tmp_path, text))
    assert len(grid.combinations) == 5
    assert grid.combinations[0] == {"first_year": 2015, "predicate": "WBK"}
    assert grid.varied == ("first_year", "predicate")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "must hold"),
        ("- 1", "must hold"),
        ("grid: 3", "must be a mapping"),
        ("grid: {a: 3}", "needs a list"),
        ("grid: {a: []}", "needs a list"),
        ("runs: {a: 1}", "list of at most"),
        ("grid: {a: [1]}\nother: 2", "nothing else"),
        ("grid: {a: [1], a: [2]}", "named twice"),
        ("grid: {a: &x [1], b: *x}", "aliases"),
        ("grid: {a: [1]", "is not yaml"),
        ("grid: !!python/object/apply:os.system [echo]", "is not yaml"),
        (f"grid: {{a: {list(range(200))}, b: {list(range(200))}}}", "40,000 combinations"),
    ],
)
def test_a_grid_that_is_none_is_refused_with_the_way_out(tmp_path, text, told):
    with pytest.raises(ParameterError, match=told):
        read_grid(grid_file(tmp_path, text))


def test_a_grid_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(ParameterError, match="cannot be read"):
        read_grid(tmp_path / "none.yml")
    (tmp_path / "x.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ParameterError, match="UTF-8"):
        read_grid(tmp_path / "x.yml")


def test_every_combination_is_checked_before_anything_is_run(project):
    grid = grid_of({"grid": {"first_year": [2015, 1999, "2016"]}}, "grid.yml")
    with pytest.raises(
        ParameterError, match=r"2 of 3 combinations are not valid, nothing was run: combination 2: .*1999"
    ):
        make_sweep("awards", grid, root=project, options=QUIET)
    assert not (project / "reports").exists()
    same = grid_of({"runs": [{"first_year": 2015}, {"first_year": 2015}]}, "grid.yml")
    with pytest.raises(ParameterError, match="the same report"):
        plan_sweep("awards", same, root=project)


def test_a_sweep_writes_its_reports_and_an_index(project):
    grid = grid_of({"grid": {"first_year": [2015, 2016]}}, "grid.yml")
    batch = make_sweep("awards", grid, languages=["en", "id"], root=project, options=QUIET, command="zi sweep <x>")
    assert [one.name for one in batch.outcomes] == [
        "en/first_year=2015", "id/first_year=2015", "en/first_year=2016", "id/first_year=2016"
    ]  # fmt: skip
    assert batch.failed == []
    page = Path(batch.pages[0]).read_text(encoding="utf-8")
    assert "first_year%3D2015/index.html" in page
    assert "<x>" not in page
    for one in batch.outcomes:
        assert (project / "reports" / "sweeps" / "awards" / one.name / "run.json").is_file()
