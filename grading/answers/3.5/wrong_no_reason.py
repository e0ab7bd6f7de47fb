"""Tried, and not read."""

HINT = "no-reason"
POINTS = 2


def attempt(lab):
    lab.host("swarm-manage").sh("docker service scale watcher=2")
    return {"reason": ""}
