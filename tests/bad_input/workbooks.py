"""Workbooks (xlsx) that are broken, or whole with odd sheets and cells."""

import re
from collections.abc import Iterable

from .archives import packed
from .case import GOOD, HEAD, ROWS, BadFile, holding
from .xlsx import FIRST_ROWS, cell, cells, letters, parts, sheet, sheets_of, with_cells, without, workbook

_PLACES = re.compile(r' r="[A-Z]*[0-9]+"')
_FAR = f'<row r="1048576">{cell("XFD1048576", "x")}</row>'


def _grouped() -> bytes:
    """Agency and year stand in merged cells above their rows."""
    rows = [
        HEAD,
        ("Kabupaten Pacitan", "Puskesmas Tanjungsari", "WBK", "2023"),
        ("", "Puskesmas Arjosari", "WBK", ""),
        ("", "Puskesmas Kebonagung", "WBK", ""),
    ]
    return workbook(rows, after='<mergeCells count="2"><mergeCell ref="A2:A4"/><mergeCell ref="D2:D4"/></mergeCells>')


def _diagonal(count: int) -> str:
    """Write one cell per row, each one column further right."""
    return "".join(f'<row r="{n}">{cell(f"{letters(n)}{n}", "x")}</row>' for n in range(10, count))


def _merges(ranges: Iterable[str]) -> str:
    """Write merged ranges."""
    merged = "".join(f"<mergeCell ref='{one}'/>" for one in ranges)
    return f"<mergeCells>{merged}</mergeCells>"


def _disorder() -> str:
    """Write the rows from the last to the first, each cell twice."""
    rows = re.findall(r"<row .*?</row>", FIRST_ROWS)
    return "".join(re.sub(r"(<c .*?</c>)", r"\1\1", row) for row in reversed(rows))


STRUCTURE = [
    BadFile("good.xlsx", "nothing is wrong", holding(workbook), "fine", GOOD),
    BadFile("header-only.xlsx", "a header and no row", holding(lambda: workbook([HEAD])), told="no row"),
    BadFile(
        "no-cells.xlsx",
        "a sheet without a cell",
        holding(lambda: workbook([])),
        told="(?i)empty|no row|no list|no text",
    ),
    BadFile("no-sheets.xlsx", "a workbook without a sheet", holding(lambda: packed(parts({})))),
    BadFile("truncated.xlsx", "cut off in the middle", holding(lambda: workbook()[:900])),
    BadFile("one-byte-less.xlsx", "the last byte is missing", holding(lambda: workbook()[:-1])),
    BadFile("no-workbook.xlsx", "xl/workbook.xml is missing", holding(lambda: without("xl/workbook.xml"))),
    BadFile(
        "no-sheet-part.xlsx",
        "the sheet named in the workbook is missing",
        holding(lambda: without("xl/worksheets/sheet1.xml")),
    ),
    BadFile("no-links.xlsx", "the list of links is missing", holding(lambda: without("xl/_rels/workbook.xml.rels"))),
    BadFile(
        "broken-sheet.xlsx",
        "xml that breaks off inside a sheet",
        holding(lambda: packed(parts({"Daftar": sheet(FIRST_ROWS)[:-80]}))),
    ),
    BadFile(
        "not-xml.xlsx", "noise instead of a sheet", holding(lambda: packed(parts({"Daftar": "\x00\x01 <<<>>> &&&"})))
    ),
    BadFile(
        "sheets-300.xlsx",
        "300 sheets with a row each",
        holding(lambda: sheets_of(f"Lembar {n}" for n in range(300))),
        "fine",
        300,
    ),
    BadFile(
        "sheets-odd.xlsx",
        "sheets whose names hold formulas, scripts, paths and line ends",
        holding(lambda: sheets_of(["=1+1", "<script>alert(1)</script>", "../../etc/x", "a\nb", "🏆", "A" * 300])),
        "fine",
        6,
    ),
    BadFile(
        "sheets-same.xlsx",
        "a hidden sheet holds the list again",
        holding(lambda: packed(parts({"Daftar": sheet(FIRST_ROWS), "Salinan": sheet(FIRST_ROWS)}))),
        "fine",
        2 * GOOD,
        merged=GOOD,
    ),
    BadFile(
        "year-sheets.xlsx",
        "a sheet for each year, no column of years",
        holding(
            lambda: packed(
                parts({f"WBK {year}": sheet(cells([HEAD[:2], *(row[:2] for row in ROWS)])) for year in (2022, 2023)})
            )
        ),
        "fine",
        2 * GOOD,
    ),
    BadFile("merged.xlsx", "agency and year in merged cells", holding(_grouped), "fine", GOOD),
    BadFile(
        "merged-all.xlsx",
        "a merged range over the whole sheet, 17 thousand million cells",
        holding(lambda: workbook(after='<mergeCells count="1"><mergeCell ref="A2:XFD1048576"/></mergeCells>')),
        "fine",
        GOOD,
    ),
    BadFile(
        "dimension.xlsx",
        "a sheet that claims 17 thousand million cells",
        holding(lambda: workbook(before='<dimension ref="A1:XFD1048576"/>')),
        "fine",
        GOOD,
    ),
    BadFile(
        "far-cell.xlsx",
        "one cell in the last row and column a sheet can have",
        holding(lambda: packed(parts({"Daftar": sheet(FIRST_ROWS + _FAR)}))),
    ),
    BadFile(
        "diagonal.xlsx",
        "16,000 cells on the diagonal, 256 million cells to hold",
        holding(lambda: packed(parts({"Daftar": sheet(FIRST_ROWS + _diagonal(16_000))}))),
    ),
    BadFile(
        "merges-50000.xlsx",
        "50,000 merged ranges",
        holding(lambda: workbook(after=_merges(f"A{n}:B{n}" for n in range(5, 50_005)))),
        "fine",
        GOOD,
    ),
    BadFile(
        "merges-crossing.xlsx",
        "2,000 merged ranges that cross each other over the whole sheet",
        holding(lambda: workbook(after=_merges(f"A{n}:XFD1048576" for n in range(1, 2001)))),
        "fine",
        GOOD,
    ),
    BadFile(
        "no-places.xlsx",
        "rows and cells that do not say where they stand",
        holding(lambda: packed(parts({"Daftar": sheet(_PLACES.sub("", FIRST_ROWS))}))),
        "fine",
        GOOD,
    ),
    BadFile(
        "disorder.xlsx",
        "rows in reverse order, each cell twice",
        holding(lambda: packed(parts({"Daftar": sheet(_disorder())}))),
        "fine",
        GOOD,
    ),
    BadFile(
        "outside-cell.xlsx",
        "a cell beyond the last row and column",
        holding(
            lambda: packed(
                parts({"Daftar": sheet(FIRST_ROWS + f'<row r="99999999">{cell("ZZZZZZ99999999", "x")}</row>')})
            )
        ),
    ),
    BadFile(
        "far-merge.xlsx",
        "a merged range with impossible corners",
        holding(lambda: workbook(after='<mergeCells count="1"><mergeCell ref="ZZZ9:A1"/></mergeCells>')),
        "fine",
        GOOD,
    ),
    BadFile(
        "empty-rows.xlsx",
        "300,000 empty rows below the list",
        holding(
            lambda: packed(parts({"Daftar": sheet(FIRST_ROWS + "".join(f'<row r="{n}"/>' for n in range(5, 300_005)))}))
        ),
        "fine",
        GOOD,
    ),
    BadFile(
        "styled-rows.xlsx",
        "100,000 rows of formatted cells without a value",
        holding(
            lambda: packed(
                parts(
                    {
                        "Daftar": sheet(
                            FIRST_ROWS
                            + "".join(f'<row r="{n}"><c r="A{n}"/><c r="D{n}"/></row>' for n in range(5, 100_000))
                        )
                    }
                )
            )
        ),
        "fine",
        GOOD,
    ),
    BadFile(
        "wide.xlsx",
        "10,000 columns",
        holding(lambda: workbook([[*HEAD, *(f"k{n}" for n in range(10_000))], *ROWS])),
        told="column",
    ),
]

