"""Workbooks of older days: xls, and OLE files that are none."""

import io
from collections.abc import Iterable, Mapping, Sequence

from .case import GOOD, HEAD, ROWS, BadFile, holding
from .traps import OLE
from .xlsx import XML


def old(sheets: Mapping[str, Iterable[Sequence[object]]]) -> bytes:
    """Write an xls of 1997."""
    import xlwt

    book = xlwt.Workbook()
    for name, rows in sheets.items():
        page = book.add_sheet(name)
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                page.write(number, place, value)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def much_older() -> bytes:
    """Write an xls of 1987: one cell."""
    return b"\x09\x00\x04\x00\x02\x00\x10\x00\x04\x00\x0c\x00\x00\x00\x00\x00\x00\x00\x00\x04Unit\x0a\x00\x00\x00"


def circle() -> bytes:
    """Write an xls whose workbook is a chain of sectors that never ends."""
    whole = bytearray(old({"Daftar": [HEAD, *ROWS]}))
    table = 512 * (int.from_bytes(whole[76:80], "little") + 1)
    directory = 512 * (int.from_bytes(whole[48:52], "little") + 1)
    name = "Workbook".encode("utf-16-le")
    entry = whole.index(name, directory)
    first = int.from_bytes(whole[entry + 116 : entry + 120], "little")
    whole[table + 4 * first : table + 4 * first + 4] = first.to_bytes(4, "little")
    return bytes(whole)


FILES = [
    BadFile("good.xls", "an xls of 1997", holding(lambda: old({"Daftar": [HEAD, *ROWS]})), "fine", GOOD),
    BadFile("old.xlsx", "an xls named xlsx", holding(lambda: old({"Daftar": [HEAD, *ROWS]})), "fine", GOOD),
    BadFile(
        "numbers.xls",
        "years as numbers",
        holding(lambda: old({"Daftar": [HEAD, *((*row[:3], 2023.0) for row in ROWS)]})),
        "fine",
        GOOD,
    ),
    BadFile("truncated.xls", "cut off in the middle", holding(lambda: old({"Daftar": [HEAD, *ROWS]})[:3000])),
    BadFile("circle.xls", "a workbook whose parts lead round in a circle", holding(circle)),
    BadFile("ole.xls", "an OLE file without a workbook", holding(OLE + bytes(504))),
    BadFile("ole-noise.xls", "an OLE header before noise", holding(OLE + bytes(range(256)) * 40)),
    BadFile(
        "letter.doc",
        "an old text document",
        holding(OLE + bytes(22) + b"\x3e\x00\x03\x00\xfe\xff\x09\x00" + bytes(4000)),
    ),
    BadFile("much-older.xls", "an xls of 1987", holding(much_older)),
    BadFile(
        "spreadsheetml.xls",
        "a workbook of 2003 in xml, named xls",
        holding(
            f'{XML}<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table><Row><Cell>'
            "<Data>Instansi</Data></Cell></Row></Table></Worksheet></Workbook>"
        ),
    ),
]
