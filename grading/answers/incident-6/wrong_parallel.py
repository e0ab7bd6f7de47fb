"""More at a time, and still half a day until the next."""

HINT = "new"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --detach --update-parallelism 2 shop")
    lab.advance("5m")
    return {}
