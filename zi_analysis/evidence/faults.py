"""Faults of a table against its declaration, told with row, column and value."""

import json
from dataclasses import dataclass
from difflib import get_close_matches

import pandas as pd

from zi_analysis.evidence.declaration import allowed_values

# frictionless also takes " 2015", "2_015", "nan" and "inf", which other readers of the csv would not
_PLAIN = {"integer": r"-?\d+", "number": r"-?\d+(\.\d+)?([eE][-+]?\d+)?"}


@dataclass(frozen=True)
class Fault:
    """One place where a table does not hold what its declaration promises."""

    row: int  # as in the file, the header is row 1
    column: str
    value: str
    problem: str  # what is wrong and what is allowed


def tell_faults(faults: list[Fault], place: str) -> str:
    """Put the first fault into one line and count the others.

    Parameters
    ----------
    faults : list of Fault
        At least one.
    place : str
        The file, as the reader knows it.

    Returns
    -------
    str
        One line that names value, file, row, column and what is allowed.

    Examples
    --------
    >>> tell_faults([Fault(2, "year", "1999", "is below 2012")], "data/raw/awards.csv")
    'value "1999" at data/raw/awards.csv row 2, column year is below 2012'
    """
    first = faults[0]
    value = first.value if len(first.value) <= 60 else first.value[:57] + "..."
    more = f" ({len(faults) - 1} more faults in this file)" if len(faults) > 1 else ""
    quoted = json.dumps(value, ensure_ascii=False)
    return f"value {quoted} at {place} row {first.row}, column {first.column} {first.problem}{more}"


def header_faults(found: list[str], schema: dict) -> list[Fault]:
    """Compare a header with the declared columns.

    Parameters
    ----------
    found : list of str
        The header of the file.
    schema : dict
        Table Schema of the table.

    Returns
    -------
    list of Fault
        None when equal, else one per missing and undeclared column, or one for the order.

    Examples
    --------
    >>> header_faults(["yaer"], {"fields": [{"name": "year"}]})[-1].problem
    'is not declared; closest: year'
    """
    wanted = [field["name"] for field in schema["fields"]]
    if found == wanted:
        return []
    spoiled = _spoiled_header(found)
    if spoiled:
        return [Fault(1, "1", found[0], spoiled)]
    extra = [Fault(1, name, name, "is not declared" + _closest(name, wanted)) for name in found if name not in wanted]
    missing = [Fault(1, name, "", "is missing; add it to the header") for name in wanted if name not in found]
    if extra or missing:
        return missing + extra
    place = next((at for at, pair in enumerate(zip(found, wanted, strict=False)) if pair[0] != pair[1]), len(wanted))
    return [Fault(1, str(place + 1), found[place], f"is out of order; the order is {', '.join(wanted)}")]


def _spoiled_header(found: list[str]) -> str:
    """Name what a spreadsheet did to the file, if it did."""
    if found[0].startswith("\ufeff"):
        return "begins with a byte-order mark; save the file as UTF-8 without one"
    for mark, word in ((";", "semicolons"), ("\t", "tabs")):
        if len(found) == 1 and mark in found[0]:
            return f"has cells separated by {word}; save the file with commas"
    return ""


def shape_faults(rows: list[list[str]]) -> list[Fault]:
    """Find rows that are shorter or longer than the header.

    Parameters
    ----------
    rows : list of list of str
        All rows, the header first.

    Returns
    -------
    list of Fault
        One per row.

    Examples
    --------
    >>> shape_faults([["year", "note"], ["2018", "a", " b"]])[0].problem
    'has 3 cells, the header 2; quote a cell that holds a comma, delete a row without cells'
    """
    width = len(rows[0])
    hint = "quote a cell that holds a comma, delete a row without cells"
    return [
        Fault(
            at,
            str(min(len(row), width) + 1),
            row[-1] if row else "",
            f"has {len(row)} cells, the header {width}; {hint}",
        )
        for at, row in enumerate(rows, start=1)
        if len(row) != width
    ]


def number_faults(frame: pd.DataFrame, schema: dict) -> list[Fault]:
    """Find numbers that are not written plainly: blanks around them, underscores, "nan".

    Parameters
    ----------
    frame : pd.DataFrame
        The table as text.
    schema : dict
        Table Schema of the table.

    Returns
    -------
    list of Fault
        Column by column.

    Examples
    --------
    >>> number_faults(pd.DataFrame({"n": ["nan"]}), {"fields": [{"name": "n", "type": "number"}]})[0].row
    2
    """
    faults = []
    for field in schema["fields"]:
        if field["type"] in _PLAIN:
            cells = frame[field["name"]]
            odd = cells[(cells != "") & ~cells.str.fullmatch(_PLAIN[field["type"]])]
            faults += [Fault(row + 2, field["name"], cell, wrong_value(cell, field)) for row, cell in odd.items()]
    return faults


def wrong_value(value: str, field: dict) -> str:
    """Say why a value is refused and what is allowed instead.

    Parameters
    ----------
    value : str
        As in the file.
    field : dict
        Declaration of its column.

    Returns
    -------
    str
        The end of a sentence that begins with the value and its place.

    Examples
    --------
    >>> wrong_value("WKB", {"type": "string", "constraints": {"enum": ["WBK", "WBBM"]}})
    'is not allowed; allowed: WBK, WBBM; closest: WBK'
    """
    if value == "":
        return f"is empty but required; allowed: {allowed_values(field)}"
    vocabulary = [str(word) for word in field.get("constraints", {}).get("enum", [])]
    return f"is not allowed; allowed: {allowed_values(field)}{_closest(value, vocabulary)}"


def _closest(value: str, words: list[str]) -> str:
    """Offer the word most like the value."""
    lower = {word.lower(): word for word in words}
    closest = get_close_matches(value.strip().lower(), lower, n=1, cutoff=0.5)
    return f"; closest: {lower[closest[0]]}" if closest else ""
