"""Cells that hold several units: split only where a rule is sure, so that no unit is made of two."""

import re

from zi_analysis.evidence.register import Register
from zi_analysis.evidence.text import spell_out_unit, tokens
from zi_analysis.evidence.unitkinds import OTHER, find_kind
from zi_analysis.evidence.unitwords import is_above

_MAY_HOLD_SEVERAL = re.compile(r"[\n\r;•·▪]|\d[.)]|,")
_NUMBERED = re.compile(r"(?:^|[\s,;])(?:\(?\d{1,2}[.)]|[•·▪●*])\s*(?=[^\W\d])")
_MARKED = re.compile(r"\s*;\s*")
_LINES = re.compile(r"\s*[\r\n]+\s*")
_COMMAS = re.compile(r"\s*,\s*")


def split_units(text: str, register: Register) -> tuple[str, ...]:
    """Split a cell into the units that it holds.

    A numbered or bulleted list, and parts between semicolons, are split where every part names a kind of unit
    (`unit_kinds`). Lines and parts between commas are split where, besides, none is an office above another unit
    ("RSUD Haji, Dinas Kesehatan Provinsi" is one unit) and, for commas, all are of one kind.

    Parameters
    ----------
    text : str
        The cell as written, with its line breaks.
    register : Register
        From `load_register`.

    Returns
    -------
    tuple of str
        The units; the cell alone when no rule holds.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> split_units("1. Puskesmas Mojo 2. Puskesmas Baru", load_register())
    ('Puskesmas Mojo', 'Puskesmas Baru')
    >>> split_units("Dinas Kependudukan dan\\nPencatatan Sipil", load_register())
    ('Dinas Kependudukan dan\\nPencatatan Sipil',)
    """
    if not _MAY_HOLD_SEVERAL.search(text):
        return (text,)
    for separator, only_one_kind, may_be_above in (
        (_NUMBERED, False, True),
        (_MARKED, False, True),
        (_LINES, False, False),
        (_COMMAS, True, False),
    ):
        parts = tuple(part.strip(" \t\r\n,;-–") for part in separator.split(text))
        parts = tuple(part for part in parts if part)
        if len(parts) > 1 and _are_units(parts, register, only_one_kind=only_one_kind, may_be_above=may_be_above):
            return parts
    return (text,)


def _are_units(parts: tuple[str, ...], register: Register, *, only_one_kind: bool, may_be_above: bool) -> bool:
    """Tell whether every part is a unit of its own."""
    words = [tokens(spell_out_unit(" ".join(part.split()), register.short_forms)) for part in parts]
    kinds = [find_kind(part, register)[0].unit_kind for part in words]
    if OTHER in kinds or (only_one_kind and len(set(kinds)) > 1):
        return False
    return may_be_above or len(set(kinds)) == 1 or not any(is_above(part) for part in words[1:])
