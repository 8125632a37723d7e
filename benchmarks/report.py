"""The figures as tables, for the terminal and for docs/benchmarks.md."""

from collections.abc import Iterable

from verdict import Aim, Figures, Size, memory_ratio, ratio

_MEGABYTE = 1e6
_DISTINCT = ("agencies", "units", "pairs", "triples")
_TOOLS = {
    "cleaning": "`clean_awards` (whole job)",
    "naming": "`resolve_agencies`",
    "splink": "splink, distinct spellings (whole job)",
    "splink rows": "splink, every row",
    "distinct": "rapidfuzz `cdist`, distinct spellings",
}


def tables(figures: Figures, found: list[Aim]) -> str:
    """Write all tables in Markdown.

    Parameters
    ----------
    figures : Figures
        From one run.
    found : list of Aim
        From `aims`.

    Returns
    -------
    str
        Headings and tables.

    Examples
    --------
    >>> tables(Figures([], 0, {}), []).startswith("## Aims")
    True
    """
    parts = [
        ("Aims", _aims(found)),
        ("Lists", _lists(figures.sizes)),
        ("Time for the whole job, seconds", _times(figures.sizes)),
        ("Processor seconds, all cores together, imports included", _processor(figures.sizes)),
        ("Memory", _memory(figures)),
        ("Naming alone, seconds", _naming(figures.sizes)),
        ("How right on these lists", _rightness(figures.sizes)),
        (
            "Starting, seconds",
            _table(("command", "seconds"), ((name, _number(s, 3)) for name, s in figures.start.items())),
        ),
    ]
    return "\n\n".join(f"## {heading}\n\n{table}" for heading, table in parts)


def _aims(found: list[Aim]) -> str:
    """Write the aims."""
    words = {True: "met", False: "**missed**", None: "not measured"}
    rows = (
        (
            aim.name,
            words[aim.met],
            f"{'at most' if aim.at_most else 'at least'} {aim.limit:g}",
            _number(aim.measured, 2),
        )
        for aim in found
    )
    return _table(("at one million rows, if not said otherwise", "", "aim", "measured"), rows, texts=2)


def _lists(sizes: list[Size]) -> str:
    """Write what the lists hold."""
    head = ("rows", "file, MB", "distinct agencies", "units", "pairs", "pairs and years")
    rows = (
        (_rows(size), f"{size.file / _MEGABYTE:,.0f}", *(f"{size.distinct[name]:,}" for name in _DISTINCT))
        for size in sizes
    )
    return _table(head, rows)


def _times(sizes: list[Size]) -> str:
    """Write the times of the whole job."""
    head = ("rows", "pandas reads", "ours", "over reading", "µs a row", "loop", "over ours", "splink", "over ours")
    rows = []
    for size in sizes:
        ours, reading, loop, splink = (size.seconds(task) for task in ("cleaning", "reading", "loop", "splink"))
        rows.append(
            (
                *(_rows(size), _number(reading, 2), _number(ours, 2), _number(ratio(ours, reading), 2)),
                *(_number(ratio(ours, size.rows / 1e6), 1), _number(loop, 0), _number(ratio(loop, ours), 0)),
                *(_number(splink, 2), _number(ratio(splink, ours), 2)),
            )
        )
    return _table(head, rows)


def _processor(sizes: list[Size]) -> str:
    """Write the processor times, which other work on the machine changes least."""
    tasks = ("reading", "cleaning", "splink", "naming", "distinct")
    names = ("pandas reads", *(_TOOLS[task] for task in tasks[1:]))
    rows = ((_rows(size), *(_number(size.told(task, "processor"), 2) for task in tasks)) for size in sizes)
    return _table(("rows", *names), rows)


def _memory(figures: Figures) -> str:
    """Write the peaks."""
    head = ("rows", "frame, MB", "ours above imports, MB", "over frame", "pandas' own reading over frame")
    rows = []
    for size in figures.sizes:
        frame, peak = size.told("reading", "frame"), size.told("cleaning", "peak")
        above = None if peak is None else peak - figures.imports
        ratios = [memory_ratio(size, figures.imports, task) for task in ("cleaning", "reading")]
        amounts = [_number(None if amount is None else amount / _MEGABYTE, 0) for amount in (frame, above)]
        rows.append((_rows(size), *amounts, *(_number(told, 2) for told in ratios)))
    return _table(head, rows)


def _naming(sizes: list[Size]) -> str:
    """Write the times of finding the agency of each row, without merging."""
    tasks = ("naming", "distinct", "splink rows")
    rows = ((_rows(size), *(_number(size.seconds(task), 2) for task in tasks)) for size in sizes)
    return _table(("rows", *(_TOOLS[task] for task in tasks)), rows)


def _rightness(sizes: list[Size]) -> str:
    """Write how many rows found their agency where the truth is at hand."""
    rows = []
    for size in sizes:
        for task, tool in _TOOLS.items():
            told = size.tasks.get(task, {})
            if "right" in told:
                shares = (f"{100 * told[name]:.2f}%" for name in ("right", "wrong", "open", "strangers"))
                counts = (_number(told.get(name), 0) for name in ("told", "awards"))
                mixed = f"{100 * told['mixed']:.2f}%" if "mixed" in told else "-"
                rows.append((_rows(size), tool, *shares, *counts, mixed))
    head = (
        "rows",
        "tool",
        "right",
        "wrong",
        "open",
        "strangers matched",
        "awards told",
        "true ones",
        "rows in another's",
    )
    return _table(head, rows, texts=2)


def _rows(size: Size) -> str:
    """Name a list."""
    return f"{size.rows:,}{' (fresh slips)' if size.fresh else ''}"


def _number(value: float | None, digits: int) -> str:
    """Write a figure, a dash when there is none."""
    return "-" if value is None else f"{value:,.{digits}f}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]], *, texts: int = 1) -> str:
    """Write a Markdown table, its first columns texts and the others figures, each as wide as its cells."""
    lines = [head, *rows]
    widths = [max(3, *(len(line[at]) for line in lines)) for at in range(len(head))]
    rule = ["-" * width if at < texts else "-" * (width - 1) + ":" for at, width in enumerate(widths)]
    cells = [
        [
            text.ljust(width) if at < texts else text.rjust(width)
            for at, (text, width) in enumerate(zip(line, widths, strict=True))
        ]
        for line in lines
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in [cells[0], rule, *cells[1:]])
