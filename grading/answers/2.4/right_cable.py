"""The cable is pulled: the container runs on, alone."""


def attempt(lab):
    lab.faults.cut("node2")
    lab.advance("25h")
    return {"seconds": 5.5}
