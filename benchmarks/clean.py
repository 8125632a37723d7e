"""How fast and how slim an award list is cleaned, beside what a user would pick instead.

`python benchmarks/clean.py [--rows 10000 100000 1000000 10000000] [--write]` makes lists with the real schema,
measures each tool on each list in a process of its own, prints the tables and one verdict line, and ends with 1 when an
aim is missed.
"""

import argparse
import os
import platform
import re
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from report import tables
from running import HERE, measure_size, measure_start, run_task
from verdict import MILLION, Aim, Figures, aims, disturbed, verdict

DOCUMENT = HERE.parent / "docs" / "benchmarks.md"
_SIZES = (10_000, 100_000, MILLION, 10 * MILLION)
_LIBRARIES = ("pandas", "pyarrow", "rapidfuzz", "splink", "duckdb")


def measure(rows: list[int], folder: Path, failed: list[str]) -> Figures:
    """Measure everything.

    Parameters
    ----------
    rows : list of int
        Sizes of the lists; a list with fresh slips is added to the one of a million rows.
    folder : Path
        Where the lists are made.
    failed : list of str
        Measurements that ended with an error are added.

    Returns
    -------
    Figures
        All figures.

    Examples
    --------
    >>> measure([1_000], Path("/tmp"), []).sizes[0].rows  # doctest: +SKIP
    1000
    """
    start = measure_start()
    imports = [told["peak"] for told in (run_task("imports", []) for _ in range(3)) if told]
    asked = [(size, fresh) for size in rows for fresh in ((False, True) if size == MILLION else (False,))]
    sizes = [measure_size(folder, size, fresh=fresh, failed=failed) for size, fresh in asked]
    return Figures(sizes, int(min(imports, default=0)), start)


def document(figures: Figures, found: list[Aim], line: str) -> str:
    """Write the page of figures.

    Parameters
    ----------
    figures : Figures
        From one run.
    found : list of Aim
        From `aims`.
    line : str
        The verdict.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> document(Figures([], 0, {}), [], "clean: met all 0 aims").startswith("# ")
    True
    """
    words = (HERE / "benchmarks.md.in").read_text(encoding="utf-8")
    filled = {"machine": _machine(), "verdict": line, "tables": tables(figures, found)}
    return re.sub(r"\{(machine|verdict|tables)\}", lambda name: filled[name[1]], words)


def _version(name: str) -> str:
    """Tell the version of a library; the rivals are installed for the benchmark alone."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _machine() -> str:
    """Tell what the figures were measured on."""
    told = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    model = re.search(r"model name\s*: (.+)", told)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES)
    return (
        f"{os.cpu_count()} cores ({model[1] if model else platform.machine()}), {memory:.0f} GB of memory, "
        f"{platform.system()}, Python {platform.python_version()}, {libraries}"
    )


def main(arguments: list[str]) -> int:
    """Measure, print, and write the page when asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=list(_SIZES), help="sizes of the lists")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    parser.add_argument("--folder", type=Path, help="where the lists are made (ten million rows: 2 GB); else a new one")
    asked = parser.parse_args(arguments)
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="zi-lists-", dir=asked.folder) as folder:
        figures = measure(asked.rows, Path(folder), failed)
    found = aims(figures)
    line, code = verdict(found, failed, disturbed(figures))
    print(f"{tables(figures, found)}\n\n{line}")
    if asked.write:
        DOCUMENT.parent.mkdir(exist_ok=True)
        DOCUMENT.write_text(document(figures, found, line), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
