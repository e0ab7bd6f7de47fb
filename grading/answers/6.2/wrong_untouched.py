"""Nothing was said."""

HINT = "no-answer"
POINTS = 0


def attempt(lab):
    return {"networks": {"10.0.0": "", "172.18.0": ""}}
