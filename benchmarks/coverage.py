"""Coverage: which 95% intervals of the package hold the truth in 93 to 97 of 100 data sets, and which stand in.

`python benchmarks/coverage.py [--replicates N] [--keep FOLDER] [--write]` draws data from models as fitted to the
evidence, fits each again, prints the tables and, with --write, writes docs/coverage.md. Measured parts are kept in
FOLDER and taken from there when they are there already.
"""

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path

from coverage_pages import PARTS, document, judge, summary
from coverage_parts import measure

DOCUMENT = Path(__file__).parents[1] / "docs" / "coverage.md"


def main(arguments: list[str]) -> int:
    """Measure, print, and write the page when asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=2000, help="data sets drawn for each model and law")
    parser.add_argument("--keep", type=Path, help="folder where measured parts are kept and looked for")
    parser.add_argument("--parts", nargs="+", default=list(PARTS), choices=list(PARTS), help="what is measured")
    parser.add_argument("--write", action="store_true", help="write docs/coverage.md")
    asked = parser.parse_args(arguments)
    there = [part for part in asked.parts if find_spec(part) is not None]
    tables = measure(asked.replicates, asked.keep, parts=there)
    judged = {part: judge(table) for part, table in tables.items()}
    for table in judged.values():
        print(summary(table).to_string(index=False))
    if asked.write:
        DOCUMENT.write_text(document(judged), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
