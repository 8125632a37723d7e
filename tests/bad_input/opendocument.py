"""OpenDocument spreadsheets written by hand."""

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from .archives import bomb, honest, packed, zipped
from .case import GOOD, HEAD, ROWS, BadFile, holding

_KIND = "application/vnd.oasis.opendocument.spreadsheet"
_SPACE = "urn:oasis:names:tc:opendocument:xmlns"
_OPEN = (
    f'<office:document-content xmlns:office="{_SPACE}:office:1.0" xmlns:table="{_SPACE}:table:1.0" '
    f'xmlns:text="{_SPACE}:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
    '<table:table table:name="Daftar">'
)
_CLOSE = "</table:table></office:spreadsheet></office:body></office:document-content>"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


def cell(value: str, *, more: str = "") -> str:
    """Write a cell of text."""
    return f'<table:table-cell office:value-type="string"{more}><text:p>{escape(value)}</text:p></table:table-cell>'


def row(values: Iterable[str], *, more: str = "") -> str:
    """Write a row of text."""
    return f"<table:table-row{more}>{''.join(map(cell, values))}</table:table-row>"


def content(rows: str, *, prolog: str = "") -> str:
    """Write content.xml around its rows."""
    return f"{_XML}{prolog}{_OPEN}{rows}{_CLOSE}"


def _manifest(entry: str) -> str:
    """Write the list of parts with one entry."""
    space = f'xmlns:manifest="{_SPACE}:manifest:1.0"'
    return f"{_XML}<manifest:manifest {space}><manifest:file-entry {entry}</manifest:manifest>"


def document(text: str) -> bytes:
    """Pack content.xml as a spreadsheet."""
    return packed(
        {
            "mimetype": _KIND,
            "content.xml": text,
            "META-INF/manifest.xml": _manifest(f'manifest:full-path="/" manifest:media-type="{_KIND}"/>'),
        }
    )


def good(*more: Sequence[str], after: str = "", prolog: str = "") -> bytes:
    """Return the good list as a spreadsheet with more rows."""
    return document(content("".join(map(row, [HEAD, *ROWS, *more])) + after, prolog=prolog))


_ENTITY = '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)) + "]>"
)
_RAW_ENTITY = (
    "<table:table-row><table:table-cell office:value-type='string'><text:p>&x;</text:p></table:table-cell>"
    "</table:table-row>"
)
_LOCK = 'manifest:full-path="content.xml"><manifest:encryption-data manifest:checksum="x"/></manifest:file-entry>'


def _wide(times: str, *, more: str = "") -> str:
    """Write a row whose one cell is repeated."""
    wide = cell("x", more=f' table:number-columns-repeated="{times}"')
    return f"<table:table-row{more}>{wide}</table:table-row>"


FILES = [
    BadFile("good.ods", "nothing is wrong", holding(good), "fine", GOOD),
    BadFile("truncated.ods", "cut off in the middle", holding(lambda: good()[:500])),
    BadFile("no-content.ods", "content.xml is missing", holding(lambda: packed({"mimetype": _KIND}))),
    BadFile("broken.ods", "xml that breaks off", holding(lambda: document(content("")[:-90]))),
    BadFile(
        "entity.ods",
        "an entity that reads /etc/passwd",
        holding(lambda: good(after=_RAW_ENTITY, prolog=_ENTITY)),
        told="(?i)entit|DTD|doctype",
    ),
    BadFile(
        "laughs.ods",
        "an entity that grows to a thousand million words",
        holding(lambda: good(after=_RAW_ENTITY.replace("&x;", "&l9;"), prolog=_LAUGHS)),
        told="(?i)entit|DTD|doctype",
    ),
    BadFile(
        "columns-repeated.ods",
        "a cell repeated a thousand million times",
        holding(lambda: good(after=_wide("1000000000"))),
    ),
    BadFile(
        "rows-repeated.ods",
        "a row repeated a thousand million times",
        holding(lambda: good(after=row(ROWS[0], more=' table:number-rows-repeated="1000000000"'))),
    ),
    BadFile(
        "both-repeated.ods",
        "a block of 17 thousand million cells",
        holding(lambda: good(after=_wide("16384", more=" table:number-rows-repeated='1048576'"))),
    ),
    BadFile(
        "empty-repeated.ods",
        "a million empty rows below the list, as LibreOffice writes them",
        holding(
            lambda: good(
                after="<table:table-row table:number-rows-repeated='1048000'><table:table-cell "
                "table:number-columns-repeated='16384'/></table:table-row>"
            )
        ),
        "fine",
        GOOD,
    ),
    BadFile("negative-repeated.ods", "a cell repeated -1 times", holding(lambda: good(after=_wide("-1")))),
    BadFile(
        "bomb.ods",
        "content that inflates to 1 GB",
        holding(lambda: zipped([honest("mimetype", _KIND.encode()), bomb("content.xml", 1024)])),
    ),
    BadFile(
        "bomb-liar.ods",
        "content that inflates to 1 GB and claims 1 KB",
        holding(
            lambda: zipped(
                [
                    honest("mimetype", _KIND.encode()),
                    bomb("content.xml", 1024, told=1024, head=content("")[:-90].encode()),
                ]
            )
        ),
    ),
    BadFile(
        "locked.ods",
        "locked with a password",
        holding(
            lambda: packed(
                {
                    "mimetype": _KIND,
                    "content.xml": bytes(range(256)) * 4,
                    "META-INF/manifest.xml": _manifest(_LOCK),
                }
            )
        ),
        told="(?i)password|encrypt|lock",
    ),
    BadFile("deep.ods", "xml 100,000 levels deep", holding(lambda: document(content("<text:p>" * 100_000)))),
    BadFile(
        "text.odt",
        "a text document",
        holding(lambda: packed({"mimetype": _KIND.replace("spreadsheet", "text"), "content.xml": "<x/>"})),
    ),
    BadFile("flat.fods", "a spreadsheet in one xml file", holding(lambda: content("".join(map(row, [HEAD, *ROWS]))))),
    BadFile("ods.xlsx", "an ods named xlsx", holding(good), "fine", GOOD),
]
