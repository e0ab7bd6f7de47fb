"""What runs on a Jupyter server: nbgrader's formgrader on a course of ours, and a learner's lab in Binder's memory."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client import BlockingKernelClient

from swarmlab.grade.course import Course

from .test_runs import scores
from .wholecourse import CALLS, ROOT

#: Binder gives this much, and ends a server that takes more.
MOST_MEMORY = 1_000_000_000


class Server:
    """A Jupyter server that runs in a course's folder."""

    def __init__(self, process: subprocess.Popen, runtime: Path) -> None:
        self.process, self.runtime = process, runtime
        while not (found := list(runtime.glob("jpserver-*.json"))) or not found[0].stat().st_size:
            assert process.poll() is None
            time.sleep(0.05)
        self._url = json.loads(found[0].read_text())["url"]

    def ask(self, path: str, method: str = "GET") -> str:
        request = urllib.request.Request(self._url + path, method=method, data=b"{}" if method == "POST" else None)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read().decode()


@pytest.fixture(scope="module")
def course(released_calls, tmp_path_factory) -> Course:
    """A copy of the course that tests share."""
    return Course(Path(shutil.copytree(released_calls, tmp_path_factory.mktemp("served") / "course")))


@pytest.fixture(scope="module")
def server(course, tmp_path_factory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    environment = {
        **os.environ, "JUPYTER_RUNTIME_DIR": str(folder), "JUPYTER_CONFIG_DIR": str(folder), "PYTHONPATH": str(ROOT),
        "IPYTHONDIR": str(folder), "SWARMLAB_HOME": str(folder),
    }  # fmt: skip
    options = ["--no-browser", "--port=0", "--allow-root", "--IdentityProvider.token=",
               "--ServerApp.disable_check_xsrf=True", f"--ServerApp.root_dir={course.root}"]  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options], cwd=course.root, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        yield Server(process, folder)
    finally:
        process.terminate()
        process.wait()


def test_formgrader_opens_the_course_and_judges_as_the_command_does(server, course):
    assert "formgrader" in server.ask("formgrader/manage_assignments").lower()
    found: list[dict[str, Any]] = json.loads(server.ask("formgrader/api/assignments"))
    assert [each["name"] for each in found if each["status"] == "released" or each["num_submissions"]] == [CALLS]
    said = json.loads(server.ask(f"formgrader/api/submission/{CALLS}/ada/autograde", "POST"))
    assert said["success"], said
    assert scores(course, "check_drain") == {"ada": 2.0}
    submission = json.loads(server.ask(f"formgrader/api/submission/{CALLS}/ada"))
    assert submission["score"] == 6.0
    notebooks = json.loads(server.ask(f"formgrader/api/submitted_notebooks/{CALLS}/{CALLS}"))
    assert "Quorum" in server.ask(f"formgrader/submissions/{notebooks[0]['id']}/")


def test_a_lab_with_a_board_fits_into_binder(server):
    """JupyterLab, its server, a kernel, and a lab in which something has happened."""
    kernel = json.loads(server.ask("api/kernels", "POST"))["id"]
    client = BlockingKernelClient(connection_file=str(server.runtime / f"kernel-{kernel}.json"))
    client.load_connection_file()
    client.start_channels(hb=False)  # a kernel that is starting has no heartbeat yet
    try:
        client.wait_for_ready(timeout=60)
        lines = [
            "from swarmlab import Lab",
            "lab = Lab()",
            "lab.host('swarm-manage').sh('docker service create --name web --replicas 6 --publish 8080:80 httpd:2.4')",
            "board = lab.board()",
            "lab.advance('10m')",
            "picture = lab.charts.timeline()._repr_mimebundle_()",
        ]
        reply = client.execute_interactive("\n".join(lines), timeout=60, output_hook=lambda message: None)
        assert reply["content"]["status"] == "ok", reply["content"]
    finally:
        client.stop_channels()
    used = memory(server.process.pid)
    print(f"{used / 1e6:.0f} MB for the server, the kernel and the lab")
    assert 100_000_000 < used < MOST_MEMORY


def memory(process: int) -> int:
    """Return the resident memory of a process and all below it, bytes; what they share counts for each."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    resident = next((line for line in lines if line.startswith("VmRSS")), "VmRSS: 0")  # one that has ended has none
    return int(resident.split()[1]) * 1024 + sum(memory(int(child)) for child in children)
