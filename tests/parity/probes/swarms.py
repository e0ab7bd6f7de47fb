"""Making, joining and leaving swarms; secrets and configs."""

from tests.parity.steps import MANAGER, NODE1, NODE2, Api, Cli, Probe, Rest, create, gone, node_is, run, see

_SWARM = "info --format '{{json .Swarm}}'"
_JOIN = "<address:swarm-manage>:2377"

_STACK = """
version: '3.8'
services:
  web:
    image: httpd:latest
    ports: ['8080:80']
    networks: [front]
    deploy: {replicas: %d, placement: {constraints: [node.hostname == node1]}, update_config: {monitor: 1s}}
  util:
    image: busybox:latest
    command: sleep 100000
    stop_grace_period: 1s
    networks: [front]
    environment: {COLOUR: blue}
    deploy: {placement: {constraints: [node.hostname == node1]}, labels: {tier: tools}}
networks:
  front: {}
"""

PROBES = (
    Probe(
        "swarm_init",
        "three lone engines become a swarm; what is refused before, meanwhile and after",
        ("01-swarm-init", "02-swarm-join"),
        (
            Cli(_SWARM),
            *(Cli(line) for line in (
                "node ls", "service ls", "service create httpd", "swarm join-token worker", "swarm leave",
                "swarm init --advertise-addr nosuch0", "network create -d overlay too-early",
            )),
            Cli("network ls --format '{{.Name}} {{.Driver}} {{.Scope}}'"),
            Cli("swarm init --advertise-addr <address:swarm-manage>"),
            node_is(MANAGER, "ready", 10),
            Rest(3),
            Cli("swarm init --advertise-addr <address:swarm-manage>"),
            Api("GET", "/swarm"),
            Cli("network ls --format '{{.Name}} {{.Driver}} {{.Scope}}'"),
            Cli("node inspect self --format '{{json .Spec}} {{json .Status}} {{json .ManagerStatus}}'"),
            Cli("node ls --format '{{.Hostname}} {{.Status}} {{.Availability}} {{.ManagerStatus}} {{.TLSStatus}}'"),
            Cli("swarm join-token worker"),
            Cli("swarm join-token manager"),
            Cli(f"swarm join --token nonsense {_JOIN}", NODE1),
            Cli(f"swarm join --token <token:worker> {_JOIN}", NODE1),
            node_is(NODE1, "ready", 10),
            Cli(f"swarm join --token <token:worker> {_JOIN}", NODE1),
            Cli(f"swarm join --token <token:worker> {_JOIN}", NODE2),
            node_is(NODE2, "ready", 10),
            Cli("node ls --format '{{.Hostname}} {{.Status}} {{.Availability}} {{.ManagerStatus}}'"),
            Rest(3),
            Cli("network ls --format '{{.Name}} {{.Driver}} {{.Scope}}'", NODE1),
            Cli("swarm join-token --rotate -q worker"),
            see("nodes"),
        ),
        swarm=False,
        pinned=True,
    ),
    Probe(
        "swarm_leave",
        "the last manager leaves: refused, then by force; everything is gone",
        ("60-swarm-leave",),
        (
            *create("web", "httpd"),
            Cli("swarm leave"),
            Cli("swarm leave --force"),
            Rest(1),
            Cli(_SWARM),
            Cli("service ls"),
            Cli("ps -aq"),
            Cli("network ls --format '{{.Name}} {{.Driver}} {{.Scope}}'"),
        ),
    ),
    Probe(
        "nodes_and_networks_of_a_new_swarm",
        "what the API says of a swarm in which nothing runs",
        ("01-swarm-init",),
        (
            Cli("node ls --format '{{.Hostname}} {{.Status}} {{.Availability}} {{.ManagerStatus}}'"),
            Api("GET", "/swarm"),
            Cli("node update --label-add a=b --availability pause node1"),
            Cli("node inspect node1 --format '{{json .Spec}}'"),
            Cli("swarm update --task-history-limit 2 --dispatcher-heartbeat 7s"),
            Api("GET", "/swarm"),
            Cli("node update --label-rm a --label-add c --availability active node1"),
            see("nodes", "networks", "services", "tasks", "events"),
        ),
        pinned=True,
    ),
    Probe(
        "secrets_and_configs",
        "made, used, in use, removed; replaced by an update",
        ("45-secret-and-config", "52-errors-network-secret"),
        (
            Cli("secret create db_password -", stdin="s3cret-of-the-lab\n"),
            Cli("secret create db_password -", stdin="again\n"),
            Cli("config create page -", stdin="<h1>From a config</h1>\n"),
            Cli("secret ls"),
            Cli("secret inspect db_password"),
            Cli("config inspect page"),
            *create("web", "--secret db_password --config source=page,target=/usr/local/apache2/htdocs/index.html"
                    " --constraint node.hostname==node1 --update-monitor 1s httpd"),
            *(Cli(line) for line in (
                "secret rm db_password", "config rm page", "secret inspect nosuch", "secret rm nosuch",
                "service create -d --name w2 --secret nosuch httpd",
                "service create -d --name w3 --config nosuch httpd",
            )),
            Cli("exec <container:web@node1> cat /run/secrets/db_password", NODE1),
            Cli("exec <container:web@node1> cat /usr/local/apache2/htdocs/index.html", NODE1),
            Cli("secret create db_password_2 -", stdin="new\n"),
            Cli("service update -d --secret-rm db_password --secret-add source=db_password_2,target=db_password web"),
            Rest(1),
            run("web", 1, 20),
            Cli("exec <container:web@node1> cat /run/secrets/db_password", NODE1),
            Cli("secret rm db_password"),
            see("services", "secrets", "configs", "events"),
        ),
        pinned=True,
    ),
    Probe(
        "stack",
        "a stack from a Compose file: deployed, changed, listed, removed",
        ("53-stack",),
        (
            Cli("stack deploy --detach=true -c - demo", stdin=_STACK % 2),
            run("demo_web", 2),
            run("demo_util", 1),
            Cli("stack ls"),
            Cli("stack services demo"),
            Cli("stack ps --filter name=demo_util demo"),
            Cli("network ls --filter driver=overlay --format '{{.Name}}'"),
            see("services", "tasks", "networks", "containers"),
            Cli("stack deploy --detach=true -c - demo", stdin=_STACK % 3),
            run("demo_web", 3),
            see("timeline"),
            Cli("stack rm demo"),
            gone("demo_web"),
            Rest(3),
            Cli("stack ps demo"),
            Cli("stack ls"),
            Cli("stack services demo"),
            Cli("stack rm demo"),
            see("events"),
        ),
        pinned=True,
    ),
)  # fmt: skip
