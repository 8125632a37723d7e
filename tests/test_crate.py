"""The research crate of a report: loads back, links resolve, same bytes, what its profiles require."""

import base64
import hashlib
import json
import shutil
from pathlib import Path

import pytest
from rocrate.rocrate import ROCrate

from zi_analysis.reporting.crate import write_crate
from zi_analysis.reporting.folders import CRATE

ROOT = Path(__file__).parents[1]
PUBLISHED = ROOT / "reports" / "02-awards-by-year-and-type" / "en"
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5",
    "https://w3id.org/ro/wfrun/workflow/0.5",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0",
}
# type -> properties that the profiles say an entity must or should have (Workflow Run RO-Crate 0.5, Workflow
# RO-Crate 1.0, RO-Crate 1.1), read off their tables by hand
REQUIRED = {
    "Dataset": ["name", "description", "datePublished", "license", "conformsTo", "hasPart", "mainEntity", "mentions"],
    "ComputationalWorkflow": ["name", "programmingLanguage", "license", "author", "creator", "input", "version"],
    "CreateAction": ["name", "description", "startTime", "endTime", "instrument", "agent", "object", "result"],
    "FormalParameter": ["name", "additionalType"],
    "PropertyValue": ["name", "value", "exampleOfWork"],
    "SoftwareApplication": ["name", "softwareVersion"],
    "ComputerLanguage": ["name", "identifier", "url"],
    "File": ["name", "encodingFormat"],
    "Organization": ["name"],
}


@pytest.fixture(scope="module")
def record():
    return json.loads((PUBLISHED / "run.json").read_text())


@pytest.fixture
def report(tmp_path):
    shutil.copytree(PUBLISHED, tmp_path / "en", ignore=shutil.ignore_patterns(CRATE))
    return tmp_path / "en"


@pytest.fixture
def graph(report, record):
    content = json.loads(write_crate(report, record).read_text())
    return {entity["@id"]: entity for entity in content["@graph"]}


def types_of(entity):
    return [entity["@type"]] if isinstance(entity["@type"], str) else entity["@type"]


def links_in(value):
    if isinstance(value, dict):
        if set(value) == {"@id"}:
            yield value["@id"]
        for inner in value.values():
            yield from links_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from links_in(inner)


def ids(value):
    return [link["@id"] for link in (value if isinstance(value, list) else [value])]


def test_the_crate_loads_back(report, record):
    write_crate(report, record)
    crate = ROCrate(report)
    workflow = crate.mainEntity
    assert workflow.type == ["File", "SoftwareSourceCode", "ComputationalWorkflow"]
    (action,) = crate.get_by_type("CreateAction")
    assert action["instrument"] == workflow
    assert crate.root_dataset["mentions"] == action
    assert workflow.id == "notebook.ipynb", "the profile wants the main workflow inside the crate"
    assert {entity.id for entity in action["result"]} >= {"index.html", "exhibits/2.7.html"}
    assert {entity.id for entity in crate.root_dataset["conformsTo"]} == PROFILES


def test_every_link_resolves(graph):
    for entity in graph.values():
        for name, value in entity.items():
            if name == "conformsTo" and entity["@id"] == "ro-crate-metadata.json":
                continue
            assert [link for link in links_in(value) if link not in graph] == [], (entity["@id"], name)


def test_every_entity_has_what_the_profiles_require(graph):
    for entity in graph.values():
        for kind in types_of(entity):
            lacking = [name for name in REQUIRED.get(kind, []) if entity.get(name) in (None, "", [])]
            assert lacking == [], (entity["@id"], kind)
    assert set(ids(graph["./"]["conformsTo"])) == PROFILES
    assert "https://w3id.org/ro/crate/1.1" in ids(graph["ro-crate-metadata.json"]["conformsTo"])
    for profile in PROFILES:
        assert graph[profile]["@type"] == "CreativeWork"
        assert graph[profile]["version"] == profile.rsplit("/", 1)[1]


def test_files_in_the_crate_are_there_with_their_checksums(graph, report):
    inside = [name for name in ids(graph["./"]["hasPart"]) if not name.startswith("ni:")]
    there = {path.relative_to(report).as_posix() for path in report.rglob("*") if path.is_file()}
    assert set(inside) == there - {CRATE}
    for name in inside:
        if name != "run.json":
            assert graph[name]["sha256"] == hashlib.sha256((report / name).read_bytes()).hexdigest(), name


