"""The zip for students: their notebooks, the package and its data, and how to start."""

import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from zi_analysis.teaching.words import course_words

_FOLDERS = ("zi_analysis", "data")
_FILES = ("pyproject.toml", "LICENSE", "CITATION.cff")
_UNWANTED = {"__pycache__", ".ipynb_checkpoints"}
_MOMENT = (2020, 1, 1, 0, 0, 0)  # the same content gives the same bytes


def write_handout(place: Path, notebooks: Mapping[str, bytes], *, language: str, root: Path) -> Path:
    """Write the zip that a lecturer hands out.

    Parameters
    ----------
    place : Path
        The zip to write.
    notebooks : mapping
        Name of each lesson to its student copy.
    language : str
        Of the readme.
    root : Path
        The project's folder, whose package and data go into the zip.

    Returns
    -------
    Path
        The zip: one folder that holds README.md, the lessons, package, data and an environment for conda and
        Binder. Neither solutions nor reports are in it.

    Examples
    --------
    >>> write_handout(Path("course.zip"), {}, language="en", root=Path("."))  # doctest: +SKIP
    """
    folder = f"zi-course-{language}"
    contents = {path.relative_to(root).as_posix(): path.read_bytes() for path in _project_files(root)}
    contents |= {f"lessons/{name}.ipynb": content for name, content in notebooks.items()}
    contents["README.md"] = course_words("readme", language).encode()
    contents["environment.yml"] = environment_text(root).encode()
    contents["postBuild"] = (root / "postBuild").read_bytes()
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(f"{folder}/{name}", date_time=_MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if name == "postBuild" else 0o644) << 16
            archive.writestr(entry, contents[name])
    return place


def environment_text(root: Path) -> str:
    """Write the environment a student needs, without what only development needs.

    Parameters
    ----------
    root : Path
        The project's folder: its ``environment.yml`` names the Python (Binder reads an exact version only), its
        ``pyproject.toml`` the packages that are needed to run.

    Returns
    -------
    str
        An ``environment.yml`` with the project's own bounds.

    Examples
    --------
    >>> environment_text(Path(".")).splitlines()[0]  # doctest: +SKIP
    'name: zi-course'
    """
    conda = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    packages = [next(one for one in conda if one.startswith("python=")), "pip", *project["dependencies"]]
    return "\n".join(
        ["name: zi-course", "channels:", "  - conda-forge", "dependencies:", *(f"  - {one}" for one in packages), ""]
    )


def _project_files(root: Path) -> Iterator[Path]:
    """The package, its data and what is needed to install it."""
    for name in _FOLDERS:
        for path in sorted((root / name).rglob("*")):
            parts = path.relative_to(root).parts
            hidden = any(part.startswith(".") or part in _UNWANTED for part in parts)
            if path.is_file() and not path.is_symlink() and not hidden:
                yield path
    yield from (root / name for name in _FILES if (root / name).is_file())
