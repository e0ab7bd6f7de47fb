"""Counted from the power cut."""

HINT = "count-from-down"
POINTS = 3
SEEDS = (2,)


def attempt(lab):
    lab.faults.stop("node2")
    lab.advance("25h")
    return {"seconds": 22}
