"""There is room left."""

HINT = "not-yet"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service scale tiny=7")
    return {}
