"""Make every bad file: `python tests/bad_input/make.py FOLDER [NAME ...]`."""

import sys
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[1]))

from bad_input import (
    large,
    layouts,
    lines,
    old_workbooks,
    opendocument,
    pages,
    papers,
    parquets,
    sizes,
    texts,
    traps,
    values,
    workbooks,
)
from bad_input.case import BadFile

GROUPS: dict[str, list[BadFile]] = {
    "kinds": texts.FILES,
    "lines": lines.FILES,
    "sizes": sizes.FILES,
    "layouts": layouts.FILES,
    "large files": large.FILES,
    "values": values.FILES,
    "workbooks": workbooks.FILES,
    "traps": traps.FILES,
    "old workbooks": old_workbooks.FILES,
    "OpenDocument": opendocument.FILES,
    "web pages": pages.FILES,
    "pdf": papers.FILES,
    "parquet": parquets.FILES,
}
FILES: list[BadFile] = [file for files in GROUPS.values() for file in files]


def write(folder: Path, names: list[str]) -> list[Path]:
    """Write the files of these names, or all, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = [file for file in FILES if not names or file.name in names]
    for file in chosen:
        file.make(folder / file.name)
    return [folder / file.name for file in chosen]


if __name__ == "__main__":
    print(*write(Path(sys.argv[1]), sys.argv[2:]), sep="\n")
