"""More tasks before the drain, fewer after it."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service scale web-server=6")
    manager.sh("docker node update --availability drain node1")
    lab.advance("20s")
    manager.sh("docker service scale web-server=3")
    return {}
