"""What the exercises start from: a clear table, all nodes active, no services."""

from swarmlab.checks import Step

MANAGER = "swarm-manage"
WORKERS = ("node1", "node2")
HOSTS = (MANAGER, *WORKERS)

#: Every node takes tasks again, and no service is left from an earlier exercise or from the learner's own trials.
CLEAR = (
    Step(MANAGER, "for node in $(docker node ls --quiet); do docker node update --availability active $node; done"),
    Step(MANAGER, "for name in $(docker service ls --quiet); do docker service rm $name; done"),
)


def typed_on_manager(*lines: str) -> tuple[Step, ...]:
    """Return steps that type these lines on the manager."""
    return tuple(Step(MANAGER, line) for line in lines)
