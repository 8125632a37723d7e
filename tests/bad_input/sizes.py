"""Text files out of all proportion, and giant files behind the marks of other formats."""

import gzip
import zlib
from pathlib import Path

from .archives import flood
from .case import GOOD, HEAD, ROWS, BadFile, delimited, holding, listed

PLAIN = listed()
MEGABYTE = 1 << 20


def sparse(head: bytes, size: int):
    """Return a maker of a file of `size` bytes, zeros after `head`, that takes no room on the disk."""

    def make(path: Path) -> None:
        with path.open("wb") as file:
            file.write(head)
            file.truncate(size)

    return make


def repeated(head: bytes, block: bytes, times: int):
    """Return a maker of a long file, written block by block."""

    def make(path: Path) -> None:
        with path.open("wb") as file:
            file.write(head)
            for _ in range(times):
                file.write(block)

    return make


def _row(agency: str, unit: str = "Puskesmas Arjosari") -> tuple[str, str, str, str]:
    """Return one more row of the list."""
    return (agency, unit, "WBK", "2023")


def _gzip_bomb() -> bytes:
    """Deflate 200 MB of spaces and put the head of a gzip before it."""
    return gzip.compress(b"", mtime=0)[:10] + flood(200)[2:-4] + bytes(8)


FILES = [
    BadFile(
        "columns.csv",
        "10,000 columns",
        holding(lambda: listed(head=[*HEAD, *(f"k{n}" for n in range(10_000))])),
        told="column",
    ),
    BadFile(
        "wide-row.csv",
        "one row with 100,000 cells",
        holding(lambda: PLAIN + ",".join(["Kabupaten Pacitan", "Puskesmas", "WBK", "2023", *["x"] * 100_000])),
    ),
    BadFile("wide-cell.csv", "one cell of 1 MB", holding(lambda: listed(_row("Kabupaten Pacitan", "a" * MEGABYTE)))),
    BadFile(
        "wide-quoted-cell.csv",
        "one quoted cell of 30 MB over many lines",
        holding(lambda: PLAIN + 'Kabupaten Pacitan,"' + "Puskesmas \n" * (3 * MEGABYTE) + '",WBK,2023\r\n'),
    ),
    BadFile(
        "wide-header.csv", "a header of 1 MB", holding(lambda: listed(head=["Instansi", "u" * MEGABYTE, "P", "T"]))
    ),
    BadFile(
        "long-unit.csv",
        "a unit name of 5,000 characters",
        holding(lambda: listed(_row("Kabupaten Pacitan", "Puskesmas " + "Arjosari " * 550))),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "same-row.csv",
        "one row, 20,000 times",
        holding(lambda: PLAIN + delimited(ROWS[:1]) * 20_000),
        "fine",
        GOOD + 20_000,
        merged=20_000,
    ),
    BadFile(
        "row-without-end.csv",
        "a gigabyte of one line (sparse)",
        sparse(PLAIN.encode() + b"Kabupaten Pacitan,Puskesmas ", 1 << 30),
    ),
    BadFile("gigabyte-of-zeros.csv", "a gigabyte of NUL bytes", sparse(b"", 1 << 30)),
    BadFile("one-letter.csv", "150 MB of one letter", repeated(b"", b"a" * MEGABYTE, 150)),
    BadFile("one-quote.csv", "150 MB of quotes", repeated(PLAIN.encode(), b'"' * MEGABYTE, 150)),
    BadFile("one-comma.csv", "100 MB of commas on one line", repeated(PLAIN.encode(), b"," * MEGABYTE, 100)),
    BadFile(
        "line-ends.csv",
        "100 MB of line ends below the list",
        repeated(PLAIN.encode(), b"\n" * MEGABYTE, 100),
        "fine",
        GOOD,
    ),
    BadFile("gigabyte.xlsx", "a gigabyte of zeros named xlsx", sparse(b"", 1 << 30)),
    BadFile("zip-head.xlsx", "a zip header before a gigabyte of zeros", sparse(b"PK\x03\x04", 1 << 30)),
    BadFile("gigabyte.pdf", "a pdf header before a gigabyte of zeros", sparse(b"%PDF-1.7\n", 1 << 30)),
    BadFile("gigabyte.html", "an html page with a gigabyte of zeros", sparse(b"<html><table><tr><td>", 1 << 30)),
    BadFile("gigabyte.parquet", "parquet marks around a gigabyte of zeros", sparse(b"PAR1", 1 << 30)),
    BadFile(
        "gigabyte.xls", "an OLE header before a gigabyte of zeros", sparse(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 1 << 30)
    ),
    BadFile("gzip-bomb.csv", "200 MB of zeros, compressed", holding(_gzip_bomb), told="(?i)gzip|compress|archive"),
    BadFile("zlib.csv", "a zlib stream", holding(lambda: zlib.compress(PLAIN.encode() * 100))),
]
