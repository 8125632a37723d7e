"""Designs: from a read formula and a table to a design matrix that can be fitted."""

import math
import re
import warnings
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
import pandas as pd
import patsy

from zi_analysis.errors import EvidenceError, StudyRefusal
from zi_analysis.study.columns import name_rows, name_terms
from zi_analysis.study.formulas import Formula, closest
from zi_analysis.study.grammar import FACTOR_MARK, NUMBER_MARK

_YEAR = "year"
_FIRST_CALENDAR_YEAR = 1000
_RANK_TOLERANCE = 1e-7  # as in R's lm and glm
_WORDS = {"np": SimpleNamespace(log=np.log)}


@dataclass(frozen=True, eq=False)
class Design:
    """A design matrix and what its columns are compared with.

    Attributes
    ----------
    matrix : DataFrame
        One row per row of the table, one column per term.
    reference : dict
        Factor -> level the others are compared with; ``"year"`` -> the centre when a calendar year was
        centred.
    levels : DataFrame
        The columns of the table that are used as factors.
    info : DesignInfo
        What patsy needs to build the same columns from other rows.
    centre : int or None
        The year at which a calendar year was centred.
    """

    matrix: pd.DataFrame
    reference: dict[str, str | int]
    levels: pd.DataFrame
    info: patsy.DesignInfo = field(repr=False)
    centre: int | None


def build_design(table: pd.DataFrame, formula: Formula) -> Design:
    """Build the design matrix of a formula's right side.

    A column named ``year`` that holds calendar years (all above 1000) and is used as a plain term is centred
    at its rounded mean: uncentred, the intercept is a rate in the year 0 and the fit is badly conditioned.

    Parameters
    ----------
    table : DataFrame
        Table without missing values in the columns used; it is not changed.
    formula : Formula
        As returned by `read_formula`.

    Returns
    -------
    Design
        Matrix, reference levels and factor columns.

    Raises
    ------
    EvidenceError
        If a column is neither number nor text, or a term is not finite (the logarithm of zero).
    StudyRefusal
        If a reference level does not exist, there are fewer rows than terms + 1, or terms repeat each other.

    Examples
    --------
    >>> from zi_analysis.study.formulas import read_formula
    >>> table = pd.DataFrame({"kind": ["a", "b", "a", "b"], "year": [2019, 2020, 2021, 2022]})
    >>> build_design(table, read_formula("kind + year", columns=table.columns)).reference
    {'kind': 'a', 'year': 2021}
    """
    _check_references(table, formula)
    centre = _centre_year(table, formula)
    matrix = _evaluate(formula, _columns_for_patsy(table, formula, centre))
    reference, factors = _describe_factors(matrix.design_info, formula)
    if centre is not None:
        reference[_YEAR] = centre
    frame = pd.DataFrame(np.asarray(matrix), index=table.index, columns=_plain_names(matrix.design_info.column_names))
    _check_finite(frame)
    _check_size(frame)
    _check_rank(frame)
    return Design(frame, reference, table[factors].copy(), matrix.design_info, centre)


def apply_design(design: Design, table: pd.DataFrame, formula: Formula) -> np.ndarray:
    """Build the columns of a design for other rows, with the levels and the centre of the rows it was made from.

    Parameters
    ----------
    design : Design
        As returned by `build_design`.
    table : DataFrame
        Other rows (m) with the columns that the formula names.
    formula : Formula
        The formula of the design.

    Returns
    -------
    ndarray
        m x k, columns as in ``design.matrix``.

    Raises
    ------
    StudyRefusal
        If a factor has a level here that the design was not made with.

    Examples
    --------
    >>> from zi_analysis.study.formulas import read_formula
    >>> table = pd.DataFrame({"kind": ["a", "b", "a", "b"], "year": [2019, 2020, 2021, 2022]})
    >>> formula = read_formula("kind + year", columns=table.columns)
    >>> design = build_design(table, formula)
    >>> apply_design(design, pd.DataFrame({"kind": ["b"], "year": [2023]}), formula).tolist()
    [[1.0, 1.0, 2.0]]
    """
    plain = table.assign(**{name: table[name].astype(object) for name in table.select_dtypes("category")})
    data = _columns_for_patsy(plain, formula, design.centre)
    try:
        built = patsy.build_design_matrices([design.info], data, NA_action=patsy.NAAction(NA_types=[]))
    except patsy.PatsyError as error:
        reason = _plain_name(str(error).splitlines()[0])
        raise StudyRefusal(f"the fit does not reach these rows: {reason}", key="rows_out_of_fit") from error
    return np.asarray(built[0])


