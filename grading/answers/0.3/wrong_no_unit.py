"""A number without a unit: nanoseconds."""

HINT = "other-amount"
POINTS = 0


def attempt(lab):
    lab.advance(30)
    return {}
