"""Takes the limit for the reservation."""

HINT = "limit"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --detach --limit-memory 512M search")
    lab.advance("1m")
    return {}
