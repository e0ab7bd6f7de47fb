"""The lab as a notebook holds it: commands, time, copies, and what survives a kernel."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from swarmlab import Lab
from swarmlab.core.units import SECOND
from swarmlab.errors import InvalidArgument, NotFound
from swarmlab.shell.machine import TYPING

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWARMLAB_HOME", str(tmp_path))


def replicas(lab: Lab) -> str:
    return lab.host("swarm-manage").sh("docker service ls --format '{{.Name}} {{.Replicas}}'").stdout.strip()


def test_a_new_lab_is_a_ready_swarm_of_three() -> None:
    listed = Lab().host("swarm-manage").sh("docker node ls --format '{{.Hostname}} {{.Status}} {{.ManagerStatus}}'")
    assert listed.stdout.splitlines() == ["node1 Ready ", "node2 Ready ", "swarm-manage Ready Leader"]


def test_a_lab_without_a_swarm_is_joined_by_hand() -> None:
    lab = Lab(swarm=False)
    manager = lab.host("swarm-manage")
    assert manager.sh("docker node ls").exit_code == 1
    assert manager.sh("docker swarm init --advertise-addr 192.168.1.11").exit_code == 0
    token = manager.sh("docker swarm join-token -q worker").stdout.strip()
    joined = lab.host("node1").sh(f"docker swarm join --token {token} 192.168.1.11:2377")
    assert joined.stdout == "This node joined a swarm as a worker.\n"
    lab.advance("2s")
    assert manager.sh("docker node ls -q | wc -l").stdout.strip() == "2"


def test_the_docker_sdk_speaks_to_every_host() -> None:
    lab = Lab()
    service = lab.docker().services.create("httpd:2.4", name="web")
    lab.settle()
    (task,) = service.tasks()
    assert task["Status"]["State"] == "running"
    names = {host: [c.name for c in lab.docker(host).containers.list()] for host in lab.hosts}
    assert sorted(map(len, names.values())) == [0, 0, 1]


def test_time_moves_only_when_asked() -> None:
    lab = Lab()
    before = lab.now
    lab.docker("node1").containers.list()
    assert lab.now == before
    lab.advance("30s")
    assert lab.now == before + 30 * SECOND
    lab.host("node1").sh("docker ps")
    assert lab.now == before + 30 * SECOND + TYPING


@pytest.mark.parametrize("by", ["soon", "", "5", "-3s"])
def test_what_is_no_time_to_come_is_refused_in_a_sentence(by: str) -> None:
    with pytest.raises(InvalidArgument):
        Lab().advance(by)


def test_rewind_undoes_and_fork_tries_out() -> None:
    lab = Lab()
    host = lab.host("swarm-manage")
    host.sh("docker service create -d --name web httpd:2.4")
    lab.settle()
    lab.checkpoint("before")
    digest, moment = lab.digest(), lab.now
    other = lab.fork()
    other.host("swarm-manage").sh("docker service rm web")
    other.settle()
    assert replicas(other) == ""
    assert lab.digest() == digest
    lab.host("swarm-manage").sh("docker service scale web=5")
    assert replicas(lab) == "web 5/5"
    lab.rewind("before")
    assert lab.digest() == digest
    assert replicas(lab) == "web 1/1"
    lab.host("swarm-manage").sh("docker service scale web=2")
    lab.rewind(moment)
    assert replicas(lab) == "web 1/1"
    with pytest.raises(NotFound, match='there is no checkpoint "after"; there are: "before"'):
        lab.rewind("after")


def test_faults_are_inputs_so_they_are_rewound_and_a_lab_opened_again_has_them(tmp_path: Path) -> None:
    lab = Lab(name="broken")
    host = lab.host("node1")
    lab.checkpoint("well")
    lab.faults.fill_disk("node1")
    assert host.sh("docker pull busybox").exit_code == 1
    lab.rewind("well")
    assert host.sh("docker pull -q busybox").text == "docker.io/library/busybox:latest\n"
    lab.faults.fail_registry()
    told = host.sh("docker pull alpine").text
    assert told.endswith("Error response from daemon: received unexpected HTTP status: 503 Service Unavailable\n")
    lab.faults.mend_registry()
    lab.faults.slow_registry(20)
    lab.faults.resize("node2", cpus=1, memory_mib=512)
    lab.faults.stop_engine("node2")
    lab.faults.start_engine("node2")
    lab.advance("30s")
    assert Lab.open("broken").digest() == lab.digest()
    with pytest.raises(InvalidArgument, match="the disk of node1 is not full"):
        lab.faults.free_disk("node1")
    lab.host("swarm-manage").sh("docker service create -d --name web --constraint node.hostname==node1 httpd")
    lab.advance("30s")
    with pytest.raises(InvalidArgument, match="2 to 1000 times"):
        lab.faults.slow_registry(0)
    lab.faults.out_of_memory("web.1")
    state = lab.host("node1").sh(
        "docker inspect --format '{{.State.OOMKilled}} {{.State.ExitCode}}' $(docker ps -aqf status=exited)"
    )
    lab.advance("1s")
    assert state.text == "true 137\n"


STORY = """
import sys
from swarmlab import Lab
lab = Lab(seed=4, name=sys.argv[1])
host = lab.host("swarm-manage")
for line in (
    "docker service create --name web --replicas 3 --publish 8080:80 httpd:2.4",
    "curl -s 192.168.1.12:8080",
    "docker service scale web=5",
    "docker node update --availability drain node1",
    "docker service ps web",
):
    print(host.sh(line).text)
