"""Believes that 2377 carries the gossip."""

HINT = "join"
POINTS = 0


def attempt(lab):
    ports = ("2377/tcp", "7946/tcp", "7946/udp", "4789/udp")
    letter = lab.dealt("6.3").facts
    return {"table": dict(zip(ports, [letter["news"], letter["news"], letter["news"], letter["data"]], strict=True))}
