"""Published on the nodes with a task only."""

HINT = "host-mode"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --publish-add mode=host,published=8080,target=80 web-server")
    return {}
