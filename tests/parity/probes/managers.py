"""Several managers: made, lost, in too small a number, and the only one started anew."""

from tests.parity.steps import (
    HOSTS,
    MANAGER,
    NODE1,
    NODE2,
    Api,
    Ask,
    Cli,
    Power,
    Probe,
    Rest,
    Step,
    Until,
    View,
    create,
    node_is,
    run,
    see,
)  # fmt: skip

_LS = "node ls --format '{{.Hostname}} {{.Status}} {{.Availability}} {{.ManagerStatus}}'"
_SWARM = "info --format '{{.Swarm.ControlAvailable}} {{.Swarm.Managers}} {{.Swarm.Nodes}}'"


def _reachable(view: View) -> int:
    return sum((node.get("ManagerStatus") or {}).get("Reachability") == "reachable" for node in view.nodes())


def _another_leads(view: View) -> bool:
    return any(
        (node.get("ManagerStatus") or {}).get("Leader") and node["Description"]["Hostname"] != MANAGER
        for node in view.nodes()
    )


def _has_leader(view: View) -> bool:
    return any((node.get("ManagerStatus") or {}).get("Leader") for node in view.nodes())


def _managers(count: int, at_most: float = 60) -> Until:
    return Until(f"{count} reachable managers", lambda view: _reachable(view) == count, at_most)


def _asked(*hosts: str) -> tuple[Step, ...]:
    return tuple(Cli(_LS, host) for host in hosts)


def _workers(view: View) -> bool:
    return sum(node["Spec"]["Role"] == "manager" for node in view.nodes()) == 1


_THREE = (
    Cli("node promote node1"),
    _managers(2),
    Rest(3),
    Cli("node promote node2"),
    _managers(3),
    Rest(5),
)

