"""The research crate of a report: its run in the words of Workflow Run RO-Crate 0.5, beside the files it made."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zi_analysis.reporting.crate_entities import (
    AUTHORS,
    CC_BY,
    PROFILES,
    describe_context,
    describe_inputs,
    describe_record,
    describe_results,
    describe_run,
    describe_source,
    describe_workflow,
)
from zi_analysis.reporting.folders import CRATE

_RUN_TERMS = "https://w3id.org/ro/terms/workflow-run/context"


def write_crate(folder: Path, record: Mapping[str, Any]) -> Path:
    """Describe a report's run as a Workflow Run RO-Crate in the report's own folder.

    The workflow is the executed notebook, which the profile wants inside the crate; it is based on the project's
    notebook. That one and the tables it read are not in the folder; they are named by their checksum (``ni:``
    addresses, RFC 6920). The same record and files give the same bytes.

    Parameters
    ----------
    folder : Path
        The report's folder, complete but for the crate.
    record : mapping
        The run record, as in run.json.

    Returns
    -------
    Path
        ``ro-crate-metadata.json`` in the folder.

    Examples
    --------
    >>> write_crate(Path("reports/x/en"), record).name  # doctest: +SKIP
    'ro-crate-metadata.json'
    """
    from rocrate.model import ContextEntity, File
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version="1.1")
    crate.metadata.extra_contexts.append(_RUN_TERMS)
    workflow, inputs, results = (
        describe_workflow(folder, record),
        describe_inputs(record),
        describe_results(folder, record),
    )
    run = describe_run(record, inputs, results, workflow)
    tables = [entity for entity in inputs if entity["@type"] == "File"]
    for entity in [workflow, describe_source(record), *tables, *results, describe_record(record)]:
        facts = {name: value for name, value in entity.items() if name != "@id"}
        inside = None if entity["@id"].startswith("ni:") else entity["@id"]
        crate.add(File(crate, None if inside else entity["@id"], dest_path=inside, properties=facts))
    values = [entity for entity in inputs if entity["@type"] != "File"]
    for entity in [*values, run, *describe_context(record)]:
        facts = {name: value for name, value in entity.items() if name != "@id"}
        crate.add(ContextEntity(crate, entity["@id"], properties=facts))
    _describe_root(crate, record, workflow["@id"], run["@id"])
    content = crate.metadata.generate()
    content["@graph"].sort(key=lambda entity: entity["@id"])
    place = folder / CRATE
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)
    place.write_text(text + "\n", encoding="utf-8", newline="\n")
    return place


def _describe_root(crate: Any, record: Mapping[str, Any], workflow: str, action: str) -> None:
    """Say of the whole crate what it is, whose, when and by which rules."""
    stem = Path(record["notebook"]["path"]).stem
    facts = {
        "name": f"ZI workbook report {stem} ({record['language']})",
        "description": f"A report on Indonesia's Zona Integritas, made by the ZI workbook with: {record['command']}",
        "datePublished": record["finished"],
        "license": {"@id": CC_BY},
        "author": {"@id": AUTHORS},
        "publisher": {"@id": AUTHORS},
        "inLanguage": record["language"],
        "conformsTo": [{"@id": profile} for profile in PROFILES],
        "mainEntity": {"@id": workflow},
        "mentions": {"@id": action},
    }
    for name, value in facts.items():
        crate.root_dataset[name] = value
    crate.metadata["conformsTo"] = [
        {"@id": "https://w3id.org/ro/crate/1.1"},
        {"@id": "https://w3id.org/workflowhub/workflow-ro-crate/1.0"},
    ]
