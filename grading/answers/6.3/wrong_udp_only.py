"""Believes that 7946/tcp belongs to the managers."""

HINT = "both-protocols"
POINTS = 0


def attempt(lab):
    ports = ("2377/tcp", "7946/tcp", "7946/udp", "4789/udp")
    return {"table": dict(zip(ports, "AABC", strict=True))}
