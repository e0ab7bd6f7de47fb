"""Like the colleague."""

HINT = "still-open"
POINTS = 2


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --publish-rm 8080 web-server")
    return {"port": 8080}
