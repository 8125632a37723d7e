"""Charts of success rates: by year, and each year beside what the others lead one to expect."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.rate_labels import bounds_text, percent_range
from zi_analysis.exhibits.style import FAINT, INK, PREDICATE_COLOURS, chart_style, count_axis, new_figure, year_axis
from zi_analysis.exhibits.words import number, percent
from zi_analysis.study.rates import rate_intervals

STAGES = ("units_proposed", "units_evaluated")
_BOUND, _WIDE, _NARROW, _OUTSIDE = "#c3d3e3", "#dde4ea", "#8fa3b5", "#d55e00"


def year_rows(rates: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """Gather the national rates of units by year and stage, exact ones with their 95% interval.

    Parameters
    ----------
    rates : DataFrame
        From ``list_rates``.
    edition : Edition
        Years.

    Returns
    -------
    DataFrame
        year, measure, state, successes, trials (missing where not exact), rate, low, high: the 95% interval where
        exact, else the bounds.
    """
    units = rates[(rates["agency_type"] == "all") & rates["measure"].isin(STAGES)]
    exact = units[units["state"] == "exact"]
    columns = ["year", "measure", "state", "successes", "trials", "rate", "low", "high"]
    others = units[units["state"] != "exact"].rename(columns={"rate_low": "low", "rate_high": "high"})
    parts = [others.reindex(columns=columns)]
    if len(exact):
        counts = exact.astype({"awarded_low": "float64", "trials_low": "float64"})
        kept = counts[["year", "measure", "state", "awarded_low", "trials_low"]]
        parts.append(rate_intervals(kept, successes="awarded_low", trials="trials_low").reindex(columns=columns))
    rows = pd.concat([part.astype({"rate": "float64"}) for part in parts if len(part)], ignore_index=True)
    rows = rows.astype({"successes": "Int64", "trials": "Int64"}).round({"rate": 6, "low": 6, "high": 6})
    return rows.sort_values(["measure", "year"], ascending=[False, True]).reset_index(drop=True)


def chart_years(rows: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw the success of units by year: of those proposed, and of those evaluated.

    Parameters
    ----------
    rows : DataFrame
        From ``year_rows``.
    edition : Edition
        Language, predicate and years.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: as ``rows``.
    """
    language = edition.language
    colour = PREDICATE_COLOURS[edition.predicate] if edition.predicate != "all" else PREDICATE_COLOURS["WBK"]
    with chart_style():
        figure, panels = new_figure(5.0, rows=2)
        for axes, stage in zip(panels, STAGES, strict=True):
            _draw_stage(axes, rows[rows["measure"] == stage], edition, colour)
            axes.set_title(edition.say(f"rate_of.{stage}"))
        figure.legend(handles=_year_handles(edition, colour), loc="outside upper center", ncols=3, fontsize=8)
    exact = rows[rows["state"] == "exact"]
    values = "; ".join(
        f"{row.year} {edition.say(f'measure.{row.measure}')} {percent(row.rate, language)}"
        for row in exact.itertuples()
    )
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=title_years(rows, edition),
        alt=edition.say("rate_alt.years", values=values or "–"),
        source=edition.settled_source,
        data=rows,
        figure=figure,
        language=language,
    )


def _draw_stage(axes: Axes, rows: pd.DataFrame, edition: Edition, colour: str) -> None:
    """Draw the rates of one stage: exact with intervals, bounded as bars, unknown as a question mark."""
    exact = rows[rows["state"] == "exact"]
    top = 100 * max([0.25, *exact["high"]])
    for row in rows.itertuples():
        if row.state == "none":
            axes.text(row.year, 0.03 * top, "?", ha="center", color=FAINT, fontsize=9)
        elif row.state == "bounded":
            axes.bar(row.year, 100 * (row.high - row.low), bottom=100 * row.low, width=0.5, color=_BOUND, zorder=1)
            place = 1.2 * top if row.high >= 1 or 100 * row.high > 1.25 * top else 100 * row.high
            text = bounds_text(row.low, row.high, edition)
            axes.text(row.year, place, text, ha="center", va="center", fontsize=7.5, zorder=2)
        else:
            axes.plot([row.year, row.year], [100 * row.low, 100 * row.high], color=colour, linewidth=2)
            axes.scatter(row.year, 100 * row.rate, color=colour, s=34, zorder=3)
            label = percent(row.rate, edition.language)
            axes.text(row.year, 100 * row.high + 0.03 * top, label, ha="center", va="bottom", fontsize=8, zorder=4)
    year_axis(axes, edition.years)
    count_axis(axes, edition.language)
    axes.set_ylim(0, min(103.0, 1.3 * top))
    axes.set_ylabel(edition.say("rate_axis.share"))


def _year_handles(edition: Edition, colour: str) -> list[Line2D | Patch]:
    """Explain the marks of a stage."""
    return [
        Line2D([], [], marker="o", color=colour, label=edition.say("rate_mark.exact")),
        Patch(color=_BOUND, label=edition.say("rate_mark.bounded")),
        Line2D([], [], linestyle="none", label=edition.say("rate_mark.unknown")),
    ]