def columns_of_terms(design: Design, formula: Formula) -> list[frozenset[str]]:
    """Tell which columns of the table stand in each term: none in the intercept, two in an interaction.

    Parameters
    ----------
    design : Design
        As returned by `build_design`.
    formula : Formula
        The formula of the design.

    Returns
    -------
    list of frozenset of str
        One set for each column of ``design.matrix``.

    Examples
    --------
    >>> from zi_analysis.study.formulas import read_formula
    >>> table = pd.DataFrame({"kind": ["a", "b", "a", "b", "a"], "year": [2019, 2020, 2021, 2022, 2023]})
    >>> formula = read_formula("C(kind) * year", columns=table.columns)
    >>> [sorted(columns) for columns in columns_of_terms(build_design(table, formula), formula)]
    [[], ['kind'], ['year'], ['kind', 'year']]
    """
    found: list[frozenset[str]] = [frozenset()] * design.matrix.shape[1]
    for term, places in design.info.term_slices.items():
        written = " ".join(_plain_name(factor.name()) for factor in term.factors)
        words = set(re.findall(r"\w+", re.sub(r"'[^']*'|\"[^\"]*\"", "", written)))  # a level in quotes is no column
        for place in range(*places.indices(len(found))):
            found[place] = frozenset(words & set(formula.columns))
    return found


def _check_references(table: pd.DataFrame, formula: Formula) -> None:
    """Refuse a reference level that the column does not hold."""
    for column, level in formula.references.items():
        levels = table[column].unique().tolist()
        if level not in levels:
            raise StudyRefusal(f"reference level {level!r} is not in column {column!r}; {closest(level, levels)}")


def _centre_year(table: pd.DataFrame, formula: Formula) -> int | None:
    """The rounded mean of calendar years, or None when there is nothing to centre."""
    if _YEAR not in formula.plain or not pd.api.types.is_numeric_dtype(table[_YEAR]):
        return None
    years = table[_YEAR].to_numpy(dtype="float64")
    # halves go up, so that moving the calendar moves the centre; round() would turn to the even year
    return math.floor(years.mean() + 0.5) if (years > _FIRST_CALENDAR_YEAR).all() else None


def _columns_for_patsy(table: pd.DataFrame, formula: Formula, centre: int | None) -> pd.DataFrame:
    """The used columns, each under the name that its way of use has in the rewritten formula."""
    data = {name: _values(table[name], whole=False) for name in formula.plain}
    data |= {FACTOR_MARK + name: _values(table[name], whole=True) for name in formula.factors}
    data |= {NUMBER_MARK + name: _values(table[name], whole=False) for name in formula.numbers}
    if centre is not None:
        data[_YEAR] = data[_YEAR] - centre
    return pd.DataFrame(data, index=pd.RangeIndex(len(table)))


