"""What a worker of a batch does: make one report, and never raise for one that fails."""

import platform
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from zi_analysis.errors import ZiError
from zi_analysis.reporting.homes import at_home
from zi_analysis.reporting.record import code_checksum, data_checksums, data_version
from zi_analysis.reporting.run import RunOptions, run_plan
from zi_analysis.reporting.stores import Store
from zi_analysis.reporting.tasks import FAILED, MADE, Outcome, Task

_checked: set[tuple[str, str]] = set()


def make_one(task: Task, store: Store, run: RunOptions, data: str | None = None) -> Outcome:
    """Make one report.

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
