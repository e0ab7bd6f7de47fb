"""Drained instead of lost."""

HINT = "drained"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker node update --availability drain node2")
    lab.advance("90s")
    return {"seconds": 0, "replicas": "3/3"}
