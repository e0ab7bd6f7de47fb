"""The order is given again, and refused again."""

HINT = "five"
POINTS = 0


def attempt(lab):
    lab.host("node2").sh("docker service scale --detach shop=5")
    lab.advance("1m")
    return {}
