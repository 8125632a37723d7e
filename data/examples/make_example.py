"""Make the example of the walk-through: real awards of East Java, laid out as an office would keep them.

``python data/examples/make_example.py`` writes zi-jawa-timur.xlsx anew, the same bytes each time. Every award is a row
of data/raw/awards.csv, named by its award_id; only layout and spellings below are made for teaching.
"""

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

ROOT = Path(__file__).parents[2]
EXAMPLE = Path(__file__).with_name("zi-jawa-timur.xlsx")
_NEVER = datetime(2025, 1, 1)
_WIDTHS = {"A": 5, "B": 34, "C": 58, "D": 26, "E": 18, "F": 34}


@dataclass(frozen=True)
class Line:
    """One row of the example: awards of the evidence, and what is written otherwise than there."""

    award_ids: tuple[str, ...]
    agency: str | None = None
    unit: str | None = None
    predicate: str | None = None
    year: str | None = None


def line(*award_ids: str, **written: str) -> Line:
    """Name awards and what is written otherwise."""
    return Line(award_ids, **written)


# sheet: its rows; "" as agency is a cell merged with the one above
SHEETS: dict[str, tuple[Line, ...]] = {
    "2020": (
        line("a0184"),
        line("a0246"),
        line("a0250", agency=""),
        line("a0275"),
        line("a0276", agency=""),
        line("a0277", agency="", predicate="wbk."),
        line("a0278", agency=""),
        line("a0279", agency=""),
        line("a0280", agency="", unit="Polres  Pamekasan"),
        line("a0281", agency=""),
        line("a0284", predicate="Wilayah Bebas dari Korupsi"),
        line("a0288"),
    ),
    "2021": (
        line("a0295"),
        line("a0306"),
        line("a0322"),
        line("a0350"),
        line("a0363"),
        line("a0365", agency="Kab. Sidorajo"),
        line("a0366", "a0368", agency="Kab. Sidoarjo", unit="1. Kecamatan Sukodono\n2. RSUD Sidoarjo"),
    ),
    "Tahun lain": (
        line("a0377", year="2022"),
        line("a0379", year="TA 2022"),
        line("a0390", year="6 Desember 2023"),
        line("a0391", year="6 Desember 2023"),
        line("a0563", year=""),
    ),
    "2024": (
        line("a0397"),
        line("a0417", agency="Kab. Magetan"),
        line("a0420", agency=""),
        line("a0418"),
        line("a0424"),
        line("a0596"),
        line("a0595", agency="Madiun"),
    ),
}


def main() -> None:
    """Write the example."""
    EXAMPLE.write_bytes(make_example(ROOT))
    print(f"{EXAMPLE.relative_to(ROOT)} written")  # noqa: T201


def make_example(root: Path) -> bytes:
    """Make the spreadsheet.

    Parameters
    ----------
    root : Path
        The project's folder.

    Returns
    -------
    bytes
        An xlsx file.

    Examples
    --------
    >>> make_example(ROOT) == EXAMPLE.read_bytes()
    True
    """
    awards = read_awards(root)
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = "ZI workbook"
    book.properties.created = book.properties.modified = _NEVER
    for name, lines in SHEETS.items():
        _write_sheet(book.create_sheet(name), lines, awards)
    packed = io.BytesIO()
    book.save(packed)
    return _without_clock(packed.getvalue())


def read_awards(root: Path) -> dict[str, dict[str, str]]:
    """Read the award rows of the evidence by their id.

    Parameters
    ----------
    root : Path
        The project's folder.

    Returns
    -------
    dict
        award_id to row.

    Examples
    --------
    >>> read_awards(ROOT)["a0377"]["agency_as_written"]
    'Kota Kediri'
    """
    with (root / "data/raw/awards.csv").open(encoding="utf-8", newline="") as file:
        return {row["award_id"]: row for row in csv.DictReader(file)}


def _write_sheet(sheet: Worksheet, lines: tuple[Line, ...], awards: dict[str, dict[str, str]]) -> None:
    """Write one sheet: title, header, rows, sum, note."""
    yearly = sheet.title.isdecimal()
    sheet.append(["DAFTAR UNIT KERJA PERAIH PREDIKAT MENUJU WBK/WBBM"])
    sheet.append([f"DI JAWA TIMUR{f' TAHUN {sheet.title}' if yearly else ''}"])
    sheet.append([])
    header = ["No", "Instansi", "Unit Kerja", "Predikat", *(() if yearly else ("Tahun",)), "Sumber"]
    sheet.append(header)
    for number, told in enumerate(lines, start=1):
        row = awards[told.award_ids[0]]
        agency = row["agency_as_written"] if told.agency is None else told.agency
        unit = told.unit or row["unit_as_written"]
        year = () if yearly else (told.year,)
        sheet.append([number, agency or None, unit, told.predicate or row["predicate"], *year, row["source_id"]])
    _merge_agencies(sheet, lines)
    count = sum(len(told.award_ids) for told in lines)
    sheet.append([None, "Jumlah", count])
    sheet.append([])
    sheet.append(["Keterangan: contoh untuk latihan, disusun dari data/raw/awards.csv"])
    _style(sheet, len(header))


def _merge_agencies(sheet: Worksheet, lines: tuple[Line, ...]) -> None:
    """Merge the agency of rows that follow each other."""
    starts = [at for at, told in enumerate(lines) if told.agency != ""]
    for start, following in zip(starts, [*starts[1:], len(lines)], strict=True):
        if following - start > 1:
            sheet.merge_cells(start_row=start + 5, end_row=following + 4, start_column=2, end_column=2)


def _style(sheet: Worksheet, width: int) -> None:
    """Make the sheet readable."""
    for row in (1, 2):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
        sheet.cell(row, 1).font = Font(bold=True)
        sheet.cell(row, 1).alignment = Alignment(horizontal="center")
    for cell in sheet[4]:
        cell.font = Font(bold=True)
    for row in sheet.iter_rows(min_row=4):
        for cell in row:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    for column, size in _WIDTHS.items():
        sheet.column_dimensions[column].width = size
    sheet.freeze_panes = "A5"


def _without_clock(packed: bytes) -> bytes:
    """Write the file again without the time of writing."""
    clean = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            entry = zipfile.ZipInfo(item.filename, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            content = old.read(item)
            if item.filename == "docProps/core.xml":
                content = _fixed_times(content)
            new.writestr(entry, content)
    return clean.getvalue()


def _fixed_times(core: bytes) -> bytes:
    """Put a fixed time in the place of the time of saving."""
    text = core.decode("utf-8")
    for name in ("created", "modified"):
        before, start, rest = text.partition(f"<dcterms:{name}")
        inside, end, after = rest.partition(f"</dcterms:{name}>")
        text = f"{before}{start}{inside.partition('>')[0]}>{_NEVER:%Y-%m-%dT%H:%M:%SZ}{end}{after}"
    return text.encode("utf-8")


if __name__ == "__main__":
    main()
