"""Reading in a process of its own, with limits of time and memory, what a library cannot be trusted to read."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from zi_analysis.errors import InputError

_MOST_MEMORY = 1 << 30  # bytes of address space
_ASK = "ask for the list as xlsx or csv"
# The program is run by path and without its folder before the standard library, for this package holds an html.py.
_RUN = """
import runpy, sys
try:
    import resource
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (most if hard < 0 else min(most, hard), hard))
except ImportError:
    pass
sys.argv = sys.argv[2:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def read_apart(program: str, path: Path, name: str, *, seconds: float) -> Any:
    """Let another process read a file and answer in json.

    Parameters
    ----------
    program : str
        A program beside this module; it prints json and imports nothing of the workbook.
    path : Path
        The file.
    name : str
        Its name for errors.
    seconds : float
        Time after which it is stopped.

    Returns
    -------
    object
        Its answer.

    Raises
    ------
    InputError
        If the answer is a refusal, or there is none in time and memory.

    Examples
    --------
    >>> read_apart("pdf_pages.py", Path("list.pdf"), "list.pdf", seconds=60)  # doctest: +SKIP
    """
    place = Path(__file__).with_name(program)
    command = [sys.executable, "-P", "-c", _RUN, str(_MOST_MEMORY), str(place), str(path.resolve())]
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)  # noqa: S603 - own program
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise InputError(f"{name} takes more than {seconds:.0f} seconds to read; {_ASK}") from None
    except ValueError:
        raise InputError(f"{name} is damaged, or takes more memory to read than a list does; {_ASK}") from None
    if "refusal" in answer:
        raise InputError(f"{name} {answer['refusal']}")
    return answer
