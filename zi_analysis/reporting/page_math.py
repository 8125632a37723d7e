"""Formulas of a page as MathML, which a browser draws by itself."""

import re
from typing import Any

_FORMULA = re.compile(
    r"\$\$(?P<block>[^$]+?)\$\$"  # a formula of its own
    r"|(?<![\\\w$])\$(?=\S)(?P<inline>[^$\n]+?)(?<=\S)\$(?![\w$])"  # within a line; prices have a space or digit
)
_LEFT_ALONE = {"code", "pre", "script", "style", "math", "title"}


def write_formulas(soup: Any) -> None:
    """Put MathML in the place of ``$...$`` and ``$$...$$`` in a page's text, outside code.

    Parameters
    ----------
    soup : BeautifulSoup
        Changed in place. A formula that does not read stays as its source, in ``<code>``.

    Examples
    --------
    >>> from bs4 import BeautifulSoup
    >>> soup = BeautifulSoup("<p>of $x^2$, for $5 or $6</p>", "html.parser")
    >>> write_formulas(soup)
    >>> soup.math.name, str(soup)[-16:]
    ('math', 'for $5 or $6</p>')
    """
    for text in [one for one in soup.find_all(string=True) if "$" in one]:
        if any(parent.name in _LEFT_ALONE for parent in text.parents):
            continue
        pieces = _pieces(str(text), soup)
        if len(pieces) > 1 or (pieces and pieces[0] is not None and not isinstance(pieces[0], str)):
            text.replace_with(*pieces)


def _pieces(text: str, soup: Any) -> list[Any]:
    """Cut a text at its formulas."""
    pieces: list[Any] = []
    place = 0
    for found in _FORMULA.finditer(text):
        if found.start() > place:
            pieces.append(text[place : found.start()])
        block = found["block"] is not None
        pieces.append(_formula((found["block"] or found["inline"]).strip(), soup, block=block))
        place = found.end()
    if place < len(text):
        pieces.append(text[place:])
    return pieces


def _formula(source: str, soup: Any, *, block: bool) -> Any:
    """One formula as an element."""
    from bs4 import BeautifulSoup
    from latex2mathml.converter import convert

    try:
        return BeautifulSoup(convert(source, display="block" if block else "inline"), "html.parser").math
    except Exception:  # noqa: BLE001  whatever the library stumbles over, the reader gets the source
        code = soup.new_tag("code")
        code.string = source
        return code
