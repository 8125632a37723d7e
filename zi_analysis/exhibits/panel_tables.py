"""Tables of the agency panel and the chart of the shares of a few ministries."""

import pandas as pd
from matplotlib.axes import Axes

from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.style import TYPE_COLOURS, chart_style, count_axis, new_figure
from zi_analysis.exhibits.tables import make_table
from zi_analysis.exhibits.words import number, percent, say, spread
from zi_analysis.study.panel import PanelFit
from zi_analysis.study.panel_shares import FAMILIES, TOGETHER

LARGEST = "largest"
_ROWS = 12


def range_percent(low: float, high: float, language: str) -> str:
    """Write a share between bounds as one percentage or a range.

    Parameters
    ----------
    low, high : float
        Shares of one.
    language : {"en", "id"}
        The reader's language.

    Returns
    -------
    str

    Examples
    --------
    >>> range_percent(0.5, 0.504, "en"), range_percent(0.1, 0.9, "en")
    ('50%', '10–90%')
    """
    if pd.isna(low) or pd.isna(high):
        return percent(None, language)
    ends = [number(100 * share, language) for share in (low, high)]
    return "–".join(dict.fromkeys(ends)) + "%"


def table_coverage(coverage: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show by year how many agencies tell their counts and what share of the awards these hold.

    Parameters
    ----------
    coverage : DataFrame
        From ``count_coverage``.
    edition : Edition
        Language, predicate.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
    """
    language = edition.language
    rows = coverage.assign(
        bounds=[spread(row.lower, row.upper, language) for row in coverage.itertuples()],
        covered=[range_percent(row.covered_low, row.covered_high, language) for row in coverage.itertuples()],
    )
    best, worst = coverage.loc[coverage["exact"].idxmax()], coverage.loc[coverage["exact"].idxmin()]
    return make_table(
        rows,
        edition,
        exhibit=exhibit,
        title=edition.say(
            "panel_title.coverage",
            existing=int(best["existing"]),
            exact=int(best["exact"]),
            year=int(best["year"]),
            worst=int(worst["exact"]),
            worst_year=int(worst["year"]),
            predicate=edition.say(f"predicate.{edition.predicate}"),
        ),
        source=edition.settled_source,
        headers={
            "year": "column.year",
            "existing": "panel_column.existing",
            "exact": "panel_column.exact",
            "at_least": "panel_column.at_least",
            "nothing": "panel_column.nothing",
            "used": "panel_column.used",
            "published": "panel_column.published",
            "bounds": "panel_column.bounds",
            "covered": "panel_column.covered",
        },
        formats={
            **dict.fromkeys(["existing", "exact", "at_least", "nothing", "used", "published"], "count"),
            **dict.fromkeys(["bounds", "covered"], "words"),
            "year": "year",
        },
    )


def chart_shares(shares: pd.DataFrame, largest: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw the bounds of shares of the national total by year: four ministries, all four, the largest four.

    Parameters
    ----------
    shares, largest : DataFrame
        From ``share_families`` and ``share_largest``.
    edition : Edition
        Language, predicate.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: year, family, share_low, share_high.
    """
    columns = ["year", "family", "share_low", "share_high"]
    rows = pd.concat([shares[columns], largest.assign(family=LARGEST)[columns]], ignore_index=True)
    with chart_style():
        figure, panels = new_figure(4.6, rows=2, columns=3, share_y=True)
        for axes, name in zip(panels, [*FAMILIES, TOGETHER, LARGEST], strict=True):
            _draw_shares(axes, rows[rows["family"] == name], edition)
            axes.set_title(edition.say(f"ministry.{name}"))
        for axes in (panels[0], panels[3]):
            axes.set_ylabel(edition.say("panel_axis.share"))
    together = rows[rows["family"] == TOGETHER].assign(width=lambda found: found["share_high"] - found["share_low"])
    sure, wide = together.loc[together["width"].idxmin()], together.loc[together["width"].idxmax()]
    language = edition.language
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=edition.say(
            "panel_title.shares",
            share=range_percent(sure["share_low"], sure["share_high"], language),
            year=int(sure["year"]),
            wide=range_percent(wide["share_low"], wide["share_high"], language),
            wide_year=int(wide["year"]),
            predicate=edition.say(f"predicate.{edition.predicate}"),
        ),
        alt=edition.say(
            "panel_alt.shares",
            values="; ".join(
                f"{row.year}: {range_percent(row.share_low, row.share_high, language)}" for row in together.itertuples()
            ),
        ),
        source=edition.settled_source,
        data=rows,
        figure=figure,
        language=language,
    )


