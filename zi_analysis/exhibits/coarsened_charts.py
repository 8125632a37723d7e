"""Exhibits of coarsened counts: every cell with what is known of it, rate ratios, and the value of a count."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter

from zi_analysis.errors import StudyRefusal
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.model_tables import name_term
from zi_analysis.exhibits.style import PREDICATE_COLOURS, TYPE_COLOURS, chart_style, new_figure, year_axis
from zi_analysis.exhibits.tables import make_table
from zi_analysis.exhibits.words import number, percent, ratio, spread
from zi_analysis.study.coarsened import CoarsenedFit
from zi_analysis.study.coarsened_compare import MODELS, CoarsenedComparison
from zi_analysis.study.coarsened_evidence import CoarseEvidence
from zi_analysis.study.coarsened_value import value_of_cells

_BOUND = "#d3dae1"
_MARKS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 400, 800, 1500, 3000)


def chart_cells(comparison: CoarsenedComparison, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw every cell: exact counts as dots, bounds as bars, and the expected count given all that is known.

    Parameters
    ----------
    comparison : CoarsenedComparison
        From ``compare_coarsened``.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: year, agency_type, predicate, known, lower, upper, expected, low, high.
    """
    rows = comparison.best.expected
    types = [name for name in TYPE_COLOURS if name in set(rows["agency_type"])]
    with chart_style():
        figure, panels = new_figure(0.55 + 1.45 * len(types), rows=len(types))
        for axes, name in zip(panels, types, strict=True):
            part = rows[rows["agency_type"] == name]
            _draw_cells(axes, part, edition)
            axes.set_title(edition.say(f"type.{name}"), fontweight="bold")
        figure.supylabel(edition.say("axis.units_root"), fontsize=9)
        colour = TYPE_COLOURS[types[0]] if rows["predicate"].nunique() == 1 else PREDICATE_COLOURS["WBK"]
        figure.legend(handles=_handles(colour, edition), loc="outside upper right", ncols=3)
    columns = ["year", "agency_type", "predicate", "known", "lower", "upper", "expected", "low", "high"]
    widest = rows.loc[(rows["high"] - rows["low"]).idxmax()]
    exact = int((rows["known"] == "exact").sum())
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=edition.say("title.coarse_cells", cells=len(rows), exact=exact, rest=len(rows) - exact),
        alt=edition.say("alt.coarse_cells", panels=len(types), widest=f"{name_cell(widest, edition)}"),
        source=edition.model_source,
        data=rows[columns].round({"expected": 3, "low": 3, "high": 3}).reset_index(drop=True),
        figure=figure,
        language=edition.language,
    )


def _draw_cells(axes: Axes, part: pd.DataFrame, edition: Edition) -> None:
    """One agency type; predicates side by side, unless they are added up."""
    predicates = list(dict.fromkeys(part["predicate"]))
    bounded = part["upper"].notna()
    top = 1.12 * float(max(part["expected"].max(), part.loc[bounded, "high"].max(), part["lower"].max(), 1))
    for predicate, shift in zip(predicates, np.linspace(-0.16, 0.16, 2) if len(predicates) > 1 else [0.0], strict=True):
        rows = part[part["predicate"] == predicate]
        colour = PREDICATE_COLOURS[predicate] if len(predicates) > 1 else TYPE_COLOURS[rows["agency_type"].iloc[0]]
        places, exact = rows["year"] + shift, (rows["known"] == "exact").to_numpy()
        above = np.minimum(rows["upper"].astype("Float64").to_numpy(dtype="float64", na_value=top), top)
        axes.vlines(places[~exact], rows["lower"][~exact].astype(float), above[~exact], color=_BOUND, linewidth=7)
        axes.vlines(
            places[~exact], rows["low"][~exact], rows["high"][~exact].clip(upper=top), color=colour, linewidth=1.4
        )
        axes.scatter(places[~exact], rows["expected"][~exact], s=22, facecolor="white", edgecolor=colour, zorder=3)
        axes.scatter(places[exact], rows["expected"][exact], s=26, color=colour, zorder=3)
    axes.set_yscale("function", functions=(lambda value: np.sqrt(np.maximum(value, 0)), np.square))
    axes.set_ylim(0, top)
    axes.yaxis.set_major_locator(FixedLocator(_choose_marks(top)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, edition.language)))
    axes.grid(axis="y", color="#e6e6e6", linewidth=0.6)
    axes.set_axisbelow(True)
    year_axis(axes, sorted(set(part["year"])))


