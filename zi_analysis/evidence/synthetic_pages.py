"""The made-up pages of synthetic evidence: who tells which count, who names which unit, and where pages differ."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import count

import numpy as np
import pandas as pd

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.register import load_register

_NOTE = "synthetic: made up for teaching, no page and no award"
_MINISTRY, _BOARD = "synthetic-ministry-a", "synthetic-board-a"
_NEWS = ("synthetic-news-a", "synthetic-news-b", "synthetic-news-c")
_SOURCES = (
    (_MINISTRY, "Kementerian PANRB (synthetic)", "ministry"),
    (_BOARD, "Audit board (synthetic)", "agency"),
    *((page, f"News {page[-1].upper()} (synthetic)", "news") for page in _NEWS),
)
_FIRST_ROW = 5001  # far from the rows of the real tables, so that hand decisions on those never apply here
_NAMED_SHARE, _TWICE_SHARE = 0.1, 0.25
_COUNT_COLUMNS = [
    *("figure_id", "year", "scope", "agency_type", "agency", "predicate", "measure", "value"),
    *("basis", "track", "coverage", "derived", "source_id", "note"),
]
_AWARD_COLUMNS = [
    *("award_id", "year", "agency_as_written", "unit_as_written", "predicate", "agency", "agency_type", "unit"),
    *("region_hint", "track", "year_basis", "status", "list_complete", "source_id", "note"),
]
_PLAN = ("clean", "publisher_tier", "arithmetic", "publishers", "disputed", "sums")  # of the years, in turn


def synthetic_sources() -> pd.DataFrame:
    """List the made-up pages, in the form of table ``sources``."""
    pages = pd.DataFrame(_SOURCES, columns=["source_id", "publisher", "publisher_kind"])
    pages = pages.assign(url=None, title_or_subject=_NOTE, published=None)
    return pages[["source_id", "url", "publisher", "title_or_subject", "published", "publisher_kind"]]


def no_decisions() -> dict[str, pd.DataFrame]:
    """Nothing was decided by hand about made-up pages, and each publisher is a family of its own."""
    names = [publisher for _, publisher, _ in _SOURCES]
    return {
        "decisions": pd.DataFrame(columns=["settled_id", "value", "reason"]),
        "families": pd.DataFrame({"publisher": names, "family": names}),
        "readings": pd.DataFrame(columns=["table", "row_id", "column", "value", "reason"]),
    }


def plant_counts(cells: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Let pages tell the counts of each year, with conflicts whose answer is known.

    Parameters
    ----------
    cells : DataFrame
        year, agency_type, predicate, count, agencies, proposed.

    Returns
    -------
    tuple of DataFrame
        Rows of table ``published_counts``; and settled_id, true, told, rule of each planted conflict. The years take
        turns: all told alike; the ministry against news; one value ruled out by the sum of both predicates; two news
        pages against one; one against one (disputed); only sums over types told.
    """
    told: list[tuple] = []
    planted: list[dict] = []
    for turn, (year, of_year) in enumerate(cells.groupby("year")):
        total = of_year.groupby("predicate")["count"].sum()
        plan = _PLAN[turn % len(_PLAN)]
        rows, rule = _tell_year(plan, of_year, int(total["WBK"]), int(total["WBBM"]))
        told += [(year, *row) for row in rows + _tell_proposals(of_year)]
        values = sorted({row[3] for row in rows if row[:3] == _WBK})
        if len(values) > 1:
            name = f"s-{year}-national-WBK-units_awarded"
            planted.append({"settled_id": name, "true": int(total["WBK"]), "told": values, "rule": rule})
    return _count_rows(told), pd.DataFrame(planted, columns=["settled_id", "true", "told", "rule"])


_WBK = ("all", "WBK", "units_awarded")
_WBBM = ("all", "WBBM", "units_awarded")
_ALL = ("all", "all", "units_awarded")


def _tell_year(plan: str, of_year: pd.DataFrame, wbk: int, wbbm: int) -> tuple[list[tuple], str]:
    """The awards of a year: (agency_type, predicate, measure, value, page), and the rule that settles WBK."""
    news_a, news_b, news_c = _NEWS
    slip = _slip(wbk)
    if plan == "publisher_tier":
        return [(*_WBK, wbk, _MINISTRY), (*_WBK, slip, news_a), (*_WBBM, wbbm, _MINISTRY)], plan
    if plan == "arithmetic":
        wrong = wbk + wbbm if wbbm else slip
        awards = [(*_WBK, wbk, news_a), (*_WBK, wrong, news_b), (*_WBBM, wbbm, _MINISTRY), (*_ALL, wbk + wbbm, _BOARD)]
        return awards, plan
    if plan == "publishers":
        return [(*_WBK, wbk, news_a), (*_WBK, wbk, news_b), (*_WBK, slip, news_c), (*_WBBM, wbbm, _BOARD)], plan
    if plan == "disputed":
        return [(*_WBK, wbk, news_a), (*_WBK, slip, news_b), (*_WBBM, wbbm, _MINISTRY)], plan
    if plan == "sums":
        return _tell_sums(of_year, wbk, wbbm), "single"
    by_cell = of_year[["agency_type", "predicate", "count"]].itertuples(index=False, name=None)
    cells = [(kind, predicate, "units_awarded", value, _MINISTRY) for kind, predicate, value in by_cell]
    return [(*_WBK, wbk, _MINISTRY), (*_WBK, wbk, news_a), (*_WBBM, wbbm, _MINISTRY), *cells], "agreed"


