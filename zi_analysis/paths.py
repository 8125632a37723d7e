"""Where things lie: the project root and its folders."""

import os
from pathlib import Path

from zi_analysis.errors import ZiError

_MARK = Path("data") / "datapackage.json"


def project_root(start: Path | str | None = None) -> Path:
    """Find the folder that holds ``data/datapackage.json``.

    Looked at in this order: ``start`` and the folders above it, the environment variable ``ZI_HOME``, the working
    folder and the folders above it, the folder the package was installed from. So a copy of the project uses its
    own data wherever its notebooks are opened.

    Parameters
    ----------
    start : path, optional
        A folder inside the project.

    Returns
    -------
    Path
        Absolute path of the project root.

    Raises
    ------
    ZiError
        If none of these folders is inside a project.

    Examples
    --------
    >>> (project_root() / "data" / "datapackage.json").exists()
    True
    """
    if start is not None:
        places = [Path(start)]
    elif os.environ.get("ZI_HOME"):
        places = [Path(os.environ["ZI_HOME"])]
    else:
        places = [Path.cwd(), Path(__file__).parent]
    for place in places:
        for folder in (place.resolve(), *place.resolve().parents):
            if (folder / _MARK).is_file():
                return folder
    looked = ", ".join(str(place) for place in places)
    raise ZiError(
        f"no {_MARK.as_posix()} in or above {looked}; work inside a copy of the workbook or set ZI_HOME to its folder"
    )


def data_folder(root: Path | str | None = None) -> Path:
    """Return the ``data`` folder of the project.

    Parameters
    ----------
    root : path, optional
        A folder inside the project; found from the working folder when left out.

    Returns
    -------
    Path
        Absolute path of ``data/``.

    Examples
    --------
    >>> data_folder().name
    'data'
    """
    return project_root(root) / "data"
