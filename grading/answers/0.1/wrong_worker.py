"""The id of a worker."""

HINT = "another-node"
POINTS = 0


def attempt(lab):
    return {"answer": lab.host("node1").sh("docker info --format '{{.Swarm.NodeID}}'").stdout.strip()}
