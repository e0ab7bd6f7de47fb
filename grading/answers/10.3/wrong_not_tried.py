"""Repaired, and believed."""

HINT = "tried"
POINTS = 4

REASON = "no suitable node (scheduling constraints not satisfied on 3 nodes)"


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh(
        "docker service update --constraint-rm node.hostname==node22 --constraint-add node.hostname==node2 mysql"
    )
    return {"reason": REASON}
