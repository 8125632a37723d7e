"""Pdf files: drawn by a library where they are whole, written object by object where they are not."""

import io
import zlib
from collections.abc import Iterable, Sequence

from .archives import flood
from .case import GOOD, HEAD, ROWS, BadFile, holding


def drawn(rows: Iterable[Sequence[str]] = (HEAD, *ROWS), *, lock: object = None) -> bytes:
    """Draw a table with rules."""
    from reportlab.lib.colors import black
    from reportlab.platypus import SimpleDocTemplate, Table, TableStyle

    file = io.BytesIO()
    table = Table([list(row) for row in rows], repeatRows=1)
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, black)]))
    SimpleDocTemplate(file, invariant=1, encrypt=lock).build([table])
    return file.getvalue()


def locked(password: str) -> bytes:
    """Draw the good table and encrypt it."""
    from reportlab.lib.pdfencrypt import StandardEncryption

    return drawn(lock=StandardEncryption(password, ownerPassword="pemilik", canPrint=0))


def written(objects: Sequence[bytes | str], *, trailer: str = "") -> bytes:
    """Write objects 1, 2, ... with their table of places; object 1 is the root."""
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += (
            f"{number} 0 obj\n".encode() + (content if isinstance(content, bytes) else content.encode()) + b"\nendobj\n"
        )
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Size {size}/Root 1 0 R{trailer}>>\n"
    return body + end.encode() + f"startxref\n{len(body)}\n%%EOF\n".encode()


def stream(content: bytes, *, more: str = "", length: int | None = None) -> bytes:
    """Write a stream."""
    size = len(content) if length is None else length
    return f"<</Length {size}{more}>>stream\n".encode() + content + b"\nendstream"


def paged(
    content: bytes,
    *,
    resources: str = "",
    box: str = "0 0 595 842",
    more: Sequence[bytes | str] = (),
    filters: str = "",
    root: str = "",
) -> bytes:
    """Write a pdf of one page with this content."""
    return written(
        [
            f"<</Type/Catalog/Pages 2 0 R{root}>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 4 0 R/Resources<<{resources}"
            "/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
            stream(content, more=filters),
            *more,
        ]
    )


def _text(*lines: str) -> bytes:
    """Show lines of text."""
    shown = " ".join(f"({line}) Tj 0 -14 Td" for line in lines)
    return f"BT /F1 12 Tf 60 780 Td {shown} ET".encode()


def _picture() -> bytes:
    """A page that is a picture, as a scanner writes it."""
    image = stream(
        zlib.compress(bytes(100 * 100)),
        more="/Type/XObject/Subtype/Image/Width 100/Height 100/ColorSpace/DeviceGray"
        "/BitsPerComponent 8/Filter/FlateDecode",
    )
    return paged(b"q 595 0 0 842 0 0 cm /I Do Q", resources="/XObject<</I 5 0 R>>", more=[image])


def _pages(count: int) -> bytes:
    """Many empty pages."""
    kids = " ".join(f"{n} 0 R" for n in range(3, 3 + count))
    return written(
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            f"<</Type/Pages/Kids[{kids}]/Count {count}>>",
            *["<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"] * count,
        ]
    )


def _rules(count: int) -> bytes:
    """Many crossing rules, so that a search for tables has much to cross."""
    lines = [f"{n % 590} 0 m {n % 590} 842 l S 0 {n % 840} m 595 {n % 840} l S" for n in range(count)]
    return paged("\n".join(lines).encode() + b"\n" + _text("Instansi"))


def _kids(depth: int) -> bytes:
    """A tree of pages that goes down and down."""
    down = [f"<</Type/Pages/Kids[{n} 0 R]/Count 1>>" for n in range(3, 3 + depth)]
    return written(["<</Type/Catalog/Pages 2 0 R>>", *down, "<</Type/Page/MediaBox[0 0 595 842]>>"])


def _letters(unicode_map: bytes) -> bytes:
    """A page whose font says itself what its codes mean."""
    font = "<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>"
    system = "<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
    descendant = f"<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo{system}>>"
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
    return written(
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            page,
            stream(b"BT /F1 12 Tf 60 780 Td <00410042> Tj ET"),
            font,
            descendant,
            stream(unicode_map),
        ]
    )


_MAP = (
    b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFFFFFF> endcodespacerange\n"
    b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange endcmap"
)


def _round() -> bytes:
    """A table of places that names itself as the one before."""
    whole = paged(_text("Instansi"))
    place = whole.rindex(b"xref\n0")
    return whole.replace(b"/Root 1 0 R", f"/Prev {place}/Root 1 0 R".encode())


def _objects(megabytes: int) -> bytes:
    """Objects packed in a stream that inflates to many megabytes."""
    packed_objects = stream(flood(megabytes), more="/Type/ObjStm/N 1000000/First 100/Filter/FlateDecode")
    table = stream(b"\x01\x00\x09\x00\x02\x00\x02\x00", more="/Type/XRef/Size 2/W[1 2 1]/Root 1 0 R/Index[1 2]")
    body = b"%PDF-1.7\n2 0 obj\n" + packed_objects + b"\nendobj\n"
    return body + b"3 0 obj\n" + table + f"\nendobj\nstartxref\n{len(body)}\n%%EOF\n".encode()


