"""Charts of models: rate ratios, observed beside expected, residuals."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.style import FAINT, FAMILY_COLOURS, INK, chart_style, count_axis, new_figure
from zi_analysis.exhibits.words import number, ratio, say


def chart_ratios(ratios: pd.DataFrame, edition: Edition, *, exhibit: str, title: str) -> Exhibit:
    """Draw rate ratios with 95% intervals on a log scale, one row an estimate.

    Parameters
    ----------
    ratios : DataFrame
        label, rate_ratio, low, high; optional colour.
    title : str
        What the chart says.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: label, rate_ratio, low, high.
    """
    language = edition.language
    with chart_style():
        figure, (axes,) = new_figure(0.9 + 0.36 * len(ratios))
        heights = list(range(len(ratios), 0, -1))
        for height, row in zip(heights, ratios.itertuples(), strict=True):
            colour = getattr(row, "colour", INK)
            axes.plot([row.low, row.high], [height, height], color=colour, linewidth=2, solid_capstyle="butt")
            axes.scatter(row.rate_ratio, height, color=colour, s=34, zorder=3)
            text = ratio(row.rate_ratio, language)
            axes.text(row.rate_ratio, height + 0.2, text, ha="center", va="bottom", fontsize=8)
        axes.axvline(1, color=FAINT, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
        ends = ratios[["rate_ratio", "low", "high"]]
        _log_axis(axes, float(ends.min().min()), float(ends.max().max()), language)
        axes.set_yticks(heights, labels=list(ratios["label"]))
        axes.set_ylim(0.4, len(ratios) + 0.8)
        axes.set_xlabel(say("axis.rate_ratio", language))
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
    values = "; ".join(f"{row.label}: {ratio(row.rate_ratio, language)}" for row in ratios.itertuples())
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=title,
        alt=say("alt.ratios", language, values=values),
        source=edition.model_source,
        data=ratios[["label", "rate_ratio", "low", "high"]],
        figure=figure,
        language=language,
    )


def _log_axis(axes: Axes, low: float, high: float, language: str) -> None:
    """Marks at 1, 2, 5 and their powers of ten, written as plain numbers."""
    axes.set_xscale("log")
    axes.set_xlim(min(low, 1.0) / 1.25, max(high, 1.0) * 1.25)
    marks = [factor * 10.0**power for power in range(-4, 5) for factor in (1, 2, 5)]
    axes.xaxis.set_major_locator(FixedLocator(marks))
    axes.xaxis.set_minor_locator(NullLocator())
    shown = FuncFormatter(lambda value, _: f"{value:g}".replace(".", "," if language == "id" else "."))
    axes.xaxis.set_major_formatter(shown)


def chart_expected(rows: pd.DataFrame, edition: Edition, *, exhibit: str, title: str) -> Exhibit:
    """Draw observed counts beside those the models expect.

    Parameters
    ----------
    rows : DataFrame
        label, observed, and one column of expected counts for each family ("poisson", "nb2").
    title : str
        What the chart says.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: as ``rows``.
    """
    families = [name for name in FAMILY_COLOURS if name in rows]
    language = edition.language
    with chart_style():
        figure, (axes,) = new_figure(3.2)
        places = range(len(rows))
        axes.bar(places, rows["observed"], color="#cfd6dd", width=0.7, label=say("column.observed", language))
        for offset, family in zip((-0.15, 0.15), families, strict=False):
            axes.scatter(
                [place + offset for place in places],
                rows[family],
                marker="D",
                s=28,
                color=FAMILY_COLOURS[family],
                label=f"{say('column.expected', language)}: {say(f'family.{family}', language)}",
                zorder=3,
            )
        axes.set_xticks(
            list(places),
            labels=list(rows["label"]),
            rotation=45 if len(rows) > 8 else 0,
            ha="right" if len(rows) > 8 else "center",
        )
        count_axis(axes, language)
        axes.set_ylabel(say("axis.units", language))
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3)
    worst = rows.assign(gap=(rows["observed"] - rows[families[0]]).abs()).sort_values("gap").iloc[-1]
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=title,
        alt=say("alt.expected", language, cells=len(rows), worst=str(worst["label"])),
        source=edition.model_source,
        data=rows,
        figure=figure,
        language=language,
    )


def chart_residuals(rows: pd.DataFrame, edition: Edition, *, exhibit: str, title: str) -> Exhibit:
    """Draw Pearson residuals of each cell; beyond the band of two the model is plainly wrong.

    Parameters
    ----------
    rows : DataFrame
        label, and one column of Pearson residuals for each family.
    title : str
        What the chart says.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: as ``rows``.
    """
    families = [name for name in FAMILY_COLOURS if name in rows]
    language = edition.language
    with chart_style():
        figure, (axes,) = new_figure(2.9)
        axes.axhspan(-2, 2, color="#eef1f4", zorder=0)
        axes.axhline(0, color=FAINT, linewidth=0.8)
        for offset, family in zip((-0.12, 0.12), families, strict=False):
            places = [place + offset for place in range(len(rows))]
            label = say(f"family.{family}", language)
            axes.vlines(places, 0, rows[family], color=FAMILY_COLOURS[family], linewidth=1.2)
            axes.scatter(places, rows[family], s=24, color=FAMILY_COLOURS[family], label=label, zorder=3)
        axes.set_xticks(
            range(len(rows)),
            labels=list(rows["label"]),
            rotation=45 if len(rows) > 8 else 0,
            ha="right" if len(rows) > 8 else "center",
        )
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, language)))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_ylabel(say("axis.residual", language))
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    beyond = {family: int((rows[family].abs() > 2).sum()) for family in families}
    values = "; ".join(f"{say(f'family.{name}', language)}: {count}" for name, count in beyond.items())
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=title,
        alt=say("alt.residuals", language, cells=len(rows), values=values),
        source=edition.model_source,
        data=rows,
        figure=figure,
        language=language,
    )
