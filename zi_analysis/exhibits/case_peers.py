"""The agency of a case among its peers: one by one as a chart, and by group as a table."""

from dataclasses import replace
from textwrap import fill
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from zi_analysis.evidence.case import Case
from zi_analysis.exhibits.case_timeline import stock_key
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.profile_peers import say_group, say_peers
from zi_analysis.exhibits.rate_labels import bounds_text, year_list
from zi_analysis.exhibits.style import FAINT, TYPE_COLOURS, chart_style, new_figure
from zi_analysis.exhibits.tables import make_table
from zi_analysis.exhibits.words import is_missing, number

_PALE = 0.35
_MOST_SHOWN = 14
_NAME = 34  # letters of a name on a line
_INCHES, _LETTER, _GAP = 7.0, 0.068, 0.25  # of the picture, of a letter, and before the words
_GROUPS = ["group", "years", "agencies", "known", "by_stock", "share", "least", "rank"]


def chart_peers(peers: pd.DataFrame, case: Case, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw the awards known of each peer, and what stocks tell beside them.

    Parameters
    ----------
    peers : DataFrame
        From ``list_peers``.
    case : Case
        From ``read_case``.
    edition : Edition
        Language and years.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: all peers, as ``list_peers`` gives them.
    """
    told = (peers["least"] > 0) | (peers["held"] > 0).fillna(value=False)
    rows = peers[told | peers["own"]].reset_index(drop=True)
    shown = pd.concat([rows[:_MOST_SHOWN], rows[_MOST_SHOWN:].query("own")], ignore_index=True)
    silent = int((~told).sum())
    values = {"told": int(told.sum()), "agencies": len(peers), "group": _say_shown(case, edition)}
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=edition.say("case_title.peers", **values, silent=silent),
        alt=edition.say(
            "case_alt.peers",
            values="; ".join(f"{row.agency} {_count(row, edition)}" for row in shown.itertuples()),
            silent=silent,
        ),
        source=edition.settled_source,
        data=peers,
        figure=_draw(shown, silent, len(rows) - len(shown), edition),
        language=edition.language,
    )


def _say_shown(case: Case, edition: Edition) -> str:
    """Name the agencies of the chart: those of the province, of the kind, or all provinces."""
    agency = case.profile.agency
    if agency["agency_type"] == "central":
        return edition.say(f"profile_kinds.{agency['kind']}")
    return (
        say_peers(case.profile, edition)
        if agency["agency_type"] == "province"
        else say_group("province", case.profile, edition)
    )


def _count(row: Any, edition: Edition) -> str:
    """The least number of awards with their years, or the mark of the unknown; a stock after it."""
    language = edition.language
    text = "?" if not row.least else f"≥{number(row.least, language)} ({_years(row.news)})"
    if is_missing(row.held):
        return text
    stock = edition.say("case_mark.stock", held=int(row.held), held_year=int(row.held_year))
    return f"{text}; {stock}"


def _years(news: str) -> str:
    """The years with an award."""
    return year_list(int(year) for year in news.split("|"))


def _draw(rows: pd.DataFrame, silent: int, further: int, edition: Edition) -> Figure:
    """One line an agency, the own one full; a last line for those without news."""
    with chart_style():
        figure, (axes,) = new_figure(1.1 + 0.27 * (len(rows) + 1))
        for place, row in enumerate(rows.itertuples()):
            _draw_peer(axes, place, row, edition)
        last = edition.say("case_mark.silent", agencies=silent)
        if further:
            last = edition.say("case_mark.further", agencies=further) + "; " + last
        axes.text(0, len(rows), " " + last, va="center", fontsize=8, color=FAINT)
        axes.set_yticks(range(len(rows)), [fill(name, _NAME) for name in rows["agency"]])
        for label, own in zip(axes.get_yticklabels(), rows["own"], strict=True):
            label.set_fontweight("bold" if own else "normal")
        axes.set_ylim(len(rows) + 0.6, -0.6)
        axes.set_xlim(0, _reach(rows, edition))
        axes.xaxis.set_visible(False)
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        figure.legend(handles=_handles(rows, edition), loc="outside lower center", ncols=3, fontsize=8)
    return figure


def _reach(rows: pd.DataFrame, edition: Edition) -> float:
    """How far the scale must go for the words after each bar to stay on the picture, from their rough width."""
    room = _INCHES - _LETTER * min(_NAME, int(rows["agency"].str.len().max()))
    ends = [
        (max(1.0, float(row.least), 0.0 if is_missing(row.held) else float(row.held)), len(_count(row, edition)))
        for row in rows.itertuples()
    ]
    return max(end * room / max(0.5, room - _GAP - _LETTER * letters) for end, letters in ends)


def _draw_peer(axes: Axes, place: int, row: Any, edition: Edition) -> None:
    """A bar for the awards known, a diamond for the stock, and both in words."""
    colour = TYPE_COLOURS[row.agency_type]
    axes.barh(place, float(row.least), height=0.6, color=colour, alpha=1 if row.own else _PALE, linewidth=0)
    end = float(row.least)
    if not is_missing(row.held):
        end = max(end, float(row.held))
        axes.plot(float(row.held), place, "D", markersize=6, color="white", markeredgecolor=colour, clip_on=False)
    axes.annotate(
        _count(row, edition), (end, place), xytext=(8, 0), textcoords="offset points", va="center", fontsize=8
    )


def _handles(rows: pd.DataFrame, edition: Edition) -> list[Patch | Line2D]:
    """Keys of the types and marks that are there."""
    keys: list[Patch | Line2D] = [
        Patch(
            color=TYPE_COLOURS[name],
            alpha=_PALE,
            linewidth=0,
            label=edition.say("case_mark.known_of", type=edition.say(f"type.{name}")),
        )
        for name in dict.fromkeys(rows["agency_type"])
    ]
    if rows["held"].notna().any():
        keys.append(stock_key(TYPE_COLOURS["all"], edition))
    return keys


def table_groups(decade: pd.DataFrame, year: pd.DataFrame, case: Case, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show the agency among its groups, over the years and in the case's year, with ranks and shares as bounds.

    Parameters
    ----------
    decade, year : DataFrame
        From ``compare_groups``: all years of the case, and its year.
    case : Case
        From ``read_case``.
    edition : Edition
        Language and years.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: as ``compare_groups`` gives it, with years; a last row for the size of the agency, of which the evidence
        has no number.
    """
    rows = pd.concat([decade.assign(years=year_list(case.years)), year.assign(years=str(case.case_year))])
    rows = rows.reset_index(drop=True)
    shown = rows.assign(
        group=[_say_group(name, case, edition) for name in rows["group"]],
        share=[bounds_text(row.share_low, row.share_high, edition) for row in rows.itertuples()],
        rank=[_say_rank(row, edition) for row in rows.itertuples()],
    )
    size = {"group": edition.say("case_group.size"), "years": "", "share": "?", "rank": "?"}
    shown = pd.concat([shown[_GROUPS], pd.DataFrame([size], columns=_GROUPS)], ignore_index=True)
    counts = ["agencies", "known", "by_stock", "least"]
    table = make_table(
        shown.astype(dict.fromkeys(counts, "Int64")),
        edition,
        exhibit=exhibit,
        pictured=False,
        title=_title_groups(year.iloc[0], case, edition),
        source=edition.settled_source,
        headers={name: f"case_column.{name}" for name in _GROUPS},
        formats={**dict.fromkeys(counts, "count"), "share": "words", "rank": "words"},
    )
    data = rows.assign(ranked=[year_list(years) for years in rows["ranked"]])
    return replace(table, data=data[["group", "years", *[name for name in data if name not in ("group", "years")]]])


def _title_groups(row: Any, case: Case, edition: Edition) -> str:
    """The rank among all agencies of the type in the case's year."""
    peers, agencies = say_peers(case.profile, edition), int(row.agencies)
    values = {"agency": case.name, "peers": peers, "year": case.case_year, "agencies": agencies}
    if is_missing(row.rank_low):
        return edition.say("case_title.groups_open", **values)
    one = row.rank_low == row.rank_high
    return edition.say("case_title.groups_one" if one else "case_title.groups", **values, rank=_say_rank(row, edition))


def _say_group(name: str, case: Case, edition: Edition) -> str:
    """Name a group of ``compare_groups``."""
    if name == "same_type":
        peers, province = say_peers(case.profile, edition), case.profile.agency["province"]
        return edition.say("case_group.same_type", peers=peers, province=province)
    return say_group(name, case.profile, edition)


def _say_rank(row: Any, edition: Edition) -> str:
    """The ranks that are possible; nothing where none can be given."""
    if is_missing(row.rank_low):
        return "–"
    low, high = (number(end, edition.language) for end in (row.rank_low, row.rank_high))
    return low if low == high else f"{low}–{high}"
