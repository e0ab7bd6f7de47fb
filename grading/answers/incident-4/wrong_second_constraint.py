"""Adds the right constraint to the wrong one."""

HINT = "runs"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --detach --constraint-add node.labels.disk==ssd cache")
    lab.advance("30s")
    return {}
