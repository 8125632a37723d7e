"""The `zi` command as a user meets it: exit codes, one line of error, no traceback."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from zi_analysis import cli
from zi_analysis.errors import EvidenceError
from zi_analysis.evidence import assemble, trace

SMALL = Path(__file__).parent / "notebooks_small"


def zi(*arguments, **environment):
    command = [sys.executable, "-m", "zi_analysis.cli", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, env=os.environ | environment, timeout=60, check=False
    )


def test_help_needs_no_heavy_import():
    heavy = "{'pandas', 'papermill', 'numpy'}"
    watch = f"import sys; from zi_analysis import cli; print(sorted({heavy} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", watch], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
    shown = zi("--help")
    assert shown.returncode == 0
    for verb in ("clean", "trace", "report"):
        assert verb in shown.stdout


def test_every_verb_module_is_offered_and_nothing_else():
    modules = {path.stem.removeprefix("verb_") for path in Path(cli.__file__).parent.glob("verb_*.py")}
    offered = re.search(r"choose from (.*)\)", zi("no-such-verb").stderr)[1]
    assert set(re.findall(r"\w+", offered)) == modules
    for verb in modules:
        assert zi(verb, "--help").stdout.startswith(f"usage: zi {verb} [-h] ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["report", "no-such"], "there is no notebook 'no-such'"),
        (["report", SMALL / "awards.ipynb", "-p", "first_yaer=2018"], "did you mean first_year?"),
        (["report", SMALL / "awards.ipynb", "-p", "first_year=1_000"], "holds an underscore"),
        (["report", SMALL / "awards.ipynb", "--language", "id", "-p", "language=en"], "given twice"),
        (["report", SMALL / "awards.ipynb", "--workers", "0"], "workers = 0"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(arguments, told):
    answer = zi(*arguments)
    assert answer.returncode == 2
    assert told in answer.stderr
    assert answer.stderr.count("\n") == 1
    assert answer.stdout == ""


def test_an_unknown_verb_or_language_is_exit_code_2():
    assert zi("reprot").returncode == 2
    assert zi("report", "--language", "de").returncode == 2
    assert zi().returncode == 2


@pytest.mark.slow
def test_reports_in_both_languages_and_a_table(tmp_path):
    answer = zi("report", SMALL / "own.ipynb", "-p", "draws=3", "--language", "both", "--output", tmp_path / "o")
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr == ""
    head, *rows = answer.stdout.splitlines()
    assert head.split() == ["report", "exhibits", "seconds", "page"]
    assert [row.split()[:3] for row in rows] == [["own", "(en)", "0"], ["own", "(id)", "0"]]
    for language in ("en", "id"):
        assert (tmp_path / "o" / "own" / language / "index.html").is_file()


@pytest.mark.slow
def test_a_failed_report_is_exit_code_1_and_the_other_is_made(tmp_path):
    answer = zi(
        "report",
        SMALL / "failing.ipynb",
        SMALL / "own.ipynb",
        "--output",
        tmp_path,
        "--quiet",
        "--language",
        "en",
    )
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert answer.stderr.startswith("zi: failing: cell 2 failed: ZeroDivisionError: division by zero (notebook left")
    assert answer.stderr.count("\n") == 1
    assert (tmp_path / "own" / "en" / "index.html").is_file()


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals to one process are sent the posix way")
def test_an_interrupt_is_one_line_and_exit_code_130(tmp_path):
    command = [sys.executable, "-m", "zi_analysis.cli", "report", str(SMALL / "refusing.ipynb")]
    started = tmp_path / "r"
    process = subprocess.Popen(
        [*command, "-p", "how=sleep", "--output", str(started)],
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    for _ in range(200):
        if list(tmp_path.glob(".r.tmp-*")):
            break
        time.sleep(0.05)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=20)
    assert process.returncode == 130
    assert told == "zi: interrupted; reports made before are as they were\n"
    assert list(tmp_path.iterdir()) == []


def test_an_error_on_purpose_is_one_line(monkeypatch, capsys):
    def fail():
        raise EvidenceError("value X at counts.csv row 3\nis not a year")

    monkeypatch.setattr(assemble, "build_evidence", fail)
    monkeypatch.delenv("ZI_TRACEBACK", raising=False)
    assert cli.main(["clean"]) == 1
    assert capsys.readouterr().err == "zi: value X at counts.csv row 3 is not a year\n"


def test_a_fault_of_the_workbook_is_named_and_can_be_looked_into(monkeypatch, capsys):
    def fail(_):
        raise RuntimeError("no good")

    monkeypatch.setattr(trace, "trace", fail)
    monkeypatch.delenv("ZI_TRACEBACK", raising=False)
    assert cli.main(["trace", "x"]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "this is a fault of the workbook: RuntimeError: no good" in told
    monkeypatch.setenv("ZI_TRACEBACK", "1")
    with pytest.raises(RuntimeError):
        cli.main(["trace", "x"])


def test_a_folder_that_cannot_be_written_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """Root may write anywhere, so the refusal of the system is played."""

    def refuse() -> None:
        raise OSError(30, "Read-only file system", "data/clean/awards.csv")

    monkeypatch.setattr(assemble, "build_evidence", refuse)
    assert cli.main(["clean"]) == 1
    said = capsys.readouterr().err
    assert said == (
        "zi: cannot read or write data/clean/awards.csv: read-only file system; free it, or choose another folder with"
        " --output\n"
    )
