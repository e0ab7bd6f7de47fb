"""The network is shared, and nobody has tried."""

HINT = "calls"
POINTS = 2


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --quiet --network-add back-net front")
    return {}
