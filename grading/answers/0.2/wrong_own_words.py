"""In other words than the message's."""

HINT = "its-words"
POINTS = 1


def attempt(lab):
    lab.host("node1").sh("docker node ls")
    return {"answer": "it is a worker"}
