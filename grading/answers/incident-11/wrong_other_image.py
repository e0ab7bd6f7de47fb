"""An image that is there already."""

HINT = "image"
POINTS = 2


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --detach --image httpd:2.4 report")
    lab.advance("1m")
    return {}
