"""Spread by an update, and then left with one task more."""

HINT = "number"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --force web-server")
    lab.advance("10s")
    manager.sh("docker service scale web-server=7")
    return {}
