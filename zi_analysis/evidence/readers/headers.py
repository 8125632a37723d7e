"""Headers of award lists: which field a column holds, by the names people write."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.csvtext import text_frame
from zi_analysis.evidence.declaration import table_path
from zi_analysis.evidence.text import normalise

FIELDS = (
    *("agency_as_written", "unit_as_written", "predicate", "year", "region"),
    *("track", "status", "source", "note"),
)
MARKS = {"wbk_mark": "WBK", "wbbm_mark": "WBBM"}  # columns with a mark for one predicate
UNUSED = ("number", "other")
LEAST_LIKENESS = 87.0  # "Instansl" reaches 87.5 of "Instansi", "Status Kerja" only 79 of "Satuan Kerja"
_SHORTEST_LIKE = 6  # letters; a slip in a shorter word can make another word
_LONGEST_HEADER = 80  # characters
_PARENTHESES = re.compile(r"\([^()]*\)")


@dataclass(frozen=True)
class Meaning:
    """One way to read a header."""

    field: str
    priority: int  # the lowest takes a field that several columns could hold
    how: str


@dataclass(frozen=True)
class HeaderNames:
    """Known headers in normal form, and what they mean."""

    known: Mapping[str, tuple[Meaning, ...]]

    def __hash__(self) -> int:
        return id(self)

    @cached_property
    def first_words(self) -> frozenset[str]:
        """First words of all known headers, in small letters."""
        return frozenset(header.split(" ", 1)[0] for header in self.known)

    def meanings(self, header: str) -> tuple[Meaning, ...]:
        """Read a header: exactly, without its parentheses, then by likeness.

        Parameters
        ----------
        header : str
            As written.

        Returns
        -------
        tuple of Meaning
            Empty for a header that nobody knows.

        Examples
        --------
        >>> load_header_names().meanings("Nama Unit  Kerja")[0].field
        'unit_as_written'
        """
        return _meanings(self, header)

    def count_known(self, cells: Sequence[str]) -> int:
        """Count the cells of a line that are known headers.

        Parameters
        ----------
        cells : sequence of str
            Cells of a line.

        Returns
        -------
        int
            Number of cells.

        Examples
        --------
        >>> load_header_names().count_known(["No", "Satker", "RSUD Kota Batu"])
        2
        """
        return sum(self.is_known(cell) for cell in cells)

    def is_known(self, cell: str) -> bool:
        """Tell whether a cell is a known header, letter by letter.

        Parameters
        ----------
        cell : str
            As written.

        Returns
        -------
        bool
            Likeness does not count.

        Examples
        --------
        >>> load_header_names().is_known("Istansi")
        False
        """
        return len(cell) <= _LONGEST_HEADER and normalise(cell) in self.known

    def with_names(self, headers: Mapping[str, str]) -> "HeaderNames":
        """Add the headers that a user names; they go first.

        Parameters
        ----------
        headers : mapping of str to str
            Field to header.

        Returns
        -------
        HeaderNames
            A new one.

        Examples
        --------
        >>> load_header_names().with_names({"unit_as_written": "Pemenang"}).meanings("PEMENANG")[0].how
        'option'
        """
        added = {normalise(header): (Meaning(field, 0, "option"),) for field, header in headers.items()}
        kept = {
            header: tuple(one for one in meanings if one.field not in headers)
            for header, meanings in self.known.items()
        }
        return HeaderNames({header: meanings for header, meanings in kept.items() if meanings} | added)


def load_header_names(root: Path | str | None = None) -> HeaderNames:
    """Load the known headers from the decision table.

    Parameters
    ----------
    root : path, optional
        A folder inside the project; found from the working folder when left out.

    Returns
    -------
    HeaderNames
        Every header with its meanings.

    Raises
    ------
    EvidenceError
        If a field or priority of the table is unknown.

    Examples
    --------
    >>> load_header_names().meanings("Satker")[0].field
    'unit_as_written'
    """
    path = table_path("header_names", root)
    changed = path.stat()
    return _load(path, changed.st_mtime_ns, changed.st_size)


@lru_cache(maxsize=4)
def _load(path: Path, _changed: int, _size: int) -> HeaderNames:
    """Read the table; it is read again only when it changed."""
    table = text_frame(path.read_text(encoding="utf-8"))
    known: dict[str, tuple[Meaning, ...]] = {}
    rows = table[["header", "field", "priority"]].itertuples(index=False)
    for row, (header, field, priority) in enumerate(rows, start=2):
        if field not in (*FIELDS, *MARKS, *UNUSED) or not priority.isdecimal():
            raise EvidenceError(
                f'field "{field}" with priority "{priority}" in data/decisions/header_names.csv row {row} is not '
                f"known; use one of {', '.join((*FIELDS, *MARKS, *UNUSED))} and a whole number"
            )
        words = normalise(header)
        known[words] = (*known.get(words, ()), Meaning(field, int(priority), "header"))
    return HeaderNames(known)


@lru_cache(maxsize=4096)
def _meanings(names: HeaderNames, header: str) -> tuple[Meaning, ...]:
    """Read a header, remembering what was read."""
    if not header or len(header) > _LONGEST_HEADER:
        return ()
    for words in dict.fromkeys((normalise(header), normalise(_PARENTHESES.sub(" ", header)))):
        if words in names.known:
            return names.known[words]
    return _like(names, normalise(header))


def _like(names: HeaderNames, words: str) -> tuple[Meaning, ...]:
    """Read a header that differs from a known one by a slip."""
    if len(words) < _SHORTEST_LIKE:
        return ()
    from rapidfuzz import fuzz, process

    choices = [known for known in names.known if len(known) >= _SHORTEST_LIKE]
    hit = process.extractOne(words, choices, scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS)
    if hit is None:
        return ()
    how = f'likeness {hit[1]:.0f} to "{hit[0]}"'
    return tuple(Meaning(one.field, one.priority + 100, how) for one in names.known[hit[0]])


def closest_header(headers: Sequence[str], field: str, names: HeaderNames) -> str:
    """Find the header that is most like the names of a field.

    Parameters
    ----------
    headers : sequence of str
        Headers of a file.
    field : str
        One of `FIELDS`.
    names : HeaderNames
        Known headers.

    Returns
    -------
    str
        A header as written; empty where there are none.

    Examples
    --------
    >>> closest_header(["Nilai", "Unt Krja"], "unit_as_written", load_header_names())
    'Unt Krja'
    """
    from rapidfuzz import fuzz

    wanted = [known for known, meanings in names.known.items() if any(one.field == field for one in meanings)]
    known = [header for header in headers if names.is_known(header)]
    told = [header for header in headers if normalise(header) and header not in known] or known
    return max(told, key=lambda header: max(fuzz.ratio(normalise(header), words) for words in wanted), default="")
