"""The tasks are elsewhere, but the node is only paused."""

HINT = "not-drained"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --availability pause node1")
    manager.sh("docker service update --force --update-order start-first web-server")
    lab.advance("10s")
    return {}
