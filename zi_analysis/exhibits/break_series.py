"""The national series as a chart: awards, proposals and success, and which years are not exact."""

import pandas as pd
from matplotlib.axes import Axes

from zi_analysis.exhibits.break_charts import AFTER, BEFORE
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.style import FAINT, chart_style, count_axis, new_figure, year_axis
from zi_analysis.exhibits.words import number
from zi_analysis.study.series import FIRST_YEAR_UNDER_RULES_OF_2021, exact_counts

_DASH = (0, (4, 3))


def series_rows(cells: pd.DataFrame, exposures: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """Gather the national series: year, award_count, units_proposed, success (missing where not exact).

    Parameters
    ----------
    cells, exposures : DataFrame
        From ``count_cells``.
    edition : Edition
        Predicate and years.

    Returns
    -------
    DataFrame
    """
    rows = exact_counts(
        cells,
        exposures,
        groups=["all"],
        predicates=[edition.predicate],
        years=edition.years,
        exposure="units_proposed",
    )
    success = rows["award_count"].astype("Float64") / rows["exposure"].astype("Float64")
    named = rows[["year", "award_count"]].assign(units_proposed=rows["exposure"], success=success)
    return named.sort_values("year").reset_index(drop=True)


def chart_series(rows: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw awards, proposals and success by year, and mark the years that are not exact.

    Parameters
    ----------
    rows : DataFrame
        From ``series_rows``.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: as ``rows``.
    """
    late = rows["year"] >= FIRST_YEAR_UNDER_RULES_OF_2021
    labels = {
        "award_count": edition.say("axis.units"),
        "units_proposed": edition.say("break_axis.proposals"),
        "success": edition.say("break_axis.per_hundred", per=edition.say("per.units_proposed")),
    }
    with chart_style():
        figure, panels = new_figure(5.4, rows=3)
        for axes, (name, label) in zip(panels, labels.items(), strict=True):
            values = rows[name].astype("Float64") * (100 if name == "success" else 1)
            _draw_bars(axes, rows["year"], values, late, edition, decimals=1 if name == "success" else 0)
            axes.set_title(label)
            year_axis(axes, list(rows["year"]))
            _mark_rules(axes, rows["year"], edition, words=axes is panels[0])
    exact = late & rows["award_count"].notna()
    exposed = int((exact & rows["units_proposed"].notna()).sum())
    told = "; ".join(f"{row.year}: {number(row.award_count, edition.language)}" for row in rows.itertuples())
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=edition.say("break_title.series", after=int(exact.sum()), exposed=exposed),
        alt=edition.say("break_alt.series", values=told),
        source=edition.settled_source,
        data=rows,
        figure=figure,
        language=edition.language,
    )


def _draw_bars(
    axes: Axes, years: pd.Series, values: pd.Series, late: pd.Series, edition: Edition, *, decimals: int
) -> None:
    """Draw a bar for each year with its value; years not known are named."""
    for year, value, after in zip(years, values, late, strict=True):
        if pd.isna(value):
            axes.text(year, 0, edition.say("mark.none_known"), ha="center", va="bottom", color=FAINT)
            continue
        axes.bar(year, float(value), width=0.7, color=AFTER if after else BEFORE)
        shown = number(float(value), edition.language, decimals=decimals)
        axes.annotate(shown, (year, float(value)), (0, 2), textcoords="offset points", ha="center", fontsize=8)
    count_axis(axes, edition.language)
    highest = values.max()
    axes.set_ylim(0, 1.22 * float(highest) if pd.notna(highest) and highest > 0 else 1)


def _mark_rules(axes: Axes, years: pd.Series, edition: Edition, *, words: bool) -> None:
    """A dashed line before the first year under the rules of 2021, if it is in sight."""
    place = FIRST_YEAR_UNDER_RULES_OF_2021 - 0.5
    if not years.min() < FIRST_YEAR_UNDER_RULES_OF_2021 <= years.max():
        return
    axes.axvline(place, color=FAINT, linewidth=0.9, linestyle=_DASH)
    if words:
        text = edition.say("break_mark.rules")
        axes.text(place + 0.06, 0.97, text, transform=axes.get_xaxis_transform(), va="top", color=FAINT, fontsize=8)
