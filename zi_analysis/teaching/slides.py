"""Slides of a lesson: one html that needs no network, with reveal.js, pictures and formulas inside."""

import re
from functools import cache
from importlib.util import find_spec
from itertools import zip_longest
from pathlib import Path
from typing import Any

from zi_analysis.errors import ZiError
from zi_analysis.reporting.page_math import write_formulas
from zi_analysis.teaching.lessons import TEACHER, grading_of, tags_of

_TEMPLATES = Path(__file__).parent / "templates"
_PAGES = Path(__file__).parents[1] / "reporting" / "templates"
_ONLY_SHOWS = re.compile(r"display\(.*\);?\s*")  # a line that draws what was made before tells a class nothing
_WORDS = re.compile(r"\b(?!(?:nan|na|none)\b)[^\W\d_]{2}", flags=re.IGNORECASE)
_LOADING = ["script", "iframe", "object", "embed", "link", "base", "meta"]


def slides_html(edition: Any) -> str:
    """Write the slides of a lesson.

    Parameters
    ----------
    edition : NotebookNode
        A lesson in one language with its outputs, from `keep_language`. Cells with a slide type in
        ``metadata.slideshow`` start slides; answers, checks and marking guides are never shown.

    Returns
    -------
    str
        A whole html document. Nothing in it is loaded from elsewhere; arrow keys move, S opens the notes.

    Raises
    ------
    ZiError
        If reveal.js is not installed, or the lesson marks no slide.

    Examples
    --------
    >>> slides_html(edition).startswith("<!DOCTYPE html>")  # doctest: +SKIP
    True
    """
    from bs4 import BeautifulSoup

    shown = _only_shown(edition)
    body = str(_exporter().from_notebook_node(shown)[0])
    soup = BeautifulSoup(body, "html.parser")
    for element in soup.find_all(_LOADING):
        element.decompose()
    write_formulas(soup)
    for table in soup.find_all("table"):
        del table["border"]
        _align(table)
    return _page().render(
        language=edition.metadata["lang"],
        title=edition.metadata["title"],
        css=[_reveal("dist/reset.css"), _reveal("dist/reveal.css"), _code_css(), _own("slides.css")],
        scripts=[_reveal("dist/reveal.js"), _reveal("plugin/notes/notes.js"), _own("slides.js")],
        body=str(soup),
    )


def _only_shown(edition: Any) -> Any:
    """Drop what is not for the wall: exercises, guides, and everything before the first slide."""
    import copy

    shown = copy.deepcopy(edition)
    shown.cells = [cell for cell in shown.cells if not grading_of(cell) and TEACHER not in tags_of(cell)]
    kinds = [cell.metadata.get("slideshow", {}).get("slide_type", "-") for cell in shown.cells]
    if "slide" not in kinds:
        raise ZiError(f'"{edition.metadata["title"]}" marks no slide; set the slide type of its cells')
    shown.cells = shown.cells[kinds.index("slide") :]
    for cell in shown.cells:
        if cell.cell_type == "code" and _ONLY_SHOWS.fullmatch(cell.source):
            cell.source = ""
    return shown


def _align(table: Any) -> None:
    """Mark the columns of words, which read better from the left than numbers do."""
    rows = [row.find_all(["th", "td"]) for row in table.find_all("tr")]
    for column in zip_longest(*rows):
        told = [cell for cell in column if cell is not None]
        if any(cell.name == "td" and _WORDS.search(cell.get_text()) for cell in told):
            for cell in told:
                cell["class"] = "words"


@cache
def _exporter() -> Any:
    """Return nbconvert's exporter of slides, with the cells of our pages."""
    from nbconvert import SlidesExporter

    return SlidesExporter(
        template_name="zi_slides",
        template_file="slides.html.j2",
        extra_template_basedirs=[str(_TEMPLATES), str(_PAGES)],
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )


@cache
def _page() -> Any:
    """Return the page around the slides, compiled once."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES / "zi_slides"), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("page.html.j2")


@cache
def _code_css() -> str:
    """The colours of code on white; a projector has no dark mode."""
    from pygments.formatters import HtmlFormatter

    return str(HtmlFormatter(style="xcode").get_style_defs(".highlight")) + "\n.highlight { background: none; }"


def _own(name: str) -> str:
    """Read a file of our template."""
    return (_TEMPLATES / "zi_slides" / name).read_text(encoding="utf-8")


@cache
def _reveal(name: str) -> str:
    """Read a file of reveal.js, safe inside a script or style element."""
    found = find_spec("sphinx_revealjs")
    if found is None or found.origin is None:
        raise ZiError('reveal.js is not installed; install it with: pip install "zi-analysis[teach]"')
    text = (Path(found.origin).parent / "_static" / "revealjs" / name).read_text(encoding="utf-8")
    return text.replace("</script", "<\\/script").replace("<!--", "<\\!--")