def _choose_marks(top: float) -> list[int]:
    """Marks of a square root scale that leave room for their numbers."""
    kept: list[int] = []
    for mark in _MARKS:
        if mark <= top and (not kept or np.sqrt(mark) - np.sqrt(kept[-1]) > 0.17 * np.sqrt(top)):
            kept.append(mark)
    return kept


def _handles(colour: str, edition: Edition) -> list[Line2D]:
    """Explain bounds, exact counts and expected counts."""
    return [
        Line2D([], [], color=_BOUND, linewidth=7, label=edition.say("coarse.bounds_bar")),
        Line2D([], [], color=colour, marker="o", linestyle="", label=edition.say("coarse.exact_dot")),
        Line2D([], [], color=colour, marker="o", markerfacecolor="white", label=edition.say("coarse.expected_dot")),
    ]


def name_cell(row: pd.Series, edition: Edition) -> str:
    """Name a cell in words: year, agency type, predicate where they are apart."""
    predicate = "" if row["predicate"] == "all" else f", {row['predicate']}"
    return f"{row['year']}, {edition.say('type.' + str(row['agency_type']))}{predicate}"


def open_interval(low: float, high: float, edition: Edition) -> str:
    """Write an interval of a ratio that may be open on either side."""
    closed = (low > 0, np.isfinite(high))
    if np.isnan(low) or np.isnan(high) or not any(closed):
        return edition.say("coarse.nothing")
    if not closed[0]:
        return edition.say("coarse.open_low", high=float(high))
    if not closed[1]:
        return edition.say("coarse.open_high", low=float(low))
    return f"{ratio(low, edition.language)}–{ratio(high, edition.language)}"


