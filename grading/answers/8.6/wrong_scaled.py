"""Scaled to three."""

HINT = "scaled"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service scale web-server=3")
    return {"reason": ""}
