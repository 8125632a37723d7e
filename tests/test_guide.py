"""The list of notebooks: what each says of itself, links only where they lead somewhere."""

import json
from pathlib import Path

import pytest

from zi_analysis.reporting.guide import list_guide
from zi_analysis.reporting.notebooks import list_notebooks

ROOT = Path(__file__).parents[1]


def _notebook(path: Path, *sources: str, exhibits: int = 0) -> None:
    """Write a notebook with English prose, each source a cell, and some exhibits."""
    output = {"output_type": "display_data", "metadata": {}, "data": {"application/vnd.zi.exhibit+json": {}}}
    cells = [
        {"cell_type": "markdown", "metadata": {"tags": ["lang-en"]}, "source": source.splitlines(keepends=True)}
        for source in sources
    ]
    code = {"cell_type": "code", "metadata": {}, "source": "", "outputs": [output] * exhibits}
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [*cells, code]}))


@pytest.mark.parametrize(("language", "second"), [("en", "2. Awards by year"), ("id", "2. Penerima menurut tahun")])
def test_every_notebook_is_listed_with_title_question_and_minutes(language: str, second: str) -> None:
    entries = list_guide(language, leave_out="00-explore", root=ROOT).entries
    assert [entry.file for entry in entries] == [path.name for path in list_notebooks(ROOT) if path.stem[:2] != "00"]
    assert entries[1].title.startswith(second)
    assert all(entry.question.endswith("?") for entry in entries)
    assert all(entry.minutes % 5 == 0 and 5 <= entry.minutes <= 60 for entry in entries)


def test_minutes_grow_with_words_and_exhibits(project_copy: Path) -> None:
    _notebook(project_copy / "notebooks" / "a.ipynb", "# A\n\n**Question.** Why?", "word " * 2000)
    _notebook(project_copy / "notebooks" / "b.ipynb", "# B\n\n**Question.** How?", exhibits=30)
    _notebook(project_copy / "notebooks" / "c.ipynb", "no heading")
    entries = list_guide("en", root=project_copy).entries
    assert [(entry.title, entry.question, entry.minutes) for entry in entries] == [
        ("A", "Why?", 10),
        ("B", "How?", 15),
        ("c", "", 5),
    ]


def test_titles_are_escaped_and_linked_only_where_asked(project_copy: Path) -> None:
    _notebook(project_copy / "notebooks" / "a.ipynb", "# <script>x</script>\n\n**Question.** <b>?")
    for linked in (True, False):
        shown = list_guide("en", linked=linked, root=project_copy)._repr_html_()
        assert "<script" not in shown
        assert "&lt;b&gt;?" in shown
        assert ('<a href="a.ipynb">' in shown) is linked
