"""The same cause for two failures."""

HINT = "twice"
POINTS = 0


def attempt(lab):
    return {"causes": {"refused": "B", "no route": "A", "timeout": "A"}}
