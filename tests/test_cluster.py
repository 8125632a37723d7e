"""Beyond one machine: a Dask scheduler with two workers as processes of their own, and results in an S3 store."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("distributed")
from zi_analysis.errors import ParameterError
from zi_analysis.reporting.cluster import cluster_executor
from zi_analysis.reporting.many import run_many
from zi_analysis.reporting.plan import plan_report
from zi_analysis.reporting.stores import Store
from zi_analysis.reporting.tasks import BatchOptions, Task

SMALL = Path(__file__).parent / "notebooks_small"
pytestmark = [pytest.mark.xdist_group("cluster"), pytest.mark.filterwarnings("ignore")]
YEARS = range(2013, 2021)


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "project"
    (root / "data" / "raw").mkdir(parents=True)
    (root / "data" / "datapackage.json").write_text("{}")
    (root / "data" / "raw" / "counts.csv").write_text("year,awards\n2020,3\n")
    shutil.copytree(SMALL, root / "notebooks")
    return root


class Cluster:
    """A scheduler and two workers, without nannies that would start a killed worker again."""

    def __init__(self, folder, environment):
        self.file = folder / "scheduler.json"
        self.environment = {**os.environ, **environment}
        self.log = (folder / "cluster.log").open("w")
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                                     "--scheduler-file", str(self.file))  # fmt: skip
        end = time.monotonic() + 60
        while not self.file.exists() and time.monotonic() < end:
            time.sleep(0.05)
        self.address = json.loads(self.file.read_text())["address"]
        self.workers = [
            self._start("worker", self.address, "--no-nanny", "--nthreads", "1", "--no-dashboard",
                        "--local-directory", str(folder / f"worker{number}"))
            for number in range(2)
        ]  # fmt: skip

    def _start(self, *words):
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *words], env=self.environment, stdout=self.log, stderr=self.log
        )

    def wait_for(self, count):
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=60)

    def close(self):
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()
        self.log.close()


@pytest.fixture
def cluster(tmp_path):
    started = Cluster(tmp_path, {})
    started.wait_for(2)
    yield started
    started.close()


def tasks_of(root):
    return [Task(plan_report("awards", parameters={"first_year": year}, root=root), str(year)) for year in YEARS]


def numbers_of(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.csv"))}


def test_a_cluster_makes_the_same_reports_though_a_worker_is_killed(project, cluster):
    import threading

    store = Store(str(project / "reports" / "cluster"))

    def kill_one_after_the_first_report():
        end = time.monotonic() + 60
        while not list((project / "reports" / "cluster").glob("*/run.json")) and time.monotonic() < end:
            time.sleep(0.02)
        cluster.workers[0].kill()

    killer = threading.Thread(target=kill_one_after_the_first_report)
    killer.start()
    options = BatchOptions(progress=False, scheduler=cluster.address)
    outcomes = run_many(tasks_of(project), store, options=options)
    killer.join()
    assert cluster.workers[0].wait(10) != 0
    assert Counter(one.status for one in outcomes) == {"made": len(YEARS)}
    assert [one.name for one in outcomes] == [str(year) for year in YEARS]
    local = project / "reports" / "local"
    run_many(tasks_of(project), Store(str(local)), options=BatchOptions(progress=False))
    assert numbers_of(project / "reports" / "cluster") == numbers_of(local)
    kept = [path.name for path in (project / "reports" / "cluster").iterdir() if not path.name.startswith(".")]
    assert sorted(kept) == [str(year) for year in YEARS]
    again = run_many(tasks_of(project), store, options=options)
    assert {one.status for one in again} == {"unchanged"}


def test_results_and_data_lie_in_an_s3_store(project, tmp_path, monkeypatch):
    pytest.importorskip("moto.server")
    pytest.importorskip("s3fs")
    import s3fs
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    environment = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",  # the made-up ones that the test server takes
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    started = Cluster(tmp_path, environment)
    try:
        started.wait_for(2)
        files = s3fs.S3FileSystem()
        files.mkdir("zi-results")
        for path in (project / "data").rglob("*"):
            if path.is_file():
                files.pipe_file(f"zi-results/data/{path.relative_to(project / 'data').as_posix()}", path.read_bytes())
        options = BatchOptions(progress=False, scheduler=started.address, data="s3://zi-results/data")
        outcomes = run_many(tasks_of(project), Store("s3://zi-results/reports"), options=options)
        assert {one.status for one in outcomes} == {"made"}, outcomes
        records = files.glob("zi-results/reports/*/run.json")
        assert len(records) == len(YEARS)
        assert json.loads(files.cat_file(records[0]))["zi_report"] == 1
        assert files.cat_file("zi-results/reports/2013/index.html").startswith(b"<!DOCTYPE html>")
        again = run_many(tasks_of(project), Store("s3://zi-results/reports"), options=options)
        assert {one.status for one in again} == {"unchanged"}
    finally:
        started.close()
        server.stop()
        s3fs.S3FileSystem.clear_instance_cache()


def test_a_scheduler_that_is_not_there_is_told(monkeypatch):
    monkeypatch.setattr("zi_analysis.reporting.cluster._ANSWER", 1)
    with (
        pytest.raises(ParameterError, match=r"no Dask scheduler answers at .*dask scheduler"),
        cluster_executor("tcp://127.0.0.1:1"),
    ):
        pass
    with pytest.raises(ParameterError, match="no Dask scheduler answers"), cluster_executor("nonsense"):
        pass