def table_coarsened(comparison: CoarsenedComparison, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show the rate ratios of all that is known beside those of exact cells alone and of middles of bounds.

    Parameters
    ----------
    comparison : CoarsenedComparison
        From ``compare_coarsened``.
    edition, exhibit
        As in ``chart_cells``.

    Returns
    -------
    Exhibit
        Data: term, model, rate_ratio, interval, p_value.
    """
    rows = []
    for term in comparison.best.coefficients["term"]:
        if term == "Intercept":
            continue
        label = name_term(term, comparison.best, edition)
        for model in MODELS:
            rows.append(
                {"term": label, "model": edition.say(f"coarse.{model}")} | _answer(comparison, model, term, edition)
            )
            label = ""
    frame = pd.DataFrame(rows, columns=["term", "model", "rate_ratio", "interval", "p_value"])
    return make_table(
        frame.astype({"rate_ratio": "float64", "p_value": "float64"}).round(6),
        edition,
        exhibit=exhibit,
        title=edition.say("title.coarse_ratios"),
        source=edition.model_source,
        headers={name: f"column.{name}" for name in frame},
        formats={"rate_ratio": "ratio", "interval": "words", "p_value": "p"},
    )


def _answer(comparison: CoarsenedComparison, model: str, term: str, edition: Edition) -> dict:
    """Ratio, interval and p of one term under one model; missing where it refuses or lacks the term."""
    fit = comparison.fits.get(model)
    found = None if fit is None else fit.coefficients[fit.coefficients["term"] == term]
    if found is None or found.empty:
        return {"rate_ratio": None, "interval": edition.say("coarse.no_answer"), "p_value": None}
    row = found.iloc[0]
    interval = open_interval(row["low"], row["high"], edition)
    return {"rate_ratio": row["rate_ratio"], "interval": interval, "p_value": row["p_value"]}


def local_term(fit: CoarsenedFit) -> str:
    """The agency type whose ratio is known worst, the one to learn about; refuse where no types are compared."""
    rows = fit.coefficients[fit.coefficients["term"].str.contains("agency_type", regex=False)]
    if rows.empty:
        raise StudyRefusal("no agency types are compared", key="no_types")
    rows = rows[rows["std_error"].notna()]
    if rows.empty:
        raise StudyRefusal("no ratio of agency types has a standard error", key="no_interval")
    return str(rows.loc[rows["std_error"].idxmax(), "term"])


def value_of_counts(comparison: CoarsenedComparison, *, term: str | None = None) -> pd.DataFrame:
    """Rank the counts that are not exact by what publishing them would tell of one term.

    Parameters
    ----------
    comparison : CoarsenedComparison
        From ``compare_coarsened``.
    term : str, optional
        As in the coefficients; the agency type that is known worst when left out.

    Returns
    -------
    DataFrame
        As ``value_of_cells`` gives, with the column term.
    """
    evidence, best = comparison.evidence, comparison.best
    chosen = local_term(best) if term is None else term
    value = value_of_cells(
        evidence.cells,
        evidence.sums,
        formula=evidence.formula,
        exposure=evidence.exposure,
        term=chosen,
        family=best.family,
    )
    return value.assign(term=chosen)


def table_value(value: pd.DataFrame, comparison: CoarsenedComparison, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show which counts, if published, would narrow the interval of a rate ratio most.

    Parameters
    ----------
    value : DataFrame
        From ``value_of_counts``.
    comparison, edition, exhibit
        As in ``chart_cells``.

    Returns
    -------
    Exhibit
        Data: if_published, bounds, expected, narrowing, refit, refit_ends.
    """
    language = edition.language
    rows = pd.DataFrame(
        {
            "if_published": [name_count(row, comparison.evidence, edition) for row in value.to_dict("records")],
            "bounds": [_bounds(row, edition) for row in value.to_dict("records")],
            "expected": value["expected"],
            "narrowing": value["narrowing"].round(4),
            "refit": value["refit"].round(4),
            "refit_ends": [_ends(row, language) for row in value.to_dict("records")],
        }
    )
    label = name_term(value["term"].iloc[0], comparison.best, edition)
    return make_table(
        rows,
        edition,
        exhibit=exhibit,
        title=edition.say("title.coarse_value", label=label, share=percent(value["narrowing"].max(), language)),
        source=edition.model_source,
        headers={name: f"column.{name}" for name in rows},
        formats={"bounds": "words", "expected": "count", "narrowing": "percent", "refit": "percent"}
        | {"refit_ends": "words"},
    )


def _bounds(row: dict, edition: Edition) -> str:
    """Write a cell's bounds."""
    upper = None if np.isinf(row["upper"]) else int(row["upper"])
    return spread(int(row["lower"]), upper, edition.language)


def _ends(row: dict, language: str) -> str:
    """Write the ends of a refitted ratio, smaller first."""
    known = [row[name] for name in ("refit_low", "refit_high") if not pd.isna(row[name])]
    return "–" if not known else " … ".join(percent(one, language) for one in sorted(known))


def name_count(row: dict, evidence: CoarseEvidence, edition: Edition) -> str:
    """Name a cell or a sum of the ranking in words."""
    if row["kind"] == "cell":
        return name_cell(evidence.cells.loc[row["name"]], edition)
    found = evidence.sums[evidence.sums["name"] == row["name"]].iloc[0]
    group = next((found[name] for name in ("agency_type", "lowest", "government") if not pd.isna(found[name])), "all")
    predicate = "all" if pd.isna(found["predicate"]) else found["predicate"]
    what = name_cell(pd.Series({"year": found["year"], "agency_type": group, "predicate": predicate}), edition)
    return edition.say("coarse.sum_of", what=what)
