"""Tracing: every number back to its pages."""

from pathlib import Path

import pytest

from zi_analysis.errors import ParameterError
from zi_analysis.evidence.assemble import Evidence, build_evidence
from zi_analysis.evidence.trace import trace


@pytest.mark.parametrize(
    ("identifier", "words"),
    [
        ("f0190", "763 units_awarded"),
        ("a0001", "Yogyakarta"),
        ("s-2020-national-all-units_awarded", "rule agreed"),
        ("s-2018-polri-all-units_awarded", "disputed, 59 to 61"),
        ("c-2020-all-all", "763 units awarded, exact"),
        ("c-2019-all-WBK", "contradicts itself"),
        ("e-2024-city-agencies_evaluated", "53 agencies_evaluated, exact"),
        ("e-2024-city-agencies_existing", "data/register/agencies.csv"),
        ("p-2019-kemenkeu-all", "149 all, Kementerian Keuangan"),
        ("antaranews-2020-12-21-a", "https://"),
    ],
)
def test_each_kind_of_id_can_be_traced(evidence: Evidence, identifier: str, words: str) -> None:
    assert words in str(trace(identifier, evidence=evidence))


def test_the_losing_values_are_in_the_tree(evidence: Evidence) -> None:
    tree = trace("s-2017-national-WBK-units_awarded", evidence=evidence)
    text = str(tree)
    assert all(f"{value} units_awarded WBK" in text for value in (71, 76, 77))
    assert len(tree.addresses()) == 7


def test_every_settled_count_and_every_award_reaches_a_source(evidence: Evidence) -> None:
    no_address = set(evidence.sources.loc[evidence.sources["url"].isna(), "source_id"])
    for frame, key in ((evidence.settlement.settled, "settled_id"), (evidence.awards.accepted, "award_key")):
        for identifier, sources in zip(frame[key], frame["source_ids"], strict=True):
            tree = trace(identifier, evidence=evidence)
            assert tree.addresses() or set(sources.split("|")) <= no_address, identifier


def test_every_cell_can_be_traced(evidence: Evidence) -> None:
    for row in evidence.counted.cells.itertuples():
        tree = trace(row.cell_id, evidence=evidence)
        assert "lower bound held by" in str(tree)
        if row.lower > 0:
            assert tree.addresses() or "no address" in str(tree), row.cell_id


def test_an_unknown_id_names_the_closest(evidence: Evidence) -> None:
    with pytest.raises(ParameterError, match=r"closest: .*c-2020-central-WBK"):
        trace("c-2020-central-WBKK", evidence=evidence)
    with pytest.raises(ParameterError, match="ids look like"):
        trace("§§§", evidence=evidence)


def test_a_changed_number_is_seen_in_the_trace(project_copy: Path) -> None:
    path = project_copy / "data" / "raw" / "published_counts.csv"
    text = path.read_text(encoding="utf-8")
    row = "f0195,2020,national,all,,all,units_awarded,763,"
    assert row in text
    path.write_text(text.replace(row, row.replace("763", "736")), encoding="utf-8")
    tree = str(trace("s-2020-national-all-units_awarded", evidence=build_evidence(project_copy)))
    assert "763 (told: 736 to 763)" in tree.splitlines()[0]
    assert "rule arithmetic" in tree
    assert "736 units_awarded all" in tree
