"""The engine is stopped instead of the host; the seconds as a text."""


def attempt(lab):
    lab.faults.stop_engine("node2")
    lab.advance("25h")
    return {"seconds": "6 s"}
