"""The same is tried again."""

HINT = "five"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --detach --force search")
    lab.advance("1m")
    return {}
