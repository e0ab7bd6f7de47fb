"""The parts of a real lab that need no engine: images, name server, note, processes, addresses, reach."""

import gzip
import hashlib
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from swarmlab.__main__ import main
from swarmlab.core.agent.images import IMAGES
from swarmlab.errors import FailedPrecondition, InvalidArgument, SwarmlabError
from swarmlab.real import commands, images, kernel, nameserver, processes, reach, registry
from swarmlab.real.connection import Connection, ssh_command
from swarmlab.real.hosts import Host
from swarmlab.real.statefile import Folder, State

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="these parts are for Linux")

HOSTS = [
    Host("swarm-manage", "192.168.1.11", "unix:///a b/s.sock", "manager"),
    Host("node1", "192.168.1.12", "unix:///c.sock", "worker"),
]


# --- images -----------------------------------------------------------------------------------------------------


def fake_busybox(folder: Path) -> Path:
    """Return a program that lists applets as busybox does."""
    path = folder / "busybox"
    path.write_text("#!/bin/sh\nprintf 'busybox\\nsh\\nhttpd\\n'\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder with all images, as the registry serves it."""
    images.write_registry(tmp_path / "images", fake_busybox(tmp_path))
    return tmp_path / "images"


def test_every_tag_of_every_image_can_be_pulled_piece_by_piece(shelf: Path) -> None:
    tags = [
        (name if "/" in name else f"library/{name}", tag)
        for name, known in ((image.repository, image.tags) for image in IMAGES)
        for tag in known
    ]
    assert ("library/httpd", "latest") in tags
    for repository, tag in tags:
        answer = registry.reply(shelf, f"/v2/{repository}/manifests/{tag}")
        assert (answer.status, answer.digest) == (200, f"sha256:{hashlib.sha256(answer.body).hexdigest()}")
        assert registry.reply(shelf, f"/v2/{repository}/manifests/{answer.digest}") == answer
        manifest = json.loads(answer.body)
        assert manifest["mediaType"] == answer.kind
        for piece in (manifest["config"], *manifest["layers"]):
            blob = registry.reply(shelf, f"/v2/{repository}/blobs/{piece['digest']}")
            assert f"sha256:{hashlib.sha256(blob.body).hexdigest()}" == piece["digest"] == blob.digest
            assert len(blob.body) == piece["size"]
        config = json.loads(registry.reply(shelf, f"/v2/library/x/blobs/{manifest['config']['digest']}").body)
        layers = [registry.reply(shelf, f"/v2/library/x/blobs/{part['digest']}").body for part in manifest["layers"]]
        unpacked = [f"sha256:{hashlib.sha256(gzip.decompress(layer)).hexdigest()}" for layer in layers]
        assert config["rootfs"]["diff_ids"] == unpacked


def test_tags_of_one_build_are_one_image(shelf: Path) -> None:
    one, other = (registry.reply(shelf, f"/v2/library/httpd/manifests/{tag}") for tag in ("2.4", "latest"))
    assert one == other
    assert registry.reply(shelf, "/v2/library/httpd/manifests/2.4.64") != one


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v2/library/nosuch/manifests/latest", "MANIFEST_UNKNOWN"),
        ("/v2/library/httpd/manifests/nosuch", "MANIFEST_UNKNOWN"),
        (f"/v2/library/httpd/blobs/sha256:{'0' * 64}", "BLOB_UNKNOWN"),
        ("/v2/library/../manifests/latest", "NAME_UNKNOWN"),
        ("/v2/library/httpd/manifests/../../../etc", "NAME_UNKNOWN"),
        ("/etc/passwd", "NAME_UNKNOWN"),
        ("", "NAME_UNKNOWN"),
    ],
)
def test_what_is_not_there_is_not_found(shelf: Path, path: str, code: str) -> None:
    answer = registry.reply(shelf, path)
    assert (answer.status, json.loads(answer.body)["errors"][0]["code"]) == (404, code)


def test_the_same_busybox_makes_the_same_images(tmp_path: Path) -> None:
    busybox = fake_busybox(tmp_path)
    made = []
    for name in ("a", "b"):
        images.write_registry(tmp_path / name, busybox)
        made.append({path.name: path.read_bytes() for path in (tmp_path / name).rglob("*") if path.is_file()})
    assert made[0] == made[1]


def test_a_program_that_needs_a_loader_is_not_static() -> None:
    assert not images.is_static(Path(os.path.realpath(sys.executable)))


def test_a_script_is_no_static_program(tmp_path: Path) -> None:
    assert not images.is_static(fake_busybox(tmp_path))


# --- name server ------------------------------------------------------------------------------------------------


