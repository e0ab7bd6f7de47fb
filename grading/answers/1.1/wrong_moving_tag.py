"""A tag without a number moves with each release."""

HINT = "moving-tag"
POINTS = 1


def attempt(lab):
    lab.host("swarm-manage").sh("docker service create --name web-server nginx:stable")
    return {}
