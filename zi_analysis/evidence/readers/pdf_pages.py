"""Run by itself, in a process of its own: read the lines of a pdf and print them as json.

A pdf can make its reader count for ever or fill the memory in ways too many to foresee; whoever starts this program
bounds its memory, and it bounds its own time by the page. It imports nothing of the workbook.
"""

import json
import logging
import re
import signal
import sys
import zlib
from pathlib import Path
from typing import Any

_MOST_UNPACKED = 300 << 20  # bytes
_MOST_PAGES = 500
_PAGE_SECONDS = 8
_MOST_MARKS = 50_000  # characters of a page
_STREAM = re.compile(rb"stream\r?\n")
_PACKING = rb"(?:Flate|LZW|RunLength|/Fl\b|/RL\b)"
_FILTERS = re.compile(rb"/Filter\s*\[[^\]]*?" + _PACKING + rb"[^\]]*?" + _PACKING)
_SHOWN = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]*>", re.DOTALL)
_ASK = "ask for the list as xlsx or csv"


class Refusal(BaseException):
    """The pdf holds no list that can be read; the text says why and what to do, without the name of the file."""


def main(path: str) -> None:
    """Print the lines of a pdf, or why there are none.

    Parameters
    ----------
    path : str
        The file.

    Examples
    --------
    >>> main("list.pdf")  # doctest: +SKIP
    """
    logging.disable(logging.CRITICAL)
    try:
        answer: dict[str, object] = {"lines": _read(Path(path))}
    except Refusal as refusal:
        answer = {"refusal": str(refusal)}
    except MemoryError:
        answer = {"refusal": f"needs more memory than a list does; {_ASK}"}
    # a broken pdf makes the library raise errors of any kind
    except Exception as error:  # noqa: BLE001
        answer = {"refusal": _broken(error)}
    sys.stdout.write(json.dumps(answer))


def _late(_number: int, _frame: object) -> None:
    """Stop a page that takes too long."""
    raise Refusal(f"takes more than {_PAGE_SECONDS} seconds for one page; {_ASK}")


def _alarm() -> None:
    """Start the clock anew."""
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, _late)
        signal.setitimer(signal.ITIMER_REAL, _PAGE_SECONDS)


def _broken(error: BaseException) -> str:
    """Say why a pdf cannot be opened."""
    kinds = f"{type(error).__name__} {error!r} {type(error.__cause__ or error.__context__).__name__}"
    if "Password" in kinds or "Encrypt" in kinds:
        return f"is protected by a password; remove it, or {_ASK}"
    return f"is damaged or no whole pdf; {_ASK}"


def _refuse_bomb(content: bytes) -> None:
    """Refuse a pdf whose packed parts become too large, or are packed twice."""
    if _FILTERS.search(content):
        raise Refusal(f"packs its parts twice, which no list needs; {_ASK}")
    total = 0
    for found in _STREAM.finditer(content):
        end = content.find(b"endstream", found.end())
        total += _unpacked_size(memoryview(content)[found.end() : end if end >= 0 else len(content)])
        if total > _MOST_UNPACKED:
            raise Refusal(f"unpacks to more than {_MOST_UNPACKED:,} bytes; {_ASK}")


def _unpacked_size(packed: memoryview) -> int:
    """Return how large a packed stream becomes, without keeping it; 0 where it is not packed."""
    machine, size = zlib.decompressobj(), 0
    try:
        while packed and size <= _MOST_UNPACKED:
            size += len(machine.decompress(packed, 1 << 24))
            packed = memoryview(machine.unconsumed_tail)
    except zlib.error:
        return size
    return size


def _read(path: Path) -> list[tuple[int, int, list[str]]]:
    """Return page, number and cells of every line."""
    import pdfplumber

    _alarm()
    _refuse_bomb(path.read_bytes())
    lines: list[tuple[int, int, list[str]]] = []
    tables = marks = pictures = 0
    with pdfplumber.open(path) as document:
        if len(document.pages) > _MOST_PAGES:
            raise Refusal(f"has {len(document.pages):,} pages; give the {_MOST_PAGES} that hold the list")
        for page in document.pages:
            _alarm()
            _refuse_page(page)
            marks += len(page.chars)
            pictures += bool(page.images)
            found = _page_lines(page)
            tables += sum(is_row for is_row, _ in found)
            lines += [(page.page_number, row, cells) for row, (_, cells) in enumerate(found, start=1)]
            page.close()
    if not marks:
        what = "holds pictures without text; run OCR on it" if pictures else "holds no text; open it to see what it is"
        raise Refusal(f"{what}, or ask for the spreadsheet it was made from")
    if not tables:
        raise Refusal(f"holds text but no table with ruled lines; {_ASK}, or copy it into a spreadsheet")
    return lines


def _refuse_page(page: Any) -> None:
    """Refuse a page that is a scan, or no page of a list."""
    told = sum(len(shown) for stream in page.page_obj.contents for shown in _SHOWN.findall(_content(stream)))
    if told > 8 * _MOST_MARKS or len(page.chars) > _MOST_MARKS:
        raise Refusal(f"has more text on page {page.page_number} than a list has; {_ASK}")
    large = [one for one in page.images if one["width"] * one["height"] > 0.5 * page.width * page.height]
    if large and not page.chars:
        raise Refusal(
            f"has a picture without text on page {page.page_number}; run OCR on it, or ask for the spreadsheet it was "
            "made from"
        )


def _content(stream: Any) -> bytes:
    """Return the drawing commands of a page."""
    from pdfminer.pdftypes import stream_value

    return bytes(stream_value(stream).get_data())


def _page_lines(page: Any) -> list[tuple[bool, list[str]]]:
    """Return rows of tables and lines of text from top to bottom, and which of them are rows."""
    tables = page.find_tables()
    found: list[tuple[float, bool, list[str]]] = []
    for table in tables:
        for row, cells in zip(table.rows, table.extract(), strict=True):
            texts = [" ".join((cell or "").split()) for cell in cells]
            if any(texts):
                found.append((row.bbox[1], True, texts))
    for line in _outside(page, [table.bbox for table in tables]).extract_text_lines(return_chars=False):
        text = " ".join(line["text"].split())
        if text:
            found.append((line["top"], False, [text]))
    return [(is_row, cells) for _, is_row, cells in sorted(found, key=lambda line: line[0])]


def _outside(page: Any, boxes: list[tuple[float, float, float, float]]) -> Any:
    """Return the part of a page that lies in no table."""

    def is_outside(mark: dict[str, Any]) -> bool:
        """Whether the middle of a mark lies in none of the tables."""
        across, down = (mark["x0"] + mark["x1"]) / 2, (mark["top"] + mark["bottom"]) / 2
        return not any(left <= across <= right and top <= down <= bottom for left, top, right, bottom in boxes)

    return page.filter(is_outside)


if __name__ == "__main__":
    main(sys.argv[1])
