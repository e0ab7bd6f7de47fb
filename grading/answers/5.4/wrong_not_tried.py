"""Changed, and only the nodes with a task asked."""

HINT = "try"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --publish-rm 80 --publish-add mode=host,published=8080,target=80 web-server")
    return {}
