"""Thousands of reports: every one checked first, unchanged ones passed over, the others made by workers."""

import os
import platform
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from zi_analysis.errors import ZiError
from zi_analysis.reporting.folders import clean_half_made
from zi_analysis.reporting.forking import all_modules, can_fork, preload, use_address
from zi_analysis.reporting.homes import at_home
from zi_analysis.reporting.imports import quick_imports
from zi_analysis.reporting.kernels import kernel_environment
from zi_analysis.reporting.lock import only_batch
from zi_analysis.reporting.notebooks import imported_modules, read_notebook
from zi_analysis.reporting.plan import ReportPlan
from zi_analysis.reporting.record import base_record, code_checksum, data_checksums, data_version, report_address
from zi_analysis.reporting.run import RunOptions, report_inputs, run_plan
from zi_analysis.reporting.stores import Store

MADE, UNCHANGED, FAILED = "made", "unchanged", "failed"
_TRIES = 2


@dataclass(frozen=True)
class Task:
    """One report of a batch.

    Parameters
    ----------
    plan : ReportPlan
        Checked; its folder is not used, the store's is.
    name : str
        The report's path below the store's address.

    Examples
    --------
    >>> Task(plan, "35.20")  # doctest: +SKIP
    """

    plan: ReportPlan
    name: str


@dataclass(frozen=True)
class Outcome:
    """What became of a task.

    Parameters
    ----------
    name : str
        The task's name.
    status : str
        "made", "unchanged" or "failed".
    error : str
        Why it failed, in one line that names the cell.
    seconds : float
        Of its making.

    Examples
    --------
    >>> Outcome("35.20", "made").error
    ''
    """

    name: str
    status: str
    error: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class BatchOptions:
    """How a batch is made.

    Parameters
    ----------
    workers : int
        Reports at a time, on this machine.
    force : bool
        Make unchanged reports again.
    pdf : bool
        Print each page to report.pdf too.
    fork : bool
        Fork kernels from a preloaded process, where that can be.
    scheduler : str, optional
        Address of a Dask scheduler, whose workers then make the reports.
    data : str, optional
        Address of the data, for workers that do not share a disk; the plans must have been made with these data.
    ahead : tuple of str
        Functions of this package, as ``module:function``, that the preloaded process calls to read ahead.
    progress : bool
        Show a bar on a terminal.

    Examples
    --------
    >>> BatchOptions(workers=4).force
    False
    """

    workers: int = 2
    force: bool = False
    pdf: bool = False
    fork: bool = True
    scheduler: str | None = None
    data: str | None = None
    ahead: tuple[str, ...] = ()
    progress: bool = True


def run_many(tasks: Sequence[Task], store: Store, *, options: BatchOptions | None = None) -> list[Outcome]:
    """Make the reports of a batch that are not there yet as they would be made now.

    Parameters
    ----------
    tasks : sequence of Task
        All of one project; names differ.
    store : Store
        Where the reports go. A local folder is locked for as long as the batch runs.
    options : BatchOptions, optional
        How.

    Returns
    -------
    list of Outcome
        In the order of the tasks.

    Raises
    ------
    ParameterError
        If the store or the scheduler cannot be used.
    ReportError
        If another batch writes into the folder.
    KeyboardInterrupt
        If the user interrupts; what is complete stays.

    Notes
    -----
    A report is known by the checksum of its notebook, parameters, language, data, package code, versions and Python
    (`record.report_address`). It is passed over when the store holds it whole under the same address, so a batch that
    was killed goes on where it was.

    Examples
    --------
    >>> run_many([], Store("reports/profiles/en"))
    []
    """
    options = options or BatchOptions()
    if not tasks:
        return []
    store.check()
    with _held(store):
        base = base_record(tasks[0].plan.root)
        _tidy(tasks, store)
        waiting, unchanged = _sift(tasks, store, base, options)
        outcomes = {name: Outcome(name, UNCHANGED) for name in unchanged}
        with tqdm(
            total=len(tasks),
            initial=len(unchanged),
            unit="report",
            disable=None if options.progress else True,
            leave=False,
            dynamic_ncols=True,
        ) as bar:
            for outcome in _make_all(waiting, store, base, options):
                outcomes[outcome.name] = outcome
                failed = sum(one.status == FAILED for one in outcomes.values())
                bar.set_postfix_str(f"{failed} failed" if failed else "", refresh=False)
                bar.update()
        _tidy(tasks, store)
    return [outcomes[task.name] for task in tasks]


