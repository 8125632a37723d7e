"""What several test modules share."""

import shutil
from pathlib import Path

import pytest

from zi_analysis.evidence.assemble import Evidence, build_evidence

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def evidence() -> Evidence:
    """The real evidence, assembled once."""
    return build_evidence(ROOT)


@pytest.fixture
def project_copy(tmp_path: Path) -> Path:
    """A copy of the project's data that a test may change."""
    shutil.copytree(ROOT / "data", tmp_path / "project" / "data")
    return tmp_path / "project"