def test_files_outside_are_named_by_their_checksum(graph, record):
    outside = {name: entity for name, entity in graph.items() if name.startswith("ni:")}
    assert len(outside) == 1 + len(record["data"]["files"])
    for name, entity in outside.items():
        digest = base64.urlsafe_b64decode(name.removeprefix("ni:///sha-256;").split("?")[0] + "=").hex()
        assert digest == entity["sha256"]
    tables = {entity["name"]: entity["sha256"] for entity in outside.values() if entity["name"].startswith("data/")}
    assert tables == {f"data/{name}": checksum for name, checksum in record["data"]["files"].items()}
    workflow = graph[ids(graph["./"]["mainEntity"])[0]]
    (source,) = [graph[name] for name in ids(workflow["isBasedOn"])]
    assert source["sha256"] == record["notebook"]["sha256"]
    assert source["alternateName"] == record["notebook"]["path"]
    assert "not in this crate" in source["description"]


def test_parameters_are_linked_both_ways(graph, record):
    workflow = graph[ids(graph["./"]["mainEntity"])[0]]
    (action,) = [entity for entity in graph.values() if entity["@type"] == "CreateAction"]
    assert len(ids(workflow["input"])) == len(record["parameters"])
    for place in ids(workflow["input"]):
        parameter = graph[place]
        value = graph[ids(parameter["workExample"])[0]]
        assert ids(value["exampleOfWork"]) == [place]
        assert value["@id"] in ids(action["object"])
        assert value["name"] == parameter["name"]
    assert graph["#value-first_year"]["value"] == "2012"
    assert graph["#parameter-first_year"]["additionalType"] == "Integer"
    assert graph["#value-agency_types"]["value"] == ["central", "province", "regency", "city"]
    assert graph["#parameter-agency_types"]["multipleValues"] == "True"


def test_exhibits_tell_title_and_format(graph, record):
    for exhibit in record["exhibits"]:
        for name in exhibit["files"]:
            assert graph[name]["name"] == f"{exhibit['number']}. {exhibit['title']}"
    formats = {graph[f"exhibits/2.7.{ending}"]["encodingFormat"] for ending in ("csv", "png", "html")}
    assert formats == {"text/csv", "image/png", "text/html"}


def test_the_run_is_told_with_its_times_and_versions(graph, record):
    (action,) = [entity for entity in graph.values() if entity["@type"] == "CreateAction"]
    assert (action["startTime"], action["endTime"]) == (record["started"], record["finished"])
    assert graph["./"]["datePublished"] == record["finished"]
    assert action["description"] == record["command"]
    told = {entity["name"]: entity["softwareVersion"] for entity in graph.values() if "softwareVersion" in entity}
    assert told == record["packages"]
    assert graph["#python"]["version"] == record["python"]


def test_licences_and_authors(graph):
    workflow = graph[ids(graph["./"]["mainEntity"])[0]]
    assert ids(workflow["license"]) == ["https://spdx.org/licenses/MIT"]
    assert ids(graph["exhibits/2.1.csv"]["license"]) == ["https://spdx.org/licenses/CC-BY-4.0"]
    assert graph["#authors"]["name"] == "The ZI workbook authors"
    assert 'name: "The ZI workbook authors"' in (ROOT / "CITATION.cff").read_text()
    assert "SPDX:       CC-BY-4.0" in (ROOT / "data" / "LICENSE").read_text()


def test_the_same_record_gives_the_same_bytes(report, record):
    first = write_crate(report, record).read_bytes()
    shuffled = json.loads(json.dumps(record))
    assert write_crate(report, shuffled).read_bytes() == first
    names = [entity["@id"] for entity in json.loads(first)["@graph"]]
    assert names == sorted(names)
    other = record | {"parameters": record["parameters"] | {"seed": 8}}
    runs = {
        name
        for told in (record, other)
        for name in [entity["@id"] for entity in json.loads(write_crate(report, told).read_text())["@graph"]]
        if name.startswith("#run-")
    }
    assert len(runs) == 2, "another run has another name"


def test_tables_of_the_same_content_stay_apart(report, record):
    files = {"raw/a.csv": "0" * 64, "raw/b c.csv": "0" * 64}
    content = write_crate(report, record | {"data": {"version": "x", "files": files}}).read_text()
    tables = [entity for entity in json.loads(content)["@graph"] if entity.get("sha256") == "0" * 64]
    assert [entity["name"] for entity in tables] == ["data/raw/a.csv", "data/raw/b c.csv"]
    assert ROCrate(report).mainEntity is not None


def test_a_printed_page_is_a_result(report, record):
    (report / "report.pdf").write_bytes(b"%PDF-1.7")
    content = json.loads(write_crate(report, record).read_text())
    (pdf,) = [entity for entity in content["@graph"] if entity["@id"] == "report.pdf"]
    assert pdf["encodingFormat"] == "application/pdf"
    assert pdf["sha256"] == hashlib.sha256(b"%PDF-1.7").hexdigest()


def test_changed_files_of_the_project_are_told(report, record):
    content = write_crate(report, record | {"git": {"commit": "a" * 40, "dirty": True}}).read_text()
    assert f"{'a' * 40} with uncommitted changes" in content
