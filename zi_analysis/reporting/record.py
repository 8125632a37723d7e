"""The run record: what a reviewer needs to know to make a report again and to see whether it is the same."""

import hashlib
import json
import platform
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

_FORMAT = 1
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def file_checksum(path: Path) -> str:
    """Return the sha256 of a file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        64 hexadecimal digits.

    Examples
    --------
    >>> len(file_checksum(Path(__file__)))
    64
    """
    return hashlib.sha256(path.read_bytes()).hexdigest()


def data_checksums(root: Path) -> dict[str, str]:
    """Return the sha256 of every table of the evidence and of its declaration.

    Parameters
    ----------
    root : Path
        Project root.

    Returns
    -------
    dict
        Path below ``data/`` to sha256, sorted by path.

    Examples
    --------
    >>> data_checksums(Path("does-not-exist"))
    {}
    """
    data = root / "data"
    files = [*data.rglob("*.csv"), *data.glob("datapackage.json")]
    named = {path.relative_to(data).as_posix(): path for path in files}
    return {name: file_checksum(named[name]) for name in sorted(named)}


def data_version(checksums: Mapping[str, str]) -> str:
    """Return one short name for the state of all the data.

    Parameters
    ----------
    checksums : mapping
        As from `data_checksums`.

    Returns
    -------
    str
        12 hexadecimal digits.

    Examples
    --------
    >>> data_version({})
    'e3b0c44298fc'
    """
    lines = "".join(f"{checksums[name]}  {name}\n" for name in sorted(checksums))
    return hashlib.sha256(lines.encode()).hexdigest()[:12]


def code_checksum() -> str:
    """Return one sha256 over the package's own files: Python, words and templates.

    Returns
    -------
    str
        64 hexadecimal digits.

    Examples
    --------
    >>> len(code_checksum())
    64
    """
    home = Path(__file__).parents[1]
    kept = {".py", ".toml", ".j2", ".css", ".js", ".json"}
    named = {path.relative_to(home).as_posix(): path for path in home.rglob("*") if path.suffix in kept}
    lines = "".join(f"{file_checksum(named[name])}  {name}\n" for name in sorted(named))
    return hashlib.sha256(lines.encode()).hexdigest()


def package_versions() -> dict[str, str]:
    """Return the versions of this package and of those it is declared to need.

    Returns
    -------
    dict
        Package name to version; packages that are not installed are left out.

    Examples
    --------
    >>> "pandas" in package_versions()
    True
    """
    needed = metadata.requires("zi-analysis") or []
    names = ["zi-analysis", *(match[0] for text in needed if (match := _NAME.match(text)))]
    versions = {}
    for name in sorted(names):
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


def git_state(root: Path) -> dict[str, Any]:
    """Return the commit of the project and whether files differ from it.

    Parameters
    ----------
    root : Path
        Project root.

    Returns
    -------
    dict
        ``commit`` and ``dirty`` (reports themselves do not count); "unknown" where git cannot tell.

    Examples
    --------
    >>> sorted(git_state(Path(".")))
    ['commit', 'dirty']
    """
    commit = _git(root, "rev-parse", "--verify", "--quiet", "HEAD")
    status = _git(root, "status", "--porcelain", "--", ".", ":(exclude)reports")
    return {
        "commit": commit or "unknown",
        "dirty": "unknown" if status is None or not commit else bool(status),
    }


def _git(root: Path, *arguments: str) -> str | None:
    """Return what git says, None when there is no git or no repository."""
    program = shutil.which("git")
    if program is None or not root.is_dir():
        return None
    command = [program, "--no-optional-locks", "-C", str(root), *arguments]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return answer.stdout.strip() if answer.returncode == 0 else None


def rerun_command(notebook: str, language: str, changed: Mapping[str, Any]) -> str:
    """Return the command that makes a report again.

    Parameters
    ----------
    notebook : str
        Stem or path of the notebook.
    language : str
        "en" or "id".
    changed : mapping
        Parameters that differ from the defaults.

    Returns
    -------
    str

    Examples
    --------
    >>> rerun_command("03-count-models", "id", {"agency_types": ["central", "city"]})
    'zi report 03-count-models --language id -p agency_types=central,city'
    """
    words = ["zi", "report", notebook, "--language", language]
    for name in sorted(changed):
        words += ["-p", f"{name}={value_text(changed[name])}"]
    return shlex.join(words)


def value_text(value: Any) -> str:
    """Write a parameter's value as a user types it.

    Parameters
    ----------
    value : int, float, bool, str or list
        A checked value.

    Returns
    -------
    str

    Examples
    --------
    >>> value_text(True), value_text([1, 2])
    ('true', '1,2')
    """
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(value_text, value)) if isinstance(value, list) else str(value)


def base_record(root: Path) -> dict[str, Any]:
    """Return the part of a run record that holds for every report made in this state of the project.

    Parameters
    ----------
    root : Path
        Project root.

    Returns
    -------
    dict
        Data checksums, checksum of the package's code, package versions, Python, platform, git state.

    Examples
    --------
    >>> base_record(Path("."))["zi_report"]
    1
    """
    checksums = data_checksums(root)
    return {
        "zi_report": _FORMAT,
        "data": {"version": data_version(checksums), "files": checksums},
        "code": {"sha256": code_checksum()},
        "packages": package_versions(),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()} {sys.platform}",
        "git": git_state(root),
    }


def report_address(base: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
    """Return one name for everything that a report's numbers depend on.

    Parameters
    ----------
    base : mapping
        From `base_record`.
    inputs : mapping
        notebook (with its sha256), language, parameters.

    Returns
    -------
    str
        64 hexadecimal digits; equal when notebook, parameters, data, package code, versions and Python are.

    Examples
    --------
    >>> base = {"data": {"version": "a"}, "code": {}, "packages": {}, "python": "3.12.1", "platform": "Linux"}
    >>> report_address(base, {"language": "en"}) == report_address(base, {"language": "id"})
    False
    """
    state = {name: base[name] for name in ("data", "code", "packages", "python", "platform")}
    state |= {name: inputs.get(name) for name in ("notebook", "language", "parameters")}
    return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()


def utc_now() -> str:
    """Return the time as run records write it.

    Returns
    -------
    str
        ISO 8601 in UTC, to the second.

    Examples
    --------
    >>> utc_now()[-6:]
    '+00:00'
    """
    return datetime.now(UTC).isoformat(timespec="seconds")
