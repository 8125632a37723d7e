"""Exhibits: numbered figures and tables that carry the data they draw."""

import base64
import io
from dataclasses import dataclass
from functools import cached_property
from html import escape

import pandas as pd
from matplotlib.figure import Figure
from PIL import Image

from zi_analysis.exhibits.words import say

MIME = "application/vnd.zi.exhibit+json"
_DPI = 150
_COLOURS = 128  # enough for lines and text; a third of the size


@dataclass(frozen=True)
class Exhibit:
    """A chart or table of a report: what is drawn, what it says and where it is from.

    Shown in a notebook as title, picture or table, and source line; the data drawn travel with it as csv, so that a
    report can write them out and a rerun can be compared number by number.
    """

    number: str
    kind: str  # "chart" or "table"
    title: str
    alt: str
    source: str
    data: pd.DataFrame
    figure: Figure | None  # None for a table that is shown as html alone
    language: str
    html: str | None = None  # tables only

    @property
    def csv(self) -> str:
        """The data drawn, as csv text with a header and ``\\n`` line ends."""
        return self.data.to_csv(index=False, lineterminator="\n", float_format="%.6g")

    @cached_property
    def png(self) -> bytes:
        """The picture, without anything that would make two runs differ; drawn once, as a second drawing of a
        figure may lay it out a hair differently. Empty without a figure."""
        if self.figure is None:
            return b""
        drawn, packed = io.BytesIO(), io.BytesIO()
        self.figure.savefig(drawn, format="png", dpi=_DPI)
        with Image.open(drawn) as picture:
            few_colours = picture.convert("RGB").quantize(_COLOURS, method=Image.Quantize.MEDIANCUT)
            few_colours.save(packed, format="png", optimize=True)
        return packed.getvalue()

    def bundle(self) -> dict[str, object]:
        """What a notebook stores: the picture, for tables the html, and the exhibit with its data."""
        about = {name: getattr(self, name) for name in ("number", "kind", "title", "alt", "source", "csv")}
        shown: dict[str, object] = {MIME: about, "text/plain": f"{self.number} {self.title}"}
        if self.figure is not None:
            shown = {"image/png": base64.b64encode(self.png).decode("ascii"), **shown}
        return shown if self.html is None else {**shown, "text/html": self.html}

    def _ipython_display_(self) -> None:
        """Show title, drawing or table, and source in a notebook."""
        from IPython.display import HTML, display

        label = say("exhibit.label", self.language, number=self.number)
        display(HTML(f'<p class="exhibit-title"><strong>{escape(label)}. {escape(self.title)}</strong></p>'))
        pictured = {} if self.figure is None else {"image/png": {"alt": self.alt}}
        display(self.bundle(), raw=True, metadata=pictured)
        origin = say("exhibit.source", self.language, source=self.source)
        display(HTML(f'<p class="exhibit-source"><small>{escape(origin)}</small></p>'))
