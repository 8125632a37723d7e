"""Exhibits of checks: rootogram, ratios without one year at a time, the figures that move a ratio most."""

import numpy as np
import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.model_charts import chart_ratios
from zi_analysis.exhibits.model_tables import name_term
from zi_analysis.exhibits.style import FAINT, FAMILY_COLOURS, INK, chart_style, new_figure
from zi_analysis.exhibits.tables import make_table
from zi_analysis.exhibits.words import number, ratio, spread
from zi_analysis.study.checks import LeftOut, hang_rootogram, rank_influence
from zi_analysis.study.counts import CountFit


def chart_rootogram(fit: CountFit, edition: Edition, *, exhibit: str) -> Exhibit:
    """Hang the observed numbers of cells from the expected ones, on the scale of roots.

    Parameters
    ----------
    fit : CountFit
        A fitted count model.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: range, observed, expected, gap.
    """
    rows = hang_rootogram(fit)
    labels = [_range(low, high, edition) for low, high in zip(rows["low"], rows["high"], strict=True)]
    places, roots = np.arange(len(rows)), np.sqrt(rows["expected"])
    with chart_style():
        figure, (axes,) = new_figure(3.0)
        axes.bar(places, np.sqrt(rows["observed"]), bottom=rows["gap"] * -1, color="#cfd6dd", width=0.7)
        axes.plot(places, roots, color=FAMILY_COLOURS[_family(fit)], marker="D", markersize=5, linewidth=1.4)
        axes.axhline(0, color=INK, linewidth=0.8)
        axes.set_ylim(min(0.0, float(-rows["gap"].max())) - 0.15, float(roots.max()) + 0.25)
        axes.set_xticks(places, labels=labels)
        axes.set_xlabel(edition.say("axis.count_range"))
        axes.set_ylabel(edition.say("axis.root_cells"))
        axes.yaxis.set_major_formatter(lambda value, _: number(value, edition.language, decimals=1))
        axes.set_title(edition.say("mark.ends_off"), color=FAINT, fontsize=8)
    worst = labels[int(rows["gap"].abs().to_numpy().argmax())]
    model = edition.say(f"family.{_family(fit)}")
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=edition.say("title.rootogram", over=int((rows["gap"] > 0).sum()), bins=len(rows), model=model),
        alt=edition.say("alt.rootogram", bins=len(rows), worst=worst),
        source=edition.model_source,
        data=rows.assign(range=labels)[["range", "observed", "expected", "gap"]].round(6),
        figure=figure,
        language=edition.language,
    )


def _family(fit: CountFit) -> str:
    """Name the family of a fit."""
    return "poisson" if fit.alpha is None else "nb2"


def _range(low: int, high: object, edition: Edition) -> str:
    """Write a range of counts."""
    return edition.say("mark.or_more", low=low) if pd.isna(high) else spread(low, high, edition.language)


def chart_leave_out(left: LeftOut, fit: CountFit, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw each ratio of a fit with all years and without one at a time.

    Parameters
    ----------
    left : LeftOut
        From ``leave_years_out``.
    fit : CountFit
        The fit of all rows, for its reference levels.
    edition, exhibit
        As in ``chart_rootogram``.

    Returns
    -------
    Exhibit
        Data: label, rate_ratio, low, high.
    """
    rows = []
    for term in left.whole["term"]:
        whole = left.whole[left.whole["term"] == term].assign(left_out=None)
        others = left.ratios[left.ratios["term"] == term]
        for row in pd.concat([whole, others.astype({"left_out": object})]).to_dict("records"):
            year = row["left_out"]
            said = edition.say("mark.all_years") if year is None else edition.say("mark.without", year=year)
            name = f"{name_term(term, fit, edition)}\n" if year is None else ""
            numbers = {key: round(float(row[key]), 6) for key in ("rate_ratio", "low", "high")}
            rows.append({"label": f"{name}{said}", **numbers, "colour": INK if year is None else FAINT})
    model = edition.say(f"family.{_family(fit)}")
    return chart_ratios(pd.DataFrame(rows), edition, exhibit=exhibit, title=edition.say("title.leave_out", model=model))


def table_influence(
    left: LeftOut, cells: pd.DataFrame, fit: CountFit, edition: Edition, *, exhibit: str, most: int = 6
) -> Exhibit:
    """Show the figures without which a ratio moves most.

    Parameters
    ----------
    left : LeftOut
        From ``leave_cells_out``.
    cells : DataFrame
        The rows that were fitted: cell_id, year, predicate, agency_type, award_count.
    fit : CountFit
        The fit of all rows.
    edition, exhibit
        As in ``chart_rootogram``.
    most : int
        Rows shown.

    Returns
    -------
    Exhibit
        Data: left_out, award_count, term, rate_ratio, without, factor, moves.

    Raises
    ------
    StudyRefusal
        If no cell can be left out.
    """
    ranked = rank_influence(left).head(most)
    if ranked.empty:
        raise StudyRefusal("without any one cell the model has no answer", key="no_influence")
    named = cells.set_index("cell_id")
    rows = ranked.assign(
        left_out=[name_cell(named.loc[cell], edition) for cell in ranked["left_out"]],
        award_count=[int(named.loc[cell, "award_count"]) for cell in ranked["left_out"]],
        term=[name_term(term, fit, edition) for term in ranked["term"]],
    )
    first = rows.iloc[0]
    return make_table(
        rows.round(6),
        edition,
        exhibit=exhibit,
        title=edition.say(
            "title.influence", cell=first["left_out"], factor=ratio(float(first["factor"]), edition.language)
        ),
        source=edition.model_source,
        headers={
            "left_out": "column.left_out",
            "award_count": "column.count",
            "term": "column.term",
            "rate_ratio": "column.whole_ratio",
            "without": "column.without_ratio",
            "factor": "column.factor",
            "moves": "column.moves",
        },
        formats={
            "award_count": "count",
            "rate_ratio": "ratio",
            "without": "ratio",
            "factor": "ratio",
            "moves": "percent",
        },
    )


def name_cell(cell: pd.Series, edition: Edition) -> str:
    """Say a cell: year, predicate, and agency type unless it is all of them."""
    words = [str(cell["year"]), edition.say(f"predicate.{cell['predicate']}")]
    if cell["agency_type"] != "all":
        words.append(edition.say(f"type.{cell['agency_type']}"))
    return " ".join(words)
