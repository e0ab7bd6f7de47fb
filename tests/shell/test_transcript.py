"""Transcripts: reading them, running them, and the tutorial as one."""

import os
import re
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from swarmlab import Lab
from swarmlab.errors import InvalidArgument
from swarmlab.shell.lines import is_interactive, opens_shell, split
from swarmlab.shell.transcript import parse, run_transcript


def ran(text: str) -> tuple[int, str]:
    pieces: list[str] = []
    status = run_transcript(text, Lab(), pieces.append)
    return status, "".join(pieces)


def test_a_transcript_is_prompts_comments_and_lines_typed_inside() -> None:
    steps = parse(
        "# a comment\n\n[root@node1 ~]# docker ps\n[root@node2 tmp]# docker run -it \\\n  busybox\n"
        "/ # ip a\n~ # ls\n# pwd\n/tmp # exit\n[root@node1 ~]# false !\n# after\n"
    )
    assert [(s.host, s.typed.command, s.typed.inner, s.typed.line, s.must_fail) for s in steps] == [
        ("node1", "docker ps", (), 3, False),
        ("node2", "docker run -it \\\n  busybox", ("ip a", "ls", "pwd", "exit"), 4, False),
        ("node1", "false", (), 10, True),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("docker ps", 'line 1: "docker ps" is no prompt; begin with [root@HOST ~]#, or with # for a comment'),
        ("[root@node1 ~]# ls\n/ # ip a", "line 2: a container's prompt, but the command before it opens no shell"),
        ("[root@node1 ~]# ls \\", "line 1: the file ends, but the line continues"),
        ("[root@node1 ~]# ls\n[root@nosuch ~]# ls", 'line 2: there is no host "nosuch"; the hosts are swarm-manage,'),
    ],
)
def test_a_line_that_makes_no_sense_is_named(text: str, sentence: str) -> None:
    with pytest.raises(InvalidArgument, match="^" + re.escape(sentence)):
        run_transcript(text, Lab(), lambda piece: None)


def test_a_run_shows_prompts_commands_and_output() -> None:
    status, text = ran("[root@node1 ~]# cd /tmp\n[root@node1 ~]# echo one \\\ntwo\n[root@node2 ~]# nosuch !\n")
    assert status == 0
    assert text == (
        "[root@node1 ~]# cd /tmp\n[root@node1 tmp]# echo one \\\n> two\none two\n"
        "[root@node2 ~]# nosuch\nbash: nosuch: command not found\n"
    )


def test_what_ends_otherwise_than_said_is_told_and_fails_the_run() -> None:
    status, text = ran("[root@node1 ~]# true !\n[root@node1 ~]# exit 3\n[root@node1 ~]# printf x\n")
    assert status == 1
    assert text.endswith(
        "printf x\nx\nswarmlab run: line 1: should have failed, but ended with status 0\n"
        "swarmlab run: line 2: ended with status 3; if it should, end the line with !\n"
    )


@pytest.mark.parametrize(
    ("command", "interactive", "shell"),
    [
        ("docker exec -it web sh", True, True),
        ("docker container exec -i -t web /bin/bash", True, True),
        ("docker run -it --rm --network container:x busybox", True, True),
        ("docker run -ti alpine ping x", True, False),
        ("docker exec -i web sh", False, False),
        ("docker ps -it", False, False),
        ("docker run -d httpd", False, False),
        ("docker exec -it 'open", False, False),
    ],
)
def test_commands_that_let_one_type_inside(command: str, interactive: bool, shell: bool) -> None:
    assert (is_interactive(command), opens_shell(command)) == (interactive, shell)


def test_a_cell_is_split_as_a_shell_reads_it() -> None:
    machine = Lab().host("node1")
    cell = (
        "# look\ndocker ps\n\nfor i in 1 2; do\n  echo $i\ndone\ncat <<E\nhi 'there\nE\n"
        "docker service create \\\n  httpd\n"
        "docker run -it busybox\nip a\nexit\necho 'a\nb'\ndocker exec -it x sh\ndocker ps"
    )
    assert [(t.command, t.inner) for t in split(cell.split("\n"), machine.is_complete)] == [
        ("docker ps", ()),
        ("for i in 1 2; do\n  echo $i\ndone", ()),
        ("cat <<E\nhi 'there\nE", ()),
        ("docker service create \\\n  httpd", ()),
        ("docker run -it busybox", ("ip a", "exit")),
        ("echo 'a\nb'", ()),
        ("docker exec -it x sh", ()),  # no exit follows: nothing is typed there
        ("docker ps", ()),
    ]


# --- the tutorial ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tutorial() -> tuple[int, str]:
    return ran(resources.files("swarmlab").joinpath("transcripts/tutorial.txt").read_text())


def test_every_step_of_the_tutorial_ends_as_it_should(tutorial: tuple[int, str]) -> None:
    status, text = tutorial
    assert status == 0, text[-500:]
    assert "swarmlab run:" not in text


def after(text: str, command: str) -> str:
    """Return what was printed for the first line that ends with `command`."""
    found = re.search(rf"^\[root@[^\n]*{re.escape(command)}\n(.*?)(?=^\[root@|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"{command} is not in the tutorial"
    return found.group(1)


def test_the_tutorial_shows_what_its_source_shows(tutorial: tuple[int, str]) -> None:
    _, text = tutorial
    assert "overall progress: 1 out of 1 tasks\n1/1: running\nverify: Service" in text
    assert "# cat /usr/local/apache2/htdocs/index.html\n<html><body><h1>It works!</h1></body></html>\n# exit\n" in text
    scaled = after(text, "docker service scale web_server=5")
    assert scaled.startswith("web_server scaled to 5\n")
    assert "5/5: running\n" in scaled
    assert "swarm-manage   Ready     Drain          Leader" in after(text, "docker node ls")
    assert re.search(r" \\_ web_server\.\d +httpd:latest +swarm-manage +Shutdown +Shutdown about a minute ago", text)
    assert after(text, '"{{json .Endpoint.Spec.Ports}}" web_server1') == (
        '[{"Protocol":"tcp","TargetPort":80,"PublishedPort":8080,"PublishMode":"ingress"}]\n'
    )
    assert "64 bytes from 10.0.1.2: seq=1 ttl=64" in after(text, "ping -c 2 my_web")
    names = after(text, "nslookup tasks.my_web")
    assert sorted(re.findall(r"Address: (10\.0\.1\.\d+)", names)) == ["10.0.1.3", "10.0.1.4", "10.0.1.5"]
    assert '"Addr": "10.0.1.2/24"' in after(text, "docker service inspect my_web")
    refused = "curl: (7) Failed to connect to 192.168.1.13 port 8080 after 0 ms: Could not connect to server\n"
    assert refused in text
    assert text.count("<html><body><h1>It works!</h1></body></html>\n") == 8
    assert re.search(r"inet 10\.0\.0\.\d+/24 brd 10\.0\.0\.255 scope global eth0", text)
    assert re.search(r"inet 172\.18\.0\.\d+/16 brd 172\.18\.255\.255 scope global eth1", text)


def test_the_tutorial_is_the_same_whatever_the_hash_seed(tutorial: tuple[int, str]) -> None:
    path = Path(str(resources.files("swarmlab").joinpath("transcripts/tutorial.txt")))
    done = subprocess.run(
        [sys.executable, "-m", "swarmlab", "run", str(path)],
        env={**os.environ, "PYTHONHASHSEED": "4711"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == tutorial[1]
