"""The page of a report: one language, code behind a switch, no script, nothing loaded from elsewhere."""

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from zi_analysis.reporting.imports import quick_imports
from zi_analysis.reporting.page_math import write_formulas
from zi_analysis.reporting.record import value_text

LANGUAGES = ("en", "id")
_HERE = Path(__file__).parent
_TEMPLATES = _HERE / "templates"
_HIDDEN_TAGS = {"parameters", "injected-parameters"}
_LOADING = {"script", "iframe", "object", "embed", "link", "base", "meta"}


@dataclass(frozen=True)
class Heading:
    """A heading of the page's contents list.

    Parameters
    ----------
    level : int
        2 or 3.
    text, anchor : str
        Words and id of the heading.

    Examples
    --------
    >>> Heading(2, "Findings", "Findings").level
    2
    """

    level: int
    text: str
    anchor: str


def page_html(notebook: Any, *, record: dict[str, Any], defaults: dict[str, Any]) -> str:
    """Write the page of an executed notebook.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The executed, normalised notebook.
    record : dict
        Its run record: language, parameters, data version, times and command are shown.
    defaults : dict
        The notebook's default parameters, shown where a run differs.

    Returns
    -------
    str
        A whole html document.

    Examples
    --------
    >>> page_html(node, record=record, defaults={}).startswith("<!DOCTYPE html>")  # doctest: +SKIP
    True
    """
    language = record["language"]
    words = page_words(language)
    body, title, headings = _body(_cells_html(notebook, language), words)
    title = title or Path(record["notebook"]["path"]).stem
    if record.get("subject"):
        title = f"{title}: {record['subject']}"
    return _template().render(
        language=language,
        title=title,
        css=(_TEMPLATES / "zi" / "page.css").read_text(encoding="utf-8"),
        say=words | {"made": _made(record, words)},
        date=_date(record["started"], language),
        day=record["started"][:10],
        data_version=record["data"]["version"],
        version=record["packages"].get("zi-analysis", words["unknown"]),
        parameters=_parameter_rows(record, defaults),
        headings=headings,
        exhibits=[(one["number"], one["title"]) for one in record.get("exhibits", [])],
        body=body,
        command=record["command"],
        cite=_citation(title, record, words),
        code_css=code_css(),
        has_code='class="code"' in body,
    )


@cache
def _template() -> Any:
    """Return the page's template, compiled once."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES / "zi"), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("page.html.j2")


@cache
def _word_table() -> dict[str, dict[str, str]]:
    """Read the fixed words of the page."""
    return tomllib.loads((_HERE / "page_words.toml").read_text(encoding="utf-8"))


def page_words(language: str) -> dict[str, str]:
    """Return the fixed words of the page in one language.

    Parameters
    ----------
    language : str
        "en" or "id".

    Returns
    -------
    dict
        Key to words.

    Examples
    --------
    >>> page_words("id")["contents"]
    'Daftar isi'
    """
    return {key: words[language] for key, words in _word_table().items()}


def _cells_html(notebook: Any, language: str) -> str:
    """Turn the cells of one language into html, without code and without the parameters cells."""
    return str(_exporter(language).from_notebook_node(notebook)[0])


@cache
def _exporter(language: str) -> Any:
    """Return nbconvert's exporter for one language; its templates take longer to compile than a page to write."""
    with quick_imports():
        from nbconvert import HTMLExporter
    from traitlets.config import Config

    others = {f"lang-{other}" for other in LANGUAGES if other != language}
    config = Config()
    config.TagRemovePreprocessor.enabled = True
    config.TagRemovePreprocessor.remove_cell_tags = others | _HIDDEN_TAGS
    config.HTMLExporter.preprocessors = ["nbconvert.preprocessors.TagRemovePreprocessor"]
    return HTMLExporter(
        config=config,
        template_name="zi",
        extra_template_basedirs=[str(_TEMPLATES)],
        exclude_input_prompt=True,
        exclude_anchor_links=True,
        mathjax_url="",
        require_js_url="",
    )