FILES = [
    BadFile("good.pdf", "nothing is wrong", holding(drawn), "fine", GOOD),
    BadFile(
        "pages.pdf",
        "a table over several pages with its header again on each",
        holding(
            lambda: drawn([HEAD, *(("Kabupaten Pacitan", f"Puskesmas Nomor {n}", "WBK", "2023") for n in range(120))])
        ),
        "fine",
        120,
    ),
    BadFile("owner.pdf", "locked against printing, open to read", holding(lambda: locked("")), "fine", GOOD),
    BadFile(
        "password.pdf", "locked with a password", holding(lambda: locked("rahasia")), told="(?i)password|encrypt|lock"
    ),
    BadFile("scanned.pdf", "a scanned page: a picture, no text", holding(_picture), told="(?i)picture|scan|OCR"),
    BadFile("empty-page.pdf", "one empty page", holding(lambda: paged(b"")), told="(?i)text|picture|empty"),
    BadFile(
        "no-pages.pdf",
        "no page",
        holding(lambda: written(["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>"])),
    ),
    BadFile(
        "no-table.pdf",
        "a letter, no table",
        holding(lambda: paged(_text("Kepada Yth. Bapak/Ibu", "Dengan hormat,"))),
        told="(?i)table",
    ),
    BadFile("header-only.pdf", "a table with a header and no row", holding(lambda: drawn([HEAD])), told="no row"),
    BadFile("mark-only.pdf", "the mark of a pdf and nothing else", holding(b"%PDF-1.7\n")),
    BadFile("truncated.pdf", "cut off in the middle", holding(lambda: drawn()[:700])),
    BadFile("half.pdf", "half of its table of places is missing", holding(lambda: drawn()[:-400])),
    BadFile("noise.pdf", "noise after the mark", holding(b"%PDF-1.4\n" + bytes(range(256)) * 60)),
    BadFile(
        "javascript.pdf",
        "a script that runs when it opens",
        holding(lambda: paged(_text("Instansi"), root="/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>")),
    ),
    BadFile(
        "launch.pdf",
        "a program that starts when it opens",
        holding(lambda: paged(_text("Instansi"), root="/OpenAction<</S/Launch/F(touch pwned)>>")),
    ),
    BadFile(
        "page-loop.pdf",
        "pages that are their own parents",
        holding(lambda: written(["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 99999999>>"])),
    ),
    BadFile(
        "form-loop.pdf",
        "a drawing that draws itself",
        holding(
            lambda: paged(
                b"/X Do",
                resources="/XObject<</X 5 0 R>>",
                more=[
                    stream(
                        b"/X Do /X Do",
                        more="/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>",
                    )
                ],
            )
        ),
    ),
    BadFile(
        "length-loop.pdf",
        "a stream whose length is its own length",
        holding(
            lambda: written(
                [
                    "<</Type/Catalog/Pages 2 0 R>>",
                    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
                    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
                    "<</Length 4 0 R>>stream\nx\nendstream",
                ]
            )
        ),
    ),
    BadFile(
        "bomb.pdf", "content that inflates to 500 MB", holding(lambda: paged(flood(500), filters="/Filter/FlateDecode"))
    ),
    BadFile(
        "bomb-twice.pdf",
        "content deflated twice, 1 GB in 2 KB",
        holding(lambda: paged(zlib.compress(flood(1024), 9), filters="/Filter[/FlateDecode/FlateDecode]")),
    ),
    BadFile("text-flood.pdf", "a page with a million letters", holding(lambda: paged(_text(*["a" * 1000] * 1000)))),
    BadFile("rules.pdf", "a page with 8,000 crossing rules", holding(lambda: _rules(4000))),
    BadFile("pages-3000.pdf", "3,000 empty pages", holding(lambda: _pages(3000))),
    BadFile(
        "box.pdf", "a page as wide as the moon is far", holding(lambda: paged(_text("Instansi"), box="0 0 1e12 1e12"))
    ),
    BadFile("box-words.pdf", "a page whose size is words", holding(lambda: paged(_text("Instansi"), box="a b c d"))),
    BadFile("deep.pdf", "arrays 50,000 levels deep", holding(lambda: paged(b"[" * 50_000 + b"]" * 50_000))),
    BadFile(
        "references.pdf",
        "a trailer that points beyond the file",
        holding(lambda: written(["<</Type/Catalog/Pages 99999 0 R>>"], trailer="/Prev 999999999")),
    ),
    BadFile("kids.pdf", "a tree of pages 3,000 levels deep", holding(lambda: _kids(3000))),
    BadFile("letters.pdf", "a font whose map has 4 thousand million letters", holding(lambda: _letters(_MAP))),
    BadFile("prev-loop.pdf", "a table of places that comes before itself", holding(_round)),
    BadFile("bomb-objects.pdf", "packed objects that inflate to 500 MB", holding(lambda: _objects(500))),
    BadFile(
        "run-length.pdf",
        "content in run lengths, 60 MB in 1 MB",
        holding(lambda: paged(b"\x81 " * 500_000, filters="/Filter/RunLengthDecode")),
    ),
    BadFile(
        "predictor.pdf",
        "content of 15 MB that has to be undone byte by byte",
        holding(
            lambda: paged(
                flood(15, letter=b"\x02"), filters="/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 1>>"
            )
        ),
    ),
    BadFile(
        "lzw.pdf",
        "4 MB of noise said to be LZW",
        holding(lambda: paged(bytes(range(256)) * 16_000, filters="/Filter/LZWDecode")),
    ),
]
