"""The explorer's page: data, charts, words, style and script in one file that loads nothing."""

import base64
import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import vl_convert

from zi_analysis.errors import EvidenceError
from zi_analysis.exhibits.style import PREDICATE_COLOURS, TYPE_COLOURS
from zi_analysis.exhibits.words import LANGUAGES, catalogue, spread
from zi_analysis.paths import project_root
from zi_analysis.reporting.explorer.data import EXPOSURES, explorer_data
from zi_analysis.reporting.explorer.packing import script_json
from zi_analysis.reporting.explorer.specs import bar_chart

MOST_BYTES = 2_000_000
_HERE = Path(__file__).parent
_TEMPLATES = _HERE / "templates"
_SCRIPTS = ("words", "state", "numbers", "charts", "panel", "sides", "tiles", "awards", "conflicts", "main")
_SHARED = ("predicate.", "measure.", "per.")
_CHOICES = {
    "predicate": ("all", "WBK", "WBBM"),
    "stage": ("proposed", "evaluated", "awarded"),
    "counting": ("units", "agencies"),
    "agency_type": ("all", "central", "local", "province", "regency_city", "regency", "city"),
    "split": ("none", "predicate", "type"),
    "exposure": EXPOSURES,
}


def write_explorer(output: Path | str | None = None, *, root: Path | str | None = None) -> Path:
    """Write the explorer.

    Parameters
    ----------
    output : path, optional
        The html file; ``reports/explorer.html`` of the project when left out.
    root : path, optional
        A folder inside the project; found from the working folder when left out.

    Returns
    -------
    Path
        The file written. The same data give the same bytes.

    Raises
    ------
    EvidenceError
        As `explorer_html`.

    Examples
    --------
    >>> write_explorer("explorer.html").name  # doctest: +SKIP
    'explorer.html'
    """
    home = project_root(root)
    target = home / "reports" / "explorer.html" if output is None else Path(output)
    page = explorer_html(explorer_data(home))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page, encoding="utf-8", newline="\n")
    return target


def explorer_html(data: Mapping[str, Any]) -> str:
    """Write the page that shows the data.

    Parameters
    ----------
    data : mapping
        From `explorer_data`.

    Returns
    -------
    str
        A whole html document of at most 2 MB that loads nothing; its links alone lead elsewhere.

    Raises
    ------
    EvidenceError
        If the page is larger than 2 MB.

    Examples
    --------
    >>> "<noscript>" in explorer_html(explorer_data())
    True
    """
    css = (_TEMPLATES / "explorer.css").read_text(encoding="utf-8")
    library, script = chart_library(), page_script()
    page = _template().render(
        say=_spoken("en"),
        choices=_CHOICES,
        years=data["years"],
        css=css,
        library=library,
        script=script,
        policy=_policy([css], [library, script]),
        holdings=script_json(_holdings(data)),
        program=data["program"],
        totals=_totals(data),
    )
    if len(page.encode()) > MOST_BYTES:
        raise EvidenceError(
            f"the explorer is {len(page.encode()):,} bytes, more than {MOST_BYTES:,}; "
            "leave out a table in explorer/data.py"
        )
    return page


@cache
def page_words() -> dict[str, dict[str, str]]:
    """Read the words of the page and those it shares with the exhibits.

    Returns
    -------
    dict
        Key to language to words.

    Examples
    --------
    >>> page_words()["predicate.all"]["id"], page_words()["year"]["id"]
    ('WBK dan WBBM', 'Tahun')
    """
    own = tomllib.loads((_HERE / "words.toml").read_text(encoding="utf-8"))
    return {key: entry for key, entry in catalogue().items() if key.startswith(_SHARED)} | own


@cache
def chart_library() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script.

    Returns
    -------
    str
        Safe inside a script element.

    Raises
    ------
    EvidenceError
        If the library holds what would end or change the script element.

    Examples
    --------
    >>> "vegaEmbed" in chart_library()
    True
    """
    text = vl_convert.javascript_bundle("window.vegaEmbed=vegaEmbed;")
    for mark in ("</script", "<!--", "<script"):
        if mark in text.lower():
            raise EvidenceError(
                f"the chart library holds {mark!r}, which ends the element it stands in; pin another version"
            )
    return text.replace("\r\n", "\n")


@cache
def page_script() -> str:
    """Join the page's own scripts, in their order, into one that leaves no name behind.

    Returns
    -------
    str

    Examples
    --------
    >>> page_script().startswith("(() => {")
    True
    """
    parts = [(_TEMPLATES / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS]
    return '(() => {\n"use strict";\n' + "\n".join(parts) + "})();\n"


def _holdings(data: Mapping[str, Any]) -> dict[str, Any]:
    """All that the script reads: data, words, charts, choices and colours."""
    return {
        "data": dict(data),
        "words": page_words(),
        "charts": {direction: bar_chart(direction) for direction in ("upright", "lying")},
        "choices": _CHOICES,
        "colours": {"type": TYPE_COLOURS, "predicate": PREDICATE_COLOURS},
    }


def _spoken(language: str) -> dict[str, str]:
    """The words of the page in one language."""
    return {key: entry[language] for key, entry in page_words().items()}


def _totals(data: Mapping[str, Any]) -> list[tuple[int, list[str]]]:
    """National awards by year for a reader without script: WBK, WBBM and both, in each language."""
    columns, rows = data["cells"]["columns"], data["cells"]["rows"]
    cells = [dict(zip(columns, row, strict=True)) for row in rows]
    found = {(cell["year"], cell["predicate"]): cell for cell in cells if cell["agency_type"] == "all"}
    listed = []
    for year in data["years"]:
        bounds = [found[year, predicate] for predicate in ("WBK", "WBBM", "all")]
        listed.append((year, [" / ".join(_both(cell["lower"], cell["upper"])) for cell in bounds]))
    return listed


def _both(lower: int, upper: int | None) -> Iterable[str]:
    """A bounded count in each language, once where they write it alike."""
    return dict.fromkeys(spread(lower, upper, language) for language in LANGUAGES)


def _policy(styles: Iterable[str], scripts: Iterable[str]) -> str:
    """Return the policy that lets these styles and scripts act, and nothing else load or run."""
    parts = {"style-src": styles, "script-src": scripts}
    allowed = [f"{name} {' '.join(_hash(text) for text in texts)}" for name, texts in parts.items()]
    return "; ".join(["default-src 'none'", *allowed, "base-uri 'none'", "form-action 'none'"])


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _template() -> Any:
    """Load the template once for each process."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("explorer.html.j2")
