"""The project's own promises: environments agree, public names are there and light, nothing names the workplace."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import zi_analysis

ROOT = Path(__file__).parents[1]


def _bounds(requirement: str) -> tuple[str, str]:
    name, bounds = re.fullmatch(r"([A-Za-z0-9_.-]+)(?:\[[^]]*\])?(.*)", requirement).groups()
    return name.lower(), bounds.replace(" ", "")


def _declared() -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    return dict(map(_bounds, needed))


def test_conda_environment_equals_pyproject() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    conda = dict(map(_bounds, environment["dependencies"]))
    assert conda.pop("python") == "=3.12", "Binder reads an exact Python only; test_environments holds it in range"
    assert conda == _declared()
    assert environment["channels"] == ["conda-forge"]


def test_public_names_are_there() -> None:
    assert set(zi_analysis.__all__) == set(zi_analysis._PLACES)
    for name in zi_analysis.__all__:
        assert callable(getattr(zi_analysis, name))
        assert getattr(zi_analysis, name).__doc__


def test_an_unknown_public_name_says_what_there_is() -> None:
    with pytest.raises(AttributeError, match="it offers clean_awards"):
        _ = zi_analysis.fit_everything


def test_importing_the_package_loads_no_heavy_library() -> None:
    heavy = "{'pandas', 'numpy', 'statsmodels', 'matplotlib', 'papermill', 'frictionless'}"
    program = f"import sys, zi_analysis; print(sorted({heavy} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_fixed_libraries_are_used() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.glob("zi_analysis/**/*.py"))
    for library in ("pandas", "matplotlib", "seaborn", "statsmodels", "papermill"):
        assert re.search(rf"^\s*(import|from) {library}\b", code, flags=re.MULTILINE), library


def test_docstring_examples_hold() -> None:
    """Examples of modules that read no data; those that do are run by the tests of their module."""
    import doctest
    from importlib import import_module

    names = [
        "evidence.bounds",
        "evidence.publishers",
        "exhibits.words",
        "exhibits.edition",
        "exhibits.refusal",
        "paths",
    ]
    for name in names:
        result = doctest.testmod(import_module(f"zi_analysis.{name}"))
        assert result.attempted > 0
        assert result.failed == 0


def test_the_map_of_exhibits_is_complete_and_leads_to_files() -> None:
    """Every published exhibit is in the README's map with an existing file and function; both languages match."""
    from importlib import import_module

    lines = re.findall(
        r"^\| (\d+\.\d+) \|.*\| `([\w.]+)\.(\w+)` \| \[\S+\]\((\S+)\) \|$",
        (ROOT / "README.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    published = {path.stem for path in ROOT.glob("reports/*/en/exhibits/*.csv")}
    assert {number for number, *_ in lines} == published
    assert published == {path.stem for path in ROOT.glob("reports/*/id/exhibits/*.csv")}
    for number, module, function, file in lines:
        assert (ROOT / file).is_file()
        assert any((ROOT / file).with_suffix(ending).is_file() for ending in (".png", ".html"))
        place = module if "." in module else f"exhibits.{module}"
        assert hasattr(import_module(f"zi_analysis.{place}"), function), number


def test_links_of_the_readme_lead_to_files() -> None:
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", (ROOT / name).read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), f"{name}: {target}"
