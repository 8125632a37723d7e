"""The website, made once for all tests that look at it."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
MAKER = ROOT / "site" / "make_site.py"


@cache
def made_site() -> tuple[Path, subprocess.CompletedProcess[str]]:
    """Make the site of the project; return its first folder and what the maker said."""
    output = Path(tempfile.mkdtemp(prefix="zi-site-"))
    atexit.register(shutil.rmtree, output, ignore_errors=True)
    command = [sys.executable, str(MAKER), "--root", str(ROOT), "--output", str(output)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
    made = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=output)
    return output / "html", made