PROBES = (
    Probe(
        "promote_demote",
        "a worker is promoted and demoted: roles, manager status, what it may do",
        ("57-promote-demote",),
        (
            Cli("node promote node1"),
            _managers(2),
            Rest(3),
            *_asked(MANAGER, NODE1),
            Cli(_SWARM),
            Cli(_SWARM, NODE1),
            Cli("node inspect node1 --format '{{json .Spec}} {{json .ManagerStatus}}'"),
            Cli("node promote node1"),
            Cli("service create -d --name web --constraint node.hostname==node1 httpd", NODE1),
            run("web", 1),
            Cli("node rm --force node1"),
            Cli("node rm node1"),
            Cli("swarm leave", NODE1),
            see("nodes", "events"),
            Cli("node demote node1"),
            Until("one manager", _workers, 60),
            Rest(8),
            Cli(_LS),
            Cli("node ls", NODE1),
            Cli(_SWARM, NODE1),
            Cli("node demote node1"),
            Cli("node demote swarm-manage"),
            Cli("node update --role worker swarm-manage"),
            see("nodes"),
        ),
        pinned=True,
    ),
    Probe(
        "leader_lost",
        "the leader of three managers stops: another is elected, tasks move; it comes back",
        ("58-three-managers", "P27"),
        (
            *_THREE,
            *_asked(NODE1),
            *create("web", "httpd", replicas=3),
            Power("stop", MANAGER),
            Ask(NODE1),
            Until("a new leader", _another_leads, 60),
            Until("the old one is down", lambda view: any(
                node["Description"]["Hostname"] == MANAGER and node["Status"]["State"] == "down"
                for node in view.nodes()), 120, 10),
            Cli("service scale -d web=4", NODE1),
            Until("four run elsewhere", lambda view: sum(
                task["Status"]["State"] == task["DesiredState"] == "running" for task in view.tasks("web")) == 4, 60),
            Cli("service ls --format '{{.Name}} {{.Mode}} {{.Image}}'", NODE1),
            see("placement", "occupied"),
            Power("start", MANAGER),
            _managers(3),
            node_is(MANAGER, "ready", 60),
            Rest(5),
            Ask(MANAGER),
            Cli("node ls --format '{{.Hostname}} {{.Status}} {{.Availability}}'"),  # not who leads: that is chance
            see("placement"),
        ),
    ),
    Probe(
        "quorum_lost",
        "two of three managers stop: nothing can be changed, tasks run on; one comes back",
        ("58-three-managers", "P27"),
        (
            *_THREE,
            *create("web", "--constraint node.hostname==swarm-manage httpd"),
            Power("stop", NODE1),
            Power("stop", NODE2),
            Rest(30),
            Cli("service scale -d web=2"),
            Cli("service ls"),
            Cli("node ls"),
            Cli("service create -d --name late httpd"),
            Api("GET", "/services"),
            Api("POST", "/secrets/create", {"Name": "s", "Data": "eA=="}),
            Cli("ps --format '{{.Image}} {{.Command}}'"),
            Cli("info --format '{{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}} {{.Swarm.Error}}'"),
            Power("start", NODE1),
            Until("it answers", lambda view: bool(view.nodes()) and _has_leader(view), 90),
            Cli("service scale -d web=2"),
            run("web", 2, 60),
            Power("start", NODE2),
            _managers(3),
            Rest(5),
            Cli("service ls"),
        ),
    ),
    Probe(
        "two_managers",
        "two managers: the loss of one stops both; force-new-cluster",
        ("58-three-managers",),
        (
            Cli("node promote node1"),
            _managers(2),
            *create("web", "--constraint node.hostname==node2 httpd"),
            Rest(3),
            Cli("swarm leave", NODE1),
            Power("off", NODE1),
            Rest(30),
            Cli("service ls"),
            Cli("swarm init --force-new-cluster --advertise-addr <address:swarm-manage>"),
            Until("it answers", _has_leader, 60),
            node_is(NODE2, "ready", 60),
            Rest(5),
            Cli("service ls"),
            Cli("service scale -d web=2"),
            run("web", 2, 60),
            Cli("node ls --filter role=manager --format '{{.Hostname}} {{.Status}} {{.ManagerStatus}}'"),
        ),
        pinned=True,
    ),
    Probe(
        "manager_restarted",
        "the only manager's engine is stopped and started: the workers' containers go on",
        ("28-manager-restart",),
        (
            *create("web", "--constraint node.role==worker httpd", replicas=2),
            *create("here", "--constraint node.role==manager httpd"),
            Power("stop", MANAGER),
            Rest(3),
            Cli("service ls", NODE1),
            Cli("info --format '{{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}}'", NODE1),
            Power("start", MANAGER),
            Until("it answers", _has_leader, 30),
            *(node_is(host, "ready", 60) for host in HOSTS),
            run("web", 2, 60),
            run("here", 1, 60),
            Rest(3),
            Cli("node ls"),
            Cli("service ps --no-trunc web here"),
            see("tasks", "placement", "containers"),
        ),
    ),
    Probe(
        "autolock",
        "managers that want a key when they start",
        ("60-swarm-leave",),
        (
            Cli("swarm unlock"),
            Cli("swarm unlock-key"),
            Cli("swarm update --autolock"),
            Rest(2),
            *create("web", "--constraint node.hostname==node1 httpd"),
            Cli("swarm unlock-key -q"),
            see("placement"),
            Power("stop", MANAGER),
            Power("start", MANAGER),
            Rest(2),
            Cli("node ls"),
            Cli("service ls"),
            Cli("swarm unlock-key"),
            Cli("info --format '{{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}}'"),
            Cli("swarm unlock", stdin="SWMKEY-1-7c37Cc8654o6p38HnroywCi19pllOnGtbdZEgtKxZu8\n"),
            Cli("swarm unlock", stdin="<key:swarm>\n"),
            Until("it answers", _has_leader, 30),
            node_is(NODE1, "ready", 60),
            node_is(NODE2, "ready", 60),
            run("web", 1, 60),
            Cli("node ls"),
            Cli("swarm unlock-key --rotate -q"),
            Cli("swarm update --autolock=false"),
            Cli("swarm unlock-key"),
        ),
        pinned=True,
    ),
    Probe(
        "token_rotated",
        "a rotated token lets nobody in; the new one does",
        ("02-swarm-join", "01-swarm-init"),
        (
            Cli("swarm leave", NODE2),
            node_is(NODE2, "down", 20),
            Cli("node rm node2"),
            Cli("swarm join-token --rotate worker"),
            Cli("swarm join --token SWMTKN-1-3pu6hszjas19xyp7ghgosyx9k8atbfcr8p2is99znpy26u2lkl-"
                "1awxwuwd3z9j1z3puu7rcgdbx <address:swarm-manage>:2377", NODE2),
            Cli("swarm join --token <token:manager> <address:swarm-manage>:2377", NODE2),
            _managers(2),
            Rest(3),
            Cli(_LS),
            Cli(_LS, NODE2),
        ),
        pinned=True,
    ),
)  # fmt: skip
