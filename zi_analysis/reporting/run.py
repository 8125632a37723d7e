"""One report: notebook run in a kernel of its own; page, exhibits and run record written."""

import json
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zi_analysis.errors import ZiError
from zi_analysis.reporting.folders import NOTEBOOK, PAGE, PDF, RECORD, failed_folder, new_folder
from zi_analysis.reporting.imports import quick_imports
from zi_analysis.reporting.kernels import Execution, ReportError, Stop, execute
from zi_analysis.reporting.notebooks import imported_modules, read_notebook, with_steady_ids
from zi_analysis.reporting.outputs import TakenExhibit, cell_seconds, normalise, take_exhibits, warning_lines
from zi_analysis.reporting.pages import page_html
from zi_analysis.reporting.plan import ReportPlan, injected_parameters, plan_report
from zi_analysis.reporting.record import base_record, file_checksum, report_address, rerun_command, utc_now


@dataclass(frozen=True)
class RunOptions:
    """How a report is made; its numbers do not depend on it.

    Parameters
    ----------
    start_timeout : int
        Seconds to wait for the kernel.
    pdf : bool
        Print the page to report.pdf too.
    fork : bool
        Fork the kernel from a preloaded process, where that can be.
    tidy : bool
        Remove first what dead runs left half made beside the report.
    base : mapping, optional
        From `base_record`, when it was taken before for many reports.
    modules : tuple of str, optional
        What the preloaded process imports; what the notebook does, when left out.

    Examples
    --------
    >>> RunOptions().fork
    True
    """

    start_timeout: int = 60
    pdf: bool = False
    fork: bool = True
    tidy: bool = True
    base: Mapping[str, Any] | None = None
    modules: tuple[str, ...] | None = None


@dataclass(frozen=True)
class ReportRun:
    """A report that was made.

    Parameters
    ----------
    folder, html : Path
        The report's folder and page.
    exhibits : tuple of Path
        The exhibits' files, in the order of the notebook.
    record : dict
        The run record, as in run.json.
    seconds : float
        Time from start to finish.

    Examples
    --------
    >>> run_report("03-count-models").html.name  # doctest: +SKIP
    'index.html'
    """

    folder: Path
    html: Path
    exhibits: tuple[Path, ...]
    record: dict[str, Any]
    seconds: float


def run_report(
    notebook: Path | str,
    *,
    parameters: Mapping[str, Any] | None = None,
    language: str | None = None,
    output: Path | str | None = None,
    root: Path | str | None = None,
    on_cell: Callable[[], object] | None = None,
    start_timeout: int = 60,
    pdf: bool = False,
    fork: bool = True,
) -> ReportRun:
    """Run a notebook with parameters and keep its page, exhibits and run record.

    The report takes the place of an earlier one only when it is complete; a failed or interrupted run leaves
    the last good report as it was.

    Parameters
    ----------
    notebook : path or str
        Path, stem or unique beginning of a stem, such as "03".
    parameters : mapping, optional
        Name to value, see `check_parameters`; the others keep the notebook's defaults.
    language : str, optional
        "en" or "id"; the notebook's default when left out.
    output : path, optional
        Folder of the report; ``reports/<stem>/<language>[--name=value...]`` when left out.
    root : path, optional
        A folder inside the project whose data are used.
    on_cell : callable, optional
        Called after each cell that ran.
    start_timeout : int
        Seconds to wait for the kernel.
    pdf : bool
        Print the page to report.pdf too, with Chromium.
    fork : bool
        Fork the kernel from a preloaded process, where that can be; else start a plain one.

    Returns
    -------
    ReportRun

    Raises
    ------
    ParameterError
        If the notebook or a parameter is not valid; no kernel was started.
    ReportError
        If the output folder cannot be used, a cell fails or an exhibit is incomplete.

    Examples
    --------
    >>> run_report("03-count-models", parameters={"first_year": 2018}, language="id")  # doctest: +SKIP
    """
    plan = plan_report(notebook, parameters=parameters, language=language, output=output, root=root)
    return run_plan(plan, on_cell=on_cell, options=RunOptions(start_timeout=start_timeout, pdf=pdf, fork=fork))


