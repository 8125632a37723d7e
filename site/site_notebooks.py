"""Notebooks as pages: their prose in one language and their code, with links to the exhibits that the code makes."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from site_links import rewrite_links, site_address
from site_lists import ListedExhibit, ListedReport
from site_words import escape_markdown

_EXHIBIT = "application/vnd.zi.exhibit+json"
_WORDS = {
    "en": {
        "report": "The code of a report, without its results. [Open the report]({address}) · `make lab` runs it.",
        "alone": "The code of a notebook, without its results. `make lab` runs it.",
        "exhibit": "Makes exhibit {number}",
    },
    "id": {
        "report": "Kode sebuah laporan, tanpa hasilnya. [Buka laporan]({address}) · `make lab` menjalankannya.",
        "alone": "Kode sebuah buku catatan, tanpa hasilnya. `make lab` menjalankannya.",
        "exhibit": "Menghasilkan peraga {number}",
    },
}


def write_notebooks(
    root: Path, folder: Path, *, language: str, reports: Iterable[ListedReport], pages: Mapping[str, str]
) -> None:
    """Write every notebook as a page of one language.

    Parameters
    ----------
    root : Path
        Project root.
    folder : Path
        Sources of one language; gets ``notebooks``.
    language : {"en", "id"}
        Of the prose that is kept.
    reports : iterable of ListedReport
        Of that language, to link to; a notebook without a report links to none.
    pages : mapping
        Path of a document of the repository to the name of its page.
    """
    first = {report.number: report for report in reversed(list(reports))}
    (folder / "notebooks").mkdir(parents=True, exist_ok=True)
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        file, page = f"notebooks/{path.name}", f"notebooks/{path.stem}"
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = rewrite_links(cell.source, file=file, page=page, pages=pages, root=root)
        cells = _keep_cells(notebook, language, first.get(path.stem[:2]))
        nbformat.write(new_notebook(cells=cells, metadata=_metadata()), folder / "notebooks" / path.name)


def _keep_cells(notebook: Any, language: str, report: ListedReport | None) -> list[Any]:
    """Keep the prose of one language and the code; results give way to links to their exhibits."""
    kept: list[Any] = []
    for cell in notebook.cells:
        tags = [tag for tag in cell.metadata.get("tags", []) if tag.startswith("lang-")]
        if cell.cell_type == "code":
            kept += [new_code_cell(cell.source), *_lead_to_exhibits(cell, language, report)]
        elif tags in ([], [f"lang-{language}"]):
            kept.append(new_markdown_cell(cell.source))
            if len(kept) == 1:
                kept.append(new_markdown_cell(_introduce(language, report)))
    return kept


def _introduce(language: str, report: ListedReport | None) -> str:
    """Say what the page is and where the results are."""
    words = _WORDS[language]
    return words["report"].format(address=f"<{site_address(report.page)}>") if report else words["alone"]


def _lead_to_exhibits(cell: Any, language: str, report: ListedReport | None) -> list[Any]:
    """Name the exhibits that a cell made, with links into the report."""
    numbers = [output.data[_EXHIBIT]["number"] for output in cell.outputs if _EXHIBIT in output.get("data", {})]
    known = {exhibit.number: exhibit for exhibit in report.exhibits} if report else {}
    lines = [_name_exhibit(number, known.get(number), language, report) for number in numbers]
    return [new_markdown_cell("\n".join(lines))] if lines else []


def _name_exhibit(number: str, exhibit: ListedExhibit | None, language: str, report: ListedReport | None) -> str:
    """One exhibit as a line of a list."""
    words = _WORDS[language]["exhibit"].format(number=number)
    if exhibit is None or report is None:
        return f"- {words}"
    return f"- {words}: [{escape_markdown(exhibit.title)}](<{site_address(report.page)}#exhibit-{number}>)"


def _metadata() -> dict[str, Any]:
    """Enough for the code to be coloured as Python."""
    return {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python", "pygments_lexer": "ipython3"},
    }
