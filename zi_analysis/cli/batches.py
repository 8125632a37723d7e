"""What the verbs that make batches share: arguments, options, the account at the end."""

import argparse
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from zi_analysis.cli.wording import FAILED, OK, one_line, short_path

if TYPE_CHECKING:
    from zi_analysis.reporting.index_write import Batch
    from zi_analysis.reporting.tasks import BatchOptions


def add_batch(parser: argparse.ArgumentParser, place: str) -> None:
    """Add what every batch takes.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Of the verb.
    place : str
        Where its reports go by default.

    Examples
    --------
    >>> parser = argparse.ArgumentParser()
    >>> add_batch(parser, "reports/profiles")
    >>> parser.parse_args(["--workers", "4"]).workers
    4
    """
    parser.add_argument(
        "--output", metavar="DIR", help=f"folder or address (s3://, gs://) of the reports; default {place}"
    )
    parser.add_argument("--workers", type=_workers, default=2, metavar="N", help="reports at a time (default 2)")
    parser.add_argument("--force", action="store_true", help="make unchanged reports again")
    parser.add_argument("--pdf", action="store_true", help="print each page to report.pdf too (needs Chromium)")
    parser.add_argument("--plain", action="store_true", help="start each kernel anew instead of forking it")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask scheduler whose workers make the reports")
    parser.add_argument("--data", metavar="ADDRESS", help="of a data/ folder to use (a path, s3://, gs://)")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def _workers(text: str) -> int:
    """Read a number of workers."""
    if not text.isdigit() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} workers cannot be; give 1 to 256")
    return int(text)


def batch_options(arguments: argparse.Namespace) -> "BatchOptions":
    """Return how a batch is to be made.

    Parameters
    ----------
    arguments : argparse.Namespace
        With what `add_batch` added.

    Returns
    -------
    BatchOptions

    Examples
    --------
    >>> batch_options(arguments).workers  # doctest: +SKIP
    2
    """
    from zi_analysis.reporting.tasks import BatchOptions

    return BatchOptions(
        workers=arguments.workers,
        force=arguments.force,
        pdf=arguments.pdf,
        fork=not arguments.plain,
        scheduler=arguments.scheduler,
        data=arguments.data,
        progress=not arguments.quiet,
    )


def data_root(address: str | None) -> Path | None:
    """Bring the data named, if any.

    Parameters
    ----------
    address : str or None
        Of a data/ folder.

    Returns
    -------
    Path or None
        The root that holds them; None for the project's own.

    Examples
    --------
    >>> data_root(None) is None
    True
    """
    if address is None:
        return None
    from zi_analysis.reporting.homes import fetch_data

    return fetch_data(address)


def as_typed(arguments: argparse.Namespace) -> str:
    """Return the command of this batch, for its index page.

    Parameters
    ----------
    arguments : argparse.Namespace
        With the words typed.

    Returns
    -------
    str

    Examples
    --------
    >>> as_typed(argparse.Namespace(typed=["profiles", "--province", "Jawa Timur"]))
    "zi profiles --province 'Jawa Timur'"
    """
    return shlex.join(["zi", *arguments.typed])


def tell_batch(batch: "Batch", quiet: bool) -> int:
    """Print what became of a batch; failures last.

    Parameters
    ----------
    batch : Batch
        That was made.
    quiet : bool
        Print failures only.

    Returns
    -------
    int
        The exit code.

    Examples
    --------
    >>> tell_batch(batch, quiet=False)  # doctest: +SKIP
    0
    """
    from zi_analysis.reporting.tasks import summary_lines

    first, *failures = summary_lines(batch.outcomes, seconds=batch.seconds)
    if not quiet:
        print(first)
        print("\n".join(f"index: {short_path(Path(page)) if '://' not in page else page}" for page in batch.pages))
    for line in failures:
        print(f"zi: {one_line(ValueError(line))}", file=sys.stderr)
    return FAILED if batch.failed else OK
