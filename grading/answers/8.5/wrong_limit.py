"""Takes the limit for the reservation."""

HINT = "limit"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --detach --limit-memory 512M alfa")
    lab.advance("10s")
    return {}
