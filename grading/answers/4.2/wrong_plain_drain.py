"""Believes that drain waits for the replacement."""

HINT = "plain-drain"
POINTS = 3


def attempt(lab):
    lab.host("swarm-manage").sh("docker node update --availability drain node1")
    lab.advance("20s")
    return {}
