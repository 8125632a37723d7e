"""The form of a table (types, vocabularies, ranges, keys), checked with frictionless and told in words."""

import sys
from typing import Any

from zi_analysis.evidence.faults import Fault, wrong_value


def form_faults(text: str, schema: dict) -> list[Fault]:
    """Find faults of types, vocabularies, ranges and keys in a csv whose header is right.

    Parameters
    ----------
    text : str
        The whole csv.
    schema : dict
        Table Schema of the table.

    Returns
    -------
    list of Fault
        As frictionless meets them.

    Notes
    -----
    The checks are those of frictionless (Open Knowledge Foundation) on the Table Schema standard.

    Examples
    --------
    >>> schema = {"fields": [{"name": "year", "type": "integer", "constraints": {"minimum": 2012}}]}
    >>> form_faults("year\\n1999\\n", schema)[0].problem
    'is not allowed; allowed: whole number, 2012 or more'
    """
    _import_jsonschema()
    from frictionless import Resource, Schema, formats

    resource = Resource(
        data=text.encode("utf-8"),
        format="csv",
        encoding="utf-8",
        schema=Schema.from_descriptor({**schema, "foreignKeys": []}),
        control=formats.CsvControl(delimiter=","),
    )
    errors = [error for task in resource.validate().tasks for error in task.errors]
    return [_tell_error(error, schema) for error in errors]


def _import_jsonschema() -> None:
    """Import what frictionless needs without building grammars that no check here uses."""
    # jsonschema spends over a second on parsers for one format of addresses, and does without when it must
    if "jsonschema" in sys.modules or "rfc3987_syntax" in sys.modules:
        return
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    try:
        import jsonschema  # noqa: F401
    finally:
        del sys.modules["rfc3987_syntax"]


def _tell_error(error: Any, schema: dict) -> Fault:
    """Turn an error of frictionless into a fault in our words."""
    fields = {field["name"]: field for field in schema["fields"]}
    row, column = getattr(error, "row_number", 1), getattr(error, "field_name", "")
    value = getattr(error, "cell", None) or ""
    if error.type in ("type-error", "constraint-error"):
        return Fault(row, column, value, wrong_value(value, fields[column]))
    if error.type == "unique-error":
        return Fault(row, column, value, f"repeats {_earlier(error.note)}; it must stand once in this column")
    if error.type == "primary-key":
        names = [schema["primaryKey"]] if isinstance(schema["primaryKey"], str) else schema["primaryKey"]
        cells = dict(zip(fields, error.cells, strict=False))
        key = " + ".join(str(cells.get(name) or "") for name in names)
        return Fault(row, " + ".join(names), key, f"repeats {_earlier(error.note)}; give each row a key of its own")
    return Fault(row, column or "all", value, f"is refused: {error.note or error.message}")


def _earlier(note: str) -> str:
    """Name the row that a key repeats; frictionless counts rows as we do."""
    position = note.rsplit(" ", 1)[-1]
    return f"row {position}" if position.isdigit() else "an empty key"
