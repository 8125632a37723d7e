"""The aims of the speed benchmark and whether the figures meet them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

MILLION = 1_000_000
SLOWEST_READING = 4.0  # times the time that pandas needs to read the same file
LEAST_OVER_LOOP = 200.0
MOST_MEMORY = 3.0  # times the frame
MOST_GROWTH = 1.25  # time a row at ten million rows over that at one million
SLOWEST_HELP = 0.3  # seconds
SLOWEST_IMPORT = 1.1  # times that of pandas
_MOST_WAITING = 1.3  # seconds over processor seconds

Told = dict[str, float]


@dataclass(frozen=True)
class Size:
    """What was measured on one list."""

    rows: int
    fresh: bool  # each row with slips has slips of its own
    file: int  # bytes
    distinct: dict[str, int]  # agencies, units, pairs, triples
    tasks: dict[str, Told] = field(default_factory=dict)  # best seconds and highest peak of each task

    def told(self, task: str, figure: str) -> float | None:
        """Return a figure of a task, None when it was not run or failed."""
        return self.tasks.get(task, {}).get(figure)

    def seconds(self, task: str) -> float | None:
        """Return the seconds of a task, None when it was not run or failed."""
        return self.told(task, "seconds")


@dataclass(frozen=True)
class Figures:
    """All figures of one run."""

    sizes: list[Size]
    imports: int  # bytes that the imported libraries take
    start: dict[str, float]  # seconds of: zi --help, import pandas, import zi_analysis


@dataclass(frozen=True)
class Aim:
    """One aim, and what was measured of it."""

    name: str
    limit: float
    at_most: bool
    measured: float | None

    @property
    def met(self) -> bool | None:
        """Tell whether the aim is met, None when it was not measured."""
        if self.measured is None:
            return None
        return self.measured <= self.limit if self.at_most else self.measured >= self.limit


def ratio(above: float | None, below: float | None) -> float | None:
    """Divide what was measured.

    Parameters
    ----------
    above, below : float or None
        Figures, None when not measured.

    Returns
    -------
    float or None
        The ratio, None when one of them is missing.

    Examples
    --------
    >>> ratio(6.0, 1.5), ratio(6.0, None)
    (4.0, None)
    """
    return None if above is None or not below else above / below


def memory_ratio(size: Size, imports: int, task: str = "cleaning") -> float | None:
    """Divide the peak of a task, above what the imports take, by the size of the frame.

    Parameters
    ----------
    size : Size
        What was measured on one list.
    imports : int
        Bytes that the imported libraries take.
    task : str
        A task.

    Returns
    -------
    float or None
        The ratio, None when it was not measured.

    Examples
    --------
    >>> tasks = {"cleaning": {"peak": 500.0}, "reading": {"frame": 200.0}}
    >>> memory_ratio(Size(10, False, 0, {}, tasks), 100)
    2.0
    """
    peak, frame = size.told(task, "peak"), size.told("reading", "frame")
    return None if peak is None else ratio(peak - imports, frame)


def aims(figures: Figures) -> list[Aim]:
    """Hold the figures against the aims.

    Parameters
    ----------
    figures : Figures
        From one run.

    Returns
    -------
    list of Aim
        In the order of the document; those that need a size that was not run have no figure.

    Examples
    --------
    >>> [aim.met for aim in aims(Figures([], 0, {}))] == [None] * 7
    True
    """
    return list(_aims(figures))


def _aims(figures: Figures) -> Iterator[Aim]:
    """Work the aims out."""
    nothing = Size(0, False, 0, {})
    by_rows = {size.rows: size for size in figures.sizes if not size.fresh}
    million, ten = by_rows.get(MILLION, nothing), by_rows.get(10 * MILLION, nothing)
    ours = million.seconds("cleaning")
    yield Aim("times the reading time of pandas", SLOWEST_READING, True, ratio(ours, million.seconds("reading")))
    yield Aim("times faster than the loop", LEAST_OVER_LOOP, False, ratio(million.seconds("loop"), ours))
    yield Aim("times faster than splink, whole job", 1.0, False, ratio(million.seconds("splink"), ours))
    yield Aim("times the frame in memory", MOST_MEMORY, True, memory_ratio(million, figures.imports))
    growth = ratio(ratio(ten.seconds("cleaning"), 10.0), ours)
    yield Aim("time a row at ten million over one million", MOST_GROWTH, True, growth)
    yield Aim("seconds for zi --help", SLOWEST_HELP, True, figures.start.get("zi --help"))
    start = ratio(figures.start.get("import zi_analysis"), figures.start.get("import pandas"))
    yield Aim("import zi_analysis over import pandas", SLOWEST_IMPORT, True, start)


def disturbed(figures: Figures) -> list[str]:
    """Name measurements that other work on the machine slowed, from a million rows on.

    Reading uses several cores and cleaning one, so neither takes much longer than its processor time when the machine
    is free. Other work slows the two unevenly; a ratio of such figures tells nothing.

    Parameters
    ----------
    figures : Figures
        From one run.

    Returns
    -------
    list of str
        One text a measurement.

    Examples
    --------
    >>> size = Size(1_000_000, False, 0, {}, {"reading": {"seconds": 2.7, "processor": 1.5}})
    >>> disturbed(Figures([size], 0, {}))
    ['reading of 1,000,000 rows took 2.70 s for 1.50 s of processor time']
    """
    return [
        f"{task} of {size.rows:,} rows took {told['seconds']:.2f} s for {told['processor']:.2f} s of processor time"
        for size in figures.sizes
        for task, told in size.tasks.items()
        if size.rows >= MILLION
        and task in ("reading", "cleaning")
        and told["seconds"] > _MOST_WAITING * told["processor"]
    ]


def verdict(found: list[Aim], failed: list[str], slowed: Sequence[str] = ()) -> tuple[str, int]:
    """Sum the aims up in one line.

    Parameters
    ----------
    found : list of Aim
        From `aims`.
    failed : list of str
        Measurements that ended with an error.
    slowed : sequence of str
        From `disturbed`.

    Returns
    -------
    tuple
        The line, and the exit code: 1 when an aim is missed, a measurement failed, or other work disturbed the run.

    Examples
    --------
    >>> verdict([Aim("times the reading time", 4.0, True, 5.1)], [])
    ('clean: missed: times the reading time 5.1 (aim: at most 4)', 1)
    """
    if slowed:
        return f"clean: no verdict: the machine did other work ({slowed[0]}); run it again alone", 1
    missed = [_missed(aim) for aim in found if aim.met is False]
    open_aims = [aim.name for aim in found if aim.met is None]
    if missed or failed:
        return "clean: missed: " + "; ".join([*missed, *(f"{name} failed" for name in failed)]), 1
    if open_aims:
        return f"clean: met {len(found) - len(open_aims)} of {len(found)} aims; not measured: {'; '.join(open_aims)}", 0
    return f"clean: met all {len(found)} aims", 0


def _missed(aim: Aim) -> str:
    """Tell an aim that was missed."""
    return f"{aim.name} {aim.measured:.3g} (aim: {'at most' if aim.at_most else 'at least'} {aim.limit:g})"
