"""Files without content, and files that are not what their name says."""

import gzip
import json

from .case import GOOD, HEAD, ROWS, BadFile, delimited, holding, listed

PLAIN = listed()


def _png() -> bytes:
    """The smallest picture."""
    return (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
        b"\x00\x00\x00\rIDATx\x9cc\xf8\x0f\x00\x01\x01\x01\x00\x1b\xb6\xeeV\x00\x00\x00\x00IEND\xaeB`\x82"
    )


EMPTY = [
    BadFile("empty.csv", "no byte in it", holding(b""), told="empty"),
    BadFile("one-byte.csv", "one byte", holding(b"x")),
    BadFile("only-bom.csv", "a byte order mark and nothing else", holding(b"\xef\xbb\xbf"), told="empty|no text"),
    BadFile("only-spaces.csv", "spaces and line ends only", holding("   \n\t\n \n\n"), told="empty|no text"),
    BadFile("header-only.csv", "a header and no row", holding(delimited([HEAD])), told="no row"),
    BadFile("delimiters-only.csv", "nothing but commas", holding(",,,\n" * 50)),
    BadFile("zeros.csv", "4 KB of NUL bytes", holding(bytes(4096))),
    BadFile(
        "empty-rows.csv",
        "a million rows of commas below the list",
        holding(lambda: PLAIN + ",,,\r\n" * 1_000_000),
        "fine",
        GOOD,
    ),
]

WRONG_KIND = [
    BadFile("png.csv", "a picture named csv", holding(_png), told="(?i)png|image|picture"),
    BadFile(
        "jpeg.xlsx",
        "a photograph named xlsx",
        holding(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(500)),
        told="(?i)jpe?g|image|picture",
    ),
    BadFile(
        "exe.csv", "a program for Windows", holding(b"MZ\x90\x00\x03" + bytes(200) + b"This program cannot be run")
    ),
    BadFile("elf.csv", "a program for Linux", holding(b"\x7fELF\x02\x01\x01" + bytes(500))),
    BadFile(
        "gzip.csv",
        "a compressed csv",
        holding(lambda: gzip.compress(PLAIN.encode(), mtime=0)),
        told="(?i)gzip|compress|archive",
    ),
    BadFile("sqlite.csv", "a database", holding(b"SQLite format 3\x00" + bytes(4080))),
    BadFile(
        "pickle.csv", "a pickle that would run a command", holding(b"\x80\x04cposix\nsystem\n(S'touch pwned'\ntR.")
    ),
    BadFile("pickle.parquet", "a pickle named parquet", holding(b"cposix\nsystem\n(S'touch pwned'\ntR.")),
    BadFile(
        "list.json",
        "rows as json",
        holding(json.dumps([dict(zip(HEAD, row, strict=True)) for row in ROWS])),
        told="(?i)json",
    ),
    BadFile(
        "json.csv",
        "json named csv",
        holding(json.dumps([dict(zip(HEAD, row, strict=True)) for row in ROWS])),
        told="(?i)json",
    ),
    BadFile("rtf.csv", "rich text named csv", holding(r"{\rtf1\ansi Kabupaten Pacitan\par Puskesmas, WBK\par}")),
    BadFile("xml.csv", "xml named csv", holding("<?xml version='1.0'?><daftar><unit>Puskesmas</unit></daftar>")),
    BadFile("letter.csv", "a letter, no table", holding("Kepada Yth. Bapak/Ibu\n\nDengan hormat, terlampir daftar.\n")),
    BadFile("dump.csv", "sql instead of rows", holding("INSERT INTO zi VALUES ('Kabupaten Pacitan','RSUD');\n" * 3)),
    BadFile(
        "mail.csv",
        "a mail with the list attached",
        holding("From: a@example.org\nSubject: daftar ZI\nContent-Type: text/csv\n\n" + PLAIN),
        "fine",
        GOOD,
    ),
    BadFile("semicolons.xlsx", "a csv named xlsx", holding(listed(delimiter=";")), "fine", GOOD),
    BadFile("commas.xls", "a csv named xls", holding(PLAIN), "fine", GOOD),
    BadFile("tabs.csv", "tab-separated, named csv", holding(listed(delimiter="\t")), "fine", GOOD),
    BadFile("tabs.xls", "tab-separated, named xls", holding(listed(delimiter="\t")), "fine", GOOD),
    BadFile("commas.parquet", "a csv named parquet", holding(PLAIN), "fine", GOOD),
    BadFile("commas.pdf", "a csv named pdf", holding(PLAIN), "fine", GOOD),
    BadFile("commas", "a csv without an ending", holding(PLAIN), "fine", GOOD),
    BadFile("pipes.txt", "pipes as delimiters, named txt", holding(listed(delimiter="|")), "fine", GOOD),
]

FILES = [*EMPTY, *WRONG_KIND]
