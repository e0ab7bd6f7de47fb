"""Paused: the task stays."""

HINT = "paused"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker node update --availability pause swarm-manage")
    lab.advance("15s")
    return {}
