"""What a batch is given and what it gives back: tasks, how to make them, outcomes, the account of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zi_analysis.reporting.plan import ReportPlan

MADE, UNCHANGED, FAILED = "made", "unchanged", "failed"


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
