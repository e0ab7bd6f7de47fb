"""All at once."""

HINT = "three"
POINTS = 2


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --detach --update-delay 0s --update-parallelism 0 shop")
    lab.advance("1m")
    return {}
