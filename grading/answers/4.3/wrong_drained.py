"""Drained: the task is lost."""

HINT = "drained"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --availability drain node2")
    manager.sh("docker service scale web-server=6")
    return {}