def run_plan(
    plan: ReportPlan,
    *,
    on_cell: Callable[[], object] | None = None,
    stop: Stop | None = None,
    options: RunOptions | None = None,
) -> ReportRun:
    """Make the report that was planned.

    Parameters
    ----------
    plan : ReportPlan
        From `plan_report`.
    on_cell : callable, optional
        Called after each cell that ran.
    stop : Stop, optional
        Ends the run from another thread.
    options : RunOptions, optional
        How it is made; the defaults when left out.

    Returns
    -------
    ReportRun

    Raises
    ------
    ReportError
        If a cell fails, an exhibit is incomplete or the pdf cannot be printed.

    Examples
    --------
    >>> run_plan(plan_report("03-count-models")).seconds > 0  # doctest: +SKIP
    True
    """
    began, started = time.perf_counter(), utc_now()
    options = options or RunOptions()
    base = base_record(plan.root) if options.base is None else dict(options.base)
    inputs = report_inputs(plan)
    record = base | inputs | {"address": report_address(base, inputs), "subject": subject_of(plan), "started": started}
    with new_folder(plan.folder, tidy=options.tidy) as folder:
        content = read_notebook(plan.notebook)
        execution = execute(
            with_steady_ids(content),
            parameters=injected_parameters(plan),
            folder=plan.notebook.parent,
            root=plan.root,
            on_cell=on_cell,
            stop=stop,
            start_timeout=options.start_timeout,
            fork=options.fork,
            modules=imported_modules(content) if options.modules is None else options.modules,
        )
        notebook = normalise(execution.notebook)
        _raise_for_fault(execution, notebook, plan)
        exhibits = _exhibits_of(notebook, plan)
        record["cells"] = cell_seconds(execution.notebook)
        record["warnings"] = warning_lines(notebook)
        _write(folder, notebook, exhibits, record, plan)
        if options.pdf:
            from zi_analysis.reporting.printing import print_pdf

            print_pdf(folder / PAGE, folder / PDF)
        record["files"] = _whole_files(folder)
        record["finished"], record["seconds"] = utc_now(), round(time.perf_counter() - began, 3)
        _write_json(folder / RECORD, record)
        _describe(folder, record)
    shutil.rmtree(failed_folder(plan.folder), ignore_errors=True)
    files = tuple(plan.folder / name for exhibit in record["exhibits"] for name in exhibit["files"])
    return ReportRun(plan.folder, plan.folder / PAGE, files, record, record["seconds"])


def subject_of(plan: ReportPlan) -> str:
    """Name what a report is about, where a parameter decides that.

    Parameters
    ----------
    plan : ReportPlan
        From `plan_report`.

    Returns
    -------
    str
        Name of the agency; empty for a report on all of them.

    Examples
    --------
    >>> subject_of(plan_report("03"))  # doctest: +SKIP
    ''
    """
    if "agency_id" not in plan.parameters:
        return ""
    from zi_analysis.evidence.once import load_once
    from zi_analysis.evidence.profiled import profiled_agencies

    agencies = profiled_agencies(load_once("agencies", root=plan.root)).set_index("agency_id")["agency"]
    return str(agencies.get(plan.parameters["agency_id"], ""))


def _describe(folder: Path, record: dict[str, Any]) -> None:
    """Write the research crate beside the record."""
    from zi_analysis.reporting.crate import write_crate

    write_crate(folder, record)


def report_inputs(plan: ReportPlan) -> dict[str, Any]:
    """Return what the record says of the plan.

    Parameters
    ----------
    plan : ReportPlan
        From `plan_report`.

    Returns
    -------
    dict
        notebook (path, sha256), language, parameters, changed, command.

    Examples
    --------
    >>> report_inputs(plan_report("03"))["language"]  # doctest: +SKIP
    'en'
    """
    inside = plan.notebook.parent == plan.root / "notebooks"
    return {
        "notebook": {"path": plan.name, "sha256": file_checksum(plan.notebook)},
        "language": plan.language,
        "parameters": plan.parameters,
        "changed": plan.changed,
        "command": rerun_command(plan.notebook.stem if inside else plan.name, plan.language, plan.changed),
    }


