"""Thousands of reports: every one checked first, unchanged ones passed over, the others made by workers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm

from zi_analysis.reporting.executors import batch_executor, local_executor
from zi_analysis.reporting.folders import clean_half_made
from zi_analysis.reporting.lock import only_batch
from zi_analysis.reporting.notebooks import imported_modules, read_notebook
from zi_analysis.reporting.record import base_record
from zi_analysis.reporting.run import RunOptions
from zi_analysis.reporting.stores import Store
from zi_analysis.reporting.tasks import FAILED, UNCHANGED, BatchOptions, Outcome, Task
from zi_analysis.reporting.unchanged import sift_unchanged
from zi_analysis.reporting.worker import make_one

_TRIES = 2


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
        waiting, unchanged = sift_unchanged(tasks, store, base, options)
        outcomes = {name: Outcome(name, UNCHANGED) for name in unchanged}
        making = _make_all(waiting, store, base, options)
        for outcome in _counted(making, done=len(unchanged), total=len(tasks), progress=options.progress):
            outcomes[outcome.name] = outcome
        _tidy(tasks, store)
    return [outcomes[task.name] for task in tasks]


@contextmanager
def _held(store: Store) -> Iterator[None]:
    """Lock a local store; a remote one has no lock, and holds whole reports whoever writes them."""
    if store.local is None:
        yield
        return
    with only_batch(store.local):
        yield


def _tidy(tasks: Sequence[Task], store: Store) -> None:
    """Remove what dead workers left half made."""
    if store.local is not None:
        for parent in {(store.local / task.name).parent for task in tasks}:
            clean_half_made(parent)


def _counted(outcomes: Iterable[Outcome], *, done: int, total: int, progress: bool) -> Iterator[Outcome]:
    """Pass outcomes on, counting them on a bar."""
    hidden = None if progress else True  # None: hidden where there is no terminal
    failed = 0
    with tqdm(total=total, initial=done, unit="report", disable=hidden, leave=False, dynamic_ncols=True) as bar:
        for outcome in outcomes:
            failed += outcome.status == FAILED
            bar.set_postfix_str(f"{failed} failed" if failed else "", refresh=False)
            bar.update()
            yield outcome


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
            with batch_executor(options, root=tasks[0].plan.root, modules=modules, jobs=len(waiting)) as executor:
                yield from _collect(executor, waiting, (store, run, options.data), done)
        except BrokenProcessPool:
            undone = [task for task in waiting if task.name not in done]
            # a pool hands out its tasks in order, so the culprit is among the first
            suspects = undone[: options.workers + 2]
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
