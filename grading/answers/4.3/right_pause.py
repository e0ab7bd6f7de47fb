"""Pause, then scale."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --availability pause node2")
    manager.sh("docker service scale web-server=6")
    return {}
