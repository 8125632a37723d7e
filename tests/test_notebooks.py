"""The notebooks: their form, and that their stored outputs are really compared."""

import ast
import copy
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CHECKED = "nbval-check-output"
EXHIBIT = "application/vnd.zi.exhibit+json"
EVERY_AGENCY = {"language", "first_year", "last_year", "predicate", "agency_types", "track", "seed"}
ONE_AGENCY = {
    "09-agency-profile": {"language", "agency_id", "first_year", "last_year"},
    "10-case-magetan": {"language", "agency_id", "case_year", "first_year", "last_year"},
}


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def notebook(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def _tags(cell: nbformat.NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def _code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_are_notebooks() -> None:
    assert len(NOTEBOOKS) >= 3


def test_one_parameters_cell_with_literals_only(path: Path, notebook: nbformat.NotebookNode) -> None:
    cells = [cell for cell in notebook.cells if "parameters" in _tags(cell)]
    assert len(cells) == 1
    names = []
    for line in ast.parse(cells[0].source).body:
        assert isinstance(line, ast.Assign)
        ast.literal_eval(line.value)
        names += [target.id for target in line.targets]
    assert ONE_AGENCY.get(path.stem, EVERY_AGENCY) <= set(names)


def test_every_parameter_is_used(notebook: nbformat.NotebookNode) -> None:
    (cell,) = [cell for cell in notebook.cells if "parameters" in _tags(cell)]
    names = {target.id for line in ast.parse(cell.source).body for target in line.targets}
    rest = "\n".join(other.source for other in _code(notebook) if other is not cell)
    used = {node.id for node in ast.walk(ast.parse(rest)) if isinstance(node, ast.Name)}
    assert names <= used


def test_cells_were_run_once_from_the_top(notebook: nbformat.NotebookNode) -> None:
    counts = [cell.execution_count for cell in _code(notebook)]
    assert counts == list(range(1, len(counts) + 1))


def test_prose_is_in_pairs(notebook: nbformat.NotebookNode) -> None:
    prose = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    languages = ["".join(tag for tag in _tags(cell) if tag.startswith("lang-")) for cell in prose]
    assert languages == ["lang-en", "lang-id"] * (len(prose) // 2)
    for english, indonesian in zip(prose[::2], prose[1::2], strict=True):
        heads = [re.findall(r"^#+", cell.source, flags=re.MULTILINE) for cell in (english, indonesian)]
        assert heads[0] == heads[1]


def test_prose_holds_no_number_of_the_data(notebook: nbformat.NotebookNode) -> None:
    """Numbers in prose are years, the notebook's own number, or ones spelled out in a choice of method."""
    allowed = re.compile(r"20\d\d|95%|HC1|NB2|`[^`]*`|^#+ \d+\.|\b[12]\b")
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            rest = allowed.sub("", cell.source)
            assert not re.search(r"\d", rest), rest


def test_checked_cells_have_output_and_others_are_silent(notebook: nbformat.NotebookNode) -> None:
    checked = [cell for cell in _code(notebook) if CHECKED in _tags(cell)]
    assert len(checked) >= 5
    assert all(cell.outputs for cell in checked)
    exhibits = [
        output.data[EXHIBIT] for cell in checked for output in cell.outputs if EXHIBIT in output.get("data", {})
    ]
    numbers = [exhibit["number"] for exhibit in exhibits]
    assert numbers == sorted(set(numbers), key=lambda number: [int(part) for part in number.split(".")])
    assert all(exhibit[part] for exhibit in exhibits for part in ("title", "alt", "source", "csv"))


def test_no_error_no_stderr_no_local_path(notebook: nbformat.NotebookNode) -> None:
    for cell in _code(notebook):
        for output in cell.outputs:
            assert output.output_type != "error"
            assert output.get("name") != "stderr"
    text = json.dumps(notebook)
    assert not re.search(r"(?<![\w.:/])/(home|root|tmp|Users|usr|opt|work)/", text)
    assert not re.search(r"[A-Z]:\\\\", text)


def test_metadata_carries_no_trace_of_a_run(notebook: nbformat.NotebookNode) -> None:
    assert "papermill" not in notebook.metadata
    for cell in notebook.cells:
        assert not {"papermill", "execution", "collapsed"} & set(cell.metadata)


def test_cells_are_short_and_define_nothing_long(notebook: nbformat.NotebookNode) -> None:
    for cell in _code(notebook):
        tree = ast.parse(cell.source)
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        assert "sys.path" not in cell.source
        assert len(tree.body) <= 10
        assert not cell.source.lstrip().startswith(("%", "!"))


def _run_nbval(path: Path, home: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval-lax", str(path)]
    environment = {**os.environ, "ZI_HOME": str(home), "COLUMNS": "200"}
    return subprocess.run(command, capture_output=True, text=True, cwd=path.parent, env=environment, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS[::2], ids=lambda path: path.stem)  # all tag their cells alike
def test_a_changed_stored_number_is_seen(path: Path, tmp_path: Path) -> None:
    """One digit of the data of one exhibit is changed in a copy; nbval must fail in just that cell."""
    sabotaged = copy.deepcopy(nbformat.read(path, as_version=4))
    position, output = next(
        (number, output)
        for number, cell in enumerate(_code(sabotaged))
        for output in cell.outputs
        if EXHIBIT in output.get("data", {})
    )
    csv = output.data[EXHIBIT]["csv"]
    place = max(match.start() for match in re.finditer(r"\d", csv))
    output.data[EXHIBIT]["csv"] = csv[:place] + str((int(csv[place]) + 1) % 10) + csv[place + 1 :]
    copied = tmp_path / path.name
    nbformat.write(sabotaged, copied)
    result = _run_nbval(copied, ROOT)
    failed = re.findall(r"FAILED \S*::Cell (\d+)", result.stdout)
    assert result.returncode == 1, result.stdout
    assert failed == [str(position)], result.stdout
