"""Predicted by the rule, then scaled."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service scale web-server=5")
    return {"counts": {"swarm-manage": 2, "node1": 1, "node2": 2}}
