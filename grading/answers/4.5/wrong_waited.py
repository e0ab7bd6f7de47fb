"""Started, and waited for the tasks to come back."""

HINT = "waited"
POINTS = 2


def attempt(lab):
    lab.host("node2").sh("systemctl start docker")
    lab.advance("10m")
    return {}
