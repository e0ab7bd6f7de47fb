"""A wish for nothing."""

HINT = "none-wanted"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service create --detach --name web-server --replicas 0 httpd:2.4")
    lab.advance("10s")
    return {}
