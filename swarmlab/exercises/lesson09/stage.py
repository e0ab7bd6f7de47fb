"""What the exercises of lesson 09 start from: all engines run, and one manager or three."""

from swarmlab.checks import Step, service
from swarmlab.exercises.stage import CLEAR, HOSTS, MANAGER, WORKERS, typed_on_manager

WEB = service("web-server")

#: Engines that an earlier trial stopped run again, and `swarm-manage` is the only manager.
ONE_MANAGER = (
    *(Step(host, "systemctl start docker", may_fail=True) for host in HOSTS),
    Step(MANAGER, "sleep 45"),
    *(Step(MANAGER, f"docker node demote {host}; sleep 5", may_fail=True) for host in WORKERS),
    *CLEAR,
)

#: Three managers, and a service with a task on each.
THREE = (
    *ONE_MANAGER,
    *typed_on_manager(
        "docker node promote node1 node2",
        "sleep 5",
        "docker service create --name web-server --replicas 3 --publish 8080:80 httpd:2.4",
    ),
)