lab.faults.kill(lab.docker().services.get("web").tasks(filters={"desired-state": "running"})[0]["ID"])
lab.advance("12s")
lab.host("node2").sh("docker exec $(docker ps -q | head -1) sh -c 'echo hello > /tmp/hello'")
print(lab.digest())
"""


def tell(tmp_path: Path, name: str, hash_seed: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", STORY + "\nimport os, signal; os.kill(os.getpid(), signal.SIGKILL)", name],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "SWARMLAB_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout


def test_one_seed_gives_one_output_whatever_the_hash_seed_and_a_killed_kernel_loses_nothing(tmp_path: Path) -> None:
    told = [tell(tmp_path, f"story-{seed}", seed) for seed in ("1", "99")]
    assert told[0] == told[1]
    assert "web.5" in told[0]
    digest = told[0].split()[-1]
    lab = Lab.open("story-1")
    assert lab.digest() == digest
    assert replicas(lab) == "web 5/5"
    lab.host("swarm-manage").sh("docker service scale web=1")
    again = Lab.open("story-1")
    assert again.digest() == lab.digest()


def test_labs_in_one_process_do_not_meet() -> None:
    one, two, three = Lab(seed=1), Lab(seed=2), Lab(seed=1)
    one.host("swarm-manage").sh("docker service create --name web httpd:2.4")
    assert replicas(two) == ""
    two.host("swarm-manage").sh("docker service create --name other nginx")
    three.host("swarm-manage").sh("docker service create --name web httpd:2.4")
    shown = [lab.host("swarm-manage").sh("docker service ps web").text for lab in (one, three)]
    assert shown[0] == shown[1]
    assert one.digest() == three.digest() != two.digest()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Lab(hosts=0), "a lab has 1 to 200 hosts, not 0"),
        (lambda: Lab(engine="99"), 'there is no engine "99"'),
        (lambda: Lab(name="../../etc/passwd"), "cannot be the name of a session"),
        (lambda: Lab(name="mine.jsonl"), "do not end it in .jsonl"),
        (lambda: Lab(hosts={"a": "10.1.1.1", "b": "10.1.1.1"}), "two hosts cannot have the same address"),
    ],
)
def test_a_lab_that_cannot_be_is_refused_in_a_sentence(make, sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        make()


def test_unknown_names_are_told_what_there_is() -> None:
    lab = Lab()
    with pytest.raises(NotFound, match='no host "node9"; the hosts are swarm-manage, node1, node2'):
        lab.host("node9")
    with pytest.raises(NotFound, match='no session "nowhere"'):
        Lab.open("nowhere")


def test_a_damaged_journal_is_refused_and_a_line_cut_short_is_dropped(tmp_path: Path) -> None:
    lab = Lab(name="torn")
    lab.host("swarm-manage").sh("docker service create --name web httpd:2.4")
    file = tmp_path / "sessions" / "torn.jsonl"
    whole = file.read_text()
    file.write_text(whole + '{"at": 17, "op": "ap')
    assert replicas(Lab.open("torn")) == "web 1/1"
    file.write_text("not a journal\n" + whole)
    with pytest.raises(InvalidArgument, match="is not part of a journal"):
        Lab.open("torn")


def test_a_session_travels_in_a_file_and_goes_on_there(tmp_path: Path) -> None:
    lab = Lab(seed=5)  # nameless: it was kept nowhere until now
    lab.exercise("1.1")
    lab.host("swarm-manage").sh("docker service create --name web-server httpd:2.4")
    lab.advance("7s")
    file = lab.save(tmp_path / "carried" / "mine.jsonl")
    there = Lab.open(str(file))
    assert (there.digest(), there.now, there.notes) == (lab.digest(), lab.now, lab.notes)
    assert there.check("1.1").passed
    there.host("swarm-manage").sh("docker service scale web-server=4")
    assert replicas(Lab.open(file)) == "web-server 4/4"
    assert [path.name for path in file.parent.iterdir()] == ["mine.jsonl"]


def test_a_new_lab_of_the_same_name_keeps_the_work_of_the_one_before() -> None:
    first = Lab(name="mine")
    first.host("swarm-manage").sh("docker service create --name web httpd:2.4")
    second = Lab(name="mine")
    first.host("swarm-manage").sh("docker service scale web=2")  # by a board that still shows it
    assert replicas(second) == replicas(Lab.open("mine")) == ""
    assert replicas(Lab.open("mine.before")) == "web 2/2"


def test_a_session_saved_into_its_own_file_goes_on_there(tmp_path: Path) -> None:
    file = Lab().save(tmp_path / "mine.jsonl")
    lab = Lab.open(file)
    lab.save(file)
    lab.host("swarm-manage").sh("docker service create --name web httpd:2.4")
    assert replicas(Lab.open(file)) == "web 1/1"


def test_a_first_cell_that_is_run_twice_does_not_cost_the_work_before() -> None:
    Lab(name="mine").host("swarm-manage").sh("docker service create --name web httpd:2.4")
    Lab(name="mine")
    Lab(name="mine")
    assert replicas(Lab.open("mine.before")) == "web 1/1"


def test_what_is_no_session_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match=r'"mine.txt" cannot be a session file: end its name in .jsonl'):
        Lab().save("mine.txt")
    with pytest.raises(NotFound, match=r"there is no session file .*nothing.jsonl"):
        Lab.open(tmp_path / "nothing.jsonl")
    (tmp_path / "photo.jsonl").write_bytes(b"\x89PNG\r\n\x1a\n\x00")
    with pytest.raises(InvalidArgument, match="is not part of a journal"):
        Lab.open(tmp_path / "photo.jsonl")


def test_a_lab_says_how_far_its_learner_is() -> None:
    lab = Lab()
    lab.progress().add("exercise", "1.1", score=2.0)
    assert "01  [" in repr(lab.progress())
    assert lab.progress().entries("exercise")[0].key == "1.1"
