"""Histories written by hand: rows as a store would make them, a second apart unless told otherwise."""

from typing import Any

from swarmlab.checks import Exercise, Goal, Report, Scene, evaluate
from swarmlab.checks.goals import SECOND, Watch
from swarmlab.checks.judge import Start, scenes
from swarmlab.timeline.trace import Row, Trace

NOON = 1_750_000_000 * SECOND


class History:
    """A trace under construction.  Every method writes at `at`; `wait` moves it on."""

    def __init__(self) -> None:
        self.trace = Trace()
        self.at = NOON
        self.start = Start(NOON, 0)
        for name in ("swarm-manage", "node1", "node2"):
            self.node(name)

    def wait(self, seconds: float) -> "History":
        self.at += round(seconds * SECOND)
        return self

    def begin(self) -> "History":
        self.start = Start(self.at, len(self.trace))
        return self

    def put(self, kind: str, id: str, state: dict[str, Any] | None) -> "History":
        self.trace.append(Row(self.at, kind, id, state))
        return self

    def node(self, hostname: str, availability: str = "active", state: str = "ready") -> "History":
        leader = hostname == "swarm-manage"
        row = {
            "id": long(hostname),
            "hostname": hostname,
            "availability": availability,
            "state": state,
            "leader": leader,
        }
        return self.put("node", hostname, row)

    def service(
        self,
        name: str = "web-server",
        replicas: int = 1,
        image: str = "httpd:2.4",
        id: str = "",
        ports: tuple[dict[str, Any], ...] = (),
        vips: dict[str, str] | None = None,
        update: str = "",
    ) -> "History":
        state = {
            "id": id or f"s-{name}", "name": name, "replicas": replicas, "image": image, "mode": "replicated",
            "ports": list(ports), "endpoint_mode": "vip", "networks": list(vips or {}), "vips": vips or {},
            "update": update,
        }  # fmt: skip
        return self.put("service", state["id"], state)

    def request(self, server: str, result: str = "ok", url: str = "x:80", status: int = 200) -> "History":
        state = {"url": url, "result": result, "server": server, "status": status}
        return self.put("request", f"r{len(self.trace)}", state)

    def host(self, name: str, firewall: bool = True) -> "History":
        return self.put("host", name, {"id": name, "firewall": firewall})

    def task(
        self,
        id: str,
        state: str = "running",
        desired: str = "running",
        slot: int = 1,
        service: str = "web-server",
        node: str = "node1",
        addresses: dict[str, str] | None = None,
        image: str = "httpd:2.4",
    ) -> "History":
        id = long(id)
        row = {
            "id": id, "name": f"{service}.{slot}.{id}", "service": service, "slot": slot, "node": node,
            "node_id": node, "state": state, "desired": desired, "container": container(id), "created": self.at,
            "addresses": addresses or {}, "image": image,
        }  # fmt: skip
        return self.put("task", id, row)

    def gone(self, kind: str, id: str) -> "History":
        return self.put(kind, long(id) if kind == "task" else id, None)

    def typed(self, line: str, host: str = "swarm-manage", exit_code: int = 0) -> "History":
        return self.put("command", f"c{len(self.trace)}", {"host": host, "line": line, "exit_code": exit_code})

    def watch(self, goal: Goal, **answers: Any) -> tuple[Watch, Scene]:
        """Follow one goal through what has happened since `begin`."""
        watch, scene = Watch(goal), None
        for scene in scenes(self.trace, answers, self.start, self.at):
            watch.see(scene)
        assert scene is not None
        return watch, scene

    def meets(self, goal: Goal, **answers: Any) -> bool:
        return self.watch(goal, **answers)[0].is_met

    def found(self, goal: Goal, **answers: Any) -> str:
        watch, scene = self.watch(goal, **answers)
        return watch.found(scene)

    def judge(self, exercise: Exercise, **answers: Any) -> Report:
        return evaluate(exercise, self.trace, answers, self.start, self.at)


def long(id: str) -> str:
    """Return a 25-character task id that begins with `id`."""
    return (id + "0123456789abcdefghijklmno")[:25]


def container(task_id: str) -> str:
    """Return the 64-character id of the container of a task."""
    return f"{sum(map(ord, task_id)):08x}" * 8
