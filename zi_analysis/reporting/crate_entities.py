"""What a report's research crate describes: the workflow, its inputs and results, the run, the software."""

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from zi_analysis.reporting.folders import PAGE, PDF, RECORD
from zi_analysis.reporting.parameters import PARAMETERS
from zi_analysis.reporting.record import file_checksum, value_text
from zi_analysis.reporting.values import kind_of

PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
_MIT, CC_BY = "https://spdx.org/licenses/MIT", "https://spdx.org/licenses/CC-BY-4.0"
_LICENSES = {_MIT: "MIT License", CC_BY: "Creative Commons Attribution 4.0 International"}
AUTHORS = "#authors"
_FORMATS = {
    "csv": "text/csv",
    "png": "image/png",
    "html": "text/html",
    "json": "application/json",
    "pdf": "application/pdf",
    "ipynb": "application/x-ipynb+json",
}
_TYPES = {"int": "Integer", "float": "Float", "bool": "Boolean", "text": "Text"}
_MADE = {
    PAGE: "The report as a page",
    PDF: "The report's page, printed",
}
_EXECUTED = "notebook.ipynb"
_BIOSCHEMAS = "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"
Entity = dict[str, Any]


def _named(checksum: str, name: str) -> str:
    """Return the address of a file that is not in the crate: its checksum and its name."""
    digest = base64.urlsafe_b64encode(bytes.fromhex(checksum)).decode("ascii").rstrip("=")
    return f"ni:///sha-256;{digest}?name={quote(name)}"


def describe_workflow(folder: Path, record: Mapping[str, Any]) -> Entity:
    """Describe the notebook that was run, as it lies in the crate."""
    name = Path(record["notebook"]["path"]).name
    return {
        "@id": _EXECUTED,
        "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
        "name": name,
        "description": f"{name} as executed: its cells with the parameters of this run put in, and their outputs",
        "isBasedOn": {"@id": _source_id(record)},
        "sha256": file_checksum(folder / _EXECUTED),
        "encodingFormat": _FORMATS["ipynb"],
        "programmingLanguage": {"@id": "#python"},
        "conformsTo": {"@id": _BIOSCHEMAS},
        "license": {"@id": _MIT},
        "author": {"@id": AUTHORS},
        "creator": {"@id": AUTHORS},
        "version": _commit(record),
        "input": [{"@id": f"#parameter-{quote(name)}"} for name in record["parameters"]],
        "softwareRequirements": [{"@id": _software(name)} for name in sorted(record["packages"])],
    }


def _source_id(record: Mapping[str, Any]) -> str:
    """Return the address of the project's notebook."""
    return _named(record["notebook"]["sha256"], record["notebook"]["path"])


def describe_source(record: Mapping[str, Any]) -> Entity:
    """Describe the project's notebook, which is not in the crate."""
    path, checksum = record["notebook"]["path"], record["notebook"]["sha256"]
    return {
        "@id": _source_id(record),
        "@type": ["File", "SoftwareSourceCode"],
        "name": Path(path).name,
        "alternateName": path,
        "description": "The notebook as it lies in the project, with its default parameters. It is not in this crate: "
        f"the address tells its checksum; {_EXECUTED} is the copy that was executed.",
        "sha256": checksum,
        "encodingFormat": _FORMATS["ipynb"],
        "license": {"@id": _MIT},
        "author": {"@id": AUTHORS},
        "version": _commit(record),
    }


def _commit(record: Mapping[str, Any]) -> str:
    """Say which state of the project the notebook is of."""
    git = record["git"]
    return f"{git['commit']}{' with uncommitted changes' if git['dirty'] is True else ''}"


def describe_inputs(record: Mapping[str, Any]) -> list[Entity]:
    """Describe the values of the parameters and the tables that the run could read."""
    values = [
        {
            "@id": f"#value-{quote(name)}",
            "@type": "PropertyValue",
            "name": name,
            "value": [value_text(item) for item in value] if isinstance(value, list) else value_text(value),
            "exampleOfWork": {"@id": f"#parameter-{quote(name)}"},
        }
        for name, value in record["parameters"].items()
    ]
    tables = [
        {
            "@id": _named(checksum, f"data/{name}"),
            "@type": "File",
            "name": f"data/{name}",
            "description": "A table as it was at the run; it is not in this crate, its address tells its checksum.",
            "sha256": checksum,
            "encodingFormat": _FORMATS.get(name.rsplit(".", 1)[-1], "application/octet-stream"),
            "license": {"@id": CC_BY},
        }
        for name, checksum in record["data"]["files"].items()
    ]
    return values + tables


