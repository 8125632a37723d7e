"""Charts of what is known and how well: pages, conflicts, coverage."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from zi_analysis.evidence.publishers import publisher_tier
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.style import (
    FAINT,
    INK,
    TYPE_COLOURS,
    chart_style,
    count_axis,
    new_figure,
    year_axis,
)
from zi_analysis.exhibits.words import number, percent, say

_TIER_COLOURS = {1: TYPE_COLOURS["city"], 2: TYPE_COLOURS["central"], 3: "#b9c6d3"}


def chart_pages(
    published: pd.DataFrame, awards: pd.DataFrame, sources: pd.DataFrame, edition: Edition, *, exhibit: str
) -> Exhibit:
    """Draw how many distinct pages tell of each evaluation year, by kind of publisher.

    Parameters
    ----------
    published, awards, sources : DataFrame
        Raw tables: year, source_id; sources with publisher and publisher_kind.
    edition : Edition
        Language and years.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: year, tier, publisher, pages.
    """
    language, years = edition.language, edition.years
    pages = pd.concat([published[["year", "source_id"]], awards[["year", "source_id"]]]).drop_duplicates()
    told = pages[pages["year"].isin(years)].merge(sources, on="source_id", how="left", validate="m:1")
    counts = told.assign(tier=publisher_tier(told)).groupby(["year", "tier"]).size().unstack(fill_value=0)
    counts = counts.reindex(index=list(years), columns=[1, 2, 3], fill_value=0)
    with chart_style():
        figure, (axes,) = new_figure(2.9)
        bottom = pd.Series(0, index=counts.index)
        for tier in (2, 3, 1):
            label = say(f"tier.{tier}", language)
            axes.bar(counts.index, counts[tier], bottom=bottom, color=_TIER_COLOURS[tier], label=label, width=0.7)
            bottom = bottom + counts[tier]
        year_axis(axes, list(years))
        count_axis(axes, language)
        axes.set_ylabel(say("axis.pages", language))
        axes.legend(loc="upper left")
    distinct = told.assign(tier=publisher_tier(told)).drop_duplicates("source_id")
    total = counts.sum(axis=1)
    top = int(total.idxmax())
    values = {
        "top_year": top,
        "top": int(total.max()),
        "ministry": int((distinct["tier"] == 1).sum()),
        "total": len(distinct),
    }
    data = (
        counts.stack()
        .rename("pages")
        .reset_index()
        .assign(publisher=lambda d: [say(f"tier.{t}", language) for t in d["tier"]])
    )
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=say("title.pages", language, **values),
        alt=say("alt.pages", language, first_year=years[0], last_year=years[-1], **values),
        source=edition.raw_source,
        data=data[["year", "tier", "publisher", "pages"]],
        figure=figure,
        language=language,
    )


def chart_conflicts(conflicts: pd.DataFrame, settled: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw every fact that pages tell differently: the values told, the one used, the rule that chose it.

    Parameters
    ----------
    conflicts, settled : DataFrame
        From ``settle_counts``.
    edition, exhibit
        As in ``chart_pages``.

    Returns
    -------
    Exhibit
        Data: fact, settled_id, value, chosen, publishers, rule.
    """
    language, years = edition.language, edition.years
    rows = conflicts[conflicts["year"].isin(years)].merge(
        settled[["settled_id", "scope", "agency", "agency_type", "predicate", "measure", "track"]],
        on="settled_id",
        validate="m:1",
    )
    rows = rows.assign(fact=[_name_fact(row, language) for row in rows.itertuples()])
    facts = list(dict.fromkeys(rows["settled_id"]))
    with chart_style():
        figure, (axes,) = new_figure(max(1.4, 0.46 * len(facts) + 0.7))
        for position, settled_id in enumerate(facts):
            _draw_fact(axes, len(facts) - position, rows[rows["settled_id"] == settled_id], language)
        axes.set_xlim(-0.14, 1.14)
        axes.set_ylim(0.3, len(facts) + 1.0)
        names = rows.drop_duplicates("settled_id")["fact"]
        axes.set_yticks(range(len(facts), 0, -1), labels=list(names))
        axes.tick_params(length=0)
        axes.set_xticks([])
        for side in ("bottom", "left"):
            axes.spines[side].set_visible(False)
        for fill, key in ((INK, "mark.chosen"), ("white", "mark.not_chosen")):
            axes.scatter([], [], s=42, facecolor=fill, edgecolor=INK, label=say(key, language))
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    disputed = int((rows.drop_duplicates("settled_id")["rule"] == "disputed").sum())
    values = {"facts": len(facts), "settled": len(facts) - disputed, "disputed": disputed}
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=say("title.conflicts", language, **values),
        alt=say("alt.conflicts", language, **values),
        source=edition.raw_source,
        data=rows[["year", "fact", "settled_id", "value", "chosen", "publishers", "rule"]],
        figure=figure,
        language=language,
    )


