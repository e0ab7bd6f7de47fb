"""The address of the manager."""

HINT = "address"
POINTS = 0


def attempt(lab):
    return {"answer": "192.168.1.11"}
