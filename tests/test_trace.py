"""`lab.trace`: every hop of a request is what carries it; a failed one says where, why, and what helps."""

import re

import pytest

from swarmlab import Lab
from swarmlab.errors import InvalidArgument, NotFound, OnlySimulated
from swarmlab.journey import Journey, find_place


@pytest.fixture
def lab() -> Lab:
    lab = Lab()
    type_on(lab, "docker network create -d overlay my_net")
    type_on(lab, "docker service create -d --name web --publish 8080:80 --replicas 3 whoami")
    type_on(lab, "docker service create -d --name api --network my_net --replicas 2 whoami")
    type_on(lab, "docker service create -d --name util --network my_net busybox sleep 1000000")
    lab.settle()
    lab.advance("5s")
    return lab


def type_on(lab: Lab, line: str, host: str = "swarm-manage") -> str:
    result = lab.host(host).sh(line)
    assert result.exit_code == 0, result.text
    return result.stdout


def stations(journey: Journey) -> list[str]:
    return [step.station for step in journey.steps]


def hostname(text: str) -> str:
    found = re.search(r"^Hostname: (\w+)$", text, re.MULTILINE)
    assert found, text
    return found.group(1)


def try_remedy(lab: Lab, journey: Journey) -> None:
    """Type what the trace says repairs it."""
    assert journey.help is not None
    assert journey.help.text == f"`{journey.help.command}` on {journey.help.host} repairs it."
    type_on(lab, journey.help.command, journey.help.host)
    lab.settle()
    lab.advance("60s")


def test_a_request_through_the_mesh_shows_every_hop(lab: Lab) -> None:
    for _ in range(3):
        journey = lab.trace("curl 192.168.1.13:8080", on="node1")
        answered = journey.steps[-1]
        if answered.host == "swarm-manage":
            break
        type_on(lab, "curl 192.168.1.13:8080", "node1")
    assert stations(journey) == [
        "client", "network", "firewall", "published port", "ingress sandbox", "ipvs", "vxlan", "container", "answer",
    ]  # fmt: skip
    assert [step.host for step in journey.steps] == ["node1", "node1", *["node2"] * 4, *["swarm-manage"] * 3]
    assert journey.failed is None
    assert journey.help is None
    ipvs = journey.steps[5]
    assert len(ipvs.candidates) == 3
    assert ipvs.candidates[0] == answered.container
    assert "it sees 10.0.0.4 as the client" in answered.text
    assert journey.headline == f"curl 192.168.1.13:8080 on node1: answered by {answered.container} on swarm-manage"


def test_a_trace_says_who_answers_the_same_line_when_it_is_typed_next(lab: Lab) -> None:
    for _ in range(4):
        foretold = lab.trace("curl -s 192.168.1.12:8080", on="node2")
        typed = type_on(lab, "curl -s 192.168.1.12:8080", "node2")
        assert foretold.output == typed
        again = lab.trace("wget -qO- api", on="util.1")
        place = find_place(lab.session.simulation, "util.1")
        name = lab.session.network.views.container(place).name  # type: ignore[union-attr]
        assert hostname(again.output) == hostname(type_on(lab, f"docker exec {name} wget -qO- api", place.host))


def test_a_trace_changes_nothing_in_the_lab(lab: Lab) -> None:
    before = lab.digest(), lab.now, list(lab.session.journal.ops), len(lab.history)
    pointers = dict(lab.session.network.balancer._pointers)
    logs = [len(c.log) for h in lab.session.simulation.hosts.values() for c in h.engine.containers.values()]
    lab.trace("for i in 1 2 3; do curl -s 192.168.1.11:8080; done", on="node1")
    lab.trace("nslookup tasks.api; wget -qO- api; sleep 10; echo hi > /tmp/file", on="util.1")
    assert (lab.digest(), lab.now, list(lab.session.journal.ops), len(lab.history)) == before
    assert lab.session.network.balancer._pointers == pointers
    assert logs == [len(c.log) for h in lab.session.simulation.hosts.values() for c in h.engine.containers.values()]
    assert lab.session.network.seen is None


def test_a_trace_in_a_container_begins_with_the_name(lab: Lab) -> None:
    journey = lab.trace("wget -qO- api", on="util.1")
    assert stations(journey)[:4] == ["client", "dns", "vip", "ipvs"]
    assert journey.steps[1].text == "127.0.0.11 says that api is 10.0.1.2"
    assert journey.steps[2].text == "10.0.1.2 is the virtual IP of api on my_net"
    assert journey.place.container_id is not None
    assert {step.container for step in journey.steps[:2]} == {journey.where}


def test_a_ping_of_a_virtual_address_is_answered_by_the_balancer_at_hand(lab: Lab) -> None:
    journey = lab.trace("ping -c 1 api", on="util.1")
    assert stations(journey) == ["client", "dns", "vip", "vip", "answer"]
    assert journey.steps[3].text == "the local load balancer answers pings itself, whoever is behind it"


