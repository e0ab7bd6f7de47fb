"""Five seconds are not enough."""

HINT = "completed"
POINTS = 1


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --image crash:slow web-server")
    lab.advance("30s")
    return {}
