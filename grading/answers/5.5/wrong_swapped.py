"""No route and time-out mixed up."""

HINT = "who-answers"
POINTS = 0


def attempt(lab):
    return {"causes": {"refused": "B", "no route": "A", "timeout": "C"}}
