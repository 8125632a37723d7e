"""Parquet and arrow files."""

import io
import pickle
from pathlib import Path

from .case import GOOD, HEAD, ROWS, BadFile, holding, kept


def written(columns: dict[str, object], **options: object) -> bytes:
    """Write columns as parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = io.BytesIO()
    pq.write_table(pa.table(columns), file, **options)
    return file.getvalue()


def _columns(**other: object) -> dict[str, object]:
    """Return the good list as columns, some replaced."""
    return {name: list(values) for name, values in zip(HEAD, zip(*ROWS, strict=True), strict=True)} | other


def _years(kind: str) -> bytes:
    """Write the list with years of another type."""
    import datetime
    from decimal import Decimal

    import pyarrow as pa

    values = {
        "int": pa.array([2023] * GOOD, pa.int16()),
        "float": pa.array([2023.0] * GOOD),
        "decimal": pa.array([Decimal("2023.00")] * GOOD),
        "timestamp": pa.array([datetime.datetime(2023, 12, 12)] * GOOD),
        "date": pa.array([datetime.date(2023, 12, 12)] * GOOD),
        "binary": pa.array([b"2023"] * GOOD),
        "bad-binary": pa.array([b"\xff\xfe\x00"] * GOOD),
        "null": pa.nulls(GOOD),
        "nested": pa.array([{"tahun": 2023}] * GOOD),
        "list": pa.array([[2023]] * GOOD),
        "bool": pa.array([True] * GOOD),
        "far-timestamp": pa.array([2**62] * GOOD, pa.timestamp("us")),
    }
    return written(_columns(Tahun=values[kind]))


def _repeated(path: Path, column: object) -> None:
    """Write a table of two columns of 10 million rows, ten times, without a word about it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(dict.fromkeys(HEAD[:2], column))
    with pq.ParquetWriter(path, table.schema, compression="zstd", write_statistics=False) as writer:
        for _ in range(10):
            writer.write_table(table, row_group_size=len(table))


def _bomb(path: Path) -> None:
    """Write 100 million rows of one text of 1 MB in a small file."""
    import numpy as np
    import pyarrow as pa

    codes = pa.array(np.zeros(10_000_000, dtype="int32"))
    _repeated(path, pa.DictionaryArray.from_arrays(codes, pa.array(["a" * (1 << 20)])))


def _nulls(path: Path) -> None:
    """Write 100 million empty rows in a small file."""
    import pyarrow as pa

    _repeated(path, pa.nulls(10_000_000, pa.string()))


def _twice() -> bytes:
    """Write two columns of one name."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = io.BytesIO()
    names = [*HEAD, "Unit Kerja"]
    pq.write_table(
        pa.Table.from_arrays([pa.array(v) for v in [*zip(*ROWS, strict=True), ["lain"] * GOOD]], names=names), file
    )
    return file.getvalue()


def _pickled() -> bytes:
    """Write the good list with a pickle in the place of its index description."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = io.BytesIO()
    table = pa.table(_columns()).replace_schema_metadata(
        {b"pandas": pickle.dumps({"x": 1}), b"PANDAS_ATTRS": b"cposix\nsystem\n"}
    )
    pq.write_table(table, file)
    return file.getvalue()


