"""Replaced in good time, but the old task stops first."""

HINT = "stop-first"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --availability pause node1")
    manager.sh("docker service update --force web-server")
    manager.sh("docker node update --availability drain node1")
    lab.advance("10s")
    return {}
