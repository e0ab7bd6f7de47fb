"""Health checks, jobs and failing updates as a learner types them: the words and columns of recordings of Docker.

Ids and times differ from lab to lab; `told` hides them, and nothing else.
"""

import json
import re

import pytest

from swarmlab import Lab
from swarmlab.errors import SwarmlabError
from swarmlab.shell.result import Result

TIME = re.compile(r"(Less than a|less than a|About a|about a|\d+) (second|minute)s?")


class Scene:
    """A lab, and what its manager's shell shows."""

    def __init__(self, seed: int = 2) -> None:
        self.lab = Lab(seed=seed)

    def sh(self, line: str, on: str = "swarm-manage") -> Result:
        return self.lab.host(on).sh(line)

    def told(self, line: str, on: str = "swarm-manage") -> list[str]:
        """Run a line; return its output with ids as ID, node ids as NODE, times as N, and blanks squeezed."""
        result = self.sh(line, on)
        assert result.exit_code == 0, result.stderr
        nodes = self.sh("docker node ls -q").stdout.split()
        lines = []
        for text in result.stdout.splitlines():
            for node in nodes:
                text = text.replace(node, "NODE")
            text = TIME.sub("N", text.replace("node1", "HOST").replace("node2", "HOST").replace("swarm-manage", "HOST"))
            text = re.sub(r"sha256:[0-9a-f]{64}", "DIGEST", text)
            text = re.sub(r"\b[0-9a-z]{25}\b|^[0-9a-z]{12}\b", "ID", text)
            lines.append(re.sub(r" {2,}", "  ", text).rstrip())
        return lines

    def home(self, service: str) -> str:
        """The host on which the service's container runs."""
        return next(host for host in self.lab.hosts if service in self.sh("docker ps", host).stdout)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_service_whose_check_fails_is_replaced_and_its_task_is_complete(scene: Scene) -> None:
    scene.sh("docker service create -d --name good health")
    scene.lab.advance("6s")
    home = scene.home("good")
    assert "(healthy)" in scene.sh("docker ps", home).stdout
    assert scene.sh("docker exec $(docker ps -q) rm /usr/local/apache2/htdocs/health", home).exit_code == 0
    scene.lab.advance("15s")
    assert scene.told("docker service ps --no-trunc good") == [
        "ID  NAME  IMAGE  NODE  DESIRED STATE  CURRENT STATE  ERROR  PORTS",
        "ID  good.1  health:latest@DIGEST  HOST  Running  Running N ago",
        "ID  \\_ good.1  health:latest@DIGEST  HOST  Shutdown  Complete N ago",
    ]


def test_a_service_that_is_never_healthy_says_so_in_its_error(scene: Scene) -> None:
    scene.sh(
        "docker service create -d --name sick --health-cmd false --health-interval 1s --health-retries 2"
        " --stop-grace-period 1s busybox sleep 100000"
    )
    scene.sh("docker service create -d --name bad health:bad")
    scene.lab.advance("20s")
    reason = '"task: non-zero exit (137): dockerexec: unhealthy container"'
    for name, end in (
        ("sick", f"busybox:latest@DIGEST  HOST  Shutdown  Failed N ago  {reason}"),
        ("bad", "health:bad@DIGEST  HOST  Shutdown  Complete N ago"),
    ):
        _, live, *ended = scene.told(f"docker service ps --no-trunc {name}")
        assert live.startswith(f"ID  {name}.1  ")
        assert len(ended) >= 2
        assert set(ended) == {f"ID  \\_ {name}.1  {end}"}


def test_docker_ps_inspect_and_events_tell_of_a_container_s_health(scene: Scene) -> None:
    check = "--health-cmd 'test -f /ok' --health-interval 5s --health-retries 1"
    scene.sh(f"docker run -d --name c1 {check} busybox sleep 1000", "node1")
    assert "(health: starting)" in scene.sh("docker ps", "node1").stdout
    assert scene.sh("docker inspect -f '{{json .State.Health}}' c1", "node1").stdout == (
        '{"Status":"starting","FailingStreak":0,"Log":null}\n'
    )
    scene.lab.advance("6s")
    assert "(unhealthy)" in scene.sh("docker ps", "node1").stdout
    scene.sh("docker exec c1 touch /ok", "node1")
    scene.lab.advance("6s")
    assert "(healthy)" in scene.sh("docker ps -f health=healthy", "node1").stdout
    health = json.loads(scene.sh("docker inspect -f '{{json .State.Health}}' c1", "node1").stdout)
    assert (health["Status"], health["FailingStreak"]) == ("healthy", 0)
    codes = [result["ExitCode"] for result in health["Log"]]
    assert codes == sorted(codes, reverse=True)
    assert set(codes) == {0, 1}
    assert set(health["Log"][0]) == {"Start", "End", "ExitCode", "Output"}
    events = scene.sh("docker events --since 1m --until 0s -f container=c1 --format '{{.Action}}'", "node1").stdout
    assert "exec_create: /bin/sh -c test -f /ok\nexec_start: /bin/sh -c test -f /ok\nexec_die\n" in events
    assert [line for line in events.splitlines() if "health" in line] == [
        "health_status: unhealthy",
        "health_status: healthy",
    ]


