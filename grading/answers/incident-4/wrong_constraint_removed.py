"""Without the constraint it runs anywhere."""

HINT = "anywhere"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --quiet --constraint-rm node.labels.disk==sdd cache")
    return {}