def _tell_sums(of_year: pd.DataFrame, wbk: int, wbbm: int) -> list[tuple]:
    """A year in which provinces, regencies and cities are told as one number."""
    central = of_year[of_year["agency_type"] == "central"]["count"].sum()
    return [
        *((*_WBK, wbk, _MINISTRY), (*_WBBM, wbbm, _MINISTRY), (*_ALL, wbk + wbbm, _MINISTRY)),
        ("local", "all", "units_awarded", wbk + wbbm - int(central), _MINISTRY),
    ]


def _tell_proposals(of_year: pd.DataFrame) -> list[tuple]:
    """Units proposed and agencies that propose, by type."""
    by_type = of_year.groupby("agency_type", sort=False).agg(proposed=("proposed", "sum"), agencies=("agencies", "max"))
    rows = [("all", "all", "units_proposed", int(by_type["proposed"].sum()), _MINISTRY)]
    for kind, proposed, agencies in by_type.itertuples(name=None):
        rows.append((kind, "all", "units_proposed", proposed, _MINISTRY))
        rows.append((kind, "all", "agencies_proposing", agencies, _MINISTRY))
    return rows


def _slip(value: int) -> int:
    """A slip of the pen: the last two digits change places, or one is added."""
    tens, ones = divmod(value, 10)
    turned = tens // 10 * 100 + ones * 10 + tens % 10
    return turned if turned not in (value, 0) else value + 1


def _count_rows(told: list[tuple]) -> pd.DataFrame:
    """Rows of table ``published_counts``."""
    columns = ["year", "agency_type", "predicate", "measure", "value", "source_id"]
    rows = pd.DataFrame(told, columns=columns).astype({"year": "Int64", "value": "Int64"})
    scope = rows["agency_type"].map(lambda kind: "national" if kind == "all" else "agency_type")
    ids = [f"f{number:04d}" for number in range(_FIRST_ROW, _FIRST_ROW + len(rows))]
    fixed = {"basis": "yearly", "track": "national", "coverage": "whole", "derived": "no", "note": _NOTE}
    return rows.assign(figure_id=ids, scope=scope, agency=None, **fixed)[_COUNT_COLUMNS]


def name_awards(cells: pd.DataFrame, *, random: np.random.Generator) -> pd.DataFrame:
    """Name a tenth of the awards, a quarter of these on two pages.

    Parameters
    ----------
    cells : DataFrame
        As for `plant_counts`.
    random : Generator
        Source of chance.

    Returns
    -------
    DataFrame
        Rows of table ``awards``. Every unit has a number of its own.

    Raises
    ------
    EvidenceError
        If more rows are drawn than the table's identifiers can number.
    """
    bodies = _lasting_bodies(int(cells["year"].min()))
    numbers = count(1)
    rows: list[dict] = []
    for cell in cells.itertuples(index=False):
        for _ in range(int(random.binomial(cell.count, _NAMED_SHARE))):
            agency = str(random.choice(bodies[cell.agency_type]))
            fact = _award(cell, agency, next(numbers))
            rows += [fact | {"source_id": page} for page in _pages(random)]
    if len(rows) > 9999 - _FIRST_ROW:
        raise EvidenceError(f"{len(rows)} rows are too many for the table awards; lower rates or exposure")
    ids = [f"a{number:04d}" for number in range(_FIRST_ROW, _FIRST_ROW + len(rows))]
    return pd.DataFrame(rows).reindex(columns=_AWARD_COLUMNS).assign(award_id=ids).astype({"year": "Int64"})


def _pages(random: np.random.Generator) -> Iterator[str]:
    """One page, sometimes two."""
    pages = random.choice(_NEWS, size=2, replace=False)
    return iter(map(str, pages if random.random() < _TWICE_SHARE else pages[:1]))


def _award(cell: tuple, agency: str, number: int) -> dict:
    """One award as a page tells it."""
    unit = f"Unit Sintetis {number:04d}"
    year, agency_type, predicate = cell[:3]
    return {
        **{"year": year, "agency_as_written": agency, "unit_as_written": unit, "predicate": predicate},
        **{"agency": agency, "agency_type": agency_type, "unit": unit, "region_hint": None, "track": "national"},
        **{"year_basis": "stated", "status": "held", "list_complete": "no", "note": _NOTE},
    }


@lru_cache(maxsize=4)
def _lasting_bodies(first_year: int) -> dict[str, np.ndarray]:
    """Names of the bodies that exist all the time, by agency type."""
    bodies = load_register().agencies_in(first_year - 1)
    lasting = bodies[bodies["valid_to"].isna() & bodies["successors"].isna()]
    return {str(kind): rows["name"].to_numpy(dtype=str) for kind, rows in lasting.groupby("agency_type")}