def _tidy(tasks: Sequence[Task], store: Store) -> None:
    """Remove what dead workers left half made."""
    if store.local is not None:
        for parent in {(store.local / task.name).parent for task in tasks}:
            clean_half_made(parent)


@contextmanager
def _held(store: Store) -> Iterator[None]:
    """Lock a local store; a remote one has no lock, and holds whole reports whoever writes them."""
    if store.local is None:
        yield
        return
    with only_batch(store.local):
        yield


def _sift(
    tasks: Sequence[Task], store: Store, base: Mapping[str, Any], options: BatchOptions
) -> tuple[list[Task], list[str]]:
    """Part the tasks to be done from the names of reports that are there."""
    waiting, unchanged = [], []
    for task in tasks:
        address = report_address(base, report_inputs(task.plan))
        record = None if options.force else store.read_record(task.name)
        complete = record is not None and record.get("address") == address
        if complete and (not options.pdf or _has_pdf(store, task.name)):
            unchanged.append(task.name)
        else:
            waiting.append(task)
    return waiting, unchanged


def _has_pdf(store: Store, name: str) -> bool:
    """Whether a local report has its pdf."""
    return store.local is not None and (store.local / name / "report.pdf").is_file()


def _make_all(tasks: Sequence[Task], store: Store, base: Mapping[str, Any], options: BatchOptions) -> Iterator[Outcome]:
    """Make the reports with whatever executor there is; where a worker dies, its reports are tried again, alone."""
    notebooks = {task.plan.notebook for task in tasks}
    named = {name for path in notebooks for name in imported_modules(read_notebook(path))}
    modules = (*sorted(named), *options.ahead)
    run = RunOptions(pdf=options.pdf, fork=options.fork, tidy=False, base=base, modules=modules)
    waiting = list(tasks)
    while waiting:
        done: set[str] = set()
        try:
            with _executor(options, tasks[0].plan.root, modules, len(waiting)) as executor:
                yield from _collect(executor, waiting, (store, run, options.data), done)
        except BrokenProcessPool:
            undone = [task for task in waiting if task.name not in done]
            suspects = undone[
                : options.workers + 2
            ]  # a pool hands out its tasks in order, so the culprit is among them
            for task in suspects:
                yield _make_alone(task, (store, run, options.data), modules)
            waiting = undone[len(suspects) :]
        else:
            waiting = []


def _make_alone(task: Task, how: tuple[Store, RunOptions, str | None], modules: tuple[str, ...]) -> Outcome:
    """Make a report with a worker to itself, so that its death is nobody else's."""
    for _ in range(_TRIES):
        try:
            with local_executor(1, root=task.plan.root, fork=how[1].fork, modules=modules) as executor:
                return executor.submit(make_one, task, *how).result()
        except BrokenProcessPool:
            continue
    return Outcome(task.name, FAILED, f"its worker died {_TRIES} times; often the memory ran out")


def _collect(
    executor: Executor, tasks: Sequence[Task], how: tuple[Store, RunOptions, str | None], done: set[str]
) -> Iterator[Outcome]:
    """Yield outcomes as they come; on an interrupt drop what has not begun."""
    futures: list[Future[Outcome]] = []
    try:
        futures += [executor.submit(make_one, task, *how) for task in tasks]
        for future in as_completed(futures):
            outcome = future.result()
            done.add(outcome.name)
            yield outcome
    except BaseException:
        for future in futures:
            future.cancel()
        raise


def make_one(task: Task, store: Store, run: RunOptions, data: str | None = None) -> Outcome:
    """Make one report; what a worker does.

    Parameters
    ----------
    task : Task
        The report.
    store : Store
        Where it goes.
    run : RunOptions
        How, with the record's common part taken by the batch.
    data : str, optional
        Address of the data, when they are not those of the project.

    Returns
    -------
    Outcome
        Never raises for a report that fails.

    Examples
    --------
    >>> make_one(task, Store("reports"), RunOptions()).status  # doctest: +SKIP
    'made'
    """
    began = time.perf_counter()
    try:
        plan = at_home(task.plan, data)
        _check_worker(plan.root, run.base or {})
        with store.new_report(task.name) as folder:
            run_plan(replace(plan, folder=folder), options=run)
    except ZiError as error:
        return Outcome(task.name, FAILED, " ".join(str(error).split()), time.perf_counter() - began)
    except OSError as error:
        told = f"{error.strerror or error} ({error.filename or 'no file named'})"
        return Outcome(task.name, FAILED, told, time.perf_counter() - began)
    except Exception as error:  # noqa: BLE001  one report must not end the batch
        return Outcome(task.name, FAILED, f"{type(error).__name__}: {error}", time.perf_counter() - began)
    return Outcome(task.name, MADE, seconds=time.perf_counter() - began)