def describe_results(folder: Path, record: Mapping[str, Any]) -> list[Entity]:
    """Describe the files that the run made."""
    made = [
        {
            "@id": name,
            "@type": "File",
            "name": f"{exhibit['number']}. {exhibit['title']}",
            "description": exhibit["source"],
            "sha256": checksum,
            "encodingFormat": _FORMATS[name.rsplit(".", 1)[-1]],
            "license": {"@id": CC_BY},
        }
        for exhibit in record["exhibits"]
        for name, checksum in exhibit["files"].items()
    ]
    whole = [
        {
            "@id": name,
            "@type": "File",
            "name": name,
            "description": words,
            "sha256": file_checksum(folder / name),
            "encodingFormat": _FORMATS[name.rsplit(".", 1)[-1]],
            "license": {"@id": CC_BY},
        }
        for name, words in _MADE.items()
        if (folder / name).is_file()
    ]
    return made + whole


def describe_record(record: Mapping[str, Any]) -> Entity:
    """Describe the run record, a trace of the run and no result of the notebook."""
    return {
        "@id": RECORD,
        "@type": "File",
        "name": RECORD,
        "description": "The run record, from which this description is made",
        "encodingFormat": _FORMATS["json"],
        "about": {"@id": _run(record)},
    }


def _run(record: Mapping[str, Any]) -> str:
    """Return the name of the run: of its notebook, parameters and start."""
    facts = [record["notebook"], record["language"], record["parameters"], record["started"]]
    return f"#run-{hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]}"


def describe_run(record: Mapping[str, Any], inputs: list[Entity], results: list[Entity], workflow: Entity) -> Entity:
    """Describe the run."""
    return {
        "@id": _run(record),
        "@type": "CreateAction",
        "name": f"Run of {workflow['name']}",
        "description": record["command"],
        "startTime": record["started"],
        "endTime": record["finished"],
        "actionStatus": "http://schema.org/CompletedActionStatus",
        "agent": {"@id": AUTHORS},
        "instrument": {"@id": workflow["@id"]},
        "object": [{"@id": entity["@id"]} for entity in inputs],
        "result": [{"@id": entity["@id"]} for entity in results],
    }


def describe_context(record: Mapping[str, Any]) -> list[Entity]:
    """Describe parameters, software, authors, licences and profiles."""
    return [
        *(_parameter(name, value) for name, value in record["parameters"].items()),
        *(
            {
                "@id": _software(name),
                "@type": "SoftwareApplication",
                "name": name,
                "softwareVersion": version,
                **({} if name == "zi-analysis" else {"url": f"https://pypi.org/project/{quote(name)}/"}),
            }
            for name, version in sorted(record["packages"].items())
        ),
        {
            "@id": "#python",
            "@type": "ComputerLanguage",
            "name": "Python",
            "version": record["python"],
            "description": f"On {record['platform']}, in a Jupyter kernel",
            "identifier": "https://www.python.org/",
            "url": "https://www.python.org/",
        },
        {"@id": AUTHORS, "@type": "Organization", "name": "The ZI workbook authors"},
        *(
            {"@id": address, "@type": "CreativeWork", "name": name, "identifier": address.rsplit("/", 1)[-1]}
            for address, name in _LICENSES.items()
        ),
        *(
            {"@id": address, "@type": "CreativeWork", "name": name, "version": version}
            for address, (name, version) in PROFILES.items()
        ),
        {
            "@id": _BIOSCHEMAS,
            "@type": "CreativeWork",
            "name": "Bioschemas ComputationalWorkflow profile",
            "version": "1.0-RELEASE",
        },
    ]


def _software(name: str) -> str:
    """Return the name of a package in the crate."""
    return f"#package-{quote(name)}"


def _parameter(name: str, value: Any) -> Entity:
    """Describe a parameter of the notebook."""
    declared = PARAMETERS.get(name)
    kind = kind_of(value)
    item = kind_of(value[0]) if kind == "list" and value else kind
    return {
        "@id": f"#parameter-{quote(name)}",
        "@type": "FormalParameter",
        "name": name,
        "additionalType": _TYPES.get(item, "Text"),
        "valueRequired": "False",
        "workExample": {"@id": f"#value-{quote(name)}"},
        **({"description": declared.description} if declared and declared.description else {}),
        **({"multipleValues": "True"} if kind == "list" else {}),
    }
