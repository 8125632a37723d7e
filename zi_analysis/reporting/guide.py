"""The list of notebooks for a reader who has just come: title, question and how long the reading takes."""

import re
import tomllib
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from zi_analysis.reporting.notebooks import cell_source, has_tag, list_notebooks, read_notebook
from zi_analysis.reporting.outputs import EXHIBIT

_PACE = 200  # words a minute, a slow reading of plain prose
_SECONDS_AN_EXHIBIT = 30
_STEP = 5  # minutes; the estimate is no finer
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
_QUESTION = re.compile(r"^\*\*(?:Question|Pertanyaan)\.\*\* (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class GuideEntry:
    """One notebook of the list.

    Parameters
    ----------
    file : str
        Name of the notebook's file.
    title, question : str
        As its first cell says; the file's stem and an empty question where it says neither.
    minutes : int
        Estimated time of reading.

    Examples
    --------
    >>> GuideEntry("01-evidence.ipynb", "1. The evidence", "What is known?", 15).minutes
    15
    """

    file: str
    title: str
    question: str
    minutes: int


@dataclass(frozen=True)
class Guide:
    """The list of notebooks in one language, shown as a table.

    Parameters
    ----------
    entries : tuple of GuideEntry
        In the order of the files.
    language : {"en", "id"}
        Of titles, questions and headers.
    linked : bool
        Whether titles open their notebooks; a report has no notebooks beside it.

    Examples
    --------
    >>> "minutes" in Guide((), "en", linked=False)._repr_html_()
    True
    """

    entries: tuple[GuideEntry, ...]
    language: str
    linked: bool

    def _repr_html_(self) -> str:
        """Show a table; all text escaped."""
        words = {key: entry[self.language] for key, entry in _words().items()}
        rows = "".join(
            f"<tr><td>{self._title(entry)}</td><td>{escape(entry.question)}</td>"
            f'<td class="number">{entry.minutes}</td></tr>'
            for entry in self.entries
        )
        heads = "".join(
            f'<th scope="col"{side}>{escape(words[name])}</th>'
            for name, side in (("notebook", ""), ("question", ""), ("minutes", ' class="number"'))
        )
        caption = escape(words["caption"].format(pace=_PACE, step=_STEP))
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table><p><small>{caption}</small></p>"

    def __repr__(self) -> str:
        return "\n".join(f"{entry.title}: {entry.question} ({entry.minutes})" for entry in self.entries)

    def _title(self, entry: GuideEntry) -> str:
        """The title, as a link where the notebook can be opened."""
        title = escape(entry.title)
        return f'<a href="{escape(entry.file)}">{title}</a>' if self.linked else title


def list_guide(language: str, *, leave_out: str = "", linked: bool = False, root: Path | str | None = None) -> Guide:
    """List the project's notebooks for a reader.

    Parameters
    ----------
    language : {"en", "id"}
        Language of titles and questions.
    leave_out : str
        Stem of a notebook that is not listed: the one that shows the list.
    linked : bool
        Whether titles open their notebooks.
    root : path, optional
        A folder inside the project.

    Returns
    -------
    Guide

    Examples
    --------
    >>> list_guide("en", leave_out="00-explore").entries[0].file
    '01-evidence.ipynb'
    """
    paths = [path for path in list_notebooks(root) if path.stem != leave_out]
    return Guide(tuple(_entry(path, language) for path in paths), language, linked)


def _entry(path: Path, language: str) -> GuideEntry:
    """Read what a notebook says of itself."""
    content = read_notebook(path)
    cells = [cell for cell in content["cells"] if cell["cell_type"] == "markdown" and has_tag(cell, f"lang-{language}")]
    prose = "\n".join(cell_source(cell) for cell in cells)
    title, question = _TITLE.search(prose), _QUESTION.search(prose)
    seconds = 60 * len(re.findall(r"\w+", prose)) / _PACE + _SECONDS_AN_EXHIBIT * _count_exhibits(content)
    return GuideEntry(
        file=path.name,
        title=title[1].strip() if title else path.stem,
        question=question[1].strip() if question else "",
        minutes=max(_STEP, _STEP * round(seconds / 60 / _STEP)),
    )


def _count_exhibits(content: dict[str, Any]) -> int:
    """Count the exhibits that a notebook keeps."""
    return sum(EXHIBIT in output.get("data", {}) for cell in content["cells"] for output in cell.get("outputs", []))


def _words() -> dict[str, dict[str, str]]:
    """Words of the table."""
    return tomllib.loads(Path(__file__).with_name("guide_words.toml").read_text(encoding="utf-8"))
