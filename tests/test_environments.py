"""Ways to open the workbook: JupyterLab, a development container, Binder. They agree with what the package declares."""

import json
import os
import re
import stat
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = SpecifierSet(PROJECT["requires-python"])
CONTAINER = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def _container_python() -> str:
    return re.fullmatch(r"mcr\.microsoft\.com/devcontainers/python:(3\.\d+)", CONTAINER["image"])[1]


def _prose(notebook: Path, language: str) -> list[str]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if f"lang-{language}" in cell["metadata"].get("tags", [])]


# --- JupyterLab ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_begins_with_its_number_and_title(notebook: Path, language: str) -> None:
    """JupyterLab lists files by name, so the number in the name is the order, and the title repeats it."""
    first = _prose(notebook, language)[0].splitlines()[0]
    title = re.fullmatch(r"# (\d+)\. (\S.*)", first)
    assert title, first
    assert f"{int(title[1]):02}" == notebook.stem[:2]


def test_notebooks_are_numbered_without_gap_and_twice() -> None:
    numbers = [int(path.stem[:2]) for path in NOTEBOOKS]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert numbers[0] in {0, 1}
    assert all(re.fullmatch(r"\d\d(-[a-z]+)+", path.stem) for path in NOTEBOOKS)


def test_make_lab_opens_what_is_there() -> None:
    opened = re.search(r"--LabApp\.default_url=/lab/tree/(\S+)", MAKEFILE)[1]
    assert (ROOT / opened).exists()


# --- development container ---------------------------------------------------------------------------


def test_the_container_has_a_python_that_the_package_takes() -> None:
    assert _container_python() in PYTHONS
    assert f"Programming Language :: Python :: {_container_python()}" in PROJECT["classifiers"]


def test_the_container_sets_up_with_a_target_that_there_is() -> None:
    target = re.fullmatch(r"make (\S+)", CONTAINER["postCreateCommand"])[1]
    assert re.search(rf"^{re.escape(target)}:", MAKEFILE, re.MULTILINE)


def test_the_container_uses_the_environment_that_make_sets_up() -> None:
    tool = CONTAINER["customizations"]["vscode"]
    assert tool["settings"]["python.defaultInterpreterPath"] == "${containerWorkspaceFolder}/.venv/bin/python"
    assert {"ms-python.python", "ms-toolsai.jupyter"} <= set(tool["extensions"])
    assert [str(port) for port in CONTAINER["forwardPorts"]] == list(CONTAINER["portsAttributes"])


def test_make_takes_the_pythons_that_the_package_takes() -> None:
    low, high = (int(minor) for minor in re.search(r"\(3, (\d+)\) <= .* <= \(3, (\d+)\)", MAKEFILE).groups())
    assert [minor for minor in range(30) if f"3.{minor}" in PYTHONS] == list(range(low, high + 1))


# --- Binder ---------------------------------------------------------------------------


def test_nothing_hides_environment_yml_from_binder() -> None:
    """Binder reads a folder of its own, or a Dockerfile, before the files at the root."""
    assert not [name for name in ("binder", ".binder", "Dockerfile", "environment.yaml") if (ROOT / name).exists()]
    assert (ROOT / "environment.yml").is_file()


def test_binder_gets_a_python_that_the_package_takes() -> None:
    """Binder itself understands an exact version only; a range is left to conda."""
    lines = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    (python,) = [line for line in lines if re.match(r"python\b(?!-)", line)]
    exact = re.fullmatch(r"python\s*=+\s*(3\.\d+)", python)
    assert exact[1] == _container_python() if exact else SpecifierSet(python.removeprefix("python")) == PYTHONS


def test_binder_needs_nothing_that_conda_does_not_install() -> None:
    lines = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    installed = {re.split(r"[^\w.-]", line)[0].lower() for line in lines}
    needed = {re.split(r"[^\w.-]", line)[0].lower() for line in PROJECT["dependencies"]}
    assert needed - installed == set()


def test_post_build_can_be_run_and_installs_the_package() -> None:
    script = ROOT / "postBuild"
    assert script.stat().st_mode & stat.S_IXUSR
    assert os.access(script, os.X_OK)
    text = script.read_text(encoding="utf-8")
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "pip install --no-deps --editable ." in text
    subprocess.run(["bash", "-n", str(script)], check=True)


def test_post_build_runs_pip_in_the_projects_folder_and_stops_at_a_fault(tmp_path: Path) -> None:
    """With a pip and a zi that only note how they were called."""
    for name, code in (("python", 'echo "$PWD $*" >>"$NOTE"; exit "${FAULT:-0}"'), ("zi", 'echo "zi $*" >>"$NOTE"')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{code}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "NOTE": str(tmp_path / "note")}
    subprocess.run([ROOT / "postBuild"], check=True, cwd=tmp_path, env=environment)
    told = (tmp_path / "note").read_text(encoding="utf-8").splitlines()
    assert told == [f"{ROOT} -m pip install --no-deps --editable .", "zi --help"]
    assert (
        subprocess.run([ROOT / "postBuild"], check=False, cwd=tmp_path, env=environment | {"FAULT": "3"}).returncode
        == 3
    )


# --- versions ---------------------------------------------------------------------------


def test_versions_agree() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]