def _draw_fact(axes: Axes, height: int, told: pd.DataFrame, language: str) -> None:
    """One row: the values from the smallest to the largest, each with its number; the rule at the right."""
    low, high = int(told["value"].min()), int(told["value"].max())
    places = [(int(value) - low) / (high - low) for value in told["value"]]
    axes.plot([0, 1], [height, height], color=FAINT, linewidth=1, zorder=1)
    for place, row in zip(places, told.itertuples(), strict=True):
        used = row.chosen == "yes"
        fill = INK if used else "white"
        axes.scatter(place, height, s=30 + 14 * row.publishers, facecolor=fill, edgecolor=INK, zorder=2)
        weight = "bold" if used else "normal"
        below = any(0 < other - place < 0.2 for other in places)
        label = number(row.value, language)
        axes.text(
            place,
            height + (-0.2 if below else 0.22),
            label,
            ha="center",
            va="top" if below else "bottom",
            fontsize=8,
            fontweight=weight,
        )
    axes.text(1.1, height, say(f"rule.{told['rule'].iloc[0]}", language), va="center", fontsize=7.5, color=INK)


def _name_fact(row: Any, language: str) -> str:
    """Name a fact: year, body, predicate, measure."""
    body = row.agency if row.scope == "agency" else say(f"type.{row.agency_type}", language)
    body = say("type.national", language) if row.scope == "national" else body
    predicate = "" if row.predicate == "all" else f" {row.predicate}"
    measure = say(f"measure.{row.measure}", language)
    return f"{row.year} {_shorten(body)}:{predicate} {measure}"


def _shorten(name: str) -> str:
    """Keep the label of a row within the width of the page."""
    short = {
        "Kepolisian Negara Republik Indonesia": "Polri",
        "Pemerintah Kabupaten": "Kab.",
        "Pemerintah Kota": "Kota",
    }
    for long, brief in short.items():
        name = name.replace(long, brief)
    return name


def chart_coverage(cells: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw how many of the awards published are known by name, by year.

    Parameters
    ----------
    cells : DataFrame
        From ``count_cells``.
    edition, exhibit
        As in ``chart_pages``.

    Returns
    -------
    Exhibit
        Data: year, named, lower, upper, coverage_low, coverage_high.
    """
    language, years = edition.language, edition.years
    national = cells[(cells["agency_type"] == "all") & (cells["predicate"] == edition.predicate)]
    rows = national[national["year"].isin(years)]
    known = rows[rows["upper"].notna()]
    with chart_style():
        figure, (axes,) = new_figure(2.7)
        share = 100 * known["coverage_low"]
        axes.bar(known["year"], share, color=TYPE_COLOURS["central"], width=0.7)
        for row, height in zip(known.itertuples(), share, strict=True):
            label = f"{number(row.named, language)}/{number(row.upper, language)}"
            axes.text(row.year, height + 1, label, ha="center", fontsize=8)
        for row in rows[rows["upper"].isna()].itertuples():
            axes.text(row.year, 1, say("mark.none_known", language), ha="center", color=FAINT, fontsize=11)
        year_axis(axes, list(years))
        count_axis(axes, language)
        axes.set_ylim(0, max(10.0, 1.15 * float(share.max() or 0)))
        axes.set_ylabel(say("axis.named_share", language))
    named, published = int(known["named"].sum()), int(known["upper"].sum())
    values = {
        "named": named,
        "published": published,
        "share": percent(named / published if published else None, language),
    }
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=say("title.coverage", language, **values),
        alt=say("alt.coverage", language, first_year=years[0], last_year=years[-1], **values),
        source=edition.settled_source,
        data=rows[["year", "named", "lower", "upper", "coverage_low", "coverage_high"]],
        figure=figure,
        language=language,
    )
