"""The agency panel: exact, at least, unknown; completed by arithmetic only."""

import pandas as pd

from zi_analysis.evidence.panel import build_panel

AGENCIES = pd.DataFrame(
    {
        "agency_id": ["old", "new", "silent"],
        "agency_type": "central",
        "name": ["Old", "New", "Silent"],
        "valid_from": pd.array([None, 2020, None], dtype="Int64"),
        "valid_to": pd.array([2020, None, None], dtype="Int64"),
    }
)
YEARS = range(2019, 2022)


def _settled(*rows: tuple) -> pd.DataFrame:
    columns = ["agency_id", "year", "predicate", "value", "coverage", "low"]
    frame = pd.DataFrame(list(rows), columns=columns).astype(dict.fromkeys(["year", "value", "low"], "Int64"))
    frame = frame.assign(high=frame["low"] + frame["value"].isna().astype("Int64"))
    fixed = dict(scope="agency", measure="units_awarded", basis="yearly", track="national")
    return frame.assign(**fixed, settled_id=[f"s{number}" for number in range(len(frame))])


def _awards(*rows: tuple) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["agency_id", "year", "predicate"]).astype({"year": "Int64"})
    return frame.assign(track="national", award_key=[f"w{number}" for number in range(len(frame))])


def _panel(settled: pd.DataFrame, awards: pd.DataFrame) -> pd.DataFrame:
    return build_panel(settled, awards, AGENCIES, years=YEARS).set_index("panel_id")


def test_an_agency_has_rows_only_in_years_it_existed_and_silent_ones_have_none() -> None:
    panel = _panel(_settled(("old", 2019, "all", 5, "whole", 5)), _awards(("new", 2021, "WBK")))
    assert set(panel.loc[panel["agency_id"] == "old", "year"]) == {2019, 2020}
    assert set(panel.loc[panel["agency_id"] == "new", "year"]) == {2020, 2021}
    assert "silent" not in set(panel["agency_id"])


def test_two_told_counts_complete_the_third() -> None:
    panel = _panel(_settled(("old", 2019, "all", 12, "whole", 12), ("old", 2019, "WBK", 9, "whole", 9)), _awards())
    row = panel.loc["p-2019-old-WBBM"]
    assert (row["lower"], row["upper"], row["status"]) == (3, 3, "exact")


def test_none_at_all_means_none_of_either() -> None:
    panel = _panel(_settled(("old", 2019, "all", 0, "whole", 0)), _awards())
    assert panel.loc[["p-2019-old-WBK", "p-2019-old-WBBM"], "upper"].tolist() == [0, 0]


def test_names_parts_and_disputes_are_at_least() -> None:
    settled = _settled(("old", 2019, "WBK", 4, "partial", 4), ("old", 2020, "WBK", None, "whole", 7))
    panel = _panel(settled, _awards(("old", 2019, "WBK"), ("new", 2021, None)))
    assert panel.loc["p-2019-old-WBK", ["lower", "status"]].tolist() == [4, "at_least"]
    assert panel.loc["p-2020-old-WBK", ["lower", "status"]].tolist() == [7, "at_least"]
    assert panel.loc["p-2021-new-all", ["lower", "status"]].tolist() == [1, "at_least"]
    assert panel.loc["p-2021-new-WBK", "status"] == "unknown"
    assert panel.loc["p-2020-old-WBK", "upper"] == 8
    assert panel["upper"].isna().sum() == len(panel) - 1


def test_both_predicates_together_are_at_least_the_sum_of_each() -> None:
    settled = _settled(("old", 2019, "WBK", 9, "whole", 9), ("old", 2020, "WBBM", 2, "partial", 2))
    panel = _panel(settled, _awards(("old", 2020, "WBK"), ("old", 2020, "WBK")))
    assert panel.loc["p-2019-old-all", ["lower", "status"]].tolist() == [9, "at_least"]
    assert panel.loc["p-2020-old-all", ["lower", "status"]].tolist() == [4, "at_least"]
    assert pd.isna(panel.loc["p-2019-old-all", "upper"])
