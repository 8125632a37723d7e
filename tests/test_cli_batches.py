"""`zi profiles`, `zi sweep` and `zi verify` as a user meets them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from test_cli import zi

ROOT = Path(__file__).parents[1]
SMALL = Path(__file__).parent / "notebooks_small"
pytestmark = pytest.mark.xdist_group("cli_batches")


@pytest.mark.slow
def test_profiles_of_two_agencies_in_both_languages_with_an_index_each(tmp_path):
    arguments = ["profiles", "--agency", "35.20", "--agency", "kemenkeu", "--language", "both", "--output", tmp_path]
    answer = zi(*arguments)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("4 made, 0 unchanged, 0 failed")
    assert zi(*arguments).stdout.startswith("0 made, 4 unchanged, 0 failed")
    for language, words in (("en", "Agency profiles"), ("id", "Profil instansi")):
        soup = BeautifulSoup((tmp_path / language / "index.html").read_text(encoding="utf-8"), "html.parser")
        assert words in soup.find("h1").get_text()
        links = sorted(link["href"] for link in soup.select("tbody a"))
        assert links == ["35.20/index.html", "kemenkeu/index.html"]
        for link in links:
            page = (tmp_path / language / link).read_text(encoding="utf-8")
            assert f'<html lang="{language}">' in page


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["profiles", "--province", "Jawa Timor"], "did you mean 'Jawa Timur'?"),
        (["profiles", "--agency", "35.2O"], "did you mean '35."),
        (["profiles", "--type", "central", "--province", "Jawa Timur"], "no agency is of that type"),
        (["profiles", "--workers", "0"], "give 1 to 256"),
        (["profiles", "--agency", "35.20", "--output", "nonsense://x/y"], "cannot be used"),
        (["profiles", "--agency", "35.20", "--data", "memory://nothing/data"], "holds no datapackage.json"),
        (["sweep", SMALL / "awards.ipynb", "--grid", "no-such.yml"], "cannot be read"),
        (["verify", "no-such-report"], "no-such-report"),
        (["verify", "a", "b", "--against", "c"], "name one report"),
    ],
)
def test_wrong_use_is_one_line(arguments, told):
    answer = zi(*arguments)
    assert answer.returncode in (1, 2)
    assert told in answer.stderr
    assert answer.stderr.count("\n") == 1


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("verify") / "report"
    assert zi("report", "09", "-p", "agency_id=35.21", "--output", folder, "--quiet").returncode == 0
    return folder


@pytest.mark.slow
def test_verify_finds_a_report_equal_and_an_edited_one_different(report, tmp_path):
    answer = zi("verify", report)
    assert answer.returncode == 0, answer.stderr
    assert "equal" in answer.stdout
    edited = tmp_path / "edited"
    shutil.copytree(report, edited)
    table = edited / "exhibits" / "9.3.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("2020", "2021", 1), encoding="utf-8")
    answer = zi("verify", edited, "--output", tmp_path / "out", "--language", "id")
    assert answer.returncode == 1
    assert "9.3" in (tmp_path / "out" / "differences.csv").read_text(encoding="utf-8")
    assert "9.3.csv" in (tmp_path / "out" / "verify.html").read_text(encoding="utf-8")
    assert zi("verify", report, "--against", edited).returncode == 1


@pytest.mark.slow
def test_two_runs_are_the_same_bytes_but_for_the_clock(report, tmp_path):
    again = tmp_path / "again"
    assert zi("report", "09", "-p", "agency_id=35.21", "--output", again, "--quiet", "--plain").returncode == 0
    names = sorted(path.relative_to(report) for path in report.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    differing = [name.as_posix() for name in names if (report / name).read_bytes() != (again / name).read_bytes()]
    assert set(differing) <= {"run.json", "ro-crate-metadata.json"}


@pytest.mark.slow
@pytest.mark.skipif(
    "ZI_OTHER_PYTHON" not in os.environ, reason="ZI_OTHER_PYTHON names no other Python with the package"
)
@pytest.mark.parametrize("notebook", ["02", "09", "05"])
def test_another_python_gives_the_same_numbers(notebook, tmp_path):
    for name, python in (("here", sys.executable), ("there", os.environ["ZI_OTHER_PYTHON"])):
        command = [python, "-m", "zi_analysis.cli", "report", notebook, "--output", str(tmp_path / name), "--quiet"]
        subprocess.run(command, check=True, cwd=ROOT, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"})
    answer = zi("verify", tmp_path / "here", "--against", tmp_path / "there")
    assert answer.returncode == 0, answer.stdout + answer.stderr
