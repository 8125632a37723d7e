"""`zi clean` and `zi resolve` on hostile and broken input: one line of error or rejects with reasons, never less."""

import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from bad_input.case import HEAD, ROWS, BadFile, delimited
from bad_input.checks import output_complaints, read_rows
from bad_input.judging import judge, judge_together
from bad_input.make import FILES, GROUPS
from bad_input.run import ROOT, zi
from bad_input.situations import SITUATIONS, Situation, needs_user

# the files are judged on all processors at once, so that one worker of pytest-xdist must see all of them
pytestmark = pytest.mark.xdist_group("bad_input")

_NEARLY_THE_SAME = ("lines", "layouts", "large files", "values")
# text files that are read as lists are cleaned in a few runs; the benchmark cleans each alone
TOGETHER = [
    file for group in _NEARLY_THE_SAME for file in GROUPS[group] if file.outcome != "error" and not file.options
]
ALONE = [file for file in FILES if file not in TOGETHER]


@pytest.fixture
def place(tmp_path: Path):
    """A folder that is removed at once."""
    yield tmp_path
    shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.fixture(scope="module")
def verdicts(request):
    """Verdicts on what this session asks for, made on all processors at once."""
    asked = [item.callspec.params["bad"] for item in request.session.items if "bad" in _parameters(item)]
    listed = [bad for bad in asked if bad in TOGETHER]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        made = {bad.name: pool.submit(judge, bad) for bad in asked if bad not in TOGETHER}
        for group in _NEARLY_THE_SAME:
            files = [bad for bad in listed if bad in GROUPS[group]]
            run = pool.submit(judge_together, files)
            made |= {bad.name: run for bad in files}
        yield made


def _parameters(item: pytest.Item) -> dict:
    """Return the parameters of a test."""
    return getattr(getattr(item, "callspec", None), "params", {})


def test_the_corpus_is_large_and_its_names_differ():
    assert len(FILES) >= 300
    assert len({file.name for file in FILES}) == len(FILES)
    assert len(SITUATIONS) >= 80
    assert len({situation.name for situation in SITUATIONS}) == len(SITUATIONS)
    assert {file.outcome for file in FILES} == {"error", "rejects", "fine"}


@pytest.mark.parametrize("bad", ALONE, ids=lambda bad: bad.name)
def test_bad_file(bad: BadFile, verdicts):
    verdict = verdicts[bad.name].result()
    assert not verdict.complaints, verdict


@pytest.mark.parametrize("bad", SITUATIONS, ids=lambda bad: bad.name)
def test_situation(bad: Situation, verdicts):
    if needs_user(bad):
        pytest.skip("the superuser reads every file")
    verdict = verdicts[bad.name].result()
    assert not verdict.complaints, verdict


@pytest.mark.parametrize("bad", TOGETHER, ids=lambda bad: bad.name)
def test_bad_list_among_others(bad: BadFile, verdicts):
    assert verdicts[bad.name].result()[bad.name] == []


LONG = delimited([HEAD, *((ROWS[0][0], f"Puskesmas {n} Desa {n % 977}", "WBK", "2023") for n in range(12_000))])


def start(*arguments: object, folder: Path) -> "subprocess.Popen[str]":
    """Start the command as a user does."""
    return subprocess.Popen(
        [sys.executable, "-m", "zi_analysis.cli", *map(str, arguments)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _wait_for_work(process: int) -> None:
    """Wait until the command has begun to load what it works with: before that, Python itself starts."""
    deadline = time.monotonic() + 20
    while "pandas" not in Path(f"/proc/{process}/maps").read_text() and time.monotonic() < deadline:
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("end", "pause"),
    [(signal.SIGINT, 0.0), (signal.SIGINT, 0.9), (signal.SIGTERM, 0.9), (signal.SIGKILL, 0.9)],
    ids=["SIGINT early", "SIGINT", "SIGTERM", "SIGKILL"],
)
def test_an_interrupted_run_leaves_nothing_half(end, pause, place):
    (place / "long.csv").write_text(LONG, encoding="utf-8")
    (place / "out").mkdir()
    (place / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    run = start("clean", "long.csv", "--output", "out", folder=place)
    _wait_for_work(run.pid)
    time.sleep(pause)
    run.send_signal(end)
    _, error = run.communicate(timeout=30)
    assert "Traceback" not in error
    assert error.count("\n") <= 1
    if end == signal.SIGINT and run.returncode:
        assert run.returncode == 130
        assert "interrupted" in error
    names = {path.name for path in (place / "out").iterdir()} - {"mine.txt"}
    assert not names & {"awards.csv", "rejects.csv", "log.csv", "quality.html"} or not output_complaints(place / "out")
    if end != signal.SIGKILL:
        assert {path.name for path in place.iterdir()} == {"long.csv", "out"}
        assert not [name for name in names if "tmp" in name]
    again = zi("clean", "long.csv", "--output", "out", folder=place)
    assert (again.code, again.error) == (0, "")
    assert not output_complaints(place / "out")
    assert (place / "out" / "mine.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("there", [False, True], ids=["new", "there"])
def test_two_runs_into_one_folder_end_whole(there, place):
    for name, year in (("a.csv", 2022), ("b.csv", 2024)):
        rows = [(ROWS[0][0], f"Puskesmas {n}", "WBK", str(year)) for n in range(year - 1800)]
        (place / name).write_text(delimited([HEAD, *rows]), encoding="utf-8")
    if there:
        (place / "out").mkdir()
    runs = [start("clean", name, "--output", "out", folder=place) for name in ("a.csv", "b.csv")]
    told = [run.communicate(timeout=60)[1] for run in runs]
    codes = [run.returncode for run in runs]
    assert 0 in codes, told
    for code, error in zip(codes, told, strict=True):
        assert code in (0, 1, 2)
        assert (error == "") == (code == 0), error
        assert error.count("\n") <= 1
    assert not output_complaints(place / "out")
    years = {row["year"] for row in read_rows(place / "out" / "awards.csv")}
    assert len(years) == 1
    assert {path.name for path in place.iterdir()} == {"a.csv", "b.csv", "out"}


def test_a_process_of_its_own_answers_as_the_fork_does(place):
    (place / "empty.csv").write_bytes(b"")
    run = start("clean", "empty.csv", "--output", "out", folder=place)
    _, error = run.communicate(timeout=30)
    answer = zi("clean", "empty.csv", "--output", "out", folder=place)
    assert (run.returncode, error) == (answer.code, answer.error)


def test_the_script_of_the_corpus_writes_the_files_asked_for(place):
    command = [
        sys.executable,
        str(ROOT / "tests" / "bad_input" / "make.py"),
        str(place / "files"),
        "empty.csv",
        "cr-only.csv",
    ]
    subprocess.run(command, check=True, capture_output=True)
    assert sorted(path.name for path in (place / "files").iterdir()) == ["cr-only.csv", "empty.csv"]
    assert b"\n" not in (place / "files" / "cr-only.csv").read_bytes()


def test_files_are_the_same_each_time(place):
    random = ("password", "owner", "locked")  # keys are drawn anew
    for file in (file for files in GROUPS.values() for file in files[:3] if not file.name.startswith(random)):
        for name in ("one", "two"):
            file.make(place / name)
        assert (place / "one").read_bytes() == (place / "two").read_bytes(), file.name
