"""Reports: how fast ours are made beside what a user would run instead, and how it grows.

`python benchmarks/reports.py [--reports 50] [--grow 100 1000] [--write]` makes the same reports in each way, one after
the other in one run, start-up included, and prints reports per second, peak memory and where one report's time goes;
with --write it writes docs/reports.md. Alone on the machine it takes about half an hour at the default sizes.
"""

import argparse
import sys
from pathlib import Path

from reports_pages import document
from reports_ways import NOTEBOOKS, WAYS, measure_growth, measure_phases, measure_single, measure_way

DOCUMENT = Path(__file__).parents[1] / "docs" / "reports.md"


def main(arguments: list[str]) -> int:
    """Measure, print, and write the page when asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=int, default=50, help="reports made in each way")
    parser.add_argument("--heavy", type=int, default=6, help="reports of the heavier notebook made in each way")
    parser.add_argument("--grow", type=int, nargs="*", default=[100, 1000], help="sizes of batches of profiles")
    parser.add_argument("--write", action="store_true", help="write docs/reports.md")
    asked = parser.parse_args(arguments)
    counts = dict(zip(NOTEBOOKS, (asked.reports, asked.heavy), strict=True))
    ways = []
    for notebook, count in counts.items():
        for way in WAYS:
            ways.append(measure_way(way, notebook, count))
            print(ways[-1], flush=True)
    single = [measure_single(notebook) for notebook in NOTEBOOKS]
    phases = measure_phases()
    print(single, phases, sep="\n", flush=True)
    growth = [measure_growth(count) for count in asked.grow]
    text = document(ways, single, phases, growth)
    print(text)
    if asked.write:
        DOCUMENT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
