"""The sources of the site: own pages filled in with what the data and reports tell, and documents brought in."""

import re
import shutil
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from site_citation import bibtex, citation_text, read_citation
from site_facts import LANGUAGES, count_facts, national_conflicts, versions
from site_links import pictures, rewrite_links, site_address
from site_lists import ListedReport, list_course, list_notebooks, list_reports

from zi_analysis.errors import ZiError

HERE = Path(__file__).parent
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_FENCE = re.compile(r"^(```+|~~~+).*?^\1\s*$", re.MULTILINE | re.DOTALL)


class Plain(str):
    """Text that is markdown already, so that it is not escaped again."""


@dataclass(frozen=True)
class Document:
    """A document of the repository that becomes a page, whole or one part of it."""

    name: str
    file: str
    section: str = ""


def write_sources(root: Path, target: Path) -> None:
    """Write the sources of the site of both languages.

    Parameters
    ----------
    root : Path
        Project root.
    target : Path
        Folder that gets ``en`` and ``id``; what was in it goes.

    Raises
    ------
    ZiError
        If a document, its part or a link of it is not there.
    """
    shutil.rmtree(target, ignore_errors=True)
    documents = list_documents(root)
    for language in LANGUAGES:
        folder = target / language
        _write_own_pages(root, folder, language, documents)
    for document in documents:
        _write_document(document, documents, root, target / "en")


def list_documents(root: Path) -> list[Document]:
    """Read which documents of the repository become pages; those that may be absent are left out when they are.

    Parameters
    ----------
    root : Path
        Project root.
    """
    rows = tomllib.loads((HERE / "pages.toml").read_text(encoding="utf-8"))["page"]
    found = []
    for row in rows:
        if (root / row["file"]).is_file():
            found.append(Document(row["name"], row["file"], row.get("section", "")))
        elif not row.get("optional", False):
            raise ZiError(f"{row['file']} is not there; restore it or take it out of site/pages.toml")
    return found


def missing_parts(root: Path) -> dict[str, str]:
    """Say what the site links to when it is there, is not there, and what makes it.

    Parameters
    ----------
    root : Path
        Project root.

    Returns
    -------
    dict
        Path below the root to the command that makes it.
    """
    makers = {"reports/explorer.html": "zi explorer", "course": "make course"}
    return {path: command for path, command in makers.items() if not (root / path).exists()}


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


def escape_markdown(text: str) -> str:
    """Let every mark of a text stand for itself.

    Parameters
    ----------
    text : str
        From outside: a title, a value.

    Examples
    --------
    >>> escape_markdown("a|b <i>")
    'a\\\\|b \\\\<i\\\\>'
    """
    return _PUNCTUATION.sub(r"\\\1", " ".join(text.split()))


def _write_own_pages(root: Path, folder: Path, language: str, documents: Iterable[Document]) -> None:
    """Fill in the site's own pages of one language."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "pages" / language),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  the pages are markdown: _finish escapes for that
        finalize=_finish,
    )
    environment.filters["safe"] = Plain
    known = _known(root, language, documents)
    for path in sorted((HERE / "pages" / language).rglob("*.md")):
        name = path.relative_to(HERE / "pages" / language).as_posix()
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(environment.get_template(name).render(known), encoding="utf-8")
    picture = _report(known["reports"], "02")
    shutil.copyfile(root / picture.folder / "exhibits/2.1.png", folder / "awards-by-year.png")


def _known(root: Path, language: str, documents: Iterable[Document]) -> dict[str, Any]:
    """Gather what the pages may tell."""
    reports = list_reports(root, language=language)
    citation, state = read_citation(root), versions(root)
    texts = {document.name: (root / document.file).read_text(encoding="utf-8") for document in documents}
    return {
        **state,
        **count_facts(root, language=language),
        "conflicts": national_conflicts(root, language=language),
        "reports": reports,
        "notebooks": list_notebooks(root, language=language),
        "course": list_course(root, language=language),
        "missing": missing_parts(root),
        "documents": set(texts),
        "summaries": {name: Plain(indonesian_summary(text)) for name, text in texts.items()},
        "citation": Plain(citation_text(citation, data_version=state["data_version"], language=language)),
        "bibtex": Plain(bibtex(citation, data_version=state["data_version"])),
        "licence": Plain((root / "LICENSE").read_text(encoding="utf-8")),
        "data_licence": Plain((root / "data/LICENSE").read_text(encoding="utf-8")),
        "at": lambda path: Plain(f"<{site_address(quote(path, safe='/#=-_.~'))}>"),
        "report": lambda number: Plain(f"<{site_address(_report(reports, number).page)}>"),
        "finding": lambda number: _exhibit(reports, number).title,
    }


def _report(reports: Iterable[ListedReport], number: str) -> ListedReport:
    """Find the first report of a notebook's number."""
    for report in reports:
        if report.number == number:
            return report
    raise ZiError(f"there is no report {number} in reports/; make it with: zi report {number}")


def _exhibit(reports: Iterable[ListedReport], number: str) -> Any:
    """Find an exhibit by its number."""
    report = _report(reports, number.split(".")[0].zfill(2))
    for exhibit in report.exhibits:
        if exhibit.number == number:
            return exhibit
    raise ZiError(f"there is no exhibit {number} in {report.folder}; make it again with: {report.command}")


def _finish(value: Any) -> Any:
    """Escape what is filled in, unless it is markdown."""
    return escape_markdown(value) if isinstance(value, str) and not isinstance(value, Plain) else value


def _write_document(document: Document, documents: Iterable[Document], root: Path, folder: Path) -> None:
    """Write a document as a page, with the pictures it shows."""
    text = (root / document.file).read_text(encoding="utf-8")
    if document.section:
        text = cut_section(text, document.section, file=document.file)
    pages = _pages_by_file(documents)
    target = folder / f"{document.name}.md"
    target.parent.mkdir(parents=True, exist_ok=True)
    turned = rewrite_links(text, file=document.file, page=document.name, pages=pages, root=root)
    target.write_text(turned, encoding="utf-8")
    for picture in pictures(text):
        place = Path(document.file).parent / picture
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / place, folder / place)


def _pages_by_file(documents: Iterable[Document]) -> Mapping[str, str]:
    """Tell to which page a link to a document leads: parts of a file do not stand for the file."""
    pages = {document.file: document.name for document in documents if not document.section}
    return pages | {"README.md": "index", "CITATION.cff": "about/cite", "LICENSE": "about/licence"}
