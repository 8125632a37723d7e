"""Parquet lists: plain columns only, within bounds."""

import datetime
import decimal
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from zi_analysis.errors import InputError
from zi_analysis.evidence.readers import read_list, read_table


def _write(path: Path, columns: dict[str, object]) -> Path:
    parquet.write_table(pa.table(columns), path)
    return path


def test_values_of_every_plain_type_are_text(tmp_path: Path) -> None:
    path = _write(
        tmp_path / "list.parquet",
        {
            "Unit Kerja": ["KPPN Kediri", "KPPN Blitar", None],
            "Tahun": pa.array([2023, 2022, None], pa.int16()),
            "Predikat": pa.array(["WBK", "WBK", "WBBM"]).dictionary_encode(),
            "Nilai": pa.array([76.5, 80.0, None]),
            "tanggal": pa.array([datetime.date(2023, 12, 6)] * 3),
            "desimal": pa.array([decimal.Decimal("1.50")] * 3),
            "jam": pa.array([datetime.datetime(2023, 12, 6)] * 3),
            "ya": [True, False, True],
        },
    )
    found = read_list(path)
    assert found.rows["unit_as_written"].fillna("").tolist() == ["KPPN Kediri", "KPPN Blitar", ""]
    assert found.rows["year"].fillna("").tolist() == ["2023", "2022", ""]
    assert found.rows["predicate"].tolist() == ["WBK", "WBK", "WBBM"]
    assert found.rows["row"].tolist() == [1, 2, 3]
    assert found.cells.iloc[0].tolist()[3:] == ["76.5", "2023-12-06", "1.50", "2023-12-06", "TRUE"]
    assert len(found.lines) == 0
    assert read_table(path).columns.tolist()[:2] == ["Unit Kerja", "Tahun"]


def test_two_columns_of_one_name_keep_their_cells(tmp_path: Path) -> None:
    table = pa.table([pa.array(["a"]), pa.array(["x"]), pa.array(["y"])], names=["K/L", "Unit.Kerja", "Unit.Kerja"])
    parquet.write_table(table, tmp_path / "twice.parquet")
    assert read_list(tmp_path / "twice.parquet").cells.iloc[0].tolist() == ["a", "x", "y"]


@pytest.mark.parametrize("broken", ["codes", "length"])
def test_columns_that_do_not_fit_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    path = _write(tmp_path / "odd.parquet", {"Satker": ["a", "b"]})
    codes = pa.array([0, 7], pa.int32()) if broken == "codes" else pa.array([0], pa.int32())
    column = pa.DictionaryArray.from_arrays(codes, pa.array(["a"]), safe=False)
    monkeypatch.setattr(parquet.ParquetFile, "read", lambda self, columns: pa.table({columns[0]: column}))
    with pytest.raises(InputError, match=r"odd\.parquet is damaged"):
        read_list(path)


@pytest.mark.parametrize(
    ("column", "told"),
    [
        (pa.array([["a"], ["b"]]), "list<"),
        (pa.array([{"a": 1}, {"a": 2}]), "struct<"),
        (pa.array([b"a", b"b"]), "binary"),
    ],
)
def test_nested_columns_are_refused_by_name(tmp_path: Path, column: pa.Array, told: str) -> None:
    path = _write(tmp_path / "nested.parquet", {"Satker": ["a", "b"], "isi": column})
    with pytest.raises(InputError, match=f'column "isi" of nested.parquet holds {told}'):
        read_list(path)


def test_a_small_file_that_claims_a_hundred_million_rows(tmp_path: Path) -> None:
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int32()), pa.array(["x" * 1000]))
    with parquet.ParquetWriter(tmp_path / "bomb.parquet", pa.schema({"Satker": text.type})) as writer:
        for _ in range(60):
            writer.write_table(pa.table({"Satker": text}), row_group_size=1_000_000)
    with pytest.raises(InputError, match=r"claims 60,000,000 rows"):
        read_list(tmp_path / "bomb.parquet")


def test_cut_and_damaged_files_are_named(tmp_path: Path) -> None:
    path = _write(tmp_path / "cut.parquet", {"Satker": ["a", "b"]})
    content = path.read_bytes()
    for at in (10, len(content) // 2, len(content) - 3):
        path.write_bytes(content[:at])
        with pytest.raises(InputError, match=r"cut\.parquet is damaged"):
            read_list(path)


def test_a_cell_beyond_any_spreadsheet_is_named(tmp_path: Path) -> None:
    path = _write(tmp_path / "long.parquet", {"Satker": ["a", "b" * 40_000]})
    with pytest.raises(InputError, match=r"40,000 characters in one cell .row 2, column 1"):
        read_list(path)
