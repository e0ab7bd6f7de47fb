"""The service instead of its container."""

HINT = "service-only"
POINTS = 0


def attempt(lab):
    return {"answer": "web-server"}
