"""Charts of breaks: the fitted break, and breaks at other years."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.style import FAINT, INK, PREDICATE_COLOURS, chart_style, count_axis, new_figure, year_axis
from zi_analysis.exhibits.words import number, ratio
from zi_analysis.study.break_scan import BreakScan
from zi_analysis.study.breaks import BreakFit

BEFORE, AFTER = "#9aa7b4", PREDICATE_COLOURS["WBK"]
_DASH = (0, (4, 3))


def chart_fits(fits: Mapping[str, tuple[BreakFit, BreakScan]], edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw observed rates, the fitted break, and what the years before lead to, a panel an exposure.

    Parameters
    ----------
    fits : mapping
        From ``scan_measures``.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: exposure, year, observed, expected, without_break (rates; per 100 unless bare).
    """
    tables = {measure: _rates(fit, measure) for measure, (fit, _) in fits.items()}
    with chart_style():
        figure, panels = new_figure(3.3, columns=len(fits))
        for axes, (measure, rows) in zip(panels, tables.items(), strict=True):
            _draw_fit(axes, rows, measure, fits[measure][0], edition)
        _draw_key(panels[0], edition)
    measure, widest = max(tables.items(), key=lambda item: item[1]["without_break"].max() / item[1]["observed"].max())
    last, name = widest.iloc[-1], "break_axis.bare" if measure == "none" else "break_axis.per_hundred"
    told = "; ".join(
        f"{edition.say(f'break_series.{name}')}: {edition.say(f'shape.{fits[name][0].shape}')}" for name in fits
    )
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=edition.say(
            "break_title.fit",
            most=_amount(float(last["without_break"]), edition),
            year=int(last["year"]),
            panel=edition.say(name, per=edition.say(f"per.{measure}")),
            seen=_amount(float(last["observed"]), edition),
        ),
        alt=edition.say("break_alt.fit", year=next(iter(fits.values()))[0].first_after, values=told),
        source=edition.model_source,
        data=pd.concat([rows.assign(exposure=name) for name, rows in tables.items()], ignore_index=True),
        figure=figure,
        language=edition.language,
    )


def _amount(value: float, edition: Edition) -> str:
    """Write an amount; decimals only where it is small."""
    return number(value, edition.language, decimals=0 if value >= 100 else 1)


def _rates(fit: BreakFit, measure: str) -> pd.DataFrame:
    """Counts over exposure, per 100 unless they are bare."""
    per = 1 if measure == "none" else 100
    names = ["observed", "expected", "without_break"]
    return fit.rows[["year"]].assign(**{name: per * fit.rows[name] / fit.rows["exposure"] for name in names})


def _draw_fit(axes: Axes, rows: pd.DataFrame, measure: str, fit: BreakFit, edition: Edition) -> None:
    """Draw what was seen, what the fit expects, and the line going on as if nothing had broken."""
    late = rows["year"] >= fit.first_after
    for side in (rows[~late], rows[late]):
        axes.plot(side["year"], side["expected"], color=INK, linewidth=1.4)
    last_before, after = rows[~late].iloc[[-1]], rows[late]
    going_on = pd.concat([last_before.assign(without_break=last_before["expected"]), after])
    axes.plot(going_on["year"], going_on["without_break"], color=FAINT, linewidth=1.2, linestyle=_DASH)
    axes.scatter(rows["year"], rows["observed"], color=[AFTER if one else BEFORE for one in late], s=30, zorder=3)
    if len(after) == 1:
        axes.plot(after["year"], after["expected"], marker="_", color=INK, markersize=14, zorder=4)
    values = rows[["observed", "expected", "without_break"]]
    log_scale(axes, float(values[values > 0].min().min()), float(values.max().max()), edition, axis="y")
    per = edition.say(f"per.{measure}")
    key = "break_axis.awards_log" if measure == "none" else "break_axis.rate_log"
    axes.set_title(edition.say("break_axis.awards_log") if measure == "none" else edition.say(key, per=per))
    year_axis(axes, list(range(int(rows["year"].min()), int(rows["year"].max()) + 1)))
    axes.set_xticks(axes.get_xticks(), labels=[f"'{int(year) % 100:02d}" for year in axes.get_xticks()])


