"""What a file is, told by its content; what cannot hold a list is refused with the way out."""

import os
import stat
from pathlib import Path

from zi_analysis.errors import InputError
from zi_analysis.evidence.readers.encodings import find_encoding

_HEAD = 1 << 16
_ASK = "ask for the list as xlsx or csv"
_REFUSED = (
    (b"\x89PNG", "a picture (png)"),
    (b"\xff\xd8\xff", "a picture (jpeg)"),
    (b"GIF8", "a picture (gif)"),
    (b"BM", "a picture (bmp)"),
    (b"II*\0", "a picture (tiff)"),
    (b"MM\0*", "a picture (tiff)"),
    (b"RIFF", "a picture or sound (riff)"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"\x1f\x8b", "compressed (gzip)"),
    (b"BZh", "compressed (bzip2)"),
    (b"\xfd7zXZ", "compressed (xz)"),
    (b"\x28\xb5\x2f\xfd", "compressed (zstd)"),
    (b"7z\xbc\xaf", "an archive (7z)"),
    (b"Rar!", "an archive (rar)"),
    (b"SQLite format 3", "a database (sqlite)"),
    (b"ARROW1", "an arrow file"),
    (b"{\\rtf", "a text document (rtf)"),
    (b"\x80\x02", "a pickle, which can run code when opened"),
    (b"\x80\x03", "a pickle, which can run code when opened"),
    (b"\x80\x04", "a pickle, which can run code when opened"),
    (b"\x80\x05", "a pickle, which can run code when opened"),
    (b"\x09\x00\x04\x00", "a spreadsheet from before 1997"),
    (b"\x09\x02\x06\x00", "a spreadsheet from before 1997"),
    (b"\x09\x04\x06\x00", "a spreadsheet from before 1997"),
)
_UNPACK = "unpack it first and give the file inside"
_PICTURE = "run OCR on it, or " + _ASK
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXT_CONTROLS = frozenset(b"\t\n\r\f\v\x1a\x1b")
_TEXT = _TEXT_CONTROLS | frozenset(range(0x20, 0x7F))


def shown_name(path: Path | str) -> str:
    """Return the name of a file as a message can show it.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    str
        Its last part; marks that cannot be seen are replaced, a long name is cut.

    Examples
    --------
    >>> shown_name("lists/annex\\n1.csv")
    'annex 1.csv'
    """
    name = os.fsencode(Path(path).name or str(path)).decode("utf-8", errors="replace")
    plain = shown_text(name, most=len(name))
    return plain if len(plain) <= 80 else f"{plain[:50]}...{plain[-20:]}"


def shown_text(text: str, *, most: int = 100) -> str:
    """Return a text from a file as a message can show it: on one line, nothing that steers a terminal.

    Parameters
    ----------
    text : str
        Any text.
    most : int, optional
        Characters kept.

    Returns
    -------
    str
        Single spaces, marks that cannot be seen replaced, cut where too long.

    Examples
    --------
    >>> shown_text("Unit\\n\\x1b[2J Kerja")
    'Unit ?[2J Kerja'
    """
    plain = "".join(mark if mark.isprintable() else "?" for mark in " ".join(text.split()))
    return plain if len(plain) <= most else f"{plain[:most]}..."


def check_file(path: Path) -> None:
    """Refuse a path that is no readable, filled file.

    Parameters
    ----------
    path : Path
        As the user gave it.

    Raises
    ------
    InputError
        If it is missing, a folder, a device, empty or unreadable.

    Examples
    --------
    >>> from zi_analysis.paths import data_folder
    >>> check_file(data_folder() / "raw" / "awards.csv")
    """
    name = shown_name(path)
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise InputError(f"{name} is a folder; name the files in it")
        if not stat.S_ISREG(found.st_mode):
            raise InputError(f"{name} is a device or pipe, no file; save the list as a file and name that")
        if found.st_size == 0:
            raise InputError(f"{name} is empty; ask for the list again, or save it again")
        with path.open("rb"):
            pass
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(f"{name} is not there; check the path") from None
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "no valid path"
        raise InputError(f"{name} cannot be opened ({reason.lower()}); check the path and who may read it") from None


def find_format(path: Path) -> str:
    """Tell the format of a file from its content.

    Parameters
    ----------
    path : Path
        A readable, filled file.

    Returns
    -------
    str
        workbook, html, pdf, parquet or text.

    Raises
    ------
    InputError
        If the content is of a kind that holds no list; the message says what it is and what to do.

    Examples
    --------
    >>> from zi_analysis.paths import data_folder
    >>> find_format(data_folder() / "raw" / "awards.csv")
    'text'
    """
    name = shown_name(path)
    with path.open("rb") as handle:
        head = handle.read(_HEAD)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLE)):
        return "workbook"
    if head.startswith(b"PAR1"):
        return "parquet"
    if b"%PDF-" in head[:1024]:
        return "pdf"
    for start, what in _REFUSED:
        # "BMKG" begins a list as well as a picture does
        if head.startswith(start) and (
            len(start) > 4 or not start.isascii() or any(byte not in _TEXT for byte in head[:256])
        ):
            raise InputError(f"{name} is {what}, no list; {_way_out(what)}")
    return _text_format(head, path, name)


def _way_out(what: str) -> str:
    """Say what to do with a file that holds no list."""
    if what.startswith("a picture"):
        return _PICTURE
    if what.startswith("a spreadsheet"):
        return "open it and save it as xlsx"
    return _UNPACK if what.startswith(("compressed", "an archive")) else _ASK


def _text_format(head: bytes, path: Path, name: str) -> str:
    """Tell html from delimited text; refuse what is neither."""
    encoding = find_encoding(head)
    start = head.decode(encoding, errors="replace").lstrip("\ufeff \t\r\n\0")[:4096]
    low = start.lower()
    if not start:
        raise InputError(f"{name} holds no text; {_ASK}")
    if "urn:schemas-microsoft-com:office:spreadsheet" in low and low.startswith("<?xml"):
        raise InputError(f"{name} is a spreadsheet in xml (Excel 2003); open it and save it as xlsx")
    if "<office:document" in low:
        raise InputError(f"{name} is a spreadsheet in one xml file (fods); open it and save it as ods or xlsx")
    if low.startswith(("mime-version:", "from: <saved by", "content-type: multipart")):
        raise InputError(f"{name} is a web archive (mht); open it and save it as html or xlsx")
    if low.startswith(("<!doctype html", "<html", "<table", "<head", "<body", "<div", "<meta", "<style")) or (
        low.startswith("<") and ("<html" in low or "<table" in low)
    ):
        return "html"
    if low.startswith(("<?xml", "<!doctype")):
        raise InputError(f"{name} is xml, no list; {_ASK}")
    if start[0] == "{" or (start[0] == "[" and start[1:].lstrip()[:1] in ("{", "[", '"', "]")):
        raise InputError(f"{name} is json, no table; {_ASK}")
    if _is_binary(head, encoding):
        raise InputError(f"{name} is no text and no format known here{_claims(path)}; {_ASK}")
    return "text"


def _claims(path: Path) -> str:
    """Say what the ending of a name claims."""
    return f", though its name ends in {path.suffix.lower()}" if path.suffix and path.suffix.isascii() else ""


def _is_binary(head: bytes, encoding: str) -> bool:
    """Tell whether bytes are no text: control characters are more than a stray few."""
    if not encoding.startswith("utf-8"):
        return False
    sample = head[:8192]
    controls = sum(byte < 32 and byte not in _TEXT_CONTROLS for byte in sample)
    return controls > 0.05 * len(sample)
