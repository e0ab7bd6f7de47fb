"""Kills containers by hand, several at once, and then updates."""

HINT = "dip"
POINTS = 3


def attempt(lab):
    lab.host("node1").sh("docker kill $(docker ps --quiet --filter name=web-server)")
    lab.advance("20s")
    lab.host("swarm-manage").sh("docker service update --force web-server")
    lab.advance("10s")
    return {}
