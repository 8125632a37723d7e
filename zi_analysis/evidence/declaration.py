"""The declaration of the tables: what ``data/datapackage.json`` says about columns, types and keys."""

import json
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

from zi_analysis.errors import EvidenceError
from zi_analysis.paths import data_folder

DECLARATION = "data/datapackage.json"


def read_declaration(root: Path | str | None = None) -> dict:
    """Read the data package descriptor.

    Parameters
    ----------
    root : path, optional
        A folder inside the project; found from the working folder when left out.

    Returns
    -------
    dict
        The descriptor of ``data/datapackage.json``; ``resources`` is the list of declared tables.

    Raises
    ------
    EvidenceError
        If the file is no JSON or declares no tables.

    Examples
    --------
    >>> read_declaration()["name"]
    'zona-integritas'
    """
    try:
        descriptor = json.loads((data_folder(root) / "datapackage.json").read_text(encoding="utf-8"))
    except ValueError as error:
        raise EvidenceError(f"{DECLARATION} cannot be read as JSON: {error}; repair it there") from error
    if not isinstance(descriptor, dict) or not isinstance(descriptor.get("resources"), list):
        raise EvidenceError(f'{DECLARATION} holds no list "resources"; declare each table there')
    return descriptor


def find_table(descriptor: dict, name: str) -> dict:
    """Return the declaration of one table.

    Parameters
    ----------
    descriptor : dict
        As `read_declaration` returns it.
    name : str
        Name of the table, e.g. ``"awards"``.

    Returns
    -------
    dict
        The resource of that name: ``path``, ``schema`` and the words of its card.

    Raises
    ------
    EvidenceError
        If no table of that name is declared; the message gives the closest names.

    Examples
    --------
    >>> find_table(read_declaration(), "awards")["path"]
    'raw/awards.csv'
    """
    declared = {table["name"]: table for table in descriptor["resources"]}
    if name in declared:
        return declared[name]
    closest = get_close_matches(str(name), declared, n=3, cutoff=0.5)
    hint = f"closest: {', '.join(closest)}" if closest else f"declared: {', '.join(declared)}"
    raise EvidenceError(f'table "{name}" is not declared in {DECLARATION}; {hint}')


def table_path(name: str, root: Path | str | None = None) -> Path:
    """Return the csv of a declared table; it need not exist yet.

    Parameters
    ----------
    name : str
        Name of the table.
    root : path, optional
        A folder inside the project.

    Returns
    -------
    Path
        Absolute path inside ``data/``.

    Raises
    ------
    EvidenceError
        If the table is not declared or its declared path leads out of ``data/``.

    Examples
    --------
    >>> table_path("awards").name
    'awards.csv'
    """
    return inside_data(find_table(read_declaration(root), name), data_folder(root))


def inside_data(table: dict, data: Path) -> Path:
    """Return the path of a table's csv, which must lie inside the data folder.

    Parameters
    ----------
    table : dict
        Declaration of one table.
    data : Path
        The data folder.

    Returns
    -------
    Path
        Absolute path of the csv.

    Raises
    ------
    EvidenceError
        If the declared path is no plain relative path to a csv inside the folder, links followed.

    Examples
    --------
    >>> inside_data({"name": "awards", "path": "raw/awards.csv"}, Path("data")).name
    'awards.csv'
    """
    declared = table.get("path")
    steps = PurePosixPath(declared if isinstance(declared, str) else "/")
    plain = not steps.is_absolute() and ".." not in steps.parts and not {":", "\\"} & set(str(declared))
    place = (data / steps).resolve()
    if not plain or steps.suffix != ".csv" or data.resolve() not in place.parents:
        raise EvidenceError(
            f'path {json.dumps(declared)} of table "{table.get("name")}" in {DECLARATION} is refused; '
            "give a relative path of a csv inside data/, without .."
        )
    return place


def allowed_values(field: dict) -> str:
    """Say in words which values a column may hold.

    Parameters
    ----------
    field : dict
        Declaration of one column.

    Returns
    -------
    str
        The vocabulary, the range, the pattern or the type.

    Examples
    --------
    >>> allowed_values({"type": "integer", "constraints": {"minimum": 2012, "maximum": 2026}})
    'whole number, 2012 to 2026'
    """
    limits = field.get("constraints", {})
    if "enum" in limits:
        return ", ".join(str(value) for value in limits["enum"])
    kind = {"integer": "whole number", "number": "number, decimal point"}.get(field["type"], "text")
    if "minimum" in limits and "maximum" in limits:
        return f"{kind}, {limits['minimum']} to {limits['maximum']}"
    if "minimum" in limits:
        return f"{kind}, {limits['minimum']} or more"
    if "pattern" in limits:
        return f"{kind} like {field['example']}" if "example" in field else f"{kind} matching {limits['pattern']}"
    return kind
