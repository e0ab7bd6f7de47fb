"""Input to and output from containers."""

import io
import json
import struct
from typing import Any

import docker
import pytest
import requests
from requests.adapters import BaseAdapter
from urllib3.response import HTTPResponse

from swarmlab.cli.api import frames
from swarmlab.cli.app import run
from swarmlab.cli.environment import Environment
from tests.cli.recorded import FixedClock


def _frame(stream: int, text: bytes) -> bytes:
    return struct.pack(">BxxxL", stream, len(text)) + text


class _Wire(io.BytesIO):
    """What a container says, and what was said to it."""

    def __init__(self, says: bytes) -> None:
        super().__init__(says)
        self.heard = b""
        self.half_closed = False

    def sendall(self, data: bytes) -> None:
        self.heard += data

    def shutdown(self, _how: int) -> None:
        self.half_closed = True


class _Engine(BaseAdapter):
    """Answers each path with a status and a body."""

    def __init__(self, answers: dict[str, tuple[int, Any]]) -> None:
        super().__init__()
        self._answers = answers
        self.bodies: dict[str, Any] = {}

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        path = str(request.path_url).partition("?")[0].removeprefix("/v1.50")
        self.bodies[path] = json.loads(request.body) if request.body else None
        status, body = self._answers[path]
        response = requests.Response()
        response.status_code = status
        response.request, response.url = request, str(request.url)
        wire = (
            body if isinstance(body, io.BytesIO) else io.BytesIO(json.dumps(body).encode() if body is not None else b"")
        )
        response.raw = HTTPResponse(wire, {}, status, preload_content=False)
        return response

    def close(self) -> None:
        pass


def _docker(argv: list[str], answers: dict[str, tuple[int, Any]], **more: Any):
    engine = _Engine(answers)
    api = docker.APIClient(base_url="http://engine:80", version="1.51")
    api.mount("http://", engine)
    out, err = io.StringIO(), io.StringIO()
    code = run(argv, Environment(api, FixedClock(0), out, err, **more))
    return code, out.getvalue(), err.getvalue(), engine


def _exec_answers(wire: _Wire, code: int = 0) -> dict[str, tuple[int, Any]]:
    return {
        "/containers/c/json": (200, {"Id": "c"}),
        "/containers/c/exec": (201, {"Id": "e"}),
        "/exec/e/start": (101, wire),
        "/exec/e/json": (200, {"ExitCode": code}),
    }


def test_the_two_streams_of_an_exec_go_to_two_places_and_its_status_is_ours():
    wire = _Wire(_frame(1, b"out\n") + _frame(2, b"err\n") + _frame(1, "é\n".encode()))
    code, out, err, _ = _docker(["exec", "c", "sh"], _exec_answers(wire, 7))
    assert (code, out, err) == (7, "out\né\n", "err\n")
    assert wire.heard == b""


def test_exec_i_sends_all_input_and_then_says_that_this_was_all():
    wire = _Wire(_frame(1, b"hello"))
    code, out, _, engine = _docker(["exec", "-i", "c", "cat"], _exec_answers(wire), stdin=io.BytesIO(b"hello"))
    assert (code, out) == (0, "hello")
    assert (wire.heard, wire.half_closed) == (b"hello", True)
    assert engine.bodies["/containers/c/exec"]["AttachStdin"] is True


@pytest.mark.parametrize(("progress", "shown"), [("lines", "a\r\nb\r\n"), ("final", "a\nb\n")])
def test_the_raw_bytes_of_a_tty_get_plain_line_ends_only_in_a_notebook(progress, shown):
    code, out, _, _ = _docker(["exec", "-t", "c", "x"], _exec_answers(_Wire(b"a\r\nb\r\n")), progress=progress)
    assert (code, out) == (0, shown)


def test_exec_it_needs_a_terminal():
    code, out, err, _ = _docker(["exec", "-it", "c", "sh"], _exec_answers(_Wire(b"")))
    assert (code, out, err) == (1, "", "the input device is not a TTY\n")
    assert _docker(["exec", "-it", "c", "sh"], _exec_answers(_Wire(b"$ ")), tty=True)[:2] == (0, "$ ")


def test_a_frame_may_come_in_pieces():
    data = _frame(1, b"abc") + _frame(2, b"") + _frame(2, b"d")
    pieces = iter([data[:3], data[3:9], data[9:], b""])
    assert list(frames(lambda: next(pieces))) == [(1, b"abc"), (2, b""), (2, b"d")]


def test_run_pulls_a_missing_image_and_returns_the_exit_status():
    answers = {
        "/containers/create": (201, {"Id": "c"}),
        "/containers/c/attach": (101, _Wire(_frame(1, b"hi\n"))),
        "/containers/c/wait": (200, {"StatusCode": 3}),
        "/containers/c/start": (204, None),
    }
    code, out, err, engine = _docker(
        ["run", "--rm", "-p", "8080:80", "--network", "n", "busybox", "echo", "hi"], answers
    )
    assert (code, out, err) == (3, "hi\n", "")
    body = engine.bodies["/containers/create"]
    assert body["Cmd"] == ["echo", "hi"]
    assert body["HostConfig"]["PortBindings"] == {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}
    assert body["HostConfig"]["NetworkMode"] == "n"


def test_a_container_that_cannot_start_is_reported_with_docker_s_code():
    answers = {
        "/containers/create": (201, {"Id": "c"}),
        "/containers/c/attach": (101, _Wire(b"")),
        "/containers/c/wait": (200, {"StatusCode": 127}),
        "/containers/c/start": (400, {"message": 'exec: "x": executable file not found in $PATH'}),
    }
    code, _, err, _ = _docker(["run", "busybox", "x"], answers)
    assert code == 127
    assert err.startswith("docker: Error response from daemon: exec")
    assert err.endswith("\n\nRun 'docker run --help' for more information\n")


def test_an_engine_that_does_not_answer_is_named():
    api = docker.APIClient(base_url="http://127.0.0.1:9", version="1.51")
    out, err = io.StringIO(), io.StringIO()
    code = run(["ps"], Environment(api, FixedClock(0), out, err))
    assert code == 1
    assert err.getvalue() == (
        "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n"
    )
