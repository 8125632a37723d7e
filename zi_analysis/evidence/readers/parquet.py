"""Parquet files as lines of text: plain columns only, within bounds that a small file cannot outgrow."""

from pathlib import Path
from typing import Any

import numpy as np

from zi_analysis.errors import InputError
from zi_analysis.evidence.readers.cell_values import cell_text
from zi_analysis.evidence.readers.columns import CodedColumn, empty_column, is_blank
from zi_analysis.evidence.readers.opening import shown_text
from zi_analysis.evidence.readers.sheets import LONGEST_CELL, MOST_COLUMNS, Sheet, too_long

_MOST_ROWS = 50_000_000
_MOST_CELLS = 1_000_000_000
_MOST_BYTES = 4 << 30


def read_parquet(path: Path, name: str) -> Sheet:
    """Read a parquet file as one sheet.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Its name for errors.

    Returns
    -------
    Sheet
        Columns under their declared names; row 1 is the first row.

    Raises
    ------
    InputError
        If it is damaged, nested, or beyond all bounds.

    Examples
    --------
    >>> read_parquet(Path("list.parquet"), "list.parquet")  # doctest: +SKIP
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            _refuse_size(file.metadata, name)
            schema = file.schema_arrow
            _refuse_types(schema, name)
            texts = [field.name for field in schema if pa.types.is_string(field.type)]
        with parquet.ParquetFile(path, read_dictionary=texts) as file:
            columns = tuple(_column(file, at, name) for at in range(len(schema)))
            height = file.metadata.num_rows
    except (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError) as error:
        reason = shown_text(str(error))
        raise InputError(f"{name} is damaged or no whole parquet file ({reason}); ask for it again") from error
    return Sheet("", columns, np.arange(1, height + 1), headers=tuple(schema.names))


def _refuse_size(about: Any, name: str) -> None:
    """Refuse a file that claims more than fits."""
    groups = [about.row_group(at) for at in range(about.num_row_groups)]
    unpacked = sum(group.total_byte_size for group in groups)
    if about.num_columns > MOST_COLUMNS:
        raise InputError(f"{name} has {about.num_columns:,} columns; a list has at most {MOST_COLUMNS:,}")
    if about.num_rows > _MOST_ROWS or about.num_rows * about.num_columns > _MOST_CELLS or unpacked > _MOST_BYTES:
        raise InputError(
            f"{name} claims {about.num_rows:,} rows of {about.num_columns:,} columns ({unpacked:,} bytes), more than "
            "any list needs; give the part that is the list"
        )


def _refuse_types(schema: Any, name: str) -> None:
    """Refuse columns that hold tables or bytes."""
    import pyarrow as pa

    for field in schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            column, told = shown_text(field.name, most=60), shown_text(str(kind), most=60)
            raise InputError(
                f'column "{column}" of {name} holds {told}, no plain values; leave it out, or write it as text'
            )


def _column(file: Any, at: int, name: str) -> CodedColumn:
    """Read one column as text."""
    import pyarrow as pa

    names = file.schema_arrow.names
    # two columns of one name are read together, in order
    column = file.read(columns=[names[at]]).column(names[:at].count(names[at]))
    column.validate(full=True)  # a damaged file holds codes of texts that are not there
    if len(column) != file.metadata.num_rows:
        raise pa.ArrowInvalid(f"a column of {len(column)} cells among {file.metadata.num_rows} rows")
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    chunks = column.unify_dictionaries().chunks
    if not chunks:
        return empty_column(0)
    codes = np.concatenate([np.asarray(chunk.indices.fill_null(-1).to_numpy(zero_copy_only=False)) for chunk in chunks])
    values = [_text(value) for value in chunks[0].dictionary.to_pylist()]
    return _coded_texts(codes.astype(np.int32), values, name, at)


def _text(value: object) -> str:
    """Write a value as text."""
    text = "" if value is None else cell_text(value)
    return text.replace("\0", "")


def _coded_texts(codes: np.ndarray, values: list[str], name: str, at: int) -> CodedColumn:
    """Make a column of distinct texts; blank ones are empty cells."""
    known: dict[str, int] = {}
    again = np.full(len(values) + 1, -1, dtype=np.int32)
    for code, text in enumerate(values):
        if len(text) > LONGEST_CELL:
            raise too_long(name, int(np.argmax(codes == code)) + 1, at, text)
        if not is_blank(text):
            again[code] = known.setdefault(text, len(known))
    return CodedColumn(again[codes], list(known))
