"""Chart of one agency: its awards by year, whole counts, least counts and silence told apart."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from zi_analysis.errors import StudyRefusal
from zi_analysis.evidence.profile import Profile
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.style import FAINT, TYPE_COLOURS, chart_style, count_axis, new_figure, year_axis
from zi_analysis.exhibits.words import is_missing, number, spread

_GONE = "#f0f0f0"
_PALE = 0.35
_LEAST_TOP = 4.0  # awards; so that one award does not fill the chart


def chart_counts(profile: Profile, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw what is known of the agency's awards in each year.

    Parameters
    ----------
    profile : Profile
        From ``read_profile``.
    edition : Edition
        Language and years.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: panel_id (what ``zi trace`` takes; missing where no evidence of the agency is in the panel), year,
        predicate, lower, upper, status. The bars are of both predicates together.

    Raises
    ------
    StudyRefusal
        If the agency did not exist in these years.
    """
    rows = profile.counts[profile.counts["year"].isin(edition.years)].reset_index(drop=True)
    if rows.empty:
        raise StudyRefusal("the agency did not exist in these years", key="profile_not_there")
    both = rows[rows["predicate"] == "all"]
    states = {name: int((both["status"] == name).sum()) for name in ("exact", "at_least", "unknown")}
    values = "; ".join(f"{row.year} {_label(row, edition.language)}" for row in both.itertuples())
    return Exhibit(
        number=exhibit,
        kind="chart",
        title=edition.say("profile_title.counts", agency=profile.agency["agency"], **states),
        alt=edition.say("profile_alt.counts", values=values),
        source=edition.settled_source,
        data=rows[["panel_id", "year", "predicate", "lower", "upper", "status"]],
        figure=_draw(both, profile.agency["agency_type"], edition),
        language=edition.language,
    )


def _label(row: Any, language: str) -> str:
    """A count, a range, an open range, or the mark of the unknown."""
    if row.status == "unknown":
        return "?"
    return f"≥{number(row.lower, language)}" if is_missing(row.upper) else spread(row.lower, row.upper, language)


def _draw(both: pd.DataFrame, agency_type: str, edition: Edition) -> Figure:
    """One bar a year; years in which the agency did not exist are shaded."""
    colour = TYPE_COLOURS[agency_type]
    most = both[["lower", "upper"]].max(axis=1).max()
    top = max(_LEAST_TOP, 0.0 if is_missing(most) else float(most))
    with chart_style():
        figure, (axes,) = new_figure(2.3)
        for row in both.itertuples():
            _draw_year(axes, row, colour, edition.language, top)
        gone = [year for year in edition.years if year not in set(both["year"])]
        for year in gone:
            axes.axvspan(year - 0.5, year + 0.5, color=_GONE, linewidth=0)
        year_axis(axes, edition.years)
        count_axis(axes, edition.language)
        axes.set_ylim(0, 1.22 * top)
        axes.set_ylabel(edition.say("axis.units"))
        handles = _handles(both, colour, edition)
        if gone:
            handles.append(Patch(color=_GONE, label=edition.say("profile_mark.not_there")))
        figure.legend(handles=handles, loc="outside upper center", ncols=4, fontsize=8)
    return figure


def _draw_year(axes: Axes, row: Any, colour: str, language: str, top: float) -> None:
    """Draw an agency's count of a year as far as it is known."""
    height = 0.0 if is_missing(row.lower) else float(row.lower)
    reach = height if is_missing(row.upper) else float(row.upper)
    if row.status == "exact":
        axes.bar(row.year, height, width=0.62, color=colour)
    elif row.status == "at_least":
        axes.bar(row.year, height, width=0.62, color=colour, alpha=_PALE, linewidth=0)
        if reach > height:
            axes.plot([row.year, row.year], [height, reach], color=colour, linewidth=2)
    colours = {"unknown": FAINT}
    text = _label(row, language)
    place = max(height, reach) + 0.03 * top
    axes.text(row.year, place, text, ha="center", va="bottom", fontsize=8, color=colours.get(row.status, "#222222"))


def _handles(both: pd.DataFrame, colour: str, edition: Edition) -> list[Patch | Line2D]:
    """Keys of the states that are there."""
    keys: dict[str, Patch | Line2D] = {
        "exact": Patch(color=colour, label=edition.say("profile_state.exact")),
        "at_least": Patch(color=colour, alpha=_PALE, linewidth=0, label=edition.say("profile_state.at_least")),
        "unknown": Line2D([], [], linestyle="none", label=edition.say("profile_state.unknown")),
    }
    return [key for name, key in keys.items() if name in set(both["status"])]
