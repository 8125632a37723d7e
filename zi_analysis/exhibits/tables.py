"""Tables as exhibits: formatted for the language, as html for the page and as a picture for a slide."""

from collections.abc import Callable, Mapping
from html import escape
from textwrap import wrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.style import FAINT, INK, chart_style
from zi_analysis.exhibits.words import is_missing, number, p_value, percent, ratio, say

Formatter = Callable[[object], str]
_ROW, _LINE, _WIDEST = 0.24, 0.16, 46


def make_table(
    frame: pd.DataFrame,
    edition: Edition,
    *,
    exhibit: str,
    title: str,
    source: str,
    headers: Mapping[str, str],
    formats: Mapping[str, str] | None = None,
    pictured: bool = True,
) -> Exhibit:
    """Make a table exhibit of some columns of a frame.

    Parameters
    ----------
    frame : DataFrame
        The rows; columns named in ``headers`` are shown in that order, and only they are in the csv.
    edition : Edition
        Language.
    exhibit, title, source
        Number, finding and source line of the exhibit.
    headers : mapping
        Column -> key of the catalogue for its header.
    formats : mapping, optional
        Column -> "count", "year", "percent", "two" or "three" (decimals), "ratio", "p", "words" (text set like a
        number) or "text" (the default).
    pictured : bool
        Draw the table as a picture too, for slides; drawing takes most of a short report's time.

    Returns
    -------
    Exhibit
        Kind "table", with html and, when asked for, a picture.
    """
    language = edition.language
    shown = _format(frame, headers, formats or {}, language)
    numeric = [position for position, name in enumerate(headers) if (formats or {}).get(name, "text") != "text"]
    first = (
        "; ".join(f"{header}: {value}" for header, value in zip(shown.columns, shown.iloc[0], strict=True))
        if len(shown)
        else ""
    )
    return Exhibit(
        number=exhibit,
        kind="table",
        title=title,
        alt=say("alt.table", language, rows=len(shown), columns=len(shown.columns), first=first),
        source=source,
        data=frame[list(headers)].reset_index(drop=True),
        figure=_picture(shown, numeric) if pictured else None,
        language=language,
        html=_html(shown, numeric),
    )


def _format(frame: pd.DataFrame, headers: Mapping[str, str], formats: Mapping[str, str], language: str) -> pd.DataFrame:
    """Every cell as the text a reader sees; headers unique even when two keys say the same."""
    columns = {
        say(key, language): [_cell(value, formats.get(name, "text"), language) for value in frame[name]]
        for name, key in headers.items()
    }
    return pd.DataFrame(columns)


def _cell(value: object, form: str, language: str) -> str:
    """Write a value in the form of its column."""
    if form in ("text", "words"):
        return "" if is_missing(value) else str(value)
    if is_missing(value):
        return "–"
    if form == "year":
        return str(int(str(value)))
    return {
        "count": lambda: number(value, language),
        "percent": lambda: percent(value, language),
        "two": lambda: number(value, language, decimals=2),
        "three": lambda: number(value, language, decimals=3),
        "ratio": lambda: ratio(float(str(value)), language),
        "p": lambda: p_value(float(str(value)), language).removeprefix("= "),
    }[form]()


def _html(shown: pd.DataFrame, numeric: list[int]) -> str:
    """A plain table; all text escaped, numbers at the right."""
    side = [' class="number"' if position in numeric else "" for position in range(len(shown.columns))]
    head = "".join(f'<th scope="col"{mark}>{escape(name)}</th>' for name, mark in zip(shown.columns, side, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{mark}>{_text(value)}</td>" for value, mark in zip(row, side, strict=True)) + "</tr>"
        for row in shown.itertuples(index=False)
    )
    return f'<table class="exhibit"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _text(value: str) -> str:
    """Escaped text; an address of a page is a link, and nothing else is."""
    shown = escape(value)
    if value.startswith(("https://", "http://")) and " " not in value:
        return f'<a href="{shown}" rel="noopener noreferrer">{shown}</a>'
    return shown


def _picture(shown: pd.DataFrame, numeric: list[int]) -> Figure:
    """Draw the table as a picture: columns as wide as their text, long text wrapped."""
    wrapped = [[wrap(value, _WIDEST) or [""] for value in row] for row in shown.itertuples(index=False)]
    heads = [wrap(name, 18) or [""] for name in shown.columns]
    widths = [
        max(len(line) for cell in [heads[column], *(row[column] for row in wrapped)] for line in cell) + 2
        for column in range(len(heads))
    ]
    heights = [max(len(cell) for cell in row) for row in [heads, *wrapped]]
    inches = (max(4.0, 0.082 * sum(widths)), 0.15 + sum(_ROW + _LINE * (height - 1) for height in heights))
    with chart_style():
        figure = Figure(figsize=inches)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, sum(widths))
        axes.set_ylim(inches[1], 0)
        top = 0.08
        for line, cells in enumerate([heads, *wrapped]):
            _draw_row(axes, cells, widths, numeric, top, bold=line == 0)
            top += _ROW + _LINE * (heights[line] - 1)
            axes.plot([0, sum(widths)], [top - 0.04] * 2, color=INK if line == 0 else "#dddddd", linewidth=0.8)
        axes.plot([0, sum(widths)], [0.05] * 2, color=FAINT, linewidth=0.8)
    return figure


def _draw_row(
    axes: Axes, cells: list[list[str]], widths: list[int], numeric: list[int], top: float, *, bold: bool
) -> None:
    """Draw the cells of a row, numbers to the right."""
    left = 0
    for column, cell in enumerate(cells):
        right = column in numeric
        place = left + widths[column] - 1 if right else left + 1
        for line, text in enumerate(cell):
            axes.text(
                place,
                top + 0.13 + line * _LINE,
                text,
                ha="right" if right else "left",
                va="baseline",
                fontsize=8,
                fontweight="bold" if bold else "normal",
            )
        left += widths[column]
