"""The sources of the site: own pages filled in with what the data and reports tell, and documents brought in."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from site_citation import bibtex, citation_text, read_citation
from site_documents import Document, indonesian_summary, list_documents, pages_by_file, write_document
from site_facts import LANGUAGES, count_facts, national_conflicts, versions
from site_links import site_address
from site_lists import ListedReport, list_course, list_notebooks, list_reports
from site_notebooks import write_notebooks
from site_words import Plain, escape_markdown

from zi_analysis.errors import ZiError

HERE = Path(__file__).parent


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
        write_document(document, documents=documents, root=root, folder=target / document.language)


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
    write_notebooks(
        root, folder, language=language, reports=known["reports"], pages=pages_by_file(documents, language=language)
    )
    picture = _report(known["reports"], "02")
    shutil.copyfile(root / picture.folder / "exhibits/2.1.png", folder / "awards-by-year.png")


def _known(root: Path, language: str, documents: Iterable[Document]) -> dict[str, Any]:
    """Gather what the pages may tell."""
    reports = list_reports(root, language=language)
    notebooks = list_notebooks(root, language=language)
    citation, state = read_citation(root), versions(root)
    texts = {one.name: (root / one.file).read_text(encoding="utf-8") for one in documents if one.language == "en"}
    return {
        **state,
        **count_facts(root, language=language),
        "conflicts": national_conflicts(root, language=language),
        "reports": reports,
        "notebooks": notebooks,
        "numbered": {Path(notebook.file).stem[:2]: notebook for notebook in notebooks},
        "course": list_course(root, language=language),
        "missing": missing_parts(root),
        "documents": {document.name for document in documents if document.language == language},
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
