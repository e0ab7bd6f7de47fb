"""Opened, and not tried."""

HINT = "tried"
POINTS = 0


def attempt(lab):
    lab.host("node2").sh("firewall-cmd --add-port=4789/udp")
    return {}
