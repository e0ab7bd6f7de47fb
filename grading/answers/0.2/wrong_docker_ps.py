"""A command about the host itself: it works on a worker."""

HINT = "container-command"
POINTS = 0


def attempt(lab):
    lab.host("node1").sh("docker ps")
    return {"answer": "it works"}