def test_every_name_is_unknown() -> None:
    question = b"\3www\7example\0\0\1\0\1"
    answer = nameserver.answer(b"\x12\x34\x01\0\0\1\0\0\0\0\0\0" + question)
    assert answer[:2] == b"\x12\x34"
    assert answer[2] & 0x80
    assert answer[3] & 0x0F == 3
    assert answer[12:] == question


@pytest.mark.parametrize("data", [b"", b"\0" * 12, b"\0" * 12 + b"\x3fabc"])
def test_what_is_no_question_gets_no_answer(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a DNS query"):
        nameserver.answer(data)


# --- the note ---------------------------------------------------------------------------------------------------


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder whose path is short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="swl-", dir="/tmp") as folder:
        yield Path(folder)


def test_what_was_noted_is_read_again(short: Path) -> None:
    folder = Folder(short / "lab")
    with folder.locked():
        folder.write(State({"a": "10.0.0.1"}, swarm=True, nodes={"a": "id"}))
    assert folder.read() == State({"a": "10.0.0.1"}, swarm=True, nodes={"a": "id"})


def test_a_note_of_another_version_is_read_as_far_as_it_is_known(short: Path) -> None:
    note = {"made_by": "swarmlab real", "hosts": {"a": "10.0.0.1"}, "swarm": False, "folders": ["/etc/x"]}
    (short / "state.json").write_text(json.dumps(note))
    assert Folder(short).read() == State({"a": "10.0.0.1"}, swarm=False)


def test_a_folder_with_other_files_is_left_alone(short: Path) -> None:
    (short / "letter.txt").write_text("dear")
    with pytest.raises(FailedPrecondition, match="did not make"), Folder(short).locked():
        pass
    assert (short / "letter.txt").exists()


def test_another_program_s_state_file_is_not_ours(short: Path) -> None:
    (short / "state.json").write_text('{"made_by": "others"}')
    with pytest.raises(FailedPrecondition), Folder(short).locked():
        pass


def test_half_a_note_does_not_stop_the_next_up(short: Path) -> None:
    (short / "state.json.new").write_text('{"made_')
    with Folder(short).locked():
        pass


def test_two_at_work_in_one_folder_are_refused(short: Path) -> None:
    with Folder(short).locked(), pytest.raises(FailedPrecondition, match="at work"), Folder(short).locked():
        pass


#: An `up` that is killed in the middle of a command: what the command begins, it also ends.
KILLED = """
import sys
from pathlib import Path
from swarmlab.real.namespaces import Namespaces
from swarmlab.real.statefile import State
lab = Namespaces(Path(sys.argv[1]))
with lab._folder.locked():
    lab._folder.write(State({}, swarm=False))
    lab._run("sh", "-c", f"touch {lab.path}/begun; sleep 0.5; touch {lab.path}/ended")
"""


def test_nobody_tidies_up_while_a_killed_one_s_command_is_at_work(short: Path) -> None:
    up = subprocess.Popen([sys.executable, "-c", KILLED, str(short / "lab")])
    while not (short / "lab" / "begun").exists():
        assert up.poll() is None
        threading.Event().wait(0.002)
    up.kill()
    up.wait()
    assert not (short / "lab" / "ended").exists()
    with Folder(short / "lab").locked():
        assert (short / "lab" / "ended").exists()


@pytest.mark.parametrize("path", ["/tmp/" + "a" * 60, "/run/lab", "/tmp/a'b"])
def test_a_folder_where_engines_could_not_work_is_refused(path: str) -> None:
    with pytest.raises(InvalidArgument):
        Folder(Path(path))


# --- processes --------------------------------------------------------------------------------------------------


def test_only_marked_processes_are_ended(tmp_path: Path) -> None:
    ours = subprocess.Popen(["sleep", "60"], env={**os.environ, processes.MARK: str(tmp_path)})
    others = [
        subprocess.Popen(["sleep", "60"], env={**os.environ, processes.MARK: f"{tmp_path}-other"}),
        subprocess.Popen(["sleep", "60"], cwd=tmp_path),
    ]
    try:
        assert processes.marked(tmp_path) == [ours.pid]
        processes.end_all(tmp_path)
        assert processes.is_gone(ours.pid)
        assert all(other.poll() is None for other in others)
    finally:
        for other in others:
            other.kill()
            other.wait()