def _draw_shares(axes: Axes, rows: pd.DataFrame, edition: Edition) -> None:
    """Draw the share of each year: a dot where it is nearly exact, else its range."""
    colour = TYPE_COLOURS["central"]
    for row in rows.itertuples():
        low, high = 100 * float(str(row.share_low)), 100 * float(str(row.share_high))
        if high - low < 1:
            axes.scatter(row.year, high, color=colour, s=22, zorder=3)
            shown = number(high, edition.language)
            axes.annotate(
                shown, (float(str(row.year)), high), (0, 4), textcoords="offset points", ha="center", fontsize=7
            )
        else:
            axes.plot([row.year, row.year], [low, high], color="#9ecae1", linewidth=5, solid_capstyle="butt")
    years = sorted(set(rows["year"]))
    axes.set_xlim(min(years) - 0.7, max(years) + 0.7)
    axes.set_xticks(years, labels=[f"'{year % 100:02d}" for year in years], fontsize=8)
    count_axis(axes, edition.language)
    axes.set_ylim(0, 105)


def table_change(changes: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show how much of the national rise and fall each ministry made.

    Parameters
    ----------
    changes : DataFrame
        Rows of ``share_change``, a period after the other.
    edition : Edition
        Language, predicate.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
    """
    language = edition.language
    rows = changes.assign(
        agencies=[edition.say(f"ministry.{name}") for name in changes["family"]],
        change=[_signed(row.change_low, row.change_high, language) for row in changes.itertuples()],
        national=[_signed(row.total_low, row.total_high, language) for row in changes.itertuples()],
        part=[range_signed(row.part_low, row.part_high, language) for row in changes.itertuples()],
    )
    first = changes[changes["family"] == TOGETHER].iloc[0]
    columns = ["first_year", "last_year", "agencies", "change", "national", "part"]
    return make_table(
        rows,
        edition,
        exhibit=exhibit,
        title=edition.say(
            "panel_title.change",
            first_year=int(first["first_year"]),
            last_year=int(first["last_year"]),
            part=range_signed(first["part_low"], first["part_high"], language),
            predicate=edition.say(f"predicate.{edition.predicate}"),
        ),
        source=edition.settled_source,
        headers={name: f"panel_column.{name}" for name in columns},
        formats={
            **dict.fromkeys(["change", "national", "part"], "words"),
            **dict.fromkeys(["first_year", "last_year"], "year"),
        },
    )


def _signed(low: float, high: float, language: str) -> str:
    """Write a range of changes with their signs."""
    ends = [("+" if end > 0 else "") + number(end, language) for end in (low, high)]
    return ends[0] if low == high else say("panel_mark.to", language, low=ends[0], high=ends[1])


def range_signed(low: float, high: float, language: str) -> str:
    """Write a share between bounds that may be below zero.

    Parameters
    ----------
    low, high : float
        Shares of one.
    language : {"en", "id"}
        The reader's language.

    Returns
    -------
    str

    Examples
    --------
    >>> range_signed(-0.07, 0.068, "id")
    '-7% sampai 7%'
    """
    if pd.isna(low) or low >= 0:
        return range_percent(low, high, language)
    ends = [percent(end, language, decimals=0) for end in (low, high)]
    return ends[0] if ends[0] == ends[1] else say("panel_mark.to", language, low=ends[0], high=ends[1])


def table_values(values: pd.DataFrame, fit: PanelFit, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show which unpublished counts would add most.

    Parameters
    ----------
    values : DataFrame
        From ``value_cells``.
    fit : PanelFit
        The fit of the same panel.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
    """
    linking = values[values["linked"] > 0].head(_ROWS // 2)
    narrowing = values[values["linked"] == 0].head(_ROWS - len(linking))
    rows = pd.concat([linking, narrowing], ignore_index=True)
    language = edition.language
    known = ["–" if pd.isna(lower) else spread(lower, None, language) for lower in rows["lower"]]
    shown = rows.assign(known=known)
    return make_table(
        shown,
        edition,
        exhibit=exhibit,
        title=edition.say("panel_title.values", agency=str(rows["agency"].iloc[0]), year=int(rows["year"].iloc[0])),
        source=edition.model_source,
        headers={
            "agency": "column.agency",
            "year": "column.year",
            "known": "panel_column.known",
            "linked": "panel_column.linked",
            "narrowing": "panel_column.narrowing",
            "size": "panel_column.size",
        },
        formats={"year": "year", "known": "words", "linked": "count", "narrowing": "percent", "size": "count"},
    )
