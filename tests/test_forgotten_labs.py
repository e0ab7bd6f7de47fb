"""A lab that nobody holds any more is gone: its memory, its shells and their file descriptors, its threads."""

import gc
import os
import sys
import threading
import weakref
from collections.abc import Callable

import pytest

from swarmlab import Lab

MANAGER = "swarm-manage"


def types(lab: Lab) -> None:
    lab.host(MANAGER).sh("docker node ls | wc -l; docker service create -d --name web httpd")


def runs_programs_in_containers(lab: Lab) -> None:
    lab.host("node1").sh("docker run -d --name box busybox sleep 1d; docker exec box ls; docker run --rm busybox ls /")
    lab.host("node1").sh("docker exec -it box sh", stdin="ls\nexit\n")


def listens(lab: Lab) -> None:
    events = lab.docker(MANAGER).events(decode=True)
    lab.docker(MANAGER).networks.create("net")
    assert next(events)["Action"] == "create"


def keeps_a_stream_open(lab: Lab) -> None:
    lab.docker("node1").containers.run("busybox", "sh -c 'echo hi; sleep 1d'", name="box", detach=True)
    assert next(iter(lab.docker("node1").containers.get("box").logs(stream=True, follow=True))) == b"hi\n"


def lets_time_run(lab: Lab) -> None:
    lab.play(speed=100)
    lab.pause()


def goes_back(lab: Lab) -> None:
    lab.checkpoint("here")
    lab.host("node1").sh("docker ps")
    lab.rewind("here")
    lab.host("node1").sh("docker ps")


def has_a_copy(lab: Lab) -> None:
    lab.fork().host("node1").sh("docker ps")


def open_files() -> int:
    """Return how many file descriptors this process has."""
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize(
    "use",
    [types, runs_programs_in_containers, listens, keeps_a_stream_open, lets_time_run, goes_back, has_a_copy],
)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="descriptors are counted in /proc")
def test_a_lab_that_is_forgotten_leaves_nothing_behind(use: Callable[[Lab], None]) -> None:
    use(Lab())  # what is made once stays: imports, caches
    gc.collect()
    before, threads = open_files(), set(threading.enumerate())
    forgotten = []
    for _ in range(3):
        lab = Lab()
        use(lab)
        forgotten.append(weakref.ref(lab))
        del lab
    gc.collect()
    assert [reference() for reference in forgotten] == [None, None, None]
    assert open_files() == before
    assert {thread for thread in set(threading.enumerate()) - threads if thread.is_alive()} == set()
