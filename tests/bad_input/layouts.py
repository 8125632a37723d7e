"""Csv files whose table is laid out in ways that mislead: headers, subtotals, sections, two lists."""

from .case import GOOD, HEAD, ROWS, BadFile, delimited, holding, listed

_NUMBERS = ("(1)", "(2)", "(3)", "(4)")


def _with(*above, below=()):
    """Write the good list with lines above the header and below the rows."""
    return delimited([*above, HEAD, *ROWS, *below])


FILES = [
    BadFile("no-header.csv", "rows without a header", holding(delimited(ROWS)), told="header|columns"),
    BadFile(
        "no-header-positions.csv",
        "rows without a header, columns told by position",
        holding(delimited(ROWS)),
        "fine",
        GOOD,
        options=("--columns", "agency=1,unit=2,predicate=3,year=4"),
    ),
    BadFile(
        "strange-header.csv",
        "headers that name nothing we know",
        holding(listed(head=["alpha", "beta", "gamma", "delta"])),
        told="alpha|beta",
    ),
    BadFile(
        "no-unit.csv",
        "no column of units",
        holding(delimited([["Instansi", "Tahun"], ["Kota Madiun", "2023"]])),
        told="(?i)unit",
    ),
    BadFile(
        "counts-only.csv",
        "counts per agency instead of a list, negative and decimal",
        holding(delimited([["Instansi", "Jumlah WBK"], ["Kota Madiun", "-3"], ["Kota Batu", "2,5"]])),
        told="(?i)unit",
    ),
    BadFile(
        "counts-beside.csv",
        "negative and decimal counts beside the list",
        holding(
            delimited(
                [[*HEAD, "Jumlah"], *([*row, n] for row, n in zip(ROWS, ("-3", "2,5", "1.234.567"), strict=True))]
            )
        ),
        "fine",
        GOOD,
    ),
    BadFile(
        "two-unit-columns.csv",
        "the same header twice",
        holding(delimited([[*HEAD, "Unit Kerja"], *([*row, "lain"] for row in ROWS)])),
        "fine",
        GOOD,
    ),
    BadFile("same-headers.csv", "every header is Instansi", holding(listed(head=["Instansi"] * 4)), told="(?i)unit"),
    BadFile(
        "header-row-30.csv",
        "29 lines above the header",
        holding(_with(*[[f"Lampiran {n}"] for n in range(29)])),
        "fine",
        GOOD,
    ),
    BadFile(
        "header-row-500.csv",
        "499 lines above the header",
        holding(_with(*[[f"Lampiran {n}"] for n in range(499)])),
        "fine",
        GOOD,
    ),
    BadFile(
        "header-breaks.csv",
        "line breaks and footnote marks in the header",
        holding(listed(head=["Nama\nInstansi *)", "Unit\r\nKerja", "Predikat  ", "TAHUN\n(evaluasi)"])),
        "fine",
        GOOD,
    ),
    BadFile(
        "numbering.csv", "a numbering row below the header", holding(delimited([HEAD, _NUMBERS, *ROWS])), "fine", GOOD
    ),
    BadFile(
        "repeated-header.csv",
        "the header again on each page",
        holding(delimited([HEAD, *ROWS, HEAD, ROWS[0]])),
        "fine",
        GOOD + 1,
        merged=1,
    ),
    BadFile(
        "subtotals.csv",
        "subtotals between rows and a total at the end",
        holding(delimited([HEAD, ROWS[0], ("Jumlah", "1", "", ""), *ROWS[1:], ("TOTAL", "3", "", "")])),
        "fine",
        GOOD,
    ),
    BadFile(
        "total-unit.csv",
        "a unit whose name begins with Total",
        holding(listed(("Kabupaten Pacitan", "Total Quality Center RSUD Pacitan", "WBK", "2023"))),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "sections.csv",
        "sections between rows",
        holding(
            delimited(
                [
                    HEAD,
                    ("PEMERINTAH DAERAH", "", "", ""),
                    ROWS[0],
                    ROWS[2],
                    ("KEMENTERIAN/LEMBAGA", "", "", ""),
                    ROWS[1],
                ]
            )
        ),
        "fine",
        GOOD,
    ),
    BadFile(
        "sections-3000.csv",
        "3,000 lines of one cell between rows",
        holding(lambda: _with(below=[(f"Catatan {n}",) for n in range(3000)])),
        "fine",
        GOOD,
    ),
    BadFile(
        "footer.csv",
        "a source and a signature below the list",
        holding(_with(below=[(), ("Sumber: Kementerian PANRB",), ("Jakarta, 12 Desember 2023",), ("ttd",)])),
        "fine",
        GOOD,
    ),
    BadFile(
        "two-lists.csv",
        "two lists, one below the other, columns in another order",
        holding(
            listed()
            + "\r\n"
            + delimited(
                [
                    ("Tahun", "Predikat", "Unit Kerja", "Instansi"),
                    ("2022", "WBK", "Puskesmas Arjosari", "Kabupaten Pacitan"),
                ]
            )
        ),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "beside.csv",
        "two lists side by side",
        holding(
            delimited([[*HEAD, "", *HEAD], *([*row, "", *row[:1], "Puskesmas Arjosari", *row[2:]] for row in ROWS)])
        ),
        outcome="fine",
        rows=2 * GOOD,
    ),
    BadFile(
        "marks.csv",
        "x under WBK or WBBM instead of a predicate",
        holding(
            delimited(
                [
                    ["Instansi", "Unit Kerja", "WBK", "WBBM", "Tahun"],
                    *(
                        [row[0], row[1], "x" if row[2] == "WBK" else "", "v" if row[2] == "WBBM" else "", row[3]]
                        for row in ROWS
                    ),
                ]
            )
        ),
        "fine",
        GOOD,
    ),
    BadFile("transposed.csv", "rows and columns exchanged", holding(delimited(zip(*[HEAD, *ROWS], strict=True)))),
    BadFile("one-column.csv", "everything in one column", holding("\r\n".join(" ".join(row) for row in [HEAD, *ROWS]))),
    BadFile(
        "fixed-width.txt",
        "columns held apart by spaces",
        holding("\n".join("".join(cell.ljust(30) for cell in row) for row in [HEAD, *ROWS])),
        told="delimiter|column",
    ),
    BadFile(
        "markdown.csv",
        "a table of a text page",
        holding("\n".join("| " + " | ".join(row) + " |" for row in [HEAD, ["---"] * 4, *ROWS])),
        "fine",
        GOOD,
    ),
    BadFile(
        "header-script.csv",
        "a script in a header",
        holding(listed(head=["<script>alert(1)</script>", "b", "c", "d"])),
        told="script",
    ),
    BadFile(
        "header-escapes.csv",
        "terminal commands in a header",
        holding(listed(head=["\x1b[2J\x1b]0;pwned\x07", "b", "c", "d"])),
    ),
    BadFile(
        "header-long.csv",
        "headers of 3,000 characters",
        holding(listed(head=[letter * 3000 for letter in "abcd"])),
        told="(?i)unit|header",
    ),
    BadFile(
        "header-formula.csv",
        "a formula in a header beside the list",
        holding(delimited([[*HEAD, "=1+1"], *([*row, "@SUM(1)"] for row in ROWS)])),
        "fine",
        GOOD,
    ),
    BadFile(
        "no-agency.csv",
        "no column of agencies; the units tell",
        holding(delimited([HEAD[1:], ("Polres Pacitan", "WBK", "2023"), ("BPS Kabupaten Ponorogo", "WBK", "2023")])),
        "fine",
        2,
    ),
    BadFile(
        "no-year.csv",
        "no year anywhere",
        holding(delimited([HEAD[:3], *(row[:3] for row in ROWS)])),
        "rejects",
        GOOD,
        GOOD,
        told="year",
    ),
    BadFile(
        "year-option.csv",
        "no year anywhere, --year tells it",
        holding(delimited([HEAD[:3], *(row[:3] for row in ROWS)])),
        "fine",
        GOOD,
        options=("--year", "2023"),
    ),
    BadFile(
        "empty-units.csv",
        "a column of units without a unit",
        holding(delimited([HEAD, *([row[0], "", row[2], row[3]] for row in ROWS)])),
        "rejects",
        GOOD,
        GOOD,
        told="unit",
    ),
]
