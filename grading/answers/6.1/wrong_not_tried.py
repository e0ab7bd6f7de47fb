"""Opened, and not tried."""

HINT = "try-again"
POINTS = 3


def attempt(lab):
    lab.host("node1").sh("firewall-cmd --add-port=4789/udp")
    return {"port": "4789/udp"}
