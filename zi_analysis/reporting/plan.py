"""What a report will be: checked and settled before any kernel starts."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zi_analysis.errors import ParameterError, ZiError
from zi_analysis.paths import project_root
from zi_analysis.reporting.folders import check_target, report_folder
from zi_analysis.reporting.notebooks import count_code_cells, find_notebook, read_notebook
from zi_analysis.reporting.parameters import PARAMETERS, check_parameters, read_defaults


@dataclass(frozen=True)
class ReportPlan:
    """A report whose notebook, parameters and folder were checked, before any kernel starts.

    Parameters
    ----------
    notebook, root, folder : Path
        The notebook, the project and where the report goes.
    name : str
        The notebook's path as run records write it, relative to the project.
    language : str
        "en" or "id".
    parameters : dict
        Every parameter of the notebook with its value.
    defaults : dict
        The notebook's own defaults.
    changed : dict
        The parameters that differ from the defaults, without the language.

    Examples
    --------
    >>> plan_report("03", parameters={"first_year": 2018}).folder.name  # doctest: +SKIP
    'en--first_year=2018'
    """

    notebook: Path
    root: Path
    folder: Path
    name: str
    language: str
    parameters: dict[str, Any]
    defaults: dict[str, Any]
    changed: dict[str, Any]


def plan_report(
    notebook: Path | str,
    *,
    parameters: Mapping[str, Any] | None = None,
    language: str | None = None,
    output: Path | str | None = None,
    root: Path | str | None = None,
) -> ReportPlan:
    """Check everything about a report that can be checked before a kernel starts.

    Parameters
    ----------
    notebook, parameters, language, output, root
        As for `run_report`.

    Returns
    -------
    ReportPlan

    Raises
    ------
    ParameterError
        If the notebook or a parameter is not valid.
    ReportError
        If the output folder cannot be used.

    Examples
    --------
    >>> plan_report("03-count-models").language  # doctest: +SKIP
    'en'
    """
    path = find_notebook(notebook, root=root)
    home = project_root(root) if root is not None else _home_of(path)
    defaults = read_defaults(path)
    values = check_parameters(path, _with_language(parameters or {}, language, defaults))
    spoken = values.get("language") or language or "en"
    changed = {name: value for name, value in values.items() if name != "language" and value != defaults[name]}
    folder = Path(output) if output else report_folder(path, root=home, language=spoken, changed=changed)
    name = path.relative_to(home).as_posix() if path.is_relative_to(home) else path.name
    check_target(folder.absolute(), name)
    return ReportPlan(path, home, folder.absolute(), name, spoken, values, defaults, changed)


def _home_of(notebook: Path) -> Path:
    """Find the project a notebook lies in, or else the one worked in."""
    try:
        return project_root(notebook.parent)
    except ZiError:
        return project_root()


def _with_language(given: Mapping[str, Any], language: str | None, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Add the language to the parameters given, if the notebook has that parameter."""
    if language is None:
        return dict(given)
    if language not in PARAMETERS["language"].choices:
        raise ParameterError(
            f"language = {language!r} is not a choice (allowed: {', '.join(PARAMETERS['language'].choices)})"
        )
    if given.get("language", language) != language:
        raise ParameterError(f"language is given twice, as {language} and {given['language']}; give it once")
    return {**given, "language": language} if "language" in defaults else dict(given)


def planned_cells(plan: ReportPlan) -> int:
    """Count the cells a planned report will run.

    Parameters
    ----------
    plan : ReportPlan
        From `plan_report`.

    Returns
    -------
    int

    Examples
    --------
    >>> planned_cells(plan_report("03-count-models"))  # doctest: +SKIP
    18
    """
    return count_code_cells(read_notebook(plan.notebook)) + bool(injected_parameters(plan))


def injected_parameters(plan: ReportPlan) -> dict[str, Any]:
    """Return the parameters to put into the notebook: those that differ from what stands there.

    Parameters
    ----------
    plan : ReportPlan
        From `plan_report`.

    Returns
    -------
    dict
        Name to value, in the order of the notebook.

    Examples
    --------
    >>> injected_parameters(plan_report("03", language="id"))  # doctest: +SKIP
    {'language': 'id'}
    """
    spoken = plan.parameters.get("language")
    return plan.changed | ({"language": spoken} if spoken != plan.defaults.get("language") else {})
