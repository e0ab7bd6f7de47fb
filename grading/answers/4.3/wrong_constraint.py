"""Keeps the service away from node2, together with the task it should keep."""

HINT = "constraint"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --constraint-add node.hostname!=node2 web-server")
    manager.sh("docker service scale web-server=6")
    return {}
