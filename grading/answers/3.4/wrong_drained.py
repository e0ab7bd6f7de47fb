"""Drains every node."""

HINT = "drained"
POINTS = 0


def attempt(lab):
    for name in ("swarm-manage", "node1", "node2"):
        lab.host("swarm-manage").sh(f"docker node update --availability drain {name}")
    lab.advance("20s")
    return {}
