"""Drained, and the service made anew."""

HINT = "history"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service rm web-server")
    manager.sh("docker node update --availability drain swarm-manage")
    manager.sh("docker service create --name web-server --replicas 3 httpd:2.4")
    return {}