def _values(series: pd.Series, *, whole: bool) -> pd.Series:
    """A column as patsy should see it: bool, int, float, text or categories without unused ones."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        return series.cat.remove_unused_categories().reset_index(drop=True)
    if pd.api.types.is_bool_dtype(series):
        return pd.Series(series.to_numpy(dtype=bool))
    if pd.api.types.is_numeric_dtype(series):
        if whole and pd.api.types.is_integer_dtype(series):
            # as objects, because numpy's own integers would name a level np.int64(2020)
            return pd.Series(series.tolist(), dtype=object)
        return pd.Series(series.to_numpy(dtype="float64"))
    values = series.tolist()
    if not all(isinstance(value, str) for value in values):
        raise EvidenceError(f"column {series.name!r} holds {series.dtype}; a model needs numbers or text")
    return pd.Series(values, dtype=object)


def _evaluate(formula: Formula, data: pd.DataFrame) -> patsy.DesignMatrix:
    """Let patsy build the matrix; its complaints become refusals."""
    space = patsy.EvalEnvironment([_WORDS])
    keep = patsy.NAAction(NA_types=[])
    try:
        # what is not finite is named by _check_finite; a comparison of text with numbers only warns
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("error")
            matrix = patsy.dmatrix(formula.right_side, data, eval_env=space, NA_action=keep)
    except (patsy.PatsyError, TypeError, ValueError, OverflowError, ZeroDivisionError, Warning) as error:
        written, reason = _plain_name(formula.right_side), _plain_name(str(error).splitlines()[0])
        raise StudyRefusal(f"formula {written!r} cannot be evaluated: {reason}") from error
    if matrix.shape[1] == 0:
        raise StudyRefusal("the formula has no term; write at least 1 for an intercept")
    return matrix


def _plain_name(name: str) -> str:
    """Write a term without our marks."""
    return re.sub(f"{FACTOR_MARK}|{NUMBER_MARK}", "", name)


def _plain_names(names: list[str]) -> list[str]:
    """Write terms without our marks."""
    return [_plain_name(name) for name in names]


def _describe_factors(info: patsy.DesignInfo, formula: Formula) -> tuple[dict[str, str | int], list[str]]:
    """Reference level of each factor, and the table columns that are factors."""
    reference: dict[str, str | int] = {}
    columns: list[str] = []
    for factor, details in info.factor_infos.items():
        if details.type == "categorical":
            marked = re.match(rf"C\({FACTOR_MARK}(\w+)", factor.name())
            name = marked[1] if marked else _plain_name(factor.name())
            columns += [name] if name in formula.columns and name not in columns else []
            omitted = _omitted_level(info, factor)
            if omitted is not None:
                reference[name] = str(details.categories[omitted])
    return reference, columns


def _omitted_level(info: patsy.DesignInfo, factor: object) -> int | None:
    """Place of the level that has no column of its own; None under full coding."""
    for codings in info.term_codings.values():
        for coding in codings:
            if factor in coding.contrast_matrices:
                empty = ~coding.contrast_matrices[factor].matrix.any(axis=1)
                if empty.sum() == 1:
                    return int(np.flatnonzero(empty)[0])
    return None


def _check_finite(matrix: pd.DataFrame) -> None:
    """Refuse a term that is not a number somewhere."""
    for term in matrix.columns:
        bad = ~np.isfinite(matrix[term].to_numpy())
        if bad.any():
            raise EvidenceError(
                f"term {term} is not finite at {name_rows(matrix.index[bad])}; "
                "a logarithm or a division meets zero there"
            )


def _check_size(matrix: pd.DataFrame) -> None:
    """Refuse fewer rows than the terms need."""
    rows, terms = matrix.shape
    if rows < terms + 1:
        raise StudyRefusal(
            f"{rows} rows are too few for {terms} terms ({name_terms(matrix.columns)}); "
            f"at least {terms + 1} are needed, so use fewer terms"
        )


def _check_rank(matrix: pd.DataFrame) -> None:
    """Refuse terms that are sums of terms before them."""
    repeated = _repeated_terms(matrix)
    kept = [term for term in matrix.columns if term not in repeated]
    if repeated:
        raise StudyRefusal(
            f"terms {name_terms(repeated)} add nothing to the terms before them ({name_terms(kept)}): "
            "the table cannot tell them apart; leave one side out"
        )


def _repeated_terms(matrix: pd.DataFrame) -> list[str]:
    """Terms of which nothing is left once the terms before them are taken out (Gram and Schmidt, twice)."""
    repeated = []
    basis = np.zeros(matrix.shape)
    for place, term in enumerate(matrix.columns):
        column = matrix[term].to_numpy()
        rest = column - basis @ (basis.T @ column)
        rest -= basis @ (basis.T @ rest)
        size = np.linalg.norm(rest)
        if size > _RANK_TOLERANCE * np.linalg.norm(column):
            basis[:, place] = rest / size
        else:
            repeated.append(term)
    return repeated
