"""Readings: a row is read as its note says, the raw table stays, and a wrong reading is refused."""

import pandas as pd
import pytest

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.readings import apply_readings

ROWS = pd.DataFrame({"figure_id": ["f1", "f2"], "year": pd.array([2020, 2021], dtype="Int64"), "coverage": "whole"})


def _readings(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["table", "row_id", "column", "value", "reason"])


def test_a_reading_changes_its_row_alone_and_keeps_its_reason() -> None:
    before = ROWS.copy()
    told = _readings(("published_counts", "f1", "coverage", "partial", "a part"), ("awards", "a1", "year", None, "x"))
    read = apply_readings(ROWS, told, table="published_counts", key="figure_id")
    assert read["coverage"].tolist() == ["partial", "whole"]
    assert read["reading"].iloc[0] == "a part"
    assert read["reading"].isna().tolist() == [False, True]
    pd.testing.assert_frame_equal(ROWS, before)


def test_a_value_can_be_left_open_or_be_a_part() -> None:
    told = _readings(
        ("published_counts", "f1", "year", None, "open"), ("published_counts", "f2", "part", "courts", "p")
    )
    read = apply_readings(ROWS, told, table="published_counts", key="figure_id")
    assert read["year"].isna().tolist() == [True, False]
    assert read["part"].iloc[1] == "courts"


@pytest.mark.parametrize(
    ("row_id", "column", "message"), [("f9", "year", "no such row"), ("f1", "colour", "no such column")]
)
def test_a_reading_of_nothing_is_refused(row_id: str, column: str, message: str) -> None:
    told = _readings(("published_counts", row_id, column, "1", "why"))
    with pytest.raises(EvidenceError, match=message):
        apply_readings(ROWS, told, table="published_counts", key="figure_id")
