"""The installed kernel ``zi-fork``: found by Jupyter, used by nbval, and as well behaved as a plain kernel."""

import importlib.util
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from zi_analysis.reporting import forking, provisioner

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "zi_analysis" / "reporting" / "kernelspec" / "kernel.json"
pytestmark = pytest.mark.xdist_group("kernelspec")
on_linux = pytest.mark.skipif(not forking.can_fork(), reason="kernels are forked on Linux only")
TELL_PARENT = "import os, psutil\nprint('zygote' in ' '.join(psutil.Process(os.getppid()).cmdline()))"
TELL_PID = "import os\nprint(os.getpid())"
TELL_PARENTS_PID = "import os\nprint(os.getppid())"


class Session:
    """A kernel, and what it answers."""

    def __init__(self):
        self.manager = KernelManager(kernel_name="zi-fork")
        self.manager.start_kernel(cwd=str(ROOT))
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def ask(self, code):
        """The text that a cell prints, or the name of its error."""
        asked = self.client.execute(code)
        return self.hear(asked)

    def hear(self, asked):
        told = ""
        while True:
            message = self.client.get_iopub_msg(timeout=30)
            if message["parent_header"].get("msg_id") != asked:
                continue
            content = message["content"]
            if content.get("execution_state") == "idle":
                return told.strip()
            told += content.get("text", "") + content.get("ename", "")

    def hear_start(self, asked):
        """Wait until a cell has printed something."""
        while True:
            message = self.client.get_iopub_msg(timeout=30)
            if message["parent_header"].get("msg_id") == asked and message["msg_type"] == "stream":
                return

    def end(self, *, now=False):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=now)


@pytest.fixture(params=[pytest.param("forked", marks=on_linux), "plain"])
def session(request, monkeypatch):
    """A kernel that is forked, and one where nothing can be forked."""
    if request.param == "plain":
        monkeypatch.setattr(provisioner, "can_fork", lambda: False)
    started = Session()
    started.kind = request.param
    yield started
    if started.manager.has_kernel:
        started.end(now=True)


def wait_gone(*pids, meanwhile=lambda: None):
    end = time.monotonic() + 20
    while any(map(psutil.pid_exists, pids)) and time.monotonic() < end:
        meanwhile()
        time.sleep(0.02)
    return not any(map(psutil.pid_exists, pids))


def test_jupyter_finds_the_kernel_as_it_stands_here():
    spec = KernelSpecManager().get_kernel_spec("zi-fork")
    installed = json.loads((Path(spec.resource_dir) / "kernel.json").read_text())
    again = "kernel.json has changed since it was installed: uv sync --inexact --reinstall-package zi-analysis"
    assert installed == json.loads(SOURCE.read_text()), again


def test_the_kernel_promises_what_the_plain_one_promises():
    metadata = json.loads(SOURCE.read_text())["metadata"]
    del metadata["kernel_provisioner"]
    assert metadata == get_kernel_dict()["metadata"]


def test_each_module_that_is_imported_beforehand_is_there():
    modules = json.loads(SOURCE.read_text())["metadata"]["kernel_provisioner"]["config"]["modules"]
    assert [name for name in modules if importlib.util.find_spec(name) is None] == []


def test_interrupt_restart_and_shutdown_leave_nothing_behind(session):
    assert session.ask(TELL_PARENT) == str(session.kind == "forked")
    first = int(session.ask(TELL_PID))
    asked = session.client.execute("left = 1\nprint(0, flush=True)\nwhile True: pass")
    session.hear_start(asked)
    session.manager.interrupt_kernel()
    assert session.hear(asked) == "KeyboardInterrupt"
    assert session.ask("print(left)") == "1"

    session.manager.restart_kernel()
    session.client.wait_for_ready(timeout=60)
    assert session.ask("print(left)") == "NameError"
    second = int(session.ask(f"child = __import__('subprocess').Popen(['sleep', '100'])\n{TELL_PID}"))
    assert second != first
    assert wait_gone(first)

    children = [child.pid for child in psutil.Process(second).children()]
    session.end(now=True)
    assert wait_gone(second, *children)


def test_a_kernel_that_is_shut_down_does_its_last_duties(session, tmp_path):
    note = tmp_path / "note"
    session.ask(f"import atexit, pathlib\natexit.register(pathlib.Path({str(note)!r}).write_text, 'done')")
    pid = int(session.ask(TELL_PID))
    session.end()
    assert wait_gone(pid)
    assert note.read_text() == "done"


@on_linux
def test_a_kernel_lives_on_when_the_code_of_the_package_changes(monkeypatch):
    first = Session()
    old = int(first.ask(TELL_PARENTS_PID))
    monkeypatch.setattr(forking, "_code_state", lambda: "changed")
    second = Session()
    assert int(second.ask(TELL_PARENTS_PID)) != old
    assert first.ask("print(2)") == "2"
    first.end(now=True)
    assert wait_gone(old, meanwhile=lambda: forking.preload(dict(os.environ)))
    second.end(now=True)


def test_another_environments_kernel_is_never_forked_from_this_one(tmp_path):
    start = ["-m", "ipykernel_launcher", "-f", "k.json"]
    assert provisioner._kernel_arguments([sys.executable, *start]) == ["-f", "k.json"]
    (tmp_path / "python").symlink_to(sys.executable)  # as another environment of the same Python has it
    assert provisioner._kernel_arguments([str(tmp_path / "python"), *start]) is None
    assert provisioner._kernel_arguments([sys.executable, "-m", "other_kernel"]) is None


def write_notebook(path, *, seen):
    cells = [
        nbformat.v4.new_code_cell(TELL_PARENT, execution_count=1, id="c0"),
        nbformat.v4.new_code_cell("print(sum([506, 763]))", execution_count=2, id="c1"),
    ]
    for cell, text in zip(cells, (f"{forking.can_fork()}\n", f"{seen}\n"), strict=True):
        cell.metadata["tags"] = ["nbval-check-output"]
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=text)]
    kernel = {"name": "python3", "language": "python", "display_name": "p"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)


@pytest.mark.slow
def test_nbval_compares_outputs_of_forked_kernels(tmp_path):
    write_notebook(tmp_path / "right.ipynb", seen=1269)
    write_notebook(tmp_path / "wrong.ipynb", seen=1270)
    command = [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", tmp_path]
    nbval = ["--nbval-lax", "--nbval-kernel-name", "zi-fork", tmp_path]
    answer = subprocess.run(command + nbval, capture_output=True, text=True, cwd=tmp_path)
    results = [line.split()[2] for line in answer.stdout.splitlines() if "::Cell" in line and line.endswith("%]")]
    assert results == ["PASSED", "PASSED", "PASSED", "FAILED"], answer.stdout
    assert answer.returncode == 1
