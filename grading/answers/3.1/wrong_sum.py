"""Counts the tasks of the other service as well."""

HINT = "sum"
POINTS = 1


def attempt(lab):
    lab.host("swarm-manage").sh("docker service scale web-server=5")
    return {"counts": {"swarm-manage": 2, "node1": 3, "node2": 2}}