def title_years(rows: pd.DataFrame, edition: Edition) -> str:
    """Say the lowest and the highest exact rate of units proposed."""
    exact = rows[(rows["measure"] == "units_proposed") & (rows["state"] == "exact")]
    predicate = edition.say(f"rate_won.{edition.predicate}")
    if exact.empty:
        return edition.say("rate_title.years_none", predicate=predicate)
    return edition.say("rate_title.years", predicate=predicate, **ends_of(exact, edition))


def title_types(rows: pd.DataFrame, edition: Edition) -> str:
    """Say the lowest and the highest rate of agencies and where they are: rows labelled by ``agency_rows``."""
    ends: dict[str, str] = {}
    for name, place in (("low", rows["rate"].idxmin()), ("high", rows["rate"].idxmax())):
        row = rows.loc[place]
        label = f"{edition.say('type.' + row['agency_type'])}, {row['year']}"
        ends |= {name: percent(row["rate"], edition.language), f"{name}_label": label}
    return edition.say("rate_title.types", **ends)


def ends_of(rates: pd.DataFrame, edition: Edition) -> dict[str, object]:
    """The lowest and the highest rate and their years, as words take them: low, low_year, high, high_year."""
    low, high = rates.loc[rates["rate"].idxmin()], rates.loc[rates["rate"].idxmax()]
    ends: dict[str, object] = {}
    for name, row in (("low", low), ("high", high)):
        ends |= {name: percent(row["rate"], edition.language), f"{name}_year": int(row["year"])}
    return ends


def chart_left_out(predicted: pd.DataFrame, edition: Edition, *, exhibit: str, year: int) -> Exhibit:
    """Draw each year's rate beside what the other years lead one to expect.

    Parameters
    ----------
    predicted : DataFrame
        From ``predict_each_year``.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.
    year : int
        The year asked about, told in the title when it is there.

    Returns
    -------
    Exhibit
        Data: year, rate, expected, low, high, chance_low, chance_high, p_value, outside.
    """
    language = edition.language
    with chart_style():
        figure, (axes,) = new_figure(0.9 + 0.5 * len(predicted))
        heights = list(range(len(predicted), 0, -1))
        for height, row in zip(heights, predicted.itertuples(), strict=True):
            axes.barh(height, 100 * (row.high - row.low), left=100 * row.low, height=0.5, color=_WIDE, zorder=1)
            width = 100 * (row.chance_high - row.chance_low)
            axes.barh(height, width, left=100 * row.chance_low, height=0.22, color=_NARROW, zorder=2)
            axes.scatter(100 * row.rate, height, color=_OUTSIDE if row.outside else INK, s=36, zorder=3)
            label = percent(row.rate, language)
            axes.text(100 * row.rate, height + 0.27, label, ha="center", va="bottom", fontsize=8)
        axes.set_yticks(heights, labels=[str(name) for name in predicted["year"]])
        axes.set_ylim(0.5, len(predicted) + 0.75)
        axes.set_xlim(0, min(104.0, 105 * float(predicted["high"].max())))
        axes.xaxis.set_major_formatter(lambda value, _: number(value, language))
        axes.set_xlabel(edition.say("rate_axis.share"))
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        figure.legend(handles=_left_out_handles(edition), loc="outside upper center", ncols=1, fontsize=8)
    shown = ["rate", "expected", "low", "high", "chance_low", "chance_high", "p_value"]
    values = "; ".join(
        f"{row.year} {percent(row.rate, language)} ({percent_range(row.low, row.high, edition)})"
        for row in predicted.itertuples()
    )
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=_title_left_out(predicted, edition, year),
        alt=edition.say("rate_alt.left_out", values=values),
        source=edition.model_source,
        data=predicted[["year", *shown, "outside"]].round(dict.fromkeys(shown, 6)),
        figure=figure,
        language=language,
    )


def _left_out_handles(edition: Edition) -> Sequence[Line2D | Patch]:
    """Explain what was observed and the intervals it was predicted to lie in."""
    return [
        Line2D([], [], marker="o", linestyle="none", color=INK, label=edition.say("rate_mark.observed")),
        Patch(color=_WIDE, label=edition.say("rate_mark.wide")),
        Patch(color=_NARROW, label=edition.say("rate_mark.narrow")),
    ]


def _title_left_out(predicted: pd.DataFrame, edition: Edition, year: int) -> str:
    """Say whether the year asked for lies outside what the others predict."""
    chosen = predicted[predicted["year"] == year]
    if chosen.empty:
        outside = int(predicted["outside"].sum())
        return edition.say("rate_title.left_out_any", outside=outside, years=len(predicted))
    row = chosen.iloc[0]
    values = {name: percent(row[name], edition.language) for name in ("rate", "low", "high")}
    key = "rate_title.left_out_outside" if row["outside"] else "rate_title.left_out"
    return edition.say(key, year=year, **values)
