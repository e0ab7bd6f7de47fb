"""A docker SDK client whose engine is a recording: it answers what a real engine answered, in the same order.

The recordings in ``data/`` are made by ``record.py`` and never edited by hand.
"""

import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import docker
import requests
from requests.adapters import BaseAdapter
from urllib3.response import HTTPResponse

from swarmlab.cli.app import run
from swarmlab.cli.environment import Environment

DATA = Path(__file__).parent / "data"


class FixedClock:
    """The moment of the recording; sleeping moves it."""

    def __init__(self, now: int) -> None:
        self._now = now

    def now(self) -> int:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += round(seconds * 10**9)


def describe(request: requests.PreparedRequest) -> dict[str, Any]:
    """What of a request must be the same each time: method, path, query, JSON body."""
    url = urlsplit(str(request.url))
    body = request.body.encode() if isinstance(request.body, str) else request.body
    return {
        "method": request.method,
        "path": url.path,
        "query": dict(parse_qsl(url.query)),
        "body": json.loads(body) if body else None,
    }


class RecordedEngine(BaseAdapter):
    """Answers a list of recorded exchanges, each once and in order."""

    def __init__(self, exchanges: list[dict[str, Any]]) -> None:
        super().__init__()
        self._left = list(exchanges)

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        asked = describe(request)
        assert self._left, f"one request too many: {asked}"
        recorded = self._left.pop(0)
        assert asked == recorded["request"]
        answer = recorded["answer"]
        response = requests.Response()
        response.status_code = answer["status"]
        response.headers.update(answer["headers"])
        response.url = str(request.url)
        response.request = request
        body = answer["body"].encode("latin-1")
        response.raw = HTTPResponse(io.BytesIO(body), answer["headers"], answer["status"], preload_content=False)
        return response

    def close(self) -> None:
        pass

    @property
    def unasked(self) -> int:
        """How many recorded requests were not made."""
        return len(self._left)


def recordings() -> list[tuple[str, dict[str, Any]]]:
    """Every recorded command line, with the name of its file."""
    found = []
    for path in sorted(DATA.glob("*.json")):
        recording = json.loads(path.read_text())
        for command in recording["commands"]:
            for exchange in command["http"]:
                exchange["answer"]["body"] = recording["bodies"][exchange["answer"]["body"]]
            found.append((path.stem, command))
    assert found, "the recordings are missing"
    return found


def replay(command: dict[str, Any], **terminal: Any) -> tuple[int, str, str, int]:
    """Run a recorded command line; return exit code, stdout, stderr and the requests that were not made.

    `terminal` changes the environment: progress="tty", columns=120.
    """
    engine = RecordedEngine(command["http"])
    api = docker.APIClient(base_url="http://recorded:80", version="1.51")
    api.mount("http://", engine)
    stdout, stderr = io.StringIO(), io.StringIO()
    env = Environment(api, FixedClock(command["now"]), stdout, stderr, io.BytesIO(b""), **terminal)
    code = run(command["argv"], env)
    return code, stdout.getvalue(), stderr.getvalue(), engine.unasked
