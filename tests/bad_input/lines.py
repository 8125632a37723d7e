"""Csv files whose lines, quotes and encodings are not what a reader expects."""

from .case import GOOD, HEAD, ROWS, BadFile, delimited, holding, listed

PLAIN = listed()


def _row(agency: str, unit: str = "Puskesmas Arjosari") -> tuple[str, str, str, str]:
    """Return one more row of the list."""
    return (agency, unit, "WBK", "2023")


def _mixed() -> bytes:
    """A colleague pasted windows-1252 below utf-8."""
    return PLAIN.encode() + delimited([_row("Kabupaten Pacitan", "Café – Layanan")]).encode("windows-1252")


LINES = [
    BadFile("cr-only.csv", "line ends of old Macintosh computers", holding(listed(end="\r")), "fine", GOOD),
    BadFile(
        "mixed-ends.csv",
        "three kinds of line ends",
        holding(
            delimited([HEAD]) + delimited(ROWS[:1], end="\n") + delimited(ROWS[1:2], end="\r") + delimited(ROWS[2:])
        ),
        "fine",
        GOOD,
    ),
    BadFile("no-last-end.csv", "no line end after the last row", holding(PLAIN.rstrip()), "fine", GOOD),
    BadFile("ctrl-z.csv", "the end mark of DOS", holding(PLAIN + "\x1a"), "fine", GOOD),
    BadFile(
        "cut-in-quote.csv",
        "cut off inside a quoted cell",
        holding(PLAIN + '"Kabupaten Pacitan","Puskesmas Arj'),
        "rejects",
        GOOD + 1,
        1,
        told="year",
    ),
    BadFile(
        "open-quote.csv",
        "a quote that opens in the second row and never closes",
        holding(PLAIN.replace("Badan Pusat", '"Badan Pusat')),
        "fine",
        GOOD,
    ),
    BadFile(
        "quote-inside.csv",
        "quotes inside a cell that is not quoted",
        holding(PLAIN + 'Kabupaten Pacitan,Puskesmas "Arjosari" Baru,WBK,2023\r\n'),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "cut-line.csv",
        "cut off in the middle of a line",
        holding(PLAIN + "Kabupaten Pacitan,Puskes"),
        "rejects",
        GOOD + 1,
        1,
    ),
    BadFile("sep-line.csv", "a first line sep=;", holding("sep=;\r\n" + listed(delimiter=";")), "fine", GOOD),
    BadFile(
        "delimiter-in-cell.csv",
        "delimiters and quotes inside quoted cells",
        holding(listed(_row("Kabupaten Pacitan", 'Puskesmas "Arjosari", Pacitan; Jawa Timur'))),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "end-in-cell.csv",
        "line ends inside quoted cells",
        holding(listed(_row("Kabupaten\nPacitan", "Puskesmas\r\nArjosari"))),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "trailing.csv",
        "delimiters without end behind each row",
        holding("".join(f"{line}{',' * 300}\r\n" for line in PLAIN.splitlines())),
        "fine",
        GOOD,
    ),
    BadFile(
        "too-many-cells.csv",
        "a row with more cells than the header",
        holding(PLAIN + "Kabupaten Pacitan,Puskesmas Arjosari,WBK,2023,lebih,banyak\r\n"),
        "rejects",
        GOOD + 1,
        1,
    ),
    BadFile(
        "too-few-cells.csv",
        "a row that stops after the unit",
        holding(PLAIN + "Kabupaten Pacitan,Puskesmas Arjosari\r\n"),
        "rejects",
        GOOD + 1,
        1,
        told="year",
    ),
    BadFile(
        "form-feed.csv",
        "form feeds and vertical tabs between words",
        holding(listed(_row("Kabupaten\x0bPacitan", "Puskesmas\x0cArjosari"))),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "odd-separators.csv",
        "U+2028, U+0085 and file separators inside cells, where a careless reader splits",
        holding(listed(_row("Kabupaten\u2028Pacitan", "Puskesmas\u0085Arjosari\x1c Baru"))),
        "fine",
        GOOD + 1,
    ),
]

ENCODINGS = [
    BadFile("utf-8-bom.csv", "a byte order mark before the header", holding(PLAIN.encode("utf-8-sig")), "fine", GOOD),
    BadFile("two-boms.csv", "two byte order marks", holding(b"\xef\xbb\xbf" * 2 + PLAIN.encode()), "fine", GOOD),
    BadFile(
        "joined.csv",
        "two files joined, a mark and a header in the middle",
        holding(PLAIN.encode("utf-8-sig") + delimited([HEAD, _row("Kabupaten Pacitan")]).encode("utf-8-sig")),
        "fine",
        GOOD + 1,
    ),
    BadFile("utf-16.csv", "utf-16 with its mark", holding(PLAIN.encode("utf-16")), "fine", GOOD),
    BadFile(
        "utf-16-le.csv", "utf-16 without a mark, little end first", holding(PLAIN.encode("utf-16-le")), "fine", GOOD
    ),
    BadFile("utf-16-be.csv", "utf-16 without a mark, big end first", holding(PLAIN.encode("utf-16-be")), "fine", GOOD),
    BadFile(
        "utf-16-odd.csv",
        "utf-16 cut in the middle of a character",
        holding(PLAIN.encode("utf-16")[:-9]),
        "rejects",
        GOOD,
        1,
        told="year",
    ),
    BadFile("utf-32.csv", "utf-32 with its mark", holding(PLAIN.encode("utf-32")), "fine", GOOD),
    BadFile(
        "windows-1252.csv",
        "windows-1252 with accents and curly quotes",
        holding(listed(_row("Kabupaten Pacitan", "Puskesmas “Arjosari” – Café")).encode("windows-1252")),
        "fine",
        GOOD + 1,
    ),
    BadFile("mixed.csv", "utf-8 above, windows-1252 below", holding(_mixed), "fine", GOOD + 1),
    BadFile(
        "invalid.csv",
        "bytes that no encoding has, in one cell",
        holding(PLAIN.encode() + b"Kabupaten Pacitan,Puskesmas \xff\xfe\x81\x8d Arjosari,WBK,2023\r\n"),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "surrogates.csv",
        "lone surrogates in utf-8",
        holding(PLAIN.encode() + b"Kabupaten Pacitan,Puskesmas \xed\xa0\x80 Arjosari,WBK,2023\r\n"),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "overlong.csv",
        "overlong utf-8",
        holding(PLAIN.encode() + b"Kabupaten Pacitan,\xc0\xaf\xc0\xaf,WBK,2023\r\n"),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "utf-7.csv",
        "a script in utf-7",
        holding(listed(_row("Kabupaten Pacitan", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-"))),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "nul-in-cell.csv",
        "NUL bytes inside names",
        holding(listed(_row("Kabupaten\0 Pacitan", "Puskesmas\0 Arjosari"))),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "mojibake.csv",
        "utf-8 read as windows-1252 once, then saved",
        holding(listed(_row("Kabupaten\u00c2\u00a0Pacitan", "Puskesmas Arjosari \u00e2\u20ac\u201c Baru"))),
        "fine",
        GOOD + 1,
    ),
]

FILES = [*LINES, *ENCODINGS]