def test_a_task_that_is_not_healthy_has_no_name_and_its_port_answers_nobody(scene: Scene) -> None:
    scene.sh("docker network create -d overlay net")
    scene.sh("docker service create -d --name util --network net alpine sleep 1000000")
    scene.sh(
        "docker service create -d --name web --network net -p 8080:80 --health-cmd 'test -e /ok'"
        " --health-interval 1s --health-start-period 10m httpd"
    )
    scene.lab.advance("8s")
    client = scene.home("util")
    ask = "docker exec $(docker ps -qf name=util) nslookup -type=a web"
    assert "NXDOMAIN" in scene.sh(ask, client).text
    assert scene.sh("curl -s http://192.168.1.12:8080/").exit_code == 7
    home = scene.home("web")
    scene.sh("docker exec $(docker ps -qf name=web) touch /ok", home)
    scene.lab.advance("8s")
    assert "NXDOMAIN" not in scene.sh(ask, client).text
    assert "It works!" in scene.sh("curl -s http://192.168.1.12:8080/").stdout


def test_a_replicated_job_shows_its_progress_and_a_global_job_runs_once_a_node(scene: Scene) -> None:
    made = scene.sh(
        "docker service create --name job --mode replicated-job --replicas 5 --max-concurrent 2 busybox sleep 2"
    )
    assert made.stdout.splitlines()[1:] == [
        "job progress: 5 out of 5 complete",
        "active tasks: 0 out of 0 tasks",
        *(f"{number}/5: complete" for number in range(1, 6)),
        "job complete",
    ]
    scene.sh("docker service create -d --name gjob --mode global-job busybox sleep 1")
    scene.lab.advance("6s")
    assert scene.told("docker service ls") == [
        "ID  NAME  MODE  REPLICAS  IMAGE  PORTS",
        "ID  gjob  global job  0/0 (3/3 completed)  busybox:latest",
        "ID  job  replicated job  0/2 (5/5 completed)  busybox:latest",
    ] or scene.told("docker service ls")[1:] == [
        "ID  job  replicated job  0/2 (5/5 completed)  busybox:latest",
        "ID  gjob  global job  0/0 (3/3 completed)  busybox:latest",
    ]
    heading = "ID  NAME  IMAGE  NODE  DESIRED STATE  CURRENT STATE  ERROR  PORTS"
    names = ("job.1", "job.2", "job.3", "job.4", "job.NODE")
    assert scene.told("docker service ps job") == [
        heading,
        *(f"ID  {name}  busybox:latest  HOST  Complete  Complete N ago" for name in names),
    ]
    assert scene.told("docker service ps gjob") == [
        heading,
        *["ID  gjob.NODE  busybox:latest  HOST  Complete  Complete N ago"] * 3,
    ]
    before = scene.sh("docker service ps -q gjob").stdout
    assert scene.told("docker service update -d --force gjob") == ["gjob"]
    scene.lab.advance("6s")
    assert len(scene.sh("docker service ps -q gjob").stdout.split()) == 3
    assert not set(before.split()) & set(scene.sh("docker service ps -q gjob").stdout.split())


