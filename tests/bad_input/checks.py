"""What must hold of every answer and of every output, whatever the input was."""

import csv
import io
import re
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

from .run import Answer

MOST_SECONDS = 10.0
MOST_MEGABYTES = 700.0
LONGEST_ERROR = 400
LONGEST_CELL = 32_767  # what a spreadsheet shows of a cell
csv.field_size_limit(1 << 30)
TABLES = ("awards.csv", "rejects.csv", "log.csv", "to_decide.csv")
_ACTIVE = {"script", "iframe", "object", "embed", "form", "base", "frame", "applet", "audio", "video", "input", "a b"}
_FORMULA = "=+-@＝＋－＠\t\r\n"
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


class _Tags(HTMLParser):
    """Collects what a page can do."""

    def __init__(self) -> None:
        super().__init__()
        self.active: list[str] = []
        self.depth: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note tags and attributes that act or call out."""
        if tag in _ACTIVE:
            self.active.append(tag)
        for name, value in attrs:
            told = (value or "").strip().lower()
            if name.startswith("on") or (
                name in {"href", "src"} and re.match(r"(javascript|data|https?|file|//)", told)
            ):
                self.active.append(f"{tag} {name}={value}")


def complaints(answer: Answer, *, seconds: float = MOST_SECONDS, megabytes: float = MOST_MEGABYTES) -> list[str]:
    """Tell what is wrong with an answer of any kind.

    Parameters
    ----------
    answer : Answer
        From `zi`.
    seconds, megabytes : float
        Bounds.

    Returns
    -------
    list of str
        Empty if nothing is wrong.
    """
    told = []
    if answer.late:
        told.append(f"killed after {answer.seconds:.1f} s")
    elif answer.code not in (0, 1, 2):
        told.append(f"ended with code {answer.code}")
    if answer.seconds > seconds:
        told.append(f"took {answer.seconds:.1f} s")
    if answer.megabytes > megabytes:
        told.append(f"took {answer.megabytes:.0f} MB")
    if "Traceback" in answer.error + answer.output or "fault of the workbook" in answer.error:
        told.append(f"a fault: {answer.error[-600:]}")
    if answer.left:
        told.append(f"left temporary files: {', '.join(answer.left)}")
    odd = {mark for mark in answer.error + answer.output if _harmful(mark)}
    if odd:
        told.append(f"writes {sorted(f'U+{ord(mark):04X}' for mark in odd)} to the terminal")
    return told


def _harmful(mark: str) -> bool:
    """Tell whether a character commands a terminal or hides text."""
    return mark != "\n" and unicodedata.category(mark) in {"Cc", "Cf", "Zl", "Zp", "Cs"}


def error_complaints(answer: Answer, *, code: int, told: str, name: str = "") -> list[str]:
    """Tell what is wrong with an answer that should be one line of error."""
    wrong = [] if answer.code == code else [f"ended with code {answer.code} instead of {code}"]
    lines = answer.error.splitlines()
    if len(lines) != 1 or (not answer.error.startswith("zi: ") and not answer.error.startswith("zi ")):
        wrong.append(f"writes {len(lines)} lines of error")
    if len(answer.error.rstrip("\n")) > LONGEST_ERROR:
        wrong.append(f"writes an error of {len(answer.error)} characters")
    if name and name not in answer.error:
        wrong.append(f"does not name {name}")
    if told and not re.search(told, answer.error.replace(name, "") if name else answer.error):
        wrong.append(f"does not tell {told}")
    return wrong


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a table of the output."""
    text = path.read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def sums(folder: Path) -> dict[str, int]:
    """Return rows_in, accepted, merged and rejected as the log's last row tells them."""
    last = read_rows(folder / "log.csv")[-1]
    return {name: int(last[name]) for name in ("rows_in", "accepted", "merged", "rejected")}


def output_complaints(folder: Path) -> list[str]:
    """Tell what is wrong with the outputs of a run that ended well."""
    missing = [name for name in (*TABLES, "quality.html") if not (folder / name).is_file()]
    if missing:
        return [f"does not write {', '.join(missing)}"]
    told = [fault for name in TABLES for fault in _table_complaints(folder / name)]
    if any("ragged" in fault for fault in told):
        return told
    count = sums(folder)
    if count["rows_in"] != count["accepted"] + count["merged"] + count["rejected"]:
        told.append(f"loses rows: {count}")
    for name, key in (("awards.csv", "accepted"), ("rejects.csv", "rejected")):
        written = len(read_rows(folder / name))
        if written != count[key]:
            told.append(f"{name} has {written} rows where the log tells {count[key]}")
    page = (folder / "quality.html").read_text(encoding="utf-8")
    return told + _page_complaints(page)


def _table_complaints(path: Path) -> list[str]:
    """Tell which cells a spreadsheet would run, and which characters a csv must not hold."""
    text = path.read_text(encoding="utf-8-sig")
    told = [f"{path.name} holds NUL bytes"] if "\0" in text else []
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    told += [f"{path.name} is ragged"] if len({len(row) for row in rows}) > 1 else []
    cells = {cell for row in rows for cell in row}
    longest = max(map(len, cells), default=0)
    told += [f"{path.name} holds a cell of {longest:,} characters"] if longest > LONGEST_CELL else []
    return told + [f"{path.name} holds the formula {cell[:60]!r}" for cell in sorted(cells) if runs(cell)]


def runs(cell: str) -> bool:
    """Tell whether a spreadsheet may take a cell as a formula.

    Examples
    --------
    >>> runs("=1+1"), runs("'=1+1"), runs("-3")
    (True, False, False)
    """
    seen = "".join(mark for mark in cell if unicodedata.category(mark) not in {"Cf", "Mn"})
    begins = cell[:1] in _FORMULA if cell else False
    return (begins or seen.lstrip()[:1] in tuple("=+-@")) and not _NUMBER.fullmatch(cell) and cell != "-"


def _page_complaints(page: str) -> list[str]:
    """Tell what a page could do."""
    tags = _Tags()
    tags.feed(page)
    tags.close()
    told = [f"quality.html holds an active {name}" for name in dict.fromkeys(tags.active)]
    if not page.rstrip().lower().endswith("</html>"):
        told.append("quality.html does not end")
    odd = {mark for mark in page if unicodedata.category(mark) == "Cc" and mark not in "\n\t"}
    if odd:
        told.append(f"quality.html holds {sorted(map(ord, odd))}")
    return told
