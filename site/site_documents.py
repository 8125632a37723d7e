"""Documents of the repository that become pages of the site, whole or one part of them."""

import re
import shutil
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from site_links import pictures, rewrite_links, site_address

from zi_analysis.errors import ZiError

_LIST = Path(__file__).parent / "pages.toml"
_FENCE = re.compile(r"^(```+|~~~+).*?^\1\s*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Document:
    """A document of the repository that becomes a page, whole or one part of it."""

    name: str
    file: str
    section: str = ""
    language: str = "en"


def list_documents(root: Path) -> list[Document]:
    """Read which documents of the repository become pages; those that may be absent are left out when they are.

    Parameters
    ----------
    root : Path
        Project root.
    """
    rows = tomllib.loads(_LIST.read_text(encoding="utf-8"))["page"]
    found = []
    for row in rows:
        if (root / row["file"]).is_file():
            found.append(Document(row["name"], row["file"], row.get("section", ""), row.get("language", "en")))
        elif not row.get("optional", False):
            raise ZiError(f"{row['file']} is not there; restore it or take it out of site/pages.toml")
    return found


def write_document(document: Document, *, documents: Iterable[Document], root: Path, folder: Path) -> None:
    """Write a document as a page, with the pictures it shows.

    Parameters
    ----------
    document : Document
        To be written.
    documents : iterable of Document
        All that become pages, for the links between them.
    root : Path
        Project root.
    folder : Path
        Sources of one language.

    Raises
    ------
    ZiError
        If its part, or what it links to, is not there.
    """
    text = (root / document.file).read_text(encoding="utf-8")
    if document.section:
        text = cut_section(text, document.section, file=document.file)
    pages = pages_by_file(documents, language=document.language)
    target = folder / f"{document.name}.md"
    target.parent.mkdir(parents=True, exist_ok=True)
    turned = rewrite_links(text, file=document.file, page=document.name, pages=pages, root=root)
    target.write_text(turned, encoding="utf-8")
    for picture in pictures(text):
        place = Path(document.file).parent / picture
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / place, folder / place)


def cut_section(text: str, heading: str, *, file: str) -> str:
    """Take one part out of a document, as a document of its own.

    Parameters
    ----------
    text : str
        Markdown.
    heading : str
        Words of a heading of the second level.
    file : str
        For the error.

    Returns
    -------
    str
        The part with its headings one level higher.

    Raises
    ------
    ZiError
        If no heading has these words.

    Examples
    --------
    >>> cut_section("# A\\n\\n## B\\n\\nb\\n\\n### C\\n\\n## D\\n", "B", file="README.md")
    '# B\\n\\nb\\n\\n## C\\n'
    """
    blanked = _FENCE.sub(lambda found: re.sub(r"[^\n]", "x", found[0]), text)
    start = re.search(rf"^## {re.escape(heading)}\s*$", blanked, re.MULTILINE)
    if start is None:
        raise ZiError(f'{file} has no heading "## {heading}"; correct it in site/pages.toml')
    end = re.compile(r"^##? ", re.MULTILINE).search(blanked, start.end())
    stop = end.start() if end else len(text)
    inside = list(re.finditer(r"^#(?=#+ )", blanked[start.start() : stop], re.MULTILINE))
    part = text[start.start() : stop].rstrip()
    for found in reversed(inside):
        part = part[: found.start()] + part[found.end() :]
    return part + "\n"


def indonesian_summary(text: str) -> str:
    """Take the Indonesian summary out of an English document.

    Parameters
    ----------
    text : str
        Markdown with a paragraph that begins "Dalam Bahasa Indonesia." in bold, or a part "Singkatnya".

    Returns
    -------
    str
        Markdown of the summary, empty when there is none.

    Examples
    --------
    >>> indonesian_summary("# A\\n\\n**Dalam Bahasa Indonesia.** Satu\\ndua.\\n\\nThree.")
    'Satu dua.'
    """
    paragraph = re.search(r"^\*\*Dalam Bahasa Indonesia\.\*\*\s(.+?)(?:\n\n|\Z)", text, re.MULTILINE | re.DOTALL)
    part = re.search(r"^## Singkatnya\s+(.+?)(?=\n## |\Z)", text, re.MULTILINE | re.DOTALL)
    found = paragraph or part
    return re.sub(r"\s*\n(?!\n)\s*", " ", found[1].strip()) if found else ""


def pages_by_file(documents: Iterable[Document], *, language: str) -> dict[str, str]:
    """Tell where a link to a document leads; parts of a file do not stand for the file.

    Parameters
    ----------
    documents : iterable of Document
        All that become pages.
    language : {"en", "id"}
        Of the page that links.

    Returns
    -------
    dict
        Path below the root to the name of a page of that language, or to the address of a page of the other one.
    """
    pages = {"README.md": "index", "CITATION.cff": "about/cite", "LICENSE": "about/licence"}
    for document in documents:
        if not document.section:
            below = "" if document.language == "en" else f"{document.language}/"
            other = site_address(f"{below}{document.name}.html")
            pages[document.file] = document.name if document.language == language else other
    return pages
