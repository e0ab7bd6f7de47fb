"""Right, but the service was published on the way."""

HINT = "published"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --publish-add 8080:80 web-server")
    manager.sh("docker service update --publish-rm 80 web-server")
    node = manager.sh("docker service ps web-server --filter desired-state=running --format '{{.Node}}'").stdout.strip()
    return {"reaches": {name: name == node for name in lab.hosts}}
