"""The machine gets room."""


def attempt(lab):
    lab.faults.free_disk("node2")
    lab.advance("1m")
    return {}
