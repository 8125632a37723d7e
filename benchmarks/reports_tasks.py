"""What one measured process does: make reports in one way. Run by reports_ways.py, never by hand."""

import ast
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
PROFILE = "09-agency-profile"
WARMING = 3  # reports made before the clock counts


def notebook_path(name: str) -> Path:
    """The notebook's file."""
    return ROOT / "notebooks" / f"{name}.ipynb"


def with_parameters(name: str, values: dict):
    """A notebook with its parameters written into its parameters cell."""
    import nbformat

    node = nbformat.read(notebook_path(name), 4)
    (cell,) = [cell for cell in node.cells if "parameters" in cell.metadata.get("tags", [])]
    cell.source += "\n" + "\n".join(f"{key} = {value!r}" for key, value in values.items())
    return node


def papermill_command(name: str, runs: list[dict], place: Path) -> None:
    """The papermill command in a loop, and nbconvert's html of each."""
    for number, values in enumerate(runs):
        out = place / f"{number}.ipynb"
        words = [
            word
            for key, value in values.items()
            for word in ("-r" if isinstance(value, str) else "-p", key, str(value))
        ]
        command = [
            BIN / "papermill",
            notebook_path(name),
            out,
            *words,
            "--cwd",
            ROOT / "notebooks",
            "--no-progress-bar",
        ]
        subprocess.run(command, check=True, capture_output=True)
        export(out)


def export(path: Path) -> None:
    """A notebook's page, in this process, as a user of the API would write it."""
    from nbconvert import HTMLExporter

    page, _ = HTMLExporter(exclude_input=True).from_filename(str(path))
    path.with_suffix(".html").write_text(page, encoding="utf-8")


def nbconvert_command(name: str, runs: list[dict], place: Path) -> None:
    """`jupyter nbconvert --execute` in a loop; parameters are written into the notebook."""
    import nbformat

    for number, values in enumerate(runs):
        source = place / f"{number}.ipynb"
        nbformat.write(with_parameters(name, values), source)
        command = [BIN / "jupyter", "nbconvert", "--execute", "--to", "html", "--no-input", source]
        subprocess.run(command, check=True, capture_output=True)


def papermill_api(name: str, runs: list[dict], place: Path) -> None:
    """papermill's API in one process."""
    import papermill

    for number, values in enumerate(runs):
        out = place / f"{number}.ipynb"
        papermill.execute_notebook(
            str(notebook_path(name)), str(out), parameters=values, cwd=str(ROOT / "notebooks"), progress_bar=False
        )
        export(out)


def ploomber(name: str, runs: list[dict], place: Path) -> None:
    """ploomber-engine: no kernel, one process whose modules all reports share."""
    from ploomber_engine import execute_notebook

    for number, values in enumerate(runs):
        out = place / f"{number}.ipynb"
        execute_notebook(
            str(notebook_path(name)),
            str(out),
            parameters=values,
            cwd=str(ROOT / "notebooks"),
            verbose=False,
            progress_bar=False,
            log_output=False,
        )
        export(out)


def ours(name: str, runs: list[dict], place: Path) -> None:
    """Our batch; with exhibits, page, record and crate."""
    from zi_analysis.reporting.many import run_many
    from zi_analysis.reporting.plan import plan_report
    from zi_analysis.reporting.profiles import AHEAD
    from zi_analysis.reporting.stores import Store
    from zi_analysis.reporting.tasks import BatchOptions, Task

    tasks = [Task(plan_report(name, parameters=values), str(number)) for number, values in enumerate(runs)]
    ahead = (AHEAD,) if name.startswith("09") else ()
    outcomes = run_many(tasks, Store(str(place / "out")), options=BatchOptions(progress=False, ahead=ahead))
    failed = [one for one in outcomes if one.status != "made"]
    if failed:
        raise RuntimeError(failed[0].error)


def floor(name: str, runs: list[dict], place: Path) -> None:
    """The same code as a plain function call in one warm process: no kernel, no page, nothing written."""
    cells = compiled(name)
    for values in runs:
        call(cells, values)


