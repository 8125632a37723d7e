"""Lists on html pages and in pdfs."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen import canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

from zi_analysis.errors import InputError, ZiError
from zi_analysis.evidence.readers import read_list

UNIT, AGENCY = "unit_as_written", "agency_as_written"
PAGE = """<html><head><title>Daftar</title><style>td {color: red}</style></head><body>
<script>document.write("<table><tr><td>Satker</td></tr></table>")</script>
<h2>Daftar Peraih WBK Tahun&nbsp;2021</h2>
<table border=1>
<tr><th rowspan=2>No<th rowspan=2>Instansi<th rowspan=2>Satuan Kerja<th colspan=2>Predikat</tr>
<tr><th>WBK<th>WBBM</tr>
<tr><td>1<td rowspan=2>Mahkamah Agung &amp; peradilan<td>PN<br>Batam<td>v<td></tr>
<tr><td>2<td>PA Pati<td><td>v</tr>
<tr><td colspan=5>Badan Pusat Statistik</td></tr>
<tr><td>3<td><td>BPS Kota Batu<td>v<td>
</table>
<p>Sumber: laman resmi</p></body></html>"""


def _html(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("name", ["list.html", "list.xls", "list.csv"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1252"])
def test_table_with_spans_in_two_line_header(tmp_path: Path, name: str, encoding: str) -> None:
    found = read_list(_html(tmp_path / name, PAGE, encoding))
    assert found.rows[[AGENCY, UNIT, "predicate", "year"]].to_numpy().tolist() == [
        ["Mahkamah Agung & peradilan", "PN Batam", "WBK", "2021"],
        ["Mahkamah Agung & peradilan", "PA Pati", "WBBM", "2021"],
        ["Badan Pusat Statistik", "BPS Kota Batu", "WBK", "2021"],
    ]
    assert found.rows["sheet"].astype("str").tolist() == ["table 1"] * 3
    assert found.rows["row"].tolist() == [3, 4, 6]
    assert found.lines["kind"].tolist() == ["title", "header", "header", "section", "footer"]


def test_only_tables_with_a_list_give_rows(tmp_path: Path) -> None:
    menu = "<table><tr><td>Beranda<td>Berita<td>Kontak</tr></table>"
    inner = "<table><tr><th>Satker<th>Tahun</tr><tr><td>KPPN Kediri<td>2020</tr></table>"
    page = f"{menu}<table><tr><td>{inner}</td><td>iklan</td></tr></table>"
    found = read_list(_html(tmp_path / "nested.html", page))
    assert found.rows[UNIT].tolist() == ["KPPN Kediri"]
    assert "Beranda | Berita | Kontak" in found.lines["text"].tolist()


def test_the_last_of_many_tables_is_found(tmp_path: Path) -> None:
    small = "<table><tr><td>x</td></tr></table>" * 3_000
    page = small + "<table><tr><th>Satker<th>Tahun</tr><tr><td>KPPN Kediri<td>2020</tr></table>"
    assert read_list(_html(tmp_path / "many.html", page)).rows[UNIT].tolist() == ["KPPN Kediri"]


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("<html><body><p>Tidak ada tabel</p></body></html>", "page without a table"),
        ("<html><body>" + "<table><tr><td>" * 300, "nests more than 200 tables"),
        ('<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><table><tr><td>&x;</table>', "no column of"),
    ],
)
def test_pages_that_hold_no_list(tmp_path: Path, page: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_list(_html(tmp_path / "page.html", page))


def test_entities_of_a_page_are_never_resolved(tmp_path: Path) -> None:
    page = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]><table><tr><td>Satker<tr><td>&x; Batu</table>'
    assert read_list(_html(tmp_path / "entity.html", page)).rows[UNIT].tolist() == ["&x; Batu"]


def test_wide_and_deep_pages_stay_small(tmp_path: Path) -> None:
    wide = "<tr><td colspan={0} rowspan={0}>Satker</td></tr><tr><td>KPPN</td></tr>"
    page = _html(tmp_path / "absurd.html", f"<table>{wide.format(10**9)}</table>")
    assert read_list(page).rows[UNIT].tolist() == ["KPPN"]
    with pytest.raises(InputError, match="1,001 cells in row 2"):
        read_list(_html(tmp_path / "wide.html", f"<table>{wide.format(60_000)}</table>"))
    deep = "<div>" * 10_000 + "<table><tr><td>Satker<tr><td>KPPN Kediri</table>"
    assert len(read_list(_html(tmp_path / "deep.html", deep)).rows) == 1


MARKS = ["<table>", "</table>", "<tr>", "</tr>", "<td>", "<td colspan=3>", "<td rowspan=2>", "</td>", "<th>", "<br>"]
PARTS = [
    "Satker",
    "KPPN Kediri",
    "2020",
    "&amp;",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<p>",
    "<![CDATA[",
    "&#xD800;",
]
TAGS = st.lists(st.sampled_from([*MARKS, *PARTS]), max_size=40)


@settings(max_examples=150, deadline=None)
@given(tags=TAGS)
def test_any_page_is_read_or_refused(tmp_path_factory, tags) -> None:
    path = _html(tmp_path_factory.getbasetemp() / "any.html", "<html>" + "".join(tags))
    try:
        read_list(path)
    except ZiError as error:
        assert "\n" not in str(error)


RULED = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black"), ("SPAN", (1, 2), (1, 3))])


def _pdf(path: Path, rows: list[list[str]], **options: object) -> Path:
    from reportlab.lib.styles import getSampleStyleSheet

    style = getSampleStyleSheet()["Normal"]
    document = SimpleDocTemplate(str(path), pagesize=A4, **options)
    table = Table(rows, repeatRows=1, style=RULED)
    document.build([Paragraph("DAFTAR PERAIH PREDIKAT WBBM TAHUN 2019", style), table, Paragraph("Sumber: tim", style)])
    return path


def _rows(count: int) -> list[list[str]]:
    body = [[str(at), f"Kementerian {at // 2}", f"Kantor Layanan {at}", "x"] for at in range(1, count + 1)]
    body[2][1] = ""
    return [["No", "Instansi", "Unit Kerja", "Keterangan"], *body]


def test_pdf_over_several_pages(tmp_path: Path) -> None:
    found = read_list(_pdf(tmp_path / "list.pdf", _rows(90)))
    assert found.rows[UNIT].tolist() == [f"Kantor Layanan {at}" for at in range(1, 91)]
    assert found.rows["predicate"].tolist() == ["WBBM"] * 90
    assert found.rows["year"].tolist() == ["2019"] * 90
    assert found.rows["sheet"].astype("str").iloc[[0, -1]].tolist() == ["page 1", "page 3"]
    assert found.lines["kind"].tolist() == ["title", "header", "repeated header", "repeated header", "footer"]


def test_protected_pdf_is_named(tmp_path: Path) -> None:
    path = _pdf(tmp_path / "locked.pdf", _rows(5), encrypt=StandardEncryption("rahasia", ownerPassword="x"))
    with pytest.raises(InputError, match=r"locked\.pdf is protected by a password"):
        read_list(path)


def test_scans_and_pdfs_without_tables_are_named(tmp_path: Path) -> None:
    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGB", (400, 600), "white").save(picture, format="PNG")
    picture.seek(0)
    from reportlab.lib.utils import ImageReader

    scan = canvas.Canvas(str(tmp_path / "scan.pdf"), pagesize=A4)
    scan.drawImage(ImageReader(picture), 0, 0, *A4)
    scan.save()
    with pytest.raises(InputError, match="picture without text on page 1; run OCR on it"):
        read_list(tmp_path / "scan.pdf")
    text = canvas.Canvas(str(tmp_path / "text.pdf"))
    text.drawString(100, 500, "Daftar unit kerja")
    text.save()
    with pytest.raises(InputError, match="text but no table with ruled lines"):
        read_list(tmp_path / "text.pdf")
    empty = canvas.Canvas(str(tmp_path / "empty.pdf"))
    empty.showPage()
    empty.save()
    with pytest.raises(InputError, match="holds no text"):
        read_list(tmp_path / "empty.pdf")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_cut_pdf_is_named_or_read(tmp_path: Path, share: float) -> None:
    path = _pdf(tmp_path / "cut.pdf", _rows(5))
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(InputError, match=r"cut\.pdf (is damaged|holds no text)"):
        read_list(path)


def test_pdf_that_packs_twice_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "twice.pdf"
    path.write_bytes(b"%PDF-1.4\n1 0 obj<</Filter[/FlateDecode /FlateDecode]>>stream\nx\nendstream endobj\n")
    with pytest.raises(InputError, match="packs its parts twice"):
        read_list(path)
