"""Checked at once."""

HINT = "too-soon"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker node update --availability drain node1")
    return {}
