"""Publishes a port."""

HINT = "published"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --quiet --publish-add 8080:80 back")
    lab.host("node1").sh("docker exec $(docker ps -q -f name=front) wget -q -O - http://back")
    return {}
