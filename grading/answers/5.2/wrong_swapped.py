"""The two numbers the wrong way round."""

HINT = "swapped"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --publish-add 80:8080 web-server")
    return {}
