"""What several test modules share."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import running_chromium
from hypothesis import settings

from zi_analysis.evidence.assemble import Evidence, build_evidence

ROOT = Path(__file__).parents[1]

# the same examples in every run, so that a failure is the change's own; HYPOTHESIS_PROFILE=default looks for new ones
settings.register_profile("same", derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture(scope="session")
def evidence() -> Evidence:
    """The real evidence, assembled once."""
    return build_evidence(ROOT)


@pytest.fixture
def project_copy(tmp_path: Path) -> Path:
    """A copy of the project's data that a test may change."""
    shutil.copytree(ROOT / "data", tmp_path / "project" / "data")
    return tmp_path / "project"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real Chromium."""
    with running_chromium() as running:
        yield running
