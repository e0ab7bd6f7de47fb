"""Five hosts, three of them managers, made and lost by typing: what a learner sees, word for word."""

from pathlib import Path

import pytest

from swarmlab import Lab, views, wording
from swarmlab.core.units import SECOND
from swarmlab.timeline.session import Session
from swarmlab.wire import Later, Request

NO_LEADER = (
    "Error response from daemon: rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that"
    " too few managers are online. Make sure more than half of the managers are online.\n"
)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWARMLAB_HOME", str(tmp_path))


def three_managers(**options: object) -> Lab:
    """A lab of five hosts: swarm-manage, node1 and node2 manage, node3 and node4 work."""
    lab = Lab(hosts=5, swarm=False, **options)  # type: ignore[arg-type]
    first = lab.host("swarm-manage")
    first.sh("docker swarm init --advertise-addr 192.168.1.11")
    for role, hosts in (("manager", ("node1", "node2")), ("worker", ("node3", "node4"))):
        token = first.sh(f"docker swarm join-token -q {role}").stdout.strip()
        for host in hosts:
            joined = lab.host(host).sh(f"docker swarm join --token {token} 192.168.1.11:2377")
            assert joined.stdout == f"This node joined a swarm as a {role}.\n"
    return lab


def nodes(lab: Lab, host: str) -> str:
    """Return ``docker node ls`` without the ids, but with the star behind that of the host that was asked."""
    lines = lab.host(host).sh("docker node ls").stdout.splitlines()
    return "\n".join(line[26:].rstrip() for line in lines)


def test_every_manager_lists_the_nodes_and_puts_the_star_to_its_own() -> None:
    lab = three_managers()
    assert nodes(lab, "node2").splitlines() == [
        "    HOSTNAME       STATUS    AVAILABILITY   MANAGER STATUS   ENGINE VERSION",
        "    node1          Ready     Active         Reachable        28.5.2",
        "*   node2          Ready     Active         Reachable        28.5.2",
        "    node3          Ready     Active                          28.5.2",
        "    node4          Ready     Active                          28.5.2",
        "    swarm-manage   Ready     Active         Leader           28.5.2",
    ]
    refused = lab.host("node3").sh("docker node ls")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Error response from daemon: This node is not a swarm manager. Worker nodes can't")


def test_promoting_and_demoting_says_what_docker_says() -> None:
    lab = three_managers()
    manager = lab.host("node1")
    for line, output in (
        ("docker node promote node3", "Node node3 promoted to a manager in the swarm.\n"),
        ("docker node demote node3", "Manager node3 demoted in the swarm.\n"),
        ("docker node update --role manager node3", "node3\n"),
    ):
        assert manager.sh(line).stdout == output
        lab.advance("1s")
    node_id = manager.sh("docker node inspect -f '{{.ID}}' node3").stdout.strip()
    assert manager.sh("docker node promote node3").stdout == f"Node {node_id} is already a manager.\n"
    assert lab.host("node3").sh("docker node ls -q | wc -l").stdout.strip() == "5"


def test_the_leader_is_lost_and_another_one_scales_the_service() -> None:
    lab = three_managers()
    lab.host("node1").sh("docker service create --detach --name web --replicas 3 httpd")
    lab.settle()
    lab.host("swarm-manage").sh("systemctl stop docker")
    assert lab.manager != "swarm-manage"
    begun = lab.now
    scaled = lab.host("node1").sh("docker service scale web=4")  # waits for the election
    assert scaled.exit_code == 0
    assert scaled.stdout.startswith("web scaled to 4\n")
    assert 10 * SECOND < lab.now - begun < 40 * SECOND
    lab.settle()
    shown = nodes(lab, "node1")
    assert "    swarm-manage   Down      Active         Unreachable      28.5.2" in shown.splitlines()
    assert sum("Leader" in line for line in shown.splitlines()) == 1
    lab.host("swarm-manage").sh("systemctl start docker")
    lab.advance("10s")
    assert (
        "*   swarm-manage   Ready     Active         Reachable        28.5.2" in nodes(lab, "swarm-manage").splitlines()
    )


