"""Scaled out, drained, and left so."""

HINT = "too-many"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service scale web-server=6")
    manager.sh("docker node update --availability drain node1")
    lab.advance("20s")
    return {}
