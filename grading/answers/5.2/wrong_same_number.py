"""The same number on both sides."""

HINT = "same-number"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --publish-add 8080:8080 web-server")
    return {}
