"""The codebook: ``data/README.md``, written from the declaration and never by hand."""

from collections.abc import Iterable
from pathlib import Path

from zi_analysis.evidence.declaration import allowed_values, read_declaration
from zi_analysis.evidence.references import table_references
from zi_analysis.paths import data_folder

_ROOMS = {
    "raw": "as collected from public pages, never edited",
    "register": "government bodies and their names in time",
    "decisions": "human judgements, one row each, with the reason",
    "clean": "made by `zi clean`, reproducible byte for byte",
}
_HEAD = ("Column", "Type", "Unit", "Allowed", "Meaning")
_TYPES = {"string": "text", "integer": "whole number", "number": "number"}


def make_codebook(descriptor: dict) -> str:
    """Write the codebook of a data package.

    Parameters
    ----------
    descriptor : dict
        As `read_declaration` returns it.

    Returns
    -------
    str
        Markdown: an overview of all tables, then a card and the columns of each. It holds no counts, which
        would go stale.

    Examples
    --------
    >>> make_codebook(read_declaration()).splitlines()[0]
    '# Evidence on Zona Integritas, WBK and WBBM in Indonesia'
    """
    tables = descriptor["resources"]
    parts = [_opening(descriptor), _overview(tables), *(_table_section(table) for table in tables)]
    return "\n\n".join(parts) + "\n"


def write_codebook(root: Path | str | None = None) -> Path:
    """Write ``data/README.md`` from ``data/datapackage.json``.

    Parameters
    ----------
    root : path, optional
        A folder inside the project; found from the working folder when left out.

    Returns
    -------
    Path
        The file written; the same declaration gives the same bytes.

    Examples
    --------
    >>> write_codebook().name  # doctest: +SKIP
    'README.md'
    """
    path = data_folder(root) / "README.md"
    path.write_text(make_codebook(read_declaration(root)), encoding="utf-8", newline="\n")
    return path


def _opening(descriptor: dict) -> str:
    """Say what the package is and how to read it."""
    return "\n\n".join(
        [
            f"# {descriptor['title']}",
            "Written from `datapackage.json` by `python -m zi_analysis.evidence.codebook`; change it there, not here.",
            descriptor["description"],
            "All files are UTF-8 with commas and a header; an empty cell is a missing value. "
            "Read codes as text (`NA`, `11.01`), or use `load_table`, which checks a table before giving it. "
            "A list in one cell is separated by `|`.",
            f"Licence: {_licences(descriptor['licenses'])}; see [LICENSE](LICENSE). " + descriptor["zi:rights"],
        ]
    )


def _overview(tables: list[dict]) -> str:
    """List all tables, room by room."""
    lines = ["## Tables", ""]
    for room, meaning in _ROOMS.items():
        inside = [table for table in tables if table["path"].startswith(f"{room}/")]
        if inside:
            rows = [
                (f"[{table['name']}](#{table['name']})", f"`{table['path']}`", table["description"]) for table in inside
            ]
            lines += [f"`{room}/`: {meaning}.", "", *_grid(("Table", "File", "A row"), rows), ""]
    return "\n".join(lines[:-1])


def _table_section(table: dict) -> str:
    """Write the card and the columns of one table."""
    return "\n\n".join([f"## {table['name']}", _card(table), _columns(table)])


def _card(table: dict) -> str:
    """Say what a reader of the table must know first."""
    schema = table["schema"]
    lines = [
        f"**{table['title']}**, `{table['path']}`. {table['description']}",
        "",
        f"- Source: {'; '.join(_linked(source) for source in table['sources'])}",
        f"- Method: {table['zi:method']}",
        f"- Period and area: {table['zi:period']}; {table['zi:area']}",
        f"- Last changed: {table['zi:last_changed']}",
        f"- Key: {' + '.join(f'`{name}`' for name in schema['primaryKey'])}",
        f"- Licence: {_licences(table['licenses'])}",
        f"- Who to ask: {table['zi:contact']}",
        "- Known faults:",
        *(f"  - {fault}" for fault in table["zi:known_faults"]),
    ]
    return "\n".join(lines)


def _columns(table: dict) -> str:
    """Write the columns as a grid."""
    targets = {column: f"{other or table['name']}.{there}" for column, other, there, _ in table_references(table)}
    rows = [
        (
            f"`{field['name']}`",
            _TYPES[field["type"]],
            field.get("unit", ""),
            _allowed(field, targets.get(field["name"])),
            field["description"],
        )
        for field in table["schema"]["fields"]
    ]
    return "\n".join(_grid(_HEAD, rows))


def _allowed(field: dict, target: str | None) -> str:
    """Say what a column may hold, and whether a cell may be empty."""
    limits = field.get("constraints", {})
    if "enum" in limits:
        meanings = field.get("zi:meanings", {})
        words = [f"`{value}`" + (f": {meanings[value]}" if value in meanings else "") for value in limits["enum"]]
        allowed = "<br>".join(words)
    elif target:
        allowed = f"keys of {target}, separated by |" if "zi:listOf" in field else f"a key of {target}"
    else:
        allowed = "" if allowed_values(field) == "text" else allowed_values(field)
    notes = ["unique"] * bool(limits.get("unique")) + ["required" if limits.get("required") else "may be empty"]
    return "<br>".join([allowed] * bool(allowed) + [", ".join(notes)])


def _grid(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Write a markdown table."""
    return [_line(head), _line(("---",) * len(head)), *(_line(row) for row in rows)]


def _line(cells: tuple[str, ...]) -> str:
    """Write one row of a markdown table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _licences(licences: list[dict]) -> str:
    """Name licences with their addresses."""
    return "; ".join(_linked(licence) for licence in licences)


def _linked(named: dict) -> str:
    """Write a title, as a link where it has an address."""
    return f"[{named['title']}]({named['path']})" if "path" in named else named["title"]


if __name__ == "__main__":
    write_codebook()
