"""The explorer's file: what it holds equals the published tables, it loads nothing, and nothing collected can act."""

import csv
import json
import os
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from copy import deepcopy
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from zi_analysis.cli import main
from zi_analysis.errors import EvidenceError
from zi_analysis.exhibits.words import spread
from zi_analysis.reporting.explorer import data as explorer_data_module
from zi_analysis.reporting.explorer import packing, page, places, specs
from zi_analysis.reporting.explorer.data import explorer_data
from zi_analysis.reporting.explorer.packing import script_json, web_address
from zi_analysis.reporting.explorer.page import explorer_html, page_words, write_explorer
from zi_analysis.reporting.explorer.places import list_provinces
from zi_analysis.reporting.record import data_checksums, data_version

ROOT = Path(__file__).parents[1]
HERE = ROOT / "zi_analysis" / "reporting" / "explorer"
HOSTILE = "</script><img src=x onerror=alert(1)><!--<script>"


def read_table(name: str) -> list[dict[str, str]]:
    with (ROOT / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def unpack(table: dict[str, list]) -> list[dict[str, Any]]:
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


def number_or_none(text: str) -> int | None:
    return int(text) if text else None


@pytest.fixture(scope="module")
def held() -> dict[str, Any]:
    return explorer_data(ROOT)


@pytest.fixture(scope="module")
def html(held: dict[str, Any]) -> str:
    return explorer_html(held)


@pytest.fixture(scope="module")
def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


@pytest.mark.parametrize(
    ("table", "key", "what"), [("cells", "cell_id", "predicate"), ("exposures", "exposure_id", "measure")]
)
def test_bounds_are_those_of_the_published_tables(held: dict[str, Any], table: str, key: str, what: str) -> None:
    shown = {
        row["id"]: (row["year"], row["agency_type"], row[what], row["lower"], row["upper"], row["status"])
        for row in unpack(held[table])
    }
    published = {
        row[key]: (
            int(row["year"]),
            row["agency_type"],
            row[what],
            int(row["lower"]),
            number_or_none(row["upper"]),
            row["status"],
        )
        for row in read_table(f"clean/{table}.csv")
    }
    assert shown == published


def test_every_line_of_evidence_is_kept_with_its_bound(held: dict[str, Any]) -> None:
    lines = [(line["line"], line["text"], "|".join(line["evidence"])) for line in unpack(held["lines"])]
    shown = {
        (row["id"], side, *lines[place])
        for table in ("cells", "exposures")
        for row in unpack(held[table])
        for side in ("lower", "upper")
        for place in row[f"{side}_lines"]
    }
    published = {tuple(row.values()) for row in read_table("clean/cell_evidence.csv")}
    assert shown == published


def test_every_id_that_evidence_names_is_held(held: dict[str, Any]) -> None:
    known = {row["settled_id"] for row in unpack(held["settled"])} | {
        row["award_key"] for row in unpack(held["awards"])
    }
    named = {name for line in unpack(held["lines"]) for name in line["evidence"]}
    assert named and named <= known
    figures = {row["figure_id"] for row in unpack(held["counts"])}
    for table in ("settled", "conflicts"):
        assert {name for row in unpack(held[table]) for name in row["count_ids"]} <= figures


def test_awards_keep_their_pages_and_province(held: dict[str, Any]) -> None:
    sources = [row["source_id"] for row in unpack(held["pages"])]
    shown = {
        row["award_key"]: (
            row["unit"],
            row["agency"],
            row["predicate"] or "",
            row["track"],
            row["status"],
            row["province_id"] or "",
            "|".join(sources[place] for place in row["pages"]),
        )
        for row in unpack(held["awards"])
    }
    published = {
        row["award_key"]: (
            row["unit"],
            row["agency"],
            row["predicate"],
            row["track"],
            row["status"],
            "" if row["agency_type"] == "central" else row["agency_id"][:2],
            row["source_ids"],
        )
        for row in read_table("clean/awards.csv")
    }
    assert shown == published


def test_settled_counts_and_conflicts_are_those_published(held: dict[str, Any]) -> None:
    shown = {
        row["settled_id"]: (row["value"], row["rule"], row["low"], row["high"], "|".join(row["count_ids"]))
        for row in unpack(held["settled"])
    }
    published = {
        row["settled_id"]: (
            number_or_none(row["value"]),
            row["rule"],
            number_or_none(row["low"]),
            number_or_none(row["high"]),
            row["count_ids"],
        )
        for row in read_table("clean/settled_counts.csv")
    }
    assert shown == published
    told = [(row["settled_id"], row["value"], row["chosen"]) for row in unpack(held["conflicts"])]
    assert told == [(row["settled_id"], int(row["value"]), row["chosen"]) for row in read_table("clean/conflicts.csv")]


def test_a_province_has_the_sum_of_what_its_agencies_have(held: dict[str, Any]) -> None:
    least: dict[tuple, int] = defaultdict(int)
    for row in read_table("clean/agency_panel.csv"):
        if row["agency_type"] != "central" and row["lower"]:
            least[row["agency_id"][:2], row["agency_type"], int(row["year"]), row["predicate"]] += int(row["lower"])
    shown = {
        (row["province_id"], row["agency_type"], row["year"], row["predicate"]): row["lower"]
        for row in unpack(held["places"])
        if row["measure"] == "units_awarded"
    }
    assert {key: value for key, value in shown.items() if value} == {
        key: value for key, value in least.items() if value
    }


def test_a_province_has_an_upper_bound_only_when_all_its_agencies_have(held: dict[str, Any]) -> None:
    told = {row["settled_id"] for row in read_table("clean/settled_counts.csv")}
    bounded = [row for row in unpack(held["places"]) if row["upper"] is not None]
    assert bounded
    most = {(row["province_id"], row["agency_type"], row["year"]): row["most"] for row in unpack(held["local"])}
    for row in bounded:
        assert most[row["province_id"], row["agency_type"], row["year"]] <= len(row["settled_ids"]) + 1, row
        assert set(row["settled_ids"]) <= told
        assert row["lower"] <= row["upper"]


def test_later_stages_hold_earlier_ones_from_below(held: dict[str, Any]) -> None:
    rows = {
        (row["province_id"], row["agency_type"], row["year"], row["predicate"], row["measure"]): row["lower"]
        for row in unpack(held["places"])
    }
    for (*key, measure), lower in rows.items():
        if measure != "units_proposed":
            later = {"units_awarded": "units_evaluated", "units_evaluated": "units_proposed"}[measure]
            assert rows[(*key, later)] >= lower


def test_local_governments_add_up_to_those_existing(held: dict[str, Any]) -> None:
    total: dict[int, int] = defaultdict(int)
    for row in unpack(held["local"]):
        total[row["year"]] += row["agencies"]
    existing = {
        int(row["year"]): int(row["lower"])
        for row in read_table("clean/exposures.csv")
        if row["exposure_id"].endswith("-local-agencies_existing")
    }
    assert total == existing


def test_intervals_are_those_of_exact_success_rates(held: dict[str, Any]) -> None:
    rows = {row["cell_id"]: row for row in unpack(held["intervals"])}
    share, tried, square = 763 / 3691, 3691, 1.959963985**2
    middle = (share + square / (2 * tried)) / (1 + square / tried)
    reach = (square * share * (1 - share) / tried + square**2 / (4 * tried**2)) ** 0.5 / (1 + square / tried)
    assert rows["c-2020-all-all"]["low"] == pytest.approx(
        100 * (middle - reach), abs=0.001
    )  # Wilson 1927, kept to 3 places
    assert rows["c-2020-all-all"]["high"] == pytest.approx(100 * (middle + reach), abs=0.001)
    assert "c-2019-all-all" not in rows  # proposals of 2019 are not known


def test_changes_of_rules_are_those_in_force(held: dict[str, Any]) -> None:
    shown = [(row["rules"], row["first_year"]) for row in unpack(held["rules"])]
    assert shown == [(row["rules"], int(row["first_year"])) for row in read_table("decisions/rules_in_force.csv")]


def test_the_file_is_small_and_loads_nothing(html: str, soup: BeautifulSoup) -> None:
    assert len(html.encode()) < 2_000_000
    assert not soup.find_all(["link", "img", "iframe", "object", "embed", "base"])
    assert not soup.find_all(src=True)
    css = soup.style.string
    assert "url(" not in css
    assert "@import" not in css
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_the_same_data_give_the_same_bytes(html: str, tmp_path: Path) -> None:
    """In another process, with other hashes of strings."""
    target = tmp_path / "again.html"
    program = f"from zi_analysis.reporting.explorer.page import write_explorer; write_explorer({str(target)!r})"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Jayapura"}
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, env=environment)
    assert target.read_text(encoding="utf-8") == html


