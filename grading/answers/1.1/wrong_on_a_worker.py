"""The right command on a node that takes no orders."""

HINT = "on-a-worker"
POINTS = 0


def attempt(lab):
    lab.host("node1").sh("docker service create --name web-server httpd:2.4")
    return {}
