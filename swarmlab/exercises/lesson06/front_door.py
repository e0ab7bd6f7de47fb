"""Exercise 6.5: a balancer in front of the nodes, and one of the nodes is lost."""

from swarmlab.checks import Claim, Exercise, Hint, Scene, Step, eventually, node, now
from swarmlab.checks.claims import typed
from swarmlab.exercises.stage import CLEAR, MANAGER, typed_on_manager

PORT, FEWEST = 9000, 12
STOPPED = typed(r"systemctl stop docker", "the engine of `node2` is stopped", ("node2",), failed=False)
_CONFIG = (
    "defaults\\n  mode http\\n  timeout connect 2s\\n  timeout client 30s\\n  timeout server 30s\\n"
    "frontend door\\n  bind *:80\\n  default_backend nodes\\n"
    "backend nodes\\n"
    "  server swarm-manage 192.168.1.11:8080\\n  server node1 192.168.1.12:8080\\n  server node2 192.168.1.13:8080\\n"
)


def statuses(scene: Scene) -> list[int]:
    """Return the statuses of the requests to the balancer since the engine of `node2` was stopped."""
    stops = [
        row.at
        for row in scene.world.commands[len(scene.start.commands) :]
        if row.state is not None and row.state["host"] == "node2" and "systemctl stop docker" in row.state["line"]
    ]
    rows = scene.world.requests[len(scene.start.requests) :]
    return [
        row.state["status"]
        for row in rows
        if row.state is not None and stops and row.at > stops[-1] and row.state["url"].endswith(f":{PORT}")
    ]


def _found(scene: Scene) -> str:
    seen = statuses(scene)
    return (
        f"of {len(seen)} requests since then, {seen.count(200)} got a page" if seen else "nobody has asked since then"
    )


SERVED = Claim(
    f"since `node2` is lost, the last {FEWEST} requests to port {PORT} have all got a page",
    lambda scene: len(statuses(scene)) >= FEWEST and set(statuses(scene)[-FEWEST:]) == {200},
    _found,
    f"curl 192.168.1.11:{PORT}",
)

TOO_FEW = Claim("fewer were made", lambda scene: len(statuses(scene)) < FEWEST, _found, "")
TOUCHED = typed(r"haproxy\.cfg", "the file is changed", (MANAGER,))
RESTARTED = typed(
    r"docker (restart|stop|kill|rm|start|run)\b", "the balancer is started again", (MANAGER,), failed=False
)

FRONT_DOOR = Exercise(
    id="6.5",
    title="One door for all nodes",
    task=(
        "`web-server` is published as port 8080. In front of the three nodes stands a balancer, the container "
        "`balancer` on `swarm-manage`, at port 9000. Its configuration is `haproxy.cfg` there. Let it notice by itself "
        "when a node is lost: change the file, and restart the container. Then stop the engine of `node2` with "
        "`systemctl stop docker`, wait half a minute, and ask twelve times at port 9000."
    ),
    stage=(
        Step("node2", "systemctl start docker", may_fail=True),
        Step(MANAGER, "while docker node ls | grep -q Down; do sleep 5; done"),
        Step(MANAGER, "docker rm --force balancer", may_fail=True),
        *CLEAR,
        *typed_on_manager(
            "docker service create --name web-server --replicas 3 --publish 8080:80 httpd:2.4",
            f"printf '{_CONFIG}' > haproxy.cfg",
            f"docker run --detach --name balancer --publish {PORT}:80 "
            "--volume /root/haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg:ro haproxy:3.2",
        ),
    ),
    goals=(
        eventually(STOPPED & node("node2").has_status("down")).named("lost"),
        now(SERVED).named("served").worth(3),
    ),
    backends="sim",
    tags=("a balancer notices by itself", "a new file is a new configuration"),
    hints=(
        Hint(
            "lost",
            goal="lost",
            nudge="Nobody has lost a node yet.",
            concept="A safety net that was never tried is a hope. A node counts as lost after some seconds of silence.",
            command="systemctl ??? docker   (on node2)   and wait",
            example="systemctl stop docker",
        ),
        Hint(
            "few",
            goal="served",
            when=now(TOO_FEW),
            nudge="Ask twelve times, after the loss.",
            concept="Three nodes get requests in turn. Two good answers do not say that the third is left out.",
            command="for i in $(seq ???); do curl -s 192.168.1.11:9000; done   (on swarm-manage)",
            example="for i in 1 2 3; do curl -s 192.168.1.99:9000; done",
        ),
        Hint(
            "not-restarted",
            goal="served",
            when=now(TOUCHED & RESTARTED.negated("it was not restarted")),
            nudge="The file is changed. Has the balancer read it?",
            concept="A program reads its configuration when it starts.",
            command="docker ??? balancer",
            example="docker restart cache",
            misconception="a new file is a new configuration",
        ),
        Hint(
            "served",
            goal="served",
            nudge="Some requests still go to the lost node. What does the balancer know of its servers?",
            concept=(
                "haproxy tries a server again and again if its line ends with `check`: every two seconds. After three "
                "failures it leaves the server out."
            ),
            command="sed -i '/^  server/ s/$/ ???/' haproxy.cfg; docker restart balancer",
            example="server cache 192.168.1.99:6379 check",
            misconception="a balancer notices by itself",
        ),
    ),
)
