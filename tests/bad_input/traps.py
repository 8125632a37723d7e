"""Workbooks (xlsx) made to hurt: archives that explode or lie, entities, links, passwords, macros."""

from .archives import Entry, bomb, honest, packed, zipped
from .case import GOOD, HEAD, BadFile, holding
from .xlsx import (
    FIRST_ROWS,
    MAIN,
    PACKAGE,
    XML,
    beside,
    cells,
    encrypted,
    parts,
    shared,
    sheet,
    strings_of,
    with_entries,
    workbook,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_XXE = '<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_ELSEWHERE = (
    f'{XML}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="x" '
    'Target="file:///etc/passwd" TargetMode="External"/></Relationships>'
)
_POINTS = cells([HEAD, ("Kabupaten Pacitan", '<c r="@" t="s"><v>0</v></c>', "WBK", "2023")])
_MANY = "<row " + "".join(f"a{n}='' " for n in range(200_000))


def billion_laughs() -> str:
    """Return a DTD whose last entity is a thousand million words long."""
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE sst [<!ENTITY l0 "lol">{lines}]>'


FILES = [
    BadFile(
        "bomb-sheet.xlsx",
        "a sheet that inflates to 1 GB",
        holding(lambda: with_entries(bomb("xl/worksheets/sheet1.xml", 1024), drop=["xl/worksheets/sheet1.xml"])),
        told="(?i)unpack|inflat|large|big|bomb|MB",
    ),
    BadFile(
        "bomb-strings.xlsx",
        "shared strings that inflate to 2 GB",
        holding(lambda: with_entries(bomb("xl/sharedStrings.xml", 2048))),
        told="(?i)unpack|inflat|large|big|bomb|MB",
    ),
    BadFile(
        "bomb-liar.xlsx",
        "a sheet that inflates to 1 GB and claims 1 KB",
        holding(
            lambda: with_entries(
                bomb("xl/worksheets/sheet1.xml", 1024, told=1024, head=sheet(FIRST_ROWS)[:-40].encode()),
                drop=["xl/worksheets/sheet1.xml"],
            )
        ),
    ),
    BadFile(
        "bomb-beside.xlsx",
        "a part that nobody needs inflates to 4 GB",
        holding(lambda: with_entries(bomb("xl/media/image1.png", 4095))),
    ),
    BadFile(
        "many-parts.xlsx",
        "20,000 empty parts",
        holding(lambda: beside(**{f"xl__media__{n}.png": b"" for n in range(20_000)})),
    ),
    BadFile(
        "nested.xlsx",
        "a zip within a zip within a zip",
        holding(lambda: packed({"a.zip": packed({"b.zip": packed({"c.xlsx": workbook()})})})),
    ),
    BadFile(
        "shared-stream.xlsx",
        "1,000 entries that share one stream of 16 MB, so that little becomes much",
        holding(
            lambda: zipped(
                [bomb("xl/workbook.xml", 16), *(Entry(f"xl/{n}.xml", size=16 << 20, shares=True) for n in range(1000))]
            )
        ),
    ),
    BadFile(
        "locked-zip.xlsx",
        "a zip with a password",
        holding(
            lambda: zipped(
                [
                    Entry("xl/workbook.xml", b"\x01" * 60, size=48, flags=1),
                    Entry("[Content_Types].xml", b"\x02" * 60, size=48, flags=1),
                ]
            )
        ),
    ),
    BadFile(
        "absolute.xlsx",
        "entries named /etc/pwned and ../../pwned",
        holding(lambda: beside(**{"__etc__pwned": b"x", "..__..__pwned": b"x"})),
        "fine",
        GOOD,
    ),
    BadFile(
        "link.xlsx",
        "a sheet that is a link to /etc/passwd",
        holding(
            lambda: with_entries(
                Entry("xl/worksheets/sheet1.xml", b"/etc/passwd", method=0, size=11, attributes=0o120777 << 16),
                drop=["xl/worksheets/sheet1.xml"],
            )
        ),
    ),
    BadFile(
        "twice.xlsx",
        "two entries of one name",
        holding(lambda: with_entries(honest("xl/worksheets/sheet1.xml", sheet(cells([HEAD])).encode()))),
    ),
    BadFile(
        "checksum.xlsx",
        "a wrong checksum",
        holding(
            lambda: with_entries(
                Entry(
                    "xl/worksheets/sheet1.xml",
                    honest("x", sheet(FIRST_ROWS).encode()).data,
                    checksum=1,
                    size=len(sheet(FIRST_ROWS)),
                ),
                drop=["xl/worksheets/sheet1.xml"],
            )
        ),
    ),
    BadFile(
        "external-link.xlsx",
        "a link to a workbook elsewhere",
        holding(
            lambda: beside(
                **{
                    "xl__externalLinks__externalLink1.xml": f'{XML}<externalLink xmlns="{MAIN}"/>',
                    "xl__externalLinks___rels__externalLink1.xml.rels": _ELSEWHERE,
                }
            )
        ),
        "fine",
        GOOD,
    ),
    BadFile(
        "entity.xlsx",
        "an entity that reads /etc/passwd, in the shared strings",
        holding(lambda: shared("&x;", prolog=_XXE)),
    ),
    BadFile(
        "entity-utf-16.xlsx",
        "the same entity in a part written in utf-16",
        holding(
            lambda: packed(
                parts({"Daftar": sheet(_POINTS)}, shared=strings_of("&x;", prolog=_XXE).replace("UTF-8", "UTF-16"))
                | {"xl/sharedStrings.xml": strings_of("&x;", prolog=_XXE).replace("UTF-8", "UTF-16").encode("utf-16")}
            )
        ),
    ),
    BadFile(
        "laughs.xlsx",
        "an entity that grows to a thousand million words",
        holding(lambda: shared("&l9;", prolog=billion_laughs())),
    ),
    BadFile("dtd.xlsx", "a DTD in a sheet", holding(lambda: workbook(prolog=_XXE.replace("sst", "worksheet")))),
    BadFile(
        "deep.xlsx",
        "xml 100,000 levels deep",
        holding(lambda: packed(parts({"Daftar": sheet(FIRST_ROWS + "<row>" * 100_000)}))),
        "fine",
        GOOD,
    ),
    BadFile(
        "attributes.xlsx",
        "an element with 200,000 attributes",
        holding(lambda: packed(parts({"Daftar": sheet(FIRST_ROWS.replace("<row ", _MANY, 1))}))),
        "fine",
        GOOD,
    ),
    BadFile(
        "macro.xlsm",
        "a workbook with a macro",
        holding(lambda: beside(xl__vbaProject__bin=OLE + bytes(2000))),
        "fine",
        GOOD,
    ),
    BadFile("password.xlsx", "locked with a password", holding(encrypted), told="(?i)password|encrypt|lock"),
    BadFile(
        "letter.docx",
        "a text document",
        holding(
            lambda: packed(
                {
                    "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types"/>',
                    "word/document.xml": "<w:document/>",
                }
            )
        ),
        told="(?i)docx|word|text document",
    ),
    BadFile(
        "letter.xlsx",
        "a text document named xlsx",
        holding(
            lambda: packed(
                {
                    "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types"/>',
                    "word/document.xml": "<w:document/>",
                }
            )
        ),
        told="(?i)docx|word|text document",
    ),
    BadFile(
        "list.zip",
        "a zip with the csv in it",
        holding(lambda: packed({"daftar.csv": "Instansi,Unit\r\n"})),
        told="(?i)zip|unpack|archive",
    ),
    BadFile(
        "zip.csv",
        "a zip named csv",
        holding(lambda: packed({"daftar.csv": "Instansi,Unit\r\n"})),
        told="(?i)zip|unpack|archive",
    ),
    BadFile("xlsx.csv", "an xlsx named csv", holding(workbook), "fine", GOOD),
    BadFile("xlsx.xls", "an xlsx named xls", holding(workbook), "fine", GOOD),
    BadFile("empty.zip", "a zip without an entry", holding(b"PK\x05\x06" + bytes(18))),
    BadFile("empty-zip.xlsx", "a zip without an entry, named xlsx", holding(b"PK\x05\x06" + bytes(18))),
    BadFile(
        "binary.xlsb",
        "a binary workbook with noise in it",
        holding(lambda: packed({"xl/workbook.bin": bytes(range(256)), "xl/worksheets/sheet1.bin": bytes(2000)})),
    ),
]
