"""Web pages: tables that lie about their size, and everything a page can carry beside a table."""

from html import escape

from .case import GOOD, HEAD, ROWS, BadFile, holding

_BODY = "".join("<tr>" + "".join(f"<td>{escape(value)}</td>" for value in row) + "</tr>" for row in ROWS)
_HEAD = "<tr>" + "".join(f"<th>{value}</th>" for value in HEAD) + "</tr>"
_TABLE = f"<table>{_HEAD}{_BODY}</table>"
_ENTITY = '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_LAUGHS = (
    '<!DOCTYPE html [<!ENTITY l0 "lol">'
    + "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
    + "]>"
)


def page(body: str, *, head: str = "", prolog: str = "<!DOCTYPE html>") -> str:
    """Write a page."""
    return f"{prolog}<html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"


def _row(*values: str) -> str:
    """Write a row whose cells are html."""
    return "<tr>" + "".join(value if value.startswith("<td") else f"<td>{value}</td>" for value in values) + "</tr>"


def _more(*rows: str) -> str:
    """Write the good table with more rows."""
    return page(f"<table>{_HEAD}{_BODY}{''.join(rows)}</table>")


_ONE = ("Kabupaten Pacitan", "Puskesmas Arjosari", "WBK", "2023")

FILES = [
    BadFile("good.html", "nothing is wrong", holding(page(_TABLE)), "fine", GOOD),
    BadFile("page.xls", "a web page named xls, as many offices' systems write it", holding(page(_TABLE)), "fine", GOOD),
    BadFile("page.csv", "a web page named csv", holding(page(_TABLE)), "fine", GOOD),
    BadFile("page-utf-16.xls", "a web page in utf-16 named xls", holding(page(_TABLE).encode("utf-16")), "fine", GOOD),
    BadFile("no-table.html", "a page without a table", holding(page("<p>Daftar akan menyusul.</p>")), told="(?i)table"),
    BadFile("empty.html", "a page without anything", holding("<html></html>"), told="(?i)table"),
    BadFile(
        "login.xls",
        "a login page saved instead of the list",
        holding(
            page(
                "<form><table><tr><td>User</td><td><input name=u></td></tr></table></form>", head="<title>Login</title>"
            )
        ),
    ),
    BadFile(
        "header-only.html", "a table with a header and no row", holding(page(f"<table>{_HEAD}</table>")), told="no row"
    ),
    BadFile(
        "script.html",
        "scripts, styles and frames around and inside the table",
        holding(
            page(
                f"<script>document.write('<table>')</script><iframe src='file:///etc/passwd'></iframe>"
                f"{_TABLE}<object data=x></object>",
                head="<style>td{display:none}</style><base href='http://example.org/'>",
            )
        ),
        "fine",
        GOOD,
    ),
    BadFile(
        "script-cell.html",
        "a script inside a cell",
        holding(_more(_row(_ONE[0], "Puskesmas <script>alert(1)</script>Arjosari", *_ONE[2:]))),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "escaped-script.html",
        "a script written out inside a cell",
        holding(_more(_row(_ONE[0], "&lt;script&gt;alert(1)&lt;/script&gt; Puskesmas", *_ONE[2:]))),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "picture.html",
        "a picture that calls out",
        holding(
            _more(_row(_ONE[0], "<img src='http://example.org/p.png' onerror='alert(1)'>Puskesmas Arjosari", *_ONE[2:]))
        ),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "entity.html",
        "an entity that reads /etc/passwd",
        holding(_more(_row(_ONE[0], "&x;Puskesmas", *_ONE[2:])).replace("<!DOCTYPE html>", _ENTITY)),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "laughs.html",
        "an entity that grows to a thousand million words",
        holding(_more(_row(_ONE[0], "&l9; Puskesmas", *_ONE[2:])).replace("<!DOCTYPE html>", _LAUGHS)),
        "fine",
        GOOD + 1,
    ),
    BadFile("deep.html", "10,000 levels deep", holding(lambda: page("<div>" * 10_000 + _TABLE)), "fine", GOOD),
    BadFile("deep-tables.html", "tables 5,000 levels deep", holding(lambda: page("<table><tr><td>" * 5000 + _TABLE))),
    BadFile(
        "deep-cell.html",
        "a cell with 20,000 levels of bold",
        holding(lambda: _more(_row(_ONE[0], "<b>" * 20_000 + "Puskesmas Arjosari", *_ONE[2:]))),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "colspan.html",
        "a cell that spans 10,000,000 columns",
        holding(_more(_row("<td colspan=10000000>Kabupaten Pacitan</td>", *_ONE[1:]))),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "rowspan.html",
        "a cell that spans 10,000,000 rows",
        holding(_more(_row("<td rowspan=10000000>Kabupaten Pacitan</td>", *_ONE[1:]))),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "spans.html",
        "1,000 cells that each span 1,000 rows and columns",
        holding(lambda: _more(_row(*["<td colspan=1000 rowspan=1000>x</td>"] * 1000))),
    ),
    BadFile(
        "span-words.html",
        "spans that are no numbers",
        holding(
            _more(
                _row(
                    "<td colspan=abc rowspan=-5>Kabupaten Pacitan</td>",
                    "<td colspan=0 rowspan='9" + "9" * 5000 + "'>Puskesmas</td>",
                    *_ONE[2:],
                )
            )
        ),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "span-digits.html",
        "a span in superscript digits",
        holding(_more(_row("<td colspan=²>Kabupaten Pacitan</td>", *_ONE[1:]))),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "nested.html",
        "a table inside a cell",
        holding(page(f"<table><tr><td>Menu</td><td>{_TABLE}</td></tr></table>")),
        "fine",
        GOOD,
    ),
    BadFile(
        "two-tables.html",
        "two lists and a menu",
        holding(page(f"<table><tr><td>Beranda</td></tr></table>{_TABLE}<table>{_HEAD}{_row(*_ONE)}</table>")),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "tables-20000.html",
        "20,000 tables",
        holding(lambda: page("<table><tr><td>x</td></tr></table>" * 20_000 + _TABLE)),
        "fine",
        GOOD,
    ),
    BadFile(
        "unclosed.html",
        "no tag is closed",
        holding(page("<table>" + "".join("<tr>" + "".join(f"<td>{value}" for value in row) for row in [HEAD, *ROWS]))),
        "fine",
        GOOD,
    ),
    BadFile("cut.html", "cut off inside a tag", holding(page(_TABLE)[:-60]), "rejects", GOOD, 1),
    BadFile(
        "comment.html", "a comment that never ends before the table", holding(page("<!-- " + _TABLE)), told="(?i)table"
    ),
    BadFile("bogus.html", "a million angle brackets", holding(lambda: page("<" * 1_000_000 + _TABLE))),
    BadFile("bogus-comment.html", "300,000 openings of a comment", holding(lambda: page("<!" * 300_000 + _TABLE))),
    BadFile(
        "attributes.html",
        "an element with 100,000 attributes",
        holding(lambda: page("<p " + " ".join(f"a{n}" for n in range(100_000)) + ">" + _TABLE)),
        "fine",
        GOOD,
    ),
    BadFile(
        "references.html",
        "character references that name nothing",
        holding(_more(_row(_ONE[0], "Puskesmas &#0;&#xD800;&#x110000;&#99999999999;&nosuch; Arjosari", *_ONE[2:]))),
        "fine",
        GOOD + 1,
    ),
    BadFile(
        "charset.html",
        "a page that names an encoding it does not have",
        holding(page(_TABLE).replace("utf-8", "utf-16").encode("windows-1252")),
        "fine",
        GOOD,
    ),
    BadFile(
        "charset-unknown.html",
        "an encoding that does not exist",
        holding(page(_TABLE).replace("utf-8", "zi-8")),
        "fine",
        GOOD,
    ),
    BadFile(
        "charset-codec.html",
        "an encoding that is no text encoding",
        holding(page(_TABLE).replace("utf-8", "bz2")),
        "fine",
        GOOD,
    ),
    BadFile("nul.html", "NUL bytes between tags", holding(page(_TABLE).replace("<td>", "<td>\0")), "fine", GOOD),
    BadFile("long-cell.html", "a cell of 2 MB", holding(lambda: _more(_row(_ONE[0], "a" * (2 << 20), *_ONE[2:])))),
    BadFile(
        "archive.mht",
        "a page saved with its pictures",
        holding(
            "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n"
            + page(_TABLE)
        ),
    ),
]
