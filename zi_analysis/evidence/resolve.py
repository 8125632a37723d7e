"""Agencies as written, found in the register: exact, by another name, by rule, by likeness, or left open."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pandas as pd

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.likeness import LEAST_MARGIN, LEAST_SCORE
from zi_analysis.evidence.matching import Match, Thresholds, YearlyMatches, unit_match
from zi_analysis.evidence.namereading import NameReading, UnitReading
from zi_analysis.evidence.register import Register, load_register

MATCH_COLUMNS = ("agency_id", "agency", "agency_type", "method", "score", "candidates")


@dataclass(frozen=True)
class Resolved:
    """Rows and the distinct questions they ask: row i has the answer ``matches[codes[i]]``."""

    codes: np.ndarray  # int64, one per row
    matches: list[Match]


def resolve_agencies(
    frame: pd.DataFrame,
    *,
    name: str,
    unit: str | None = None,
    year: str | None = None,
    register: Register | None = None,
    least_score: float = LEAST_SCORE,
    least_margin: float = LEAST_MARGIN,
) -> pd.DataFrame:
    """Find the body of the register that each agency as written means in its year.

    The ways are tried in this order. exact: a name of a body in that year. alias: an abbreviation, a former
    or another name, a decided spelling. rule: parentheses and "atau" give another reading; spaces lost, words
    in another order, the head of a government or its province told beside; a body or its directorate general
    is named inside the words; the kind of unit has one owner at the end of that year (a Polres is the
    police's); a place is borne by one government only, or the unit names which; the body that followed one
    that had ended. fuzzy: the one name that is a slip away (see `closest`). Everything else stays open, with
    candidates. The six administrative units of Jakarta stand for the province.

    Parameters
    ----------
    frame : pd.DataFrame
        One row per agency to find.
    name : str
        Column with the agency as written; it may be empty.
    unit : str, optional
        Column with the unit as written.
    year : str, optional
        Column with the evaluation year.
    register : Register, optional
        Loaded from the project when left out.
    least_score, least_margin : float, optional
        Points of likeness that a name must reach, and be ahead of the next body; see `closest`.

    Returns
    -------
    pd.DataFrame
        The frame, same rows and order, with agency_id, agency (the register's name), agency_type, method
        (exact, alias, rule, fuzzy or open), score (0 to 100: 100, 95 and 90 for exact, alias and rule, the
        likeness for fuzzy, 0 for open) and candidates (agency_ids joined by "|", only for open rows). Columns
        of these names are replaced.

    Raises
    ------
    EvidenceError
        If a column is not in the frame or a year is no whole number.

    Examples
    --------
    >>> rows = pd.DataFrame({"who": ["Pemkot Madiun", "Madiun"], "when": [2020, 2020]})
    >>> resolve_agencies(rows, name="who", year="when")[["agency", "method", "candidates"]].values.tolist()
    [['Kota Madiun', 'alias', nan], [nan, 'open', '35.19|35.77']]
    """
    register = load_register() if register is None else register
    resolved = resolve_codes(
        frame,
        name=name,
        unit=unit,
        year=year,
        register=register,
        least_score=least_score,
        least_margin=least_margin,
    )
    distinct = {id(match): match for match in resolved.matches}
    at = {key: code for code, key in enumerate(distinct)}
    codes = np.fromiter((at[id(match)] for match in resolved.matches), "int64", len(resolved.matches))
    cells = pd.DataFrame([_cells(match, register) for match in distinct.values()], columns=MATCH_COLUMNS)
    typed = {column: "str" for column in MATCH_COLUMNS if column != "score"} | {"score": "float64"}
    taken = cells.astype(typed).take(codes[resolved.codes]).set_axis(frame.index)
    kept = frame.drop(columns=[column for column in MATCH_COLUMNS if column in frame])
    return pd.concat([kept, taken], axis=1)


def resolve_codes(
    frame: pd.DataFrame,
    *,
    name: str,
    unit: str | None = None,
    year: str | None = None,
    register: Register,
    least_score: float = LEAST_SCORE,
    least_margin: float = LEAST_MARGIN,
) -> Resolved:
    """Find the body of each distinct name, unit and year of a frame, and which rows ask for it.

    Parameters
    ----------
    frame, name, unit, year, register, least_score, least_margin
        As in `resolve_agencies`.

    Returns
    -------
    Resolved
        One code per row and one match per code, codes in the order of first sight.

    Raises
    ------
    EvidenceError
        If a column is not in the frame or a year is no whole number.

    Examples
    --------
    >>> rows = pd.DataFrame({"who": ["BPS", "BPK", "BPS"]})
    >>> resolve_codes(rows, name="who", register=load_register()).codes.tolist()
    [0, 1, 0]
    """
    for column in (name, unit, year):
        if column is not None and column not in frame:
            raise EvidenceError(
                f'column "{column}" is not in the frame ({", ".join(map(str, frame))}); name one of these'
            )
        if column is not None and isinstance(frame[column], pd.DataFrame):
            raise EvidenceError(f'the frame has several columns "{column}"; rename all but one')
    name_codes, names = _distinct_text(frame, name)
    unit_codes, units = _distinct_text(frame, unit)
    year_codes, years = _distinct_years(frame, year)
    combined = (name_codes * len(units) + unit_codes) * len(years) + year_codes
    codes, asked = pd.factorize(combined)
    pairs, year_at = np.divmod(asked, len(years))
    name_at, unit_at = np.divmod(pairs, len(units))
    matches = resolve_distinct(
        [names[at] for at in name_at],
        [units[at] for at in unit_at],
        [years[at] for at in year_at],
        register=register,
        least_score=least_score,
        least_margin=least_margin,
    )
    return Resolved(codes.astype("int64"), matches)


def resolve_distinct(
    names: Sequence[str],
    units: Sequence[str],
    years: Sequence[int | None],
    *,
    register: Register,
    least_score: float = LEAST_SCORE,
    least_margin: float = LEAST_MARGIN,
) -> list[Match]:
    """Find the body of each distinct name, unit and year.

    Each distinct name and unit is read once, whatever the number of years and pairs.

    Parameters
    ----------
    names, units : sequence of str
        As written, "" when not told; same length.
    years : sequence of int or None
        Evaluation years; same length.
    register : Register
        From `load_register`.
    least_score, least_margin : float, optional
        As in `resolve_agencies`.

    Returns
    -------
    list of Match
        In the order asked.

    Examples
    --------
    >>> [match.agency_id for match in resolve_distinct(["BPS", ""], ["", "PA Pati"], [2020, 2020],
    ...  register=load_register())]
    ['bps', 'ma']
    """
    thresholds = Thresholds(least_score, least_margin)
    with _no_collecting():
        told = {name: NameReading(name, register) for name in dict.fromkeys(names)}
        answers = {name: YearlyMatches(reading, thresholds) for name, reading in told.items()}
        services = {unit: UnitReading(unit, register) for unit in dict.fromkeys(units)}
        return [
            unit_match(told[name], answers[name].in_year(year), services[unit], year)
            for name, unit, year in zip(names, units, years, strict=True)
        ]


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Pause the search for reference cycles: readings form none, and searching them takes a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _distinct_text(frame: pd.DataFrame, column: str | None) -> tuple[np.ndarray, list[str]]:
    """Return the distinct texts of a column and which of them each row has; missing and spaces are empty."""
    if column is None:
        return np.zeros(len(frame), dtype="int64"), [""]
    cells = frame[column]
    try:
        codes, values = pd.factorize(cells, use_na_sentinel=True)
    except TypeError:  # lists and other cells that cannot be compared are taken as text
        codes, values = pd.factorize(cells.map(str, na_action="ignore"), use_na_sentinel=True)
    return codes.astype("int64") + 1, ["", *(str(value).strip() for value in values)]


def _distinct_years(frame: pd.DataFrame, column: str | None) -> tuple[np.ndarray, list[int | None]]:
    """Return the distinct years of a column and which of them each row has."""
    codes, texts = _distinct_text(frame, column)
    years: list[int | None] = []
    for code, text in enumerate(texts):
        try:
            years.append(_whole_year(text))
        except (ValueError, OverflowError) as error:
            row = int(np.flatnonzero(codes == code)[0])
            raise EvidenceError(
                f'year "{text}" at row {row}, column {column} is no whole number; write it like 2019 or leave it empty'
            ) from error
    return codes, years


def _whole_year(text: str) -> int | None:
    """Return a cell as a year, None when empty."""
    if not text:
        return None
    number = float(text)
    if not number.is_integer():
        raise ValueError(text)
    return int(number)


def _cells(match: Match, register: Register) -> tuple[object, ...]:
    """Return the cells that tell a match."""
    candidates = "|".join(match.candidates) if match.agency_id is None and match.candidates else None
    if match.agency_id is None:
        return None, None, None, match.method, match.score, candidates
    body = register.bodies[match.agency_id]
    return body.agency_id, body.name, body.agency_type, match.method, match.score, None
