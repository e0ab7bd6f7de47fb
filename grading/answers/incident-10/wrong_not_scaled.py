"""The majority is back, and nobody gives the order."""

HINT = "scale"
POINTS = 0


def attempt(lab):
    lab.host("node1").sh("systemctl start docker")
    lab.advance("1m")
    return {}
