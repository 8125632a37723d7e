"""Tables made small and safe for a page: columns named once, missing values null, addresses that a browser may open."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import pandas as pd


def pack(frame: pd.DataFrame, columns: Sequence[str]) -> dict[str, list]:
    """Turn a frame into columns named once and rows of plain values.

    Parameters
    ----------
    frame : DataFrame
        Any.
    columns : sequence of str
        To keep, in this order.

    Returns
    -------
    dict
        columns, rows; missing values are None.

    Examples
    --------
    >>> pack(pd.DataFrame({"year": [2020], "upper": [pd.NA]}), ["year", "upper"])
    {'columns': ['year', 'upper'], 'rows': [[2020, None]]}
    """
    rows = frame[list(columns)].astype(object).itertuples(index=False, name=None)
    return {"columns": list(columns), "rows": [[_plain(value) for value in row] for row in rows]}


def _plain(value: Any) -> Any:
    """Return a value that JSON has; numpy's whole numbers become Python's."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


def split_list(text: Any) -> list[str]:
    """Split a list held in one cell.

    Parameters
    ----------
    text : str or missing
        Items separated by ``|``.

    Returns
    -------
    list of str

    Examples
    --------
    >>> split_list("f0029|f0030"), split_list(None)
    (['f0029', 'f0030'], [])
    """
    return [] if pd.isna(text) or not text else str(text).split("|")


def web_address(text: Any) -> str:
    """Return an address that a link may carry.

    Parameters
    ----------
    text : str or missing
        As collected; it comes from outside.

    Returns
    -------
    str
        The address if it is http or https with a host, else nothing.

    Examples
    --------
    >>> web_address("https://example.org/a"), web_address("javascript:alert(1)")
    ('https://example.org/a', '')
    """
    if pd.isna(text):
        return ""
    address = str(text).strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    plain = address.isprintable() and " " not in address
    return address if plain and parts.scheme in ("http", "https") and parts.hostname else ""


def script_json(value: Any) -> str:
    """Write a value as JSON that cannot end the script element it stands in.

    Parameters
    ----------
    value : any
        What JSON has.

    Returns
    -------
    str

    Examples
    --------
    >>> script_json({"unit": "</script>"})
    '{"unit":"\\\\u003c/script\\\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text
