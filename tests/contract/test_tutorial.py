"""The whole tutorial, typed with the unmodified docker command at a served swarm."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import swarmlab
from swarmlab.shell.transcript import Step, parse
from tests.contract.serving import Begun, Served, docker_28

TUTORIAL = Path(swarmlab.__file__).parent / "transcripts" / "tutorial.txt"
STEPS = parse(TUTORIAL.read_text(encoding="utf-8"))
#: Lines that are typed where a container runs: on a served swarm chance may have put it elsewhere.
NEEDS_THE_CONTAINER = re.compile(r"docker exec|--network container:")
#: Lines that wait for a service, and its name.
WAITS = re.compile(r"docker service (?:create .*--name (\S+)|scale (\w+)=|update .* (\w+)$)", re.DOTALL)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    docker_28()
    lab = Served(tmp_path_factory.mktemp("serve"), "--speed", "20")
    yield lab
    code, said = lab.stop()
    assert (code, said) == (0, "")


def typed_without_a_terminal(step: Step) -> str:
    """Return the command with ``-it`` as ``-i``: a test has no terminal to give it (see test_terminal)."""
    return step.typed.command.replace(" -it ", " -i ")


@pytest.mark.docker
def test_every_docker_line_of_the_tutorial_does_with_the_real_command_what_it_does_with_ours(served: Served) -> None:
    lines = [step for step in STEPS if step.typed.command.startswith("docker ")]
    assert len(lines) > 30
    said: dict[str, str] = {}
    begun: dict[str, tuple[str, Begun]] = {}  # service -> (command, what still looks whether it stays as it is)
    for step in lines:
        command = typed_without_a_terminal(step)
        if waits := WAITS.search(command):
            service = next(name for name in waits.groups() if name)
            if service in begun:
                before, looking = begun.pop(service)
                said[before] = looking.end()
            begun[service] = (command, served.begin(step.host, command))
            continue
        where = [step.host]
        if NEEDS_THE_CONTAINER.search(command):
            where += [host for host in served.hosts if host != step.host]
        stdin = step.typed.stdin if isinstance(step.typed.stdin, str) else step.typed.stdin.decode()
        for host in where:
            done = served.run(host, command, stdin)
            if (done.returncode != 0) == step.must_fail:
                break
        assert (done.returncode != 0) == step.must_fail, f"{command}\n{done.stdout}{done.stderr}"
        said[command] = done.stdout
    said |= {command: looking.end() for command, looking in begun.values()}
    everything = "\n".join(said.values())
    assert "<html><body><h1>It works!</h1></body></html>" in everything
    assert "verify: Service web_server converged" in said["docker service scale web_server=5"]
    assert '[{"Protocol":"tcp","TargetPort":80,"PublishedPort":8080,"PublishMode":"ingress"}]' in everything
    assert "2 packets transmitted, 2 packets received, 0% packet loss" in everything
    assert re.search(r"Name:\ttasks.my_web\nAddress: 10\.0\.1\.\d", everything)
    assert re.search(r"eth0@if\d+: .* mtu 1450", everything)
    services = served.run("swarm-manage", "docker service ls --format '{{.Name}} {{.Replicas}} {{.Ports}}'").stdout
    assert services.splitlines() == [
        "my_web 3/3 ",
        "util 1/1 ",
        "web 3/3 *:8080->80/tcp",
        "web_server 3/3 ",
        "web_server1 2/2 ",
    ]


@pytest.mark.docker
def test_a_terminal_in_a_container_works_with_the_real_command(served: Served) -> None:
    pexpect = pytest.importorskip("pexpect")
    served.run("node1", "docker run -d --name box busybox sleep 100000")
    terminal = pexpect.spawn(
        "docker", ["exec", "-it", "box", "sh"], env={"DOCKER_HOST": served.hosts["node1"]}, timeout=20
    )
    terminal.expect("/ # ")
    terminal.sendline("echo $((6 * 7))")
    terminal.expect("42\r\n")
    terminal.expect("/ # ")
    terminal.sendline("exit 3")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 3
