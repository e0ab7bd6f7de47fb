"""From docker info on the manager: its own node id."""


def attempt(lab):
    return {"answer": lab.host("swarm-manage").sh("docker info --format '{{.Swarm.NodeID}}'").stdout}
