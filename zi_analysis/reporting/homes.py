"""The project a worker works in: the one the batch was planned in, its own copy, or data brought from an address."""

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

from zi_analysis.errors import ParameterError, ZiError
from zi_analysis.paths import project_root
from zi_analysis.reporting.plan import ReportPlan

_LARGEST = 200_000_000  # bytes of one data file
_MARK = "datapackage.json"


@cache
def fetch_data(address: str) -> Path:
    """Bring a ``data/`` folder from an address that fsspec knows, once in a process.

    Parameters
    ----------
    address : str
        Of the folder that holds ``datapackage.json``, such as ``s3://bucket/zi/data``.

    Returns
    -------
    Path
        A project root that holds only these data.

    Raises
    ------
    ParameterError
        If the address cannot be read, holds no data package, or a file is too large or lies outside.

    Examples
    --------
    >>> fetch_data("s3://bucket/zi/data")  # doctest: +SKIP
    """
    import fsspec

    try:
        system, place = fsspec.core.url_to_fs(address)
        place = place.rstrip("/")
        found = system.find(place, detail=True)
    except (ImportError, ValueError) as error:
        raise ParameterError(f"{address} cannot be used: {error}; pip install 'zi-analysis[cluster]'") from error
    except Exception as error:
        raise ParameterError(f"{address} does not answer: {type(error).__name__}: {error}") from error
    if f"{place}/{_MARK}" not in found:
        raise ParameterError(f"{address} holds no {_MARK}; give the address of a copy of the workbook's data/ folder")
    root = Path(tempfile.mkdtemp(prefix="zi-data-"))
    for path, facts in found.items():
        target = (root / "data" / path.removeprefix(f"{place}/")).resolve()
        if not target.is_relative_to(root.resolve()) or facts.get("size", 0) > _LARGEST:
            raise ParameterError(f"{address} holds {path[-80:]!r}, which is too large or lies outside; remove it")
        target.parent.mkdir(parents=True, exist_ok=True)
        system.get_file(path, str(target))
    return root


def at_home(plan: ReportPlan, data: str | None) -> ReportPlan:
    """Put a plan into the project that this worker has.

    Parameters
    ----------
    plan : ReportPlan
        As planned, perhaps on another machine.
    data : str, optional
        Address of the data, when they are not those of the project.

    Returns
    -------
    ReportPlan

    Raises
    ------
    ZiError
        If this worker has no such notebook, or another state of it.
    """
    here = plan.notebook if plan.notebook.is_file() else project_root() / plan.name
    if not here.is_file():
        raise ZiError(f"worker has no {plan.name}; bring the same state of the project to every worker")
    root = fetch_data(data) if data else (plan.root if plan.root.is_dir() else project_root())
    return replace(plan, notebook=here, root=root)


def working_home(root: Path | str | None) -> Path:
    """Find the project whose notebooks are run and whose ``reports/`` are written.

    Parameters
    ----------
    root : path, optional
        A folder inside a project, or one that holds data alone.

    Returns
    -------
    Path
        The project of ``root`` when it has notebooks, else the one worked in.

    Examples
    --------
    >>> (working_home(None) / "notebooks").is_dir()
    True
    """
    if root is not None and (project_root(root) / "notebooks").is_dir():
        return project_root(root)
    return project_root()
