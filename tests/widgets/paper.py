"""A swarm of paper: enough to answer a board's two commands with plausible rows, for tests of the board alone."""

import re
import threading

from swarmlab.timeline.trace import Row, State, Trace
from tests.traces import SECOND, START, web

LIFE = ("pending", "assigned", "preparing", "starting", "running")


class PaperSwarm:
    """A source and the actions of a board.  `typed` holds the (host, line) pairs that were run."""

    def __init__(self, replicas: int = 3) -> None:
        self.trace: Trace = web(replicas)
        self.lock = threading.RLock()
        self.now = START + 60 * SECOND
        self.typed: list[tuple[str, str]] = []
        self._made = 100

    def add(self, kind: str, state: State, seconds: float = 0) -> None:
        """`state` holds from `seconds` after the last moment on."""
        self.now += int(seconds * SECOND)
        self.trace.append(Row(self.now, kind, state["id"], state))

    def gone(self, kind: str, i: str) -> None:
        self.trace.append(Row(self.now, kind, i, None))

    def start(self, slot: int) -> None:
        """A new task in `slot`, on the emptiest node that takes tasks."""
        world = self.trace.world()
        self._made += 1
        nodes = [n for n in world.nodes.values() if n["availability"] == "active"]
        tasks = [t for t in world.tasks.values() if t["desired"] == "running"]
        node = min(nodes, key=lambda n: sum(t["node_id"] == n["id"] for t in tasks))
        for state in LIFE:
            placed = state != "pending"
            self.add(
                "task",
                next(iter(world.tasks.values()))
                | {
                    "id": f"t{self._made}",
                    "name": f"web.{slot}.t{self._made}",
                    "slot": slot,
                    "created": START + self._made * SECOND,
                    "at": self.now,
                    "state": state,
                    "desired": "running",
                    "node_id": node["id"] if placed else "",
                    "node": node["hostname"] if placed else "",
                    "message": state,
                    "err": "",
                },
                seconds=0.3,
            )

    def run(self, host: str, command_line: str) -> tuple[int, str]:
        """Do what a ``docker service scale`` or ``docker node update --availability`` does."""
        self.typed.append((host, command_line))
        with self.lock:
            if found := re.fullmatch(r"docker service scale (\S+)=(\d+)", command_line):
                return self._scale(found[1], int(found[2]))
            if found := re.fullmatch(r"docker node update --availability (\w+) (\S+)", command_line):
                return self._set_availability(found[2], found[1])
        return 125, f"docker: '{command_line}' is not a docker command.\nSee 'docker --help'"

    def _scale(self, name: str, replicas: int) -> tuple[int, str]:
        world = self.trace.world()
        service = world.service(name)
        assert service is not None
        self.add("service", service | {"replicas": replicas}, seconds=1)
        slots = {t["slot"]: t["id"] for t in world.tasks.values() if t["desired"] == "running"}
        for slot in range(1, replicas + 1):
            if slot not in slots:
                self.start(slot)
        for slot, i in slots.items():
            if slot > replicas:
                self.add("task", world.tasks[i] | {"desired": "remove"}, seconds=0.3)
                self.gone("task", i)
        return (
            0,
            f"{name} scaled to {replicas}\noverall progress: 1 out of 1 tasks\r\nverify: Service {name} converged\n",
        )

    def _set_availability(self, name: str, to: str) -> tuple[int, str]:
        world = self.trace.world()
        node = world.node(name)
        assert node is not None
        self.add("node", node | {"availability": to}, seconds=1)
        if to == "drain":
            for i, task in world.tasks.items():
                if task["node_id"] == node["id"] and task["desired"] == "running":
                    self.add("task", task | {"desired": "shutdown"}, seconds=0.1)
                    self.add("task", task | {"desired": "shutdown", "state": "shutdown", "at": self.now, "id": i}, 0.4)
                    self.start(task["slot"])
        return 0, f"{name}\n"
