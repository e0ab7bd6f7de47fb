"""Only the first one."""

HINT = "second"
POINTS = 1


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --availability drain node1")
    lab.advance("30s")
    manager.sh("docker node update --availability active node1; docker service scale --detach web=1")
    return {}
