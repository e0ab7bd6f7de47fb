"""Items of lessons 05 to 07: ports, the mesh, names."""

from swarmlab.checks import Fault, Step
from swarmlab.concepts.item import Choice, Item
from swarmlab.exercises.stage import MANAGER, typed_on_manager

ON_NODE1 = "--constraint node.hostname==node1"
#: A network with a service of three tasks, and a container on the manager that asks.
NAMES = typed_on_manager(
    "docker network create --driver overlay my-net",
    "docker service create --quiet --name web --replicas 3 --network my-net httpd:2.4",
    "docker service create --quiet --name util --network my-net --constraint node.role==manager alpine:3.22 sleep 1d",
)
UTIL = "docker exec $(docker ps --quiet --filter name=util)"

NETWORKS = (
    Item(
        "every-node",
        "05",
        "`web` has one task, on `node1`, and publishes port 8080. Which hosts answer at port 8080?",
        (
            Choice("only `node1`", r"\A000 200 000\Z"),
            Choice("`node1` and the manager", r"\A200 200 000\Z"),
            Choice("all three", r"\A200 200 200\Z"),
        ),
        "C",
        "A published port is open on every node, and the mesh passes each request on to a task.",
        typed_on_manager(f"docker service create --quiet --name web --publish 8080:80 {ON_NODE1} httpd:2.4"),
        Step(
            "node2",
            "for n in 11 12 13; do curl -s -o /dev/null --max-time 2 -w '%{http_code} ' 192.168.1.$n:8080; done",
        ),
    ),
    Item(
        "publish-later",
        "05",
        "`web` runs two tasks. You publish port 8080 with `docker service update`. What becomes of the tasks?",
        (
            Choice("both are replaced, one after the other", r"(?s)Running.*Shutdown.*Running.*Shutdown"),
            Choice("they run on: only a port is opened", r"\A(Running[^\n]*\n?){2}\Z"),
            Choice("nothing: ports can be published only at the beginning", r"(?i)error|cannot"),
        ),
        "A",
        "A task belongs to one version of the wish. Ports are part of it, so new tasks are made.",
        typed_on_manager("docker service create --quiet --name web --replicas 2 httpd:2.4"),
        Step(
            MANAGER,
            "docker service update --quiet --publish-add 8080:80 web >/dev/null; "
            "docker service ps web --format '{{.CurrentState}}'",
        ),
    ),
    Item(
        "six-requests",
        "05",
        "`web` has three tasks, one on each node, and publishes port 8080. You ask the manager six times, each time "
        "with a new curl. How many tasks have answered?",
        (
            Choice("one: the one on the manager", r"\A1\Z"),
            Choice("one or two, as chance will have it", r"\A2\Z"),
            Choice("all three", r"\A3\Z"),
        ),
        "C",
        "Each new connection goes to the next task, wherever that is.",
        typed_on_manager(
            "docker service create --quiet --name web --replicas 3 --publish 8080:80 traefik/whoami:v1.11"
        ),
        Step(MANAGER, "for i in 1 2 3 4 5 6; do curl -s 192.168.1.11:8080 | head -n 1; done | sort -u | wc -l"),
    ),
    Item(
        "host-mode",
        "05",
        "`web` has one task, on `node1`, and publishes port 8080 with `mode=host`. Somebody asks `node2` at port 8080.",
        (
            Choice("the connection is refused", r"(?i)refused|couldn't connect|could not connect"),
            Choice("a page comes, through the mesh", r"It works"),
            Choice("no answer comes", r"(?i)timed out"),
        ),
        "A",
        "In host mode there is no mesh: the port is open where a task is, and nowhere else.",
        typed_on_manager(
            "docker service create --quiet --name web --publish mode=host,published=8080,target=80 "
            f"{ON_NODE1} httpd:2.4"
        ),
        Step(MANAGER, "curl -sS --max-time 3 192.168.1.13:8080"),
    ),
    Item(
        "publish-rm",
        "05",
        "`web` was created with `--publish 8080:80`. You type `docker service update --publish-rm 8080 web`.",
        (
            Choice("nothing changes: port 8080 still answers", r"It works"),
            Choice("port 8080 is closed", r"(?i)refused|couldn't connect|could not connect"),
            Choice("docker says that there is no such port", r"(?i)no such port|not published"),
        ),
        "A",
        "`--publish-rm` means the port inside the container: 80. What matches nothing changes nothing.",
        typed_on_manager("docker service create --quiet --name web --publish 8080:80 httpd:2.4"),
        Step(
            MANAGER,
            "docker service update --quiet --publish-rm 8080 web >/dev/null; curl -sS --max-time 3 192.168.1.11:8080",
        ),
    ),
    Item(
        "closed-vxlan",
        "06",
        "On `node2` the firewall closes port 4789/udp. What does `docker node ls` say of `node2` a minute later?",
        (
            Choice("Down", r"node2 Down"),
            Choice("Unknown", r"node2 Unknown"),
            Choice("Ready", r"node2 Ready"),
        ),
        "C",
        "4789 carries the data between containers. Heartbeats go to port 2377 of the manager: they still arrive.",
        (Step("node2", "firewall-cmd --remove-port=4789/udp"), Step(MANAGER, "sleep 60")),
        Step(MANAGER, "docker node ls --format '{{.Hostname}} {{.Status}}'"),
    ),
    Item(
        "hosts-and-names",
        "06",
        "`web` and `util` are on the overlay network `my-net`. On the host `node1`, not in a container, you type "
        "`curl http://web`.",
        (
            Choice("the name is not known", r"(?i)could not resolve"),
            Choice("a page comes", r"It works"),
            Choice("the name is known, but no answer comes", r"(?i)timed out|refused"),
        ),
        "A",
        "Hosts are not on overlay networks, and do not ask their name server. They use published ports.",
        NAMES,
        Step("node1", "curl -sS --max-time 3 http://web"),
    ),
    Item(
        "one-address",
        "07",
        "`web` has three tasks on `my-net`. A container on `my-net` looks up the name `web`. How many addresses does "
        "it get?",
        (
            Choice("three, one for each task", r"\A3 "),
            Choice("one: that of the nearest task", r"\A1 of a task\Z"),
            Choice("one, which is none of a task's", r"\A1 of no task\Z"),
        ),
        "C",
        "The name means one virtual address, behind which connections are shared out. `tasks.web` means the tasks.",
        NAMES,
        Step(
            MANAGER,
            f"a=$({UTIL} getent ahostsv4 web | cut -d ' ' -f 1 | sort -u); t=$({UTIL} nslookup tasks.web); "
            'n=$(echo "$a" | wc -l); case "$t" in *"$a"*) echo "$n of a task";; *) echo "$n of no task";; esac',
        ),
    ),
    Item(
        "ping",
        "07",
        "The only task of `web` hangs: its process runs, but answers nobody. A container on the same network types "
        "`ping -c 1 web`.",
        (
            Choice("an answer comes", r" 0% packet loss"),
            Choice("no answer comes", r"100% packet loss"),
            Choice("the name is not known", r"(?i)bad address|unknown host"),
        ),
        "A",
        "The virtual address answers itself, on the node that asks. A ping says nothing about the service.",
        (*NAMES, Step(MANAGER, "docker service scale web=1"), Fault("hang", ("web.1.",))),
        Step(MANAGER, f"{UTIL} ping -c 1 -W 2 web"),
    ),
    Item(
        "vip-without-port",
        "07",
        "`web` is on `my-net` and publishes no port. How many virtual addresses does it have?",
        (
            Choice("none: it publishes nothing", r"\A0\Z"),
            Choice("one, on `my-net`", r"\A1\Z"),
            Choice("two, on `my-net` and on ingress", r"\A2\Z"),
        ),
        "B",
        "There is one for each network of the service. Only who publishes ports is on ingress.",
        NAMES,
        Step(MANAGER, "docker service inspect --format '{{len .Endpoint.VirtualIPs}}' web"),
    ),
    Item(
        "two-overlays",
        "07",
        "`web` is on `my-net`, `other` is on `other-net`. A container of `other` types `wget -O - http://web`.",
        (
            Choice("a page comes: both are overlay networks of one swarm", r"It works"),
            Choice("the name is not known", r"bad address"),
            Choice("the connection is refused", r"refused"),
        ),
        "B",
        "Networks keep services apart. Names are known on the networks that a container is on.",
        (
            *NAMES,
            *typed_on_manager(
                "docker network create --driver overlay other-net",
                "docker service create --quiet --name other --network other-net --constraint node.role==manager "
                "alpine:3.22 sleep 1d",
            ),
        ),
        Step(MANAGER, "docker exec $(docker ps --quiet --filter name=other) wget -q -T 3 -O - http://web"),
    ),
)