VALUES = [
    BadFile(
        "formulas.xlsx",
        "formulas with the values last stored",
        holding(
            lambda: with_cells(
                '<c r="@" t="str"><f>HYPERLINK("http://example.org","klik")</f><v>Kabupaten Pacitan</v></c>',
                "Puskesmas Arjosari",
                "WBK",
                '<c r="@"><f>2022+1</f><v>2023</v></c>',
            )
        ),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "formulas-empty.xlsx",
        "formulas that were never computed",
        holding(lambda: with_cells("Kabupaten Pacitan", "Puskesmas Arjosari", "WBK", '<c r="@"><f>2022+1</f></c>')),
        "rejects",
        GOOD + 1,
        1,
        told="year",
    ),
    BadFile(
        "error-cells.xlsx",
        "errors instead of values",
        holding(
            lambda: with_cells(
                '<c r="@" t="e"><v>#REF!</v></c>',
                '<c r="@" t="e"><v>#N/A</v></c>',
                "WBK",
                '<c r="@" t="e"><v>#DIV/0!</v></c>',
            )
        ),
        "rejects",
        GOOD + 1,
        1,
    ),
    BadFile(
        "numbers.xlsx",
        "numbers, truth values and dates where words belong",
        holding(
            lambda: with_cells(
                '<c r="@"><v>1E+308</v></c>',
                '<c r="@" t="b"><v>1</v></c>',
                '<c r="@"><v>-0</v></c>',
                '<c r="@"><v>45291</v></c>',
            )
        ),
        "rejects",
        GOOD + 1,
        1,
    ),
    BadFile(
        "number-nan.xlsx",
        "a number cell that holds NaN",
        holding(lambda: with_cells("Kabupaten Pacitan", "Puskesmas Arjosari", "WBK", '<c r="@"><v>NaN</v></c>')),
        "rejects",
        GOOD + 1,
        1,
    ),
    BadFile(
        "year-number.xlsx",
        "years stored as 2023.0",
        holding(lambda: with_cells("Kabupaten Pacitan", "Puskesmas Arjosari", "WBK", '<c r="@"><v>2023.0</v></c>')),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "escapes.xlsx",
        "control characters in the manner of Excel",
        holding(lambda: with_cells("Kabupaten Pacitan", "Puskesmas_x0000__x001B_[2J Arjosari", "WBK", "2023")),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "shared-missing.xlsx",
        "a cell points to a shared string that is not there",
        holding(lambda: with_cells("Kabupaten Pacitan", '<c r="@" t="s"><v>99999999</v></c>', "WBK", "2023")),
    ),
    BadFile(
        "shared-negative.xlsx",
        "a cell points to shared string -1",
        holding(lambda: with_cells("Kabupaten Pacitan", '<c r="@" t="s"><v>-1</v></c>', "WBK", "2023")),
    ),
    BadFile(
        "wide-cell.xlsx",
        "a cell of 1 MB",
        holding(lambda: with_cells("Kabupaten Pacitan", "a" * (1 << 20), "WBK", "2023")),
    ),
    BadFile(
        "formula-text.xlsx",
        "text that looks like a formula",
        holding(lambda: with_cells("Kabupaten Pacitan", "=cmd|' /C calc'!A0", "WBK", "2023")),
        "fine",
        GOOD + 1,
    ),
]

FILES = [*STRUCTURE, *VALUES]
