"""One service up and down, as the tutorial does it."""

from tests.parity.steps import ALL, NODE1, Api, Cli, Probe, Rest, containers, create, gone, run, see

_ON_NODE1 = "--constraint node.hostname==node1"
_DEAF = "sh -c \"trap '' TERM; while true; do sleep 1; done\""


def _events(kind: str, action: str = "") -> Cli:
    """What node1's engine has told of this kind."""
    narrowed = f" --filter event={action}" if action else ""
    shown = "{{.Action}} {{.Actor.Attributes.signal}}" if action else "{{.Action}} {{.Actor.Attributes.name}}"
    return Cli(f"events --since 10m --until 0s --filter type={kind}{narrowed} --format '{shown}'", NODE1)


PROBES = (
    Probe(
        "service_create",
        "one replica; the client waits and shows progress; every state in its order",
        ("03-service-create-1", "P01"),
        (
            Cli("service create --name web_server httpd"),
            run("web_server", 1),
            Cli("service ls"),
            Cli("service ps web_server"),
            Cli("service inspect web_server"),
            Cli("service inspect --pretty web_server"),
            Api("GET", "/services/web_server"),
            Api("GET", "/services/web_server?insertDefaults=true"),
            Api("GET", "/services?status=true"),
            see("tasks full", "states seen"),
            ALL,
        ),
    ),
    Probe(
        "scale_up",
        "one task to five: the lowest free slots, spread over the hosts",
        ("04-scale-up-5", "P02"),
        (
            *create("web_server", "httpd"),
            Cli("service scale web_server=5"),
            run("web_server", 5),
            Cli("service ps web_server"),
            ALL,
        ),
    ),
    Probe(
        "scale_down",
        "six tasks to one: each host keeps one longest; no history is left",
        ("05-scale-down-3", "P03"),
        (
            *create("web_server", "httpd", replicas=6),
            see("placement"),
            Cli("service scale -d web_server=3"),
            run("web_server", 3),
            see("placement"),
            Cli("service scale -d web_server=1"),
            run("web_server", 1),
            containers(1),
            Cli("service ls"),
            see("services", "placement", "events"),
        ),
    ),
    Probe(
        "scale_to_zero",
        "to 0, back to 2, and removed: nothing stays",
        ("09-scale-0-and-rm",),
        (
            *create("web_server", "httpd", replicas=2),
            Cli("service scale -d web_server=0"),
            gone("web_server"),
            Cli("service ls"),
            Cli("service scale -d web_server=2"),
            run("web_server", 2),
            Cli("service rm web_server"),
            gone("web_server", 15),
            containers(0),
            Cli("service ls"),
            Cli("service ps web_server"),
            see("services", "tasks", "timeline", "events"),
        ),
    ),
    Probe(
        "tasks_are_taken_away",
        "what a node does with tasks that nobody wants: networks that come and go, containers that have their grace",
        (),
        (
            Cli("network create -d overlay my_net"),
            *create("web", f"--network my_net {_ON_NODE1} httpd"),
            Cli("network ls --format '{{.Name}} {{.Driver}} {{.Scope}}'", NODE1),
            Cli("service rm web"),
            Rest(1.7),  # called off a second after that, and two seconds from the signal
            _events("container", "kill"),
            Rest(2.3),
            Cli("ps -a --format '{{.Image}} {{.State}}'", NODE1),  # two seconds more to its removal
            Cli("network ls --format '{{.Name}} {{.Driver}} {{.Scope}}'", NODE1),
            Rest(4),
            Cli("ps -a --format '{{.Image}} {{.State}}'", NODE1),
            _events("container", "kill"),
            _events("network"),
            *create("slow", f"--stop-grace-period 6s {_ON_NODE1} busybox {_DEAF}", replicas=3),
            Cli("service scale -d slow=1"),
            Rest(2),
            Cli("service ps slow --format '{{.Name}} {{.DesiredState}}'"),
            Cli("service update -d --label-add a=b slow"),
            Rest(1),
            Cli("service ps slow --format '{{.Name}} {{.DesiredState}}'"),
            Cli("ps --format '{{.Image}} {{.State}}'", NODE1),
            Rest(8),
            Cli("ps -a --format '{{.Image}} {{.State}}'", NODE1),
            _events("container", "destroy"),
        ),
    ),
    Probe(
        "many_services",
        "new services go where the fewest tasks are",
        ("43-many-services",),
        (
            *(step for name in ("one", "two", "three", "four", "five", "six")
              for step in create(name, "busybox sleep 100000")),
            Rest(1),
            Cli("service ls"),
            see("tasks", "states seen"),
        ),
    ),
)  # fmt: skip
