"""The index page of a batch: every report of a folder in one table that a person can search, filter and sort."""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from zi_analysis.errors import ParameterError
from zi_analysis.reporting.index_columns import column_rules, list_columns, same_facts, same_labels, tell_facts
from zi_analysis.reporting.index_entries import IndexEntry, by_status, check_entries, one_line, year_axis
from zi_analysis.reporting.index_errors import ToldError, tell_error
from zi_analysis.reporting.index_spark import SparkPen
from zi_analysis.reporting.index_words import IndexWords

__all__ = ["IndexEntry", "index_html"]
_TEMPLATES = Path(__file__).parent / "templates" / "zi"


def index_html(
    entries: Sequence[IndexEntry],
    *,
    title: str,
    language: str,
    made: str,
    command: str,
    data_version: str,
    version: str,
) -> str:
    """Write the page on which a person finds their report among the thousands of a batch.

    Parameters
    ----------
    entries : sequence of IndexEntry
        The reports, in the order in which they are first listed; failed ones stand in a box above the list.
    title : str
        Heading of the page.
    language : {"en", "id"}
        Of the page.
    made : str
        ISO date, or date and time, of the batch.
    command : str
        What makes the batch again.
    data_version, version : str
        Of the data and of this package.

    Returns
    -------
    str
        A whole html document that loads nothing. Without script it is a plain table of everything; with it the
        search, the filters and the order are kept after the ``#`` of the address: ``#q=magetan``, ``type=regency``,
        ``place=Jawa Timur``, ``sort=title`` or, descending, ``sort=-total``.

    Raises
    ------
    ParameterError
        If the language, the date or an entry is not valid.

    Examples
    --------
    >>> page = index_html(
    ...     [IndexEntry("Kabupaten Magetan", "35.20/index.html", group="regency", place="Jawa Timur")],
    ...     title="Profiles", language="id", made="2026-01-31", command="zi profiles", data_version="1", version="0.1",
    ... )
    >>> '<a href="35.20/index.html">Kabupaten Magetan</a>' in page, "31 Januari 2026" in page
    (True, True)
    """
    words = IndexWords.of(language)
    check_entries(entries)
    found = by_status(entries)
    listed = [entry for entry in entries if entry.status != "failed"]
    pen = SparkPen(year_axis(listed), language, words["spark"], words["up_to"])
    columns = list_columns(listed, words, pen)
    css, script = _read("batch.css") + pen.width_rules() + column_rules(columns), _read("batch.js")
    return _template().render(
        language=language,
        say=words.table,
        title=one_line(title),
        css=css,
        script=script,
        policy=_policy(css, script),
        date=_date(made, language),
        data_version=one_line(data_version),
        version=one_line(version),
        command=one_line(command, "command"),
        summary=_summarise(found, words),
        same=same_facts(listed, words),
        failed=_tell_failed(found["failed"], listed, words),
        failed_heading=_head_failed(len(found["failed"]), words),
        columns=columns,
        rows=[[column.cell(entry) for column in columns] for entry in listed],
        groups=_choices((entry.group, words.group(entry.group)) for entry in entries),
        places=_choices((one_line(entry.place), one_line(entry.place)) for entry in entries),
        years=pen.years,
        key=words.say("key", first=str(pen.years[0]), last=str(pen.years[-1])) if pen.years else "",
        samples=pen.samples(),
    )


@cache
def _template() -> Any:
    """Load the template once for each process."""
    import jinja2

    loader = jinja2.FileSystemLoader(_TEMPLATES)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("batch.html.j2")


@cache
def _read(name: str) -> str:
    """Read a part of the page; the newlines are those that a browser hashes."""
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _policy(css: str, script: str) -> str:
    """Return the policy that lets this style and this script act, and nothing else load or run."""
    style_hash, script_hash = (
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (css, script)
    )
    return (
        f"default-src 'none'; style-src 'sha256-{style_hash}'; script-src 'sha256-{script_hash}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _date(made: str, language: str) -> str:
    """Write a day in the reader's language."""
    from babel.dates import format_date

    try:
        day = datetime.fromisoformat(made)
    except ValueError:
        raise ParameterError(f"made = {made!r} is not an ISO date; give one such as 2026-01-31") from None
    return format_date(day, format="long", locale={"en": "en_GB"}.get(language, language))


def _summarise(found: dict[str, list[IndexEntry]], words: IndexWords) -> str:
    """Say how many reports were made, left as they were, and failed."""
    return ", ".join(words.say(f"summary_{status}", count=len(those)) for status, those in found.items() if those)


def _head_failed(count: int, words: IndexWords) -> str:
    """Say how many failed."""
    return words["failed_one"] if count == 1 else words.say("failed_many", count=count)


def _tell_failed(
    failed: Sequence[IndexEntry], listed: Sequence[IndexEntry], words: IndexWords
) -> list[tuple[ToldError, list[list[tuple[str, str]]]]]:
    """List the failed reports by error, so that one cause that hit hundreds is read once."""
    same = same_labels(listed)
    told: dict[ToldError, list[list[tuple[str, str]]]] = {}
    for entry in failed:
        error = tell_error(entry.error, words.language) if entry.error.strip() else ToldError(words["no_error"])
        parts = [
            ("t", one_line(entry.title)),
            ("g", words.group(entry.group)),
            ("p", one_line(entry.place)),
            ("f", tell_facts([fact for fact in entry.facts if fact[0] not in same], words)),
            ("left", words.say("left", place=error.place) if error.place else ""),
        ]
        told.setdefault(replace(error, place=""), []).append([part for part in parts if part[1]])
    return list(told.items())


def _choices(named: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """List what a filter offers, as value and words, when there is more than one thing to choose."""
    found = {value: words for value, words in named if value}
    return sorted(found.items(), key=lambda choice: choice[1].casefold()) if len(found) > 1 else []
