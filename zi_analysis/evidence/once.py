"""Declared tables read once as long as their files stay as they are."""

from functools import lru_cache
from pathlib import Path

import pandas as pd

from zi_analysis.evidence.tables import load_table, table_path
from zi_analysis.paths import data_folder, project_root

_Stamp = tuple[int, int, int]


def load_once(name: str, *, root: Path | str | None = None) -> pd.DataFrame:
    """Load a declared table as `load_table` does, and the same table again without reading it again.

    Parameters
    ----------
    name : str
        Name of the table in ``data/datapackage.json``.
    root : path, optional
        A folder inside the project; found from the working folder when left out.

    Returns
    -------
    pd.DataFrame
        A frame of the caller's own: what is done to it does not reach the next caller.

    Raises
    ------
    EvidenceError
        As `load_table`.

    Examples
    --------
    >>> load_once("agencies")["agency_id"].is_unique
    True
    """
    home = project_root(root)
    stamps = (_stamp(table_path(name, home)), _stamp(data_folder(home) / "datapackage.json"))
    return _loaded(name, home, stamps).copy(deep=False)  # what is written to a copy is written to it alone


def _stamp(path: Path) -> _Stamp:
    """What changes when a file is written: its place on the disk, its time and its size; zeros when it is not there."""
    if not path.is_file():
        return 0, 0, 0
    told = path.stat()
    return told.st_ino, told.st_mtime_ns, told.st_size


@lru_cache(maxsize=32)
def _loaded(name: str, root: Path, stamps: tuple[_Stamp, ...]) -> pd.DataFrame:
    """Load a table; the stamps of its files are the key that the cache forgets it by."""
    return load_table(name, root=root)
