"""The nodes stay drained."""

HINT = "still-out"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    for name in ("node1", "node2"):
        manager.sh(f"docker node update --availability drain {name}")
        lab.advance("30s")
    return {}
