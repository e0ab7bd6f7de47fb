"""The slot instead of its container."""

HINT = "no-task-id"
POINTS = 0


def attempt(lab):
    return {"answer": "web-server.1"}
