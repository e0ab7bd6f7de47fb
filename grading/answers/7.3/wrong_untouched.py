"""Nothing was done."""

HINT = "ask"
POINTS = 0


def attempt(lab):
    return {"well": {"alfa": "", "bravo": "", "charlie": "", "delta": ""}}
