"""Notebook files as they lie on disk: finding one by name, reading it, giving its cells steady names."""

import ast
import copy
import difflib
import json
from pathlib import Path
from typing import Any

from zi_analysis.errors import ParameterError
from zi_analysis.paths import project_root


def list_notebooks(root: Path | str | None = None) -> list[Path]:
    """List the notebooks that make the published reports.

    Parameters
    ----------
    root : path, optional
        A folder inside the project; found from the working folder when left out.

    Returns
    -------
    list of Path
        ``notebooks/*.ipynb`` in the order of their names.

    Examples
    --------
    >>> all(path.suffix == ".ipynb" for path in list_notebooks())
    True
    """
    return sorted((project_root(root) / "notebooks").glob("*.ipynb"))


def find_notebook(name: Path | str, *, root: Path | str | None = None) -> Path:
    """Find a notebook by path, by stem ("03-count-models") or by the unique beginning of a stem ("03").

    Parameters
    ----------
    name : path or str
        What the user wrote.
    root : path, optional
        A folder inside the project.

    Returns
    -------
    Path
        Absolute path of the notebook.

    Raises
    ------
    ParameterError
        If no notebook, or more than one, answers to the name.

    Examples
    --------
    >>> find_notebook("01").name  # doctest: +SKIP
    '01-evidence.ipynb'
    """
    path = Path(name)
    if path.suffix == ".ipynb" and path.is_file():
        return path.resolve()
    known = {notebook.stem: notebook for notebook in list_notebooks(root)}
    stem = path.name.removesuffix(".ipynb") if len(path.parts) == 1 else str(name)
    if stem in known:
        return known[stem]
    starting = [key for key in known if stem and key.startswith(stem)]
    if len(starting) == 1:
        return known[starting[0]]
    raise ParameterError(_not_found(str(name), stem, starting, list(known)))


def _not_found(name: str, stem: str, starting: list[str], known: list[str]) -> str:
    """Word the refusal of a notebook name."""
    if len(starting) > 1:
        return f"notebook {name!r} could be {' or '.join(starting)}; write more of the name"
    close = difflib.get_close_matches(stem, known, n=1, cutoff=0.4)
    hint = f"; did you mean {close[0]}?" if close else ""
    names = ", ".join(known) or "none"
    return f"there is no notebook {name!r}{hint} (a path to an .ipynb file, or one of: {names})"


def read_notebook(path: Path | str) -> dict[str, Any]:
    """Read a notebook file as plain data.

    Parameters
    ----------
    path : path
        An .ipynb file of format 4.

    Returns
    -------
    dict
        The notebook's JSON.

    Raises
    ------
    ParameterError
        If the file is missing, is not JSON or is not a notebook of format 4.

    Examples
    --------
    >>> read_notebook("notebooks/01-evidence.ipynb")["nbformat"]  # doctest: +SKIP
    4
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ParameterError(f"notebook {path} cannot be read ({error.strerror}); check the path") from error
    except ValueError as error:
        raise ParameterError(f"notebook {path} is not valid JSON; open it in JupyterLab and save it again") from error
    if not isinstance(content, dict) or content.get("nbformat") != 4 or "cells" not in content:
        raise ParameterError(f"notebook {path} is not a notebook of format 4; save it again in a current JupyterLab")
    return content


def has_tag(cell: dict[str, Any], tag: str) -> bool:
    """Tell whether a cell carries a tag.

    Parameters
    ----------
    cell : dict
        A notebook cell.
    tag : str
        The tag looked for.

    Returns
    -------
    bool

    Examples
    --------
    >>> has_tag({"metadata": {"tags": ["parameters"]}}, "parameters")
    True
    """
    return tag in cell.get("metadata", {}).get("tags", [])


def cell_source(cell: dict[str, Any]) -> str:
    """Return a cell's text, which files keep as a string or as a list of lines.

    Parameters
    ----------
    cell : dict
        A notebook cell.

    Returns
    -------
    str

    Examples
    --------
    >>> cell_source({"source": ["a = 1\\n", "b = 2"]})
    'a = 1\\nb = 2'
    """
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def with_steady_ids(content: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of a notebook, raised to format 4.5, whose cell ids do not change by run.

    Parameters
    ----------
    content : dict
        The notebook's JSON; left as it is.

    Returns
    -------
    dict
        Cells keep a unique id of their own; the others are called cell-01, cell-02 ... by position.

    Examples
    --------
    >>> with_steady_ids({"nbformat": 4, "cells": [{"source": ""}]})["cells"][0]["id"]
    'cell-01'
    """
    steady = copy.deepcopy(content)
    steady["nbformat_minor"] = max(5, steady.get("nbformat_minor", 5))
    seen: set[str] = set()
    for position, cell in enumerate(steady["cells"], start=1):
        own = cell.get("id")
        cell["id"] = own if own and own not in seen else f"cell-{position:02d}"
        seen.add(cell["id"])
    return steady


def count_code_cells(content: dict[str, Any]) -> int:
    """Count the cells that a kernel will run.

    Parameters
    ----------
    content : dict
        The notebook's JSON.

    Returns
    -------
    int
        Code cells that are not empty.

    Examples
    --------
    >>> count_code_cells({"cells": [{"cell_type": "code", "source": "1"}, {"cell_type": "markdown"}]})
    1
    """
    return sum(cell["cell_type"] == "code" and bool(cell_source(cell).strip()) for cell in content["cells"])


def imported_modules(content: dict[str, Any]) -> tuple[str, ...]:
    """List the modules that a notebook imports at the top level of its cells.

    Parameters
    ----------
    content : dict
        The notebook's JSON; nothing in it is run.

    Returns
    -------
    tuple of str
        Sorted names. ``from a import b`` counts as ``a`` and ``a.b``, which may be a module.

    Examples
    --------
    >>> imported_modules({"cells": [{"cell_type": "code", "source": "import numpy as np"}]})
    ('numpy',)
    """
    names: set[str] = set()
    for cell in content["cells"]:
        if cell["cell_type"] != "code":
            continue
        try:
            statements = ast.parse(cell_source(cell)).body
        except SyntaxError:
            continue
        for statement in statements:
            if isinstance(statement, ast.Import):
                names |= {one.name for one in statement.names}
            elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
                names |= {statement.module, *(f"{statement.module}.{one.name}" for one in statement.names)}
    return tuple(sorted(names))
