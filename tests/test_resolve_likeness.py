"""Slips counted as a slow textbook version counts them, and the rules for taking the nearest name."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zi_analysis.evidence.bodies import Name
from zi_analysis.evidence.headwords import shape
from zi_analysis.evidence.likeness import Near, near_names, nearest_body, slips_allowed
from zi_analysis.evidence.lookup import Meant
from zi_analysis.evidence.matching import match_agency
from zi_analysis.evidence.nameindex import name_index
from zi_analysis.evidence.register import Register, load_register
from zi_analysis.evidence.resolve import resolve_distinct


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def slow_slips(one: str, other: str) -> int:
    """Optimal string alignment as in Boytsov (2011): dropped, added, replaced, neighbours swapped."""
    table = [[i + j if i * j == 0 else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            same = one[i - 1] == other[j - 1]
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (not same))
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


@settings(max_examples=60, deadline=None)
@given(
    text=st.one_of(
        st.sampled_from(["magetn", "purbalinga", "bandun", "solkk", "jawatimr"]), st.text("abdegnu", min_size=4)
    )
)
def test_near_names_are_those_of_the_slow_version(register: Register, text: str) -> None:
    choices = name_index(register).typed["regency"]
    slow = {name: slow_slips(text, name) for name in choices.texts}
    farthest = 2 * slips_allowed(text + "..")
    expected = sorted((slips, name) for name, slips in slow.items() if slips <= farthest)
    told = [(near.slips, "".join(near.words)) for near in near_names(text, choices)]
    assert told == expected or told == []
    assert told or not expected or expected[0][0] > 1  # none is told where the text begins several names


def near(body: str, slips: int, letters: int = 10) -> Near:
    entry = Name(body, "current", None, None)
    return Near(Meant((entry,)), ("x" * letters,), slips, 100 * (1 - slips / letters))


@pytest.mark.parametrize(
    ("others", "chosen"),
    [
        ([near("35.20", 1)], "35.20"),
        ([near("35.20", 1), near("35.21", 2)], "35.20"),
        ([near("35.20", 1), near("35.21", 1)], None),
        ([near("35.20", 2), near("35.21", 3)], None),
        ([near("35.20", 2), near("35.21", 4)], "35.20"),
        ([near("35.20", 2), near("35.20", 3)], "35.20"),
        ([near("35.20", 3)], None),
        ([near("35.20", 1, letters=3)], None),
        ([], None),
    ],
)
def test_the_next_body_must_be_twice_as_far(register: Register, others: list[Near], chosen: str | None) -> None:
    options = {"most_slips": 2, "least_score": 75.0, "least_margin": 10.0}
    assert nearest_body(tuple(others), ("y",), 2020, register, **options)[0] == chosen


def test_thresholds_are_the_callers(register: Register) -> None:
    asked = (["Kabupaten Magetn"], [""], [2020])
    assert resolve_distinct(*asked, register=register)[0].agency_id == "35.20"
    assert resolve_distinct(*asked, register=register, least_score=90)[0].agency_id is None
    assert resolve_distinct(*asked, register=register, least_margin=60)[0].agency_id is None


@pytest.mark.parametrize(("one", "other"), [("0mbudsrnan", "ombudsman"), ("ma1ang", "malang"), ("baanggai", "banggai")])
def test_letters_that_look_alike_have_one_shape(one: str, other: str) -> None:
    assert shape(one) == shape(other)


@settings(max_examples=100, deadline=None)
@given(
    place=st.sampled_from(["utara", "selatan", "barat", "timur", "tengah", "tenggara"]),
    stem=st.sampled_from(
        ["Aceh", "Lampung", "Nias", "Sumba", "Buton", "Halmahera", "Maluku", "Kutai", "Barito", "Luwu"]
    ),
)
def test_directions_never_stand_for_each_other(register: Register, stem: str, place: str) -> None:
    name = f"Kabupaten {stem} {place.title()}"
    match = match_agency(name, "", 2020, register=register)
    body = register.bodies.get(match.agency_id or "")
    assert body is None or body.name == name
