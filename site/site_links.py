"""Links of a document of the repository, turned into links of the site."""

import posixpath
import re
from collections.abc import Mapping
from pathlib import Path

from zi_analysis.errors import ZiError

MADE = ("reports/", "course/")  # folders that the site holds as they are; what is in them is made and may be absent
ASSETS = (*MADE, "data/")
_CODE = re.compile(r"(^(?P<fence>```+|~~~+).*?^(?P=fence)\s*$|`+[^`\n]+`+)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def rewrite_links(text: str, *, file: str, page: str, pages: Mapping[str, str], root: Path) -> str:
    """Let the links of a document lead within the site.

    Parameters
    ----------
    text : str
        Markdown of the document, or of a part of it.
    file : str
        The document, as a path below the root.
    page : str
        Name of the page that it becomes.
    pages : mapping
        Path of a document of the repository to the name of its page, or to its address from `site_address`.
    root : Path
        Project root.

    Returns
    -------
    str
        Links to documents lead to their pages, those to ``reports/``, ``data/`` and ``course/`` to the copies on the
        site; words that link to a file which the site does not hold, or to a report that is not made yet, stay, with
        its path.

    Raises
    ------
    ZiError
        If a link leads to no file of the repository, reports and course apart.

    Examples
    --------
    >>> rewrite_links("[how](docs/methods.md#x)", file="README.md", page="use/check",
    ...               pages={"docs/methods.md": "methods/models"}, root=Path("."))
    '[how](../methods/models.md#x)'
    """
    code = [found.span() for found in _CODE.finditer(text)]

    def turn(found: re.Match[str]) -> str:
        mark, words, address = found.groups()
        target = _inside(address, file)
        if target is None or any(start <= found.start() < end for start, end in code):
            return found[0]
        path, fragment = target
        there = (root / path).exists()
        if not there and not path.startswith(MADE):
            raise ZiError(f"{file} links to {address}, which is not there; correct the link or add {path}")
        if mark:
            return f"![{words}](<{_up(page)}{path}>)"
        return _lead(words, path, fragment, page=page, pages=pages) if there else _name(words, path)

    return _LINK.sub(turn, text)


def site_address(path: str) -> str:
    """Return how a page names a file of the whole site: the extension makes it relative to the page.

    Parameters
    ----------
    path : str
        Below the first folder of the site, with a fragment if there is one.

    Examples
    --------
    >>> site_address("reports/09/en--agency_id=32/index.html")
    'site:reports/09/en--agency_id=32/index.html'
    """
    return f"site:{path}"


def pictures(text: str) -> list[str]:
    """Return the addresses of the pictures that a document shows, those of other sites left out.

    Examples
    --------
    >>> pictures("![a](b.svg) ![c](https://example.org/d.png) [e](f.md)")
    ['b.svg']
    """
    return [found[3] for found in _LINK.finditer(text) if found[1] and not _SCHEME.match(found[3])]


def _inside(address: str, file: str) -> tuple[str, str] | None:
    """Split an address into a path below the root and a fragment; None when it leads elsewhere or within the page."""
    if _SCHEME.match(address) or address.startswith("#"):
        return None
    path, _, fragment = address.partition("#")
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), path)), fragment


def _lead(words: str, path: str, fragment: str, *, page: str, pages: Mapping[str, str]) -> str:
    """Write one link to where the site has the file, or its words and path when it has not."""
    after = f"#{fragment}" if fragment else ""
    if pages.get(path, "").startswith("site:"):
        return f"[{words}](<{pages[path]}{after}>)"
    if path in pages:
        return f"[{words}]({_up(page)}{pages[path]}.md{after})"
    if path.startswith(ASSETS):
        return f"[{words}]({site_address(path)}{after})"
    return _name(words, path)


def _name(words: str, path: str) -> str:
    """Keep the words of a link that cannot lead anywhere, with the file's path."""
    return words if path in words else f"{words} (`{path}`)"


def _up(page: str) -> str:
    """Return the way from a page's folder up to the first one."""
    return "../" * page.count("/")
