"""Tiles by year: how well each cell, exposure and coverage is known, with its number or bounds."""

from collections.abc import Sequence

import pandas as pd
import seaborn as sns
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from zi_analysis.errors import StudyRefusal
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.style import STATUS_COLOURS, chart_style, new_figure
from zi_analysis.exhibits.words import is_missing, number, say, spread

_STATES = ("exact", "bounded", "sum", "unknown")


def chart_status(cells: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw every cell as a tile: its count or bounds, coloured by how well it is known.

    Parameters
    ----------
    cells : DataFrame
        From ``count_cells``.
    edition : Edition
        Language, years and agency types.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: cell_id, year, agency_type, predicate, lower, upper, status.
    """
    rows = _of_edition(cells[cells["level"] == "cell"], edition)
    pairs = [(name, predicate) for name in edition.agency_types for predicate in ("WBK", "WBBM")]
    names = [f"{name}/{predicate}" for name, predicate in pairs]
    labels = [f"{edition.say(f'type.{name}')} {predicate}" for name, predicate in pairs]
    keyed = rows.assign(row=rows["agency_type"] + "/" + rows["predicate"], text=_bounds(rows, edition))
    counts = {state: int((rows["status"] == state).sum()) for state in _STATES}
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=edition.say("title.status", cells=len(rows), **counts),
        alt=edition.say("alt.status", cells=len(rows), **counts),
        source=edition.settled_source,
        data=rows[["cell_id", "year", "agency_type", "predicate", "lower", "upper", "status"]],
        figure=_draw(keyed, names, labels, edition),
        language=edition.language,
    )


def chart_exposures(exposures: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw what is known of the exposure of the edition by agency type and year.

    Parameters
    ----------
    exposures : DataFrame
        From ``count_cells``.
    edition : Edition
        Language, years, agency types and exposure.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: exposure_id, year, agency_type, measure, lower, upper, status.

    Raises
    ------
    StudyRefusal
        If the edition has no exposure.
    """
    if edition.exposure == "none":
        raise StudyRefusal("no exposure is chosen", key="no_exposure")
    wanted = exposures[exposures["measure"] == edition.exposure]
    names = [*edition.agency_types, "local", "all"]
    rows = wanted[wanted["year"].isin(edition.years) & wanted["agency_type"].isin(names)].reset_index(drop=True)
    keyed = rows.assign(row=rows["agency_type"], text=_bounds(rows, edition))
    values = {
        "measure": edition.say(f"measure.{edition.exposure}"),
        "exact": int((rows["status"] == "exact").sum()),
        "numbers": len(rows),
    }
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=edition.say("title.exposures_known", **values),
        alt=edition.say("alt.exposures_known", **values),
        source=edition.settled_source,
        data=rows[["exposure_id", "year", "agency_type", "measure", "lower", "upper", "status"]],
        figure=_draw(keyed, names, [edition.say(f"type.{name}") for name in names], edition),
        language=edition.language,
    )


def chart_type_coverage(cells: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw how many awards are known by name in each agency type and year, out of how many.

    Parameters
    ----------
    cells : DataFrame
        From ``count_cells``.
    edition : Edition
        Language, years, predicate and agency types.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: cell_id, year, agency_type, predicate, named, lower, upper, coverage_low, coverage_high.
    """
    rows = _of_edition(cells[cells["predicate"] == edition.predicate], edition)
    texts = [_named_of(row.named, row.lower, row.upper, edition.language) for row in rows.itertuples()]
    keyed = rows.assign(row=rows["agency_type"], text=texts)
    values = {
        "named": int(rows["named"].sum()),
        "predicate": edition.say(f"predicate.{edition.predicate}"),
        "empty": int((rows["named"] == 0).sum()),
        "cells": len(rows),
    }
    facts = ["cell_id", "year", "agency_type", "predicate", "named", "lower", "upper"]
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=edition.say("title.type_coverage", **values),
        alt=edition.say("alt.type_coverage", **values),
        source=edition.settled_source,
        data=rows[[*facts, "coverage_low", "coverage_high"]],
        figure=_draw(
            keyed, list(edition.agency_types), [edition.say(f"type.{name}") for name in edition.agency_types], edition
        ),
        language=edition.language,
    )


def _of_edition(cells: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """Keep the cells of the years and agency types chosen."""
    chosen = cells["agency_type"].isin(list(edition.agency_types)) & cells["year"].isin(edition.years)
    return cells[chosen].reset_index(drop=True)


def _bounds(rows: pd.DataFrame, edition: Edition) -> list[str]:
    """A number, a range, an open range, or the mark of the unknown."""
    return [_tile_text(row.status, row.lower, row.upper, edition.language) for row in rows.itertuples()]


def _tile_text(status: str, lower: object, upper: object, language: str) -> str:
    """Write a cell's bounds."""
    if status == "unknown":
        return say("mark.none_known", language)
    return f"≥{number(lower, language)}" if is_missing(upper) else spread(lower, upper, language)


def _named_of(named: int, lower: int, upper: object, language: str) -> str:
    """Named awards over the published count or its bounds."""
    if is_missing(upper):
        return number(named, language) if named else say("mark.none_known", language)
    return f"{number(named, language)}\n/{spread(lower, upper, language)}"


def _draw(keyed: pd.DataFrame, names: Sequence[str], labels: Sequence[str], edition: Edition) -> Figure:
    """A row of tiles for each name, a column for each year; ``keyed`` has row, year, status and text."""
    years = list(edition.years)
    wide = keyed.pivot(index="row", columns="year", values=["status", "text"]).reindex(list(names))
    states = wide["status"].reindex(columns=years).map(_STATES.index)
    lines = 1 + int(keyed["text"].str.contains("\n").any())
    with chart_style():
        figure, (axes,) = new_figure(0.9 + (0.24 + 0.12 * lines) * len(names))
        sns.heatmap(
            states.set_axis(list(labels)).astype(float),
            ax=axes,
            cmap=ListedColormap([STATUS_COLOURS[state] for state in _STATES]),
            vmin=-0.5,
            vmax=len(_STATES) - 0.5,
            annot=wide["text"].reindex(columns=years).to_numpy(),
            fmt="",
            annot_kws={"fontsize": 6.4 if len(years) > 10 else 7.5},
            cbar=False,
            linewidths=1.2,
            linecolor="white",
        )
        axes.tick_params(length=0, rotation=0)
        axes.set_xlabel("")
        axes.set_ylabel("")
        handles = [Patch(color=STATUS_COLOURS[state], label=edition.say(f"bound.{state}")) for state in _STATES]
        axes.legend(handles=handles, ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return figure
