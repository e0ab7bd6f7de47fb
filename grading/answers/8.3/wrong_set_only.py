"""Set, and never tried."""

HINT = "tried"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --update-monitor 20s web-server")
    return {}
