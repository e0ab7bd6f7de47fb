"""Believes that 7946 carries the data."""

HINT = "vxlan"
POINTS = 0


def attempt(lab):
    ports = ("2377/tcp", "7946/tcp", "7946/udp", "4789/udp")
    letter = lab.dealt("6.3").facts
    return {"table": dict(zip(ports, [letter["join"], letter["data"], letter["data"], letter["news"]], strict=True))}
