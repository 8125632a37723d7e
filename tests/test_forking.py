"""Forked kernels: the same outputs as plain ones, a fresh state for each, no process left behind."""

import base64
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest

from zi_analysis.reporting import forking
from zi_analysis.reporting.engine import forked
from zi_analysis.reporting.imports import quick_imports
from zi_analysis.reporting.kernels import Stop, execute, kernel_environment
from zi_analysis.reporting.notebooks import imported_modules
from zi_analysis.reporting.outputs import strip_png

ROOT = Path(__file__).parents[1]
pytestmark = [
    pytest.mark.skipif(not forking.can_fork(), reason="kernels are forked on Linux only"),
    pytest.mark.xdist_group("forking"),
]


def run(*sources, fork=True, folder=ROOT, modules=()):
    node = nbformat.v4.new_notebook()
    node.cells = [nbformat.v4.new_code_cell(source, id=f"c{number}") for number, source in enumerate(sources)]
    done = execute(node, parameters={}, folder=folder, root=ROOT, fork=fork, modules=modules)
    assert done.fault is None
    return [cell["outputs"] for cell in done.notebook.cells]


def shown(outputs):
    """What a reader sees; of a picture only its pixels count."""
    kept = json.loads(json.dumps(outputs))
    for cell in kept:
        for output in cell:
            picture = output.get("data", {}).get("image/png")
            if picture:
                output["data"]["image/png"] = base64.b64encode(strip_png(base64.b64decode(picture))).decode()
    return kept


def text(outputs):
    return "".join(output["text"] for cell in outputs for output in cell if output["output_type"] == "stream")


def test_outputs_equal_those_of_a_plain_kernel():
    cells = (
        "import sys, os, warnings\nimport numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt",
        "print(os.getcwd(), sys.argv[0].rsplit('/', 1)[-1], sys.flags.hash_randomization, hash('zi'), __name__)",
        "pd.DataFrame({'year': [2019, 2020], 'awards': [506, 763]})",
        "plt.plot([1, 3, 2]); plt.title('$x^2$'); plt.show()",
        "fig, ax = plt.subplots()\nax.bar(['a', 'b'], np.random.default_rng(3).random(2))",
        "print(sorted(plt.rcParams.items())[:400])",
        "print(sorted({str(one) for one in warnings.filters}), sys.path[:2])",
        "print(len([name for name in globals() if not name.startswith('_')]), os.environ['ZI_HOME'][-1:])",
        "1 / 3",
        "display({'text/html': '<b>x</b>', 'text/plain': 'x'}, raw=True)",
    )
    assert shown(run(*cells)) == shown(run(*cells, fork=False))


LEAKS = (
    "import matplotlib.pyplot as plt, numpy as np, pandas as pd, os, random, sys, warnings, locale, decimal",
    "builtin = __builtins__ if isinstance(__builtins__, dict) else vars(__builtins__)",
    "print('left' in globals(), 'left' in builtin, plt.rcParams['lines.linewidth'], os.environ.get('LEFT'),"
    " os.getcwd(), pd.get_option('display.max_rows'), len(warnings.filters), np.get_printoptions()['precision'],"
    " 'left' in sys.modules, decimal.getcontext().prec, sys.getrecursionlimit(), len(plt.get_fignums()))",
    "left = 1; builtin['left'] = 1; plt.rcParams['lines.linewidth'] = 9; os.environ['LEFT'] = '1'; os.chdir('/')",
    "pd.set_option('display.max_rows', 3); warnings.simplefilter('ignore'); np.set_printoptions(precision=1)",
    "sys.modules['left'] = sys; decimal.getcontext().prec = 3; sys.setrecursionlimit(999); plt.figure()",
    "pd.DataFrame.left = 1; np.random.seed(1); random.seed(1)",
)


def test_nothing_of_one_report_is_left_for_the_next():
    first, second = text(run(*LEAKS)), text(run(*LEAKS))
    assert first == second
    assert first.startswith("False False 1.5 None")
    assert text(run("import pandas as pd\nprint(hasattr(pd.DataFrame, 'left'))")) == "False\n"


def test_a_kernel_has_the_environment_of_its_own_run(monkeypatch):
    tell = "import os\nprint(os.environ.get('ZI_LEFT'))"
    monkeypatch.setenv("ZI_LEFT", "1")
    assert text(run(tell, modules=("wave",))) == "1\n"
    monkeypatch.delenv("ZI_LEFT")
    assert text(run(tell, modules=("wave",))) == "None\n"


def test_unseeded_random_numbers_differ_between_reports():
    draw = "import numpy as np, random\nprint(np.random.random(), random.random())"
    first, second = text(run(draw)).split(), text(run(draw)).split()
    assert first[0] != second[0]
    assert first[1] != second[1]


