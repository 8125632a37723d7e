"""Bounds against full enumeration on small problems, and repairs of contradictions."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zi_analysis.evidence.bounds import Line, Programme, add_weights

NAMES = ("a", "b", "c")
LIMIT = 6


def _enumerate(lines: list[Line], target: dict[str, float]) -> tuple[int, int] | None:
    """Smallest and largest target over all whole counts up to LIMIT that every line allows: the slow oracle."""
    found = []
    for values in product(range(LIMIT + 1), repeat=len(NAMES)):
        counts = dict(zip(NAMES, values, strict=True))
        sums = [sum(weight * counts[name] for name, weight in line.weights.items()) for line in lines]
        if all(line.low <= total <= line.high for line, total in zip(lines, sums, strict=True)):
            found.append(sum(weight * counts[name] for name, weight in target.items()))
    return (int(min(found)), int(max(found))) if found else None


# sums over intervals of an ordered list: like counts that nest, their corner points are whole numbers
_spans = st.sampled_from([("a",), ("b",), ("c",), ("a", "b"), ("b", "c"), ("a", "b", "c")])


@st.composite
def _problem(draw: st.DrawFn) -> list[Line]:
    lines = [Line(f"range {name}", {name: 1.0}, high=float(LIMIT), hard=True) for name in NAMES]
    for position in range(draw(st.integers(0, 4))):
        low = draw(st.integers(0, LIMIT))
        high = low + draw(st.integers(0, LIMIT))
        lines.append(Line(f"line {position}", dict.fromkeys(draw(_spans), 1.0), float(low), float(high)))
    return lines


@settings(max_examples=60, deadline=None)
@given(lines=_problem(), target=_spans)
def test_bounds_are_those_of_full_enumeration(lines: list[Line], target: tuple[str, ...]) -> None:
    weights = dict.fromkeys(target, 1.0)
    expected = _enumerate(lines, weights)
    programme = Programme(lines)
    if expected is None:
        assert programme.repair_cost > 0.5
        return
    bound = programme.bound({"target": weights})["target"]
    assert (bound.lower, bound.upper) == expected
    assert programme.repair_cost == pytest.approx(0, abs=1e-6)
    assert programme.repairs() == []


def test_a_sum_without_upper_line_has_no_upper_bound() -> None:
    bound = Programme([Line("named", {"a": 1}, low=3)]).bound({"a": {"a": 1}})["a"]
    assert (bound.lower, bound.upper) == (3, None)
    assert bound.lower_lines == ("named",)


def test_a_contradiction_is_repaired_where_the_fewest_publishers_stand() -> None:
    lines = [
        Line("WBK", {"k": 1}, 473, 473),
        Line("WBBM", {"m": 1}, 34, 34),
        Line("all", {"k": 1, "m": 1}, 506, 506, cost=4),
    ]
    programme = Programme(lines)
    bounds = programme.bound({"k": {"k": 1}, "m": {"m": 1}, "all": {"k": 1, "m": 1}})
    assert programme.repair_cost == pytest.approx(1)
    assert [(bound.lower, bound.upper) for bound in bounds.values()] == [(472, 473), (33, 34), (506, 506)]
    assert {(repair.line.line_id, repair.least, repair.most) for repair in programme.repairs()} == {
        ("WBK", 0.0, 1.0),
        ("WBBM", 0.0, 1.0),
    }


def test_the_lines_that_hold_a_bound_are_named() -> None:
    lines = [
        Line("total", {"a": 1, "b": 1}, 10, 10),
        Line("named", {"a": 1}, low=7),
        Line("idle", {"c": 1}, 1, 2),
    ]
    bound = Programme(lines).bound({"b": {"b": 1}})["b"]
    assert set(bound.upper_lines) == {"total", "named"}


def test_weights_are_added() -> None:
    assert add_weights([{"a": 1.0}, {"a": 2.0, "b": -1.0}]) == {"a": 3.0, "b": -1.0}
