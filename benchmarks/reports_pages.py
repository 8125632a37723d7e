"""The page of the reports benchmark."""

from collections.abc import Sequence

from reports_ways import NOTEBOOKS, Single, Way

_AIMS = (("papermill command", 10.0), ("ploomber-engine", 1.6))
_CORES = 2
_HEAD = f"""Made by `python benchmarks/reports.py --write`: the same reports in each way, one after the other in one run
on {_CORES} cores, start-up included. A way beside ours is what a user would write with that tool: run, then export html
with nbconvert. Ours also checks parameters, writes exhibits, run record and research crate. The floor is the notebook's
code as plain calls in one warm process: no kernel, no page, nothing written, one core. Memory is the proportional set
size of all processes together, sampled twice a second.

**Dalam Bahasa Indonesia.** Laporan yang sama dibuat dengan setiap cara, berurutan dalam satu kali jalan, termasuk waktu
mulai. Lantai (floor) ialah kode buku catatan sebagai pemanggilan biasa dalam satu proses yang hangat."""


def document(ways: Sequence[Way], single: Sequence[Single], phases: dict[str, float], growth: Sequence[Way]) -> str:
    """Write the page."""
    parts = [
        "# How fast reports are made",
        _HEAD,
        *[_ways([way for way in ways if way.notebook == notebook], notebook) for notebook in NOTEBOOKS],
        "## Aims\n\n" + _aims([way for way in ways if way.notebook == NOTEBOOKS[0]], single),
        "## One report by itself\n\n"
        + _table(
            ("notebook", "start to page, s", "its imports and cells alone, s", "ratio"),
            [
                (f"`{one.notebook}`", f"{one.seconds:.2f}", f"{one.kernel:.2f}", f"{one.seconds / one.kernel:.2f}")
                for one in single
            ],
        ),
        "## Where the time of one profile goes\n\nWarm, one at a time, medians of twenty.\n\n"
        + _table(("phase", "seconds"), [(name, f"{seconds:.3f}") for name, seconds in phases.items()]),
        "## Growth\n\n" + _growth(growth),
    ]
    return "\n\n".join(parts) + "\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _ways(ways: Sequence[Way], notebook: str) -> str:
    own = next(way for way in ways if way.way == "ours")
    rows = [
        (
            way.way,
            f"{way.reports}",
            f"{way.seconds:.1f}",
            f"{way.reports / way.seconds:.2f}",
            f"{way.seconds / way.reports / (own.seconds / own.reports):.2f}",
            f"{way.megabytes:,.0f}",
        )
        for way in ways
    ]
    head = ("way", "reports", "seconds", "reports per second", "times ours", "peak MB")
    return f"## `{notebook}`\n\n" + _table(head, rows)


def _aims(ways: Sequence[Way], single: Sequence[Single]) -> str:
    each = {way.way: way.seconds / way.reports for way in ways}
    rows = [
        (
            f"times faster than {name}",
            f"{aim:g}",
            f"{each[name] / each['ours']:.1f}",
            _word(each[name] / each["ours"] >= aim),
        )
        for name, aim in _AIMS
    ]
    above = each["ours"] * _CORES / each["floor"]
    rows.append(("processor time of a report, times the floor, per core", "2", f"{above:.2f}", _word(above <= 2)))
    for one in single:
        share = one.seconds / one.kernel
        rows.append((f"one report of {one.notebook}, times its own work", "1.5", f"{share:.2f}", _word(share <= 1.5)))
    return _table(("aim", "wanted", "found", ""), rows)


def _word(met: bool) -> str:
    return "met" if met else "**missed**"


def _growth(growth: Sequence[Way]) -> str:
    rows = [
        (f"{way.reports:,}", f"{way.seconds:.1f}", f"{way.seconds / way.reports:.3f}", f"{way.megabytes:,.0f}")
        for way in growth
    ]
    text = _table(("profiles", "seconds", "seconds each", "peak MB"), rows)
    if len(growth) < 2:
        return text
    first, last = growth[0], growth[-1]
    each = (last.seconds - first.seconds) / (last.reports - first.reports)
    start = first.seconds - each * first.reports
    return text + (
        f"\n\nThe line through the first and the last: {start:.1f} s to start and {each:.3f} s for each report. By "
        f"that line 5,000 profiles would take {(start + each * 5000) / 60:.0f} minutes: extrapolated, not measured."
    )
