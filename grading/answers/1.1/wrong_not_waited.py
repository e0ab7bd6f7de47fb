"""The right service, checked before its task had a chance to start."""

HINT = "too-soon"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service create --detach --name web-server httpd:2.4")
    return {}
