"""Parts of a zip unpacked piece by piece, never further than the archive declares."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from zi_analysis.errors import InputError

_CHUNK = 1 << 20
_OVERLAP = 4096
_WIDE_LETTERS = (b"\xff\xfe", b"\xfe\xff", b"\0<", b"<\0")


def windows(content: BinaryIO, part: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    """Go through a part in pieces that overlap a little, so that no tag is cut in all of them.

    Parameters
    ----------
    content : binary file
        The zip file.
    part : zipfile.ZipInfo
        The part.
    name : str
        Name of the file, for errors.

    Yields
    ------
    bytes
        Pieces of a little over one megabyte.

    Raises
    ------
    InputError
        As `unpack`, and for xml in an encoding that hides its tags.

    Examples
    --------
    >>> with zipfile.ZipFile("list.xlsx") as archive:  # doctest: +SKIP
    ...     list(windows(open("list.xlsx", "rb"), archive.infolist()[0], "list.xlsx"))
    """
    tail = b""
    for chunk in unpack(content, part, name):
        window = tail + chunk
        if not tail and window[:2] in _WIDE_LETTERS:
            raise InputError(f"{name} is written in an encoding that no workbook uses; open it and save it as xlsx")
        yield window
        tail = window[-_OVERLAP:]


def unpack(content: BinaryIO, part: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    """Unpack one part in pieces, never further than it claims.

    Parameters
    ----------
    content : binary file
        The zip file.
    part : zipfile.ZipInfo
        The part.
    name : str
        Name of the file, for errors.

    Yields
    ------
    bytes
        Pieces of at most one megabyte.

    Raises
    ------
    InputError
        If the part holds more than the archive's directory says.

    Examples
    --------
    >>> with zipfile.ZipFile("list.xlsx") as archive:  # doctest: +SKIP
    ...     list(unpack(open("list.xlsx", "rb"), archive.infolist()[0], "list.xlsx"))
    """
    packed = _packed(content, part)
    if part.compress_type == zipfile.ZIP_STORED:
        yield from packed
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise InputError(f"{name} is packed in a way that no workbook uses; open it and save it as xlsx")
    machine = zlib.decompressobj(-15)
    total = 0
    for piece in packed:
        while piece:
            chunk = machine.decompress(piece, _CHUNK)
            total += len(chunk)
            if total > part.file_size:
                raise InputError(f"{name} holds more than it declares; ask for it again as csv")
            yield chunk
            piece = machine.unconsumed_tail


def _packed(content: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Read the packed bytes of a part."""
    content.seek(part.header_offset)
    header = content.read(30)
    if header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile(f"no part at {part.header_offset}")
    content.seek(part.header_offset + 30 + sum(struct.unpack("<HH", header[26:30])))
    left = part.compress_size
    while left > 0:
        piece = content.read(min(left, _CHUNK))
        if not piece:
            raise EOFError("its end is missing")
        left -= len(piece)
        yield piece
