"""The same is tried again."""

HINT = "again"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --detach --force shop")
    lab.advance("1m")
    return {}