def test_a_trace_is_the_same_after_a_rewind(lab: Lab) -> None:
    lab.checkpoint("here")
    first = lab.trace("curl 192.168.1.13:8080", on="node1")
    type_on(lab, "curl 192.168.1.13:8080", "node1")
    assert lab.trace("curl 192.168.1.13:8080", on="node1").steps != first.steps  # it is the next one's turn
    lab.rewind("here")
    assert lab.trace("curl 192.168.1.13:8080", on="node1") == first


def test_blocked_vxlan_ends_the_request_there_and_the_remedy_repairs_it(lab: Lab) -> None:
    type_on(lab, "firewall-cmd --remove-port=4789/udp", "node1")
    failed = []
    for _ in range(3):
        failed.append(lab.trace("curl -m 3 192.168.1.13:8080", on="swarm-manage"))
        lab.host("swarm-manage").sh("curl -m 3 192.168.1.13:8080")
    (journey,) = [each for each in failed if each.failed]
    assert journey.exit_code == 28
    assert journey.failed is not None
    assert (journey.failed.station, journey.failed.host) == ("vxlan", "node1")
    assert journey.symptom == "Nobody tells the client: it waits until it gives up, 135 seconds if it may."
    try_remedy(lab, journey)
    for _ in range(3):
        assert lab.trace("curl -m 3 192.168.1.13:8080", on="swarm-manage").failed is None
        type_on(lab, "curl -m 3 192.168.1.13:8080")


def test_a_node_that_hears_no_gossip_says_that_nothing_listens_and_the_remedy_repairs_it(lab: Lab) -> None:
    type_on(lab, "docker service scale -d web=1")
    lab.settle()
    lab.advance("10s")
    (task,) = [t for t in lab.history.world().tasks.values() if t["service"] == "web" and t["state"] == "running"]
    deaf = next(host for host in ("node1", "node2") if host != task["node"])
    type_on(lab, "firewall-cmd --remove-port=7946/udp", deaf)
    lab.advance("10s")
    journey = lab.trace("curl 127.0.0.1:8080", on=deaf)
    assert journey.failed is not None
    assert journey.failed.text == f"nothing listens on port 8080 of {deaf}"
    assert journey.help is not None
    assert journey.help.command == "firewall-cmd --add-port=7946/udp"
    try_remedy(lab, journey)
    assert lab.trace("curl 127.0.0.1:8080", on=deaf).failed is None


def test_an_unpublished_port_is_refused_and_shown_where_ports_are(lab: Lab) -> None:
    journey = lab.trace("curl 192.168.1.12:9000", on="node2")
    assert stations(journey)[-1] == "host"
    assert journey.symptom == "The client is told `Connection refused` at once."
    assert journey.help is not None
    assert journey.help.command == "docker service ls"


def test_a_service_on_no_shared_network_is_unknown_until_the_remedy_is_typed(lab: Lab) -> None:
    type_on(lab, "docker network create -d overlay back")
    type_on(lab, "docker service create -d --name db --network back whoami")
    lab.settle()
    journey = lab.trace("wget -qO- db", on="util.1")
    assert journey.failed is not None
    assert journey.failed.text == "127.0.0.11 does not know db (NXDOMAIN)"
    assert journey.help is not None
    assert journey.help.command == "docker service update --network-add back util"
    try_remedy(lab, journey)
    assert lab.trace("wget -qO- db", on="util.1").failed is None


def test_a_paused_container_takes_the_connection_and_never_answers(lab: Lab) -> None:
    type_on(lab, "docker service scale -d web=1")
    lab.settle()
    lab.advance("15s")
    place = find_place(lab.session.simulation, "web.1")
    container = lab.docker(place.host).containers.get(str(place.container_id))
    container.pause()
    journey = lab.trace("curl -m 5 192.168.1.12:8080", on="node2")
    assert journey.failed is not None
    assert journey.failed.station == "answer"
    assert journey.exit_code == 28
    assert journey.help is not None
    assert (journey.help.host, journey.help.command) == (place.host, f"docker unpause {container.name}")
    container.unpause()
    assert lab.trace("curl -m 5 192.168.1.12:8080", on="node2").failed is None


def test_a_port_where_no_process_listens_in_the_container_is_refused_there(lab: Lab) -> None:
    type_on(lab, "docker service create -d --name wrong --publish 8081:81 whoami")
    lab.settle()
    lab.advance("2s")
    journey = lab.trace("curl 192.168.1.12:8081", on="node2")
    assert journey.failed is not None
    assert journey.failed.station == "container"
    assert journey.failed.text == f"nothing in {journey.failed.container} listens on port 81"
    assert journey.help is not None
    assert journey.help.command == f"docker logs {journey.failed.container}"
    assert journey.help.text.endswith("the ports that it listens on: 80.")


