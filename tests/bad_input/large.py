"""The same faults in files so large that another way of reading takes them: each stands far behind the head."""

from .case import HEAD, BadFile, delimited, holding

COUNT = 100_000  # rows: beyond 4 MB
AWARDS = 2_000
_MORE = ("Kabupaten Pacitan", "Puskesmas Arjosari", "WBK", "2023")


def large(*more: tuple[str, ...], delimiter: str = ",", end: str = "\r\n") -> str:
    """Write many awards, each many times, and a few rows below."""
    units = ((_MORE[0], f"Puskesmas Nomor {n}", *_MORE[2:]) for n in range(AWARDS))
    once = delimited(units, delimiter=delimiter, end=end)
    below = delimited(more, delimiter=delimiter, end=end)
    return delimited([HEAD], delimiter=delimiter, end=end) + once * (COUNT // AWARDS) + below


def _file(name: str, wrong: str, content: object, *, more: int = 0, rejected: int = 0, told: str = "") -> BadFile:
    """Describe a large list that is read, with rows below its many good ones."""
    rows = COUNT + more + rejected
    outcome = "rejects" if rejected else "fine"
    return BadFile(
        f"large-{name}.csv", wrong, holding(content), outcome, rows, rejected, merged=COUNT - AWARDS, told=told
    )


FILES = [
    _file("good", "nothing is wrong", large),
    _file("semicolons", "semicolons and decimal commas", lambda: large(delimiter=";")),
    _file("cr-only", "line ends of old Macintosh computers", lambda: large(end="\r")),
    _file("bom", "a byte order mark", lambda: large(_MORE).encode("utf-8-sig"), more=1),
    _file("utf-16", "utf-16 with its mark", lambda: large(_MORE).encode("utf-16"), more=1),
    _file(
        "mixed",
        "windows-1252 in the last line",
        lambda: large().encode() + b"Kabupaten Pacitan,Caf\xe9,WBK,2023\n",
        more=1,
    ),
    _file(
        "nul",
        "a NUL byte in the last line",
        lambda: large().encode() + b"Kabupaten\0 Pacitan,RSUD\0,WBK,2023\n",
        more=1,
    ),
    _file(
        "end-in-cell",
        "line ends in the last cells",
        lambda: large(("Kabupaten\nPacitan", "RSUD\r\nPacitan", *_MORE[2:])),
        more=1,
    ),
    _file(
        "quote-inside",
        "a stray quote in the last line",
        lambda: large() + 'Kabupaten Pacitan,RSUD "X,WBK,2023\n',
        more=1,
    ),
    _file("cut", "cut off in the last line", lambda: large() + "Kabupaten Pacitan,Pusk", rejected=1, told="year"),
    _file(
        "cut-in-quote",
        "cut off inside a quoted cell",
        lambda: large() + 'Kabupaten Pacitan,"Pusk',
        rejected=1,
        told="year",
    ),
    _file(
        "ragged", "a row with too many cells at the end", lambda: large((*_MORE, "x", "y")), rejected=1, told="cells"
    ),
    _file("short", "a row with too few cells at the end", lambda: large(_MORE[:2]), rejected=1, told="year"),
    _file("year", "a wrong year at the end", lambda: large((*_MORE[:3], "20222")), rejected=1, told="year"),
    _file(
        "formula", "a formula at the end", lambda: large(("=cmd|' /C calc'!A0", *_MORE[1:])), rejected=1, told="agency"
    ),
    _file(
        "na",
        "NA, NULL and nan as agencies",
        lambda: large(*((word, *_MORE[1:]) for word in ("NA", "NULL", "nan"))),
        rejected=3,
        told="agency",
    ),
    _file(
        "subtotal",
        "a subtotal and a source at the end",
        lambda: large(("Jumlah", "100000", "", ""), ("Sumber: PANRB", "", "", "")),
    ),
    _file("repeated-header", "the header again at the end", lambda: large(HEAD, _MORE), more=1),
    _file("trailing", "trailing delimiters", lambda: large().replace("\r\n", ",,,\r\n")),
    _file(
        "two-boms",
        "a mark in the middle of joined files",
        lambda: large().encode() + "\ufeff".encode() + delimited([HEAD, _MORE]).encode(),
        more=1,
    ),
]
