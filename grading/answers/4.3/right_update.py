"""Scaled with an update, in two steps."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --availability=pause node2")
    manager.sh("docker service update --replicas 5 web-server")
    manager.sh("docker service update --replicas 6 web-server")
    return {}
