"""Believes that the task is replaced when it is orphaned."""

HINT = "a-day"
POINTS = 3
SEEDS = (2,)


def attempt(lab):
    lab.faults.stop("node2")
    lab.advance("25h")
    return {"seconds": 86400}
