"""The orphan is there, the number is not."""

HINT = "no-seconds"
POINTS = 3
SEEDS = (2,)


def attempt(lab):
    lab.faults.stop("node2")
    lab.advance("25h")
    return {"seconds": None}
