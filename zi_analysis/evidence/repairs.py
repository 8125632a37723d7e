"""Repairs of what lists write, value by value, and reasons to set a row aside."""

import re
import unicodedata

import ftfy

_SPACES = re.compile(r"\s+")
# marks that show nothing or turn the line round: they hide in copied text and break comparing and reading
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_BROKEN_LINE = re.compile(r"(?<=[a-z])-[ \t]*[\r\n]+[ \t]*(?=[a-z])")
# letters of other alphabets that look like Latin ones, as copied pages and pictures bring them into Latin words
_LOOKALIKES = str.maketrans(
    "АВЕКМНОРСТХаеорсухіјѕԁɡΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανρ",
    "ABEKMHOPCTXaeopcyxijsdgABEZHIKMNOPTYXoavp",
)
_OTHER_ALPHABET = re.compile("[\u0370-\u03ff\u0400-\u052f\u0261]")
_LATIN = re.compile("[A-Za-z]")
_COMBINING = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff"
_MARKS = re.compile(f"([{_COMBINING}]{{2}})[{_COMBINING}]+")  # more than two in a row is no writing

_MOST_ROUNDS = 5

TEXT_NOTE = "mojibake, unseen marks, hard spaces, line breaks and double spaces were mended"


def repair_text(text: str) -> str:
    """Mend a cell: mojibake, unseen marks, look-alike letters, broken lines and spaces.

    Parameters
    ----------
    text : str
        The cell as written.

    Returns
    -------
    str
        One line with single spaces; letters, case and marks that are meant stay.

    Examples
    --------
    >>> repair_text("Dinas\u00a0Kependu-\\ndukan  Kota\u200b Batu")
    'Dinas Kependudukan Kota Batu'
    >>> repair_text("Pemkot Madiun â€“ RSUD")
    'Pemkot Madiun – RSUD'
    """
    mended = " ".join((_BROKEN_LINE.sub("", text) if "-" in text else text).split())
    for _ in range(_MOST_ROUNDS):  # a text garbled twice shows what was meant only when it is mended twice
        before, mended = mended, _mend_once(mended)
        if mended == before:
            break
    return mended


def _mend_once(text: str) -> str:
    """Mend a line once."""
    mended = text
    if not mended.isascii():
        mended = _mend_letters(mended)
    elif "&" in mended:
        mended = ftfy.fix_text(mended, uncurl_quotes=False)
    if not mended.isprintable():
        mended = _UNSEEN.sub("", mended)
    return " ".join(mended.split())


def _mend_letters(text: str) -> str:
    """Mend what only other alphabets and codings bring."""
    whole = _SURROGATES.sub("\ufffd", text)
    fixed = ftfy.fix_text(whole, uncurl_quotes=False, normalization="NFC")
    fixed = _MARKS.sub(r"\1", fixed)
    if _OTHER_ALPHABET.search(fixed):
        fixed = " ".join(_latin(word) for word in fixed.split(" "))
    return unicodedata.normalize("NFC", fixed)


def _latin(word: str) -> str:
    """Write look-alikes in Latin letters where the whole word then is Latin."""
    moved = word.translate(_LOOKALIKES)
    return word if _OTHER_ALPHABET.search(moved) else moved
