"""Restarts the engines of the workers."""

HINT = "restarted"
POINTS = 0


def attempt(lab):
    lab.host("node1").sh("systemctl restart docker")
    lab.host("node2").sh("systemctl restart docker")
    lab.advance("1m")
    return {}
