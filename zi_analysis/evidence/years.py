"""Evaluation years as lists write them: TA 2023, Desember 2023, 2023/2024, a date."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

FIRST_YEAR = 2012  # the first rules, PermenPAN 60/2012
_NUMBER = re.compile(r"(?<![\d.,-])\d+(?:[.,]\d+)*(?![\d.,]*\d)")
_SPAN = re.compile(r"\b((?:19|20)\d\d)\s*(?:/|-|–|—|s\.?d\.?|sampai|to)\s*((?:19|20)?\d\d)\b", flags=re.IGNORECASE)
_YEAR = re.compile(r"(?<![\d.,-])((?:19|20)\d\d)(?:[.,]0+)?(?![.,]?\d)")
_DATE = re.compile(
    r"\b(?:(?P<first>(?:19|20)\d\d)[-/.](?P<m1>\d{1,2})[-/.]\d{1,2}|\d{1,2}[-/.](?P<m2>\d{1,2})[-/.](?P<last>(?:19|20)\d\d))\b"
)
_FOOTNOTES = re.compile("[\u00b2\u00b3\u00b9\u2070-\u2079]")  # raised digits are marks of notes
_MONTHS = {
    **{"januari": 1, "february": 2, "februari": 2, "january": 1, "jan": 1, "feb": 2, "peb": 2, "pebruari": 2},
    **{"maret": 3, "march": 3, "mar": 3, "april": 4, "apr": 4, "mei": 5, "may": 5, "juni": 6, "june": 6, "jun": 6},
    **{"juli": 7, "july": 7, "jul": 7, "agustus": 8, "august": 8, "agu": 8, "ags": 8, "agt": 8, "aug": 8},
    **{"september": 9, "sept": 9, "sep": 9, "oktober": 10, "october": 10, "okt": 10, "oct": 10},
    **{"november": 11, "nopember": 11, "nov": 11, "nop": 11, "desember": 12, "december": 12, "des": 12, "dec": 12},
}
_MAY_BE_LATE = (1, 2)  # months in which the ceremony of the year before was held


@dataclass(frozen=True)
class YearRead:
    """A year as written, read."""

    year: int | None
    fault: str  # why there is none, "" if there is one
    derived: bool  # the cell says more than the year, or something else than a plain year


def read_year(text: str, *, latest: int | None = None) -> YearRead:
    """Read an evaluation year from a cell.

    A plain year, a year with words (TA 2023, Tahun 2023), a month or date from March on, and a pair of
    following years (2023/2024: the evaluation of the first, told in the second) are read. A date in January or
    February may belong to the ceremony of the year before, a longer span to any of its years: both stay open.

    Parameters
    ----------
    text : str
        The cell; empty text is no year.
    latest : int, optional
        The last year that may be told; this calendar year when left out.

    Returns
    -------
    YearRead
        The year, or the fault.

    Examples
    --------
    >>> read_year("TA 2023").year, read_year("2023/2024").year, read_year("Desember 2023").year
    (2023, 2023, 2023)
    >>> read_year("20222", latest=2026).fault
    '"20222" is no year; write the evaluation year like 2023'
    """
    latest = date.today().year if latest is None else latest
    plain = " ".join(unicodedata.normalize("NFKC", _FOOTNOTES.sub("", text)).split())
    if not plain:
        return YearRead(None, "no year is told", False)
    if plain.isdecimal() and len(plain) == 4:
        return _checked(int(plain), text, latest, derived=False)
    return _by_date(plain, text, latest) or _by_span(plain, text, latest) or _by_words(plain, text, latest)


def _by_date(plain: str, text: str, latest: int) -> YearRead | None:
    """Read a date or a month with its year."""
    found = _DATE.search(plain)
    if found:
        month = int(found["m1"] or found["m2"])
        return _of_month(int(found["first"] or found["last"]), month, text, latest) if 1 <= month <= 12 else None
    months = {_MONTHS[word] for word in re.findall(r"[a-z]+", plain.casefold()) if word in _MONTHS}
    years = {int(year) for year in _YEAR.findall(plain)}
    if len(months) == 1 and len(years) == 1:
        return _of_month(years.pop(), months.pop(), text, latest)
    return None


def _of_month(year: int, month: int, text: str, latest: int) -> YearRead:
    """Take the year of a month in which no ceremony of the year before was held."""
    if month in _MAY_BE_LATE:
        fault = (
            f'"{_short(text)}" may be the ceremony of {year - 1} or the year {year}; '
            f"write the evaluation year ({year - 1} or {year})"
        )
        return YearRead(None, fault, True)
    return _checked(year, text, latest, derived=True)


def _by_span(plain: str, text: str, latest: int) -> YearRead | None:
    """Read two years in one cell."""
    found = _SPAN.search(plain)
    if not found:
        return None
    first = int(found[1])
    last = int(found[2]) if len(found[2]) == 4 else first // 100 * 100 + int(found[2])
    if last != first + 1:
        return YearRead(None, f'"{_short(text)}" tells several years; write one row for each', True)
    return _checked(first, text, latest, derived=True)


def _by_words(plain: str, text: str, latest: int) -> YearRead:
    """Read the only year among words."""
    years = {int(year) for year in _YEAR.findall(plain)}
    if len(years) > 1:
        return YearRead(None, f'"{_short(text)}" tells several years; write one row for each', True)
    others = [number for number in _NUMBER.findall(plain) if not _YEAR.fullmatch(number)]
    if not years or (others and not re.search("[A-Za-z]", plain)):
        return YearRead(None, f'"{_short(text)}" is no year; write the evaluation year like 2023', True)
    return _checked(years.pop(), text, latest, derived=re.fullmatch(r"\d{4}[.,]0+", plain) is None)


def _checked(year: int, text: str, latest: int, *, derived: bool) -> YearRead:
    """Refuse a year in which there was no evaluation."""
    if FIRST_YEAR <= year <= latest:
        return YearRead(year, "", derived)
    fault = f'"{_short(text)}" is outside {FIRST_YEAR} (the first rules) to {latest}; write the evaluation year'
    return YearRead(None, fault, derived)


def _short(text: str) -> str:
    """Shorten a cell for a message."""
    plain = " ".join(text.split())
    return plain if len(plain) <= 40 else f"{plain[:39]}…"
