"""What an index page lists: one entry for each report of a batch, checked before anything is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from zi_analysis.errors import ParameterError

Year = tuple[int, int | None, int | None]
STATUSES = ("made", "unchanged", "failed")
_YEARS = range(1900, 2201)
_LONGEST_AXIS = 50  # years: with more, a bar of the picture would be thinner than two pixels
_LONGEST = {"title": 200, "error": 500, "command": 4000}


@dataclass(frozen=True)
class IndexEntry:
    """One report of a batch, as its index page lists it.

    Parameters
    ----------
    title : str
        Name of the report, such as that of its agency.
    href : str
        Path of the page, relative to the index, with forward slashes and as on disk (it is percent-encoded here);
        empty when there is no page.
    group : str
        Type of the agency, a key of the catalogue such as "regency" or any words; empty when there is none.
    place : str
        Province; empty when there is none.
    facts : tuple of (str, value)
        Label and value of what tells the report from others; a label may be the name of a parameter.
    total_low, total_high : int or None
        Awards known, in number; None is unknown.
    spark : tuple of (year, int or None, int or None)
        Awards by year, lower and upper bound; both alike when the number is exact.
    status : {"made", "unchanged", "failed"}
        What became of the report.
    error : str
        Why it failed, in one line.
    pdf : str
        Path of its pdf, as `href`; empty when there is none.

    Examples
    --------
    >>> IndexEntry("Kabupaten Magetan", "35.20/index.html", spark=((2019, 1, 1), (2020, 2, None))).status
    'made'
    """

    title: str
    href: str
    group: str = ""
    place: str = ""
    facts: tuple[tuple[str, Any], ...] = ()
    total_low: int | None = None
    total_high: int | None = None
    spark: tuple[Year, ...] = ()
    status: str = "made"
    error: str = ""
    pdf: str = ""


def check_entries(entries: Iterable[IndexEntry]) -> None:
    """Refuse entries that a page cannot show truthfully.

    Parameters
    ----------
    entries : iterable of IndexEntry
        Of one batch.

    Raises
    ------
    ParameterError
        If a status is unknown, a link leaves the folder, bounds cross, a year is named twice or is out of range, or
        the years of all entries span more than 50.

    Examples
    --------
    >>> check_entries([IndexEntry("Kota Batu", "../index.html")])
    Traceback (most recent call last):
    zi_analysis.errors.ParameterError: Kota Batu: the link '../index.html' leaves the folder of the index; ...
    """
    years: set[int] = set()
    for entry in entries:
        _check_status(entry)
        for path in (entry.href, entry.pdf):
            _check_link(entry, path)
        _check_bounds(entry, "total", entry.total_low, entry.total_high)
        years |= _check_spark(entry)
    if years and max(years) - min(years) >= _LONGEST_AXIS:
        raise ParameterError(
            f"the years of the index run from {min(years)} to {max(years)}; give at most {_LONGEST_AXIS} years in a row"
        )


def year_axis(entries: Iterable[IndexEntry]) -> range:
    """Return the years that the pictures of all entries share.

    Parameters
    ----------
    entries : iterable of IndexEntry
        Of one batch.

    Returns
    -------
    range
        From the first to the last year; empty when no entry has any.

    Examples
    --------
    >>> list(year_axis([IndexEntry("a", "a.html", spark=((2019, 1, 1), (2021, 0, 2)))]))
    [2019, 2020, 2021]
    """
    years = {year for entry in entries for year, _, _ in entry.spark}
    return range(min(years), max(years) + 1) if years else range(0)


def link(path: str) -> str:
    """Write a checked path as a link: no letter of it can start a scheme, a query or a fragment.

    Parameters
    ----------
    path : str
        Relative path as on disk.

    Returns
    -------
    str

    Examples
    --------
    >>> link("kota batu/a#b.html"), link("javascript:alert(1)")
    ('kota%20batu/a%23b.html', 'javascript%3Aalert%281%29')
    """
    return quote(path, safe="/", errors="replace")


def one_line(value: object, kind: str = "title") -> str:
    """Return a text as it can stand on a page: one line, nothing unseen that could reorder it, not long.

    Parameters
    ----------
    value : object
        Any text.
    kind : {"title", "error", "command"}
        At most 200, 500 or 4,000 letters.

    Returns
    -------
    str

    Examples
    --------
    >>> one_line("Kota\\n \\u202eBatu")
    'Kota Batu'
    """
    longest = _LONGEST[kind]
    text = str(value)[: 4 * longest]
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _check_status(entry: IndexEntry) -> None:
    """Refuse an unknown status."""
    if entry.status not in STATUSES:
        raise ParameterError(f"{one_line(entry.title)}: status {entry.status!r} is not one; give {', '.join(STATUSES)}")


def _check_link(entry: IndexEntry, path: str) -> None:
    """Refuse a link that leaves the folder of the index."""
    parts = path.replace("\\", "/").split("/")
    if path and (".." in parts or not parts[0]):
        raise ParameterError(
            f"{one_line(entry.title)}: the link {one_line(path)!r} leaves the folder of the index; "
            "give a path below it, such as 35.20/index.html"
        )


def _check_bounds(entry: IndexEntry, where: object, low: int | None, high: int | None) -> None:
    """Refuse bounds that are no counts, or cross."""
    wrong = [bound for bound in (low, high) if bound is not None and not _is_count(bound)]
    if wrong:
        raise ParameterError(
            f"{one_line(entry.title)}, {where}: {wrong[0]!r} is not a count; give a whole number from 0, or None"
        )
    if low is not None and high is not None and low > high:
        raise ParameterError(
            f"{one_line(entry.title)}, {where}: lower bound {low} is above upper bound {high}; swap them"
        )


def _is_count(value: object) -> bool:
    """Tell a whole number from 0; True is an int to Python, but no count."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _check_spark(entry: IndexEntry) -> set[int]:
    """Check the years of an entry and return them."""
    years = [year for year, _, _ in entry.spark]
    for year, low, high in entry.spark:
        if not isinstance(year, int) or year not in _YEARS:
            raise ParameterError(
                f"{one_line(entry.title)}: {year!r} is not a year of the picture; "
                f"give a whole number from {_YEARS[0]} to {_YEARS[-1]}"
            )
        _check_bounds(entry, year, low, high)
    if len(set(years)) < len(years):
        twice = next(year for year in years if years.count(year) > 1)
        raise ParameterError(f"{one_line(entry.title)}: year {twice} is given twice; give each once")
    return set(years)


def by_status(entries: Sequence[IndexEntry]) -> dict[str, list[IndexEntry]]:
    """Sort entries into their statuses, in the order given.

    Parameters
    ----------
    entries : sequence of IndexEntry
        Of one batch.

    Returns
    -------
    dict
        Every status to its entries.

    Examples
    --------
    >>> {status: len(found) for status, found in by_status([IndexEntry("a", "a.html")]).items()}
    {'made': 1, 'unchanged': 0, 'failed': 0}
    """
    return {status: [entry for entry in entries if entry.status == status] for status in STATUSES}
