"""A ``swarmlab serve`` of the test's own, on unix sockets, and a way to run real commands against it."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest


def docker_28() -> None:
    """Skip the test where the docker command is an older one: it has other words, and waits in another way."""
    said = subprocess.run(["docker", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"version (\d+)\.", said)
    if found is None or int(found[1]) < 28:
        pytest.skip(f"needs the docker command 28 or newer, whose words are compared; here: {said.strip() or 'none'}")


class Begun(NamedTuple):
    """A docker command that still looks whether all stays well, and what it has said so far."""

    process: "subprocess.Popen[str]"
    said: str

    def end(self) -> str:
        """Let it end well; return all that it said."""
        rest, _ = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, self.said + rest
        return self.said + rest


class Served:
    """One served lab.  `hosts` maps a host's name to its DOCKER_HOST."""

    def __init__(self, folder: Path, *options: str) -> None:
        command = [sys.executable, "-m", "swarmlab", "serve", "--dir", str(folder / "s"), *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        ready = json.loads(self.process.stdout.readline())
        assert ready["ready"] is True
        self.hosts: dict[str, str] = ready["hosts"]

    def run(self, host: str, command: str, stdin: str = "", timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a command line with bash, its docker pointed at `host`."""
        return subprocess.run(
            ["bash", "-c", command],
            input=stdin,
            env=self._environment(host),
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    def begin(self, host: str, command: str) -> "Begun":
        """Run a docker command that waits for a service until the service does what it should.

        The client then looks on for 5 s, by its own clock, whether it stays so.  Others can type meanwhile.
        """
        process = subprocess.Popen(
            ["bash", "-c", command],
            env=self._environment(host),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if line.startswith("verify: Waiting"):
                break
        return Begun(process, said)

    def _environment(self, host: str) -> dict[str, str]:
        return {**os.environ, "DOCKER_HOST": self.hosts[host], "DOCKER_CLI_HINTS": "false"}

    def stop(self) -> tuple[int, str]:
        """End it as Ctrl-C does; return its exit status and what it said on standard error."""
        self.process.send_signal(signal.SIGINT)
        _, said = self.process.communicate(timeout=20)
        return self.process.returncode, said