def test_hostile_text_stays_text(held: dict[str, Any], soup: BeautifulSoup) -> None:
    changed = deepcopy(held)
    unit = changed["awards"]["columns"].index("unit")
    changed["awards"]["rows"][0][unit] = HOSTILE
    found = BeautifulSoup(explorer_html(changed), "html.parser")
    assert not found.find_all("img")
    assert len(found.find_all("script")) == len(soup.find_all("script"))
    read_back = json.loads(found.find(id="holdings").string)
    assert read_back["data"]["awards"]["rows"][0][unit] == HOSTILE


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        " javascript:alert(1)",
        "//example.org",
        "ftp://example.org/a",
        "https://",
        "http://[",
        "https://example.org/\u202eevil",
        "",
    ],
)
def test_an_address_that_is_no_page_is_no_link(address: str) -> None:
    assert web_address(address) == ""


def test_addresses_of_pages_are_kept(held: dict[str, Any]) -> None:
    shown = {row["source_id"]: row["url"] for row in unpack(held["pages"])}
    assert shown == {row["source_id"]: row["url"] for row in read_table("raw/sources.csv")}


def test_separators_of_lines_stay_inside_strings() -> None:
    assert script_json("a\u2028b&<c>") == '"a\\u2028b\\u0026\\u003cc\\u003e"'


