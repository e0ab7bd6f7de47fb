"""Removed and made anew on the other nodes."""

HINT = "plain-drain"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service rm web-server")
    manager.sh("docker node update --availability drain node1")
    manager.sh("docker service create --name web-server --replicas 3 httpd:2.4")
    return {}
