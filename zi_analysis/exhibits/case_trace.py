"""Table of a case: where each of its figures is from."""

from dataclasses import replace
from typing import Any

import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.evidence.case import Case
from zi_analysis.exhibits.case_national import say_bounds
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.tables import make_table
from zi_analysis.exhibits.words import is_missing

_COLUMNS = ["figure", "value", "pages", "with_address", "publisher", "identifier", "address"]


def table_trace(figures: pd.DataFrame, case: Case, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show each figure of the case with the pages behind it.

    Parameters
    ----------
    figures : DataFrame
        From ``list_figures``.
    case : Case
        From ``read_case``.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: as ``list_figures`` gives it.

    Raises
    ------
    StudyRefusal
        If the case has no figure.
    """
    if figures.empty:
        raise StudyRefusal("no whole figure and no award by name is told of this year", key="case_no_figures")
    shown = figures.assign(
        figure=[_say_figure(row, edition) for row in figures.itertuples()],
        value=[say_bounds(row, edition) for row in figures.itertuples()],
        publisher=[_say_publisher(row, edition) for row in figures.itertuples()],
    )
    title = edition.say("case_title.trace", figures=len(figures), alone=int(rests_alone(figures).sum()))
    table = make_table(
        shown,
        edition,
        exhibit=exhibit,
        pictured=False,
        title=title,
        source=edition.say("case_source.trace", agency=case.name),
        headers={name: f"case_column.{name}" for name in _COLUMNS},
        formats={"value": "words", "pages": "count", "with_address": "count"},
    )
    return replace(table, data=figures.reset_index(drop=True))


def rests_alone(figures: pd.DataFrame) -> pd.Series:
    """Tell which figures rest on one source that has no address.

    Parameters
    ----------
    figures : DataFrame
        From ``list_figures``.

    Returns
    -------
    Series of bool

    Examples
    --------
    >>> rests_alone(pd.DataFrame({"pages": [1, 1, 2], "with_address": [0, 1, 0]})).tolist()
    [True, False, False]
    """
    return (figures["pages"] == 1) & (figures["with_address"] == 0)


def _say_figure(row: Any, edition: Edition) -> str:
    """What a figure counts, of whom and when."""
    if row.about == "award":
        predicate = edition.say("mark.not_split") if is_missing(row.predicate) else row.predicate
        return edition.say("case_figure.award", unit=row.unit, predicate=predicate, at_year=int(row.year))
    values = {"measure": edition.say(f"measure.{row.measure}"), "at_year": int(row.year)}
    predicate = edition.say(f"predicate.{row.predicate}")
    if row.about == "stock":
        return edition.say("case_figure.stock", at_year=int(row.year), predicate=predicate)
    if row.measure == "units_awarded":
        values["measure"] = edition.say("case_figure.units", predicate=predicate)
    key = "case_figure.country" if row.agency_type == "all" else "case_figure.of_type"
    return edition.say(key, **values, type=edition.say(f"type.{row.agency_type}"))


def _say_publisher(row: Any, edition: Edition) -> str:
    """The publisher of a single source, or how many sources there are."""
    if not is_missing(row.publisher):
        return str(row.publisher)
    return edition.say("case_mark.sources", sources=row.pages)
