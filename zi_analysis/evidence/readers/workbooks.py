"""Workbooks (xlsx, xls, ods) as sheets of text, values as stored; nothing in them is run."""

import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zi_analysis.errors import InputError
from zi_analysis.evidence.readers.apart import read_apart
from zi_analysis.evidence.readers.archives import check_archive
from zi_analysis.evidence.readers.cell_values import cell_text
from zi_analysis.evidence.readers.error_cells import Place, error_cells
from zi_analysis.evidence.readers.opening import shown_text
from zi_analysis.evidence.readers.sheets import MOST_COLUMNS, Sheet, TextColumns

_MOST_SHEETS = 1_000
_MOST_OLD = 200 << 20  # bytes of an xls
_MOST_SECONDS = 120.0  # for an xls
_OLE_PARTS = (
    ("EncryptedPackage", "is protected by a password; remove it (File, Info, Protect) and give the file again"),
    ("WordDocument", "is a text document (doc); copy its table into a spreadsheet"),
    ("PowerPoint Document", "is a presentation (ppt); copy its table into a spreadsheet"),
)
_PROTECTED = _OLE_PARTS[0][1]


def read_workbook(path: Path, name: str) -> list[Sheet]:
    """Read every sheet of a workbook.

    Parameters
    ----------
    path : Path
        An xlsx, xls or ods file.
    name : str
        Its name for errors.

    Returns
    -------
    list of Sheet
        Sheets in order, hidden ones marked; merged ranges where the format tells them.

    Raises
    ------
    InputError
        If it is no workbook, protected, damaged or beyond all bounds.

    Examples
    --------
    >>> read_workbook(Path("list.xlsx"), "list.xlsx")  # doctest: +SKIP
    """
    with path.open("rb") as handle:
        packed = handle.read(4).startswith(b"PK")
    sheets = _read_packed(path, name) if packed else _read_old(path, name)
    if not sheets:
        raise InputError(f"{name} has no sheet with cells; ask for the list again")
    return sheets


def _read_packed(path: Path, name: str) -> list[Sheet]:
    """Read an xlsx or ods, after a look into its archive."""
    import python_calamine

    errors = error_cells(path, name) if check_archive(path, name).has_errors else {}
    try:
        # told by content: the library goes by the ending where it is given a path
        with path.open("rb") as handle, python_calamine.CalamineWorkbook.from_filelike(handle) as workbook:
            return _read_sheets(workbook, name, errors)
    except python_calamine.PasswordError:
        raise InputError(f"{name} {_PROTECTED}") from None
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise _damaged(name, str(error)) from error
    except BaseException as error:
        # a fault inside the library arrives as pyo3's PanicException, which is no Exception
        if type(error).__name__ == "PanicException":
            raise _damaged(name, str(error)) from None
        raise


def _read_old(path: Path, name: str) -> list[Sheet]:
    """Read an xls, in a process of its own: a damaged one can fill the memory."""
    _refuse_ole(path, name)
    answer = read_apart("old_sheets.py", path, name, seconds=_MOST_SECONDS)
    if answer.get("failed") == "PasswordError":
        raise InputError(f"{name} {_PROTECTED}")
    if "failed" in answer:
        raise _damaged(name, answer["reason"])
    sheets = []
    for told in answer["sheets"]:
        columns, before = TextColumns(name), [""] * told["left"]
        columns.add((number, [*before, *cells]) for number, cells in told["lines"])
        merged = tuple(tuple(one) for one in told["merged"])
        sheets.append(columns.sheet(told["name"], merged=merged, hidden=told["hidden"]))
    return sheets


def _damaged(name: str, reason: str) -> InputError:
    """Make the error for a workbook that cannot be opened."""
    return InputError(
        f"{name} is damaged or no whole workbook ({shown_text(reason)}); open it and save it again as xlsx"
    )


def _refuse_ole(path: Path, name: str) -> None:
    """Refuse what is packed like an old workbook but is none."""
    size = path.stat().st_size
    if size > _MOST_OLD:
        raise InputError(f"{name} is an old workbook of {size:,} bytes, more than any holds; save its sheet as csv")
    with path.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for part, what in _OLE_PARTS:
            if content.find(part.encode("utf-16-le")) >= 0:
                raise InputError(f"{name} {what}")


def _read_sheets(workbook: Any, name: str, errors: dict[str, dict[Place, str]]) -> list[Sheet]:
    """Read the sheets that hold cells."""
    import python_calamine

    shown = python_calamine.SheetVisibleEnum.Visible
    told = workbook.sheets_metadata
    if len(told) > _MOST_SHEETS:
        raise InputError(f"{name} has {len(told):,} sheets; give a file with at most {_MOST_SHEETS:,}")
    sheets = []
    for about in told:
        if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        columns = TextColumns(name)
        found = workbook.get_sheet_by_name(about.name)
        columns.add(_lines(found, name, errors.get(about.name, {})))
        merged = tuple((*first, *last) for first, last in found.merged_cell_ranges or ())
        sheets.append(columns.sheet(about.name, merged=merged, hidden=about.visible != shown))
    return sheets


def _lines(sheet: Any, name: str, errors: dict[Place, str]) -> Iterator[tuple[int, list[str]]]:
    """Read the lines of a sheet as text, failed formulas among them."""
    if sheet.start is None:
        return
    if sheet.end[1] >= MOST_COLUMNS:
        raise InputError(
            f'{name} has {sheet.end[1] + 1:,} columns in sheet "{shown_text(sheet.name, most=40)}"; a list has at most '
            f"{MOST_COLUMNS:,}, so delete those that belong to no list"
        )
    before = [""] * sheet.start[1]
    failed: dict[int, list[tuple[int, str]]] = {}
    for (row, at), text in errors.items():
        failed.setdefault(row, []).append((at, text))
    for number, values in enumerate(sheet.iter_rows(), start=1):
        if number not in failed and not any(values) and all(value == "" for value in values):
            continue
        cells = [*before, *map(cell_text, values)]
        for at, text in failed.get(number, ()):
            if at < len(cells) and not cells[at]:
                cells[at] = text
        yield number, cells