def _draw_key(axes: Axes, edition: Edition) -> None:
    """Explain the marks below the chart."""
    axes.scatter([], [], color=BEFORE, s=30, label=edition.say("break_mark.seen"))
    axes.plot([], [], color=INK, linewidth=1.4, label=edition.say("break_mark.expected"))
    axes.plot([], [], color=FAINT, linestyle=_DASH, label=edition.say("break_mark.going_on"))
    axes.figure.legend(loc="outside lower center", ncols=3, handlelength=1.8)


def log_scale(axes: Axes, low: float, high: float, edition: Edition, *, axis: str) -> None:
    """Set a log scale with marks at 1, 2, 5 and their powers of ten, as plain numbers of the language.

    Parameters
    ----------
    axes : Axes
        Panel.
    low, high : float
        Ends of what is drawn, above zero.
    edition : Edition
        Language.
    axis : {"x", "y"}
        Which scale.
    """
    wide = high / low > 300
    marks = [factor * 10.0**power for power in range(-5, 7) for factor in ((1,) if wide else (1, 2, 5))]
    if axis == "x":
        axes.set_xscale("log")
        axes.set_xlim(low / 1.3, high * 1.3)
        scale: Axis = axes.xaxis
    else:
        axes.set_yscale("log")
        axes.set_ylim(low / 1.3, high * 1.3)
        scale = axes.yaxis
        axes.grid(axis="y", color="#e6e6e6", linewidth=0.6)
    scale.set_major_locator(FixedLocator(marks))
    scale.set_minor_locator(NullLocator())
    scale.set_major_formatter(FuncFormatter(lambda value, _: _plain(value, edition.language)))


def _plain(value: float, language: str) -> str:
    """Write a number with as many decimals as its size needs."""
    decimals = max(0, -int(np.floor(np.log10(value) + 1e-9)))
    return number(value, language, decimals=decimals)


def chart_scan(fits: Mapping[str, tuple[BreakFit, BreakScan]], edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw the strength of the break at every year that can be one, a panel an exposure.

    Parameters
    ----------
    fits : mapping
        From ``scan_measures``.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: exposure, shape, first_after, rate_ratio, low, high, statistic, p_value, chosen.
    """
    language = edition.language
    with chart_style():
        figure, panels = new_figure(2.9, columns=len(fits))
        for axes, (measure, (fit, scan)) in zip(panels, fits.items(), strict=True):
            places = range(len(scan.breaks))
            colours = [AFTER if chosen else BEFORE for chosen in scan.breaks["chosen"]]
            axes.bar(places, scan.breaks["statistic"], color=colours, width=0.7)
            for place, row in zip(places, scan.breaks.itertuples(), strict=True):
                text = ratio(row.rate_ratio, language)
                axes.annotate(text, (place, row.statistic), (0, 2), textcoords="offset points", ha="center", fontsize=8)
            axes.set_xticks(list(places), labels=_split_names(fit, scan))
            count_axis(axes, language)
            axes.set_ylim(0, 1.15 * float(scan.breaks["statistic"].max()) or 1.0)
            axes.set_title(f"{edition.say(f'break_series.{measure}')}:\n{edition.say(f'shape.{scan.shape}')}")
            axes.set_xlabel(edition.say("break_axis.first_after"))
        panels[0].set_ylabel(edition.say("break_axis.statistic"))
    ranks = "; ".join(
        f"{edition.say(f'break_series.{measure}')} {scan.rank}/{len(scan.breaks)}"
        for measure, (_, scan) in fits.items()
    )
    tables = [scan.breaks.assign(exposure=name, shape=scan.shape) for name, (_, scan) in fits.items()]
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=edition.say("break_title.scan", ranks=ranks),
        alt=edition.say("break_alt.scan", values=ranks),
        source=edition.model_source,
        data=pd.concat(tables, ignore_index=True).round(6),
        figure=figure,
        language=language,
    )


def _split_names(fit: BreakFit, scan: BreakScan) -> list[str]:
    """The years that begin after a split; several where years between are unknown."""
    known = [int(year) for year in fit.rows["year"]]
    names = []
    for year in scan.breaks["first_after"]:
        before = max(one for one in known if one < year)
        names.append(str(year) if year - before == 1 else f"{before + 1}–{year}")
    return names
