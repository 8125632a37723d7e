"""Parameters written as text on a command line, turned into values by their declared kind."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from zi_analysis.errors import ParameterError
from zi_analysis.reporting.parameters import check_parameters, declare, read_defaults
from zi_analysis.reporting.values import Parameter, check_value

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,17})?")


def read_assignments(notebook: Path | str, texts: Iterable[str]) -> dict[str, Any]:
    """Turn ``name=value`` texts into parameters of a notebook.

    Parameters
    ----------
    notebook : path
        The .ipynb file, whose parameters cell gives names and kinds.
    texts : iterable of str
        Such as ``["first_year=2018", "agency_types=central,province"]``.

    Returns
    -------
    dict
        Only the parameters named, each checked.

    Raises
    ------
    ParameterError
        If a text is not ``name=value``, a name is unknown or given twice, or a value does not read.

    Examples
    --------
    >>> read_assignments("notebooks/03-count-models.ipynb", ["first_year=2018"])  # doctest: +SKIP
    {'first_year': 2018}
    """
    defaults = read_defaults(notebook)
    given: dict[str, Any] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        name = name.strip()
        if not sign or not name:
            raise ParameterError(f"-p {text!r} is not name=value; write for example -p first_year=2018")
        if name in given:
            raise ParameterError(f"{name} is given twice; give it once")
        if name not in defaults:
            check_parameters(notebook, {name: value})
        given[name] = read_value(value, declare(name, defaults[name]))
    return given


def read_value(text: str, parameter: Parameter) -> Any:
    """Read a value from text by the kind its parameter is declared with.

    Parameters
    ----------
    text : str
        As typed: whole numbers in plain digits, true or false, lists separated by commas.
    parameter : Parameter
        What is allowed.

    Returns
    -------
    int, float, bool, str or list
        The checked value.

    Raises
    ------
    ParameterError
        If the text does not read as the kind, or the value is not allowed.

    Examples
    --------
    >>> read_value("7", Parameter("draws", "int"))
    7
    """
    if parameter.kind == "list":
        item = Parameter(parameter.name, parameter.item, parameter.choices, parameter.low, parameter.high)
        parts = [part.strip() for part in text.split(",")] if text else []
        return check_value([read_value(part, item) for part in parts], parameter)
    readers = {"int": _read_whole, "float": _read_decimal, "bool": _read_truth}
    reader = readers.get(parameter.kind)
    return check_value(reader(text.strip(), parameter.name) if reader else text, parameter)


def _read_whole(text: str, name: str) -> int:
    """Read a whole number written in plain digits."""
    if _WHOLE.fullmatch(text):
        return int(text)
    reason = "is not a whole number"
    if re.fullmatch(r"-?0[0-9]+", text):
        reason = "starts with a zero"
    elif "_" in text:
        reason = "holds an underscore"
    raise ParameterError(f"{name} = {text!r} {reason}; write a whole number in plain digits, such as 2018")


def _read_decimal(text: str, name: str) -> float:
    """Read a decimal number with a point."""
    if _DECIMAL.fullmatch(text):
        return float(text)
    raise ParameterError(f"{name} = {text!r} is not a number; write digits with a decimal point, such as 12.5")


def _read_truth(text: str, name: str) -> bool:
    """Read true or false."""
    if text in ("true", "false"):
        return text == "true"
    raise ParameterError(f"{name} = {text!r} is neither true nor false; write true or false")
