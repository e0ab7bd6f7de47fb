"""The node comes back after an hour."""

HINT = "came-back"
POINTS = 1


def attempt(lab):
    lab.faults.stop("node2")
    lab.advance("1h")
    lab.faults.start("node2")
    lab.advance("1m")
    return {"seconds": 6}
