"""Many reports, two at a time: kernels are processes of their own, so threads are enough to wait for them."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from zi_analysis.errors import ParameterError
from zi_analysis.reporting.imports import quick_imports
from zi_analysis.reporting.kernels import Stop
from zi_analysis.reporting.notebooks import imported_modules, read_notebook
from zi_analysis.reporting.plan import ReportPlan, plan_report, planned_cells
from zi_analysis.reporting.run import ReportRun, RunOptions, run_plan


@dataclass(frozen=True)
class ReportJob:
    """One report to make; the fields are those of `run_report`.

    Parameters
    ----------
    notebook : path or str
        Path, stem or unique beginning of a stem.
    parameters : mapping
        Name to value.
    language : str, optional
        "en" or "id".
    output : path, optional
        Folder of the report.

    Examples
    --------
    >>> ReportJob("03-count-models", language="id").parameters
    {}
    """

    notebook: Path | str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    language: str | None = None
    output: Path | str | None = None


@dataclass(frozen=True)
class JobResult:
    """What became of a job.

    Parameters
    ----------
    plan : ReportPlan
        What was to be made.
    run : ReportRun or None
        The report, when it was made.
    error : Exception or None
        Why it was not.

    Examples
    --------
    >>> [result.plan.name for result in run_batch(jobs) if result.error]  # doctest: +SKIP
    []
    """

    plan: ReportPlan
    run: ReportRun | None
    error: BaseException | None


def run_batch(
    jobs: Iterable[ReportJob],
    *,
    workers: int = 2,
    root: Path | str | None = None,
    progress: bool = True,
    options: RunOptions | None = None,
) -> list[JobResult]:
    """Make several reports; one that fails does not keep the others from being made.

    Parameters
    ----------
    jobs : iterable of ReportJob
        All are checked before the first kernel starts.
    workers : int
        Reports made at the same time.
    root : path, optional
        A folder inside the project.
    progress : bool
        Show one bar, on a terminal, that counts the cells of all reports.
    options : RunOptions, optional
        How the reports are made.

    Returns
    -------
    list of JobResult
        In the order of the jobs.

    Raises
    ------
    ParameterError
        If a job is not valid, or two would be written to the same folder.
    KeyboardInterrupt
        If the user interrupts; kernels are ended and reports in the making are given up.

    Examples
    --------
    >>> run_batch([ReportJob("03", language="en"), ReportJob("03", language="id")])  # doctest: +SKIP
    """
    plans = plan_batch(jobs, workers=workers, root=root)
    if not plans:
        return []
    with quick_imports():  # once, here: imports from several threads would meet half-loaded modules
        import nbconvert  # noqa: F401
        import papermill  # noqa: F401
    modules = sorted({name for plan in plans for name in imported_modules(read_notebook(plan.notebook))})
    options = replace(options or RunOptions(), modules=tuple(modules))
    total = sum(map(planned_cells, plans))
    with tqdm(total=total, unit="cell", disable=None if progress else True, leave=False) as bar:
        futures = _run_all(plans, workers, lambda: bar.update(1), options)
    return [
        JobResult(plan, None if future.exception() else future.result(), future.exception())
        for plan, future in zip(plans, futures, strict=True)
    ]


def plan_batch(jobs: Iterable[ReportJob], *, workers: int = 2, root: Path | str | None = None) -> list[ReportPlan]:
    """Check all jobs of a batch.

    Parameters
    ----------
    jobs : iterable of ReportJob
        The reports to make.
    workers : int
        Reports made at the same time.
    root : path, optional
        A folder inside the project.

    Returns
    -------
    list of ReportPlan
        In the order of the jobs.

    Raises
    ------
    ParameterError
        If a job is not valid, two share a folder, or workers is less than 1.

    Examples
    --------
    >>> plan_batch([])
    []
    """
    if workers < 1:
        raise ParameterError(f"workers = {workers} is too few; give 1 or more")
    plans = [
        plan_report(job.notebook, parameters=job.parameters, language=job.language, output=job.output, root=root)
        for job in jobs
    ]
    folders = [plan.folder for plan in plans]
    for folder in folders:
        if folders.count(folder) > 1:
            raise ParameterError(f"two reports would be written to {folder}; name each notebook once")
    return plans


def _run_all(
    plans: list[ReportPlan], workers: int, on_cell: Callable[[], object], options: RunOptions
) -> list[Future[ReportRun]]:
    """Run the plans in threads and wait; on an interrupt end their kernels first."""
    stop = Stop()
    with ThreadPoolExecutor(max_workers=workers) as pool:
        futures = [pool.submit(run_plan, plan, on_cell=on_cell, stop=stop, options=options) for plan in plans]
        try:
            wait(futures)
        except BaseException:
            stop.pull()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return futures
