"""Keeps a third task of the crowded node before a second of the other."""

HINT = "count-per-node"
POINTS = 1


def attempt(lab):
    lab.host("swarm-manage").sh("docker service scale web-server=3")
    return {"slots": [1, 3, 5]}