def _raise_for_fault(execution: Execution, notebook: Any, plan: ReportPlan) -> None:
    """Keep the notebook of a failed run and say which cell failed."""
    fault = execution.fault or _early_exit(notebook)
    if fault is None:
        return
    cell = _last_started(execution.notebook)
    kept = _keep_failed(notebook, plan)
    raise ReportError(f"{plan.notebook.stem}: cell {cell} failed: {_told(fault)} (notebook left at {kept})")


def _keep_failed(notebook: Any, plan: ReportPlan) -> Path:
    """Leave the notebook of a failed run beside the report and return where."""
    place = failed_folder(plan.folder)
    place.mkdir(exist_ok=True)
    kept = place / "failed.ipynb"
    _write_notebook(kept, notebook)
    return kept.relative_to(plan.root) if kept.is_relative_to(plan.root) else kept


def _exhibits_of(notebook: Any, plan: ReportPlan) -> list[TakenExhibit]:
    """Take the exhibits, or say which one is not whole and keep the notebook."""
    try:
        return take_exhibits(notebook)
    except ReportError as error:
        kept = _keep_failed(notebook, plan)
        raise ReportError(f"{plan.notebook.stem}: {error} (notebook left at {kept})") from error


def _early_exit(notebook: Any) -> str | None:
    """Tell of a cell that left the notebook by SystemExit, which papermill takes for an end."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                return f"{output['ename']}: {output['evalue']}"
    return None


def _last_started(executed: Any) -> int:
    """Return the number of the last code cell that was started."""
    return sum(
        cell["cell_type"] == "code"
        and bool(cell["source"].strip())
        and bool(cell["metadata"].get("papermill", {}).get("start_time"))
        for cell in executed["cells"]
    )


def _told(fault: str) -> str:
    """Return a fault's first line; an error that the workbook raised on purpose is told whole."""
    kind, _, message = fault.partition(": ")
    if kind in _own_errors() and message.strip():
        return " ".join(message.split())
    return fault.strip().splitlines()[0].rstrip(": ")


def _own_errors() -> set[str]:
    """Name the errors of the workbook."""
    waiting, names = [ZiError], set()
    while waiting:
        kind = waiting.pop()
        names.add(kind.__name__)
        waiting += kind.__subclasses__()
    return names


def _write(folder: Path, notebook: Any, exhibits: list[TakenExhibit], record: dict[str, Any], plan: ReportPlan) -> None:
    """Write notebook, exhibits and page, and note the exhibits' checksums in the record."""
    _write_notebook(folder / NOTEBOOK, notebook)
    (folder / "exhibits").mkdir()
    record["exhibits"] = [_written_exhibit(folder, exhibit) for exhibit in exhibits]
    page = page_html(notebook, record=record, defaults=plan.defaults)
    (folder / PAGE).write_text(page, encoding="utf-8", newline="\n")


def _whole_files(folder: Path) -> dict[str, str]:
    """Return the checksums of what was made beside the exhibits; the page, written before, cannot tell its own."""
    return {name: file_checksum(folder / name) for name in (PAGE, NOTEBOOK, PDF) if (folder / name).is_file()}


def _written_exhibit(folder: Path, exhibit: TakenExhibit) -> dict[str, Any]:
    """Write the files of one exhibit and return its entry for the record."""
    checksums = {}
    for ending, content in sorted(exhibit.files.items()):
        name = f"exhibits/{exhibit.number}.{ending}"
        (folder / name).write_bytes(content)
        checksums[name] = file_checksum(folder / name)
    return {
        "number": exhibit.number,
        "kind": exhibit.kind,
        "title": exhibit.title,
        "source": exhibit.source,
        "files": checksums,
    }


def _write_notebook(path: Path, notebook: Any) -> None:
    """Write a notebook file."""
    with quick_imports():
        import nbformat

    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")


def _write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a json file that reads well in a diff."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
