"""The chart of the accuracy benchmark: the error curve over the least score."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from accuracy_measures import Setting
from matplotlib.axes import Axes
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from accuracy import Accuracy

_PANELS = (  # outcome, what it is a share of, label, colour (Okabe and Ito 2008)
    ("right", "resolvable", "right", "#0072B2"),
    ("open", "resolvable", "left open", "#B87800"),
    ("wrong", "resolvable", "wrong", "#D55E00"),
    ("matched", "unresolvable", "must stay open, but matched", "#7B4173"),
)
_RIVAL = "#666666"
_STYLE = {"svg.hashsalt": "zona integritas", "font.family": "DejaVu Sans", "font.size": 9}


def write_chart(accuracy: "Accuracy", path: Path) -> None:
    """Write the chart, the same bytes for the same figures.

    Parameters
    ----------
    accuracy : Accuracy
        From `accuracy.measure`.
    path : path
        Where to, ending in svg.

    Examples
    --------
    >>> write_chart(measured, Path("accuracy.svg"))  # doctest: +SKIP
    """
    with mpl.rc_context(_STYLE):
        draw_curve(accuracy).savefig(path, metadata={"Date": None, "Creator": None})


def draw_curve(accuracy: "Accuracy") -> Figure:
    """Draw the error curve over the least score, at the chosen margin.

    Parameters
    ----------
    accuracy : Accuracy
        From `accuracy.measure`.

    Returns
    -------
    matplotlib.figure.Figure
        Four panels above each other, the package and the rival in each.

    Examples
    --------
    >>> len(draw_curve(measured).axes)  # doctest: +SKIP
    4
    """
    figure = Figure(figsize=(7.2, 7.6), layout="constrained")
    chosen = accuracy.chosen
    settings = [setting for setting in accuracy.settings if setting.least_margin == chosen.least_margin]
    for panel, (outcome, base, label, colour) in zip(figure.subplots(4, 1, sharex=True), _PANELS, strict=True):
        _line(panel, accuracy.rival_settings, outcome, base, {"color": _RIVAL, "linestyle": "--", "linewidth": 1.2})
        _line(panel, settings, outcome, base, {"color": colour, "linewidth": 2.4})
        panel.set_title(f"{label}, % of the {base} names", loc="left", color=colour, fontsize=9)
        panel.axvline(chosen.least_score, color="#555555", linewidth=1, linestyle=":")
        panel.spines[["top", "right"]].set_visible(False)
        panel.grid(axis="y", color="#dddddd", linewidth=0.6)
    _label(figure.axes[0], accuracy)
    figure.suptitle(_title(settings), x=0.01, ha="left", fontsize=11)
    figure.axes[-1].set_xlabel(
        f"least score, 0 to 100 (margin {chosen.least_margin:g})\n"
        "Source: tuning half of data/labelled/agency_spellings.csv"
    )
    return figure


def _line(panel: Axes, settings: list[Setting], outcome: str, base: str, style: dict[str, Any]) -> None:
    """Draw one share over the scores, on a scale that begins at nothing."""
    shares = [100 * getattr(setting.tally, outcome) / max(1, getattr(setting.tally, base)) for setting in settings]
    panel.step([setting.least_score for setting in settings], shares, where="mid", **style)
    panel.set_ylim(-3, max(5, panel.get_ylim()[1], *shares) if outcome != "right" else 105)


def _label(panel: Axes, accuracy: "Accuracy") -> None:
    """Name the two lines and the chosen score on the first panel."""
    first = accuracy.rival_settings[0]
    beside = {"textcoords": "offset points"}
    panel.annotate("zi_analysis", (first.least_score, 100), (4, -12), color=_PANELS[0][3], **beside)
    panel.annotate(
        "closest name by WRatio", (first.least_score, first.tally.share("right")), (4, -12), color=_RIVAL, **beside
    )
    score = accuracy.chosen.least_score
    panel.annotate(f"chosen: {score:g}", (score, 0.04), (4, 0), xycoords=("data", "axes fraction"), **beside)


def _title(settings: list[Setting]) -> str:
    """Say what the chart shows."""
    if any(setting.tally.wrong + setting.tally.matched for setting in settings):
        return "A stricter score leaves more names open and makes fewer wrong matches"
    return "A stricter score only leaves more names open: zi_analysis makes no wrong match at any of them"
