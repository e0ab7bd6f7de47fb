"""One task fewer, so that the manager may be free."""

HINT = "other-number"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --availability drain swarm-manage")
    lab.advance("15s")
    manager.sh("docker service scale web-server=2")
    return {}
