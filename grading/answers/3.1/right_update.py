"""Scaled with an update instead."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --replicas 5 web-server")
    return {"counts": {"node1": 1, "node2": 2, "swarm-manage": 2}}
