"""Sphinx extension of the site: links to its whole, the other language's twin of a page, formulas without a network."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util import logging

_LOG = logging.getLogger(__name__)
_OTHER = {"en": "id", "id": "en"}
_WITHOUT_SOURCE = {"search"}  # pages that sphinx itself writes in each language


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension; sphinx calls it.

    Parameters
    ----------
    app : Sphinx
        The build of one language: sources in a folder of that name, English at the top and Indonesian in ``id/``.
    """
    app.add_config_value("zi_assets", "", "html")
    app.add_html_math_renderer("mathml", (_inline_formula, None), (_block_formula, None))
    app.connect("doctree-read", drop_empty_heads)
    app.connect("doctree-resolved", resolve_site_links)
    app.connect("html-page-context", tell_twin)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def drop_empty_heads(_app: Sphinx, tree: nodes.document) -> None:
    """Take the heads of tables away that markdown asks for and that say nothing.

    Parameters
    ----------
    tree : document
        Changed in place.
    """
    for head in list(tree.findall(nodes.thead)):
        if not head.astext().strip():
            head.parent.remove(head)


def resolve_site_links(app: Sphinx, tree: nodes.document, page: str) -> None:
    """Make addresses ``site:`` relative to the page, and warn of those that lead nowhere.

    Parameters
    ----------
    app : Sphinx
        The build.
    tree : document
        Changed in place.
    page : str
        Name of the page.
    """
    for node in tree.findall(nodes.reference):
        address = node.get("refuri", "")
        if address.startswith("site:"):
            path = address.removeprefix("site:")
            if not _is_there(app, unquote(path.partition("#")[0])):
                _LOG.warning("the site has no %s", path, location=node)
            node["refuri"] = _up(app.config.language, page) + path
            node["internal"] = True


def tell_twin(app: Sphinx, page: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
    """Give a page's template the address of the same page in the other language.

    Parameters
    ----------
    app : Sphinx
        The build.
    page : str
        Name of the page.
    context : dict
        Of the template; gets ``twin``, empty when there is none, and ``twin_language``.
    """
    language = app.config.language
    other = _OTHER[language]
    there = page in _WITHOUT_SOURCE or _has_source(app, other, page)
    below = "id/" if other == "id" else ""
    context["twin"] = f"{_up(language, page)}{below}{page}.html" if there else ""
    context["twin_language"] = other


def _is_there(app: Sphinx, path: str) -> bool:
    """Tell whether the whole site has a file, or will have it once all pages are written."""
    page = path.removesuffix(".html")
    language, name = ("id", page.removeprefix("id/")) if page.startswith("id/") else ("en", page)
    return (page != path and _has_source(app, language, name)) or (Path(app.config.zi_assets) / path).is_file()


def _has_source(app: Sphinx, language: str, page: str) -> bool:
    """Tell whether a language has a page, as text or as notebook."""
    folder = Path(app.srcdir).parent / language
    return any((folder / f"{page}{ending}").is_file() for ending in (".md", ".ipynb"))


def _up(language: str, page: str) -> str:
    """Return the way from a page to the first folder of the whole site."""
    return "../" * (page.count("/") + (language == "id"))


def _formula(text: str, *, display: str, node: nodes.Node) -> str:
    """Write a formula as MathML, which browsers draw by themselves."""
    try:
        return convert(text, display=display)
    except Exception:  # noqa: BLE001  whatever the library stumbles over, the page names the formula
        _LOG.warning("formula cannot be read: %s", text, location=node)
        return ""


def _inline_formula(translator: Any, node: nodes.math) -> None:
    """Write a formula within a line."""
    formula = _formula(node.astext(), display="inline", node=node)
    translator.body.append(f'<span class="zi-inline-formula">{formula}</span>')
    raise nodes.SkipNode


def _block_formula(translator: Any, node: nodes.math_block) -> None:
    """Write a formula of its own."""
    formula = _formula(node.astext(), display="block", node=node)
    translator.body.append(f'<div class="zi-formula" tabindex="0">{formula}</div>')
    raise nodes.SkipNode
