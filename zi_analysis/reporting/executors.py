"""Where the reports of a batch are made: processes of this machine, or a cluster."""

import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zi_analysis.reporting.forking import all_modules, can_fork, preload, use_address
from zi_analysis.reporting.imports import quick_imports
from zi_analysis.reporting.kernels import kernel_environment
from zi_analysis.reporting.tasks import BatchOptions


@contextmanager
def batch_executor(options: BatchOptions, *, root: Path, modules: Sequence[str], jobs: int) -> Iterator[Executor]:
    """Give the executor of a Dask cluster, or processes of this machine.

    Parameters
    ----------
    options : BatchOptions
        Name the scheduler, or the number of workers here.
    root : Path
        Project root.
    modules : sequence of str
        What the preloaded process imports.
    jobs : int
        Reports to make; more workers are not begun.

    Yields
    ------
    Executor

    Raises
    ------
    ParameterError
        If no scheduler answers.

    Examples
    --------
    >>> with batch_executor(BatchOptions(), root=Path("."), modules=(), jobs=2) as executor:  # doctest: +SKIP
    ...     executor.submit(make_one, task, store, options)
    """
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
