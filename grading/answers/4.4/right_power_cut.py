"""The power is cut instead; the answers are known from the lesson."""


def attempt(lab):
    lab.faults.stop("node2")
    lab.advance("90s")
    return {"seconds": "12", "replicas": "4/3"}
