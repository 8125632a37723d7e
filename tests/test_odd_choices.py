"""Notebooks under odd but valid parameters: every cell answers or refuses in the reader's language."""

import ast
import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from zi_analysis.evidence import assemble
from zi_analysis.evidence.assemble import Evidence
from zi_analysis.evidence.register import Register
from zi_analysis.exhibits import spelling_rows
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.findings import Findings
from zi_analysis.exhibits.refusal import Refusal

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CHOICES = [
    {"first_year": 2012, "last_year": 2013},
    {"first_year": 2024, "last_year": 2024, "language": "id"},
    {"first_year": 2015, "last_year": 2020, "predicate": "WBBM", "language": "id"},
    {"first_year": 2022, "last_year": 2025, "exposure": "agencies_existing"},
    {"predicate": "WBK", "exposure": "agencies_proposing", "language": "id"},
    {"agency_types": ["regency", "city"], "exposure": "none", "language": "id"},
    {"agency_types": ["province"], "exposure": "units_proposed", "first_year": 2020, "last_year": 2021},
]
ENGLISH = re.compile(r"\b(the|with|years|awards|agencies|refused|unknown|against)\b", re.IGNORECASE)


def _run(path: Path, given: dict) -> list[object]:
    """Run the code cells with other parameters; the last expression of each cell is its answer."""
    notebook = nbformat.read(path, as_version=4)
    names: dict[str, object] = {}
    answers = []
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        tree = ast.parse(cell.source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, path.name, "exec"), names)
        if last is not None:
            answers.append(eval(compile(ast.Expression(last.value), path.name, "eval"), names))
        if "parameters" in cell.metadata.get("tags", []):
            names |= {name: value for name, value in given.items() if name in names}
    return answers


def _texts(answer: object) -> list[str]:
    if isinstance(answer, Exhibit):
        return [answer.title, answer.alt, answer.source, answer.html or ""]
    return [answer._repr_markdown_()] if isinstance(answer, Findings | Refusal) else []


@pytest.fixture(scope="module")
def scored() -> dict:
    """Answers on the labelled spellings, which hang on no parameter: found once."""
    return {}


@pytest.fixture
def remembering(scored: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    """Score the labelled spellings once for all choices."""
    score = spelling_rows.score_spellings

    def remember(labelled: pd.DataFrame, register: Register, *, least_score: float | None = None) -> pd.DataFrame:
        key = (len(labelled), least_score)
        if key not in scored:
            scored[key] = score(labelled, register, least_score=least_score)
        return scored[key]

    monkeypatch.setattr(spelling_rows, "score_spellings", remember)


@pytest.mark.slow
@pytest.mark.usefixtures("remembering")
@pytest.mark.parametrize("given", CHOICES, ids=lambda given: ",".join(f"{value}" for value in given.values()))
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_odd_choices(path: Path, given: dict, evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assemble, "build_evidence", lambda track: evidence)
    answers = [answer for answer in _run(path, given) if answer is not None]
    assert len(answers) >= 5
    for answer in answers:
        assert isinstance(answer, Exhibit | Findings | Refusal | pd.DataFrame)
        if isinstance(answer, Exhibit):
            assert answer.html if answer.figure is None else answer.png.startswith(b"\x89PNG")
        for text in _texts(answer):
            assert not re.search(r"\bnan\b|<NA>|\bNone\b|\{", text), text
            if given.get("language") == "id" and not isinstance(answer, Exhibit):
                assert not ENGLISH.search(re.sub(r"\(.*\)", "", text)), text
