"""Judging by a cluster of processes, as Dask makes it of machines: workers and schedulers are lost, work is not."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from swarmlab.errors import InvalidArgument, Unavailable
from swarmlab.grade.course import Course

from . import wholecourse as wc
from .test_runs import run_recorded, scores, spoil
from .wholecourse import CALLS

pytest.importorskip("distributed")
from swarmlab.grade import cluster, clusterside

#: Tells which worker has begun, and does nothing before it is told to go on.
WAITS = """
import os, pathlib, time
def read(text):
    folder = pathlib.Path({folder!r})
    (folder / f"worker-{{os.getppid()}}").touch()
    while not (folder / "go").exists():
        time.sleep(0.02)
    return commands(text)
"""


class Cluster(NamedTuple):
    """A scheduler and its workers."""

    address: str
    scheduler: subprocess.Popen
    workers: list[subprocess.Popen]


@pytest.fixture(scope="module")
def dask(tmp_path_factory) -> Iterator[Cluster]:
    """A scheduler and two workers on this machine, each a process of its own."""
    folder = tmp_path_factory.mktemp("dask")
    found = folder / "scheduler.json"
    here = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(found)]
    alone = ["--nthreads", "1", "--no-nanny", "--memory-limit", "0", "--local-directory", str(folder)]
    started = []

    def start(part: str, *options: str) -> subprocess.Popen:
        command = [sys.executable, "-m", f"distributed.cli.dask_{part}", *options, *here]
        started.append(subprocess.Popen(command, cwd=wc.ROOT, stderr=subprocess.DEVNULL))
        return started[-1]

    try:
        scheduler = start("scheduler", "--port", "0")
        workers = [start("worker", *alone) for _ in range(2)]
        while not found.exists():
            assert scheduler.poll() is None
            time.sleep(0.05)
        yield Cluster(json.loads(found.read_text())["address"], scheduler, workers)
    finally:
        for process in started:
            process.kill()
            process.wait()


def submit_copies(course: Course, *learners: str) -> None:
    """Let more learners hand in what ada did."""
    path = course.folder("submitted", "ada", CALLS) / f"{CALLS}.ipynb"
    for learner in learners:
        copy = course.folder("submitted", learner, CALLS) / path.name
        copy.parent.mkdir(parents=True)
        copy.write_bytes(path.read_bytes())


@contextlib.contextmanager
def when_work_has_begun(folder: Path, on: int, do: Callable[[int], object]) -> Iterator[None]:
    """Meanwhile, as soon as so many workers are at work, `do` something with the process id of one of them."""

    def wait() -> None:
        while len(begun := sorted(folder.glob("worker-*"))) < on and time.monotonic() < deadline:
            time.sleep(0.02)
        do(int(begun[0].name.removeprefix("worker-")))
        (folder / "go").touch()

    deadline = time.monotonic() + 60
    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    yield
    thread.join()


def test_work_goes_on_when_a_worker_and_later_the_scheduler_is_lost(course, tmp_path, dask):
    spoil(course, WAITS.format(folder=str(tmp_path)))
    submit_copies(course, "cleo", "dan")
    told: list[int] = []
    with when_work_has_begun(tmp_path, 2, lambda worker: os.kill(worker, signal.SIGKILL)):
        summary = run_recorded(course, cluster=dask.address, progress=lambda done, of: told.append(done))
    assert (summary.judged, summary.faults) == (4, [])
    assert sorted(worker.poll() is None for worker in dask.workers) == [False, True]
    assert told == [1, 2, 3, 4]  # each grade was written once
    expected = {"ada": 2.0, "ben": 0.0, "cleo": 2.0, "dan": 2.0}
    assert scores(course, "check_drain") == expected
    assert run_recorded(course).unchanged == 4  # a judging is the same wherever it is done
    assert (course.folder("autograded", "dan", CALLS) / f"{CALLS}.ipynb").exists()

    submit_copies(course, "eve", "finn")
    for mark in (tmp_path / "go", *tmp_path.glob("worker-*")):
        mark.unlink()
    lost = r"the connection to the scheduler at .* was lost; what was judged until then is kept"
    with when_work_has_begun(tmp_path, 1, lambda _: dask.scheduler.kill()), pytest.raises(Unavailable, match=lost):
        run_recorded(course, cluster=dask.address)
    summary = run_recorded(course)
    assert (summary.judged, summary.unchanged, summary.faults) == (2, 4, [])
    assert scores(course, "check_drain") == {**expected, "eve": 2.0, "finn": 2.0}


def test_what_is_wrong_with_a_cluster_is_said_in_a_sentence(course, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    with pytest.raises(Unavailable, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1: start one"):
        run_recorded(course, cluster="tcp://127.0.0.1:1")
    with pytest.raises(Unavailable, match="no Dask scheduler answers at nonsense"):
        run_recorded(course, cluster="nonsense")
    with pytest.raises(InvalidArgument, match=r"\.\./x lies outside the course's folder"):
        clusterside.unpack({"../x": ""}, tmp_path)