def test_a_job_in_the_api_has_its_iteration_and_what_it_has_completed(scene: Scene) -> None:
    scene.sh("docker service create -d --name job --mode replicated-job --replicas 2 busybox sleep 1")
    scene.lab.advance("6s")
    client = scene.lab.docker("swarm-manage")
    attrs = client.services.get("job").attrs
    assert attrs["Spec"]["Mode"] == {"ReplicatedJob": {"MaxConcurrent": 2, "TotalCompletions": 2}}
    assert attrs["JobStatus"]["JobIteration"] == {}
    listed = client.api._result(client.api._get(client.api._url("/services"), params={"status": True}), json=True)
    assert listed[0]["ServiceStatus"] == {"RunningTasks": 0, "DesiredTasks": 2, "CompletedTasks": 2}
    scene.sh("docker service scale job=3")
    attrs = client.services.get("job").attrs
    assert attrs["JobStatus"]["JobIteration"] == {"Index": 1}
    iterations = [task["JobIteration"].get("Index", 0) for task in client.services.get("job").tasks()]
    assert sorted(iterations) == [0, 0, 1, 1, 1]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "docker service create --mode replicated-job --update-delay 1s busybox",
            "update and rollback configuration is not supported for jobs",
        ),
        (
            "docker service create --mode global-job --replicas 2 busybox",
            "replicas can only be used with replicated or",
        ),
        (
            "docker service create --max-concurrent 2 busybox",
            "max-concurrent can only be used with replicated-job mode",
        ),
        ("docker service scale gjob=2", "gjob: scale can only be used with replicated or replicated-job mode"),
        ("docker service update --update-parallelism 2 gjob", "Jobs may not have an update config"),
    ],
)
def test_what_makes_no_sense_for_a_job_is_refused(scene: Scene, line: str, words: str) -> None:
    scene.sh("docker service create -d --name gjob --mode global-job busybox true")
    result = scene.sh(line)
    assert words in result.stderr
    assert result.exit_code == 1


UPDATE = "docker service update --image crash web"
STATE = "docker service inspect -f '{{.UpdateStatus.State}}: {{.UpdateStatus.Message}}' web"
REASON = "due to failure or early termination of task ID"


@pytest.mark.parametrize(
    ("action", "exit_code", "words", "told"),
    [
        ("pause", 1, f"service update paused: update paused {REASON}", f"paused: update paused {REASON}"),
        ("rollback", 0, "rollback", "rollback_completed: rollback completed"),
        ("continue", 0, "out of 3 tasks", "completed: update completed"),
    ],
)
def test_a_failing_update_pauses_rolls_back_or_goes_on(
    scene: Scene, action: str, exit_code: int, words: str, told: str
) -> None:
    scene.sh(
        "docker service create -d --name web --replicas 3 --update-delay 1s --update-monitor 4s"
        f" --update-failure-action {action} httpd"
    )
    scene.lab.advance("10s")
    result = scene.sh(UPDATE)
    assert result.exit_code == exit_code
    assert words in re.sub(r"\b[0-9a-z]{25}\b", "ID", result.stdout + result.stderr)
    scene.lab.advance("20s")
    assert scene.told(STATE) == [told]


# --- faults -----------------------------------------------------------------------------------------------


def test_a_hung_process_is_found_by_its_check_and_by_nobody_without_one(scene: Scene) -> None:
    scene.sh("docker service create -d --name plain -p 8081:80 httpd")
    scene.sh("docker service create -d --name good -p 8082:80 --stop-grace-period 1s health")
    scene.lab.advance("10s")
    for name in ("plain", "good"):
        scene.lab.faults.hang(f"{name}.1")
    assert scene.sh("curl -s -m 2 http://192.168.1.11:8081/").exit_code == 28
    scene.lab.advance("30s")
    assert scene.sh("curl -s -m 2 http://192.168.1.11:8081/").exit_code == 28
    assert scene.sh("curl -s -m 2 http://192.168.1.11:8082/health").exit_code == 0
    assert "unhealthy container" in scene.sh("docker service ps --no-trunc good").stdout
    scene.lab.faults.recover("plain.1")
    assert scene.sh("curl -s -m 2 http://192.168.1.11:8081/").exit_code == 0


def test_a_fault_is_part_of_the_session_and_is_replayed_with_it(scene: Scene) -> None:
    scene.sh("docker service create -d --name good health")
    scene.lab.advance("10s")
    scene.lab.checkpoint("well")
    scene.lab.faults.fail_check("good.1")
    scene.lab.advance("20s")
    digest, now = scene.lab.session.simulation.digest(), scene.lab.session.now
    assert len(scene.told("docker service ps good")) == 3
    scene.lab.rewind("well")
    scene.lab.faults.fail_check("good.1")
    scene.lab.advance("20s")
    assert (scene.lab.session.simulation.digest(), scene.lab.session.now) == (digest, now)


def test_a_fault_that_cannot_be_is_refused_in_one_sentence(scene: Scene) -> None:
    scene.sh("docker service create -d --name plain httpd")
    scene.lab.advance("10s")
    with pytest.raises(SwarmlabError, match=r"has no health check that could fail; give its service one with"):
        scene.lab.faults.fail_check("plain.1")
    with pytest.raises(SwarmlabError, match=r'no running container belongs to "nobody"'):
        scene.lab.faults.hang("nobody")
