"""Believes that the manager reaches every container (moved to a worker first, if it is on the manager)."""

HINT = "the-manager"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --constraint-add node.hostname==node1 web-server")
    return {"reaches": {"swarm-manage": True, "node1": True, "node2": False}}
