"""Drains, and hopes."""

HINT = "no-dip"
POINTS = 4


def attempt(lab):
    manager = lab.host("swarm-manage")
    for name in ("node1", "node2"):
        manager.sh(f"docker node update --availability drain {name}")
        lab.advance("30s")
        manager.sh(f"docker node update --availability active {name}")
        lab.advance("5s")
    return {}
