"""Workbooks (xlsx) written part by part, so that any part can be wrong."""

import io
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from .archives import Entry, honest, packed, zipped
from .case import HEAD, ROWS

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def letters(column: int) -> str:
    """Name a column, 0 for A."""
    name = ""
    while column >= 0:
        column, rest = divmod(column, 26)
        name = chr(65 + rest) + name
        column -= 1
    return name


def cell(place: str, value: str) -> str:
    """Write a cell with text in it."""
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>' if value else ""


def cells(rows: Iterable[Sequence[str]], *, first: int = 1) -> str:
    """Write rows of text; a cell that begins with < is taken as it is."""
    lines = []
    for number, row in enumerate(rows, first):
        written = (
            value.replace("@", f"{letters(place)}{number}")
            if value.startswith("<c ")
            else cell(f"{letters(place)}{number}", value)
            for place, value in enumerate(row)
        )
        lines.append(f'<row r="{number}">{"".join(written)}</row>')
    return "".join(lines)


def sheet(data: str, *, before: str = "", after: str = "", prolog: str = "") -> str:
    """Write a sheet around its rows."""
    return f'{XML}{prolog}<worksheet xmlns="{MAIN}">{before}<sheetData>{data}</sheetData>{after}</worksheet>'


def parts(sheets: Mapping[str, str], *, state: str = "", shared: str = "") -> dict[str, str | bytes]:
    """Return the parts of a workbook by name."""
    many = list(enumerate(sheets, 1))
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for n, _ in many
    )
    names = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"{state}/>' for n, name in many)
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{LINKS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n, _ in many
    )
    if shared:
        links += f'<Relationship Id="rIdS" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/>'
    book: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
        f'"application/xml"/><Override PartName="/xl/workbook.xml" ContentType='
        f'"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{types}</Types>',
        "_rels/.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
    }
    if shared:
        book["xl/sharedStrings.xml"] = shared
    return book | {f"xl/worksheets/sheet{n}.xml": text for (n, _), text in zip(many, sheets.values(), strict=True)}


def workbook(rows: Iterable[Sequence[str]] = (HEAD, *ROWS), *, name: str = "Daftar", **around: str) -> bytes:
    """Return a workbook of one sheet."""
    return packed(parts({name: sheet(cells(rows), **around)}))


def without(*names: str) -> bytes:
    """Return the good workbook without some of its parts."""
    whole = parts({"Daftar": sheet(cells([HEAD, *ROWS]))})
    return packed({name: content for name, content in whole.items() if name not in names})


def beside(**more: str | bytes) -> bytes:
    """Return the good workbook with more parts; double underscores stand for slashes."""
    return packed(parts({"Daftar": sheet(cells([HEAD, *ROWS]))}) | {n.replace("__", "/"): c for n, c in more.items()})


def with_entries(*entries: Entry, drop: Sequence[str] = ()) -> bytes:
    """Return the good workbook with entries whose directory may lie."""
    whole = parts({"Daftar": sheet(cells([HEAD, *ROWS]))})
    honestly = [honest(n, c if isinstance(c, bytes) else c.encode()) for n, c in whole.items() if n not in drop]
    return zipped([*honestly, *entries])


def strings_of(text: str, *, prolog: str = "") -> str:
    """Write shared strings with one text."""
    return f'{XML}{prolog}<sst xmlns="{MAIN}"><si><t>{text}</t></si></sst>'


def shared(text: str, *, prolog: str = "") -> bytes:
    """Return a workbook whose first unit stands in the shared strings."""
    rows = [HEAD, *ROWS, ("Kabupaten Pacitan", '<c r="@" t="s"><v>0</v></c>', "WBK", "2023")]
    return packed(parts({"Daftar": sheet(cells(rows))}, shared=strings_of(text, prolog=prolog)))


def with_cells(*values: str) -> bytes:
    """Return the good workbook with one more row; a value may be a cell in xml."""
    return workbook([HEAD, *ROWS, values])


def encrypted() -> bytes:
    """Lock the good workbook with a password."""
    from msoffcrypto.format.ooxml import OOXMLFile

    locked = io.BytesIO()
    OOXMLFile(io.BytesIO(workbook())).encrypt("rahasia", locked)
    return locked.getvalue()


def sheets_of(names: Iterable[str]) -> bytes:
    """Return a workbook whose sheets hold one row each."""
    rows = {
        name: sheet(cells([HEAD, ("Kabupaten Pacitan", f"Puskesmas Nomor {n}", "WBK", "2023")]))
        for n, name in enumerate(names, 1)
    }
    return packed(parts(rows))


FIRST_ROWS = cells([HEAD, *ROWS])
