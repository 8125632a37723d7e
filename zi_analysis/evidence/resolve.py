"""Agencies as written, found in the register: exact, by another name, by rule, by likeness, or left open."""

from collections.abc import Iterator

import pandas as pd

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.matching import Match, match_agency
from zi_analysis.evidence.register import Register, load_register

MATCH_COLUMNS = ("agency_id", "agency", "agency_type", "method", "score", "candidates")


def resolve_agencies(
    frame: pd.DataFrame,
    *,
    name: str,
    unit: str | None = None,
    year: str | None = None,
    register: Register | None = None,
) -> pd.DataFrame:
    """Find the body of the register that each agency as written means in its year.

    The ways are tried in this order. exact: a name of a body in that year. alias: an abbreviation, a former
    or another name, a decided spelling. rule: parentheses and "atau" give another reading; a body or its
    directorate general is named inside the words; the kind of unit has one owner at the end of that year (a
    Polres is the police's); a place is borne by one government only, or the unit names which; the body that
    followed one that had ended. fuzzy: the closest name, from 92 points on and 5 ahead of the next body.
    Everything else stays open, with candidates. The six administrative units of Jakarta stand for the
    province.

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
    asked = list(_asked(frame, name, unit, year))
    answers = {ask: match_agency(*ask, register=register) for ask in dict.fromkeys(asked)}
    columns = {ask: _cells(match, register) for ask, match in answers.items()}
    cells = pd.DataFrame([columns[ask] for ask in asked], columns=MATCH_COLUMNS, index=frame.index)
    typed = {column: "str" for column in MATCH_COLUMNS if column != "score"} | {"score": "float64"}
    kept = frame.drop(columns=[column for column in MATCH_COLUMNS if column in frame])
    return pd.concat([kept, cells.astype(typed)], axis=1)


def _asked(frame: pd.DataFrame, name: str, unit: str | None, year: str | None) -> Iterator[tuple[str, str, int | None]]:
    """Read name, unit and year of each row."""
    for column in (name, unit, year):
        if column is not None and column not in frame:
            raise EvidenceError(
                f'column "{column}" is not in the frame ({", ".join(map(str, frame))}); name one of these'
            )
    empty = [None] * len(frame)
    names, units, years = (empty if column is None else frame[column] for column in (name, unit, year))
    for row, (agency, service, when) in enumerate(zip(names, units, years, strict=True)):
        yield _text(agency), _text(service), _whole_year(when, row, year)


def _text(value: object) -> str:
    """Return a cell as text, empty when missing."""
    return "" if value is None or pd.isna(value) else str(value).strip()


def _whole_year(value: object, row: int, column: str | None) -> int | None:
    """Return a cell as a year, None when missing."""
    text = _text(value)
    if not text:
        return None
    try:
        number = float(text)
        if not number.is_integer():
            raise ValueError(text)
    except (ValueError, OverflowError) as error:
        raise EvidenceError(
            f'year "{text}" at row {row}, column {column} is no whole number; write it like 2019 or leave it empty'
        ) from error
    return int(number)


def _cells(match: Match, register: Register) -> tuple[object, ...]:
    """Return the cells that tell a match."""
    candidates = "|".join(match.candidates) if match.agency_id is None and match.candidates else None
    if match.agency_id is None:
        return None, None, None, match.method, match.score, candidates
    body = register.bodies[match.agency_id]
    return body.agency_id, body.name, body.agency_type, match.method, match.score, None