def _index() -> bytes:
    """Write a description of an index whose column is missing."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = io.BytesIO()
    told = b'{"index_columns": ["nowhere"], "column_indexes": [], "columns": [], "pandas_version": "9.9.9"}'
    pq.write_table(pa.table(_columns()).replace_schema_metadata({b"pandas": told}), file)
    return file.getvalue()


def _feather() -> bytes:
    """Write the list as an arrow file."""
    import pyarrow as pa
    import pyarrow.feather as feather

    file = io.BytesIO()
    feather.write_feather(pa.table(_columns()), file)
    return file.getvalue()


def _noise(whole: bytes) -> bytes:
    """Turn over the middle of the footer."""
    return whole[:-120] + bytes(255 - byte for byte in whole[-120:-20]) + whole[-20:]


FILES = [
    BadFile("good.parquet", "nothing is wrong", holding(lambda: written(_columns())), "fine", GOOD),
    BadFile("header-only.parquet", "columns and no row", holding(lambda: written({n: [] for n in HEAD}))),
    BadFile("no-columns.parquet", "no column", holding(lambda: written({}))),
    BadFile("truncated.parquet", "cut off in the middle", holding(lambda: written(_columns())[:-200])),
    BadFile("mark-only.parquet", "the mark of parquet and nothing else", holding(b"PAR1")),
    BadFile("marks.parquet", "marks around nothing", holding(b"PAR1\x00\x00\x00\x00PAR1")),
    BadFile(
        "footer-length.parquet", "a footer that claims 2 GB", holding(b"PAR1" + bytes(100) + b"\xff\xff\xff\x7fPAR1")
    ),
    BadFile("footer-noise.parquet", "noise in the footer", holding(lambda: _noise(written(_columns())))),
    BadFile("locked.parquet", "an encrypted footer", holding(b"PARE" + bytes(60) + b"\x20\x00\x00\x00PARE")),
    BadFile("year-int.parquet", "years as numbers", holding(lambda: _years("int")), "fine", GOOD),
    BadFile("year-float.parquet", "years as 2023.0", holding(lambda: _years("float")), "fine", GOOD),
    BadFile("year-decimal.parquet", "years as decimals", holding(lambda: _years("decimal")), "fine", GOOD),
    BadFile("year-timestamp.parquet", "years as moments", holding(lambda: _years("timestamp")), "fine", GOOD),
    BadFile("year-date.parquet", "years as dates", holding(lambda: _years("date")), "fine", GOOD),
    BadFile("year-binary.parquet", "years as bytes", holding(lambda: _years("binary"))),
    BadFile("year-bad-binary.parquet", "bytes that are no text", holding(lambda: _years("bad-binary"))),
    BadFile("year-far.parquet", "a moment beyond every calendar", holding(lambda: _years("far-timestamp"))),
    BadFile(
        "year-null.parquet", "a column of nothing", holding(lambda: _years("null")), "rejects", GOOD, GOOD, told="year"
    ),
    BadFile(
        "year-bool.parquet",
        "a column of truth values",
        holding(lambda: _years("bool")),
        "rejects",
        GOOD,
        GOOD,
        told="year",
    ),
    BadFile("nested.parquet", "a column of records", holding(lambda: _years("nested")), told="Tahun"),
    BadFile("list.parquet", "a column of lists", holding(lambda: _years("list")), told="Tahun"),
    BadFile("two-unit-columns.parquet", "two columns of one name", holding(_twice), "fine", GOOD),
    BadFile("pickled.parquet", "a pickle in the description", holding(_pickled), "fine", GOOD),
    BadFile("index.parquet", "an index that is not there", holding(_index), "fine", GOOD),
    BadFile(
        "columns.parquet",
        "10,000 columns",
        holding(lambda: written(_columns() | {f"k{n}": ["x"] * GOOD for n in range(10_000)})),
        told="column",
    ),
    BadFile(
        "long-cell.parquet",
        "a cell of 5 MB",
        holding(lambda: written(_columns(**{"Unit Kerja": ["a" * (5 << 20), "b", "c"]}))),
    ),
    BadFile(
        "script.parquet",
        "a script as a column name",
        holding(lambda: written({"<script>alert(1)</script>": ["a"], "\x1b[2J": ["b"]})),
    ),
    BadFile("arrow.parquet", "an arrow file named parquet", holding(_feather)),
    BadFile("bomb.parquet", "100 million rows of one text of 1 MB", _bomb),
    BadFile("nulls.parquet", "100 million empty rows", _nulls),
    BadFile("codes-outside.parquet", "codes that lead outside the dictionary", kept("codes-outside.parquet")),
    BadFile("unequal-columns.parquet", "columns of different lengths", kept("unequal-columns.parquet")),
]