def compiled(name: str) -> list[tuple]:
    """The code cells, compiled once; the last expression of a cell apart, as a notebook shows it."""
    import nbformat

    cells = []
    for cell in nbformat.read(notebook_path(name), 4).cells:
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        tree = ast.parse(cell.source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        shown = compile(ast.Expression(last.value), name, "eval") if last else None
        cells.append((compile(tree, name, "exec"), shown, "parameters" in cell.metadata.get("tags", [])))
    return cells


def call(cells: list[tuple], values: dict) -> None:
    """Run the cells in one namespace; exhibits are drawn as a notebook would."""
    import matplotlib.pyplot as plt

    space: dict = {"__name__": "__main__"}
    for code, shown, is_parameters in cells:
        exec(code, space)
        if is_parameters:
            space.update(values)
        result = eval(shown, space) if shown else None
        if hasattr(result, "bundle"):
            result.bundle()
    plt.close("all")


def alone(name: str) -> None:
    """The kernel's own work: its imports and cells, once, cold."""
    os.environ.setdefault("MPLBACKEND", "agg")
    os.chdir(ROOT / "notebooks")
    call(compiled(name), {})


def phases(times: int = 20) -> dict[str, float]:
    """Seconds of each phase of a warm profile."""
    found: dict[str, list[float]] = {}
    clock_phases(found)
    time_reports(found, times)
    time_floor(found, times)
    return {label: statistics.median(seconds[-times:]) for label, seconds in found.items()}


def clock_phases(found: dict[str, list[float]]) -> None:
    """Have each part of the making of a report note its seconds."""
    from zi_analysis.reporting import kernelclient, pages, run

    clocked(found, run, "execute", "kernel in all")
    clocked(found, run, "page_html", "page")
    clocked(found, run, "_describe", "research crate")
    clocked(found, run, "_write", "files and page")
    clocked(found, pages, "page_html", "page alone")
    ready = kernelclient.QuickClient.wait_for_ready

    async def timed_ready(self, timeout=None):
        began = time.perf_counter()
        await ready(self, timeout)
        found.setdefault("kernel ready", []).append(time.perf_counter() - began)

    kernelclient.QuickClient.wait_for_ready = timed_ready


def clocked(found: dict[str, list[float]], owner, name: str, label: str) -> None:
    """Put a clock around one function."""
    plain = getattr(owner, name)

    def timed(*words, **named):
        began = time.perf_counter()
        try:
            return plain(*words, **named)
        finally:
            found.setdefault(label, []).append(time.perf_counter() - began)

    setattr(owner, name, timed)


def time_reports(found: dict[str, list[float]], times: int) -> None:
    """Make one profile again and again with everything warm."""
    from zi_analysis.reporting import run
    from zi_analysis.reporting.executors import local_executor
    from zi_analysis.reporting.plan import plan_report
    from zi_analysis.reporting.profiles import AHEAD
    from zi_analysis.reporting.record import base_record

    content = json.loads(notebook_path(PROFILE).read_text(encoding="utf-8"))
    modules = (*run.imported_modules(content), AHEAD)
    options = run.RunOptions(base=base_record(ROOT), tidy=False, modules=modules)
    with tempfile.TemporaryDirectory() as place, local_executor(1, root=ROOT, modules=modules):
        for number in range(times + WARMING):
            plan = plan_report(PROFILE, output=f"{place}/report")
            began = time.perf_counter()
            made = run.run_plan(plan, options=options)
            if number >= WARMING:
                found.setdefault("whole report", []).append(time.perf_counter() - began)
                found.setdefault("cells", []).append(sum(cell["seconds"] for cell in made.record["cells"]))


def time_floor(found: dict[str, list[float]], times: int) -> None:
    """The same code as a plain function call."""
    cells = compiled(PROFILE)
    call(cells, {})
    for _ in range(times):
        began = time.perf_counter()
        call(cells, {})
        found.setdefault("floor (plain call)", []).append(time.perf_counter() - began)


TASKS = {
    "papermill command": papermill_command,
    "nbconvert command": nbconvert_command,
    "papermill API": papermill_api,
    "ploomber-engine": ploomber,
    "ours": ours,
    "floor": floor,
}

if __name__ == "__main__":
    if sys.argv[1] == "phases":
        os.environ.setdefault("ZI_HOME", str(ROOT))
        sys.stdout.write(json.dumps(phases()) + "\n")
    else:
        way, name, told, place = sys.argv[1:]
        if way == "floor":
            os.environ["MPLBACKEND"] = "agg"
            os.chdir(ROOT / "notebooks")
        TASKS[way](name, json.loads(Path(told).read_text()), Path(place))
