"""The workers are removed."""

HINT = "thrown-out"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker node rm --force node1 node2")
    lab.advance("1m")
    return {}
