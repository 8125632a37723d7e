"""How to cite the workbook, written from CITATION.cff."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from babel.dates import format_date

_SPECIAL = str.maketrans({mark: f"\\{mark}" for mark in "&%$#_{}"})


def read_citation(root: Path) -> dict[str, Any]:
    """Read CITATION.cff.

    Parameters
    ----------
    root : Path
        Project root.
    """
    return yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))


def citation_text(citation: Mapping[str, Any], *, data_version: str, language: str) -> str:
    """Write the citation as one line of a list of references.

    Parameters
    ----------
    citation : mapping
        As in CITATION.cff.
    data_version : str
        Short name of the state of the data.
    language : {"en", "id"}
        Of the words around the title.

    Returns
    -------
    str
        Authors, year, title, version, state of the data, licence.
    """
    released = _released(citation)
    words = {"en": ("Version", "data", "released"), "id": ("Versi", "data", "diterbitkan")}[language]
    day = format_date(released, format="long", locale={"en": "en_GB"}.get(language, language))
    return (
        f"{' and '.join(_authors(citation))} ({released.year}). {citation['title']}. "
        f"{words[0]} {citation['version']}, {words[1]} {data_version}, {words[2]} {day}. {_address(citation)}".strip()
    )


def bibtex(citation: Mapping[str, Any], *, data_version: str) -> str:
    """Write the citation as a BibTeX entry.

    Parameters
    ----------
    citation : mapping
        As in CITATION.cff.
    data_version : str
        Short name of the state of the data.

    Returns
    -------
    str
        An entry ``@misc``, which every style knows.
    """
    released = _released(citation)
    fields = {
        "author": " and ".join(f"{{{name.translate(_SPECIAL)}}}" for name in _authors(citation)),
        "title": f"{{{citation['title'].translate(_SPECIAL)}}}",
        "year": str(released.year),
        "month": str(released.month),
        "version": str(citation["version"]),
        "note": f"Data {data_version}",
    }
    if _address(citation):
        fields["url"] = _address(citation)
    lines = ",\n".join(f"  {name:<7} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{zi_workbook_{released.year},\n{lines}\n}}"


def _authors(citation: Mapping[str, Any]) -> list[str]:
    """Names of the authors; persons with the family name first."""
    return [
        one["name"] if "name" in one else f"{one['family-names']}, {one['given-names']}" for one in citation["authors"]
    ]


def _released(citation: Mapping[str, Any]) -> date:
    """Day of the release."""
    return date.fromisoformat(str(citation["date-released"]))


def _address(citation: Mapping[str, Any]) -> str:
    """Return the identifier or address when there is one; none is made up."""
    if citation.get("doi"):
        return f"https://doi.org/{citation['doi']}"
    return str(citation.get("url") or citation.get("repository-code") or "")
