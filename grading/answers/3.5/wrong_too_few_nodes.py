"""Believes that the number of nodes is the trouble."""

HINT = "too-few-nodes"
POINTS = 2


def attempt(lab):
    lab.host("swarm-manage").sh("docker service scale watcher=2")
    return {"reason": "there are three nodes"}
