"""Another version that does not exist."""

HINT = "image"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --detach --image httpd:2.4.99 shop")
    lab.advance("1m")
    return {}
