"""One notebook over a grid of parameters."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from zi_analysis.errors import ParameterError
from zi_analysis.reporting.folders import parameter_label
from zi_analysis.reporting.grids import Grid
from zi_analysis.reporting.homes import working_home
from zi_analysis.reporting.index_entries import IndexEntry
from zi_analysis.reporting.index_write import Batch, make_batch
from zi_analysis.reporting.notebooks import find_notebook
from zi_analysis.reporting.plan import plan_report
from zi_analysis.reporting.stores import Store
from zi_analysis.reporting.tasks import BatchOptions, Outcome, Task

_SHOWN = 5  # refused combinations that are told


def make_sweep(
    notebook: Path | str,
    grid: Grid,
    *,
    languages: Sequence[str] = ("en",),
    output: str | None = None,
    options: BatchOptions | None = None,
    command: str = "zi sweep",
    root: Path | str | None = None,
) -> Batch:
    """Make a report for every combination of a grid.

    Parameters
    ----------
    notebook : path or str
        As for `run_report`.
    grid : Grid
        From `read_grid`. Every combination is checked before the first kernel starts.
    languages : sequence of str
        "en", "id" or both, where the grid does not name the language.
    output : str, optional
        Folder or address; ``reports/sweeps/<notebook>`` when left out.
    options : BatchOptions, optional
        How the batch is made.
    command : str
        Shown on the index page.
    root : path, optional
        A folder inside the project.

    Returns
    -------
    Batch

    Raises
    ------
    ParameterError
        If a combination is not valid (all that are not are counted, the first are told), or two are the same.
    ReportError
        As `run_many`.

    Examples
    --------
    >>> make_sweep("03", grid_of({"grid": {"first_year": [2016, 2018]}}, "grid.yml"))  # doctest: +SKIP
    """
    tasks = plan_sweep(notebook, grid, languages=languages, root=root)
    plan = tasks[0].plan
    store = Store(output or str(working_home(root) / "reports" / "sweeps" / plan.notebook.stem))
    spoken = list(dict.fromkeys(task.plan.language for task in tasks))

    def entry(task: Task, outcome: Outcome) -> IndexEntry:
        """Describe a combination's report."""
        label = task.name.split("/", 1)[1]
        facts = tuple((name, task.plan.parameters[name]) for name in grid.varied if name != "language")
        href = "" if outcome.error else f"{label}/index.html"
        return IndexEntry(title=label, href=href, facts=facts, status=outcome.status, error=outcome.error)

    return make_batch(
        tasks, store, entry=entry, languages=spoken, options=options, command=command, kind=plan.notebook.stem
    )


def plan_sweep(
    notebook: Path | str, grid: Grid, *, languages: Sequence[str] = ("en",), root: Path | str | None = None
) -> list[Task]:
    """Check every combination of a grid.

    Parameters
    ----------
    notebook, grid, languages, root
        As for `make_sweep`.

    Returns
    -------
    list of Task
        In the order of the grid, language by language.

    Raises
    ------
    ParameterError
        As for `make_sweep`.

    Examples
    --------
    >>> plan_sweep("03", grid_of({"grid": {"seed": [1]}}, "grid.yml"))  # doctest: +SKIP
    """
    path = find_notebook(notebook, root=working_home(root))
    tasks, refused = [], []
    for number, combination in enumerate(grid.combinations, start=1):
        spoken = [None] if "language" in combination else list(languages)
        for language in spoken:
            try:
                plan = plan_report(path, parameters=combination, language=language, root=root)
            except ParameterError as error:
                refused.append(f"combination {number}: {error}")
                break
            shown = {name: plan.parameters[name] for name in grid.varied if name != "language"}
            label = parameter_label(shown).lstrip("-") or "default"
            tasks.append(Task(plan, f"{plan.language}/{label}"))
    if refused:
        more = f" (and {len(refused) - _SHOWN} more)" if len(refused) > _SHOWN else ""
        raise ParameterError(
            f"{len(refused)} of {len(grid.combinations)} combinations are not valid, nothing was run: "
            + " | ".join(refused[:_SHOWN])
            + more
        )
    return _apart(tasks)


def _apart(tasks: list[Task]) -> list[Task]:
    """Refuse combinations that are the same; tell apart names that had to be shortened to the same."""
    seen: dict[str, Task] = {}
    for task in tasks:
        key = json.dumps([task.plan.language, task.plan.parameters], sort_keys=True)
        if key in seen:
            raise ParameterError(f"two combinations of the grid give the same report ({task.name}); name it once")
        seen[key] = task
    names = [task.name for task in tasks]
    if len(set(names)) == len(names):
        return tasks
    return [
        Task(task.plan, f"{task.name}--{hashlib.sha256(key.encode()).hexdigest()[:10]}") for key, task in seen.items()
    ]
