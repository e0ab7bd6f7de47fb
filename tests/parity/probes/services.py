"""One service up and down, as the tutorial does it."""

from tests.parity.steps import ALL, Api, Cli, Probe, Rest, containers, create, gone, run, see

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
