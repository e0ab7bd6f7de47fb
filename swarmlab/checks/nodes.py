"""Claims about nodes; say ``node("node1")`` and choose one."""

from collections.abc import Callable
from dataclasses import dataclass

from swarmlab.checks.answers import AnswerNamed
from swarmlab.checks.claims import Claim, Scene, is_running, label
from swarmlab.plural import count
from swarmlab.timeline.trace import State


@dataclass(frozen=True)
class NodeNamed:
    """Claims about the node with this host name; make one with `node`."""

    hostname: str

    def _claim(self, text: str, holds: Callable[[Scene, State], bool], found: Callable[[Scene, State], str]) -> Claim:
        def holds_if_there(scene: Scene) -> bool:
            state = scene.world.node(self.hostname)
            return state is not None and holds(scene, state)

        def found_if_there(scene: Scene) -> str:
            state = scene.world.node(self.hostname)
            return f"there is no node `{self.hostname}`" if state is None else found(scene, state)

        return Claim(text, holds_if_there, found_if_there, "docker node ls")

    def is_(self, availability: str) -> Claim:
        """The operator allows this much on it: active, pause or drain."""
        return self._claim(
            f"the availability of node `{self.hostname}` is {availability}",
            lambda scene, state: bool(state["availability"] == availability),
            lambda scene, state: f"its availability is {state['availability']}",
        )

    def is_leader(self) -> Claim:
        """It leads the managers."""
        return self._claim(
            f"node `{self.hostname}` is the leader of the swarm",
            lambda scene, state: bool(state["leader"]),
            lambda scene, state: f"`{self.hostname}` is not the leader",
        )

    def has_status(self, status: str) -> Claim:
        """The managers find it ready or down."""
        return self._claim(
            f"the status of node `{self.hostname}` is {status}",
            lambda scene, state: bool(state["state"] == status),
            lambda scene, state: f"its status is {state['state']}",
        )

    def runs(self, tasks: int) -> Claim:
        """Exactly `tasks` tasks run there, of all services together."""

        def running(scene: Scene) -> list[str]:
            return [label(t) for t in scene.world.tasks.values() if t["node"] == self.hostname and is_running(t)]

        amount = "no task" if tasks == 0 else count(tasks, "task")
        return self._claim(
            f"node `{self.hostname}` runs {amount}",
            lambda scene, state: len(running(scene)) == tasks,
            lambda scene, state: f"it runs {', '.join(sorted(running(scene))) or 'no task'}",
        )


def node(hostname: str) -> NodeNamed:
    """Speak of the node with this host name."""
    return NodeNamed(hostname)


def some_node_is(availability: str) -> Claim:
    """Any node has this availability."""

    def found(scene: Scene) -> str:
        names = sorted(node["hostname"] for node in scene.world.nodes.values() if node["availability"] == availability)
        return f"{availability}: " + (", ".join(f"`{name}`" for name in names) or "no node")

    return Claim(
        f"the availability of some node is {availability}",
        lambda scene: any(node["availability"] == availability for node in scene.world.nodes.values()),
        found,
        "docker node ls",
    )


def some_node_has_status(status: str) -> Claim:
    """The managers find some node ready or down."""

    def found(scene: Scene) -> str:
        names = sorted(node["hostname"] for node in scene.world.nodes.values() if node["state"] == status)
        return f"{status}: " + (", ".join(f"`{name}`" for name in names) or "no node")

    return Claim(
        f"the status of some node is {status}",
        lambda scene: any(node["state"] == status for node in scene.world.nodes.values()),
        found,
        "docker node ls",
    )


def is_id_of_leader(answer: AnswerNamed) -> Claim:
    """The answer is the id of the node that leads, whole or its first 12 or more characters."""
    return answer.says(
        "the id of the node that leads the swarm",
        lambda scene, given: any(
            node["leader"] and len(given) >= 12 and node["id"].startswith(given) for node in scene.world.nodes.values()
        ),
        "docker node ls",
    )
