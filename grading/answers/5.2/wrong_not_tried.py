"""Published, and only one node asked."""

HINT = "try"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --publish-add 8080:80 web-server")
    manager.sh("curl 192.168.1.11:8080")
    return {}
