"""The small picture of an index row: awards known by year, with what is sure told apart from what may be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from itertools import groupby

from zi_analysis.exhibits.words import number, spread
from zi_analysis.reporting.index_entries import Year

WIDTH, HEIGHT = 110, 22  # pixels, at most
_FLOOR = HEIGHT - 1.0
_TALLEST = 18.0
_CAP = 7  # height of the fading end of a bar without upper bound, drawn with dashes that shrink
_THINNEST = 1.6  # so that an exact zero and a small range are seen
_SMALLEST_SCALE = 4  # one award alone is a short bar


@dataclass(frozen=True)
class SparkPen:
    """Draws the pictures of one page: all have the same years, and words in one language.

    Parameters
    ----------
    years : range
        The years of every picture, left to right.
    language : {"en", "id"}
        Of the words that tell a picture.
    told : str
        Words around the years, with a place ``{years}``.
    at_most : str
        Words for a count with an upper bound alone, with a place ``{count}``.

    Examples
    --------
    >>> SparkPen(range(2019, 2021), "en", "Awards: {years}", "at most {count}").tell(((2019, 1, 1),))
    'Awards: 2019: 1; 2020: unknown'
    """

    years: range
    language: str
    told: str
    at_most: str
    _drawn: dict[tuple[Year, ...], str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def bar(self) -> int:
        """Width of a bar in pixels: whole and, where there is room, even, so that bars are sharp."""
        return max(self.step - 2 + self.step % 2, 1)

    @property
    def step(self) -> int:
        """Pixels from one year to the next."""
        return WIDTH // max(len(self.years), 1)

    def draw(self, spark: Sequence[Year]) -> str:
        """Draw the counts of one row.

        Parameters
        ----------
        spark : sequence of (year, int or None, int or None)
            Checked, within the years of the page; a year left out is unknown.

        Returns
        -------
        str
            An svg element at most 110 pixels wide and 22 high, escaped; its classes are those of ``batch.css``, and
            `width_rules` gives its widths.
        """
        key = tuple(spark)
        if key not in self._drawn:
            told = escape(self.tell(key))
            self._drawn[key] = f'<svg role="img"><title>{told}</title>{self._parts(key, self.years)}</svg>'
        return self._drawn[key]

    def width_rules(self) -> str:
        """Return the css that fits pictures and bars to the years of the page.

        Returns
        -------
        str

        Examples
        --------
        >>> SparkPen(range(2016, 2026), "en", "{years}", "{count}").width_rules()
        '.e, .m, .o { stroke-width: 10 }\\n.s svg, .axis { width: 110px }\\n'
        """
        width = self.step * len(self.years)
        return f".e, .m, .o {{ stroke-width: {self.bar} }}\n.s svg, .axis {{ width: {width}px }}\n"

    def samples(self) -> dict[str, str]:
        """Return a bar of every kind, for the key of the page.

        Returns
        -------
        dict
            "exact", "bounded", "open" and "unknown" to an svg element in which the bar stands at the left.
        """
        kinds = {"exact": (2, 2), "bounded": (1, 4), "open": (2, None), "unknown": (None, None)}
        first = self.years[:1]
        return {
            kind: f'<svg aria-hidden="true">{self._parts([(year, *pair) for year in first], first)}</svg>'
            for kind, pair in kinds.items()
        }

    def tell(self, spark: Sequence[Year]) -> str:
        """Tell a picture in words, years with the same count together.

        Parameters
        ----------
        spark : sequence of (year, int or None, int or None)
            As for `draw`.

        Returns
        -------
        str
        """
        bounds = {year: (low, high) for year, low, high in spark}
        counts = [(year, self.count(*bounds.get(year, (None, None)))) for year in self.years]
        runs = [(words, [year for year, _ in run]) for words, run in groupby(counts, key=lambda count: count[1])]
        return self.told.format(years="; ".join(f"{_span(years)}: {words}" for words, years in runs))

    def count(self, low: int | None, high: int | None) -> str:
        """Write a bounded count in words.

        Parameters
        ----------
        low, high : int or None
            Bounds; None is unknown.

        Returns
        -------
        str
            As `zi_analysis.exhibits.words.spread`, which needs a lower bound where an upper one is known.
        """
        if low is None and high is not None:
            return self.at_most.format(count=number(high, self.language))
        return _spread(low, high, self.language)

    def _parts(self, spark: Sequence[Year], years: range) -> str:
        """Draw what is unknown, what may be, what is sure, and the ends that are open."""
        bounds = {year: (low, high) for year, low, high in spark}
        unit = self._unit(bounds.values())
        unknown = maybe = sure = ends = ""
        for place, year in enumerate(years):
            low, high = bounds.get(year, (None, None))
            left = place * self.step
            if high is None and not low:
                unknown += f"M{left} {_FLOOR - 0.5}h{self.bar}"
                continue
            middle, height = _short(left + self.bar / 2), max((low or 0) * unit, _THINNEST)
            if low or high == 0:
                sure += f"M{middle} {_short(_FLOOR)}v-{_short(height)}"
            if high is None:
                ends += f"M{middle} {_short(_FLOOR - height)}v-{_CAP}"
            elif high > (low or 0):
                start = height if low else 0
                maybe += f"M{middle} {_short(_FLOOR - start)}v-{_short(max(high * unit - start, _THINNEST))}"
        paths = (("u", unknown), ("m", maybe), ("o", ends), ("e", sure))
        return "".join(f'<path class={name} d="{path}"/>' for name, path in paths if path)

    def _unit(self, bounds: Iterable[tuple[int | None, int | None]]) -> float:
        """Return the height of one award: the largest bound fills the picture, below the open ends if there are any."""
        pairs = list(bounds)
        largest = max([_SMALLEST_SCALE, *(bound for pair in pairs for bound in pair if bound is not None)])
        is_open = any(high is None and low for low, high in pairs)
        return (_TALLEST - _CAP + 2 if is_open else _TALLEST) / largest


@lru_cache(maxsize=4096)
def _spread(low: int | None, high: int | None, language: str) -> str:
    """Write a bounded count; the same few are written thousands of times."""
    return spread(low, high, language)


def _short(value: float) -> str:
    """Write a coordinate with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")


def _span(years: Sequence[int]) -> str:
    """Write a run of years."""
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
