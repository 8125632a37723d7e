"""Zip files written by hand, so that their directory can lie."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_STAMP = (0, 0x21)  # midnight of 1 January 1980


@dataclass(frozen=True)
class Entry:
    """One entry of a zip and what its directory tells about it."""

    name: str
    data: bytes = b""  # as stored: deflated if method is 8
    method: int = 8
    size: int = 0  # told as the size when inflated
    flags: int = 0
    checksum: int = 0
    attributes: int = 0  # 0o120777 << 16 makes it a link
    shares: bool = False  # stands in the directory only, and points at the first entry


def packed(parts: Mapping[str, bytes | str]) -> bytes:
    """Write an honest zip; the same parts give the same bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def deflated(content: bytes) -> bytes:
    """Deflate without a header, as a zip stores it."""
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    return press.compress(content) + press.flush()


def honest(name: str, content: bytes) -> Entry:
    """Return an entry whose directory tells the truth."""
    return Entry(name, deflated(content), size=len(content), checksum=zlib.crc32(content))


def flood(megabytes: int, *, letter: bytes = b" ") -> bytes:
    """Return a zlib stream of many megabytes of one letter."""
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = letter * (1 << 20)
    piece = press.compress(block) + press.flush(zlib.Z_FULL_FLUSH)
    checksum = 1
    for _ in range(megabytes):
        checksum = zlib.adler32(block, checksum)
    return b"\x78\xda" + piece * megabytes + press.flush() + checksum.to_bytes(4, "big")


def bomb(name: str, megabytes: int, *, head: bytes = b"", told: int | None = None, letter: bytes = b" ") -> Entry:
    """Return an entry that inflates to many megabytes; `told` is the size its directory gives instead."""
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = press.compress(head) + press.flush(zlib.Z_FULL_FLUSH)
    block = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = block.compress(letter * (1 << 20)) + block.flush(zlib.Z_FULL_FLUSH)
    size = len(head) + (megabytes << 20)
    return Entry(name, start + piece * megabytes + press.flush(), size=size if told is None else told)


def zipped(entries: Iterable[Entry]) -> bytes:
    """Write a zip from entries as they are told."""
    body, directory, count = b"", b"", 0
    for entry in entries:
        name = entry.name.encode("utf-8")
        facts = struct.pack(
            "<HHHHHIIIHH",
            20,
            entry.flags,
            entry.method,
            *_STAMP,
            entry.checksum,
            len(entry.data),
            entry.size,
            len(name),
            0,
        )
        directory += b"PK\x01\x02" + struct.pack("<H", 0x0314) + facts
        directory += struct.pack("<HHHII", 0, 0, 0, entry.attributes, 0 if entry.shares else len(body)) + name
        body += b"" if entry.shares else b"PK\x03\x04" + facts + name + entry.data
        count += 1
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end
