"""Formulas: what is read, what is refused, and that text from people is never run."""

from contextlib import suppress

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zi_analysis.errors import EvidenceError, ParameterError, StudyRefusal, ZiError
from zi_analysis.study.designs import build_design
from zi_analysis.study.formulas import read_formula

TABLE = pd.DataFrame(
    {
        "awards": [3, 5, 8, 2, 9, 4, 7, 1, 6, 2, 8, 5],
        "agency_type": ["central", "city", "province"] * 4,
        "predicate": ["WBK", "WBBM"] * 6,
        "year": [2019, 2019, 2019, 2020, 2020, 2020, 2021, 2021, 2021, 2023, 2023, 2023],
        "units": [10.0, 20.0, 15.0, 12.0, 25.0, 18.0, 11.0, 16.0, 19.0, 13.0, 30.0, 17.0],
        "own": [True, False, False, True, True, False] * 2,
    }
)


def read(formula):
    return read_formula(formula, columns=TABLE.columns)


def design(formula, table=TABLE):
    return build_design(table, read_formula(formula, columns=table.columns))


@pytest.mark.parametrize(
    ("formula", "terms"),
    [
        ("awards ~ 1", ["Intercept"]),
        ("1", ["Intercept"]),
        ("~ units", ["Intercept", "units"]),
        ("awards ~ 0 + units", ["units"]),
        ("awards ~ units - 1", ["units"]),
        ("awards ~ predicate", ["Intercept", "predicate[T.WBK]"]),
        ("awards ~ own + units", ["Intercept", "own[T.True]", "units"]),
        ("awards ~ np.log(units)", ["Intercept", "np.log(units)"]),
        ("awards ~ log(units)", ["Intercept", "np.log(units)"]),
        ("awards ~ log(units + 1) + I(units ** 2 / 10)", None),
        ("awards ~ I((units - 10) ** 2)", ["Intercept", "I((units - 10) ** 2)"]),
        ("awards ~ I(year >= 2021)", ["Intercept", "I(year >= 2021)[T.True]"]),
        ("awards ~ I(predicate == 'WBK')", ["Intercept", "I(predicate == 'WBK')[T.True]"]),
        ("awards ~ predicate * units", ["Intercept", "predicate[T.WBK]", "units", "predicate[T.WBK]:units"]),
        ("awards ~ units + predicate:units", ["Intercept", "units", "predicate[T.WBK]:units"]),
        ("awards ~ units - units", ["Intercept"]),
        ("awards ~ (units + year) - year", ["Intercept", "units"]),
    ],
)
def test_allowed_formulas_are_read(formula, terms):
    matrix = design(formula).matrix
    assert terms is None or list(matrix.columns) == terms


def test_factor_of_years_keeps_whole_numbers():
    assert list(design("awards ~ C(year)").matrix.columns) == [
        "Intercept",
        "C(year)[T.2020]",
        "C(year)[T.2021]",
        "C(year)[T.2023]",
    ]


@pytest.mark.parametrize(
    "formula",
    [
        "C(agency_type, Treatment('city'))",
        'C(agency_type, Treatment("city"))',
        "C(agency_type, Treatment(reference='city'))",
    ],
)
def test_reference_level_is_the_one_asked_for(formula):
    built = design(formula)
    assert built.reference == {"agency_type": "city"}
    assert [name.split("[T.")[1] for name in built.matrix.columns[1:]] == ["central]", "province]"]


def test_reference_level_of_years_is_a_number():
    assert design("C(year, Treatment(2021))").reference == {"year": "2021"}


def test_full_coding_has_no_reference():
    assert design("0 + agency_type").reference == {}


def test_category_order_decides_the_reference_and_unused_levels_are_left_out():
    kinds = pd.Categorical(TABLE["agency_type"], categories=["regency", "province", "city", "central"])
    built = design("agency_type", TABLE.assign(agency_type=kinds))
    assert built.reference == {"agency_type": "province"}
    assert list(built.matrix.columns) == ["Intercept", "agency_type[T.city]", "agency_type[T.central]"]


def test_calendar_year_is_centred_only_as_a_plain_term():
    built = design("year + I(year >= 2021) + np.log(units)")
    assert built.reference["year"] == 2021
    assert sorted(set(built.matrix["year"])) == [-2, -1, 0, 2]
    after = built.matrix["I(year >= 2021)[T.True]"].to_numpy()
    assert (after == (TABLE["year"] >= 2021)).all()
    # an interaction holds the centred year too
    assert design("predicate * year").matrix["predicate[T.WBK]:year"].abs().max() == 2


def test_a_year_that_is_no_calendar_year_stays():
    assert "year" not in design("year", TABLE.assign(year=TABLE["year"] - 2018)).reference
    assert design("year", TABLE.assign(year=TABLE["year"].astype("str"))).reference == {"year": "2019"}


def test_integers_with_room_for_missing_are_numbers():
    table = TABLE.assign(year=TABLE["year"].astype("Int64"))
    assert design("year", table).reference == {"year": 2021}
    assert "C(year)[T.2020]" in design("C(year)", table).matrix


