"""Texts in the encodings that spreadsheets write; bytes that are no UTF-8 are read as windows-1252."""

import io
from collections.abc import Iterator
from typing import Any

from zi_analysis.errors import InputError

_LONGEST_LINE = 1 << 20  # characters
_LONG_TAIL = 1 << 20  # bytes of line ends at the end of a file that are left out
_BOMS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# one by one: files are pasted together from both encodings
_FOREIGN = {0xDC00 + byte: bytes([byte]).decode("cp1252", errors="replace") for byte in range(0x80, 0x100)}


def find_encoding(head: bytes) -> str:
    """Tell the encoding of a text from its first bytes.

    Parameters
    ----------
    head : bytes
        Beginning of the file.

    Returns
    -------
    str
        A codec of Python; utf-8 where nothing shows another.

    Examples
    --------
    >>> find_encoding("Unit;Tahun".encode("utf-16-le"))
    'utf-16-le'
    """
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding
    sample = head[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = max(len(sample) // 2, 1)
    if odd > 0.4 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.1 * half:
        return "utf-16-be"
    return "utf-8"


def decode_text(content: bytes, encoding: str | None = None) -> str:
    """Decode a whole text; bytes that are no UTF-8 are read as windows-1252.

    Parameters
    ----------
    content : bytes
        The text as stored.
    encoding : str, optional
        Told from the content when left out.

    Returns
    -------
    str
        Without byte order mark.

    Examples
    --------
    >>> decode_text(b"Kab. Caf\\xe9")
    'Kab. Caf\u00e9'
    """
    encoding = find_encoding(content) if encoding is None else encoding
    text = content.decode(encoding, errors=_errors(encoding))
    return text if text.isascii() else text.translate(_FOREIGN)


def _errors(encoding: str) -> str:
    """Return how bytes that do not fit an encoding are kept."""
    return "surrogateescape" if encoding.startswith("utf-8") else "replace"


class _Part(io.RawIOBase):
    """The first bytes of a file."""

    def __init__(self, handle: io.BufferedReader, size: int) -> None:
        self.handle, self.left = handle, size

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as bytes are left."""
        piece = self.handle.read(min(len(buffer), self.left))
        buffer[: len(piece)] = piece
        self.left -= len(piece)
        return len(piece)


def _content(handle: io.BufferedReader) -> io.BufferedReader:
    """Leave out a long run of line ends at the end of a file."""
    end = size = handle.seek(0, io.SEEK_END)
    while end > 0:
        begin = max(0, end - _LONG_TAIL)
        handle.seek(begin)
        kept = len(handle.read(end - begin).rstrip(b"\r\n"))
        end = begin + kept
        if kept:
            break
    handle.seek(0)
    return handle if size - end < _LONG_TAIL else io.BufferedReader(_Part(handle, end), 1 << 16)


def decoded_lines(handle: io.BufferedReader, encoding: str, name: str) -> Iterator[str]:
    """Decode a file line by line, within bounds; a long run of line ends at its end is left out.

    Parameters
    ----------
    handle : binary file
        The file, which is closed at the end.
    encoding : str
        As `find_encoding` tells it.
    name : str
        Its name for errors.

    Yields
    ------
    str
        Lines with their ends.

    Raises
    ------
    InputError
        If a line is longer than any list's.

    Examples
    --------
    >>> list(decoded_lines(io.BytesIO(b"Unit\\r\\nCaf\\xe9"), "utf-8", "list.csv"))
    ['Unit\\r\\n', 'Caf\u00e9']
    """
    number = 0
    with io.TextIOWrapper(_content(handle), encoding=encoding, errors=_errors(encoding), newline="") as text:
        while line := text.readline(_LONGEST_LINE):
            number += 1
            if len(line) == _LONGEST_LINE and line[-1] not in "\r\n":
                raise InputError(
                    f"{name} has more than {_LONGEST_LINE:,} characters in line {number}; this is no list, or its "
                    "lines are not told apart, so save it again as csv"
                )
            yield line if line.isascii() else line.translate(_FOREIGN)
