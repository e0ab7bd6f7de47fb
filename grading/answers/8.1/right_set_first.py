"""The order is set first, then the image, with two at a time."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --update-order start-first --update-parallelism 2 web-server")
    manager.sh("docker service update --image httpd:2.4.65 web-server")
    return {}
