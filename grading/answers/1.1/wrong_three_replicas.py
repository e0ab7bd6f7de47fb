"""Three replicas where one was asked for."""

HINT = "too-many"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service create --name web-server --replicas 3 httpd:2.4")
    return {}
