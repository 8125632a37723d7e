"""Run by itself, in a process of its own: read the sheets of an old workbook (xls) and print them as json.

A damaged xls can send its reader round in circles until the memory is full; whoever starts this program bounds it.
"""

import json
import runpy
import sys
from pathlib import Path
from typing import Any


def main(path: str) -> None:
    """Print the sheets of a workbook, or why there are none.

    Parameters
    ----------
    path : str
        The file.

    Examples
    --------
    >>> main("list.xls")  # doctest: +SKIP
    """
    # what the library says of its own faults belongs to nobody who reads the answer
    try:
        answer: dict[str, object] = {"sheets": _read(path)}
    except Exception as error:  # noqa: BLE001 - a damaged file makes the library raise errors of any kind
        answer = {"failed": type(error).__name__, "reason": str(error)}
    except BaseException as error:
        # a fault inside the library arrives as pyo3's PanicException, which is no Exception
        if type(error).__name__ != "PanicException":
            raise
        answer = {"failed": "PanicException", "reason": str(error)}
    sys.stdout.write(json.dumps(answer))


def _read(path: str) -> list[dict[str, object]]:
    """Return name, visibility, merged ranges and lines of every sheet."""
    import python_calamine

    with Path(path).open("rb") as handle, python_calamine.CalamineWorkbook.from_filelike(handle) as workbook:
        told = [about for about in workbook.sheets_metadata if about.typ == python_calamine.SheetTypeEnum.WorkSheet]
        return [_sheet(workbook.get_sheet_by_name(about.name), about, python_calamine) for about in told]


def _sheet(found: Any, about: Any, library: Any) -> dict[str, object]:
    """Return one sheet; its lines begin with the first column that holds something."""
    cell_text = runpy.run_path(str(Path(__file__).with_name("cell_values.py")))["cell_text"]
    lines = [] if found.start is None else [[cell_text(value) for value in values] for values in found.iter_rows()]
    return {
        "name": about.name,
        "hidden": about.visible != library.SheetVisibleEnum.Visible,
        "left": 0 if found.start is None else found.start[1],
        "merged": [[*first, *last] for first, last in found.merged_cell_ranges or ()],
        "lines": [[number, cells] for number, cells in enumerate(lines, start=1) if any(cells)],
    }


if __name__ == "__main__":
    main(sys.argv[1])
