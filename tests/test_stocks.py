"""Stocks: each grows by the awards of the years between, or the gap is told."""

import pandas as pd

from zi_analysis.evidence.stocks import compare_stocks


def _settled(*rows: tuple) -> pd.DataFrame:
    """year, predicate, basis, value."""
    frame = pd.DataFrame(list(rows), columns=["year", "predicate", "basis", "value"])
    fixed = {"scope": "national", "measure": "units_awarded", "track": "national", "coverage": "whole"}
    ids = [f"s{number}" for number in range(len(frame))]
    return frame.assign(**fixed, settled_id=ids).astype({"year": "Int64", "value": "Int64"})


def test_the_year_of_the_first_stock_is_not_counted_again() -> None:
    told = _settled(
        (2017, "WBK", "cumulative", 109),
        (2019, "WBK", "cumulative", 778),
        (2017, "WBK", "yearly", 77),
        (2018, "WBK", "yearly", 200),
        (2019, "WBK", "yearly", 473),
    )
    (row,) = compare_stocks(told).to_dict("records")
    assert (row["grown"], row["awarded"], row["gap"]) == (669, 673, -4)


def test_a_year_that_is_not_told_leaves_the_gap_open_unless_the_others_give_it() -> None:
    stocks = ((2015, "WBBM", "cumulative", 9), (2017, "WBBM", "cumulative", 18), (2017, "WBBM", "yearly", 6))
    assert compare_stocks(_settled(*stocks))["gap"].isna().all()
    filled = _settled(*stocks, (2016, "all", "yearly", 19), (2016, "WBK", "yearly", 17))
    assert compare_stocks(filled)["gap"].tolist() == [1]


def test_agencies_parts_and_other_tracks_are_no_national_stock() -> None:
    told = _settled((2017, "WBK", "cumulative", 109), (2018, "WBK", "cumulative", 309))
    for column, value in (("scope", "agency"), ("coverage", "partial"), ("track", "own")):
        assert compare_stocks(told.assign(**{column: value})).empty