def test_without_a_quorum_docker_waits_and_then_says_so_and_containers_go_on() -> None:
    lab = three_managers()
    lab.host("node1").sh("docker service create --detach --name web --replicas 5 -p 8080:80 httpd")
    lab.settle()
    lab.faults.stop("swarm-manage")
    lab.faults.stop("node1")
    begun = lab.now
    first = lab.host("node2").sh("docker service ls")
    assert first.exit_code == 1
    assert first.stderr == (
        "Error response from daemon: rpc error: code = DeadlineExceeded desc = context deadline exceeded\n"
    )
    assert lab.now - begun >= 20 * SECOND
    lab.advance("30s")
    for line in ("docker service ls", "docker node ls", "docker service create --name late httpd"):
        refused = lab.host("node2").sh(line)
        assert (refused.exit_code, refused.stderr) == (1, NO_LEADER)
    assert "web." in lab.host("node2").sh("docker ps").stdout
    assert "It works!" in lab.host("node3").sh("curl -s 192.168.1.13:8080").stdout
    info = lab.host("node2").sh("docker info")
    assert "  Is Manager: true\n" in info.stdout
    assert "  Error: rpc error: code = Unknown desc = The swarm does not have a leader." in info.stdout


def test_a_new_cluster_is_forced_out_of_the_ruins() -> None:
    lab = three_managers()
    lab.host("node1").sh("docker service create --detach --name web --replicas 4 httpd")
    lab.settle()
    lab.faults.stop("swarm-manage")
    lab.faults.stop("node1")
    lab.advance("45s")
    forced = lab.host("node2").sh("docker swarm init --force-new-cluster --advertise-addr 192.168.1.13")
    assert forced.stdout.startswith("Swarm initialized: current node (")
    lab.settle()
    assert nodes(lab, "node2").splitlines()[1:] == [
        "    node1          Down      Active                          28.5.2",
        "*   node2          Ready     Active         Leader           28.5.2",
        "    node3          Ready     Active                          28.5.2",
        "    node4          Ready     Active                          28.5.2",
        "    swarm-manage   Down      Active                          28.5.2",
    ]
    ls = lab.host("node2").sh("docker service ls --format '{{.Name}} {{.Image}}'")
    assert ls.stdout == "web httpd:latest\n"


def test_an_autolocked_manager_is_unlocked_with_the_key_that_was_printed() -> None:
    lab = three_managers()
    manager = lab.host("swarm-manage")
    printed = manager.sh("docker swarm update --autolock").stdout
    key = manager.sh("docker swarm unlock-key -q").stdout.strip()
    assert printed == (
        "Swarm updated.\nTo unlock a swarm manager after it restarts, run the `docker swarm unlock`\ncommand and"
        f" provide the following key:\n\n    {key}\n\nRemember to store this key in a password manager, since without"
        " it you\nwill not be able to restart the manager.\n"
    )
    node1 = lab.host("node1")
    node1.sh("systemctl stop docker")
    node1.sh("systemctl start docker")
    assert node1.sh("docker node ls").stderr == (
        "Error response from daemon: Swarm is encrypted and needs to be unlocked before it can be used. Please use"
        ' "docker swarm unlock" to unlock it.\n'
    )
    assert " Swarm: locked\n" in node1.sh("docker info").stdout
    wrong = node1.sh("echo SWMKEY-1-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA | docker swarm unlock")
    assert wrong.stderr == "Error response from daemon: swarm could not be unlocked: invalid key provided\n"
    assert node1.sh(f"echo {key} | docker swarm unlock").exit_code == 0
    lab.advance("5s")
    assert "*   node1          Ready     Active         Reachable        28.5.2" in nodes(lab, "node1").splitlines()
    rotated = manager.sh("docker swarm unlock-key --rotate").stdout
    assert rotated.startswith("Successfully rotated manager unlock key.\n\nTo unlock a swarm manager after it restarts")
    assert key not in rotated
    manager.sh("docker swarm update --autolock=false")
    assert manager.sh("docker swarm unlock-key").stderr == "no unlock key is set\n"
    assert manager.sh("docker swarm unlock").stderr == "Error: swarm is not locked\n"