def test_what_a_process_started_is_found() -> None:
    parent = subprocess.Popen(["sh", "-c", "sleep 60 & echo $!; wait"], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    try:
        assert processes.descendants(parent.pid) == [child]
    finally:
        os.kill(child, signal.SIGKILL)
        parent.wait()
        parent.stdout.close()


# --- reach and addresses ----------------------------------------------------------------------------------------


def run(it: reach.Reach, *argv: str, stdin: bytes = b"") -> tuple[int, str, str]:
    printed = {1: "", 2: ""}

    def write(stream: int, text: str) -> None:
        printed[stream] += text

    return it.run(list(argv), stdin, write, lambda: False), printed[1], printed[2]


def test_a_socket_alone_says_plainly_that_it_leads_to_no_shell() -> None:
    with pytest.raises(reach.CannotReach, match=r"cannot run here: unix:///x leads to the Docker engine of node1"):
        run(reach.of_socket("node1", "unix:///x"), "curl", "http://node2")


def test_over_ssh_the_words_arrive_as_they_were_typed(tmp_path: Path) -> None:
    ssh = tmp_path / "ssh"  # stands in for the network: runs what it is given in a shell, as sshd does
    ssh.write_text('#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done; shift; exec sh -c "$*"\n')
    ssh.chmod(0o755)
    over = reach.OverSsh([str(ssh), "me@node1"])
    assert run(over, "printf", "%s|", "a b", "c'd") == (0, "a b|c'd|", "")
    assert run(over, "cat", stdin=b"typed") == (0, "typed", "")
    assert run(over, "sh", "-c", "echo no >&2; exit 3") == (3, "", "no\n")


def test_an_interrupted_command_ends() -> None:
    assert reach.run_here(["sleep", "60"], b"", lambda stream, text: None, lambda: True) == 130


def test_a_program_that_is_not_there_is_told() -> None:
    with pytest.raises(reach.CannotReach, match="no command `nosuchprogram`"):
        reach.run_here(["nosuchprogram"], b"", lambda stream, text: None, lambda: False)


def test_the_file_of_a_lab_that_is_not_ours_opens_no_namespace(tmp_path: Path) -> None:
    (tmp_path / "node1").mkdir()
    (tmp_path / "state.json").write_text(json.dumps({"made_by": "others", "hosts": {"node1": "x"}, "swarm": True}))
    assert isinstance(reach.of_socket("node1", f"unix://{tmp_path}/node1/docker.sock"), reach.EngineOnly)


@pytest.mark.parametrize(
    ("address", "words"),
    [("ssh://node1", ["node1"]), ("ssh://me@node1:2222", ["-p", "2222", "me@node1"])],
)
def test_an_ssh_address_becomes_a_command_that_asks_for_nothing(address: str, words: list[str]) -> None:
    assert ssh_command(address) == ["ssh", "-o", "BatchMode=yes", *words]


@pytest.mark.parametrize(
    "address", ["ssh://-oProxyCommand=x", "ssh://-l@node1", "ssh://a:b@node1", "ssh://", "ssh://h:x"]
)
def test_an_address_that_ssh_would_take_for_an_option_is_refused(address: str) -> None:
    with pytest.raises(InvalidArgument):
        ssh_command(address)


@pytest.mark.parametrize("address", ["node1", "", "ftp://node1", "context:nosuchcontext"])
def test_what_is_no_address_is_refused_in_one_sentence(address: str) -> None:
    with pytest.raises(InvalidArgument):
        Connection("node1", address)


# --- the command ------------------------------------------------------------------------------------------------


def test_the_export_lines_are_for_a_shell() -> None:
    done = subprocess.run(
        ["sh", "-c", commands.exports(HOSTS) + '\nprintf %s "$SWARMLAB_BACKEND $DOCKER_HOST $SWARMLAB_HOSTS"'],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    backend, _, rest = done.stdout.partition(" ")
    assert backend == "real"
    assert rest.startswith("unix:///a b/s.sock ")
    assert json.loads(rest.removeprefix("unix:///a b/s.sock ")) == {host.name: host.docker_host for host in HOSTS}


def test_a_host_is_a_line() -> None:
    lines = commands.table(HOSTS).splitlines()
    assert len(lines) == 2
    assert shlex.split(lines[1])[-1] == "DOCKER_HOST=unix:///c.sock"


def test_without_a_lab_down_and_status_say_so(short: Path) -> None:
    folder = str(short / "none")
    down = CliRunner().invoke(main, ["real", "down", "--how", "namespaces", "--dir", folder])
    status = CliRunner().invoke(main, ["real", "status", "--how", "namespaces", "--dir", folder])
    assert (down.exit_code, down.output) == (0, "nothing was up\n")
    assert (status.exit_code, status.output.split(";")[0]) == (1, "nothing is up")
    assert not (short / "none").exists()


def test_ipvs_is_found_where_the_kernel_shows_it(tmp_path: Path) -> None:
    assert not kernel.has_ipvs(tmp_path)
    (tmp_path / "proc/net").mkdir(parents=True)
    (tmp_path / "proc/net/ip_vs").touch()
    assert kernel.has_ipvs(tmp_path)


def test_errors_of_this_part_are_of_the_user_s_kind() -> None:
    assert issubclass(reach.CannotReach, SwarmlabError)
