"""A whole batch: its reports made, an index page for each language written, what failed told."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import metadata

from zi_analysis.reporting.index_entries import IndexEntry
from zi_analysis.reporting.index_page import index_html
from zi_analysis.reporting.index_words import IndexWords
from zi_analysis.reporting.many import run_many
from zi_analysis.reporting.record import data_checksums, data_version, utc_now
from zi_analysis.reporting.stores import Store
from zi_analysis.reporting.tasks import FAILED, BatchOptions, Outcome, Task

INDEX = "index.html"
PROFILES = "profiles"


@dataclass(frozen=True)
class Batch:
    """A batch that was made.

    Parameters
    ----------
    outcomes : tuple of Outcome
        One for each report, in the order asked for.
    pages : tuple of str
        Addresses of the index pages.
    seconds : float
        Of the whole.

    Examples
    --------
    >>> Batch((), (), 0.1).failed
    []
    """

    outcomes: tuple[Outcome, ...]
    pages: tuple[str, ...]
    seconds: float

    @property
    def failed(self) -> list[Outcome]:
        """The reports that could not be made."""
        return [one for one in self.outcomes if one.status == FAILED]


def make_batch(
    tasks: Sequence[Task],
    store: Store,
    *,
    entry: Callable[[Task, Outcome], IndexEntry],
    languages: Sequence[str],
    options: BatchOptions | None,
    command: str,
    kind: str,
) -> Batch:
    """Make a batch and its index pages.

    Parameters
    ----------
    tasks : sequence of Task
        Their names begin with the language, a folder of its own.
    store : Store
        Where the batch goes.
    entry : callable
        Gives the line of the index for a task and what became of it.
    languages : sequence of str
        For which an index page is written.
    options : BatchOptions or None
        How the batch is made.
    command : str
        Shown on the index pages.
    kind : str
        "profiles" or the name of the notebook swept over; the title of the index page.

    Returns
    -------
    Batch

    Raises
    ------
    ParameterError, ReportError
        As `run_many`.
    """
    began = time.perf_counter()
    outcomes = run_many(tasks, store, options=options)
    version = data_version(data_checksums(tasks[0].plan.root))
    pages = []
    for language in languages:
        lines = [
            entry(task, outcome)
            for task, outcome in zip(tasks, outcomes, strict=True)
            if task.name.startswith(f"{language}/")
        ]
        if options is not None and options.pdf:
            lines = [replace(line, pdf=line.href.replace("index.html", "report.pdf")) for line in lines]
        page = index_html(
            lines,
            title=IndexWords.of(language).say("title_profiles" if kind == PROFILES else "title_sweep", kind=kind),
            language=language,
            made=utc_now(),
            command=command,
            data_version=version,
            version=metadata.version("zi-analysis"),
        )
        pages.append(store.write_text(f"{language}/{INDEX}", page))
    return Batch(tuple(outcomes), tuple(pages), time.perf_counter() - began)
