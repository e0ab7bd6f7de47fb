"""The network is shared, and nobody has tried."""

HINT = "not-tried"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --quiet --network-add back-net front")
    return {}