_checked: set[tuple[str, str]] = set()


def _check_worker(root: Path, base: Mapping[str, Any]) -> None:
    """Refuse to work with other data or code than the batch was planned with; looked at once in a process."""
    key = (base.get("data", {}).get("version", ""), base.get("code", {}).get("sha256", ""))
    if key in _checked:
        return
    here = (data_version(data_checksums(root)), code_checksum())
    for what, planned, found in zip(("data", "package code"), key, here, strict=True):
        if planned != found:
            raise ZiError(
                f"worker {platform.node()} has other {what} ({found[:12]}) than the batch was planned with "
                f"({planned[:12]}); bring the same state of the project to every worker"
            )
    _checked.add(key)


@contextmanager
def _executor(options: BatchOptions, root: Path, modules: tuple[str, ...], jobs: int) -> Iterator[Executor]:
    """Give the executor of a Dask cluster, or processes of this machine."""
    if options.scheduler is not None:
        from zi_analysis.reporting.cluster import cluster_executor

        with cluster_executor(options.scheduler) as executor:
            yield executor
        return
    with local_executor(min(options.workers, jobs), root=root, fork=options.fork, modules=modules) as executor:
        yield executor


@contextmanager
def local_executor(workers: int, *, root: Path, fork: bool = True, modules: Sequence[str] = ()) -> Iterator[Executor]:
    """Give processes that make reports, with one preloaded process that all their kernels are forked from.

    Parameters
    ----------
    workers : int
        Processes.
    root : Path
        Project root.
    fork : bool
        Whether kernels are to be forked.
    modules : sequence of str
        What the preloaded process imports.

    Yields
    ------
    Executor

    Examples
    --------
    >>> with local_executor(2, root=Path(".")) as executor:  # doctest: +SKIP
    ...     executor.submit(make_one, task, store, options)
    """
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    address = preload(kernel_environment(root), all_modules(modules)) if fork and can_fork() else None
    _import_tools()  # while the preloaded process imports its own
    forked = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if forked else "spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin_worker, initargs=(address, os.getpid()))
    try:
        yield pool
    except BaseException:
        _stop(pool)
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _stop(pool: Any) -> None:
    """End the workers at once; their kernels end with them."""
    for process in list((getattr(pool, "_processes", None) or {}).values()):
        process.terminate()


def _import_tools() -> None:
    """Import what makes a report, so that forked workers have it."""
    with quick_imports():
        import papermill  # noqa: F401

    from zi_analysis.reporting import crate, engine, kernelclient, pages, provisioner  # noqa: F401


def _begin_worker(address: str | None, owner: int) -> None:
    """Prepare a worker: interrupts are its owner's, and it ends when its owner does."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if address is not None:
        use_address(address)
    threading.Thread(target=_end_with, args=(owner,), daemon=True).start()


def _end_with(owner: int) -> None:
    """End this process soon after its owner has ended."""
    while os.getppid() == owner:
        time.sleep(0.5)
    os._exit(1)


def summary_lines(outcomes: Sequence[Outcome], *, seconds: float, short: Callable[[str], str] = str) -> list[str]:
    """Say what became of a batch, its failures last.

    Parameters
    ----------
    outcomes : sequence of Outcome
        From `run_many`.
    seconds : float
        Of the whole batch.
    short : callable
        Writes a task's name.

    Returns
    -------
    list of str

    Examples
    --------
    >>> summary_lines([Outcome("a", "made"), Outcome("b", "failed", "cell 3 failed: x")], seconds=2)
    ['1 made, 0 unchanged, 1 failed in 2.0 s', 'b: cell 3 failed: x']
    """
    counted = {status: sum(one.status == status for one in outcomes) for status in (MADE, UNCHANGED, FAILED)}
    first = ", ".join(f"{count} {status}" for status, count in counted.items()) + f" in {seconds:.1f} s"
    return [first, *(f"{short(one.name)}: {one.error}" for one in outcomes if one.status == FAILED)]
