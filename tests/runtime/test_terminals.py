"""``swarmlab shell``: somebody at a terminal, on a host of a served lab and of a lab in a notebook."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from swarmlab import Lab
from swarmlab.errors import Conflict, FailedPrecondition, NotFound
from swarmlab.runtime import terminal
from swarmlab.runtime.terminals import Terminals

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="unix sockets do not exist there")

#: What the line editor says when it leaves the screen to a command.
OUTPUT = r"\x1b\[\?2004l"
PROMPT = r"\[root@swarm-manage ~\]# "


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where a served lab listens."""
    where = tmp_path_factory.mktemp("s")
    command = [sys.executable, "-m", "swarmlab", "serve", "--dir", str(where)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["ready"]
    yield where
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert (process.returncode, said) == (0, "")
    assert list(where.glob("*.sock")) == []


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a short path, as sockets need it, for all that this test's user has."""
    with tempfile.TemporaryDirectory(prefix="sl") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder)


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "SWARMLAB_HOME": str(home), "TERM": "xterm", "XDG_RUNTIME_DIR": str(home)}


def typed(home: Path, *words: str, lines: str = "", status: int | None = 0) -> "subprocess.CompletedProcess[str]":
    """Run ``swarmlab shell`` without a terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "swarmlab", "shell", *words], input=lines, capture_output=True, text=True,
        env=environment(home), timeout=60, check=False,
    )  # fmt: skip
    assert status is None or done.returncode == status, done.stdout + done.stderr
    return done


def sit_down(home: Path, *words: str) -> Any:
    """Open a terminal of 120 columns with ``swarmlab shell`` on it."""
    pexpect = pytest.importorskip("pexpect")
    terminal = pexpect.spawn(
        sys.executable, ["-m", "swarmlab", "shell", *words], env=environment(home), timeout=30, dimensions=(30, 120),
        encoding="utf-8",
    )  # fmt: skip
    terminal.expect(PROMPT)
    return terminal


def run(terminal: Any, line: str, *expected: str, prompt: str = PROMPT) -> str:
    """Type a line, and see what is expected and the prompt again."""
    terminal.send(line + "\r")
    seen = ""
    for text in (*expected, prompt):
        terminal.expect(text)
        seen += str(terminal.before) + str(terminal.after)
    return seen


def test_lines_from_a_pipe_are_run_without_a_prompt_and_end_with_the_last_status(
    directory: Path, tmp_path: Path
) -> None:
    lines = "hostname\nfor i in 1 2\ndo echo n$i; done\ncd /tmp; pwd\npwd\nls /nope\n"
    done = typed(tmp_path, "node1", "--dir", str(directory), lines=lines, status=2)
    assert done.stdout == "node1\nn1\nn2\n/tmp\n/tmp\n"
    assert "No such file" in done.stderr
    done = typed(tmp_path, "node1", "--dir", str(directory), lines="docker exec -it x sh\nexit 5\necho no\n", status=5)
    assert "no" not in done.stdout
    done = typed(tmp_path, "swarm-manage", "--dir", str(directory), lines="docker secret create s -\ntext\n")
    assert re.fullmatch(r"[a-z0-9]{25}\n", done.stdout)


def test_at_a_terminal_docker_behaves_as_the_real_thing(directory: Path, tmp_path: Path) -> None:
    terminal = sit_down(tmp_path, "swarm-manage", "--dir", str(directory))
    run(terminal, "docker node ls", "ENGINE VERSION", "swarm-manage")
    run(terminal, "docker run -d --name box busybox sleep 100000", "[0-9a-f]{64}")
    seen = run(terminal, "docker service create --name web --update-monitor 1s httpd", "converged")
    assert re.search(r"1/1: running +\[=+>\]", seen)  # the bar that a terminal of 120 columns shows
    assert "\x1b[2K" in seen
    run(terminal, "for i in 1 2", prompt=">")
    run(terminal, "do echo n$i; done", "n1\r\nn2\r\n")
    run(terminal, "false; echo $?", "1\r\n")
    terminal.send("exit 3\r")
    terminal.expect("exit")
    terminal.wait()
    assert terminal.exitstatus == 3
    history = (tmp_path / "history").read_text()
    assert "docker node ls" in history


def test_inside_a_container_each_key_goes_there(directory: Path, tmp_path: Path) -> None:
    terminal = sit_down(tmp_path, "swarm-manage", "--dir", str(directory))
    run(terminal, "docker run -d --name inside busybox sleep 100000", "[0-9a-f]{64}")
    terminal.send("docker exec -it inside sh\r")
    terminal.expect("/ # ")
    run(terminal, "echo $((6 * 7))", "\r\n42\r\n", prompt="/ # ")
    terminal.send("sleep 1000\r")
    terminal.expect("sleep 1000\r\n")
    terminal.send("\x03")  # ends the sleep, not the shell
    terminal.expect("/ # ")
    run(terminal, "exit 4")
    run(terminal, "echo it was $?", "it was 4\r\n")
    terminal.send("\x04")
    terminal.expect("exit")
    terminal.wait()
    assert terminal.exitstatus == 0


def test_ctrl_c_ends_what_runs_and_docker_says_how_to_go_on(directory: Path, tmp_path: Path) -> None:
    terminal = sit_down(tmp_path, "swarm-manage", "--dir", str(directory))
    terminal.send("docker service create --name waits --constraint node.labels.no==such httpd\r")
    terminal.expect("no suitable node")
    terminal.sendintr()
    terminal.expect("Operation continuing in background.")
    terminal.expect(PROMPT)
    terminal.send("echo begun; sleep 1000\r")
    terminal.expect(OUTPUT + "begun\r\n")
    terminal.sendintr()
    terminal.expect(PROMPT)
    terminal.send("half a line\x03")
    terminal.expect(PROMPT)
    run(terminal, "echo still here", OUTPUT + "still here\r\n")


def test_tab_completes_commands_and_names(directory: Path, tmp_path: Path) -> None:
    terminal = sit_down(tmp_path, "swarm-manage", "--dir", str(directory))
    run(terminal, "docker config create completed /etc/hostname", "[a-z0-9]{25}")
    run(terminal, "docker conf\tinsp\tcomp\t-f '{{.Spec.Name}}'", OUTPUT + "completed\r\n")


def test_the_lab_hears_of_a_new_width(directory: Path, tmp_path: Path) -> None:
    terminal = sit_down(tmp_path, "swarm-manage", "--dir", str(directory))
    assert (
        "                        'table':            Print output in table format with column headers (default)"
        in run(terminal, "docker node ls --help", "Usage:")
    )
    terminal.setwinsize(30, 60)
    narrow = run(terminal, "docker node ls --help", "Usage:")
    assert "                        'table':            Print\r\n" in narrow


def test_the_socket_is_for_its_owner_alone(directory: Path) -> None:
    assert stat.S_IMODE((directory / "terminals-serve.sock").stat().st_mode) == 0o600


@pytest.fixture
def notebook(short: Path) -> Iterator[Lab]:
    """A lab whose terminals can be opened, as in a notebook."""
    lab = Lab()
    assert lab.open_terminals().startswith("Type in a terminal:  swarmlab shell swarm-manage")
    assert lab.open_terminals().startswith("Type in a terminal")  # once is enough
    yield lab
    opened: Terminals | None = lab._terminals
    assert opened is not None
    opened.close()


def test_the_lab_of_a_notebook_is_found_and_its_time_moves_while_a_command_runs(notebook: Lab, short: Path) -> None:
    before = notebook.now
    done = typed(short, "node1", lines="docker run -d --name box busybox sleep 100000\nsleep 1\nhostname\n")
    assert done.stdout.endswith("node1\n")
    assert [container.name for container in notebook.docker("node1").containers.list()] == ["box"]
    assert notebook.now - before >= 7 * 10**9  # three lines typed, and a second slept
    after = notebook.now
    assert notebook.host("node1").sh("docker ps -q").exit_code == 0
    assert notebook.now == after + 2 * 10**9  # the rest of the time it stands still
    assert [op["line"] for op in notebook.session.journal.ops if op["op"] == "command"][1:] == [
        "sleep 1", "hostname", "docker ps -q",
    ]  # fmt: skip


def test_several_terminals_type_at_once(notebook: Lab, short: Path) -> None:
    said: dict[str, str] = {}

    def sit(host: str) -> None:
        lines = "for i in 1 2 3 4 5; do docker run --rm busybox hostname >/dev/null; done; docker ps -aq | wc -l\n"
        said[host] = typed(short, host, lines=lines, status=None).stdout

    threads = [threading.Thread(target=sit, args=(host,)) for host in notebook.hosts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == dict.fromkeys(notebook.hosts, "0\n")


def test_what_is_not_there_is_said_in_one_sentence(notebook: Lab, short: Path, tmp_path_factory: Any) -> None:
    done = typed(short, "nope", status=2)
    assert done.stderr == 'swarmlab: there is no host "nope"; the hosts are swarm-manage, node1, node2\n'
    elsewhere = tmp_path_factory.mktemp("e")
    with pytest.raises(NotFound, match=r"No lab runs in .*: start one with `swarmlab serve`, or run lab\.open_term"):
        terminal.find(elsewhere)
    with pytest.raises(NotFound, match=r'There is no lab "x" in .*; there are: notebook-'):
        terminal.find(short / "swarmlab", "x")
    other = Lab()
    other.open_terminals()
    with pytest.raises(Conflict, match=r"Several labs run \(notebook-\d+(-\d+)?, notebook-\d+-\d+\): choose one with"):
        terminal.find(short / "swarmlab")
    assert other._terminals is not None
    name = other._terminals.path.stem.removeprefix("terminals-")
    assert typed(short, "node1", "--lab", name, lines="hostname\n").stdout == "node1\n"
    other._terminals.close()


def test_a_system_without_unix_sockets_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("socket.AF_UNIX")
    with pytest.raises(FailedPrecondition, match=r"no unix sockets .* %%host"):
        terminal.shell("node1")


def test_a_lab_that_ends_takes_its_terminals_with_it(notebook: Lab, short: Path) -> None:
    opened = sit_down(short, "swarm-manage")
    assert notebook._terminals is not None
    notebook._terminals.close()
    opened.send("hostname\r")
    opened.expect("swarmlab: The lab has ended.")
    opened.wait()
    assert opened.exitstatus == 2