@pytest.mark.parametrize(
    "formula",
    [
        "awards ~ __import__('os').system('ls')",
        "awards ~ units.__class__",
        "awards ~ units.sum()",
        "awards ~ np.exp(units)",
        "awards ~ np.load('x')",
        "awards ~ np",
        "awards ~ eval('1')",
        "awards ~ open('x')",
        "awards ~ I(open('x'))",
        "awards ~ I(lambda: 1)",
        "awards ~ I([units])",
        "awards ~ I(units[0])",
        "awards ~ I(units if units else 1)",
        "awards ~ I(units := 3)",
        "awards ~ I(units, units)",
        "awards ~ I(9 ** 9)",
        "awards ~ I((9 ** 9) + units)",
        "awards ~ I(9 ** 9 ** 9)",
        "awards ~ I(9 ** units)",
        "awards ~ I(units ** 9 ** 9)",
        "awards ~ I(units ** units)",
        "awards ~ C(units + 1)",
        "awards ~ C(agency_type, Sum)",
        "awards ~ C(agency_type, Treatment(open('x')))",
        "awards ~ C(agency_type, levels=['a'])",
        "awards ~ Q('units')",
        "awards ~ bs(units, df=4)",
        "awards ~ standardize(units)",
        "awards ~ units ** 2",
        "awards ~ units / year",
        "awards ~ units % year",
        "awards ~ units @ year",
        "awards ~ units; year",
        "awards ~ units # year",
        "awards ~ 'units'",
        "awards ~ f'{units}'",
        "awards ~ 2",
        "awards ~ units ~ year",
        "awards ~ ",
        "awards ~ (units",
        "awards ~ units)",
        "awards ~ units +",
        "awards ~ units year",
        "np.log(awards) ~ units",
        "awards + units ~ year",
        "awards ~ .",
        "awards ~ not units",
        "awards ~ import",
        "awards ~ " + "(" * 40 + "units" + ")" * 40,
        "awards ~ units" + " + units" * 500,
        "awards ~ awards",
        "awards ~ units_ü",
        "",
    ],
)
def test_anything_else_is_refused_before_it_could_run(formula):
    with pytest.raises(StudyRefusal):
        read(formula)


def test_formula_that_is_no_text_is_refused():
    with pytest.raises(ParameterError, match="formula is 3"):
        read(3)


def test_unknown_column_is_refused_with_the_closest_name():
    with pytest.raises(StudyRefusal, match=r"'agency_tpye'.*closest: agency_type"):
        read("awards ~ agency_tpye")


@pytest.mark.parametrize("name", ["a__b", "__doc__", "level__units", "class", "None"])
def test_columns_with_names_of_the_language_are_refused_though_they_exist(name):
    with pytest.raises(StudyRefusal, match="is not allowed as a name"):
        read_formula(f"awards ~ {name}", columns=["awards", "units", name])


def test_column_with_the_name_of_a_function_is_refused():
    with pytest.raises(StudyRefusal, match="rename the column"):
        read_formula("awards ~ log", columns=["awards", "log"])


SIGNS = [
    "C",
    "I",
    "Treatment",
    "np",
    "log",
    ".",
    ",",
    "(",
    ")",
    "+",
    "-",
    "*",
    ":",
    "/",
    "**",
    "~",
    "=",
    ">=",
]
WORDS = st.sampled_from([*TABLE.columns, *SIGNS, "0", "1", "2021", "007", "0.5", "'city'"])
GOOD = st.recursive(
    st.sampled_from(["units", "year", "agency_type", "C(year)", "I(units ** 2)", "log(units)", "own", "1", "0"]),
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*:"), inner),
    max_leaves=4,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=10).map(" ".join))
def test_any_row_of_words_is_read_or_refused(text):
    with suppress(ZiError):
        design(text)


@settings(max_examples=100, deadline=None)
@given(GOOD)
def test_good_formulas_are_built_or_refused_as_models(text):
    before = TABLE.copy(deep=True)
    try:
        matrix = design(text).matrix
    except StudyRefusal as refusal:
        assert "is not read" not in str(refusal)
    else:
        assert len(matrix) == len(TABLE)
        assert not any("__" in name for name in matrix.columns)
    pd.testing.assert_frame_equal(TABLE, before)


def test_logarithm_of_zero_names_the_row():
    table = TABLE.assign(units=TABLE["units"].where(TABLE.index != 4, 0.0))
    with pytest.raises(EvidenceError, match=r"np\.log\(units\) is not finite at row 4"):
        design("np.log(units)", table)


def test_comparing_text_with_numbers_is_refused():
    with pytest.raises(StudyRefusal, match="cannot be evaluated"):
        design("I(predicate >= 3)")


def test_dates_are_refused():
    with pytest.raises(EvidenceError, match="'day'"):
        design("day", TABLE.assign(day=pd.Timestamp("2020-12-10")))


def test_unknown_reference_level_is_refused_with_the_closest():
    with pytest.raises(StudyRefusal, match=r"'citty'.*closest: city"):
        design("C(agency_type, Treatment('citty'))")


def test_repeated_terms_are_named():
    with pytest.raises(StudyRefusal, match=r"terms twice add nothing .*Intercept, units"):
        design("units + twice", TABLE.assign(twice=TABLE["units"] * 2 + 1))
    with pytest.raises(StudyRefusal, match="own"):
        design("agency_type * own * predicate", TABLE.iloc[:].assign(own=TABLE["predicate"] == "WBK"))


def test_too_few_rows_are_refused():
    with pytest.raises(StudyRefusal, match="3 rows are too few for 3 terms"):
        design("agency_type", TABLE.iloc[:3])
    assert len(design("agency_type", TABLE.iloc[:4]).matrix) == 4


def test_no_term_is_refused():
    with pytest.raises(StudyRefusal, match="no term"):
        design("0")
