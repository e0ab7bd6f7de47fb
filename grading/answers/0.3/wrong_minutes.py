"""The wrong unit."""

HINT = "too-late"
POINTS = 0


def attempt(lab):
    lab.advance("30m")
    return {}
