"""The parameters a report may be given: names, types, choices and ranges, checked before a kernel starts."""

import ast
import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zi_analysis.errors import ParameterError, ZiError
from zi_analysis.paths import project_root
from zi_analysis.reporting.notebooks import cell_source, has_tag, read_notebook
from zi_analysis.reporting.values import Parameter, check_value, kind_of

_DECLARED = (
    Parameter("language", "text", ("en", "id"), description="language of prose, exhibits and page"),
    Parameter("first_year", "int", low=2012, high=2025, description="first evaluation year studied"),
    Parameter("last_year", "int", low=2012, high=2025, description="last evaluation year studied"),
    Parameter("predicate", "text", ("WBK", "WBBM", "all"), description="predicate counted"),
    Parameter(
        "agency_types",
        "list",
        ("central", "province", "regency", "city"),
        description="agency types kept",
    ),
    Parameter("track", "text", ("national", "national_unclear"), description="awards counted by track"),
    Parameter(
        "exposure",
        "text",
        ("agencies_existing", "agencies_evaluated", "agencies_proposing", "units_proposed", "none"),
        description="what a count is a rate of",
    ),
    Parameter("agency_id", "text", description="agency of a profile, by its id in the register", example="35.20"),
    Parameter("case_year", "int", low=2012, high=2025, description="evaluation year that a teaching case is about"),
    Parameter("seed", "int", low=0, high=2**31 - 1, description="seed of every random draw"),
)
PARAMETERS: Mapping[str, Parameter] = {parameter.name: parameter for parameter in _DECLARED}


def read_defaults(notebook: Path | str) -> dict[str, Any]:
    """Read the default parameters of a notebook from its one cell tagged ``parameters``.

    Parameters
    ----------
    notebook : path
        The .ipynb file; it is read, never run.

    Returns
    -------
    dict
        Name to value, in the order of the cell.

    Raises
    ------
    ParameterError
        If there is not exactly one such cell or it holds anything but ``name = literal``.

    Examples
    --------
    >>> read_defaults("notebooks/03-count-models.ipynb")["predicate"]  # doctest: +SKIP
    'all'
    """
    content = read_notebook(notebook)
    name = Path(notebook).stem
    cells = [cell for cell in content["cells"] if cell["cell_type"] == "code" and has_tag(cell, "parameters")]
    if len(cells) != 1:
        raise ParameterError(f"{name} has {len(cells)} code cells tagged 'parameters'; a report needs exactly one")
    try:
        statements = ast.parse(cell_source(cells[0])).body
    except SyntaxError as error:
        raise ParameterError(f"{name}: the parameters cell is not plain Python, line {error.lineno}") from error
    assigned = [_assignment(statement, name) for statement in statements if not _is_docstring(statement)]
    return dict(assigned)


def _is_docstring(statement: ast.stmt) -> bool:
    """Tell whether a statement is a bare text."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _assignment(statement: ast.stmt, notebook: str) -> tuple[str, Any]:
    """Return name and value of ``name = literal`` or ``name: type = literal``."""
    target: ast.expr | None = None
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
    elif isinstance(statement, ast.AnnAssign):
        target = statement.target
    try:
        if isinstance(target, ast.Name) and statement.value is not None:  # type: ignore[attr-defined]
            return target.id, ast.literal_eval(statement.value)  # type: ignore[attr-defined]
    except ValueError:
        pass
    raise ParameterError(
        f"{notebook}: the parameters cell holds '{ast.unparse(statement)}' (line {statement.lineno}); "
        "only name = literal is allowed there, move the rest to the next cell"
    )


def declare(name: str, default: Any) -> Parameter:
    """Return the declaration of a parameter; a name of the user's own is typed by its default.

    Parameters
    ----------
    name : str
        Name of the parameter.
    default : object
        Its default in the notebook.

    Returns
    -------
    Parameter

    Examples
    --------
    >>> declare("verbose", False).kind, declare("seed", 1).high
    ('bool', 2147483647)
    """
    if name in PARAMETERS:
        return PARAMETERS[name]
    kind = kind_of(default)
    item = kind_of(default[0]) if kind == "list" and default else "text"
    return Parameter(name, kind, item=item)


def check_parameters(notebook: Path | str, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Check the parameters given for a notebook and complete them with its defaults.

    Parameters
    ----------
    notebook : path
        The .ipynb file.
    given : mapping, optional
        Name to value. A text is never turned into a number here.

    Returns
    -------
    dict
        Every parameter of the notebook with its value. Lists with a vocabulary come in the vocabulary's
        order, so that the same choice gives the same report.

    Raises
    ------
    ParameterError
        In one line: the name or value refused, the closest valid one and what is allowed.

    Examples
    --------
    >>> check_parameters("notebooks/03-count-models.ipynb", {"first_year": 2018})  # doctest: +SKIP
    {'language': 'en', 'first_year': 2018, ...}
    """
    defaults = read_defaults(notebook)
    stem = Path(notebook).stem
    for name in given or {}:
        if name not in defaults:
            raise ParameterError(_unknown_name(str(name), stem, list(defaults)))
    values = {}
    for name, default in defaults.items():
        parameter = declare(name, default)
        if name in (given or {}):
            values[name] = check_value((given or {})[name], parameter)
        else:
            values[name] = default if parameter.kind == "fixed" else _check_default(default, parameter, stem)
    _check_years(values)
    if "agency_id" in values:
        _check_agency(values["agency_id"], Path(notebook))
    return values


def _check_default(default: Any, parameter: Parameter, stem: str) -> Any:
    """Check a notebook's own default and say in which notebook it stands."""
    try:
        return check_value(default, parameter)
    except ParameterError as error:
        raise ParameterError(f"the default in {stem}: {error}") from error


def _check_years(values: Mapping[str, Any]) -> None:
    """Refuse a period that ends before it begins."""
    first, last = values.get("first_year"), values.get("last_year")
    if first is not None and last is not None and first > last:
        raise ParameterError(
            f"first_year = {first} is after last_year = {last}; choose first_year no later than last_year"
        )


def _check_agency(agency_id: str, notebook: Path) -> None:
    """Refuse an agency that the register of the notebook's project does not have; read only when it is asked for."""
    from zi_analysis.evidence.profiled import check_agency

    try:
        root = project_root(notebook.absolute().parent)
    except ZiError:
        root = project_root()
    check_agency(agency_id, root=root)


def _unknown_name(name: str, stem: str, known: list[str]) -> str:
    """Word the refusal of a name the notebook does not have."""
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    return f"{stem} has no parameter {name!r}{hint} (it has: {', '.join(known) or 'none'})"
