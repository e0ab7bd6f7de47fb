"""Rows by hand, for tests that need a history but no simulator.  Every default is valid."""

from swarmlab.timeline.trace import Row, State, Trace

START = 1_763_942_400 * 10**9  # 2025-11-24 00:00 UTC
SECOND = 10**9


def node(name: str, addr: str, role: str = "worker", **other: object) -> State:
    state: State = {
        "id": f"id-{name}",
        "hostname": name,
        "role": role,
        "leader": role == "manager",
        "reachability": "reachable" if role == "manager" else "",
        "availability": "active",
        "state": "ready",
        "message": "",
        "addr": addr,
        "engine": "28.5.2",
        "nano_cpus": 2 * 10**9,
        "memory": 4 * 2**30,
    }
    return state | other


def host(name: str, address: str = "192.168.1.12", **other: object) -> State:
    state: State = {
        "id": name,
        "address": address,
        "powered": True,
        "engine": True,
        "wire": "plugged",
        "firewall": True,
        "closed": [],
    }
    return state | other


def service(name: str, replicas: int, **other: object) -> State:
    state: State = {
        "id": f"id-{name}",
        "name": name,
        "mode": "replicated",
        "replicas": replicas,
        "image": "httpd:2.4",
        "args": [],
        "ports": [],
        "networks": [],
        "vips": {},
        "endpoint_mode": "vip",
        "update": "",
        "labels": {},
        "total": 0,
    }
    return state | other


def task(service_name: str, slot: int, node_name: str, number: int = 1, **other: object) -> State:
    """The `number`-th task of a slot, running."""
    task_id = f"{service_name}{slot}{node_name if not slot else ''}t{number}"
    state: State = {
        "id": task_id,
        "name": f"{service_name}.{slot}.{task_id}",
        "service": service_name,
        "service_id": f"id-{service_name}",
        "slot": slot,
        "node": node_name,
        "node_id": f"id-{node_name}" if node_name else "",
        "state": "running",
        "desired": "running",
        "message": "started",
        "err": "",
        "image": "httpd:2.4",
        "args": [],
        "container": f"c-{task_id}",
        "exit_code": None,
        "addresses": {},
        "created": START + number * SECOND,
        "at": START + number * SECOND,
        "nano_cpus": 0,
        "memory": 0,
        "health": "",
    }
    return state | other


def rows(*states: tuple[str, State], at: int = 0) -> list[Row]:
    """One row per (kind, state), all at second `at`."""
    return [Row(START + at * SECOND, kind, state["id"], state) for kind, state in states]


def three_nodes() -> list[Row]:
    return rows(
        ("node", node("swarm-manage", "192.168.1.11", "manager")),
        ("node", node("node1", "192.168.1.12")),
        ("node", node("node2", "192.168.1.13")),
    )


def web(replicas: int = 3) -> Trace:
    """Three nodes, service `web` spread over them and running."""
    names = ("node1", "node2", "swarm-manage")
    tasks = [("task", task("web", slot, names[(slot - 1) % 3])) for slot in range(1, replicas + 1)]
    return Trace([*three_nodes(), *rows(("service", service("web", replicas)), *tasks, at=1)])
