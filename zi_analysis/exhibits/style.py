"""How charts look: one colour-blind-safe colour for each agency type and predicate, everywhere the same."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from zi_analysis.exhibits.words import number

# seaborn's "colorblind" of ten, written out so that a page of charts need not import seaborn
_PALETTE = (
    "#0173b2",
    "#de8f05",
    "#029e73",
    "#d55e00",
    "#cc78bc",
    "#ca9161",
    "#fbafe4",
    "#949494",
    "#ece133",
    "#56b4e9",
)
TYPE_COLOURS = {
    "central": _PALETTE[0],
    "province": _PALETTE[1],
    "regency": _PALETTE[2],
    "city": _PALETTE[4],
    "local": _PALETTE[3],
    "regency_city": _PALETTE[5],
    "all": "#444444",
}
PREDICATE_COLOURS = {"WBK": _PALETTE[0], "WBBM": _PALETTE[1], "all": "#444444"}
NOT_SPLIT = "#c9ced4"
STATUS_COLOURS = {"exact": _PALETTE[0], "bounded": "#9ecae1", "sum": "#dfe8f0", "unknown": "#f4f4f4"}
FAMILY_COLOURS = {"poisson": _PALETTE[1], "nb2": _PALETTE[2]}
INK, FAINT = "#222222", "#8a8a8a"
_WIDTH = 7.2

_RC: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.grid": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}


@contextmanager
def chart_style() -> Iterator[None]:
    """Draw inside this: the style ends with it and nothing global changes."""
    with mpl.rc_context(_RC):
        yield


def new_figure(height: float, *, rows: int = 1, columns: int = 1, share_y: bool = False) -> tuple[Figure, list[Axes]]:
    """Make a figure of the report's width that no notebook backend shows by itself.

    Parameters
    ----------
    height : float
        Inches.
    rows, columns : int
        Panels.
    share_y : bool
        Whether panels share the vertical scale.

    Returns
    -------
    Figure, list of Axes
        The panels row by row.
    """
    figure = Figure(figsize=(_WIDTH, height), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False, sharey=share_y)
    return figure, [axes for row in panels for axes in row]


def year_axis(axes: Axes, years: Sequence[int]) -> None:
    """Mark every year, as a whole number; short years when there are many."""
    axes.set_xlim(min(years) - 0.6, max(years) + 0.6)
    axes.set_xticks(list(years))
    place = axes.get_subplotspec()
    width = 1 if place is None else place.get_gridspec().ncols
    if len(years) * width > 14:
        axes.set_xticklabels([f"'{year % 100:02d}" for year in years])
    else:
        axes.set_xticklabels([str(year) for year in years])
    axes.tick_params(axis="x", length=0)


def count_axis(axes: Axes, language: str, *, decimals: int = 0) -> None:
    """Write the vertical scale as the language does, from zero, with faint lines."""
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, language, decimals=decimals)))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=decimals == 0))
    axes.grid(axis="y", color="#e6e6e6", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_ylim(bottom=0)
