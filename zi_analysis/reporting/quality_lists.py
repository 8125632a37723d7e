"""What the quality page shows of the files: how columns were read, and lines that are no rows."""

from collections.abc import Sequence

import pandas as pd

from zi_analysis.reporting.quality_words import cut

MOST = 200  # lines of detail in a section
_MOST_SHEETS = 6
_KINDS = ("ragged", "footer", "section", "subtotal", "title", "header", "repeated header", "numbering")
_NEEDED = ("agency_as_written", "unit_as_written", "predicate", "year")
_FIELDS = (*_NEEDED, "region", "track", "status", "source", "note")
_GROUP = ["file", "header", "field", "how"]


def list_columns(columns: pd.DataFrame) -> pd.DataFrame:
    """List how the columns were read, those that are used first; columns alike in several sheets once.

    Parameters
    ----------
    columns : pd.DataFrame
        ``CleanedAwards.columns``.

    Returns
    -------
    pd.DataFrame
        Columns file, header, field, how, position, sheets (a tuple of names, empty for a file without sheets).

    Examples
    --------
    >>> told = {"file": "a.csv", "sheet": "", "position": 2, "header": "Satker", "field": "unit", "how": "header"}
    >>> list_columns(pd.DataFrame([told]))["sheets"].tolist()
    [()]
    """
    if columns.empty:
        return pd.DataFrame(columns=[*_GROUP, "position", "sheets"])
    texts = ("sheet", "header", "field", "how")
    plain = columns.assign(**{name: columns[name].astype("str").fillna("") for name in texts})
    # columns without a header are told apart by their position
    plain["apart"] = plain["position"].where(plain["header"] == "")
    grouped = plain.groupby([*_GROUP, "apart"], sort=False, dropna=False)
    each = grouped.agg(position=("position", "first"), sheets=("sheet", _distinct)).reset_index()
    rank = each["field"].map({name: at for at, name in enumerate(_FIELDS)}).fillna(len(_FIELDS))
    doubtful = each["how"].str.startswith("not used")
    order = each.assign(unused=each["field"] == "", sure=~doubtful, rank=rank)
    order = order.sort_values(["unused", "sure", "rank"], kind="stable", ignore_index=True)
    return order[[*_GROUP, "position", "sheets"]]


def _distinct(sheets: pd.Series) -> tuple[str, ...]:
    """Return the names of sheets, each once."""
    return tuple(dict.fromkeys(filter(None, sheets)))


def untold_fields(columns: pd.DataFrame) -> list[tuple[str, list[str]]]:
    """List the fields that nothing tells, file by file.

    Parameters
    ----------
    columns : pd.DataFrame
        ``CleanedAwards.columns``.

    Returns
    -------
    list of (str, list of str)
        File and fields among agency, unit, predicate and year.

    Examples
    --------
    >>> untold_fields(pd.DataFrame({"file": ["a"], "field": ["unit_as_written"], "how": ["header"]}))
    [('a', ['agency_as_written', 'predicate', 'year'])]
    """
    if columns.empty:
        return []
    used = columns[~columns["how"].astype("str").str.startswith("not used")]
    marked = {"wbk_mark", "wbbm_mark"}
    found = []
    for file in dict.fromkeys(columns["file"]):
        fields = set(used.loc[used["file"] == file, "field"])
        fields |= {"predicate"} if fields & marked else set()
        untold = [name for name in _NEEDED if name not in fields]
        found += [(str(file), untold)] if untold else []
    return found


def list_lines(lines: pd.DataFrame) -> pd.DataFrame:
    """List the lines that are no rows, those that may hide a row first; equal lines of a file once.

    Parameters
    ----------
    lines : pd.DataFrame
        ``CleanedAwards.lines``.

    Returns
    -------
    pd.DataFrame
        Columns kind, file, sheet, row (of the first), text, times.

    Examples
    --------
    >>> told = {"file": ["a"] * 2, "sheet": [""] * 2, "row": [1, 9], "kind": ["subtotal"] * 2, "text": ["Jumlah"] * 2}
    >>> list_lines(pd.DataFrame(told))[["row", "times"]].values.tolist()
    [[1, 2]]
    """
    shown = ["kind", "file", "sheet", "row", "text", "times"]
    if lines.empty:
        return pd.DataFrame(columns=shown)
    plain = lines.assign(times=1, **{name: lines[name].astype("str").fillna("") for name in ("sheet", "kind", "text")})
    grouped = plain.groupby(["kind", "file", "text"], sort=False)
    each = grouped.agg(sheet=("sheet", "first"), row=("row", "first"), times=("times", "sum")).reset_index()
    rank = each["kind"].map({kind: at for at, kind in enumerate(_KINDS)}).fillna(-1)
    return each.assign(rank=rank).sort_values("rank", kind="stable", ignore_index=True)[shown]


def name_sheets(sheets: Sequence[str]) -> tuple[str, int]:
    """Join the names of sheets, and count those left out.

    Parameters
    ----------
    sheets : sequence of str
        Names.

    Returns
    -------
    tuple
        Up to six names, and how many more there are.

    Examples
    --------
    >>> name_sheets(["2022", "2023"])
    ('2022, 2023', 0)
    """
    return ", ".join(cut(sheet) for sheet in sheets[:_MOST_SHEETS]), max(0, len(sheets) - _MOST_SHEETS)
