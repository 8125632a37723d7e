"""One value of a parameter: what it may be, and the check that says why it may not."""

import difflib
import math
import numbers
from dataclasses import dataclass
from typing import Any

from zi_analysis.errors import ParameterError

_LONGEST_TEXT = 200
_NUMBERS = {"int": numbers.Integral, "float": numbers.Real}
_KIND_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "text": "a text",
    "list": "a list",
}


@dataclass(frozen=True)
class Parameter:
    """What one parameter of a report may be.

    Parameters
    ----------
    name : str
        Name of the variable in the notebook's parameters cell.
    kind : str
        "int", "float", "bool", "text", "list" (of ``item``) or "fixed" (cannot be given).
    choices : tuple of str
        The only texts allowed; empty means any plain text.
    low, high : int, optional
        Smallest and largest number allowed.
    item : str
        Kind of a list's items.
    description : str
        What the parameter does, in one line.
    example : str
        A value to show where a number was given for a text, because a file or a shell left out the quotes.

    Examples
    --------
    >>> Parameter("seed", "int", low=0).kind
    'int'
    """

    name: str
    kind: str
    choices: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    item: str = "text"
    description: str = ""
    example: str = ""


def kind_of(value: Any) -> str:
    """Name the kind of a literal; bool before int, because True is an int to Python.

    Parameters
    ----------
    value : object
        Any value.

    Returns
    -------
    str
        "bool", "int", "float", "text", "list", or "fixed" for anything else.

    Examples
    --------
    >>> kind_of(True), kind_of(2018)
    ('bool', 'int')
    """
    for kind, types in (("bool", bool), ("int", int), ("float", float), ("text", str), ("list", list)):
        if isinstance(value, types):
            return kind
    return "fixed"


def check_value(value: Any, parameter: Parameter) -> Any:
    """Check one value against its declaration.

    Parameters
    ----------
    value : object
        The value given.
    parameter : Parameter
        What is allowed.

    Returns
    -------
    int, float, bool, str or list
        The value as a plain Python literal.

    Raises
    ------
    ParameterError
        If the type, the range or the vocabulary does not fit.

    Examples
    --------
    >>> check_value(2018, Parameter("first_year", "int", low=2012, high=2025))
    2018
    """
    if parameter.kind == "fixed":
        raise ParameterError(f"{parameter.name} cannot be given: its default is not a number, text, bool or list")
    if parameter.kind == "list":
        return _checked_list(value, parameter)
    if parameter.kind == "text":
        return _checked_text(value, parameter)
    if parameter.kind == "bool":
        if not isinstance(value, bool):
            raise ParameterError(_wrong_type(value, parameter))
        return value
    return _checked_number(value, parameter)


def _wrong_type(value: Any, parameter: Parameter) -> str:
    """Word the refusal of a type."""
    wanted = _KIND_WORDS[parameter.kind]
    if parameter.kind == "list":
        wanted += f" such as {list(parameter.choices[:2]) or ['a', 'b']}"
    if parameter.choices and parameter.kind == "text":
        wanted = f"one of {', '.join(parameter.choices)}"
    if parameter.example:
        wanted += f" in quotes, such as {parameter.example!r}"
    return f"{parameter.name} = {_shown(value)} is {_kind_shown(value)}; give {wanted}{_range_shown(parameter)}"


def _shown(value: Any) -> str:
    """Show a value in a message, cut when long."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _kind_shown(value: Any) -> str:
    """Name a wrong value's type in plain words."""
    words = {"bool": "true or false", "int": "a whole number", "float": "a decimal number", "text": "a text"}
    kind = kind_of(value)
    return words.get(kind, "a list" if kind == "list" else f"a {type(value).__name__}")


def _range_shown(parameter: Parameter) -> str:
    """Show the range of a number, if it has one."""
    if parameter.low is None or parameter.high is None:
        return ""
    return f" from {parameter.low} to {parameter.high}"


def _checked_number(value: Any, parameter: Parameter) -> int | float:
    """Return a number as int or float within its range."""
    convert = int if parameter.kind == "int" else float
    if isinstance(value, bool) or not isinstance(value, _NUMBERS[parameter.kind]):
        raise ParameterError(_wrong_type(value, parameter))
    plain: Any = value
    number = convert(plain)
    if not math.isfinite(number):
        raise ParameterError(f"{parameter.name} = {value} is not finite; give {_KIND_WORDS['float']}")
    low, high = parameter.low, parameter.high
    if low is not None and high is not None and not low <= number <= high:
        raise ParameterError(
            f"{parameter.name} = {number} is out of range; the closest is {min(max(number, low), high)} "
            f"(allowed:{_range_shown(parameter)})"
        )
    return number


def _checked_text(value: Any, parameter: Parameter) -> str:
    """Return a text of the vocabulary, or any plain text when there is none."""
    if not isinstance(value, str):
        raise ParameterError(_wrong_type(value, parameter))
    if parameter.choices and value not in parameter.choices:
        raise ParameterError(_not_a_choice(value, parameter))
    if not parameter.choices and (len(value) > _LONGEST_TEXT or not value.isprintable()):
        raise ParameterError(
            f"{parameter.name} = {_shown(value)} is not plain text; "
            f"give at most {_LONGEST_TEXT} printable characters on one line"
        )
    return str(value)


def _not_a_choice(value: str, parameter: Parameter) -> str:
    """Word the refusal of a value outside the vocabulary."""
    folded = {choice.lower(): choice for choice in parameter.choices}
    close = difflib.get_close_matches(value.lower(), list(folded), n=1, cutoff=0.5)
    hint = f"; did you mean {folded[close[0]]!r}?" if close else ""
    return f"{parameter.name} = {_shown(value)} is not a choice{hint} (allowed: {', '.join(parameter.choices)})"


def _checked_list(value: Any, parameter: Parameter) -> list[Any]:
    """Return a list of checked items, none twice, not empty."""
    if not isinstance(value, list | tuple):
        raise ParameterError(_wrong_type(value, parameter))
    if not value:
        raise ParameterError(f"{parameter.name} is an empty list; name at least one{_allowed(parameter)}")
    item = Parameter(parameter.name, parameter.item, parameter.choices, parameter.low, parameter.high)
    items = [check_value(entry, item) for entry in value]
    for entry in items:
        if isinstance(entry, str) and (not entry or entry != entry.strip() or "," in entry):
            raise ParameterError(
                f"{parameter.name} holds {_shown(entry)}; items have no comma and no space around them"
            )
    twice = sorted({str(entry) for entry in items if items.count(entry) > 1})
    if twice:
        raise ParameterError(f"{parameter.name} names {', '.join(twice)} twice; name each once")
    return sorted(items, key=parameter.choices.index) if parameter.choices else items


def _allowed(parameter: Parameter) -> str:
    """Show the vocabulary, if there is one."""
    return f" (allowed: {', '.join(parameter.choices)})" if parameter.choices else ""
