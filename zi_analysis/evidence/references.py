"""Keys that point to other tables: every id that is told must be found there."""

from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.csvtext import text_frame
from zi_analysis.evidence.declaration import find_table, inside_data
from zi_analysis.evidence.faults import Fault


def reference_faults(frame: pd.DataFrame, table: dict, *, descriptor: dict, data: Path) -> list[Fault]:
    """Find keys that point to no row of the table they name.

    Parameters
    ----------
    frame : pd.DataFrame
        The table as text.
    table : dict
        Declaration of the table. Its ``foreignKeys`` are plain references of one column; a column with the
        property ``zi:listOf`` holds several keys with a separator between them.
    descriptor : dict
        The declaration of all tables.
    data : Path
        The data folder.

    Returns
    -------
    list of Fault
        One per cell and missing key.

    Raises
    ------
    EvidenceError
        If the table pointed to is not there.

    Examples
    --------
    >>> from zi_analysis.evidence.declaration import read_declaration
    >>> from zi_analysis.paths import data_folder
    >>> declared = read_declaration()
    >>> table = find_table(declared, "awards")
    >>> frame = text_frame((data_folder() / "raw/awards.csv").read_text(encoding="utf-8"))
    >>> reference_faults(frame, table, descriptor=declared, data=data_folder())
    []
    """
    faults = []
    for column, other, other_column, separator in table_references(table):
        known = frame[other_column] if other == "" else _column(other, other_column, descriptor, data)
        faults += _dangling(frame[column], separator, set(known), f"{other or table['name']}.{other_column}")
    return faults


def table_references(table: dict) -> list[tuple[str, str, str, str | None]]:
    """List the references of a table.

    Parameters
    ----------
    table : dict
        Declaration of the table.

    Returns
    -------
    list of tuple
        Column, table it points to (empty: itself), column there, separator of a list or None.

    Examples
    --------
    >>> key = {"fields": "source_id", "reference": {"resource": "sources", "fields": "source_id"}}
    >>> table_references({"schema": {"fields": [], "foreignKeys": [key]}})
    [('source_id', 'sources', 'source_id', None)]
    """
    schema = table["schema"]
    plain = [
        (_one(key["fields"]), key["reference"]["resource"], _one(key["reference"]["fields"]), None)
        for key in schema.get("foreignKeys", [])
    ]
    lists = [
        (
            field["name"],
            field["zi:listOf"]["resource"],
            field["zi:listOf"]["field"],
            field["zi:listOf"]["separator"],
        )
        for field in schema["fields"]
        if "zi:listOf" in field
    ]
    return plain + lists


def _one(fields: str | list[str]) -> str:
    """Return the one column of a reference."""
    return fields if isinstance(fields, str) else fields[0]


def _column(name: str, column: str, descriptor: dict, data: Path) -> pd.Series:
    """Read the column of another table that keys point to."""
    table = find_table(descriptor, name)
    path = inside_data(table, data)
    if not path.is_file():
        raise EvidenceError(f'data/{table["path"]} of table "{name}", to which keys point, is not there; make it first')
    frame = text_frame(path.read_text(encoding="utf-8"))
    if column not in frame:
        raise EvidenceError(f"data/{table['path']} row 1 lacks column {column}, to which keys point; restore it")
    return frame[column]


def _dangling(cells: pd.Series, separator: str | None, known: set[str], target: str) -> list[Fault]:
    """Find the keys of one column that are not known."""
    keys = cells.str.split(separator, regex=False).explode() if separator else cells
    lost = keys[(keys != "") & ~keys.isin(known)]
    return [
        Fault(int(row) + 2, str(cells.name), key, f"is not in {target}; add it there{_closest(key, known)}")
        for row, key in lost.items()
    ]


def _closest(key: str, known: set[str]) -> str:
    """Offer the key most like the lost one."""
    closest = get_close_matches(key, sorted(known), n=1, cutoff=0.8)
    return f" or correct it; closest: {closest[0]}" if closest else ""
