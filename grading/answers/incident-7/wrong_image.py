"""Takes the program for the culprit."""

HINT = "program"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --detach --image nginx:1.28 api")
    lab.advance("2m")
    return {}
