"""Boards of any size, whose page only listens, and the work that benchmarks and budgets give them."""

import json
import threading

from swarmlab.timeline.trace import Row, Trace
from swarmlab.widgets.board import Board
from tests.traces import SECOND, START, node, rows, service, task


class Listening(Board):
    """A board whose messages are kept as JSON; no page and no thread."""

    def __init__(self, source: "Swarm") -> None:
        self.sent: list[str] = []
        super().__init__(source)
        self._has_page = True
        self._live.follow()
        self._live.forget()

    def send(self, content: object, buffers: object = None) -> None:
        self.sent.append(json.dumps(content, separators=(",", ":")))


class Swarm:
    """A source of `nodes` nodes and `tasks` tasks of a few services, all running."""

    def __init__(self, nodes: int, tasks: int, services: int = 4) -> None:
        self.lock = threading.RLock()
        self.nodes, self.tasks, self.services = nodes, tasks, services
        made = [
            ("node", node(f"n{n}", f"10.0.{n // 250}.{n % 250}", "worker" if n else "manager")) for n in range(nodes)
        ]
        made += [("service", service(f"s{n}", tasks // services)) for n in range(services)]
        made += [("task", self.task(n)) for n in range(tasks)]
        self.trace = Trace(rows(*made))
        self.second = 1

    def task(self, number: int, **other: object) -> dict[str, object]:
        return task(f"s{number % self.services}", number // self.services + 1, f"n{number % self.nodes}", **other)

    @property
    def now(self) -> int:
        return START + self.second * SECOND

    def change(self, tasks: int) -> None:
        """So many tasks fail, or run again, in the next second."""
        for number in range(tasks):
            n = (self.second * tasks + number) % self.tasks
            state = self.task(n, state="failed" if self.second % 2 else "running", at=self.now)
            self.trace.append(Row(self.now, "task", str(state["id"]), state))
        self.second += 1


def update(board: Listening, swarm: Swarm, tasks: int) -> int:
    """Change so many tasks and tell the page; return the bytes of the message."""
    swarm.change(tasks)
    before = len(board.sent)
    board._tell(None)
    assert len(board.sent) == before + 1, "one change of the swarm is one message"
    return len(board.sent[-1])


def session_of(events: int) -> Swarm:
    """A swarm of 3 nodes and 20 tasks whose history has so many rows."""
    swarm = Swarm(3, 20)
    while len(swarm.trace) < events:
        swarm.change(2)
    return swarm