def test_a_host_without_power_is_shown_by_the_manager(lab: Lab) -> None:
    lab.faults.stop("node2")
    journey = lab.trace("curl -m 2 192.168.1.13:8080", on="node1")
    assert journey.failed is not None
    assert journey.failed.text == "no packet gets from node1 to node2"
    assert journey.help is not None
    assert (journey.help.host, journey.help.command) == ("swarm-manage", "docker node ls")


def test_a_firewall_that_rejects_is_told_from_a_closed_port_and_opened_by_the_remedy(lab: Lab) -> None:
    type_on(lab, "firewall-cmd --remove-port=2377/tcp", "swarm-manage")
    journey = lab.trace("curl 192.168.1.11:2377", on="node1")
    assert journey.failed is not None
    assert journey.failed.station == "firewall"
    assert journey.symptom == "The client is told `No route to host` at once."
    try_remedy(lab, journey)
    assert stations(lab.trace("curl 192.168.1.11:2377", on="node1"))[-1] == "answer"  # dockerd closes it


def test_a_rich_rule_is_taken_away_by_the_remedy(lab: Lab) -> None:
    rule = 'rule family="ipv4" port port="2377" protocol="tcp" drop'
    type_on(lab, f"firewall-cmd --add-rich-rule='{rule}'", "swarm-manage")
    journey = lab.trace("curl -m 2 192.168.1.11:2377", on="node1")
    assert journey.failed is not None
    assert journey.failed.station == "firewall"
    assert journey.symptom.startswith("Nobody tells the client")
    try_remedy(lab, journey)
    assert lab.trace("curl 192.168.1.11:2377", on="node1").failed != journey.failed


@pytest.mark.parametrize(
    ("command", "station", "words"),
    [
        ("wget -qO- 10.0.1.99", "overlay", "nobody known here has 10.0.1.99 on my_net"),
        ("wget -qO- 172.18.0.2", "bridge", "docker_gwbridge lets containers out, but not to each other"),
        ("wget -qO- 10.9.9.9", "routes", "10.9.9.9 is outside the lab"),
        ("wget -qO- 10.0.1.1", "balancer", "no program listens there"),
        ("ping -c 1 -W 1 10.0.1.99", "overlay", "nobody known here has 10.0.1.99 on my_net"),
    ],
)
def test_an_address_that_leads_nowhere_ends_where_that_is_known_and_something_helps(
    lab: Lab, command: str, station: str, words: str
) -> None:
    journey = lab.trace(command, on="util.1")
    assert journey.failed is not None
    assert (journey.failed.station, journey.failed.text) == (station, words)
    assert journey.symptom
    assert journey.help is not None
    result = lab.host(journey.help.host).sh(journey.help.command)
    assert result.exit_code == 0, result.text


def test_it_shows_as_text_and_as_html_that_tell_the_same(lab: Lab) -> None:
    journey = lab.trace("curl 192.168.1.12:9000 # <b>", on="node2")
    text, page = repr(journey), journey._repr_html_()
    for step in journey.steps[1:]:
        assert step.text in text
        assert step.text in page
    assert "✗ host" in text
    assert "<b>" not in page
    assert journey.symptom.replace("`", "") in re.sub(r"<[^>]+>", "", page)
    long = lab.trace("curl 192.168.1.12:8080", on="node2")
    assert not re.search(r"\.[a-z0-9]{25}", repr(long))  # tasks by their short names


def test_a_line_without_traffic_says_so(lab: Lab) -> None:
    assert lab.trace("echo hello", on="node1").headline == "echo hello on node1: nothing went out onto the network"


@pytest.mark.parametrize(
    ("command", "on", "error", "words"),
    [
        ("curl x", "node9", NotFound, 'no host, container or task called "node9"'),
        (" ", "node1", InvalidArgument, "say what to follow"),
        ("curl x", "gone", InvalidArgument, "gone does not run"),
    ],
)
def test_a_place_that_is_none_is_refused_in_one_sentence(
    lab: Lab, command: str, on: str, error: type[Exception], words: str
) -> None:
    type_on(lab, "docker run --name gone busybox true")
    with pytest.raises(error, match=re.escape(words)):
        lab.trace(command, on=on)


def test_the_lines_of_a_loop_are_all_told(lab: Lab) -> None:
    journey = lab.trace("for i in 1 2 3; do curl -s -o /dev/null 192.168.1.11:8080; done", on="node1")
    answers = [step.container for step in journey.steps if step.station == "answer"]
    assert len(set(answers)) == 3


def test_a_real_lab_cannot_be_asked() -> None:
    from swarmlab.real.lab import RealLab

    with pytest.raises(OnlySimulated, match="`curl -v` shows what it meets"):
        RealLab.trace(RealLab.__new__(RealLab), "curl web", on="node1")
