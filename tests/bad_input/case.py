"""What one bad file is, and the small good list that most of them spoil."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

HEAD = ("Instansi", "Unit Kerja", "Predikat", "Tahun")
# three rows that every reading accepts; none is among the awards of the evidence
ROWS = (
    ("Kabupaten Pacitan", "Puskesmas Tanjungsari", "WBK", "2023"),
    ("Badan Pusat Statistik", "BPS Kabupaten Ponorogo", "WBK", "2023"),
    ("Kota Madiun", "Kecamatan Taman", "WBBM", "2023"),
)
GOOD = len(ROWS)

Make = Callable[[Path], None]


@dataclass(frozen=True)
class BadFile:
    """A file, what is wrong with it, and the answer that is right."""

    name: str  # file name; the ending is part of the trap
    wrong: str  # what is wrong, for the table in docs/
    make: Make  # writes the file
    outcome: str = "error"  # error (exit code 2), rejects (0, some rows set aside) or fine (0, every row accepted)
    rows: int = 0  # rows of the list: accepted + merged + rejected
    rejected: int = 0
    merged: int = 0
    told: str = ""  # pattern that the error, or a reason among the rejects, holds
    options: tuple[str, ...] = ()


def holding(content: bytes | str | Callable[[], bytes | str]) -> Make:
    """Return a maker of a file with this content; a function is called when the file is made."""

    def make(path: Path) -> None:
        made = content() if callable(content) else content
        path.write_bytes(made.encode("utf-8") if isinstance(made, str) else made)

    return make


def kept(name: str) -> Make:
    """Return a maker of a file that was found by chance and cannot be written by a script."""

    def make(path: Path) -> None:
        path.write_bytes(Path(__file__).with_name("kept").joinpath(name).read_bytes())

    return make


def delimited(rows: Iterable[Sequence[str]], *, delimiter: str = ",", end: str = "\r\n") -> str:
    """Write rows as a spreadsheet writes a csv."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()


def listed(*more: Sequence[str], head: Sequence[str] = HEAD, delimiter: str = ",", end: str = "\r\n") -> str:
    """Write the good list with more rows below it."""
    return delimited([head, *ROWS, *more], delimiter=delimiter, end=end)