def test_the_root_certificate_is_shown_and_is_that_of_every_node() -> None:
    lab = three_managers()
    shown = lab.host("node1").sh("docker swarm ca").stdout
    assert shown.startswith("-----BEGIN CERTIFICATE-----\n")
    assert shown.endswith("\n-----END CERTIFICATE-----\n")
    assert shown in lab.host("node2").sh("docker node inspect --pretty node4").stdout
    tls = lab.host("node2").sh("docker node ls --format '{{.Hostname}} {{.TLSStatus}}'").stdout.splitlines()
    assert tls == [f"{host} Ready" for host in ("node1", "node2", "node3", "node4", "swarm-manage")]
    refused = lab.host("node1").sh("docker swarm ca --cert-expiry 3h")
    assert refused.stderr == "`--cert-expiry` flag requires the `--rotate` flag to update the CA\n"
    rotated = lab.host("node1").sh("docker swarm ca --rotate --detach")
    assert (rotated.exit_code, rotated.stderr) == (
        1,
        "Error response from daemon: swarmlab shows the root certificate of a swarm but does not rotate it\n",
    )


def test_the_board_and_its_text_follow_the_leader() -> None:
    lab = three_managers()
    lab.faults.stop("swarm-manage")
    lab.settle()
    world = lab.history.world()
    by_name = {node["hostname"]: (node["leader"], node["reachability"]) for node in world.nodes.values()}
    assert by_name["swarm-manage"] == (False, "unreachable")
    assert sum(leads for leads, _ in by_name.values()) == 1
    assert by_name["node3"] == (False, "")
    text = "\n".join(wording.sentences(views.model(world)))
    assert "swarm-manage (manager, unreachable; down, active" in text
    assert f"{lab.manager} (manager, leader; ready, active" in text


def test_a_session_with_elections_and_waiting_requests_replays_to_the_same_state() -> None:
    lab = three_managers(seed=11)
    lab.host("swarm-manage").sh("docker service create --detach --name web --replicas 3 httpd")
    lab.faults.stop("swarm-manage")
    body = b'{"Name": "late", "TaskTemplate": {"ContainerSpec": {"Image": "httpd"}}}'
    create = Request("POST", "/services/create", (), (("content-type", "application/json"),), body)
    assert isinstance(lab.request("node1", create), Later)  # waits for the election, and nobody for its answer
    lab.advance("3s")
    lab.checkpoint("nobody leads")
    lab.advance("30s")
    lab.host("node1").sh("docker service scale --detach web=5")
    lab.faults.partition({"node1"})
    lab.host("node2").sh("docker service scale --detach web=1")  # two of three are gone: given up
    lab.faults.mend("node1")
    lab.advance("40s")
    header, ops = lab.session.journal.header, list(lab.session.journal.ops)
    again = Session.replay(lab.session._make_application, header, ops)
    again.advance_to(lab.now)
    assert again.simulation.digest() == lab.digest()
    digest = lab.digest()
    fork = lab.fork()
    assert fork.digest() == digest
    for each in (lab, fork):
        each.advance("20s")
    assert fork.digest() == lab.digest()
    replicas = "docker service ls --format '{{.Name}} {{.Replicas}}'"
    listed = lab.host(lab.manager).sh(replicas).stdout
    assert listed.startswith("late 1/1\n")
    assert listed.endswith("/5\n")
    rows = [(row.at, row.id) for row in lab.history.rows if row.kind == "service"]
    lab.rewind("nobody leads")
    lab.advance("30s")
    once_more = [(row.at, row.id) for row in lab.history.rows if row.kind == "service"]
    assert once_more == rows[: len(once_more)]
    assert len({service_id for _, service_id in once_more}) == 2


def test_a_rewind_into_an_election_brings_the_same_leader() -> None:
    lab = three_managers(seed=12)
    lab.faults.stop("swarm-manage")
    lab.advance("6s")
    lab.checkpoint("nobody leads")
    lab.advance("30s")
    leader, digest = lab.manager, lab.digest()
    lab.rewind("nobody leads")
    lab.advance("30s")
    assert (lab.manager, lab.digest()) == (leader, digest)
