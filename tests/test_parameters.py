"""Parameters of reports: what is accepted, what is refused and in which words."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zi_analysis.errors import ParameterError
from zi_analysis.reporting.notebooks import find_notebook, read_notebook, with_steady_ids
from zi_analysis.reporting.parameters import PARAMETERS, check_parameters, declare, read_defaults
from zi_analysis.reporting.record import value_text
from zi_analysis.reporting.texts import read_assignments, read_value
from zi_analysis.reporting.values import Parameter, check_value

SMALL = Path(__file__).parent / "notebooks_small"
AWARDS = SMALL / "awards.ipynb"
OWN = SMALL / "own.ipynb"


def write_notebook(folder: Path, *sources: str) -> Path:
    cells = [
        {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source, "outputs": []}
        for source in sources
    ]
    path = folder / "made.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}))
    return path


def test_defaults_are_read_in_the_order_of_the_cell():
    assert read_defaults(AWARDS) == {
        "language": "en",
        "first_year": 2016,
        "last_year": 2025,
        "agency_types": ["central", "province", "regency", "city"],
        "seed": 7,
    }


def test_given_values_replace_defaults_and_inputs_stay_as_they_are():
    wanted = {"first_year": 2018, "agency_types": ["city", "central"]}
    values = check_parameters(AWARDS, wanted)
    assert values["first_year"] == 2018
    assert values["agency_types"] == ["central", "city"]
    assert values["last_year"] == 2025
    assert wanted["agency_types"] == ["city", "central"]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("first_yaer", 2018, ["first_yaer", "did you mean first_year?", "it has: language, first_year"]),
        ("zzz", 1, ["no parameter 'zzz' (it has"]),
        ("predicate", "WBK", ["awards has no parameter 'predicate'"]),
        ("first_year", "2018", ["'2018' is a text", "a whole number from 2012 to 2025"]),
        ("first_year", 2018.0, ["a decimal number", "a whole number"]),
        ("first_year", True, ["True is true or false"]),
        ("first_year", None, ["NoneType"]),
        ("first_year", 2031, ["2031 is out of range", "the closest is 2025", "from 2012 to 2025"]),
        ("first_year", 2011, ["the closest is 2012"]),
        ("seed", -1, ["the closest is 0"]),
        ("seed", 2**31, ["the closest is 2147483647"]),
        ("language", "idn", ["'idn' is not a choice", "did you mean 'id'?", "allowed: en, id"]),
        ("language", 3, ["give one of en, id"]),
        ("agency_types", "central", ["is a text; give a list"]),
        ("agency_types", [], ["empty list", "allowed: central, province, regency, city"]),
        ("agency_types", ["city", "city"], ["names city twice"]),
        ("agency_types", ["provinse"], ["did you mean 'province'?"]),
        ("agency_types", ["City"], ["did you mean 'city'?"]),
        ("agency_types", [1], ["1 is a whole number"]),
    ],
)
def test_a_wrong_parameter_is_refused_in_one_clear_line(name, value, told):
    with pytest.raises(ParameterError) as refusal:
        check_parameters(AWARDS, {name: value})
    message = str(refusal.value)
    assert "\n" not in message
    for words in told:
        assert words in message


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(ParameterError, match="first_year = 2020 is after last_year = 2019"):
        check_parameters(AWARDS, {"first_year": 2020, "last_year": 2019})
    assert check_parameters(AWARDS, {"first_year": 2020, "last_year": 2020})["last_year"] == 2020


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("title", "text"),
        ("draws", "int"),
        ("share", "float"),
        ("verbose", "bool"),
        ("levels", "list"),
        ("note", "fixed"),
    ],
)
def test_parameters_of_a_users_own_are_typed_by_their_default(name, kind):
    assert declare(name, read_defaults(OWN)[name]).kind == kind


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("draws", True),
        ("draws", 1.5),
        ("verbose", 1),
        ("verbose", "true"),
        ("share", float("nan")),
        ("share", float("inf")),
        ("share", "0.5"),
        ("title", "two\nlines"),
        ("title", "bell \x07"),
        ("title", "x" * 201),
        ("title", 5),
        ("levels", ["a"]),
        ("levels", [True]),
        ("note", 1),
        ("note", None),
    ],
)
def test_values_of_another_kind_than_the_default_are_refused(name, value):
    with pytest.raises(ParameterError, match=name):
        check_parameters(OWN, {name: value})


def test_a_whole_number_is_a_number():
    assert check_parameters(OWN, {"share": 1})["share"] == 1.0


def test_a_list_item_that_a_command_cannot_say_is_refused():
    for item in ("a,b", " a", ""):
        with pytest.raises(ParameterError, match="no comma"):
            check_value([item], Parameter("names", "list"))


@pytest.mark.parametrize(
    ("sources", "told"),
    [
        ([], "0 code cells tagged 'parameters'"),
        (["a = 1", "b = 2"], "2 code cells tagged"),
        (["a = 1\nb = a + 1"], r"'b = a \+ 1' \(line 2\); only name = literal"),
        (["import os"], "only name = literal"),
        (["a = b = 1"], "only name = literal"),
        (["a[0] = 1"], "only name = literal"),
        (["a: int"], "only name = literal"),
        (["a = open('x')"], "only name = literal"),
        (["%matplotlib inline"], "not plain Python, line 1"),
        (["first_year = '2018'"], "the default in made: first_year = '2018' is a text"),
    ],
)
def test_a_parameters_cell_that_is_not_plain_literals_is_refused(tmp_path, sources, told):
    with pytest.raises(ParameterError, match=told):
        check_parameters(write_notebook(tmp_path, *sources))


def test_comments_types_and_negative_numbers_are_plain(tmp_path):
    notebook = write_notebook(tmp_path, '"""Words."""\nlow: int = -3  # the lowest\nnames = ["a"]')
    assert check_parameters(notebook) == {"low": -3, "names": ["a"]}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("first_year=2018", {"first_year": 2018}),
        ("agency_types=city,central", {"agency_types": ["central", "city"]}),
        ("agency_types= city , central", {"agency_types": ["central", "city"]}),
        ("seed=0", {"seed": 0}),
    ],
)
def test_texts_of_a_command_line_become_values(text, value):
    assert read_assignments(AWARDS, [text]) == value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("first_year", "is not name=value"),
        ("=2018", "is not name=value"),
        ("first_year=1_000", "holds an underscore"),
        ("first_year=007", "starts with a zero"),
        ("first_year=2018.0", "is not a whole number"),
        ("first_year=+2018", "is not a whole number"),
        ("first_year=٢٠١٨", "is not a whole number"),
        ("first_year=", "is not a whole number"),
        ("seed=" + "9" * 40, "is not a whole number"),
        ("agency_types=", "empty list"),
        ("agency_types=city,", "'' is not a choice"),
        ("first_yaer=2018", "did you mean first_year"),
    ],
)
def test_texts_that_do_not_read_are_refused(text, told):
    with pytest.raises(ParameterError, match=told):
        read_assignments(AWARDS, [text])


def test_a_parameter_given_twice_is_refused():
    with pytest.raises(ParameterError, match="given twice"):
        read_assignments(AWARDS, ["seed=1", "seed=2"])


@pytest.mark.parametrize(("text", "value"), [("true", True), ("false", False)])
def test_truth_is_read_and_not_guessed(text, value):
    assert read_value(text, Parameter("verbose", "bool")) is value
    with pytest.raises(ParameterError, match="neither true nor false"):
        read_value(text.title() + "!", Parameter("verbose", "bool"))


def test_decimals_are_read_with_a_point():
    assert read_value("12.5", Parameter("share", "float")) == 12.5
    for text in ("12,5", "1e5", "nan", "inf", ".5", "0x1"):
        with pytest.raises(ParameterError, match="decimal point"):
            read_value(text, Parameter("share", "float"))


KINDS = st.one_of(
    st.tuples(st.just("int"), st.integers(-(10**17), 10**17)),
    st.tuples(st.just("bool"), st.booleans()),
    st.tuples(st.just("text"), st.text(st.characters(exclude_categories=["C", "Z"]), max_size=50)),
)


@given(KINDS)
def test_what_is_written_for_a_rerun_reads_back(pair):
    kind, value = pair
    assert read_value(value_text(value), Parameter("own", kind)) == value


@given(st.lists(st.sampled_from(PARAMETERS["agency_types"].choices), min_size=1, unique=True))
def test_any_choice_of_agency_types_reads_back_in_the_order_of_the_vocabulary(types):
    checked = read_value(",".join(types), PARAMETERS["agency_types"])
    assert set(checked) == set(types)
    assert checked == check_value(list(reversed(types)), PARAMETERS["agency_types"])


@given(st.text(max_size=20))
def test_no_text_outside_the_vocabulary_gets_through(text):
    for parameter in PARAMETERS.values():
        try:
            value = read_value(text, parameter)
        except ParameterError as refusal:
            assert "\n" not in str(refusal)
        else:
            assert check_value(value, parameter) == value
            open_to_text = parameter.name == "agency_id"  # held against the register when a notebook is planned
            assert parameter.kind != "text" or open_to_text or value in parameter.choices


def test_notebooks_are_found_by_stem_beginning_and_path(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "datapackage.json").write_text("{}")
    (tmp_path / "notebooks").mkdir()
    for stem in ("01-evidence", "03-count-models", "03-rates"):
        (tmp_path / "notebooks" / f"{stem}.ipynb").write_text("{}")
    assert find_notebook("01", root=tmp_path).stem == "01-evidence"
    assert find_notebook("03-count-models", root=tmp_path).stem == "03-count-models"
    assert find_notebook("03-rates.ipynb", root=tmp_path).stem == "03-rates"
    assert find_notebook(AWARDS, root=tmp_path) == AWARDS
    for name, told in (
        ("03", "could be 03-count-models or 03-rates"),
        ("02-count-models", "did you mean 03-count-models"),
        ("", "there is no notebook"),
        ("no/such.ipynb", "one of: 01-evidence"),
    ):
        with pytest.raises(ParameterError, match=told):
            find_notebook(name, root=tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"nbformat": 3, "worksheets": []}', "\xff"])
def test_a_file_that_is_not_a_notebook_is_refused(tmp_path, text):
    path = tmp_path / "broken.ipynb"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ParameterError, match="broken"):
        read_notebook(path)


def test_cells_without_or_with_shared_ids_get_steady_ones():
    content = {"nbformat": 4, "nbformat_minor": 4, "cells": [{"id": "a"}, {"id": "a"}, {}]}
    steady = with_steady_ids(content)
    assert [cell["id"] for cell in steady["cells"]] == ["a", "cell-02", "cell-03"]
    assert content["cells"][2] == {}
