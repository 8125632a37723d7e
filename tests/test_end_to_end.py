"""From raw numbers to the page: what `zi report` prints is what the evidence says, also when a number changes."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CHOICE = ["-p", "first_year=2018", "-p", "last_year=2022", "-p", "language=id"]


def _report(project: Path, output: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "zi_analysis.cli", "report", "02", *CHOICE, "--output", str(output), "--quiet"]
    environment = {name: value for name, value in os.environ.items() if name != "ZI_HOME"}
    return subprocess.run(command, capture_output=True, text=True, cwd=project, env=environment, check=False)


def _words(page: Path) -> str:
    """The visible words of a page."""
    body = re.sub(r"<(style|head)\b.*?</\1>", " ", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def _totals(folder: Path) -> dict[str, tuple[str, str]]:
    with (folder / "exhibits" / "2.1.csv").open(encoding="utf-8", newline="") as file:
        return {row["year"]: (row["lower"], row["upper"]) for row in csv.DictReader(file) if row["predicate"] == "all"}


@pytest.mark.slow
def test_a_changed_raw_number_reaches_the_page(project_copy: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "notebooks", project_copy / "notebooks")
    first = _report(project_copy, tmp_path / "first")
    assert first.returncode == 0, first.stderr
    words = _words(tmp_path / "first" / "index.html")
    assert "naik menjadi 763 pada 2020" in words
    assert "turun menjadi 102 pada 2022" in words
    assert "Question" not in words
    assert _totals(tmp_path / "first") == {
        "2018": ("205", "205"),
        "2019": ("506", "506"),
        "2020": ("763", "763"),
        "2021": ("558", "558"),
        "2022": ("102", "102"),
    }
    record = json.loads((tmp_path / "first" / "run.json").read_text(encoding="utf-8"))
    assert record["parameters"]["first_year"] == 2018

    path = project_copy / "data" / "raw" / "published_counts.csv"
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ("WBK,units_awarded,93,", "WBK,units_awarded,95,"),
        ("all,units_awarded,102,", "all,units_awarded,104,"),
    ):
        assert text.count(f"2022,national,all,,{old}") == 1
        text = text.replace(f"2022,national,all,,{old}", f"2022,national,all,,{new}")
    path.write_text(text, encoding="utf-8")
    second = _report(project_copy, tmp_path / "second")
    assert second.returncode == 0, second.stderr
    assert "turun menjadi 104 pada 2022" in _words(tmp_path / "second" / "index.html")
    before, after = _totals(tmp_path / "first"), _totals(tmp_path / "second")
    assert {year for year in before if before[year] != after[year]} == {"2022"}
    assert after["2022"] == ("104", "104")
    changed = json.loads((tmp_path / "second" / "run.json").read_text(encoding="utf-8"))
    different = {
        name for name, checksum in record["data"]["files"].items() if changed["data"]["files"][name] != checksum
    }
    assert different == {"raw/published_counts.csv"}
