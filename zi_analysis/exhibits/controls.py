"""Controls to move: every change draws the chart, the table and the rates of the new choice."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ipywidgets as widgets

from zi_analysis.evidence.assemble import Evidence, build_evidence
from zi_analysis.evidence.counts import FIRST_YEAR, LAST_YEAR
from zi_analysis.evidence.lines import TYPES
from zi_analysis.exhibits import explore_html
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.explore_views import chart_counts, chart_rates, table_counts
from zi_analysis.exhibits.refusal import Refusal, ask
from zi_analysis.study.series import EXPOSURES

_LANGUAGES = (("English", "en"), ("Bahasa Indonesia", "id"))
_TRACKS = ("national", "national_unclear")
_PREDICATES = ("all", "WBK", "WBBM")
_WIDE = {"description_width": "9em"}
_LABEL = {"width": "9em", "justify_content": "flex-end", "margin": "2px 8px 2px 0"}  # as wide as a description


class Controls:
    """Widgets for a choice, and the exhibits of it.

    Parameters
    ----------
    edition : Edition
        What is chosen at first.
    evidence : Evidence
        From ``build_evidence``, of the edition's track.
    notebook : str
        Named in the command that reports a choice.

    Attributes
    ----------
    box : ipywidgets.VBox
        All of it, to be displayed.
    language, predicate, years, exposure, track : ipywidgets.ValueWidget
        The controls; setting their ``value`` is the same as moving them.
    types : dict of str to ipywidgets.Checkbox
        One for each agency type.
    labels : dict of str to ipywidgets.Label
        Names of the controls that have none of their own.
    note : ipywidgets.HTML
        Says that an answer is being made; empty when it is there.
    counts, table, rates, command, download, pages : ipywidgets.HTML
        What the choice gives.
    number : ipywidgets.Dropdown
        The count that is followed to its pages.
    """

    def __init__(self, edition: Edition, evidence: Evidence, *, notebook: str = "02") -> None:
        self.notebook = notebook
        self._evidence = {edition.track: evidence}
        self._settling = False
        self._make_controls(edition)
        views = ("note", "counts", "table", "rates", "command", "download", "pages")
        self.note, self.counts, self.table, self.rates, self.command, self.download, self.pages = (
            widgets.HTML() for _ in views
        )
        self.number = widgets.Dropdown(style=_WIDE)
        self.box = self._arrange()
        self._relabel()
        self._redraw()
        self._listen()

    def _make_controls(self, edition: Edition) -> None:
        """Make a control for each part of the choice, set as the edition says."""
        self.language = widgets.ToggleButtons(options=_LANGUAGES, value=edition.language)
        self.predicate = widgets.ToggleButtons(options=_PREDICATES, value=edition.predicate)
        self.types = {name: widgets.Checkbox(name in edition.agency_types, indent=False) for name in TYPES}
        self.labels = {name: widgets.Label(layout=_LABEL) for name in ("language", "predicate", "types")}
        self.years = widgets.IntRangeSlider(
            value=(edition.first_year, edition.last_year),
            min=FIRST_YEAR,
            max=LAST_YEAR,
            continuous_update=False,
            readout_format="d",
            style=_WIDE,
            layout={"width": "34em", "max_width": "100%"},
        )
        self.exposure = widgets.Dropdown(options=EXPOSURES, value=edition.exposure, style=_WIDE)
        self.track = widgets.Dropdown(options=_TRACKS, value=edition.track, style=_WIDE)
        for wide in (self.exposure, self.track):
            wide.layout = {"width": "34em", "max_width": "100%"}

    def _arrange(self) -> widgets.VBox:
        """Put the controls above what they change."""
        for box in self.types.values():
            box.layout = {"width": "auto", "margin": "0 1.2em 0 0"}
        beside = {"language": [self.language], "predicate": [self.predicate], "types": [*self.types.values()]}
        rows = [
            widgets.HBox([self.labels[name], *controls], layout={"flex_flow": "row wrap"})
            for name, controls in beside.items()
        ]
        chosen = [*rows, self.years, self.exposure, self.track, self.note]
        shown = [self.counts, self.table, self.rates, self.number, self.pages, self.command, self.download]
        box = widgets.VBox([widgets.HTML(explore_html.STYLE), *chosen, *shown])
        box.add_class("zi-explore")
        return box

    def _listen(self) -> None:
        """Draw again whenever a control was moved."""
        for control in (self.predicate, self.years, self.exposure, self.track, *self.types.values()):
            control.observe(self._on_choice, names="value")
        self.language.observe(self._on_language, names="value")
        self.number.observe(self._on_number, names="value")

    @property
    def edition(self) -> Edition:
        """What is chosen now."""
        first, last = self.years.value
        types = [name for name, box in self.types.items() if box.value]
        return Edition(
            self.language.value, first, last, self.predicate.value, types, self.track.value, self.exposure.value
        )

    def _on_choice(self, _: Any) -> None:
        """Answer a control that was moved by somebody, not by a new language."""
        if not self._settling:
            self._redraw()

    def _on_language(self, _: Any) -> None:
        """Say everything in the new language, the controls too."""
        self._relabel()
        self._redraw()

    def _on_number(self, _: Any) -> None:
        """Follow another number."""
        if not self._settling:
            self._follow()

    @contextmanager
    def _settled(self) -> Iterator[None]:
        """Keep new options of a control from being taken for a move of it."""
        self._settling = True
        try:
            yield
        finally:
            self._settling = False

    def _relabel(self) -> None:
        """Name controls and their options in the language chosen; what is chosen stays."""
        say = self.edition.say
        for control, name in (
            (self.years, "years"),
            (self.exposure, "exposure"),
            (self.track, "track"),
            (self.number, "follow"),
        ):
            control.description = say(f"explore.{name}")
        for name, label in self.labels.items():
            label.value = say(f"explore.{name}")
        for name, box in self.types.items():
            box.description = say(f"type.{name}")
        with self._settled():
            _rename(self.predicate, [(say(f"predicate.{name}"), name) for name in _PREDICATES])
            _rename(self.exposure, [(say(f"{_section(name)}.{name}"), name) for name in EXPOSURES])
            _rename(self.track, [(say(f"explore_track.{name}"), name) for name in _TRACKS])

    def _redraw(self) -> None:
        """Draw all that the choice gives, or say why it gives nothing."""
        evidence = self._assemble()
        self._tell("drawing")
        self._draw(self.edition, evidence)
        self.note.value = ""

    def _tell(self, name: str) -> None:
        """Say what is being done while the reader waits."""
        self.note.value = f'<p role="status">{self.edition.say(f"explore.{name}")}</p>'

    def _draw(self, edition: Edition, evidence: Evidence) -> None:
        """Fill every view from a choice."""
        counts = ask(edition, chart_counts, evidence, edition, exhibit="0.1")
        self.counts.value = explore_html.show_answer(counts)
        if isinstance(counts, Refusal):
            self._show_nothing()
            return
        self.table.value = explore_html.show_answer(ask(edition, table_counts, evidence, edition, exhibit="0.2"))
        self.rates.value = explore_html.show_answer(ask(edition, chart_rates, evidence, edition, exhibit="0.3"))
        self.command.value = explore_html.show_command(edition, notebook=self.notebook)
        self.download.value = explore_html.show_download(evidence, edition)
        with self._settled():
            numbers = explore_html.name_numbers(evidence, edition)
            kept = self.number.value
            self.number.options = numbers
            self.number.value = kept if kept in [identifier for _, identifier in numbers] else numbers[0][1]
        self._follow()

    def _show_nothing(self) -> None:
        """Leave nothing of an earlier choice beside a refusal."""
        for view in (self.table, self.rates, self.command, self.download, self.pages):
            view.value = ""
        with self._settled():
            self.number.options = []

    def _follow(self) -> None:
        """List the pages behind the number chosen."""
        self.pages.value = explore_html.show_pages(self.number.value, self._assemble(), self.edition)

    def _assemble(self) -> Evidence:
        """Evidence of the track chosen; another one is counted once, which takes some seconds and is told."""
        track = self.track.value
        if track not in self._evidence:
            self._tell("counting")
            root = next(iter(self._evidence.values())).root
            self._evidence[track] = build_evidence(root, track=track)
        return self._evidence[track]


def _section(exposure: str) -> str:
    """Section of the catalogue that names an exposure as a choice."""
    return "measure" if exposure == "none" else "per"


def _rename(control: Any, options: list[tuple[str, str]]) -> None:
    """Give the options of a control new names and keep the one chosen."""
    kept = control.value
    control.options = options
    control.value = kept