def test_without_script_the_national_totals_remain(soup: BeautifulSoup) -> None:
    shown = {row.th.text: [cell.text for cell in row.find_all("td")] for row in soup.noscript.tbody.find_all("tr")}
    cells = {row["cell_id"]: row for row in read_table("clean/cells.csv")}
    assert len(shown) == len({row["year"] for row in cells.values()})
    for year, texts in shown.items():
        for predicate, text in zip(("WBK", "WBBM", "all"), texts, strict=True):
            row = cells[f"c-{year}-all-{predicate}"]
            assert text.split(" / ")[0] == spread(int(row["lower"]), number_or_none(row["upper"]), "en")


EMPTY = {"in_all", "were_one", "were_many"}  # nothing to say, in one language or both


def test_words_are_complete_in_both_languages() -> None:
    own = tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))
    for key, entry in own.items():
        assert set(entry) == {"en", "id"}, key
        places_of = [set(re.findall(r"\{(\w+)\}", entry[language])) - {"were"} for language in ("en", "id")]
        assert places_of[0] == places_of[1], key
        assert key in EMPTY or all(entry.values()), key


def test_every_word_said_is_there_and_none_is_idle() -> None:
    text = page.page_script() + (HERE / "templates" / "explorer.html.j2").read_text(encoding="utf-8")
    said = set(re.findall(r'(?:say|word)\("([\w.]+)"[,)]', text))
    assert said
    assert said <= set(page_words())
    begun = set(re.findall(r"`(\w+_)\$\{", text)) | set(re.findall(r'"(\w+_)" ~', text))
    begun |= {f"{name}_" for name in re.findall(r'(?:options|radios)\("\w+", "(\w+)"\)', text)}
    own = tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))
    idle = [key for key in own if f'"{key}"' not in text and not key.startswith(tuple(begun))]
    assert not idle


def test_no_page_splits_earlier_stages_by_predicate() -> None:
    """The page says so where a predicate is chosen; the day one does, the page has to learn it."""
    rows = [row for row in read_table("clean/settled_counts.csv") if row["scope"] != "agency"]
    early = [row for row in rows if row["measure"] in ("units_proposed", "units_evaluated")]
    assert early
    assert {row["predicate"] for row in early} == {"all"}


def test_a_province_without_a_tile_is_named() -> None:
    register = pd.DataFrame({"agency_id": ["97"], "agency_type": ["province"], "name": ["Provinsi Baru"]})
    with pytest.raises(EvidenceError, match=r"province 97 .* provinces\.toml"):
        list_provinces(register)


def test_no_two_tiles_lie_on_each_other(held: dict[str, Any]) -> None:
    tiles = [(row["row"], row["column"]) for row in unpack(held["provinces"])]
    assert len(tiles) == len(set(tiles)) == 38


def test_a_page_that_grew_too_large_is_refused(held: dict[str, Any]) -> None:
    with pytest.raises(EvidenceError, match="more than 2,000,000"):
        explorer_html({**held, "more": "x" * 2_000_000})


def test_the_command_says_where_the_file_is(tmp_path: Path, html: str, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "new" / "explorer.html"
    assert main(["explorer", "--output", str(target)]) == 0
    told = capsys.readouterr().out
    assert told.count("\n") == 1
    assert "explorer.html" in told
    assert "kB" in told
    assert target.read_text(encoding="utf-8") == html


def test_the_published_file_is_of_the_data_that_are_there() -> None:
    published = ROOT / "reports" / "explorer.html"
    if not published.exists():
        pytest.skip("reports/explorer.html is not made; run: zi explorer")
    version = data_version(data_checksums(ROOT))
    assert f'"version":"{version}"' in published.read_text(encoding="utf-8"), "run: zi explorer"


def test_the_default_place_is_among_the_reports(project_copy: Path) -> None:
    assert write_explorer(root=project_copy) == project_copy / "reports" / "explorer.html"


@pytest.mark.parametrize("module", [packing, page, specs, explorer_data_module, places])
def test_examples_hold(module: Any) -> None:
    import doctest

    assert doctest.testmod(module).failed == 0
