"""Formulas: read a model formula as a small language, so that text from people is never run as code."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.grammar import Reader, read_response, read_sum, refuse, split


@dataclass(frozen=True)
class Formula:
    """A formula that has been read: what it names, and its right side rewritten for patsy.

    Attributes
    ----------
    response : str or None
        Column left of ``~``; None when the formula has no left side.
    right_side : str
        Text for patsy, in which columns inside ``C(...)`` and ``I(...)`` carry a mark.
    plain, factors, numbers : tuple of str
        Columns used as plain terms, inside ``C(...)``, and inside ``I(...)`` or ``np.log(...)``.
    references : dict
        Column -> level asked for with ``Treatment(level)``.
    """

    response: str | None
    right_side: str
    plain: tuple[str, ...]
    factors: tuple[str, ...]
    numbers: tuple[str, ...]
    references: dict[str, str | int | float]

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the right side, each once, in order of first use."""
        return tuple(dict.fromkeys((*self.plain, *self.factors, *self.numbers)))


def read_formula(formula: str, *, columns: Iterable[str]) -> Formula:
    """Read a formula and check every word of it against an allow-list.

    Parameters
    ----------
    formula : str
        ``"awards ~ C(agency_type) + year"`` or a right side alone, ``"1"``.
    columns : iterable of str
        Columns that the formula may name.

    Returns
    -------
    Formula
        The columns it uses, in which way, and the right side rewritten for patsy.

    Raises
    ------
    ParameterError
        If the formula is not text.
    StudyRefusal
        If it holds anything but the allowed words, or names a column that is not there (with the closest
        names).

    Notes
    -----
    The language is a part of Wilkinson and Rogers (1973) as patsy writes it. The formula is read here, token
    by token, before patsy sees it, because patsy would run any Python expression it holds.

    Examples
    --------
    >>> read_formula("awards ~ C(agency_type) + year", columns=["awards", "agency_type", "year"]).columns
    ('year', 'agency_type')
    """
    reader = Reader(formula, split(formula))
    response = read_response(reader)
    right_side = read_sum(reader)
    if reader.place < len(reader.tokens):
        raise refuse(formula, f"{reader.tokens[reader.place][1]!r} cannot stand there")
    read = Formula(
        response,
        right_side,
        tuple(dict.fromkeys(reader.plain)),
        tuple(dict.fromkeys(reader.factors)),
        tuple(dict.fromkeys(reader.numbers)),
        reader.references,
    )
    _check_columns(read, list(columns))
    return read


def closest(name: object, choices: Iterable[object]) -> str:
    """Say which known names are closest to one that is not known.

    Parameters
    ----------
    name : object
        What was written.
    choices : iterable
        What could have been written.

    Returns
    -------
    str
        ``"closest: a, b"``, or ``"there are: a, b, c"`` when nothing is close.

    Examples
    --------
    >>> closest("agency_tpye", ["year", "agency_type"])
    'closest: agency_type'
    """
    known = [str(choice) for choice in choices]
    near = get_close_matches(str(name), known, n=3)
    return f"closest: {', '.join(near)}" if near else f"there are: {', '.join(known)}"


def _check_columns(read: Formula, columns: list[str]) -> None:
    """Refuse columns that are not there, and a response that also explains itself."""
    named = (*read.columns, *((read.response,) if read.response else ()))
    for name in named:
        if name not in columns:
            raise StudyRefusal(f"formula names column {name!r}, which is not in the table; {closest(name, columns)}")
    if read.response in read.columns:
        raise StudyRefusal(f"column {read.response!r} stands on both sides of the formula; leave it on the left only")
