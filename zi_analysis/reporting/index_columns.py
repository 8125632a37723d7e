"""The columns of an index page: those that tell its reports apart, and no others."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from zi_analysis.reporting.index_entries import IndexEntry, link, one_line
from zi_analysis.reporting.index_spark import SparkPen
from zi_analysis.reporting.index_words import IndexWords

_WIDTHS = {
    "t": "minmax(0, 3.6fr)",
    "g": "minmax(0, 1.1fr)",
    "p": "minmax(0, 1.9fr)",
    "f": "minmax(0, 1.2fr)",
    "a": "minmax(0, 1.4fr)",
    "s": "calc(110px + 0.9rem)",
    "d": "4rem",
}
_MOST_FACTS = 5  # columns; with more facts they share one
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


@dataclass(frozen=True)
class Cell:
    """What one row shows in a column.

    Parameters
    ----------
    text : str or Markup
        What is read; Markup is svg drawn here.
    order : str
        Number to sort by, lower bound and upper bound; empty when there is none.
    href : str
        Link; empty when there is none.

    Examples
    --------
    >>> Cell("7–11", order="7 11").href
    ''
    """

    text: str
    order: str = ""
    href: str = ""


@dataclass(frozen=True)
class Column:
    """A column of the list.

    Parameters
    ----------
    key : str
        Its name in the address of the page.
    label : str
        Its heading.
    mark : str
        Class of its cells.
    kind : {"text", "number", ""}
        How it is sorted; empty when it is not.
    cell : callable
        Gives the cell of an entry.

    Examples
    --------
    >>> Column("place", "Province", "p", "text", lambda entry: Cell(entry.place)).kind
    'text'
    """

    key: str
    label: str
    mark: str
    kind: str
    cell: Callable[[IndexEntry], Cell]

    @property
    def attribute(self) -> Markup:
        """The class of its cells as an attribute, without quotes where it needs none: it stands in every row."""
        quote = "" if self.mark.isalnum() else '"'
        return Markup(f"class={quote}{self.mark}{quote}")  # noqa: S704 - the marks are of this module


def list_columns(entries: Sequence[IndexEntry], words: IndexWords, pen: SparkPen) -> list[Column]:
    """Choose the columns that the entries need.

    Parameters
    ----------
    entries : sequence of IndexEntry
        Those listed.
    words : IndexWords
        For headings and values.
    pen : SparkPen
        For the pictures.

    Returns
    -------
    list of Column
        Title first; a column that would be empty in every row is left out.

    Examples
    --------
    >>> pen = SparkPen(range(0), "en", "{years}", "{count}")
    >>> [column.key for column in list_columns([IndexEntry("a", "a.html", place="Bali")], IndexWords.of("en"), pen)]
    ['title', 'place']
    """
    columns = [Column("title", words["column_title"], "t", "text", _title)]
    if any(entry.group for entry in entries):
        groups = {entry.group: words.group(entry.group) for entry in entries}
        columns.append(Column("type", words["column_type"], "g", "text", lambda entry: Cell(groups[entry.group])))
    if any(entry.place for entry in entries):
        columns.append(Column("place", words["column_place"], "p", "text", lambda entry: Cell(one_line(entry.place))))
    columns += _fact_columns(entries, words)
    if any(entry.total_low is not None or entry.total_high is not None for entry in entries):
        columns.append(Column("total", words["column_total"], "n a", "number", lambda entry: _total(entry, pen)))
    if pen.years:
        spark = Column("spark", words["column_spark"], "s", "", lambda entry: Cell(Markup(pen.draw(entry.spark))))  # noqa: S704 - escaped where drawn
        columns.append(spark)
    if any(entry.pdf for entry in entries):
        columns.append(Column("pdf", words["column_pdf"], "d", "", lambda entry: _pdf(entry, words)))
    return columns


def same_facts(entries: Sequence[IndexEntry], words: IndexWords) -> list[tuple[str, str]]:
    """List the facts that are the same in all entries: they are said once, above the list.

    Parameters
    ----------
    entries : sequence of IndexEntry
        Those listed.
    words : IndexWords
        For labels and values.

    Returns
    -------
    list of (str, str)
        Label and value; none when there are fewer than two entries.

    Examples
    --------
    >>> facts = (("first_year", 2018),)
    >>> same_facts([IndexEntry(name, "x.html", facts=facts) for name in "ab"], IndexWords.of("en"))
    [('first year', '2018')]
    """
    values = dict(entries[0].facts) if entries else {}
    return [(words.fact(label), words.value(label, values[label])) for label in same_labels(entries)]


def same_labels(entries: Sequence[IndexEntry]) -> list[str]:
    """List the labels of the facts that several entries all give the same value.

    Parameters
    ----------
    entries : sequence of IndexEntry
        Those listed.

    Returns
    -------
    list of str

    Examples
    --------
    >>> same_labels([IndexEntry(name, "x.html", facts=(("seed", 1), ("name", name))) for name in "ab"])
    ['seed']
    """
    if len(entries) < 2:
        return []
    told = [{label: repr(value) for label, value in entry.facts} for entry in entries]
    return [label for label in told[0] if all(facts.get(label) == told[0][label] for facts in told)]


def tell_facts(facts: Sequence[tuple[str, Any]], words: IndexWords) -> str:
    """Tell several facts in one line.

    Parameters
    ----------
    facts : sequence of (str, value)
        Labels and values.
    words : IndexWords
        For both.

    Returns
    -------
    str

    Examples
    --------
    >>> tell_facts((("first_year", 2018), ("share", 0.5)), IndexWords.of("id"))
    'tahun pertama: 2018; share: 0,5'
    """
    return "; ".join(f"{words.fact(label)}: {words.value(label, value)}" for label, value in facts)


def column_rules(columns: Sequence[Column]) -> str:
    """Write the style that these columns need: their widths, and on a phone, which has no headings, their labels.

    Parameters
    ----------
    columns : sequence of Column
        Of the page.

    Returns
    -------
    str
        Css; a label can hold anything, and every letter of it that is not plain is written as a code.

    Examples
    --------
    >>> print(column_rules([Column("fact.a", 'a"b', "f f0", "text", _title)]))
    @media screen and (min-width: 45.01rem) { tr { grid-template-columns: minmax(0, 1.2fr) } }
    @media screen and (max-width: 45rem) {
    .f0::before { content: "a\\22 b\\3a \\20 " }
    }
    """
    widths = " ".join(_WIDTHS[column.mark.split()[-1][0]] for column in columns)
    named = [column for column in columns if column.mark[0] in "fn"]
    labels = "".join(
        f'.{column.mark.split()[-1]}::before {{ content: "{_coded(column.label)}" }}\n' for column in named
    )
    return (
        f"@media screen and (min-width: 45.01rem) {{ tr {{ grid-template-columns: {widths} }} }}\n"
        f"@media screen and (max-width: 45rem) {{\n{labels}}}"
    )


def _coded(label: str) -> str:
    """Write a label as a css text."""
    return "".join(
        letter if letter.isascii() and letter.isalnum() else f"\\{ord(letter):x} " for letter in f"{label}: "
    )


def _title(entry: IndexEntry) -> Cell:
    """Name a report and link to it."""
    return Cell(one_line(entry.title), href=link(entry.href))


def _pdf(entry: IndexEntry, words: IndexWords) -> Cell:
    """Link to the pdf of a report."""
    if not entry.pdf:
        return Cell("")
    return Cell(words["pdf"], href=link(entry.pdf))


def _total(entry: IndexEntry, pen: SparkPen) -> Cell:
    """Write the awards known; without an upper bound a row stands after those with the same lower one."""
    low, high = entry.total_low, entry.total_high
    if high is None and not low:
        return Cell(pen.count(low, high))
    return Cell(pen.count(low, high), order=f"{low or 0} {'' if high is None else high}".strip())


def _fact_columns(entries: Sequence[IndexEntry], words: IndexWords) -> list[Column]:
    """Give each fact that differs a column, or all of them one when they are many."""
    labels = list(dict.fromkeys(label for entry in entries for label, _ in entry.facts))
    same = set(same_labels(entries))
    labels = [label for label in labels if label not in same]
    if len(labels) > _MOST_FACTS:
        return [Column("facts", words["column_facts"], "f", "text", lambda entry: _facts(entry, same, words))]
    return [_fact_column(entries, label, place, words) for place, label in enumerate(labels)]


def _facts(entry: IndexEntry, same: set[str], words: IndexWords) -> Cell:
    """Tell all facts of a row that are not the same in all."""
    return Cell(tell_facts([fact for fact in entry.facts if fact[0] not in same], words))


def _fact_column(entries: Sequence[IndexEntry], label: str, place: int, words: IndexWords) -> Column:
    """Show one fact; it is sorted as a number when every value is one."""
    values = [dict(entry.facts).get(label) for entry in entries]
    orders = [_order(value) for value in values if value is not None]
    numeric = all(orders)

    def cell(entry: IndexEntry) -> Cell:
        """Take the fact from a report, if it has it."""
        value = dict(entry.facts).get(label)
        if value is None:
            return Cell("")
        return Cell(words.value(label, value), order=_order(value) if numeric else "")

    kind, mark = ("number", f"n f f{place}") if numeric else ("text", f"f f{place}")
    return Column(f"fact.{label}", words.fact(label), mark, kind, cell)


def _order(value: Any) -> str:
    """Write a value as a number to sort by; empty when it is none."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        return repr(value) if math.isfinite(value) else ""
    return value if isinstance(value, str) and _NUMBER.fullmatch(value) else ""