def test_kernels_end_with_their_report_and_after_a_stop():
    (mine,) = text(run("import os\nprint(os.getpid())")).split()
    assert not psutil.pid_exists(int(mine))


def test_a_kernel_can_be_killed_from_another_thread():
    import threading

    stop = Stop()
    timer = threading.Timer(1.5, stop.pull)
    timer.start()
    began = time.monotonic()
    node = nbformat.v4.new_notebook()
    node.cells = [nbformat.v4.new_code_cell("import time\ntime.sleep(60)")]
    with pytest.raises(Exception, match="stopped"):
        execute(node, parameters={}, folder=ROOT, root=ROOT, stop=stop)
    assert time.monotonic() - began < 30


def test_a_kernel_that_kills_itself_is_told():
    node = nbformat.v4.new_notebook()
    node.cells = [nbformat.v4.new_code_cell("import os\nos.kill(os.getpid(), 9)")]
    assert "kernel died" in execute(node, parameters={}, folder=ROOT, root=ROOT).fault


OWNER = """
import os, sys
from pathlib import Path
from zi_analysis.reporting.forking import ask_for_kernel, preload
kernel = ask_for_kernel(preload(dict(os.environ)), ["-f", sys.argv[1]], dict(os.environ), Path("/"))
other = [p for p in __import__("psutil").Process().children()][0].pid
print(kernel.pid, other, flush=True)
sys.stdin.read()
"""


def test_kernel_and_preloaded_process_end_with_their_owner(tmp_path):
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path / "k.json")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    kernel, preloaded = map(int, owner.stdout.readline().split())
    assert psutil.pid_exists(kernel)
    owner.send_signal(signal.SIGKILL)
    owner.communicate()
    end = time.monotonic() + 20
    while (psutil.pid_exists(kernel) or psutil.pid_exists(preloaded)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not psutil.pid_exists(kernel)
    assert not psutil.pid_exists(preloaded)


def test_a_lost_preloaded_process_is_started_again_or_a_plain_kernel_is():
    run("1")
    for zygote in list(forking._zygotes.values()):
        zygote.process.kill()
        zygote.process.wait()
    assert text(run("print(2)")) == "2\n"


def test_where_nothing_can_be_forked_plain_kernels_do(monkeypatch):
    monkeypatch.setattr("zi_analysis.reporting.provisioner.preload", lambda *_: "/nowhere/s")
    assert text(run("print(3)")) == "3\n"


def test_changed_package_code_asks_for_a_new_preloaded_process(monkeypatch):
    environment = kernel_environment(ROOT)
    first = forking.preload(environment, ("json",))
    assert forking.preload(environment, ("json",)) == first
    monkeypatch.setattr(forking, "_code_state", lambda: "changed")
    assert forking.preload(environment, ("json",)) != first
    assert not Path(first).exists()


def test_a_broken_request_does_not_stop_the_preloaded_process():
    import socket

    address = forking.preload(kernel_environment(ROOT), ("json",))
    for nonsense in (b"\n", b"{}\n", b"[1]\n", b'{"arguments": 1}\n', b"x" * 100):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.connect(address)
            line.sendall(nonsense)
    kernel = forking.ask_for_kernel(address, ["-f", "/nowhere/at/all/k.json"], dict(os.environ), Path("/"))
    assert kernel.pid > 0
    kernel.kill()
    assert kernel.wait(20) != 0


def test_papermill_knows_the_engine(tmp_path):
    kernel = {"name": "python3", "language": "python", "display_name": "p"}
    node = nbformat.v4.new_notebook(metadata={"kernelspec": kernel})
    node.cells = [nbformat.v4.new_code_cell("import os\nprint(os.getppid())")]
    nbformat.write(node, tmp_path / "in.ipynb")
    with quick_imports():
        import papermill

    papermill.execute_notebook(
        str(tmp_path / "in.ipynb"), str(tmp_path / "out.ipynb"), engine_name="zi-fork", progress_bar=False
    )
    (output,) = nbformat.read(tmp_path / "out.ipynb", 4).cells[0].outputs
    assert int(output["text"]) in {zygote.process.pid for zygote in forking._zygotes.values()}


def test_modules_are_read_from_a_notebook_and_never_run():
    cells = [
        {"cell_type": "code", "source": source} for source in ("import a.b as c\nfrom d import e", "%%magic", "x =")
    ]
    assert imported_modules({"cells": cells}) == ("a.b", "d", "d.e")
    from jupyter_client.kernelspec import KernelSpec

    config = forked(KernelSpec(argv=["python"]), ["seaborn"]).metadata["kernel_provisioner"]["config"]
    assert config["modules"][-1] == "seaborn"
