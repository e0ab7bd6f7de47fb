"""Typed, and not read."""

HINT = "no-reason"
POINTS = 1


def attempt(lab):
    lab.host("node1").sh("docker node ls")
    return {"answer": ""}
