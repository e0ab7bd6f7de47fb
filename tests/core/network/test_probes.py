"""What health checks find out: commands, joints, redirections, and the words for what is wrong."""

import pytest

from swarmlab.core import faults
from swarmlab.core.network.probes import Probe
from swarmlab.core.network.probetools import NEVER
from swarmlab.core.network.world import Place
from tests.core.network.scene import Scene


class Room:
    """Two containers on one network: an httpd, and a busybox to check from."""

    def __init__(self) -> None:
        self.scene = Scene()
        self.scene.network("my_net")
        self.scene.start("web", 1, "my_net")
        self.client = self.scene.client("util", "my_net")
        self.web = self.scene.places("web")[0]

    def check(self, place: Place, command: str, *env: str) -> tuple[int, str, int]:
        assert place.container_id is not None
        probe = Probe(place.host, place.container_id, "e", ("/bin/sh", "-c", command), env, NEVER, background=True)
        found = self.scene.simulation.probes.outcome(probe)
        return found.exit_code, found.out + found.err, found.takes


@pytest.fixture(scope="module")
def room() -> Room:
    return Room()


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("true", 0),
        ("false", 1),
        ("exit 3", 3),
        ("false || exit 1", 1),
        ("true && exit 4; exit 5", 4),
        ("false; true", 0),
        ("! false", 0),
        ("true | false", 1),
        ("test -f /tmp/here", 0),
        ("test -f /tmp/gone", 1),
        ("[ -d /tmp ]", 0),
        ("[ ! -e /tmp/gone ]", 0),
        ("[ -s /tmp/empty ]", 1),
        ("test a = a && test 2 -lt 10", 0),
        ("test -n '' ", 1),
        ("cat /tmp/here | grep -q 'wor[dk]'", 0),
        ("grep -qi WORD /tmp/here", 0),
        ("grep -v word /tmp/here", 1),
        ("ls /tmp/here /tmp", 0),
        ("test ${MODE} = fast", 0),
        ("pidof sleep > /dev/null", 0),
        ("pidof httpd", 1),
        ("nc -z web 80", 0),
        ("nc -z web 81", 1),
        ("wget -q --spider http://web/", 0),
        ("wget -qO- http://web/ | grep -q works", 0),
        ("wget -q -O /dev/null http://web/nothing", 1),
        ("wget -q -O /dev/null http://localhost/ 2>&1", 1),
    ],
)
def test_a_check_is_a_small_shell_line(room: Room, command: str, status: int) -> None:
    room.scene.net.write_files(room.client, {"/tmp/here": b"a word\n", "/tmp/empty": b""})
    assert room.check(room.client, command, "MODE=fast")[0] == status


@pytest.mark.parametrize(
    ("command", "output"),
    [
        ("echo one; echo two >&2", "one\ntwo\n"),
        ("echo quiet > /dev/null", ""),
        ("cat /nothing 2> /dev/null", ""),
        ("cat /nothing", "cat: /nothing: No such file or directory\n"),
        ("curl -f http://localhost/", "/bin/sh: curl: not found\n"),
        (
            "wget -q -O /dev/null http://web/nothing || exit 1",
            "wget: server returned error: HTTP/1.1 404 Not Found\n",
        ),
        (
            "wget -q -O - http://127.0.0.1/",
            "wget: can't connect to remote host (127.0.0.1): Connection refused\n",
        ),
        ("wget -q -O - http://nobody/", "wget: bad address 'nobody'\n"),
        ("wget -q -O - http://web/", "<html><body><h1>It works!</h1></body></html>\n"),
        ("test a = b -o a = a", "this simulation cannot run the check: test a = b -o a = a\n"),
        ("echo $(date)", "this simulation cannot run the check: no substitution: echo $(date)\n"),
    ],
)
def test_what_a_check_prints_is_what_its_commands_print(room: Room, command: str, output: str) -> None:
    assert room.check(room.client, command)[1] == output


def test_a_server_is_asked_like_by_any_client_and_writes_to_its_log(room: Room) -> None:
    container = room.scene.simulation.hosts[room.web.host].engine.containers[room.web.container_id or ""]
    before = len(container.log)
    room.check(room.client, "wget -q -O /dev/null http://web/health")
    assert b'"GET /health HTTP/1.1" 404' in container.log[-1].data
    assert len(container.log) == before + 1


def test_a_check_takes_as_long_as_its_commands() -> None:
    room = Room()
    assert room.check(room.client, "sleep 2; sleep 0.5")[2] == 2_500_000_000
    name = room.scene.running("web")[0].id
    faults.hang(room.scene.simulation, name)
    assert room.check(room.client, "wget -q -O - http://web/")[2] == NEVER
    status, output, takes = room.check(room.client, "wget -q -T 3 -O - http://web/")
    assert (status, output, takes) == (1, "wget: download timed out\n", 3_000_000_000)