def _body(html: str, words: dict[str, str]) -> tuple[str, str, list[Heading]]:
    """Finish the body: title taken out, unique anchors, tables that scroll, links to the exhibits' files."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "html.parser")
    for element in soup.find_all(sorted(_LOADING)):
        element.decompose()
    first = soup.find("h1")
    title = first.extract().get_text(" ", strip=True) if first else ""
    _drop_empty_sections(soup)
    headings = _anchor_headings(soup)
    write_formulas(soup)
    _let_scroll(soup, words)
    for figure in soup.find_all("figure", class_="exhibit"):
        _last_of(figure).insert_after(_file_links(soup, figure, words))
    return str(soup), title, headings


def _let_scroll(soup: Any, words: dict[str, str]) -> None:
    """Put tables, charts and code into boxes that scroll sideways, by keyboard too, and that say what they hold."""
    for shown in soup.select("table, figure.exhibit img, .output img"):
        del shown["border"]
        figure = shown.find_parent("figure", class_="exhibit")
        kind = "table" if shown.name == "table" else "chart"
        label = words[f"exhibit_{kind}"].format(number=figure["data-number"]) if figure else words[f"{kind}_box"]
        shown.wrap(soup.new_tag("div", attrs={"class": "wide", "role": "group", "tabindex": "0", "aria-label": label}))
    for code in soup.find_all("pre"):
        code.attrs |= {"role": "group", "tabindex": "0", "aria-label": words["code_box"]}


def _drop_empty_sections(soup: Any) -> None:
    """Drop headings with nothing under them, such as the one over the parameters cell, which is not shown."""
    whole = [block for block in soup.find_all(True, recursive=False) if "code" not in block.get("class", [])]
    blocks = [block for block in whole if block.get_text(strip=True) or block.img]
    heads = {"h1", "h2", "h3", "h4"}
    for block, following in zip_longest(blocks, blocks[1:]):
        parts = block.find_all(True, recursive=False)
        after = following.find(True, recursive=False) if following else None
        alone = len(parts) == 1 and parts[0].name in heads
        if alone and (following is None or (after and after.name in heads and after.name <= parts[0].name)):
            block.decompose()


def _anchor_headings(soup: Any) -> list[Heading]:
    """Give every heading an id of its own and list those of levels 2 and 3."""
    seen: set[str] = set()
    listed = []
    for element in soup.find_all(["h1", "h2", "h3", "h4"]):
        if element.name == "h1":
            element.name = "h2"
        base = re.sub(r"[^\w]+", "-", element.get_text(" ", strip=True).lower()).strip("-") or "section"
        anchor, copy = base, 2
        while anchor in seen:
            anchor, copy = f"{base}-{copy}", copy + 1
        seen.add(anchor)
        element["id"] = anchor
        if element.name in ("h2", "h3"):
            listed.append(Heading(int(element.name[1]), element.get_text(" ", strip=True), anchor))
    return listed


def _last_of(figure: Any) -> Any:
    """Return the exhibit's source line, where one follows the picture, or else the picture."""
    following = figure.find_next_sibling()
    return following if following and following.find(class_="exhibit-source") else figure


def _file_links(soup: Any, figure: Any, words: dict[str, str]) -> Any:
    """Return the line under an exhibit that links to its files."""
    number, endings = figure["data-number"], figure["data-files"].split()
    line = soup.new_tag("p", attrs={"class": "files"})
    line.append(words["files"].format(number=number))
    for ending in endings:
        line.append(" ")
        link = soup.new_tag("a", attrs={"href": f"exhibits/{number}.{ending}"})
        link.string = ending
        line.append(link)
    del figure["data-number"], figure["data-files"]
    return line


def _parameter_rows(record: dict[str, Any], defaults: dict[str, Any]) -> list[dict[str, Any]]:
    """List the parameters of the run beside their defaults."""
    return [
        {
            "name": name,
            "value": _listed(value),
            "changed": name in record["changed"],
            "default": _listed(defaults.get(name)),
        }
        for name, value in record["parameters"].items()
        if name != "language"
    ]


def _listed(value: Any) -> str:
    """Write a value for a reader."""
    return ", ".join(map(value_text, value)) if isinstance(value, list) else value_text(value)


@cache
def code_css() -> str:
    """Return the colours of code, light and dark.

    Returns
    -------
    str
        Style rules below ``.highlight``.

    Examples
    --------
    >>> ".highlight .k" in code_css()
    True
    """
    from pygments.formatters import HtmlFormatter

    light, dark = (HtmlFormatter(style=style).get_style_defs(".highlight") for style in ("xcode", "github-dark"))
    return f"{light}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}\n.highlight {{ background: none; }}"


def _citation(title: str, record: dict[str, Any], words: dict[str, str]) -> str:
    """Say how to cite the report."""
    commit = record["git"]["commit"]
    return words["citation"].format(
        year=record["started"][:4],
        title=title,
        version=record["packages"].get("zi-analysis", words["unknown"]),
        data=record["data"]["version"],
        commit=words["unknown"] if commit == "unknown" else commit[:12],
    )


def _made(record: dict[str, Any], words: dict[str, str]) -> str:
    """Say from what the report was made."""
    commit = record["git"]["commit"]
    return words["made"].format(
        notebook=record["notebook"]["path"],
        commit=words["unknown"] if commit == "unknown" else commit[:12],
        dirty=words["changed_files"] if record["git"]["dirty"] is True else "",
        python=record["python"],
    )


def _date(moment: str, language: str) -> str:
    """Write the day of the run in the reader's language."""
    from babel.dates import format_date

    return format_date(datetime.fromisoformat(moment), format="long", locale={"en": "en_GB"}.get(language, language))
