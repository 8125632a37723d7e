"""Two versions of a table of the evidence: found by their checksum, compared row by row."""

import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from zi_analysis.errors import EvidenceError, ZiError
from zi_analysis.evidence.csvtext import parse_rows
from zi_analysis.evidence.declaration import read_declaration
from zi_analysis.reporting.quality_words import cut

_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_SEARCHED = 30  # commits of a file that are looked through for a version


@dataclass(frozen=True)
class RowChanges:
    """How the rows of a table changed.

    Parameters
    ----------
    table : str
        Name of the table in the declaration; the path where it is not declared.
    changed, added, removed : tuple of str
        Rows by their key; a changed row with what changed in it.

    Examples
    --------
    >>> RowChanges("awards", ("a1 (year: 2018 -> 2019)",), (), ()).changed[0]
    'a1 (year: 2018 -> 2019)'
    """

    table: str
    changed: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]


def ask_git(root: Path, *arguments: str) -> bytes | None:
    """Return what git says.

    Parameters
    ----------
    root : Path
        A folder of the repository.
    *arguments : str
        Of git; what comes from a run record must be checked before.

    Returns
    -------
    bytes or None
        None when there is no git, no repository, or git refuses.

    Examples
    --------
    >>> ask_git(Path("does-not-exist"), "status") is None
    True
    """
    program = shutil.which("git")
    if program is None or not root.is_dir():
        return None
    command = [program, "--no-optional-locks", "--literal-pathspecs", "-C", str(root), *arguments]
    try:
        answer = subprocess.run(command, capture_output=True, check=False, timeout=30)  # noqa: S603
    except subprocess.TimeoutExpired:
        return None
    return answer.stdout if answer.returncode == 0 else None


def find_version(path: str, checksum: str, *, root: Path, commit: str | None) -> bytes | None:
    """Find the version of a table that has a checksum.

    Looked at: the file as it is now, the commit recorded, the latest commits that touched the file.

    Parameters
    ----------
    path : str
        Below ``data/``.
    checksum : str
        sha256 of the version.
    root : Path
        Project root.
    commit : str, optional
        The commit recorded.

    Returns
    -------
    bytes or None
        None when it is nowhere.

    Examples
    --------
    >>> find_version("../secret", "0" * 64, root=Path("."), commit=None) is None
    True
    """
    if not _PATH.fullmatch(path):
        return None
    versions = _versions(root / "data" / path, path, root, commit)
    return next((found for found in versions if hashlib.sha256(found).hexdigest() == checksum), None)


def _versions(file: Path, path: str, root: Path, commit: str | None) -> Iterator[bytes]:
    """Give the versions of a file, the likeliest first."""
    if file.is_file() and not file.is_symlink():
        yield file.read_bytes()
    if commit and _COMMIT.fullmatch(commit) and (found := ask_git(root, "show", f"{commit}:./data/{path}")) is not None:
        yield found
    log = ask_git(root, "log", f"-n{_SEARCHED}", "--format=%H", "--", f"data/{path}") or b""
    for touched in log.decode("ascii", "replace").split():
        if (found := ask_git(root, "show", f"{touched}:./data/{path}")) is not None:
            yield found


def compare_rows(path: str, before: bytes, after: bytes, *, root: Path) -> RowChanges | None:
    """Compare two versions of a table by the key that the project declares for it.

    Parameters
    ----------
    path : str
        Below ``data/``.
    before, after : bytes
        Both versions.
    root : Path
        Project root, whose declaration tells the key; without one, whole rows are compared.

    Returns
    -------
    RowChanges or None
        None when one of them is no csv.

    Examples
    --------
    >>> compare_rows("x.csv", b"a,b\\n1,2\\n", b"a,b\\n1,3\\n", root=Path("does-not-exist")).added
    ('1, 3',)
    """
    table, key = _declared(path, root)
    try:
        old, new = (_by_key(text.decode("utf-8-sig"), key) for text in (before, after))
    except (EvidenceError, UnicodeDecodeError):
        return None
    changed = [
        f"{_name(each)} ({_cells(old[each], new[each])})" for each in old if each in new and old[each] != new[each]
    ]
    added = [_name(each) for each in new if each not in old]
    removed = [_name(each) for each in old if each not in new]
    return RowChanges(table, tuple(changed), tuple(added), tuple(removed))


def _declared(path: str, root: Path) -> tuple[str, tuple[str, ...]]:
    """Return a table's name and key; the path and no key where the project declares none."""
    try:
        resources = read_declaration(root)["resources"]
    except ZiError:
        return path, ()
    for resource in resources:
        if isinstance(resource, dict) and resource.get("path") == path:
            key = resource.get("schema", {}).get("primaryKey", [])
            return str(resource.get("name", path)), tuple([key] if isinstance(key, str) else key)
    return path, ()


def _by_key(text: str, key: tuple[str, ...]) -> dict[tuple[str, ...], dict[str, str]]:
    """Return a table's rows by their key; without a usable key the whole row, counted, is its key."""
    header, *rows = parse_rows(text) or [[]]
    named = [dict(zip(header, row, strict=False)) for row in rows]
    keys = [tuple(row.get(column, "") for column in key) for row in named]
    if not key or len(set(keys)) < len(rows) or not set(key) <= set(header):
        seen: dict[tuple[str, ...], int] = {}
        keys = []
        for row in rows:
            whole = tuple(row)
            seen[whole] = seen.get(whole, 0) + 1
            keys.append(whole if seen[whole] == 1 else (*whole, f"#{seen[whole]}"))
    return dict(zip(keys, named, strict=True))


def _name(key: tuple[str, ...]) -> str:
    """Name a row by its key."""
    return cut(", ".join(key))


def _cells(old: dict[str, str], new: dict[str, str]) -> str:
    """Say which cells of a row changed; the first three."""
    columns = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    told = [f"{cut(name)}: {_value(old, name)} → {_value(new, name)}" for name in columns[:3]]
    return "; ".join([*told, *(["…"] if len(columns) > 3 else [])])


def _value(row: dict[str, str], name: str) -> str:
    """Write a cell, cut; an empty one as a dash."""
    text = cut(row.get(name, ""))
    return (text if len(text) <= 60 else f"{text[:59]}…") or "–"
