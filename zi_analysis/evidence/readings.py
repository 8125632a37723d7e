"""Readings: what a row of the raw tables means where its note says more than its columns."""

import pandas as pd

from zi_analysis.errors import EvidenceError

PART = "part"  # the one column a reading may add: which part or stage a published count is about


def apply_readings(rows: pd.DataFrame, readings: pd.DataFrame, *, table: str, key: str) -> pd.DataFrame:
    """Read rows as the decisions say, leaving the raw table as it is.

    Parameters
    ----------
    rows : DataFrame
        A raw table.
    readings : DataFrame
        ``readings``: table, row_id, column, value (empty: the column is emptied), reason.
    table : str
        Which readings apply: "published_counts" or "awards".
    key : str
        Column of the row ids.

    Returns
    -------
    DataFrame
        A copy with the columns part (missing unless a reading sets it) and reading (the reasons, missing where
        there is none).

    Raises
    ------
    EvidenceError
        If a reading names a row or a column that the table does not have.

    Examples
    --------
    >>> rows = pd.DataFrame({"award_id": ["a1"], "year": pd.array([2023], dtype="Int64")})
    >>> told = pd.DataFrame([("awards", "a1", "year", None, "two pages differ")],
    ...                     columns=["table", "row_id", "column", "value", "reason"])
    >>> apply_readings(rows, told, table="awards", key="award_id").iloc[0].tolist()[1:]
    [<NA>, nan, 'two pages differ']
    """
    mine = readings[readings["table"] == table]
    read = rows.assign(**{PART: pd.Series(pd.NA, index=rows.index, dtype="str"), "reading": ""})
    _refuse_unknown(mine, rows, table, key)
    for reading in mine.itertuples():
        here = read[key] == reading.row_id
        value = pd.NA if pd.isna(reading.value) else reading.value
        if pd.api.types.is_integer_dtype(read[reading.column]) and not pd.isna(value):
            value = int(value)
        read.loc[here, reading.column] = value
        read.loc[here, "reading"] = read.loc[here, "reading"].str.cat([str(reading.reason)], sep="; ").str.lstrip("; ")
    return read.assign(reading=read["reading"].replace("", None).astype("str"))


def _refuse_unknown(readings: pd.DataFrame, rows: pd.DataFrame, table: str, key: str) -> None:
    """Refuse a reading of a row or a column that is not there."""
    for row_id in readings["row_id"]:
        if row_id not in set(rows[key]):
            raise EvidenceError(f"readings.csv reads {row_id} of {table}, which has no such row; correct the row_id")
    for column in readings["column"]:
        if column not in {*rows.columns, PART}:
            raise EvidenceError(f"readings.csv sets {column!r} of {table}, which has no such column; correct it")
