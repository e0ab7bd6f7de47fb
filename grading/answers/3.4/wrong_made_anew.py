"""Removed, and made again with zero replicas."""

HINT = "made-anew"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service rm web-server")
    manager.sh("docker service create --detach --name web-server --replicas 0 --publish 8080:80 httpd:2.4")
    return {}
