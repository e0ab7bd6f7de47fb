"""Nothing was said."""

HINT = "no-answer"
POINTS = 0


def attempt(lab):
    return {"causes": {"refused": "", "no route": "", "timeout": ""}}
