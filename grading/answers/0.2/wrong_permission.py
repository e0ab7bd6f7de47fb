"""Believes that rights are missing."""

HINT = "rights"
POINTS = 1


def attempt(lab):
    lab.host("node1").sh("docker node ls")
    return {"answer": "permission denied, root is needed"}
