"""Which reports of a batch are there already, by the address of what they are made from."""

from collections.abc import Mapping, Sequence
from typing import Any

from zi_analysis.reporting.record import report_address
from zi_analysis.reporting.run import report_inputs
from zi_analysis.reporting.stores import Store
from zi_analysis.reporting.tasks import BatchOptions, Task


def sift_unchanged(
    tasks: Sequence[Task], store: Store, base: Mapping[str, Any], options: BatchOptions
) -> tuple[list[Task], list[str]]:
    """Part the tasks to be done from the names of reports that are there as they would be made now.

    Parameters
    ----------
    tasks : sequence of Task
        Of a batch.
    store : Store
        Where the reports go.
    base : mapping
        The part of the run record that all reports of the batch share.
    options : BatchOptions
        Whether to pass over anything, and what a whole report holds.

    Returns
    -------
    list of Task
        Still to be made.
    list of str
        Names of reports that are there.

    Examples
    --------
    >>> sift_unchanged([], Store("reports"), {}, BatchOptions())
    ([], [])
    """
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
