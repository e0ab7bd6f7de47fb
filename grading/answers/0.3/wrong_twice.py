"""The cell was run twice."""

HINT = "too-late"
POINTS = 0


def attempt(lab):
    lab.advance("30s")
    lab.advance("30s")
    return {}
